//! `GET /bc/get/`: the Business Centers of the user, here those that own an ad account of the user.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::call::Call;
use super::listing::Paging;
use crate::envelope::{ApiError, ApiResult, api_error};
use crate::grants::{Grant, Grants};
use crate::seed_data::BusinessCenter;

/// The role of the user in a Business Center.
pub(super) struct Membership {
    pub center: BusinessCenter,
    /// `ADMIN` or `STANDARD`
    role: &'static str,
    /// `MANAGER` or `ANALYST`; a user without a finance role may not see balances.
    pub finance: Option<&'static str>,
}

pub(super) fn handle(call: &Call<'_>) -> ApiResult {
    let grant = call.grant()?;
    let wanted = center_id(call)?;
    let paging = Paging::read(&call.parameters, 50)?;
    let mut found = memberships(&call.state.grants(), &grant);
    found.retain(|membership| wanted.is_none_or(|id| id == membership.center.id));
    let total = found.len() as u64;
    let list: Vec<Value> = paging.take(found.iter()).map(to_json).collect();
    Ok(json!({"list": list, "page_info": paging.info(total)}).into())
}

/// Returns the parameter `bc_id`.
pub(super) fn center_id(call: &Call<'_>) -> Result<Option<u64>, ApiError> {
    match call.parameters.optional_text("bc_id")?.map(|id| id.parse()) {
        None => Ok(None),
        Some(Ok(id)) => Ok(Some(id)),
        Some(Err(_)) => api_error(40002, "bc_id: Not a valid integer."),
    }
}

/// Assigns the roles in turn, so that every user has one of each.
pub(super) fn memberships(grants: &Grants, grant: &Grant) -> Vec<Membership> {
    let owners: BTreeSet<String> =
        grants.accounts_of_grant(grant).into_iter().filter_map(|id| owner(grants, id)).collect();
    let number = grants.seed_data().users().iter().position(|user| user.id == grant.user).unwrap_or_default();
    let roles = [("ADMIN", Some("MANAGER")), ("STANDARD", Some("ANALYST")), ("STANDARD", None)];
    let numbered = grants.seed_data().business_centers().enumerate();
    numbered
        .filter(|(_, center)| owners.contains(&center.id.to_string()))
        .map(|(index, center)| {
            let (role, finance) = roles[(number + index) % roles.len()];
            Membership { center, role, finance }
        })
        .collect()
}

/// Returns the Business Center that owns an account.
pub(super) fn owner(grants: &Grants, account: u64) -> Option<String> {
    grants.account(account)?.get("owner_bc_id")?.as_str().map(str::to_owned)
}

fn to_json(Membership { center, role, finance }: &Membership) -> Value {
    json!({
        "bc_info": {
            "bc_id": center.id.to_string(),
            "name": center.name,
            "company": center.company,
            "currency": center.currency,
            "registered_area": center.country,
            "status": center.status,
            "timezone": center.timezone,
            "type": center.kind,
            "organization_type": center.kind,
            "verification_status": center.verification,
        },
        "user_role": role,
        "ext_user_role": {"finance_role": finance},
    })
}
