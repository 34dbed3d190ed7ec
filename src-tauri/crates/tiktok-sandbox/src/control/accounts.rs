//! Ad accounts and the users' access to them.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::response::{BadRequest, ControlResult, Shared, bad_request, done};
use crate::api::advertiser_info::{FIELDS, id_strings};
use crate::grants::Grants;
use crate::options::MAX_ACCOUNTS;

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum AccountSelection {
    Number(usize),
    Ids(Vec<String>),
}

impl Default for AccountSelection {
    fn default() -> AccountSelection {
        AccountSelection::Number(0)
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct AccessChange {
    /// A number of accounts to gain is created.
    gain: AccountSelection,
    /// A number of accounts to lose is taken from the end.
    lose: AccountSelection,
}

pub(super) async fn list(State(state): Shared, Path(user): Path<String>) -> ControlResult {
    let grants = state.grants();
    check_user(&grants, &user)?;
    let accounts = grants.accounts_of(&user).into_iter().filter_map(|id| grants.account(id));
    let accounts: Vec<Value> = accounts
        .map(|account| json!({"id": account.get("advertiser_id"), "name": account.get("name")}))
        .collect();
    Ok(Json(json!({ "accounts": accounts })))
}

pub(super) async fn change_access(
    State(state): Shared,
    Path(user): Path<String>,
    Json(change): Json<AccessChange>,
) -> ControlResult {
    let mut grants = state.grants();
    check_user(&grants, &user)?;
    let lost = match change.lose {
        AccountSelection::Ids(ids) => existing_accounts(&grants, &ids)?,
        AccountSelection::Number(number) => {
            let mut accounts = grants.accounts_of(&user);
            accounts.split_off(accounts.len().saturating_sub(number))
        }
    };
    let gained = match change.gain {
        AccountSelection::Ids(ids) => existing_accounts(&grants, &ids)?,
        AccountSelection::Number(number) if number <= MAX_ACCOUNTS => grants.create_accounts(number),
        AccountSelection::Number(_) => {
            return bad_request(format!("a user can gain at most {MAX_ACCOUNTS} accounts at once"));
        }
    };
    grants.remove_access(&user, &lost);
    grants.add_access(&user, &gained);
    Ok(Json(json!({
        "gained": id_strings(&gained),
        "lost": id_strings(&lost),
        "accounts": grants.accounts_of(&user).len(),
    })))
}

pub(super) async fn show(State(state): Shared, Path(id): Path<String>) -> ControlResult {
    let grants = state.grants();
    let id = existing_account(&grants, &id)?;
    Ok(Json(json!(grants.account(id))))
}

pub(super) async fn update(
    State(state): Shared,
    Path(id): Path<String>,
    Json(fields): Json<Map<String, Value>>,
) -> ControlResult {
    let mut grants = state.grants();
    let id = existing_account(&grants, &id)?;
    let is_fixed = |field: &&String| !FIELDS.contains(&field.as_str()) || *field == "advertiser_id";
    if let Some(field) = fields.keys().find(is_fixed) {
        return bad_request(format!("{field} cannot be changed"));
    }
    grants.update_account(id, fields);
    Ok(Json(json!(grants.account(id))))
}

pub(super) async fn remove(State(state): Shared, Path(id): Path<String>) -> ControlResult {
    let mut grants = state.grants();
    let id = existing_account(&grants, &id)?;
    grants.remove_account(id);
    Ok(done())
}

fn check_user(grants: &Grants, id: &str) -> Result<(), BadRequest> {
    match grants.user(id) {
        Some(_) => Ok(()),
        None => bad_request(format!("user {id} does not exist")),
    }
}

fn existing_accounts(grants: &Grants, ids: &[String]) -> Result<Vec<u64>, BadRequest> {
    ids.iter().map(|id| existing_account(grants, id)).collect()
}

fn existing_account(grants: &Grants, id: &str) -> Result<u64, BadRequest> {
    match id.parse().ok().filter(|id| grants.account_exists(*id)) {
        Some(id) => Ok(id),
        None => bad_request(format!("account {id} does not exist")),
    }
}
