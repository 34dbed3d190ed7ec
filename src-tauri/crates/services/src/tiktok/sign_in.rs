//! A TikTok log-in as seen from outside the browser: where it begins, and what each page it goes to means.
//!
//! Pure: the popup and the loopback listener both ask [`LoginAttempt::see`]. Authorization page and redirect: TikTok
//! API for Business, "Authorization".

mod form;

use std::io;

use oauth2::{AuthorizationCode, CsrfToken};
use subtle::ConstantTimeEq;
use url::Url;

use crate::net::is_loopback;

pub use form::{AppForm, FieldProblem, check};

/// TikTok's log-in and authorization page.
pub const LOGIN_ADDRESS: &str = "https://business-api.tiktok.com/portal/auth";

/// One log-in, from opening the page to the redirect.
#[derive(Debug)]
pub struct LoginAttempt {
    page: Url,
    app_id: String,
    /// As registered, letter by letter: TikTok compares text.
    registered: String,
    redirect: Url,
    state: CsrfToken,
}

/// What a page that the browser goes to means.
#[derive(Debug)]
pub enum Seen {
    /// Part of the log-in. Let it load.
    Elsewhere,
    /// No page of a log-in. Do not load it; the log-in goes on.
    Forbidden,
    /// The log-in is over. Do not load it.
    Done(Result<AuthorizationCode, LoginError>),
}

/// Why a log-in brought no auth code.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// Another log-in is still open.
    #[error("another log-in is still open")]
    InProgress,
    /// The popup was closed.
    #[error("the log-in window was closed")]
    WindowClosed,
    /// The TikTok user refused, or TikTok sent them back without a code.
    #[error("the log-in was cancelled")]
    Cancelled {
        /// TikTok's words, if any. Hostile text.
        reason: Option<String>,
    },
    /// The answer belongs to another log-in.
    #[error("the answer belongs to another log-in")]
    StateMismatch,
    /// TikTok sent the code to an address that is not the one in the settings.
    #[error("TikTok redirected to {place}")]
    WrongRedirect {
        /// Scheme, host, port and path. Hostile text.
        place: String,
    },
    /// Nobody finished the log-in.
    #[error("nobody finished the log-in in time")]
    TimedOut,
    /// The redirect URL does not lead to this computer, so the system browser cannot bring the answer.
    #[error("the redirect URL does not lead to this computer")]
    NeedsLoopback,
    /// Another program listens where the redirect leads.
    #[error("port {port} is in use")]
    PortInUse {
        /// The redirect URL's.
        port: u16,
    },
    /// The system browser did not open.
    #[error("no browser could be opened")]
    NoBrowser,
    /// This computer does not let us listen there.
    #[error("cannot listen for the redirect: {0}")]
    Listen(#[source] io::Error),
}

impl LoginAttempt {
    /// A new log-in, with a `state` of its own.
    ///
    /// # Errors
    /// When `redirect_url` is no absolute URL.
    pub fn new(
        login_address: &Url,
        app_id: impl Into<String>,
        redirect_url: &str,
    ) -> Result<Self, url::ParseError> {
        Ok(LoginAttempt {
            page: login_address.clone(),
            app_id: app_id.into(),
            registered: redirect_url.to_owned(),
            redirect: Url::parse(redirect_url)?,
            state: CsrfToken::new_random(),
        })
    }

    /// Where the browser has to go. The permissions are those set on the app: TikTok takes no scope and no PKCE.
    pub fn authorization_url(&self) -> Url {
        let mut url = self.page.clone();
        url.query_pairs_mut()
            .append_pair("app_id", &self.app_id)
            .append_pair("state", self.state.secret())
            .append_pair("redirect_uri", &self.registered);
        url
    }

    /// Where TikTok will send the browser.
    pub fn redirect_url(&self) -> &Url {
        &self.redirect
    }

    /// What it means that the browser goes to `url`.
    pub fn see(&self, url: &Url) -> Seen {
        if self.is_redirect(url) {
            return Seen::Done(self.outcome(url));
        }
        if first(url, "auth_code").is_some() && self.has_our_state(url) {
            let place = format!("{}{}", url.origin().ascii_serialization(), url.path());
            return Seen::Done(Err(LoginError::WrongRedirect { place }));
        }
        // Frames without a page of their own are part of many log-in pages.
        let harmless = matches!(url.as_str(), "about:blank" | "about:srcdoc");
        if is_https_or_loopback(url) || harmless { Seen::Elsewhere } else { Seen::Forbidden }
    }

    /// Scheme, host, port and path are exactly the registered ones, and the registered query is there.
    fn is_redirect(&self, url: &Url) -> bool {
        let place = |url: &Url| {
            (
                url.scheme().to_owned(),
                url.host_str().map(str::to_owned),
                url.port_or_known_default(),
                url.path().to_owned(),
            )
        };
        place(url) == place(&self.redirect)
            && self.redirect.query_pairs().all(|pair| url.query_pairs().any(|other| other == pair))
    }

    /// TikTok sends `auth_code`, usually with `code` of the same value. What it sends after *Cancel* is not documented.
    fn outcome(&self, url: &Url) -> Result<AuthorizationCode, LoginError> {
        let code = first(url, "auth_code").or_else(|| first(url, "code"));
        let bare = code.is_none() && first(url, "state").is_none();
        if !bare && !self.has_our_state(url) {
            return Err(LoginError::StateMismatch);
        }
        let error = first(url, "error");
        match code {
            Some(code) if error.is_none() => Ok(AuthorizationCode::new(code)),
            _ => Err(LoginError::Cancelled { reason: first(url, "error_description").or(error) }),
        }
    }

    /// Every `state` is ours, and there is one.
    fn has_our_state(&self, url: &Url) -> bool {
        let mut states = url.query_pairs().filter(|(name, _)| name == "state").peekable();
        states.peek().is_some()
            && states.all(|(_, state)| state.as_bytes().ct_eq(self.state.secret().as_bytes()).into())
    }
}

/// The first non-empty query parameter of that name.
fn first(url: &Url, name: &str) -> Option<String> {
    let mut pairs = url.query_pairs();
    pairs.find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.into_owned())
}

/// What may be spoken with: https anywhere, http only within this computer.
fn is_https_or_loopback(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.has_host(),
        "http" => url.host_str().is_some_and(is_loopback),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
