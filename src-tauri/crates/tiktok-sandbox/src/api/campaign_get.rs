//! `GET /campaign/get/`: campaigns. Deleted and TopView campaigns are listed only on request.

use super::call::Call;
use super::filter::{Filter, name_contains};
use super::listing::{Listing, Paging, field_selection};
use crate::envelope::ApiResult;
use crate::inventory::ObjectKind;
use crate::inventory::campaign::Campaign;

pub(super) fn handle(call: &Call<'_>) -> ApiResult {
    let grant = call.grant()?;
    let paging = Paging::read(&call.parameters, 1000)?;
    let selection = field_selection::<Campaign<'_>>(call)?;
    let filter = Filter::read(call, ObjectKind::Campaign)?;
    let ids = filter.ids("campaign_ids")?;
    let name = filter.name_part("campaign_name")?;
    let view = &call.account(&grant)?;
    let listing = Listing { view, paging, selection, ids, filter: &filter.text };
    listing.page(&call.state.inventory, |campaign: &Campaign<'_>| {
        filter.matches(campaign, campaign) && name_contains(campaign, name.as_deref())
    })
}
