//! The one error of this crate. [`Kind`] is for the program, the rest for people.

use std::fmt;

use jiff::Timestamp;
use reqwest::StatusCode;

use crate::{AdvertiserId, codes};

/// Why a call brought no data.
///
/// No secret, token, auth code or URL is ever in it, also when TikTok's own message quotes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// What to do about it.
    pub kind: Kind,
    /// Path of the endpoint below the API address, such as `user/info/`.
    pub endpoint: &'static str,
    /// TikTok's own code, when TikTok answered with one.
    pub code: Option<i64>,
    /// TikTok's text, else what happened on the way. Hostile: show it as plain text only.
    pub message: Box<str>,
    /// What TikTok's support asks for.
    pub request_id: Option<Box<str>>,
    /// The ad account that `message` names, for [`Kind::Account`].
    pub advertiser: Option<AdvertiserId>,
    /// Asking again before this moment is useless, when that much is known.
    pub wait_until: Option<Timestamp>,
}

/// What to do about an [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Too many requests. Ask again at `wait_until`.
    Throttled,
    /// The day's requests to this endpoint are used up. Ask again at `wait_until`, the next midnight UTC.
    DayUsed,
    /// Trouble inside TikTok. Ask again soon.
    Retry,
    /// TikTok is being maintained. Ask again in minutes.
    Maintenance,
    /// The token is no longer good. The TikTok user has to log in again.
    LoginNeeded,
    /// The auth code was used, cancelled or is older than its hour. The TikTok user has to log in again.
    AuthCode,
    /// App id, secret or registration of the app. Only its owner can put it right.
    App,
    /// One ad account is gone or was not granted. Go on without it.
    Account,
    /// This endpoint was not granted. Go on without what it would have told.
    NoPermission,
    /// TikTok does not serve the country this computer's address belongs to.
    CountryBlocked,
    /// TikTok understood and refused. Asking again changes nothing.
    Refused,
    /// No connection came about; nothing was sent.
    Offline,
    /// No answer in time. The request may have been carried out.
    Timeout,
    /// Something answered in TikTok's place, or the connection broke. The request may have been carried out.
    Unavailable,
    /// An answer that is not TikTok's: wrong shape, cut, too large, a redirect.
    Unexpected,
}

impl Kind {
    /// Whether the same request may well succeed within seconds.
    pub fn is_temporary(self) -> bool {
        matches!(self, Kind::Throttled | Kind::Retry | Kind::Timeout | Kind::Unavailable)
    }
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

/// Longest text taken over from TikTok, in characters.
const LONGEST: usize = 1000;

impl Error {
    pub(crate) fn new(kind: Kind, endpoint: &'static str, message: impl Into<Box<str>>) -> Self {
        Error {
            kind,
            endpoint,
            code: None,
            message: message.into(),
            request_id: None,
            advertiser: None,
            wait_until: None,
        }
    }

    /// TikTok's own refusal.
    pub(crate) fn answered(
        endpoint: &'static str,
        code: i64,
        message: &str,
        request_id: Option<&str>,
    ) -> Self {
        let kind = kind_of(code, message);
        Error {
            kind,
            endpoint,
            code: Some(code),
            message: message.into(),
            request_id: request_id.map(Into::into),
            advertiser: (kind == Kind::Account).then(|| advertiser_named(message)).flatten(),
            wait_until: None,
        }
    }

    /// Something else answered: `body` is no envelope of TikTok's.
    pub(crate) fn not_tiktok(endpoint: &'static str, status: StatusCode, what: &str) -> Self {
        let kind = if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            Kind::Unavailable
        } else {
            Kind::Unexpected
        };
        Error::new(kind, endpoint, format!("HTTP {}: {what}", status.as_u16()))
    }

