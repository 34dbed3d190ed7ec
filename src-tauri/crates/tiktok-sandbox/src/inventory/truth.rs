//! What a complete listing of an account is at one moment, to hold a client's against.

use serde_json::Value;

use super::ad::Ad;
use super::ad_group::AdGroup;
use super::audience::Audience;
use super::campaign::Campaign;
use super::row::Pick;
use super::{Item, Kind, View};

/// One object, as the listings tell it.
#[derive(Clone, Debug)]
pub struct Fact {
    /// Its id.
    pub id: String,
    /// Whether a listing without any filter has it.
    pub listed: bool,
    /// Whether it is deleted, itself or with its parents.
    pub deleted: bool,
    /// `AUCTION`, `RESERVATION_RF` or `RESERVATION_TOP_VIEW`; empty for audiences.
    pub buying_type: &'static str,
    /// `TT_ADS_PLATFORM` or `PROMOTE`; empty for audiences.
    pub origin: &'static str,
    /// The object with all its fields, as JSON.
    pub json: Vec<u8>,
}

impl Fact {
    /// The object with all its fields.
    pub fn row(&self) -> Value {
        serde_json::from_slice(&self.json).unwrap_or_default()
    }
}

/// All objects of a kind, also those that are listed only on request, the newest first. They are computed one by one,
/// and later changes do not show.
pub struct Truth {
    view: View,
    kind: Kind,
    left: u32,
}

impl Truth {
    pub(crate) fn new(view: View, kind: Kind) -> Truth {
        let left = view.ever(kind);
        Truth { view, kind, left }
    }
}

impl Iterator for Truth {
    type Item = Fact;

    fn next(&mut self) -> Option<Fact> {
        while let Some(index) = self.left.checked_sub(1) {
            self.left = index;
            let fact = match self.kind {
                Kind::Campaign => Campaign::at(&self.view, index).map(|it| fact(&it)),
                Kind::AdGroup => AdGroup::at(&self.view, index).map(|it| fact(&it)),
                Kind::Ad => Ad::at(&self.view, index).map(|it| fact(&it)),
                Kind::Audience => Audience::at(&self.view, index).map(|it| fact(&it)),
            };
            if fact.is_some() {
                return fact;
            }
        }
        None
    }
}

fn fact<'a, T: Item<'a>>(item: &T) -> Fact {
    let mut json = Vec::new();
    item.write_row(&mut json, &Pick::default());
    let (buying_type, origin) =
        item.campaign().map_or(("", ""), |campaign| (campaign.buying, campaign.origin));
    let deleted = item.is_deleted();
    let hidden = deleted || buying_type == "RESERVATION_TOP_VIEW" || origin == "PROMOTE";
    Fact { id: item.id().to_string(), listed: !hidden, deleted, buying_type, origin, json }
}
