//! HTTP/1.1 and HTTPS over loopback: connections, routing, the request log and fault injection.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::Ordering;
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
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::connection::ConnectionHandle;
use crate::endpoint::API_PATH;
use crate::envelope::Outcome;
use crate::state::SandboxState;
use crate::{api, portal};
#[cfg(feature = "control")]
use crate::{control, injection, tls};

const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(20);

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
    #[cfg(feature = "control")]
    if tls::starts_with_handshake(&stream).await {
        // A client that does not trust the certificate breaks the connection off.
        if let Some(acceptor) = state.behaviour().certificate.acceptor()
            && let Ok(stream) = acceptor.accept(stream).await
        {
            serve_requests(stream, router, |stream| stream.get_ref().0).await;
        }
        return;
    }
    let _ = state;
    serve_requests(stream, router, |stream| stream).await;
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
        .layer(middleware::from_fn_with_state(state.clone(), log_requests));
    let router = Router::new();
    #[cfg(feature = "control")]
    let router = router.nest("/sandbox", control::routes());
    router.fallback_service(tiktok.with_state(state.clone())).with_state(state)
}

async fn log_requests(State(state): State<Arc<SandboxState>>, request: Request, next: Next) -> Response {
    let uri = request.uri();
    let (path, query) = (uri.path().to_owned(), uri.query().unwrap_or_default());
    let now = state.clock.now();
    let number = state.log.record_request(now.to_string(), request.method().as_str(), &path, query);
    #[cfg(feature = "control")]
    let response = injection::respond(&state, request, next).await;
    #[cfg(not(feature = "control"))]
    let response = next.run(request).await;
    let outcome = response.extensions().get::<Outcome>().cloned();
    state.log.record_response(number, response.status().as_u16(), outcome);
    response
}
