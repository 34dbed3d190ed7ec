//! Injected faults and chaos.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::Value;

use super::response::{BadRequest, ControlResult, Shared, bad_request, done};
use crate::faults::{Chaos, Fault};

pub(super) async fn list(State(state): Shared) -> Json<Vec<Fault>> {
    Json(state.faults.list())
}

pub(super) async fn inject(State(state): Shared, Json(fault): Json<Fault>) -> ControlResult {
    if fault.endpoint.is_empty() {
        return bad_request("endpoint is required");
    }
    if fault.status.is_some_and(|status| StatusCode::from_u16(status).is_err()) {
        return bad_request("status must be an HTTP status");
    }
    check_percent(fault.percent.unwrap_or_default())?;
    state.faults.inject(fault);
    Ok(done())
}

pub(super) async fn clear(State(state): Shared) -> Json<Value> {
    state.faults.clear();
    done()
}

pub(super) async fn chaos(State(state): Shared) -> Json<Option<Chaos>> {
    Json(state.faults.chaos())
}

pub(super) async fn start_chaos(State(state): Shared, Json(chaos): Json<Chaos>) -> ControlResult {
    check_percent(chaos.percent)?;
    state.faults.set_chaos(Some(chaos));
    Ok(done())
}

pub(super) async fn stop_chaos(State(state): Shared) -> Json<Value> {
    state.faults.set_chaos(None);
    done()
}

fn check_percent(percent: u8) -> Result<(), BadRequest> {
    if percent > 100 { bad_request("percent must be at most 100") } else { Ok(()) }
}
