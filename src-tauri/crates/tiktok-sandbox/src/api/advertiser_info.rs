//! `GET /advertiser/info/`: the details of ad accounts.
//!
//! TikTok does not say how many ids a call may have (clients send 100: more is refused here), nor whether one id
//! without permission fails the whole call: both can be had, see `bad_id` in [`crate::Behaviour`].

use serde_json::{Map, Value, json};

use super::Call;
use crate::core::BadId;
use crate::envelope::{Answer, Refusal, refuse};
use crate::ledger::{Grant, Ledger};

const MOST_IDS: usize = 100;

/// What may be asked for in `fields`.
pub(crate) const FIELDS: &[&str] = &[
    "telephone_number",
    "contacter",
    "currency",
    "cellphone_number",
    "timezone",
    "advertiser_id",
    "role",
    "company",
    "status",
    "description",
    "rejection_reason",
    "address",
    "name",
    "language",
    "industry",
    "license_no",
    "email",
    "license_url",
    "country",
    "balance",
    "create_time",
    "display_timezone",
    "owner_bc_id",
    NAME_EDITABLE,
];

/// Comes only when asked for, and then alone with the id.
const NAME_EDITABLE: &str = "company_name_editable";

pub(super) fn answer(call: &Call<'_>) -> Answer {
    let grant = call.grant()?;
    let ids = ids(call)?;
    let fields = call.input.fields(FIELDS)?;
    let ledger = call.core.ledger();
    let leave_out = call.core.behaviour().bad_id == BadId::LeaveOut;
    let mut list = Vec::new();
    for id in ids {
        match details(&ledger, &grant, id) {
            Ok(account) => list.push(select(account, fields.as_deref())),
            Err(_) if leave_out => {}
            Err(refusal) => return Err(refusal),
        }
    }
    Ok(json!({ "list": list }).into())
}

fn ids(call: &Call<'_>) -> Result<Vec<u64>, Refusal> {
    match call.input.ids("advertiser_ids", MOST_IDS)? {
        Some(ids) => Ok(ids),
        None => refuse(40002, "Missing required field(s): advertiser_ids."),
    }
}

fn details(ledger: &Ledger, grant: &Grant, id: u64) -> Result<Map<String, Value>, Refusal> {
    permit(ledger, grant, id)?;
    ledger.account(id).map_or_else(|| gone(id), Ok)
}

/// Refuses an account that the grant does not cover.
pub(super) fn permit(ledger: &Ledger, grant: &Grant, id: u64) -> Result<(), Refusal> {
    if ledger.covers(grant, id) {
        Ok(())
    } else {
        refuse(40001, format!("No permission to operate advertiser {id}"))
    }
}

pub(super) fn gone<T>(id: u64) -> Result<T, Refusal> {
    refuse(40001, format!("The advertiser {id} doesn't exist or has been deleted."))
}

fn select(mut account: Map<String, Value>, fields: Option<&[String]>) -> Value {
    match fields {
        None => {
            account.remove(NAME_EDITABLE);
        }
        Some(fields) if fields.iter().any(|field| field == NAME_EDITABLE) => {
            account.retain(|name, _| name == NAME_EDITABLE || name == "advertiser_id");
        }
        Some(fields) => account.retain(|name, _| fields.contains(name)),
    }
    Value::Object(account)
}
