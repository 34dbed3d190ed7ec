//! The error of every call. [`ErrorKind`] is for the program, the rest for people.

use std::fmt;

use jiff::Timestamp;
use reqwest::StatusCode;

use crate::{AdvertiserId, ErrorKind, codes, transport::kind_of_connect_error};

/// Why a call failed. It never contains a secret, token, auth code or URL, even when TikTok's message quotes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    pub kind: ErrorKind,
    /// Path below the API address, such as `user/info/`.
    pub endpoint: &'static str,
    /// TikTok's return code, if TikTok responded with one.
    pub code: Option<i64>,
    /// TikTok's message, or a description of the failure. Untrusted: show it as plain text only.
    pub message: Box<str>,
    /// TikTok's support asks for this id.
    pub request_id: Option<Box<str>>,
    /// The ad account that `message` names, for [`ErrorKind::AccountUnavailable`].
    pub advertiser: Option<AdvertiserId>,
    /// Retrying earlier is useless. `None` if the time is unknown.
    pub retry_at: Option<Timestamp>,
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.endpoint, self.message)?;
        if let Some(code) = self.code {
            write!(f, " (code {code})")?;
        }
        if let Some(id) = &self.request_id {
            write!(f, " (request {id})")?;
        }
        Ok(())
    }
}

/// Longest message kept, in characters.
const MAX_MESSAGE_CHARS: usize = 1000;

impl Error {
    pub(crate) fn new(kind: ErrorKind, endpoint: &'static str, message: impl Into<Box<str>>) -> Self {
        Error {
            kind,
            endpoint,
            code: None,
            message: message.into(),
            request_id: None,
            advertiser: None,
            retry_at: None,
        }
    }

    /// Returns the error for a return code that means failure.
    pub(crate) fn from_code(
        endpoint: &'static str,
        code: i64,
        message: &str,
        request_id: Option<&str>,
    ) -> Self {
        let kind = classify(code, message);
        Error {
            kind,
            endpoint,
            code: Some(code),
            message: message.into(),
            request_id: request_id.map(Into::into),
            advertiser: (kind == ErrorKind::AccountUnavailable).then(|| named_advertiser(message)).flatten(),
            retry_at: None,
        }
    }

    /// Returns the error for a response that is not in TikTok's envelope.
    pub(crate) fn from_status(endpoint: &'static str, status: StatusCode, what: &str) -> Self {
        let kind = if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            ErrorKind::Unavailable
        } else if status == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
            ErrorKind::ProxySignIn
        } else {
            ErrorKind::Unexpected
        };
        Error::new(kind, endpoint, format!("HTTP {}: {what}", status.as_u16()))
    }

    /// Returns the error for a request or response that was not transmitted.
    pub(crate) fn from_transport(endpoint: &'static str, error: reqwest::Error) -> Self {
        let kind = if error.is_connect() {
            kind_of_connect_error(&error)
        } else if error.is_timeout() {
            ErrorKind::Timeout
        } else if error.is_builder() {
            ErrorKind::Unexpected
        } else {
            ErrorKind::Unavailable
        };
        // The URL contains the app's secret.
        let error = error.without_url();
        let mut message = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(inner) = cause {
            message.push_str(&format!(": {inner}"));
            cause = inner.source();
        }
        Error::new(kind, endpoint, message)
    }

    /// The server asked to wait until `at`.
    pub(crate) fn wait_until(mut self, at: Timestamp) -> Self {
        use ErrorKind::{Maintenance, RateLimited, ServerError, Unavailable};
        if matches!(self.kind, RateLimited | ServerError | Maintenance | Unavailable) {
            self.retry_at = Some(at);
        }
        self
    }

    /// Redacts `secrets` that TikTok quoted and truncates the message.
    pub(crate) fn redacted(mut self, secrets: &[&str]) -> Self {
        self.message = redact(&self.message, secrets);
        self.request_id = self.request_id.map(|id| redact(&id, secrets));
        self
    }
}

fn redact(text: &str, secrets: &[&str]) -> Box<str> {
    let secrets = secrets.iter().filter(|secret| !secret.is_empty());
    let text = secrets.fold(text.to_owned(), |text, secret| text.replace(secret, "[redacted]"));
    text.chars().take(MAX_MESSAGE_CHARS).collect()
}

