//! Why TikTok redirected without an auth code. It documents nothing, so this covers the errors of RFC 6749, section 4.1.2.1,
//! and TikTok's own return codes.

use std::fmt;

use tiktok_business::ErrorKind;
use url::Url;

use super::parameter;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The TikTok user declined.
    Cancelled,
    /// The app is unknown, not approved or suspended.
    App,
    /// The app asks for permissions that it may not have.
    Permissions,
    /// The request is wrong, as with a redirect URL that is not registered.
    Request,
    /// TikTok failed.
    Unavailable,
    /// TikTok does not serve this country.
    Country,
    Unknown,
}

/// TikTok's explanation. The text is untrusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    pub refusal: Refusal,
    pub code: Option<i64>,
    pub text: Option<String>,
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.refusal {
            Refusal::Cancelled => f.write_str("the sign-in was cancelled"),
            refusal => write!(f, "TikTok refused the sign-in: {refusal:?}"),
        }
    }
}

/// The error that a redirect reports, if it reports one.
pub fn explanation(redirect: &Url) -> Option<Explanation> {
    let first = |names: &[&str]| names.iter().find_map(|name| parameter(redirect, name));
    let error = first(&["error", "error_type", "err"]);
    let number = first(&["errCode", "err_code", "error_code", "errcode"]).filter(|number| number != "0");
    if error.is_none() && number.is_none() {
        return None;
    }
    let code = number.as_deref().or(error.as_deref()).and_then(|number| number.parse().ok());
    let refusal = error.as_deref().and_then(of_name).or(code.map(of_code)).unwrap_or(Refusal::Unknown);
    let text = first(&["error_description", "error_message", "errMsg", "err_msg", "error_msg"]);
    Some(Explanation { refusal, code, text: text.or(error).or(number) })
}

fn of_name(error: &str) -> Option<Refusal> {
    Some(match error.to_ascii_lowercase().as_str() {
        "access_denied" | "user_cancelled" | "user_canceled" | "cancelled" | "canceled"
        | "consent_required" | "login_required" => Refusal::Cancelled,
        "unauthorized_client" | "invalid_client" => Refusal::App,
        "invalid_scope" | "insufficient_scope" => Refusal::Permissions,
        "invalid_request"
        | "unsupported_response_type"
        | "invalid_redirect_uri"
        | "redirect_uri_mismatch" => Refusal::Request,
        "server_error" | "temporarily_unavailable" => Refusal::Unavailable,
        _ => return None,
    })
}

fn of_code(code: i64) -> Refusal {
    match ErrorKind::of_code(code) {
        ErrorKind::InvalidApp => Refusal::App,
        ErrorKind::CountryBlocked => Refusal::Country,
        ErrorKind::NoPermission | ErrorKind::AccountUnavailable => Refusal::Permissions,
        ErrorKind::ServerError | ErrorKind::Maintenance | ErrorKind::RateLimited => Refusal::Unavailable,
        _ => Refusal::Unknown,
    }
}
