//! Code shared by the handlers of the control endpoints.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::state::SandboxState;

pub(super) type Shared = State<Arc<SandboxState>>;
pub(super) type ControlResult = Result<Json<Value>, BadRequest>;

/// 400 with `{"error": text}`.
pub(crate) struct BadRequest(String);

impl IntoResponse for BadRequest {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, Json(json!({"error": self.0}))).into_response()
    }
}

pub(super) fn bad_request<T>(text: impl Into<String>) -> Result<T, BadRequest> {
    Err(BadRequest(text.into()))
}

pub(super) fn done() -> Json<Value> {
    Json(json!({}))
}
