//! `GET /advertiser/info/`: the details of ad accounts.
//!
//! TikTok does not document the maximum number of ids (clients send 100, so more is refused here), nor whether one id
//! without permission fails the whole call, which [`BadId`] chooses.

use serde_json::{Map, Value, json};

use super::call::{Call, check_permission, deleted_account};
use crate::behaviour::BadId;
use crate::envelope::{ApiError, ApiResult};
use crate::grants::{Grant, Grants};

const MAX_IDS: usize = 100;

/// The fields that a request may ask for.
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

/// Returned only on request, and then without other fields than the id.
const NAME_EDITABLE: &str = "company_name_editable";

pub(super) fn handle(call: &Call<'_>) -> ApiResult {
    let grant = call.grant()?;
    let ids = call.parameters.required_ids("advertiser_ids", MAX_IDS)?;
    let fields = call.parameters.fields(FIELDS)?;
    let grants = call.state.grants();
    let leave_out = call.state.behaviour().bad_id == BadId::LeaveOut;
    let mut list = Vec::new();
    for id in ids {
        match details(&grants, &grant, id) {
            Ok(account) => list.push(select_fields(account, fields.as_deref())),
            Err(_) if leave_out => {}
            Err(error) => return Err(error),
        }
    }
    Ok(json!({ "list": list }).into())
}

fn details(grants: &Grants, grant: &Grant, id: u64) -> Result<Map<String, Value>, ApiError> {
    check_permission(grants, grant, id)?;
    grants.account(id).map_or_else(|| deleted_account(id), Ok)
}

fn select_fields(mut account: Map<String, Value>, fields: Option<&[String]>) -> Value {
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

/// Ids are strings in responses.
pub(crate) fn id_strings(ids: &[u64]) -> Vec<String> {
    ids.iter().map(u64::to_string).collect()
}
