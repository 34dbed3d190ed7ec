//! `GET /campaign/get/`: campaigns. Deleted ones, and TopView, only when asked for.

use super::Call;
use super::filter::Filter;
use super::listing::{Paging, page, page_of_ids, pick};
use crate::envelope::Answer;
use crate::inventory::Kind;
use crate::inventory::campaign::Campaign;

pub(super) fn answer(call: &Call<'_>) -> Answer {
    let grant = call.grant()?;
    let paging = Paging::of(&call.input, 1..=1000)?;
    let pick = pick::<Campaign<'_>>(call)?;
    let filter = Filter::of(call, Kind::Campaign)?;
    let ids = filter.ids("campaign_ids")?;
    let name = filter.text("campaign_name")?.map(|name| name.to_lowercase());
    let view = call.account(&grant)?;
    let wanted = |campaign: &Campaign<'_>| {
        filter.lets_through(campaign.secondary, campaign.created(), campaign)
            && name.as_deref().is_none_or(|name| campaign.name().to_lowercase().contains(name))
    };
    match ids {
        Some(ids) => page_of_ids(&view, &ids, paging, &pick, wanted),
        None => page(call.core, &view, paging, &pick, &filter.text, wanted),
    }
}
