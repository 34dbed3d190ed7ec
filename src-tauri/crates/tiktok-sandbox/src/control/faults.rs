//! Bad days: on order and by chance.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::Value;

use super::{Outcome, Shared, done, wrong};
use crate::faults::{Chaos, Fault};

pub(super) async fn list(State(core): Shared) -> Json<Vec<Fault>> {
    Json(core.faults.list())
}

pub(super) async fn order(State(core): Shared, Json(fault): Json<Fault>) -> Outcome {
    if fault.endpoint.is_empty() {
        return wrong("endpoint is missing");
    }
    if fault.status.is_some_and(|status| StatusCode::from_u16(status).is_err()) {
        return wrong("status is no HTTP status");
    }
    if fault.percent.is_some_and(|percent| percent > 100) {
        return wrong("percent is at most 100");
    }
    core.faults.order(fault);
    Ok(done())
}

pub(super) async fn clear(State(core): Shared) -> Json<Value> {
    core.faults.clear();
    done()
}

pub(super) async fn chaos(State(core): Shared) -> Json<Option<Chaos>> {
    Json(core.faults.chaos())
}

pub(super) async fn begin_chaos(State(core): Shared, Json(chaos): Json<Chaos>) -> Outcome {
    if chaos.percent > 100 {
        return wrong("percent is at most 100");
    }
    core.faults.set_chaos(Some(chaos));
    Ok(done())
}

pub(super) async fn end_chaos(State(core): Shared) -> Json<Value> {
    core.faults.set_chaos(None);
    done()
}
