//! "Use my browser instead": waits on this computer for the redirect of a log-in in the system browser.
//!
//! Answers the redirect and nothing else. Dropping it ends the wait and frees the port.

use std::{
    future::IntoFuture,
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::{
    Router,
    extract::State,
    http::{
        Method, StatusCode, Uri,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS},
    },
    response::{Html, IntoResponse, Response},
};
use oauth2::AuthorizationCode;
use tokio::{
    net::TcpListener,
    sync::{mpsc, watch},
    task::JoinSet,
    time::timeout,
};
use url::Host;

use crate::net::is_loopback;
use crate::tiktok::sign_in::{LoginAttempt, LoginError, Seen};

/// How long a log-in in the system browser may take.
pub const PATIENCE: Duration = Duration::from_secs(5 * 60);

/// How long the last page may take to get out.
const FAREWELL: Duration = Duration::from_secs(1);

/// Listens where the redirect of one log-in leads.
#[derive(Debug)]
pub struct Loopback {
    attempt: LoginAttempt,
    listeners: Vec<TcpListener>,
}

impl Loopback {
    /// Listens, before the browser is opened.
    ///
    /// # Errors
    /// [`LoginError::NeedsLoopback`], [`LoginError::PortInUse`], [`LoginError::Listen`].
    pub async fn bind(attempt: LoginAttempt) -> Result<Self, LoginError> {
        let url = attempt.redirect_url();
        let port = match url.port_or_known_default() {
            Some(port) if url.scheme() == "http" && url.host_str().is_some_and(is_loopback) => port,
            _ => return Err(LoginError::NeedsLoopback),
        };
        let addresses = match url.host() {
            Some(Host::Ipv4(address)) => vec![SocketAddr::from((address, port))],
            Some(Host::Ipv6(address)) => vec![SocketAddr::from((address, port))],
            // Browsers may try either.
            _ => vec![(Ipv4Addr::LOCALHOST, port).into(), (Ipv6Addr::LOCALHOST, port).into()],
        };
        let mut listeners = Vec::new();
        let mut refused = None;
        for address in addresses {
            match TcpListener::bind(address).await {
                Ok(listener) => listeners.push(listener),
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                    return Err(LoginError::PortInUse { port });
                }
                // A computer may be without IPv6, or without IPv4.
                Err(error) => refused = Some(error),
            }
        }
        match refused {
            Some(error) if listeners.is_empty() => Err(LoginError::Listen(error)),
            _ => Ok(Loopback { attempt, listeners }),
        }
    }

    /// The log-in it waits for.
    pub fn attempt(&self) -> &LoginAttempt {
        &self.attempt
    }

    /// Waits for the browser to come back, at most `patience`.
    ///
    /// # Errors
    /// [`LoginError::TimedOut`] and what the redirect tells.
    pub async fn wait(self, patience: Duration) -> Result<AuthorizationCode, LoginError> {
        let (over, mut outcome) = mpsc::channel(1);
        let (stop, stopped) = watch::channel(());
        let router = Router::new().fallback(answer).with_state((Arc::new(self.attempt), over));
        // Aborts them when dropped.
        let mut servers = JoinSet::new();
        for listener in self.listeners {
            let mut stopped = stopped.clone();
            let server = axum::serve(listener, router.clone())
                .with_graceful_shutdown(async move { drop(stopped.changed().await) });
            servers.spawn(server.into_future());
        }
        drop(router);
        let outcome = timeout(patience, outcome.recv()).await;
        drop(stop);
        // A browser that keeps a connection open cannot hold us up.
        let _ = timeout(FAREWELL, async { while servers.join_next().await.is_some() {} }).await;
        outcome.ok().flatten().unwrap_or(Err(LoginError::TimedOut))
    }
}

type Outcome = Result<AuthorizationCode, LoginError>;

async fn answer(
    State((attempt, over)): State<(Arc<LoginAttempt>, mpsc::Sender<Outcome>)>,
    method: Method,
    uri: Uri,
) -> Response {
    let mut url = attempt.redirect_url().clone();
    url.set_path(uri.path());
    url.set_query(uri.query());
    let outcome = match attempt.see(&url) {
        Seen::Done(outcome) if method == Method::GET => outcome,
        _ => return page(StatusCode::NOT_FOUND, "Nothing is here."),
    };
    let page = match &outcome {
        Ok(_) => page(StatusCode::OK, "You are logged in. You can close this tab and return to XPO Admin."),
        Err(_) => page(
            StatusCode::BAD_REQUEST,
            "The log-in did not succeed. You can close this tab; XPO Admin says what happened.",
        ),
    };
    // The first answer counts.
    drop(over.try_send(outcome));
    page
}

fn page(status: StatusCode, text: &str) -> Response {
    let html = format!(
        "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>XPO Admin</title><h1>XPO Admin</h1><p>{text}</p></html>"
    );
    let headers = [
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'"),
        // The address of this page carries the code.
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, Html(html)).into_response()
}

#[cfg(test)]
mod tests;
