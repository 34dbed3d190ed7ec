//! `GET /adgroup/get/`: ad groups.

use super::call::Call;
use super::filter::{Filter, is_wanted, name_contains};
use super::listing::{Listing, Paging, field_selection};
use crate::envelope::ApiResult;
use crate::inventory::ObjectKind;
use crate::inventory::ad_group::AdGroup;

pub(super) fn handle(call: &Call<'_>) -> ApiResult {
    let grant = call.grant()?;
    let selection = field_selection::<AdGroup<'_>>(call)?;
    let filter = Filter::read(call, ObjectKind::AdGroup)?;
    let paging = Paging::read(&call.parameters, if filter.is_top_view() { 100 } else { 1000 })?;
    let ids = filter.ids("adgroup_ids")?;
    let name = filter.name_part("adgroup_name")?;
    let billing_events = filter.texts("billing_events")?;
    let goal = filter.text("optimization_goal")?;
    let promotion_type = filter.text("promotion_type")?;
    let mode = filter.text("creative_material_mode")?;
    let view = &call.account(&grant)?;
    let listing = Listing { view, paging, selection, ids, filter: &filter.text };
    listing.page(&call.state.inventory, |ad_group: &AdGroup<'_>| {
        filter.matches(ad_group, &ad_group.campaign)
            && is_wanted(goal.as_deref(), ad_group.optimization_goal())
            && is_wanted(promotion_type.as_deref(), ad_group.promotion_type())
            && is_wanted(mode.as_deref(), ad_group.material_mode())
            && billing_events
                .as_ref()
                .is_none_or(|events| events.iter().any(|event| event == ad_group.billing_event()))
            && name_contains(ad_group, name.as_deref())
    })
}
