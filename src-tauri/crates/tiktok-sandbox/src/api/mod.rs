//! The API's endpoints, one file each except that images and videos share `media.rs`.
//!
//! To add an endpoint, write a function from [`Call`](call::Call) to [`ApiResult`](crate::envelope::ApiResult) and add
//! it to [`routes`].

mod access_token;
mod ad_get;
mod adgroup_get;
mod advertiser_balance_get;
mod advertiser_get;
pub(crate) mod advertiser_info;
mod audience_get;
mod audience_list;
mod bc_get;
mod call;
mod campaign_get;
mod filter;
mod listing;
mod media;
mod parameters;
mod pixel_list;
mod report;
mod revoke_token;
mod timezone;
mod user_info;

use std::sync::Arc;

use axum::Router;
use axum::routing::MethodRouter;

use crate::state::SandboxState;
use call::{Endpoint, get_route, post_route};

/// All paths end with a slash, which is optional only for `user/info`.
pub(crate) fn routes() -> Router<Arc<SandboxState>> {
    type Route = fn(&'static str, Endpoint) -> MethodRouter<Arc<SandboxState>>;
    let endpoints: [(&'static str, Route, Endpoint); 19] = [
        ("/user/info/", get_route, user_info::handle),
        ("/oauth2/access_token/", post_route, access_token::handle),
        ("/oauth2/advertiser/get/", get_route, advertiser_get::handle),
        ("/oauth2/revoke_token/", post_route, revoke_token::handle),
        ("/advertiser/info/", get_route, advertiser_info::handle),
        ("/advertiser/balance/get/", get_route, advertiser_balance_get::handle),
        ("/bc/get/", get_route, bc_get::handle),
        ("/pixel/list/", get_route, pixel_list::handle),
        ("/file/image/ad/info/", get_route, media::handle_images),
        ("/file/video/ad/info/", get_route, media::handle_videos),
        ("/file/image/ad/search/", get_route, media::search_images),
        ("/file/video/ad/search/", get_route, media::search_videos),
        ("/report/integrated/get/", get_route, report::handle),
        ("/tool/timezone/", get_route, timezone::handle),
        ("/campaign/get/", get_route, campaign_get::handle),
        ("/adgroup/get/", get_route, adgroup_get::handle),
        ("/ad/get/", get_route, ad_get::handle),
        ("/dmp/custom_audience/list/", get_route, audience_list::handle),
        ("/dmp/custom_audience/get/", get_route, audience_get::handle),
    ];
    let router = Router::new().route("/user/info", get_route("/user/info/", user_info::handle));
    endpoints
        .into_iter()
        .fold(router, |router, (path, route, handle)| router.route(path, route(path, handle)))
}
