//! `/open_api/v1.3/`: one file per endpoint, and what they have in common.
//!
//! A new endpoint is a file with a function from [`Call`] to [`Answer`] and a line in [`routes`].

mod access_token;
mod ad_get;
mod adgroup_get;
mod advertiser_get;
mod advertiser_info;
mod audience_get;
mod audience_list;
mod balance_get;
mod bc_get;
mod campaign_get;
mod filter;
mod image_info;
mod input;
mod listing;
mod pixel_list;
mod revoke_token;
mod timezone;
mod user_info;
mod video_info;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::{MethodRouter, get, post};

use crate::core::Core;
use crate::envelope::{Answer, Refusal, refuse, respond};
use crate::inventory::View;
use crate::ledger::Grant;
pub(crate) use advertiser_info::FIELDS;
use input::Input;

/// One request to an endpoint.
struct Call<'a> {
    core: &'a Core,
    /// What the limits are counted by.
    endpoint: &'static str,
    input: Input,
    access_token: Option<String>,
}

type Endpoint = fn(&Call<'_>) -> Answer;

/// The endpoints. All end with a slash, which `user/info` alone may miss.
pub(crate) fn routes() -> Router<Arc<Core>> {
    let user_info = || by_get("/user/info/", user_info::answer);
    Router::new()
        .route("/user/info", user_info())
        .route("/user/info/", user_info())
        .route("/oauth2/access_token/", by_post("/oauth2/access_token/", access_token::answer))
        .route("/oauth2/advertiser/get/", by_get("/oauth2/advertiser/get/", advertiser_get::answer))
        .route("/oauth2/revoke_token/", by_post("/oauth2/revoke_token/", revoke_token::answer))
        .route("/advertiser/info/", by_get("/advertiser/info/", advertiser_info::answer))
        .route("/advertiser/balance/get/", by_get("/advertiser/balance/get/", balance_get::answer))
        .route("/bc/get/", by_get("/bc/get/", bc_get::answer))
        .route("/pixel/list/", by_get("/pixel/list/", pixel_list::answer))
        .route("/file/image/ad/info/", by_get("/file/image/ad/info/", image_info::answer))
        .route("/file/video/ad/info/", by_get("/file/video/ad/info/", video_info::answer))
        .route("/tool/timezone/", by_get("/tool/timezone/", timezone::answer))
        .route("/campaign/get/", by_get("/campaign/get/", campaign_get::answer))
        .route("/adgroup/get/", by_get("/adgroup/get/", adgroup_get::answer))
        .route("/ad/get/", by_get("/ad/get/", ad_get::answer))
        .route("/dmp/custom_audience/list/", by_get("/dmp/custom_audience/list/", audience_list::answer))
        .route("/dmp/custom_audience/get/", by_get("/dmp/custom_audience/get/", audience_get::answer))
}

fn by_get(endpoint: &'static str, answer: Endpoint) -> MethodRouter<Arc<Core>> {
    get(async move |State(core): State<Arc<Core>>, headers: HeaderMap, RawQuery(query): RawQuery| {
        let input = Ok(Input::from_query(&query.unwrap_or_default()));
        run(&core, endpoint, answer, &headers, input)
    })
}

fn by_post(endpoint: &'static str, answer: Endpoint) -> MethodRouter<Arc<Core>> {
    post(async move |State(core): State<Arc<Core>>, headers: HeaderMap, body: Bytes| {
        let input = Input::from_body(text(&headers, header::CONTENT_TYPE.as_str()), &body);
        run(&core, endpoint, answer, &headers, input)
    })
}

fn run(
    core: &Core,
    endpoint: &'static str,
    answer: Endpoint,
    headers: &HeaderMap,
    input: Result<Input, Refusal>,
) -> axum::response::Response {
    let access_token = text(headers, "Access-Token").map(str::to_owned);
    let answer = input.and_then(|input| answer(&Call { core, endpoint, input, access_token }));
    respond(StatusCode::OK, answer, core.clock.now())
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

impl Call<'_> {
    /// The grant behind the header `Access-Token`, counted against the app's limits.
    fn grant(&self) -> Result<Grant, Refusal> {
        let token = self.access_token.as_deref().unwrap_or_default();
        if token.is_empty() {
            return refuse(
                40104,
                "Access token is null, you should set it in http header with key Access-Token.",
            );
        }
        let grant = self.core.ledger().grant_of(token).cloned();
        let Some(grant) = grant else {
            return incorrect_token();
        };
        self.count(&grant.app)?;
        Ok(grant)
    }

    /// The app whose id and secret the request carries.
    fn app(&self) -> Result<String, Refusal> {
        let id = self.input.text("app_id")?;
        let secret = self.input.text("secret")?;
        let apps = self.core.ledger().world().apps();
        match apps.into_iter().find(|app| app.id == id) {
            None => refuse(40113, "The app does not exist or has been blocked."),
            Some(app) if app.secret != secret => refuse(40101, "The app_id and the secret do not match."),
            Some(app) => Ok(app.id),
        }
    }

    /// The ad account that the call is about, with what it holds now: one that the token covers.
    fn account(&self, grant: &Grant) -> Result<View, Refusal> {
        let Ok(id) = self.input.text("advertiser_id")?.parse() else {
            return refuse(40002, "advertiser_id: Not a valid integer.");
        };
        advertiser_info::permit(&self.core.ledger(), grant, id)?;
        self.core.limits.admit_advertiser(id, self.endpoint, self.core.clock.now())?;
        self.core.view(id).map_or_else(|| advertiser_info::gone(id), Ok)
    }

    /// Counts this call against the limits of the app.
    fn count(&self, app: &str) -> Result<(), Refusal> {
        self.core.limits.admit(app, self.endpoint, self.core.clock.now())
    }
}

fn incorrect_token<T>() -> Result<T, Refusal> {
    refuse(40105, "Access token is incorrect or has been revoked.")
}

fn other_app<T>() -> Result<T, Refusal> {
    refuse(
        40113,
        "The app_id is inconsistent with the token's app information. Please retry after correcting it.",
    )
}

/// Ids are strings in answers.
pub(crate) fn as_strings(ids: &[u64]) -> Vec<String> {
    ids.iter().map(u64::to_string).collect()
}
