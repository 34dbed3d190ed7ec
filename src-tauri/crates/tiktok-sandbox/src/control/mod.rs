//! `/sandbox/`: the endpoints with which tests control the sandbox. The crate's README describes them.

mod accounts;
mod faults;
mod objects;
mod overview;
mod reports;
mod response;
mod settings;
mod sign_in;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::state::SandboxState;

pub(crate) fn routes() -> Router<Arc<SandboxState>> {
    Router::new()
        .route("/state", get(overview::state))
        .route("/log", get(overview::log).delete(overview::clear_log))
        .route("/login", post(sign_in::push_script).delete(sign_in::clear_scripts))
        .route("/script", post(sign_in::set_injected_html))
        .route("/revoke", post(sign_in::revoke))
        .route("/users/{id}/accounts", get(accounts::list).post(accounts::change_access))
        .route("/accounts/{id}", get(accounts::show).post(accounts::update).delete(accounts::remove))
        .route("/objects/{account}", get(objects::snapshot).post(objects::change))
        .route("/faults", get(faults::list).post(faults::inject).delete(faults::clear))
        .route("/chaos", get(faults::chaos).post(faults::start_chaos).delete(faults::stop_chaos))
        .route("/limits", get(settings::limits).post(settings::set_limits))
        .route("/behaviour", get(settings::behaviour).post(settings::set_behaviour))
        .route("/clock", get(settings::clock).post(settings::set_clock))
        .route(
            "/reports",
            get(reports::list).post(reports::add).options(reports::preflight).delete(reports::clear),
        )
}
