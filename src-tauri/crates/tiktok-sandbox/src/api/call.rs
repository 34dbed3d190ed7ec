//! A call of an endpoint: its parameters, authorization, rate limits and ad account.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};

use super::parameters::Parameters;
use crate::envelope::{ApiError, ApiResult, api_error, respond};
use crate::grants::{Grant, Grants};
use crate::inventory::AccountView;
use crate::state::SandboxState;

pub(super) struct Call<'a> {
    pub state: &'a SandboxState,
    pub parameters: Parameters,
    /// The path by which rate limits are counted.
    endpoint: &'static str,
    access_token: Option<String>,
}

pub(super) type Endpoint = fn(&Call<'_>) -> ApiResult;

pub(super) fn get_route(endpoint: &'static str, handle: Endpoint) -> MethodRouter<Arc<SandboxState>> {
    get(async move |State(state): State<Arc<SandboxState>>, headers: HeaderMap, RawQuery(query): RawQuery| {
        let parameters = Ok(Parameters::from_query(&query.unwrap_or_default()));
        run(&state, endpoint, handle, &headers, parameters)
    })
}

pub(super) fn post_route(endpoint: &'static str, handle: Endpoint) -> MethodRouter<Arc<SandboxState>> {
    post(async move |State(state): State<Arc<SandboxState>>, headers: HeaderMap, body: Bytes| {
        let parameters = Parameters::from_body(header_text(&headers, header::CONTENT_TYPE.as_str()), &body);
        run(&state, endpoint, handle, &headers, parameters)
    })
}

fn run(
    state: &SandboxState,
    endpoint: &'static str,
    handle: Endpoint,
    headers: &HeaderMap,
    parameters: Result<Parameters, ApiError>,
) -> Response {
    let access_token = header_text(headers, "Access-Token").map(str::to_owned);
    let result =
        parameters.and_then(|parameters| handle(&Call { state, parameters, endpoint, access_token }));
    respond(StatusCode::OK, result, state.clock.now())
}

fn header_text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

impl Call<'_> {
    /// Returns the grant of the `Access-Token` header. Counts the call against the app's rate limits.
    pub(super) fn grant(&self) -> Result<Grant, ApiError> {
        let token = self.access_token.as_deref().unwrap_or_default();
        if token.is_empty() {
            return api_error(
                40104,
                "Access token is null, you should set it in http header with key Access-Token.",
            );
        }
        let grant = self.state.grants().grant_of(token).cloned();
        let Some(grant) = grant else {
            return incorrect_token();
        };
        self.check_rate_limit(&grant.app)?;
        Ok(grant)
    }

    /// Returns the app whose id and secret are among the parameters.
    pub(super) fn app(&self) -> Result<String, ApiError> {
        let id = self.parameters.text("app_id")?;
        let secret = self.parameters.text("secret")?;
        let apps = self.state.grants().seed_data().apps();
        match apps.into_iter().find(|app| app.id == id) {
            None => api_error(40113, "The app does not exist or has been blocked."),
            Some(app) if app.secret != secret => api_error(40101, "The app_id and the secret do not match."),
            Some(app) => Ok(app.id),
        }
    }

    /// Returns the account of `advertiser_id`, which the grant must include.
    pub(super) fn account(&self, grant: &Grant) -> Result<AccountView, ApiError> {
        let Ok(id) = self.parameters.text("advertiser_id")?.parse() else {
            return api_error(40002, "advertiser_id: Not a valid integer.");
        };
        check_permission(&self.state.grants(), grant, id)?;
        self.state.limits.admit_advertiser(id, self.endpoint, self.state.clock.now())?;
        self.state.view(id).map_or_else(|| deleted_account(id), Ok)
    }

    pub(super) fn check_rate_limit(&self, app: &str) -> Result<(), ApiError> {
        self.state.limits.admit(app, self.endpoint, self.state.clock.now())
    }
}

/// Fails unless the grant includes the account.
pub(super) fn check_permission(grants: &Grants, grant: &Grant, account: u64) -> Result<(), ApiError> {
    if grants.grant_includes(grant, account) {
        Ok(())
    } else {
        api_error(40001, format!("No permission to operate advertiser {account}"))
    }
}

pub(super) fn deleted_account<T>(id: u64) -> Result<T, ApiError> {
    api_error(40001, format!("The advertiser {id} doesn't exist or has been deleted."))
}

pub(super) fn incorrect_token<T>() -> Result<T, ApiError> {
    api_error(40105, "Access token is incorrect or has been revoked.")
}

pub(super) fn token_of_other_app<T>() -> Result<T, ApiError> {
    api_error(
        40113,
        "The app_id is inconsistent with the token's app information. Please retry after correcting it.",
    )
}
