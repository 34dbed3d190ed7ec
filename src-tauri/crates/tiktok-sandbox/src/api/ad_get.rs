//! `GET /ad/get/`: ads. The only listing that can be asked for what changed since a moment.

use super::Call;
use super::filter::Filter;
use super::listing::{Paging, page, page_of_ids, pick};
use crate::envelope::Answer;
use crate::inventory::Kind;
use crate::inventory::ad::Ad;

pub(super) fn answer(call: &Call<'_>) -> Answer {
    let grant = call.grant()?;
    let paging = Paging::of(&call.input, 1..=1000)?;
    let pick = pick::<Ad<'_>>(call)?;
    let filter = Filter::of(call, Kind::Ad)?;
    let ids = filter.ids("ad_ids")?;
    let groups = filter.ids("adgroup_ids")?;
    let goal = filter.text("optimization_goal")?;
    let mode = filter.text("creative_material_mode")?;
    let modified_after = filter.time("modified_after")?;
    let view = call.account(&grant)?;
    let same = |wanted: &Option<String>, it: &str| wanted.as_deref().is_none_or(|wanted| wanted == it);
    let wanted = |ad: &Ad<'_>| {
        filter.lets_through(ad.secondary, ad.created(), &ad.group.campaign)
            && groups.as_ref().is_none_or(|ids| ids.contains(&ad.group.id()))
            && same(&goal, ad.group.optimization_goal())
            && same(&mode, ad.group.material_mode())
            // Without a time of its own an ad counts from its making.
            && modified_after.is_none_or(|after| ad.modified().unwrap_or(ad.created()) >= after)
    };
    match ids {
        Some(ids) => page_of_ids(&view, &ids, paging, &pick, wanted),
        None => page(call.core, &view, paging, &pick, &filter.text, wanted),
    }
}
