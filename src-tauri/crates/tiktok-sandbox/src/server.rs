//! HTTP/1.1 over loopback: accepts connections, lets faults happen, keeps the log, finds the route.

use std::convert::Infallible;
use std::sync::Arc;
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
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::core::Core;
use crate::envelope::Answered;
use crate::{api, control, faults, portal};

/// How long to wait when no connection can be accepted.
const ACCEPT_AGAIN: Duration = Duration::from_millis(20);

/// The connection that a request came by; a fault can drop it.
#[derive(Clone, Default)]
struct Line(Arc<Notify>);

/// Serves until dropped. Dropping ends all connections too.
pub(crate) async fn serve(listener: TcpListener, core: Arc<Core>) {
    let router = router(core);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => { connections.spawn(connection(stream, router.clone())); }
                // The client is already gone, or no more files can be opened for now.
                Err(_) => tokio::time::sleep(ACCEPT_AGAIN).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(stream: TcpStream, router: Router) {
    let line = Line::default();
    let dropped = line.0.clone();
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(line.clone());
        let router = router.clone();
        async move { Ok::<Response, Infallible>(router.oneshot(request).await.into_response()) }
    });
    let served = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        // An error is the client's going away, or ours: nobody is left to be told.
        _ = served => {}
        () = dropped.notified() => {}
    }
}

fn router(core: Arc<Core>) -> Router {
    let tiktok = Router::new()
        .nest("/open_api/v1.3", api::routes())
        .merge(portal::routes())
        .fallback(not_found)
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn_with_state(core.clone(), watched));
    Router::new()
        .nest("/sandbox", control::routes())
        .fallback_service(tiktok.with_state(core.clone()))
        .with_state(core)
}

async fn not_found() -> (StatusCode, &'static str) {
    (StatusCode::NOT_FOUND, "404 page not found")
}

async fn wrong_method() -> (StatusCode, &'static str) {
    (StatusCode::METHOD_NOT_ALLOWED, "405 method not allowed")
}

/// Writes the log and lets faults happen around the real answer.
async fn watched(State(core): State<Arc<Core>>, request: Request, next: Next) -> Response {
    let uri = request.uri();
    let path = uri.path().to_owned();
    let now = core.clock.now();
    let query = uri.query().unwrap_or_default();
    let number = core.log.arrived(now.to_string(), request.method().as_str(), &path, query);
    let line = request.extensions().get::<Line>().cloned();
    let response = match core.faults.next(&path) {
        None => next.run(request).await,
        Some(mut due) => {
            due.wait().await;
            let fault = due.fault;
            if let (true, Some(line)) = (fault.drop, line) {
                line.0.notify_one();
                return std::future::pending().await;
            }
            let response = match fault.answer(now) {
                Some(response) => response,
                None => next.run(request).await,
            };
            if fault.cut { faults::cut(response).await } else { response }
        }
    };
    let answered = response.extensions().get::<Answered>().cloned();
    core.log.answered(number, response.status().as_u16(), answered);
    response
}
