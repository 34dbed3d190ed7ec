//! `GET /oauth2/advertiser/get/`: the accounts that the token gives access to, in one response, ascending by id.

use serde_json::{Value, json};

use super::call::{Call, token_of_other_app};
use crate::envelope::ApiResult;

pub(super) fn handle(call: &Call<'_>) -> ApiResult {
    let grant = call.grant()?;
    if call.app()? != grant.app {
        return token_of_other_app();
    }
    let grants = call.state.grants();
    let accounts = grants.accounts_of_grant(&grant).into_iter().filter_map(|id| grants.account(id));
    let list: Vec<Value> = accounts
        .map(|account| json!({"advertiser_id": account.get("advertiser_id"), "advertiser_name": account.get("name")}))
        .collect();
    Ok(json!({ "list": list }).into())
}
