//! Where a page of the portal, or any page, tells a test what it found. Every origin may post.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use serde_json::Value;

use super::{Shared, done};
use crate::lock;

const ANY_ORIGIN: [(HeaderName, &str); 2] = [
    (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    (header::ACCESS_CONTROL_ALLOW_HEADERS, "*"),
];

pub(super) async fn list(State(core): Shared) -> Json<Vec<Value>> {
    Json(lock(&core.reports).clone())
}

/// JSON is kept as JSON, anything else as text.
pub(super) async fn add(
    State(core): Shared,
    body: String,
) -> ([(HeaderName, &'static str); 2], Json<Value>) {
    let report = serde_json::from_str(&body).unwrap_or(Value::String(body));
    lock(&core.reports).push(report);
    (ANY_ORIGIN, done())
}

pub(super) async fn preflight() -> (StatusCode, [(HeaderName, &'static str); 2]) {
    (StatusCode::NO_CONTENT, ANY_ORIGIN)
}

pub(super) async fn clear(State(core): Shared) -> Json<Value> {
    lock(&core.reports).clear();
    done()
}
