//! Rate limits, undocumented behavior and the clock.

use axum::Json;
use axum::extract::State;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use super::response::{Shared, done};
use crate::behaviour::{BadId, Behaviour, OnCancel};
use crate::limits::Quota;
use crate::mutex::lock;
use crate::tls::Certificate;

pub(super) async fn limits(State(state): Shared) -> Json<Quota> {
    Json(state.limits.quota())
}

pub(super) async fn set_limits(State(state): Shared, Json(quota): Json<Quota>) -> Json<Value> {
    state.limits.set(quota);
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BehaviourChange {
    cancel: Option<OnCancel>,
    bad_id: Option<BadId>,
    certificate: Option<Certificate>,
}

pub(super) async fn behaviour(State(state): Shared) -> Json<Behaviour> {
    Json(state.behaviour())
}

pub(super) async fn set_behaviour(
    State(state): Shared,
    Json(change): Json<BehaviourChange>,
) -> Json<Behaviour> {
    let mut behaviour = lock(&state.behaviour);
    behaviour.cancel = change.cancel.unwrap_or(behaviour.cancel);
    behaviour.bad_id = change.bad_id.unwrap_or(behaviour.bad_id);
    behaviour.certificate = change.certificate.unwrap_or(behaviour.certificate);
    Json(*behaviour)
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ClockChange {
    AdvanceSeconds(i64),
    Set(Timestamp),
    Run(bool),
}

pub(super) async fn clock(State(state): Shared) -> Json<Value> {
    Json(json!({"now": state.clock.now()}))
}

pub(super) async fn set_clock(State(state): Shared, Json(change): Json<ClockChange>) -> Json<Value> {
    let clock = &state.clock;
    match change {
        ClockChange::AdvanceSeconds(seconds) => clock.advance(SignedDuration::from_secs(seconds)),
        ClockChange::Set(at) => clock.stop_at(at),
        ClockChange::Run(true) => clock.resume(),
        ClockChange::Run(false) => clock.stop_at(clock.now()),
    }
    Json(json!({"now": clock.now()}))
}