/// Returns the kind of the code, unless the message is more specific. Source: `docs/tiktok-api.md`, section "2.2 Codes".
fn classify(code: i64, message: &str) -> ErrorKind {
    let text = message.to_ascii_lowercase();
    let mentions = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let account = mentions(&["advertiser", "account"]);
    match code {
        // Documented as 40113, seen in production as 40000.
        _ if mentions(&["app_id is inconsistent"]) => ErrorKind::InvalidApp,
        // It means a lost account or a missing permission, and only the words tell which.
        40001 if !account || names_endpoint(&text) => ErrorKind::NoPermission,
        // Older responses use "parameter error" for accounts without permission.
        40002
            if account
                && mentions(&["permission", "not exist", "n't exist", "deleted", "not accessible"])
                && !names_endpoint(&text) =>
        {
            ErrorKind::AccountUnavailable
        }
        40002 if mentions(&["permission"]) => ErrorKind::NoPermission,
        40101 if mentions(&["auth_code"]) => ErrorKind::InvalidAuthCode,
        _ => codes::kind_of(code),
    }
}

/// Whether the message blames an endpoint or a scope: "lacks the required scope for endpoint …", "does not grant you
/// /file/video/ad/search/:GET permission".
fn names_endpoint(text: &str) -> bool {
    let is_path = |word: &str| {
        let word = word.trim_matches(['"', '\'', '`', '(', ')', '.', ',', ':', ';']);
        let ends = ["/", "/get", "/info", "/list", "/search"];
        word.starts_with('/') || ends.iter().any(|end| word.ends_with(end))
    };
    ["scope", "endpoint", "does not grant", "interface"].iter().any(|word| text.contains(word))
        || text.split_whitespace().any(is_path)
}

/// Finds the id in "No permission to operate advertiser 7002238017842757633" and similar messages.
fn named_advertiser(message: &str) -> Option<AdvertiserId> {
    let at = message.to_ascii_lowercase().find("advertiser")?;
    message[at..]
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| digits.len() >= 10)
        .find_map(|digits| digits.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classifies_messages_seen_in_production() {
        let id = Some("7002238017842757633");
        for (code, message, kind, advertiser) in [
            (
                40001,
                "No permission to operate advertiser 7002238017842757633",
                ErrorKind::AccountUnavailable,
                id,
            ),
            (
                40001,
                "The advertiser 7002238017842757633 doesn't exist or has been deleted.",
                ErrorKind::AccountUnavailable,
                id,
            ),
            (
                40001,
                "advertiser does not grant you /file/video/ad/search/:GET permission",
                ErrorKind::NoPermission,
                None,
            ),
            (
                40001,
                "The access token lacks the required scope for endpoint /open_api/v1.3/advertiser/info/",
                ErrorKind::NoPermission,
                None,
            ),
            (
                40001,
                "Advertiser 7002238017842757633 has not granted the scope Ad Account Management.",
                ErrorKind::NoPermission,
                None,
            ),
            (40001, "You do not have permission to access this resource.", ErrorKind::NoPermission, None),
            (40001, "No permission for ad/get/", ErrorKind::NoPermission, None),
            (40001, "", ErrorKind::NoPermission, None),
            (40001, "The advertiser/account doesn't exist.", ErrorKind::AccountUnavailable, None),
            (40002, "Missing required field(s): account_id.", ErrorKind::Rejected, None),
            (40002, "No permission to call campaign/get/ of the account", ErrorKind::NoPermission, None),
            (40002, "field does not exist", ErrorKind::Rejected, None),
            (
                40002,
                "No permission to operate advertiser 7002238017842757633",
                ErrorKind::AccountUnavailable,
                id,
            ),
            (
                40000,
                "The app_id is inconsistent with the token's app information. Please retry after correcting it.",
                ErrorKind::InvalidApp,
                None,
            ),
            (40000, "Invalid parameter", ErrorKind::Rejected, None),
            (40101, "Invalid auth_code", ErrorKind::InvalidAuthCode, None),
            (40101, "secret is wrong", ErrorKind::InvalidApp, None),
            (
                40133,
                "Advertiser (7002238017842757633)'s QPS (21) reaches QPS limit 20 for current path",
                ErrorKind::RateLimited,
                None,
            ),
            (51001, "internal service timeout", ErrorKind::ServerError, None),
        ] {
            let error = Error::from_code("user/info/", code, message, None);
            assert_eq!(error.kind, kind, "{code} {message}");
            assert_eq!(error.advertiser.as_ref().map(AdvertiserId::as_str), advertiser, "{code} {message}");
        }
    }

    #[test]
    fn redacts_a_quoted_secret_before_truncating() {
        let message = format!("{}secret", "x".repeat(MAX_MESSAGE_CHARS - 3));
        let error = Error::from_code("user/info/", 1, &message, Some("secret")).redacted(&["secret", ""]);
        assert!(!error.message.contains("sec"), "{}", error.message);
        assert_eq!(error.request_id.as_deref(), Some("[redacted]"));
    }

    #[test]
    fn truncates_a_long_message_between_characters() {
        let error = Error::from_code("user/info/", 1, &"é".repeat(5000), None).redacted(&[]);
        assert_eq!(error.message.chars().count(), MAX_MESSAGE_CHARS);
    }
}
