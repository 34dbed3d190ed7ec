//! Pages: which objects are on one, and writing it. The newest object comes first.
//!
//! Of each listing the number of matching objects per block is counted once and remembered, so that a late page of a
//! million costs no more than the first.

use std::ops::RangeInclusive;

use serde_json::Value;

use super::Call;
use super::input::Input;
use crate::core::Core;
use crate::envelope::{Answer, Data, Refusal, refuse};
use crate::inventory::row::Pick;
use crate::inventory::{Item, View};

const BLOCK: u32 = 1024;

/// Which page, counted from 1, of which size.
#[derive(Clone, Copy)]
pub(super) struct Paging {
    page: u64,
    size: u64,
}

impl Paging {
    /// Ten to a page unless the call says otherwise.
    pub(super) fn of(input: &Input, sizes: RangeInclusive<u64>) -> Result<Paging, Refusal> {
        Ok(Paging {
            page: input.number("page", 1, 1..=u64::MAX)?,
            size: input.number("page_size", 10, sizes)?,
        })
    }

    fn skip(self) -> u64 {
        (self.page - 1).saturating_mul(self.size)
    }

    /// The items of this page.
    pub(super) fn take<T>(self, items: impl Iterator<Item = T>) -> impl Iterator<Item = T> {
        let number = |number| usize::try_from(number).unwrap_or(usize::MAX);
        items.skip(number(self.skip())).take(number(self.size))
    }

    /// The page block of an answer.
    pub(super) fn info_value(self, total: u64) -> Value {
        serde_json::from_str(&self.info(total)).unwrap_or_default()
    }

    /// The page block of an answer, as JSON.
    pub(super) fn info(self, total: u64) -> String {
        format!(
            r#"{{"page":{},"page_size":{},"total_number":{total},"total_page":{}}}"#,
            self.page,
            self.size,
            total.div_ceil(self.size)
        )
    }
}

/// The fields asked for, and whether nulls are left out.
pub(super) fn pick<'a, T: Item<'a>>(call: &Call<'_>) -> Result<Pick, Refusal> {
    let types = call.input.list("exclude_field_types_in_response")?.unwrap_or_default();
    if let Some(other) = types.iter().find(|text| *text != "NULL_FIELD") {
        return refuse(
            40002,
            format!("exclude_field_types_in_response: {other} is not a valid choice, use NULL_FIELD."),
        );
    }
    Ok(Pick { fields: call.input.fields(T::FIELDS)?, without_nulls: !types.is_empty() })
}

/// A page of those objects that `wanted` lets through. `what` names the filter.
pub(super) fn page<'a, T: Item<'a>>(
    core: &Core,
    view: &'a View,
    paging: Paging,
    pick: &Pick,
    what: &str,
    wanted: impl Fn(&T) -> bool,
) -> Answer {
    let ever = view.ever(T::KIND);
    let blocks = ever.div_ceil(BLOCK);
    // Block 0 holds the newest.
    let block = |number: u32| {
        let end = ever - number * BLOCK;
        let found = (end.saturating_sub(BLOCK)..end).rev().filter_map(|index| T::at(view, index));
        found.filter(|item| wanted(item))
    };
    let what = format!("{:?} {:?} {what}", T::KIND, view.condition);
    let known = core.inventory.counted(view, what, || {
        (0..blocks).map(|number| u32::try_from(block(number).count()).unwrap_or(BLOCK)).collect()
    });
    let mut skip = paging.skip();
    let mut first = 0;
    for count in known.iter() {
        if skip < u64::from(*count) {
            break;
        }
        skip -= u64::from(*count);
        first += 1;
    }
    let found = (first..blocks).flat_map(block);
    let rest = Paging { page: 1, ..paging };
    let found = rest.take(found.skip(usize::try_from(skip).unwrap_or(usize::MAX)));
    let total = known.iter().copied().map(u64::from).sum();
    Ok(written(found, pick, &paging.info(total)))
}

/// A page of those few objects with these ids that `wanted` lets through.
pub(super) fn page_of_ids<'a, T: Item<'a>>(
    view: &'a View,
    ids: &[u64],
    paging: Paging,
    pick: &Pick,
    wanted: impl Fn(&T) -> bool,
) -> Answer {
    let mut indexes: Vec<u32> = ids.iter().filter_map(|id| view.index(T::KIND, *id)).collect();
    indexes.sort_unstable_by(|one, other| other.cmp(one));
    let found = indexes.into_iter().filter_map(|index| T::at(view, index));
    let found: Vec<T> = found.filter(|item| wanted(item)).collect();
    let info = paging.info(found.len() as u64);
    Ok(written(paging.take(found.into_iter()), pick, &info))
}

fn written<'a, T: Item<'a>>(items: impl Iterator<Item = T>, pick: &Pick, page_info: &str) -> Data {
    let mut out = b"{\"list\":[".to_vec();
    for (number, item) in items.enumerate() {
        if number > 0 {
            out.push(b',');
        }
        item.write_row(&mut out, pick);
    }
    out.extend_from_slice(b"],\"page_info\":");
    out.extend_from_slice(page_info.as_bytes());
    out.push(b'}');
    Data(out)
}
