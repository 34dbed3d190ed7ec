//! `POST /oauth2/revoke_token/`: ends a long-term token.

use serde_json::json;

use super::{Call, as_strings, incorrect_token, other_app};
use crate::envelope::Answer;

pub(super) fn answer(call: &Call<'_>) -> Answer {
    let app = call.app()?;
    let token = call.input.text("access_token")?;
    call.count(&app)?;
    let mut ledger = call.core.ledger();
    let Some(grant) = ledger.grant_of(&token).cloned() else {
        return incorrect_token();
    };
    if grant.app != app {
        return other_app();
    }
    let accounts = as_strings(&ledger.covered(&grant));
    ledger.revoke(&token);
    Ok(json!({"app_id": app, "advertiser_ids": accounts}).into())
}
