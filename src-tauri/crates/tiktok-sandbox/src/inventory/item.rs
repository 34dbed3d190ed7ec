//! What campaigns, ad groups, ads and audiences have in common.

use super::ad::{self, Ad};
use super::ad_group::{self, AdGroup};
use super::audience::Audience;
use super::campaign::{self, Campaign};
use super::row::{Pick, Row};
use super::{Kind, View};

/// Something that is listed.
pub(crate) trait Item<'a>: Sized {
    const KIND: Kind;
    /// What may be asked for in `fields`.
    const FIELDS: &'static [&'static str];

    fn at(view: &'a View, index: u32) -> Option<Self>;
    /// Writes all its fields.
    fn write(&self, row: &mut Row<'_>);
    /// Where it is: its account and number.
    fn place(&self) -> (&'a View, u32);
    /// What it runs in; nothing for an audience.
    fn campaign(&self) -> Option<&Campaign<'a>>;
    fn is_deleted(&self) -> bool;

    fn id(&self) -> u64 {
        let (view, index) = self.place();
        view.id(Self::KIND, index)
    }

    /// Writes it as an object of a listing.
    fn write_row(&self, out: &mut Vec<u8>, pick: &Pick) {
        let (view, index) = self.place();
        let mut row = Row::open(out, pick, view.set(Self::KIND, index));
        self.write(&mut row);
        row.close();
    }
}

macro_rules! item {
    ($item:ident $kind:ident $fields:expr) => {
        impl<'a> Item<'a> for $item<'a> {
            const KIND: Kind = Kind::$kind;
            const FIELDS: &'static [&'static str] = $fields;

            fn at(view: &'a View, index: u32) -> Option<Self> {
                $item::at(view, index)
            }

            fn write(&self, row: &mut Row<'_>) {
                $item::write(self, row);
            }

            fn place(&self) -> (&'a View, u32) {
                ($item::view(self), self.index)
            }

            fn campaign(&self) -> Option<&Campaign<'a>> {
                $item::campaign(self)
            }

            fn is_deleted(&self) -> bool {
                $item::is_deleted(self)
            }
        }
    };
}

item!(Campaign Campaign campaign::FIELDS);
item!(AdGroup AdGroup ad_group::FIELDS);
item!(Ad Ad ad::FIELDS);
item!(Audience Audience &[]);
