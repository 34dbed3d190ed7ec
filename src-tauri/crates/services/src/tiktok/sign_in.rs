//! A sign-in at TikTok: the page it starts on, and what each page the browser navigates to means.
//!
//! This module does no I/O. The popup and the loopback listener both use [`SignInAttempt::classify`].
//! Source: `docs/tiktok-api.md`, section "1.1 Authorization page".

mod form;
mod refusal;

use std::io;

use oauth2::{AuthorizationCode, CsrfToken};
use subtle::ConstantTimeEq;
use tiktok_business::urls::is_loopback;
use url::Url;

pub use form::{AppForm, FieldProblem, check, server_address};
use refusal::explanation;
pub use refusal::{Explanation, Refusal};

/// One sign-in, from TikTok's authorization page to the redirect.
#[derive(Debug)]
pub struct SignInAttempt {
    page: Url,
    app_id: String,
    /// The redirect URL as registered: TikTok compares it as text.
    registered_redirect: String,
    redirect: Url,
    state: CsrfToken,
}

/// What to do when the browser navigates.
#[derive(Debug)]
pub enum Navigation {
    /// Load the page: it can be part of the sign-in.
    Allow,
    /// Do not load the page. The sign-in continues.
    Block,
    /// Do not load the page. The sign-in is over.
    Finish(Result<AuthorizationCode, SignInError>),
}

/// Why a sign-in returned no auth code.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    #[error("another sign-in is in progress")]
    InProgress,
    #[error("the sign-in window was closed")]
    WindowClosed,
    /// TikTok redirected without a code or an explanation.
    #[error("the sign-in was cancelled")]
    Cancelled,
    /// TikTok redirected with an error.
    #[error("{0}")]
    Refused(Explanation),
    /// TikTok sent the code to another address than the one in the settings.
    #[error("TikTok redirected to {address}")]
    WrongRedirect {
        /// Scheme, host, port and path. Untrusted text.
        address: String,
    },
    #[error("the sign-in timed out")]
    TimedOut,
    /// Another program may have opened the start page of the loopback listener, which contains the `state`.
    #[error("the start page was opened twice")]
    StartedTwice,
    /// The system browser can only redirect to this computer.
    #[error("the redirect URL does not lead to this computer")]
    NeedsLoopback,
    #[error("port {port} is in use")]
    PortInUse { port: u16 },
    #[error("failed to open the browser")]
    NoBrowser,
    /// This computer does not allow listening on the port: it is below 1024, excluded by the system, or its address does
    /// not exist.
    #[error("failed to listen on port {port}: {error}")]
    PortForbidden { port: u16, error: io::Error },
}

impl SignInAttempt {
    /// Starts a sign-in with a new random `state`.
    ///
    /// # Errors
    /// Fails when `redirect_url` is not an absolute URL.
    pub fn new(
        sign_in_page: &Url,
        app_id: impl Into<String>,
        redirect_url: &str,
    ) -> Result<Self, url::ParseError> {
        Ok(SignInAttempt {
            page: sign_in_page.clone(),
            app_id: app_id.into(),
            registered_redirect: redirect_url.to_owned(),
            redirect: Url::parse(redirect_url)?,
            state: CsrfToken::new_random(),
        })
    }

    /// Returns the page to open. It asks for no scope, because TikTok grants the permissions set on the app, and does not
    /// use PKCE, which TikTok does not support.
    pub fn authorization_url(&self) -> Url {
        let mut url = self.page.clone();
        url.query_pairs_mut()
            .append_pair("app_id", &self.app_id)
            .append_pair("state", self.state.secret())
            .append_pair("redirect_uri", &self.registered_redirect);
        url
    }

    pub fn redirect_url(&self) -> &Url {
        &self.redirect
    }

    /// Decides what to do when the browser navigates to `url`. Only a URL with our `state` ends the sign-in: a link preview,
    /// a restored tab or another program can request the redirect URL too.
    pub fn classify(&self, url: &Url) -> Navigation {
        if self.is_redirect(url) {
            return if self.has_our_state(url) {
                Navigation::Finish(outcome(url))
            } else {
                Navigation::Block
            };
        }
        if parameter(url, "auth_code").is_some() && self.has_our_state(url) {
            let address = format!("{}{}", url.origin().ascii_serialization(), url.path());
            return Navigation::Finish(Err(SignInError::WrongRedirect { address }));
        }
        // Many sign-in pages have empty frames.
        let empty_frame = matches!(url.as_str(), "about:blank" | "about:srcdoc");
        if is_https_or_loopback(url) || empty_frame { Navigation::Allow } else { Navigation::Block }
    }

    /// Returns whether scheme, host, port and path equal the registered ones and the registered query is included.
    fn is_redirect(&self, url: &Url) -> bool {
        let parts = |url: &Url| {
            (
                url.scheme().to_owned(),
                url.host_str().map(str::to_owned),
                url.port_or_known_default(),
                url.path().to_owned(),
            )
        };
        parts(url) == parts(&self.redirect)
            && self.redirect.query_pairs().all(|pair| url.query_pairs().any(|other| other == pair))
    }

    /// The URL has a `state`, and each of them is ours.
    fn has_our_state(&self, url: &Url) -> bool {
        let mut states = url.query_pairs().filter(|(name, _)| name == "state").peekable();
        states.peek().is_some()
            && states.all(|(_, state)| state.as_bytes().ct_eq(self.state.secret().as_bytes()).into())
    }
}

/// TikTok sends `auth_code`, usually with a `code` of the same value. What it sends after *Cancel* is undocumented.
fn outcome(url: &Url) -> Result<AuthorizationCode, SignInError> {
    let code = parameter(url, "auth_code").or_else(|| parameter(url, "code"));
    match (explanation(url), code) {
        (Some(explanation), _) => Err(SignInError::Refused(explanation)),
        (None, Some(code)) => Ok(AuthorizationCode::new(code)),
        (None, None) => Err(SignInError::Cancelled),
    }
}

/// The first non-empty query parameter with that name.
fn parameter(url: &Url, name: &str) -> Option<String> {
    let mut pairs = url.query_pairs();
    pairs.find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.into_owned())
}

/// Plain http is only safe within this computer.
fn is_https_or_loopback(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.has_host(),
        "http" => url.host_str().is_some_and(is_loopback),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
