//! Accounts as TikTok's own staff and other people change them.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Outcome, Shared, Wrong, done, wrong};
use crate::api::as_strings;
use crate::ledger::Ledger;

/// Accounts by number or by name.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Choice {
    Number(usize),
    Ids(Vec<String>),
}

impl Default for Choice {
    fn default() -> Choice {
        Choice::Number(0)
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Access {
    gain: Choice,
    lose: Choice,
}

/// A number of accounts is at most this, as in [`crate::Options`].
const MOST: usize = crate::MOST_ACCOUNTS;

pub(super) async fn reached(State(core): Shared, Path(user): Path<String>) -> Outcome {
    let ledger = core.ledger();
    known_user(&ledger, &user)?;
    let accounts: Vec<Value> = ledger
        .reached_by(&user)
        .into_iter()
        .filter_map(|id| ledger.account(id))
        .map(|account| json!({"id": account.get("advertiser_id"), "name": account.get("name")}))
        .collect();
    Ok(Json(json!({ "accounts": accounts })))
}

/// A number of accounts to gain is made new; a number to lose are the last ones.
pub(super) async fn gain_and_lose(
    State(core): Shared,
    Path(user): Path<String>,
    Json(access): Json<Access>,
) -> Outcome {
    let mut ledger = core.ledger();
    known_user(&ledger, &user)?;
    let lost = match access.lose {
        Choice::Ids(ids) => existing(&ledger, &ids)?,
        Choice::Number(number) => {
            let mut reached = ledger.reached_by(&user);
            reached.split_off(reached.len().saturating_sub(number))
        }
    };
    let gained = match access.gain {
        Choice::Ids(ids) => existing(&ledger, &ids)?,
        Choice::Number(number) if number <= MOST => ledger.make_accounts(number),
        Choice::Number(_) => {
            return wrong(format!("at most {MOST} accounts can be gained at once"));
        }
    };
    ledger.lose(&user, &lost);
    ledger.gain(&user, &gained);
    Ok(Json(json!({
        "gained": as_strings(&gained),
        "lost": as_strings(&lost),
        "accounts": ledger.reached_by(&user).len(),
    })))
}

pub(super) async fn show(State(core): Shared, Path(id): Path<String>) -> Outcome {
    let ledger = core.ledger();
    let id = existing_one(&ledger, &id)?;
    Ok(Json(json!(ledger.account(id))))
}

pub(super) async fn change(
    State(core): Shared,
    Path(id): Path<String>,
    Json(fields): Json<Map<String, Value>>,
) -> Outcome {
    let mut ledger = core.ledger();
    let id = existing_one(&ledger, &id)?;
    let fixed = |field: &&String| !crate::api::FIELDS.contains(&field.as_str()) || *field == "advertiser_id";
    if let Some(field) = fields.keys().find(fixed) {
        return wrong(format!("{field} cannot be changed"));
    }
    ledger.change_account(id, fields);
    Ok(Json(json!(ledger.account(id))))
}

pub(super) async fn remove(State(core): Shared, Path(id): Path<String>) -> Outcome {
    let mut ledger = core.ledger();
    let id = existing_one(&ledger, &id)?;
    ledger.remove_account(id);
    Ok(done())
}

fn known_user(ledger: &Ledger, id: &str) -> Result<(), Wrong> {
    match ledger.user(id) {
        Some(_) => Ok(()),
        None => wrong(format!("there is no user {id}")),
    }
}

fn existing(ledger: &Ledger, ids: &[String]) -> Result<Vec<u64>, Wrong> {
    ids.iter().map(|id| existing_one(ledger, id)).collect()
}

fn existing_one(ledger: &Ledger, id: &str) -> Result<u64, Wrong> {
    match id.parse().ok().filter(|id| ledger.exists(*id)) {
        Some(id) => Ok(id),
        None => wrong(format!("there is no account {id}")),
    }
}
