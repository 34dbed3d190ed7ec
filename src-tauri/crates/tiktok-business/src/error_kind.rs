//! The kinds of errors, by what to do about them.

/// How to react to an [`Error`](crate::Error).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// Too many requests. Retry at `retry_at`.
    RateLimited,
    /// The endpoint's daily quota is used up. Retry at `retry_at`, the next midnight UTC.
    DailyQuotaUsed,
    /// TikTok failed. Retry soon.
    ServerError,
    /// TikTok is under maintenance. Retry in a few minutes.
    Maintenance,
    /// The access token is no longer valid. The TikTok user has to sign in again.
    SignInRequired,
    /// The auth code was used or cancelled, or is older than an hour. The TikTok user has to sign in again.
    InvalidAuthCode,
    /// The app's id, secret or registration is wrong. Only the app's owner can fix it.
    InvalidApp,
    /// One ad account was deleted or is not granted. Continue without it.
    AccountUnavailable,
    /// The endpoint is not granted. Continue without its data.
    NoPermission,
    /// TikTok does not serve the country of this computer's address.
    CountryBlocked,
    /// TikTok rejected the request. A retry would fail again.
    Rejected,
    /// No connection was established, so nothing was sent.
    Offline,
    /// The server's certificate is not trusted, as with a company's TLS inspection. Nothing was sent.
    Certificate,
    /// By this computer's clock, the server's certificate is expired or not valid yet. Nothing was sent.
    Clock,
    /// The proxy refused the connection or cannot be reached. Nothing was sent.
    Proxy,
    /// The proxy requires a user name and password. Nothing was sent.
    ProxySignIn,
    /// No response in time. The request may have been processed.
    Timeout,
    /// The connection broke, or a gateway responded in TikTok's place. The request may have been processed.
    Unavailable,
    /// The response is not TikTok's: malformed, truncated, too large or a redirect.
    Unexpected,
}

impl ErrorKind {
    /// Returns whether a retry is likely to succeed within seconds.
    pub(crate) fn is_transient(self) -> bool {
        use ErrorKind::{RateLimited, ServerError, Timeout, Unavailable};
        matches!(self, RateLimited | ServerError | Timeout | Unavailable)
    }
}
