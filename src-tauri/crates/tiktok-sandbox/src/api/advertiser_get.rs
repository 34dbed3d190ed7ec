//! `GET /oauth2/advertiser/get/`: the accounts that the token may use now, all in one answer, ascending by id.

use serde_json::{Value, json};

use super::{Call, other_app};
use crate::envelope::Answer;

pub(super) fn answer(call: &Call<'_>) -> Answer {
    let grant = call.grant()?;
    if call.app()? != grant.app {
        return other_app();
    }
    let ledger = call.core.ledger();
    let list: Vec<Value> = ledger
        .covered(&grant)
        .into_iter()
        .filter_map(|id| ledger.account(id))
        .map(|account| json!({"advertiser_id": account.get("advertiser_id"), "advertiser_name": account.get("name")}))
        .collect();
    Ok(json!({ "list": list }).into())
}
