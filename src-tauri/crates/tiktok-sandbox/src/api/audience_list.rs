//! `GET /dmp/custom_audience/list/`: audiences. There is no filter, and deleted ones are simply not there.

use super::Call;
use super::listing::{Paging, page, page_of_ids};
use crate::envelope::Answer;
use crate::inventory::audience::Audience;
use crate::inventory::row::Pick;

pub(super) const MOST_IDS: usize = 100;

pub(super) fn answer(call: &Call<'_>) -> Answer {
    let grant = call.grant()?;
    let paging = Paging::of(&call.input, 1..=100)?;
    let ids = call.input.ids("custom_audience_ids", MOST_IDS)?;
    let view = call.account(&grant)?;
    let (pick, wanted) = (Pick::default(), |_: &Audience<'_>| true);
    match ids {
        Some(ids) => page_of_ids(&view, &ids, paging, &pick, wanted),
        None => page(call.core, &view, paging, &pick, "", wanted),
    }
}
