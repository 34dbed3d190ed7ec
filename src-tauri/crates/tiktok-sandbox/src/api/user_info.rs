//! `GET /user/info/`: the user who granted the token.

use serde_json::json;

use super::call::{Call, incorrect_token};
use crate::envelope::ApiResult;

pub(super) fn handle(call: &Call<'_>) -> ApiResult {
    let grant = call.grant()?;
    let grants = call.state.grants();
    let Some(user) = grants.user(&grant.user) else {
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
