//! The properties that campaigns, ad groups, ads and audiences share in listings.

use std::borrow::Cow;

use super::account_view::AccountView;
use super::kind::ObjectKind;
use super::row::{FieldSelection, RowWriter};
use super::status;
use crate::seed_data::Rng;

pub(crate) struct ObjectBase<'a> {
    pub view: &'a AccountView,
    pub index: u32,
    /// The object's random numbers after its statuses were drawn.
    pub rng: Rng,
    /// Empty for audiences, as are the next two.
    pub secondary_status: &'a str,
    pub buying_type: &'static str,
    pub origin: &'static str,
}

pub(crate) trait ListedObject<'a>: Sized {
    const KIND: ObjectKind;
    /// The fields that a request may ask for.
    const FIELDS: &'static [&'static str];

    /// Returns `None` if the object or a parent was removed without a trace.
    fn at(view: &'a AccountView, index: u32) -> Option<Self>;
    fn base(&self) -> &ObjectBase<'a>;
    /// Writes every field of the listing.
    fn write(&self, row: &mut RowWriter<'_>);

    fn id(&self) -> u64 {
        self.base().view.id(Self::KIND, self.base().index)
    }

    fn name(&self) -> Cow<'a, str> {
        self.base().view.name(Self::KIND, self.base().index, &self.base().rng)
    }

    /// Returns the creation time in Unix seconds.
    fn created(&self) -> i64 {
        self.base().view.created(Self::KIND, self.base().index)
    }

    /// Returns whether the object or a parent is deleted.
    fn is_deleted(&self) -> bool {
        status::is_deleted(self.base().secondary_status)
    }

    fn write_row(&self, out: &mut Vec<u8>, selection: &FieldSelection) {
        let overrides = self.base().view.overrides(Self::KIND, self.base().index);
        let mut row = RowWriter::open(out, selection, overrides);
        self.write(&mut row);
        row.close();
    }
}
