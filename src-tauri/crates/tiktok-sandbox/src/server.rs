//! HTTP/1.1 over loopback: accepts connections, lets faults happen, keeps the log, finds the route.

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
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::core::Core;
use crate::envelope::Answered;
use crate::faults::{Asked, Due, Fault, Mangle};
use crate::{api, control, faults, portal};

/// How long to wait when no connection can be accepted.
const ACCEPT_AGAIN: Duration = Duration::from_millis(20);

/// The connection that a request came by; a fault can end it.
#[derive(Clone, Default)]
struct Line(Arc<Ending>);

#[derive(Default)]
struct Ending {
    now: Notify,
    reset: AtomicBool,
}

impl Line {
    /// Ends the connection, with a reset or as usual; who asks does not go on.
    async fn end(&self, reset: bool) -> Response {
        self.0.reset.store(reset, Ordering::Relaxed);
        self.0.now.notify_one();
        std::future::pending().await
    }
}

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
    let ending = line.0.clone();
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(line.clone());
        let router = router.clone();
        async move { Ok::<Response, Infallible>(router.oneshot(request).await.into_response()) }
    });
    let mut served =
        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        // An error is the client's going away, or ours: nobody is left to be told.
        _ = &mut served => {}
        () = ending.now.notified() => {
            if ending.reset.load(Ordering::Relaxed) {
                // Without lingering, closing resets. If that cannot be had, the connection is closed as usual.
                let _ = served.into_parts().io.into_inner().set_zero_linger();
            }
        }
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
    let response = match core.faults.next(&path, query) {
        None => next.run(request).await,
        Some(due) => faulty(&core, due, request, next).await,
    };
    let answered = response.extensions().get::<Answered>().cloned();
    core.log.answered(number, response.status().as_u16(), answered);
    response
}

/// Carries a request out while a fault happens to it.
async fn faulty(core: &Core, mut due: Due, mut request: Request, next: Next) -> Response {
    let line = request.extensions().get::<Line>().cloned().unwrap_or_default();
    let asked = Asked::of(request.uri().query().unwrap_or_default());
    disturb(core, &due.fault, &request, &asked);
    if due.fault.mangle == Some(Mangle::RepeatPage) {
        let before = format!("{}?{}", request.uri().path(), asked.page_before());
        if let Ok(before) = before.parse() {
            *request.uri_mut() = before;
        }
    }
    let mut next = Some((request, next));
    let mut carry_out = async || match next.take() {
        Some((request, next)) => Some(next.run(request).await),
        None => None,
    };
    let early = if due.fault.after { carry_out().await } else { None };
    due.wait().await;
    let fault = due.fault;
    if fault.drop || fault.reset {
        return line.end(fault.reset).await;
    }
    let response = match fault.answer(core.clock.now()).or(early) {
        Some(response) => response,
        None => carry_out().await.unwrap_or_default(),
    };
    let response = if fault.spoils() { fault.spoil(response, &asked).await } else { response };
    let response = if fault.pad > 0 { faults::pad(response, fault.pad) } else { response };
    if fault.cut { faults::cut(response).await } else { response }
}

/// Changes the account, takes the token or the account away, if the fault says so.
fn disturb(core: &Core, fault: &Fault, request: &Request, asked: &Asked) {
    if let (Some(change), Some(account)) = (&fault.change, &asked.account)
        && let Err(error) = core.change(account, change.clone())
    {
        eprintln!("a change on order was not made: {error}");
    }
    let token = request.headers().get("Access-Token").and_then(|token| token.to_str().ok());
    let Some(token) = token.filter(|_| fault.revoke || fault.lose) else {
        return;
    };
    let mut ledger = core.ledger();
    let user = ledger.grant_of(token).map(|grant| grant.user.clone());
    let account = asked.account.as_deref().and_then(|id| id.parse().ok());
    if let (true, Some(user), Some(account)) = (fault.lose, user, account) {
        ledger.lose(&user, &[account]);
    }
    if fault.revoke {
        ledger.revoke(token);
    }
}
