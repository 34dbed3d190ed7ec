//! `POST /oauth2/access_token/`: an auth_code becomes a long-term token.

use serde_json::json;

use super::{Call, as_strings};
use crate::envelope::{Answer, refuse};

/// A list seen in production: ids beyond 2^53 are among them.
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

pub(super) fn answer(call: &Call<'_>) -> Answer {
    let app = call.app()?;
    let auth_code = call.input.text("auth_code")?;
    let with_accounts = call.input.flag("return_advertiser_ids", true)?;
    call.count(&app)?;
    let mut ledger = call.core.ledger();
    let Some(grant) = ledger.redeem(&auth_code, &app, call.core.clock.now()) else {
        return refuse(
            40110,
            "The auth_code is canceled. Please re-authorize and try again with a new auth_code.",
        );
    };
    let accounts = if with_accounts { as_strings(&ledger.covered(&grant)) } else { Vec::new() };
    Ok(json!({
        "access_token": ledger.issue_token(grant),
        "scope": SCOPE,
        "advertiser_ids": accounts,
    })
    .into())
}
