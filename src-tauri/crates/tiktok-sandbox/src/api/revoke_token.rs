//! `POST /oauth2/revoke_token/`: revokes a long-term token.

use serde_json::json;

use super::advertiser_info::id_strings;
use super::call::{Call, incorrect_token, token_of_other_app};
use crate::envelope::ApiResult;

pub(super) fn handle(call: &Call<'_>) -> ApiResult {
    let app = call.app()?;
    let token = call.parameters.text("access_token")?;
    call.check_rate_limit(&app)?;
    let mut grants = call.state.grants();
    let Some(grant) = grants.grant_of(&token).cloned() else {
        return incorrect_token();
    };
    if grant.app != app {
        return token_of_other_app();
    }
    let accounts = id_strings(&grants.accounts_of_grant(&grant));
    grants.revoke_token(&token);
    Ok(json!({"app_id": app, "advertiser_ids": accounts}).into())
}
