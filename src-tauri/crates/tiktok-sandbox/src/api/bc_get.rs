//! `GET /bc/get/`: the Business Centers that the user works in, which are those of the user's ad accounts here.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Call;
use super::listing::Paging;
use crate::data::Center;
use crate::envelope::{Answer, Refusal, refuse};
use crate::ledger::{Grant, Ledger};

/// What the user may do in a Business Center.
pub(super) struct Membership {
    pub center: Center,
    /// `ADMIN` or `STANDARD`
    role: &'static str,
    /// `MANAGER` or `ANALYST`; nothing: the user does not see money.
    pub finance: Option<&'static str>,
}

pub(super) fn answer(call: &Call<'_>) -> Answer {
    let grant = call.grant()?;
    let wanted = center_id(call)?;
    let paging = Paging::of(&call.input, 1..=50)?;
    let mut found = memberships(&call.core.ledger(), &grant);
    found.retain(|membership| wanted.is_none_or(|id| id == membership.center.id));
    let total = found.len() as u64;
    let list: Vec<Value> = paging.take(found.iter()).map(told).collect();
    Ok(json!({"list": list, "page_info": paging.info_value(total)}).into())
}

/// The parameter `bc_id`.
pub(super) fn center_id(call: &Call<'_>) -> Result<Option<u64>, Refusal> {
    match call.input.maybe_text("bc_id")?.map(|id| id.parse()) {
        None => Ok(None),
        Some(Ok(id)) => Ok(Some(id)),
        Some(Err(_)) => refuse(40002, "bc_id: Not a valid integer."),
    }
}

/// One role of each kind among three neighbours, so that every user has them all.
pub(super) fn memberships(ledger: &Ledger, grant: &Grant) -> Vec<Membership> {
    let owners: BTreeSet<String> =
        ledger.covered(grant).into_iter().filter_map(|id| owner(ledger, id)).collect();
    let number = ledger.world().users().iter().position(|user| user.id == grant.user).unwrap_or_default();
    let roles = [("ADMIN", Some("MANAGER")), ("STANDARD", Some("ANALYST")), ("STANDARD", None)];
    let numbered = ledger.world().centers().enumerate();
    numbered
        .filter(|(_, center)| owners.contains(&center.id.to_string()))
        .map(|(index, center)| {
            let (role, finance) = roles[(number + index) % roles.len()];
            Membership { center, role, finance }
        })
        .collect()
}

/// The Business Center that owns an account.
pub(super) fn owner(ledger: &Ledger, account: u64) -> Option<String> {
    ledger.account(account)?.get("owner_bc_id")?.as_str().map(str::to_owned)
}

fn told(Membership { center, role, finance }: &Membership) -> Value {
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
