//! `GET /adgroup/get/`: ad groups.

use super::Call;
use super::filter::Filter;
use super::listing::{Paging, page, page_of_ids, pick};
use crate::envelope::Answer;
use crate::inventory::Kind;
use crate::inventory::ad_group::AdGroup;

pub(super) fn answer(call: &Call<'_>) -> Answer {
    let grant = call.grant()?;
    let pick = pick::<AdGroup<'_>>(call)?;
    let filter = Filter::of(call, Kind::AdGroup)?;
    let paging = Paging::of(&call.input, 1..=if filter.is_top_view() { 100 } else { 1000 })?;
    let ids = filter.ids("adgroup_ids")?;
    let name = filter.text("adgroup_name")?.map(|name| name.to_lowercase());
    let billing = filter.texts("billing_events")?;
    let goal = filter.text("optimization_goal")?;
    let promotion = filter.text("promotion_type")?;
    let mode = filter.text("creative_material_mode")?;
    let view = call.account(&grant)?;
    let same = |wanted: &Option<String>, it: &str| wanted.as_deref().is_none_or(|wanted| wanted == it);
    let wanted = |group: &AdGroup<'_>| {
        filter.lets_through(group.secondary, group.created(), &group.campaign)
            && same(&goal, group.optimization_goal())
            && same(&promotion, group.promotion_type())
            && same(&mode, group.material_mode())
            && billing.as_ref().is_none_or(|events| events.iter().any(|event| event == group.billing_event()))
            && name.as_deref().is_none_or(|name| group.name().to_lowercase().contains(name))
    };
    match ids {
        Some(ids) => page_of_ids(&view, &ids, paging, &pick, wanted),
        None => page(call.core, &view, paging, &pick, &filter.text, wanted),
    }
}
