//! Reports that pages of the portal, or any page, send to a test. Any origin may post.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use serde_json::Value;

use super::response::{Shared, done};
use crate::mutex::lock;

const ANY_ORIGIN: [(HeaderName, &str); 2] =
    [(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"), (header::ACCESS_CONTROL_ALLOW_HEADERS, "*")];

pub(super) async fn list(State(state): Shared) -> Json<Vec<Value>> {
    Json(lock(&state.reports).clone())
}

/// A body that is not JSON is stored as text.
pub(super) async fn add(
    State(state): Shared,
    body: String,
) -> ([(HeaderName, &'static str); 2], Json<Value>) {
    let report = serde_json::from_str(&body).unwrap_or(Value::String(body));
    lock(&state.reports).push(report);
    (ANY_ORIGIN, done())
}

pub(super) async fn preflight() -> (StatusCode, [(HeaderName, &'static str); 2]) {
    (StatusCode::NO_CONTENT, ANY_ORIGIN)
}

pub(super) async fn clear(State(state): Shared) -> Json<Value> {
    lock(&state.reports).clear();
    done()
}
