//! `GET /dmp/custom_audience/list/`: audiences. There is no filter; deleted audiences are not listed.

use super::call::Call;
use super::listing::{Listing, Paging};
use crate::envelope::ApiResult;
use crate::inventory::audience::Audience;
use crate::inventory::row::FieldSelection;

pub(super) const MAX_IDS: usize = 100;

pub(super) fn handle(call: &Call<'_>) -> ApiResult {
    let grant = call.grant()?;
    let paging = Paging::read(&call.parameters, 100)?;
    let ids = call.parameters.ids("custom_audience_ids", MAX_IDS)?;
    let view = &call.account(&grant)?;
    let listing = Listing { view, paging, selection: FieldSelection::default(), ids, filter: "" };
    listing.page(&call.state.inventory, |_: &Audience<'_>| true)
}
