//! `GET /advertiser/balance/get/`: the balances of the ad accounts of a Business Center, for users with a finance role.

use serde_json::{Map, Value, json};

use super::bc_get::{center_id, memberships, owner};
use super::call::Call;
use super::listing::Paging;
use super::parameters::{Parameters, missing};
use crate::envelope::{ApiResult, api_error};
use crate::inventory::time;

/// The fields that are returned only on request.
const OPTIONAL_FIELDS: &[&str] = &[
    "budget_remaining",
    "budget_frequency_restriction",
    "budget_amount_restriction",
    "min_transferable_amount",
];
const STATUSES: &[&str] = &[
    "SHOW_ACCOUNT_STATUS_NOT_APPROVED",
    "SHOW_ACCOUNT_STATUS_APPROVED",
    "SHOW_ACCOUNT_STATUS_IN_REVIEW",
    "SHOW_ACCOUNT_STATUS_PUNISHED",
];

pub(super) fn handle(call: &Call<'_>) -> ApiResult {
    let grant = call.grant()?;
    let Some(center) = center_id(call)? else {
        return missing("bc_id");
    };
    let fields = call.parameters.fields(OPTIONAL_FIELDS)?.unwrap_or_default();
    let paging = Paging::read(&call.parameters, 50)?;
    let filtering = Parameters::Body(call.parameters.object("filtering")?);
    let keyword = filtering.optional_text("keyword")?.map(|keyword| keyword.to_lowercase());
    let statuses = filtering.non_empty_list("advertiser_status", STATUSES.len())?;
    if let Some(other) = statuses.iter().flatten().find(|status| !STATUSES.contains(&status.as_str())) {
        return api_error(40002, format!("filtering.advertiser_status: {other} is not a valid choice."));
    }
    let grants = call.state.grants();
    let member = memberships(&grants, &grant).into_iter().find(|member| member.center.id == center);
    if member.is_none_or(|member| member.finance.is_none()) {
        return api_error(40001, format!("No permission to operate business center {center}"));
    }
    let center = center.to_string();
    let accounts = grants
        .accounts_of_grant(&grant)
        .into_iter()
        .filter(|id| owner(&grants, *id).as_ref() == Some(&center));
    let now = call.state.clock.unix_seconds();
    let mut rows: Vec<Value> =
        accounts.filter_map(|id| grants.account(id)).map(|account| to_json(&account, &fields, now)).collect();
    rows.retain(|row| {
        let text = |field: &str| row[field].as_str().unwrap_or_default().to_lowercase();
        let contains = |keyword: &String| {
            text("advertiser_name").contains(keyword) || text("advertiser_id").contains(keyword)
        };
        keyword.as_ref().is_none_or(contains)
            && statuses.as_ref().is_none_or(|list| list.iter().any(|one| row["advertiser_status"] == **one))
    });
    let total = rows.len() as u64;
    let list: Vec<Value> = paging.take(rows.into_iter()).collect();
    Ok(json!({"advertiser_account_list": list, "page_info": paging.info(total)}).into())
}

fn to_json(account: &Map<String, Value>, fields: &[String], now: i64) -> Value {
    let get = |field: &str| account.get(field).cloned().unwrap_or_default();
    let text = |field: &str| account.get(field).and_then(Value::as_str).unwrap_or_default();
    let balance = get("balance");
    let created = account.get("create_time").and_then(Value::as_i64).unwrap_or_default();
    let mut row = json!({
        "advertiser_id": get("advertiser_id"),
        "advertiser_name": get("name"),
        "advertiser_status": business_center_status(get("status").as_str().unwrap_or_default()),
        "advertiser_type": get("advertiser_account_type"),
        "timezone": get("timezone"),
        "currency": get("currency"),
        "account_open_days": (now - created).max(0) / time::DAY,
        "balance_reminder": false,
        "company": text("company"),
        "contact_name": text("contacter"),
        "contact_email": text("email"),
        "create_time": time::text(created),
        "account_balance": balance,
        "valid_account_balance": balance,
        "frozen_balance": 0,
        "tax": 0,
        "cash_balance": balance,
        "valid_cash_balance": balance,
        "grant_balance": 0,
        "valid_grant_balance": 0,
        "budget_mode": "UNLIMITED",
        "budget": 0,
        "budget_cost": 0,
        "first_recharge_amount": 0,
        "latest_recharge_time": null,
        "recharge_amount": 0,
        "recharge_count": 0,
    });
    for field in fields {
        row[field] = match field.as_str() {
            "budget_remaining" => json!(0.0),
            "budget_frequency_restriction" => {
                json!({"total_count": 10, "used_count": 0, "remaining_count": 10})
            }
            "budget_amount_restriction" => json!({"minimum_amount": "1.00"}),
            _ => json!({"cash_amount": "1.00", "grant_amount": "0.00", "credit_amount": "0.00"}),
        };
    }
    row
}

/// Returns the status of an account in a Business Center; a disabled account has none.
fn business_center_status(status: &str) -> Option<&'static str> {
    match status {
        "STATUS_DISABLE" => None,
        "STATUS_ENABLE" => Some("SHOW_ACCOUNT_STATUS_APPROVED"),
        "STATUS_LIMIT" => Some("SHOW_ACCOUNT_STATUS_PUNISHED"),
        "STATUS_CONFIRM_FAIL" | "STATUS_CONFIRM_FAIL_END" | "STATUS_CONFIRM_MODIFY_FAIL" => {
            Some("SHOW_ACCOUNT_STATUS_NOT_APPROVED")
        }
        _ => Some("SHOW_ACCOUNT_STATUS_IN_REVIEW"),
    }
}
