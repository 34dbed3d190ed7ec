//! `/sandbox/`: how a test steers the sandbox. The routes and their bodies are described in the crate's README.

mod accounts;
mod faults;
mod objects;
mod reports;

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::core::{BadId, Core, OnCancel};
use crate::limits::Quota;
use crate::lock;
use crate::log::Entry;
use crate::portal::Plan;

/// 400 with `{"error": text}`.
pub(crate) struct Wrong(String);

impl IntoResponse for Wrong {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, Json(json!({"error": self.0}))).into_response()
    }
}

type Outcome = Result<Json<Value>, Wrong>;
type Shared = State<Arc<Core>>;

fn wrong<T>(text: impl Into<String>) -> Result<T, Wrong> {
    Err(Wrong(text.into()))
}

fn done() -> Json<Value> {
    Json(json!({}))
}

pub(crate) fn routes() -> Router<Arc<Core>> {
    Router::new()
        .route("/state", get(state))
        .route("/login", post(log_in_next).delete(forget_plans))
        .route("/revoke", post(revoke))
        .route("/users/{id}/accounts", get(accounts::reached).post(accounts::gain_and_lose))
        .route("/accounts/{id}", get(accounts::show).post(accounts::change).delete(accounts::remove))
        .route("/objects/{account}", get(objects::truth).post(objects::change))
        .route("/faults", get(faults::list).post(faults::order).delete(faults::clear))
        .route("/chaos", get(faults::chaos).post(faults::begin_chaos).delete(faults::end_chaos))
        .route("/limits", get(limits).post(set_limits))
        .route("/behaviour", get(behaviour).post(set_behaviour))
        .route("/clock", get(clock).post(set_clock))
        .route("/log", get(log).delete(clear_log))
        .route("/script", post(set_script))
        .route(
            "/reports",
            get(reports::list).post(reports::add).options(reports::preflight).merge(delete(reports::clear)),
        )
}

async fn state(State(core): Shared) -> Json<Value> {
    let ledger = core.ledger();
    let [app, other_app] = ledger.world().apps();
    let users: Vec<Value> = ledger
        .world()
        .users()
        .iter()
        .map(|user| {
            let accounts = ledger.reached_by(&user.id).len();
            let tokens = ledger.tokens().filter(|(_, grant)| grant.user == user.id).count();
            json!({"id": user.id, "name": user.name, "email": user.email, "accounts": accounts, "tokens": tokens})
        })
        .collect();
    Json(json!({
        "now": core.clock.now(),
        "app": {"app_id": app.id, "secret": app.secret},
        "other_app": {"app_id": other_app.id, "secret": other_app.secret},
        "redirect_urls": core.redirect_urls,
        "api": core.api(),
        "log_in": core.log_in(),
        "users": users,
        "accounts": ledger.accounts().count(),
        "tokens": ledger.tokens().count(),
    }))
}

async fn log_in_next(State(core): Shared, Json(plan): Json<Plan>) -> Outcome {
    if let Some(user) = plan.user.as_deref().filter(|id| core.ledger().user(id).is_none()) {
        return wrong(format!("there is no user {user}"));
    }
    core.desk.order(plan);
    Ok(done())
}

async fn forget_plans(State(core): Shared) -> Json<Value> {
    core.desk.forget_plans();
    done()
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Revoked {
    Token(String),
    User(String),
}

async fn revoke(State(core): Shared, Json(revoked): Json<Revoked>) -> Json<Value> {
    let mut ledger = core.ledger();
    let tokens = match revoked {
        Revoked::Token(token) => usize::from(ledger.revoke(&token)),
        Revoked::User(user) => ledger.revoke_user(&user),
    };
    Json(json!({"revoked": tokens}))
}

async fn limits(State(core): Shared) -> Json<Quota> {
    Json(core.limits.quota())
}

async fn set_limits(State(core): Shared, Json(quota): Json<Quota>) -> Json<Value> {
    core.limits.set(quota);
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BehaviourChange {
    cancel: Option<OnCancel>,
    bad_id: Option<BadId>,
}

async fn behaviour(State(core): Shared) -> Json<Value> {
    Json(json!(core.behaviour()))
}

async fn set_behaviour(State(core): Shared, Json(change): Json<BehaviourChange>) -> Json<Value> {
    let mut behaviour = lock(&core.behaviour);
    behaviour.cancel = change.cancel.unwrap_or(behaviour.cancel);
    behaviour.bad_id = change.bad_id.unwrap_or(behaviour.bad_id);
    Json(json!(*behaviour))
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum ClockChange {
    AdvanceSeconds(i64),
    Set(Timestamp),
    Run(bool),
}

async fn clock(State(core): Shared) -> Json<Value> {
    Json(json!({"now": core.clock.now()}))
}

async fn set_clock(state: Shared, Json(change): Json<ClockChange>) -> Json<Value> {
    let clock = &state.0.clock;
    match change {
        ClockChange::AdvanceSeconds(seconds) => clock.advance(SignedDuration::from_secs(seconds)),
        ClockChange::Set(at) => clock.stop_at(at),
        ClockChange::Run(true) => clock.run(),
        ClockChange::Run(false) => clock.stop_at(clock.now()),
    }
    Json(json!({"now": clock.now()}))
}

#[derive(Deserialize)]
struct LogFilter {
    endpoint: Option<String>,
}

async fn log(State(core): Shared, Query(filter): Query<LogFilter>) -> Json<Vec<Entry>> {
    Json(core.log.list(filter.endpoint.as_deref()))
}

async fn clear_log(State(core): Shared) -> Json<Value> {
    core.log.clear();
    done()
}

#[derive(Deserialize)]
struct Script {
    html: String,
}

async fn set_script(State(core): Shared, Json(script): Json<Script>) -> Json<Value> {
    core.desk.set_script(script.html);
    done()
}
