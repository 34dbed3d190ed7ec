//! Pages of listings, newest object first.
//!
//! The number of matching objects per block is counted once per listing and cached, so that a late page of a million
//! objects costs no more than the first.

use serde_json::{Value, json};

use super::call::Call;
use super::parameters::Parameters;
use crate::envelope::{ApiError, ApiResult, Data, api_error};
use crate::inventory::row::FieldSelection;
use crate::inventory::{AccountView, Inventory, ListedObject};

const BLOCK: u32 = 1024;

#[derive(Clone, Copy)]
pub(super) struct Paging {
    /// Counts from 1.
    page: u64,
    size: u64,
}

impl Paging {
    /// Reads the parameters of a page, which has ten objects by default.
    pub(super) fn read(parameters: &Parameters, max_size: u64) -> Result<Paging, ApiError> {
        Paging::with_default(parameters, 10, max_size)
    }

    pub(super) fn with_default(
        parameters: &Parameters,
        default: u64,
        max_size: u64,
    ) -> Result<Paging, ApiError> {
        Ok(Paging {
            page: parameters.number("page", 1, 1..=u64::MAX)?,
            size: parameters.number("page_size", default, 1..=max_size)?,
        })
    }

    fn skipped(self) -> u64 {
        (self.page - 1).saturating_mul(self.size)
    }

    /// Returns the items of this page.
    pub(super) fn take<T>(self, items: impl Iterator<Item = T>) -> impl Iterator<Item = T> {
        items.skip(saturate(self.skipped())).take(saturate(self.size))
    }

    /// Returns the `page_info` of a response.
    pub(super) fn info(self, total: u64) -> Value {
        json!({
            "page": self.page,
            "page_size": self.size,
            "total_number": total,
            "total_page": total.div_ceil(self.size),
        })
    }
}

fn saturate(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Reads `fields` and `exclude_field_types_in_response`.
pub(super) fn field_selection<'a, T: ListedObject<'a>>(call: &Call<'_>) -> Result<FieldSelection, ApiError> {
    let excluded = call.parameters.list("exclude_field_types_in_response")?.unwrap_or_default();
    if let Some(other) = excluded.iter().find(|text| *text != "NULL_FIELD") {
        return api_error(
            40002,
            format!("exclude_field_types_in_response: {other} is not a valid choice, use NULL_FIELD."),
        );
    }
    Ok(FieldSelection { fields: call.parameters.fields(T::FIELDS)?, omit_nulls: !excluded.is_empty() })
}

/// A request for a page of objects.
pub(super) struct Listing<'a> {
    pub view: &'a AccountView,
    pub paging: Paging,
    pub selection: FieldSelection,
    /// Restricts the listing to these ids.
    pub ids: Option<Vec<u64>>,
    /// Identifies the filter in the cache of counts.
    pub filter: &'a str,
}

impl<'a> Listing<'a> {
    /// Returns the page of those objects that `matches` accepts.
    pub(super) fn page<T: ListedObject<'a>>(
        &self,
        inventory: &Inventory,
        matches: impl Fn(&T) -> bool,
    ) -> ApiResult {
        let Some(ids) = &self.ids else {
            return self.page_of_all(inventory, matches);
        };
        let mut indexes: Vec<u32> = ids.iter().filter_map(|id| self.view.index(T::KIND, *id)).collect();
        indexes.sort_unstable_by(|one, other| other.cmp(one));
        let found = indexes.into_iter().filter_map(|index| T::at(self.view, index));
        let found: Vec<T> = found.filter(|object| matches(object)).collect();
        let total = found.len() as u64;
        Ok(self.write(self.paging.take(found.into_iter()), total))
    }

    fn page_of_all<T: ListedObject<'a>>(
        &self,
        inventory: &Inventory,
        matches: impl Fn(&T) -> bool,
    ) -> ApiResult {
        let total = self.view.total(T::KIND);
        let blocks = total.div_ceil(BLOCK);
        // Block 0 contains the newest objects.
        let block = |number: u32| {
            let end = total - number * BLOCK;
            let indexes = (end.saturating_sub(BLOCK)..end).rev();
            indexes.filter_map(|index| T::at(self.view, index)).filter(|object| matches(object))
        };
        let cache_key = format!("{:?} {:?} {}", T::KIND, self.view.condition, self.filter);
        let counts = inventory.counts(self.view, cache_key, || {
            (0..blocks).map(|number| u32::try_from(block(number).count()).unwrap_or(BLOCK)).collect()
        });
        let mut skip = self.paging.skipped();
        let mut first_block = 0;
        for count in counts.iter() {
            if skip < u64::from(*count) {
                break;
            }
            skip -= u64::from(*count);
            first_block += 1;
        }
        let found =
            (first_block..blocks).flat_map(block).skip(saturate(skip)).take(saturate(self.paging.size));
        Ok(self.write(found, counts.iter().copied().map(u64::from).sum()))
    }

    fn write<T: ListedObject<'a>>(&self, objects: impl Iterator<Item = T>, total: u64) -> Data {
        let mut out = b"{\"list\":".to_vec();
        write_array(&mut out, objects, |out, object| object.write_row(out, &self.selection));
        out.extend_from_slice(b",\"page_info\":");
        out.extend_from_slice(self.paging.info(total).to_string().as_bytes());
        out.push(b'}');
        Data(out)
    }
}

/// Writes a JSON array.
pub(super) fn write_array<T>(
    out: &mut Vec<u8>,
    items: impl Iterator<Item = T>,
    mut write: impl FnMut(&mut Vec<u8>, T),
) {
    out.push(b'[');
    for (number, item) in items.enumerate() {
        if number > 0 {
            out.push(b',');
        }
        write(out, item);
    }
    out.push(b']');
}
