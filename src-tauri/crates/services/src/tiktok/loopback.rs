//! Receives the redirect of a sign-in in the system browser, by listening on this computer.
//!
//! The browser is opened on a page of this listener that redirects to TikTok once: all users of this computer can read the
//! command line of a browser, which must not contain the `state`. A second request for the page ends the sign-in, because
//! the first may have come from one of them.
//!
//! A request for the redirect URL without the sign-in's `state` gets a 400, every other request a 404, and neither ends the
//! sign-in.

use std::{
    future::IntoFuture,
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    extract::State,
    http::{
        Method, StatusCode, Uri,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, LOCATION, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS},
    },
    response::{Html, IntoResponse, Response},
};
use oauth2::{AuthorizationCode, CsrfToken};
use tiktok_business::urls::is_loopback;
use tokio::{
    net::TcpListener,
    sync::{mpsc, watch},
    task::JoinSet,
    time::timeout,
};
use url::{Host, Url};

use crate::tiktok::sign_in::{Navigation, SignInAttempt, SignInError};

const SIGN_IN_TIMEOUT: Duration = Duration::from_secs(5 * 60);

/// How long the browser may take to receive the last page.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(1);

/// Listens on the address and port of the redirect URL of one sign-in.
#[derive(Debug)]
pub struct LoopbackListener {
    attempt: SignInAttempt,
    start_url: Url,
    listeners: Vec<TcpListener>,
}

impl LoopbackListener {
    /// Starts listening. Call it before the browser is opened.
    ///
    /// # Errors
    /// [`SignInError::NeedsLoopback`], [`SignInError::PortInUse`], [`SignInError::PortForbidden`].
    pub async fn bind(attempt: SignInAttempt) -> Result<Self, SignInError> {
        let url = attempt.redirect_url();
        let port = match url.port_or_known_default() {
            Some(port) if url.scheme() == "http" && url.host_str().is_some_and(is_loopback) => port,
            _ => return Err(SignInError::NeedsLoopback),
        };
        let addresses = match url.host() {
            Some(Host::Ipv4(address)) => vec![SocketAddr::from((address, port))],
            Some(Host::Ipv6(address)) => vec![SocketAddr::from((address, port))],
            // Browsers resolve localhost to either address.
            _ => vec![(Ipv4Addr::LOCALHOST, port).into(), (Ipv6Addr::LOCALHOST, port).into()],
        };
        let mut listeners = Vec::new();
        let mut last_error = None;
        for address in addresses {
            match TcpListener::bind(address).await {
                Ok(listener) => listeners.push(listener),
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                    return Err(SignInError::PortInUse { port });
                }
                // IPv4 or IPv6 may be disabled.
                Err(error) => last_error = Some(error),
            }
        }
        match last_error {
            Some(error) if listeners.is_empty() => Err(SignInError::PortForbidden { port, error }),
            _ => {
                let mut start_url = url.clone();
                start_url.set_path(&format!("start/{}", CsrfToken::new_random().secret()));
                start_url.set_query(None);
                Ok(LoopbackListener { attempt, start_url, listeners })
            }
        }
    }

    /// The page to open in the browser. It works once, and a second request ends the sign-in.
    pub fn start_url(&self) -> &Url {
        &self.start_url
    }

    /// Waits for the redirect, at most five minutes. Dropping the future closes the port.
    ///
    /// # Errors
    /// [`SignInError::TimedOut`], [`SignInError::StartedTwice`], and those of [`SignInAttempt::classify`].
    pub async fn wait(self) -> Result<AuthorizationCode, SignInError> {
        let (sender, mut outcome) = mpsc::channel(1);
        let (stop, stopped) = watch::channel(());
        let pages = Pages {
            attempt: self.attempt,
            start_path: self.start_url.path().to_owned(),
            started: AtomicBool::new(false),
            sender,
        };
        let router = Router::new().fallback(respond).with_state(Arc::new(pages));
        let mut servers = JoinSet::new();
        for listener in self.listeners {
            let mut stopped = stopped.clone();
            let server = axum::serve(listener, router.clone())
                .with_graceful_shutdown(async move { drop(stopped.changed().await) });
            servers.spawn(server.into_future());
        }
        drop(router);
        let outcome = timeout(SIGN_IN_TIMEOUT, outcome.recv()).await;
        drop(stop);
        // A browser may keep its connection open.
        let _ = timeout(SHUTDOWN_TIMEOUT, async { while servers.join_next().await.is_some() {} }).await;
        outcome.ok().flatten().unwrap_or(Err(SignInError::TimedOut))
    }
}

type Outcome = Result<AuthorizationCode, SignInError>;

struct Pages {
    attempt: SignInAttempt,
    start_path: String,
    started: AtomicBool,
    sender: mpsc::Sender<Outcome>,
}

async fn respond(State(pages): State<Arc<Pages>>, method: Method, uri: Uri) -> Response {
    let Pages { attempt, start_path, started, sender } = &*pages;
    if method == Method::GET && uri.path() == *start_path {
        if started.swap(true, Ordering::Relaxed) {
            return finish(sender, Err(SignInError::StartedTwice));
        }
        let headers = [
            (LOCATION, attempt.authorization_url().into()),
            (CACHE_CONTROL, "no-store".to_owned()),
            (REFERRER_POLICY, "no-referrer".to_owned()),
        ];
        return (StatusCode::SEE_OTHER, headers).into_response();
    }
    let mut url = attempt.redirect_url().clone();
    url.set_path(uri.path());
    url.set_query(uri.query());
    let outcome = match attempt.classify(&url) {
        Navigation::Finish(outcome) if method == Method::GET => outcome,
        Navigation::Block => {
            return page(
                StatusCode::BAD_REQUEST,
                "This page doesn’t belong to the sign-in in progress. Close it, and finish the sign-in in the other tab.",
            );
        }
        _ => return page(StatusCode::NOT_FOUND, "Page not found."),
    };
    finish(sender, outcome)
}

fn finish(sender: &mpsc::Sender<Outcome>, outcome: Outcome) -> Response {
    let page = match &outcome {
        Ok(_) => page(StatusCode::OK, "You’re signed in. You can close this tab and return to XPO Admin."),
        Err(_) => page(
            StatusCode::BAD_REQUEST,
            "Sign-in failed. You can close this tab. XPO Admin shows what happened.",
        ),
    };
    // Only the first outcome counts.
    drop(sender.try_send(outcome));
    page
}

fn page(status: StatusCode, text: &str) -> Response {
    let html = format!(
        "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>XPO Admin</title><h1>XPO Admin</h1><p>{text}</p></html>"
    );
    let headers = [
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'"),
        // The page's own URL contains the auth code.
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, Html(html)).into_response()
}

#[cfg(test)]
mod tests;
