//! `GET /user/info/`: who gave the token.

use serde_json::json;

use super::{Call, incorrect_token};
use crate::envelope::Answer;

pub(super) fn answer(call: &Call<'_>) -> Answer {
    let grant = call.grant()?;
    let ledger = call.core.ledger();
    let Some(user) = ledger.user(&grant.user) else {
        return incorrect_token();
    };
    Ok(json!({
        "core_user_id": user.id,
        "display_name": user.name,
        "email": user.masked_email(),
        "create_time": user.created,
        "avatar_url": format!("https://example.com/avatar/{}.jpg", user.id),
    })
    .into())
}
