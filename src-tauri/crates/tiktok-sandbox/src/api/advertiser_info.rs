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
    let fields = fields(call)?;
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
    Ok(json!({ "list": list }))
}

fn ids(call: &Call<'_>) -> Result<Vec<u64>, Refusal> {
    let Some(texts) = call.input.list("advertiser_ids")? else {
        return refuse(40002, "Missing required field(s): advertiser_ids.");
    };
    if texts.is_empty() {
        return refuse(40002, "advertiser_ids: Shorter than minimum length 1.");
    }
    if texts.len() > MOST_IDS {
        return refuse(
            40011,
            format!("advertiser_ids: Longer than maximum length {MOST_IDS}."),
        );
    }
    let mut ids = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        match text.parse() {
            Ok(id) if !ids.contains(&id) => ids.push(id),
            Ok(_) => {}
            Err(_) => {
                return refuse(
                    40002,
                    format!("advertiser_ids.{index}: Not a valid integer."),
                );
            }
        }
    }
    Ok(ids)
}

fn fields(call: &Call<'_>) -> Result<Option<Vec<String>>, Refusal> {
    let fields = call
        .input
        .list("fields")?
        .filter(|fields| !fields.is_empty());
    let unknown = fields
        .iter()
        .flatten()
        .find(|field| !FIELDS.contains(&field.as_str()));
    match unknown {
        Some(field) => refuse(40002, format!("fields: {field} is not a valid field.")),
        None => Ok(fields),
    }
}

fn details(ledger: &Ledger, grant: &Grant, id: u64) -> Result<Map<String, Value>, Refusal> {
    if !ledger.covers(grant, id) {
        return refuse(40001, format!("No permission to operate advertiser {id}"));
    }
    match ledger.account(id) {
        Some(account) => Ok(account),
        None => refuse(
            40001,
            format!("The advertiser {id} doesn't exist or has been deleted."),
        ),
    }
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
