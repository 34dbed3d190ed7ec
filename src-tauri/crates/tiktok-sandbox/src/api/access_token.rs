//! `POST /oauth2/access_token/`: exchanges an auth_code for a long-term token.

use serde_json::json;

use super::advertiser_info::id_strings;
use super::call::Call;
use crate::envelope::{ApiResult, api_error};

/// The scope of a real token. Some ids are beyond 2^53.
const SCOPE: [u64; 13] = [
    800,
    700,
    802,
    7_543_056_879_933_489_153,
    7_043_626_160_646_815_746,
    7_224_195_155_857_833_986,
    200,
    10,
    210,
    51,
    7_580_203_444_061_896_721,
    220,
    30,
];

pub(super) fn handle(call: &Call<'_>) -> ApiResult {
    let app = call.app()?;
    let auth_code = call.parameters.text("auth_code")?;
    let return_accounts = call.parameters.flag("return_advertiser_ids", true)?;
    call.check_rate_limit(&app)?;
    let mut grants = call.state.grants();
    let Some(grant) = grants.redeem_code(&auth_code, &app, call.state.clock.now()) else {
        return api_error(
            40110,
            "The auth_code is canceled. Please re-authorize and try again with a new auth_code.",
        );
    };
    let accounts = if return_accounts { id_strings(&grants.accounts_of_grant(&grant)) } else { Vec::new() };
    Ok(json!({
        "access_token": grants.issue_token(grant),
        "scope": SCOPE,
        "advertiser_ids": accounts,
    })
    .into())
}
