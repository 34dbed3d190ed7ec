//! `GET /ad/get/`: ads. The only listing that can be restricted to recently modified objects.

use super::call::Call;
use super::filter::{Filter, is_wanted};
use super::listing::{Listing, Paging, field_selection};
use crate::envelope::ApiResult;
use crate::inventory::ad::Ad;
use crate::inventory::{ListedObject, ObjectKind};

pub(super) fn handle(call: &Call<'_>) -> ApiResult {
    let grant = call.grant()?;
    let paging = Paging::read(&call.parameters, 1000)?;
    let selection = field_selection::<Ad<'_>>(call)?;
    let filter = Filter::read(call, ObjectKind::Ad)?;
    let ids = filter.ids("ad_ids")?;
    let ad_group_ids = filter.ids("adgroup_ids")?;
    let goal = filter.text("optimization_goal")?;
    let mode = filter.text("creative_material_mode")?;
    let modified_after = filter.time("modified_after")?;
    let view = &call.account(&grant)?;
    let listing = Listing { view, paging, selection, ids, filter: &filter.text };
    listing.page(&call.state.inventory, |ad: &Ad<'_>| {
        filter.matches(ad, &ad.ad_group.campaign)
            && ad_group_ids.as_ref().is_none_or(|ids| ids.contains(&ad.ad_group.id()))
            && is_wanted(goal.as_deref(), ad.ad_group.optimization_goal())
            && is_wanted(mode.as_deref(), ad.ad_group.material_mode())
            // The creation time stands in for a missing modification time.
            && modified_after.is_none_or(|after| ad.modified().unwrap_or(ad.created()) >= after)
    })
}