    /// The request or its answer did not get through.
    pub(crate) fn transport(endpoint: &'static str, error: reqwest::Error) -> Self {
        let kind = if error.is_connect() {
            Kind::Offline
        } else if error.is_timeout() {
            Kind::Timeout
        } else if error.is_builder() {
            Kind::Unexpected
        } else {
            Kind::Unavailable
        };
        // The URL carries the app's secret.
        let error = error.without_url();
        let mut message = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(inner) = cause {
            message.push_str(&format!(": {inner}"));
            cause = inner.source();
        }
        Error::new(kind, endpoint, message)
    }

    /// Takes out what TikTok quoted of `secrets`, and cuts endless texts.
    pub(crate) fn redacted(mut self, secrets: &[&str]) -> Self {
        self.message = clean(&self.message, secrets);
        self.request_id = self.request_id.map(|id| clean(&id, secrets));
        self
    }
}

fn clean(text: &str, secrets: &[&str]) -> Box<str> {
    let secrets = secrets.iter().filter(|secret| !secret.is_empty());
    let text = secrets.fold(text.to_owned(), |text, secret| text.replace(secret, "[redacted]"));
    text.chars().take(LONGEST).collect()
}

/// The code's kind, unless the text is more exact.
fn kind_of(code: i64, message: &str) -> Kind {
    let text = message.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    match code {
        // Listed under 40113, met in production under 40000.
        _ if says(&["app_id is inconsistent"]) => Kind::App,
        40001 if says(&["does not grant you"]) => Kind::NoPermission,
        // Older answers use "parameter error" for accounts one may not see.
        40002
            if says(&["advertiser", "account"])
                && says(&["permission", "not exist", "n't exist", "deleted", "not accessible"]) =>
        {
            Kind::Account
        }
        40101 if says(&["auth_code"]) => Kind::AuthCode,
        _ => codes::kind(code),
    }
}

/// "No permission to operate advertiser 7002238017842757633", "The advertiser 7002238017842757633 doesn't exist".
fn advertiser_named(message: &str) -> Option<AdvertiserId> {
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
    fn messages_seen_in_production_say_what_to_do() {
        let id = Some("7002238017842757633");
        for (code, message, kind, advertiser) in [
            (40001, "No permission to operate advertiser 7002238017842757633", Kind::Account, id),
            (
                40001,
                "The advertiser 7002238017842757633 doesn't exist or has been deleted.",
                Kind::Account,
                id,
            ),
            (
                40001,
                "advertiser does not grant you /file/video/ad/search/:GET permission",
                Kind::NoPermission,
                None,
            ),
            (40002, "Missing required field(s): account_id.", Kind::Refused, None),
            (40002, "field does not exist", Kind::Refused, None),
            (40002, "No permission to operate advertiser 7002238017842757633", Kind::Account, id),
            (
                40000,
                "The app_id is inconsistent with the token's app information. Please retry after correcting it.",
                Kind::App,
                None,
            ),
            (40000, "Invalid parameter", Kind::Refused, None),
            (40101, "Invalid auth_code", Kind::AuthCode, None),
            (40101, "secret is wrong", Kind::App, None),
            (
                40133,
                "Advertiser (7002238017842757633)'s QPS (21) reaches QPS limit 20 for current path",
                Kind::Throttled,
                None,
            ),
            (51001, "internal service timeout", Kind::Retry, None),
        ] {
            let error = Error::answered("user/info/", code, message, None);
            assert_eq!(error.kind, kind, "{code} {message}");
            assert_eq!(error.advertiser.as_ref().map(AdvertiserId::as_str), advertiser, "{code} {message}");
        }
    }

    #[test]
    fn a_quoted_secret_is_taken_out_before_the_cut() {
        let message = format!("{}secret", "x".repeat(LONGEST - 3));
        let error = Error::answered("user/info/", 1, &message, Some("secret")).redacted(&["secret", ""]);
        assert!(!error.message.contains("sec"), "{}", error.message);
        assert_eq!(error.request_id.as_deref(), Some("[redacted]"));
    }

    #[test]
    fn an_endless_message_is_cut_between_characters() {
        let error = Error::answered("user/info/", 1, &"é".repeat(5000), None).redacted(&[]);
        assert_eq!(error.message.chars().count(), LONGEST);
    }
}
