//! The state of the sandbox and the request log.

use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::response::{Shared, done};
use crate::request_log::LogEntry;

pub(super) async fn state(State(state): Shared) -> Json<Value> {
    let grants = state.grants();
    let [app, other_app] = grants.seed_data().apps();
    let users: Vec<Value> = grants
        .seed_data()
        .users()
        .iter()
        .map(|user| {
            let accounts = grants.accounts_of(&user.id).len();
            let tokens = grants.tokens().filter(|(_, grant)| grant.user == user.id).count();
            json!({"id": user.id, "name": user.name, "email": user.email, "accounts": accounts, "tokens": tokens})
        })
        .collect();
    Json(json!({
        "now": state.clock.now(),
        "app": {"app_id": app.id, "secret": app.secret},
        "other_app": {"app_id": other_app.id, "secret": other_app.secret},
        "redirect_urls": state.redirect_urls,
        "api": state.api_address(),
        "log_in": state.sign_in_address(),
        "users": users,
        "accounts": grants.account_ids().count(),
        "tokens": grants.tokens().count(),
    }))
}

#[derive(Deserialize)]
pub(super) struct LogFilter {
    endpoint: Option<String>,
}

pub(super) async fn log(State(state): Shared, Query(filter): Query<LogFilter>) -> Json<Vec<LogEntry>> {
    Json(state.log.list(filter.endpoint.as_deref()))
}

pub(super) async fn clear_log(State(state): Shared) -> Json<Value> {
    state.log.clear();
    done()
}
