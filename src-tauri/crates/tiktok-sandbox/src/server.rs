//! HTTP/1.1 and HTTPS over loopback: connections, routing, the request log and fault injection.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::endpoint::API_PATH;
use crate::envelope::Outcome;
use crate::faults::{ActiveFault, Fault, Mangle, RequestTarget, pad, truncate};
use crate::state::SandboxState;
use crate::tls::HANDSHAKE;
use crate::{api, control, portal};

const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(20);

/// Lets a fault close the connection that its request came in on.
#[derive(Clone, Default)]
struct ConnectionHandle(Arc<Closing>);

#[derive(Default)]
struct Closing {
    requested: Notify,
    reset: AtomicBool,
}

impl ConnectionHandle {
    /// Closes or resets the connection. Never returns, because nobody is left to respond to.
    async fn close(&self, reset: bool) -> Response {
        self.0.reset.store(reset, Ordering::Relaxed);
        self.0.requested.notify_one();
        std::future::pending().await
    }
}

/// Serves until dropped, which also closes all connections.
pub(crate) async fn serve(listener: TcpListener, state: Arc<SandboxState>) {
    let router = router(state.clone());
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => { connections.spawn(serve_connection(stream, state.clone(), router.clone())); }
                // The client has disconnected, or the process is out of file descriptors.
                Err(_) => tokio::time::sleep(ACCEPT_RETRY_DELAY).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve_connection(stream: TcpStream, state: Arc<SandboxState>, router: Router) {
    let mut first = [0];
    let is_tls = stream.peek(&mut first).await.is_ok() && first[0] == HANDSHAKE;
    if !is_tls {
        return serve_requests(stream, router, |stream| stream).await;
    }
    // A client that does not trust the certificate breaks the connection off.
    if let Some(acceptor) = state.behaviour().certificate.acceptor()
        && let Ok(stream) = acceptor.accept(stream).await
    {
        serve_requests(stream, router, |stream| stream.get_ref().0).await;
    }
}

async fn serve_requests<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    router: Router,
    tcp: fn(&S) -> &TcpStream,
) {
    let handle = ConnectionHandle::default();
    let closing = handle.0.clone();
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(handle.clone());
        let router = router.clone();
        async move { Ok::<Response, Infallible>(router.oneshot(request).await.into_response()) }
    });
    let mut connection =
        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        // An error means that the connection is broken, so there is nobody to report it to.
        _ = &mut connection => {}
        () = closing.requested.notified() => {
            if closing.reset.load(Ordering::Relaxed) {
                // Closing without lingering sends a reset. If that fails, the connection closes normally.
                let _ = tcp(connection.into_parts().io.inner()).set_zero_linger();
            }
        }
    }
}

fn router(state: Arc<SandboxState>) -> Router {
    let tiktok = Router::new()
        .nest(API_PATH, api::routes())
        .merge(portal::routes())
        .fallback(async || (StatusCode::NOT_FOUND, "404 page not found"))
        .method_not_allowed_fallback(async || (StatusCode::METHOD_NOT_ALLOWED, "405 method not allowed"))
        .layer(middleware::from_fn_with_state(state.clone(), log_and_inject_faults));
    Router::new()
        .nest("/sandbox", control::routes())
        .fallback_service(tiktok.with_state(state.clone()))
        .with_state(state)
}

async fn log_and_inject_faults(
    State(state): State<Arc<SandboxState>>,
    request: Request,
    next: Next,
) -> Response {
    let uri = request.uri();
    let path = uri.path().to_owned();
    let now = state.clock.now();
    let query = uri.query().unwrap_or_default();
    let number = state.log.record_request(now.to_string(), request.method().as_str(), &path, query);
    let response = match state.faults.next(&path, query) {
        None => next.run(request).await,
        Some(active) => respond_with_fault(&state, active, request, next).await,
    };
    let outcome = response.extensions().get::<Outcome>().cloned();
    state.log.record_response(number, response.status().as_u16(), outcome);
    response
}

async fn respond_with_fault(
    state: &SandboxState,
    mut active: ActiveFault,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path().to_owned();
    let connection = request.extensions().get::<ConnectionHandle>().cloned().unwrap_or_default();
    let target = RequestTarget::from_query(request.uri().query().unwrap_or_default());
    apply_side_effects(state, &active.fault, &request, &target);
    if active.fault.mangle == Some(Mangle::RepeatPage) {
        let previous = format!("{}?{}", request.uri().path(), target.previous_page_query());
        if let Ok(previous) = previous.parse() {
            *request.uri_mut() = previous;
        }
    }
    let mut pending = Some((request, next));
    let mut process = async || match pending.take() {
        Some((request, next)) => Some(next.run(request).await),
        None => None,
    };
    let processed = if active.fault.after { process().await } else { None };
    active.wait().await;
    let fault = active.fault;
    if fault.drop || fault.reset {
        return connection.close(fault.reset).await;
    }
    let response = match fault.replacement(&path, &target, state.clock.now()).or(processed) {
        Some(response) => response,
        None => process().await.unwrap_or_default(),
    };
    let response = if fault.rewrites_body() { fault.rewrite_body(response, &target).await } else { response };
    let response = if fault.pad > 0 { pad(response, fault.pad) } else { response };
    if fault.cut { truncate(response).await } else { response }
}

/// Changes the account's objects, removes access or revokes the token, as the fault says.
fn apply_side_effects(state: &SandboxState, fault: &Fault, request: &Request, target: &RequestTarget) {
    if let (Some(change), Some(account)) = (&fault.change, &target.account)
        && let Err(error) = state.change(account, change.clone())
    {
        eprintln!("failed to apply the change of a fault: {error}");
    }
    let token = request.headers().get("Access-Token").and_then(|token| token.to_str().ok());
    let Some(token) = token.filter(|_| fault.revoke || fault.lose) else {
        return;
    };
    let mut grants = state.grants();
    let user = grants.grant_of(token).map(|grant| grant.user.clone());
    let account = target.account.as_deref().and_then(|id| id.parse().ok());
    if let (true, Some(user), Some(account)) = (fault.lose, user, account) {
        grants.remove_access(&user, &[account]);
    }
    if fault.revoke {
        grants.revoke_token(token);
    }
}
