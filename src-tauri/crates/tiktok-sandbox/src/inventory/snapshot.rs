//! All objects of a kind in an account at one moment, for comparison with a client's listing.

use serde_json::Value;

use super::account_view::AccountView;
use super::ad::Ad;
use super::ad_group::AdGroup;
use super::audience::Audience;
use super::campaign::Campaign;
use super::kind::ObjectKind;
use super::listed::{ListedObject, ObjectBase};
use super::row::FieldSelection;

#[derive(Clone, Debug)]
pub struct SnapshotObject {
    pub id: String,
    /// Whether a listing without a filter contains the object.
    pub listed: bool,
    /// Whether the object or a parent is deleted.
    pub deleted: bool,
    /// `AUCTION`, `RESERVATION_RF` or `RESERVATION_TOP_VIEW`; empty for audiences.
    pub buying_type: &'static str,
    /// `TT_ADS_PLATFORM` or `PROMOTE`; empty for audiences.
    pub origin: &'static str,
    /// The object with all its fields, as JSON.
    pub json: Vec<u8>,
}

impl SnapshotObject {
    /// Returns the object with all its fields.
    pub fn row(&self) -> Value {
        serde_json::from_slice(&self.json).unwrap_or_default()
    }
}

/// Iterates over the objects, newest first, including those that are listed only on request. Objects are computed one
/// by one; later changes have no effect.
pub struct Snapshot {
    view: AccountView,
    kind: ObjectKind,
    left: u32,
}

impl Snapshot {
    pub(crate) fn new(view: AccountView, kind: ObjectKind) -> Snapshot {
        let left = view.total(kind);
        Snapshot { view, kind, left }
    }
}

impl Iterator for Snapshot {
    type Item = SnapshotObject;

    fn next(&mut self) -> Option<SnapshotObject> {
        while let Some(index) = self.left.checked_sub(1) {
            self.left = index;
            let object = match self.kind {
                ObjectKind::Campaign => object::<Campaign<'_>>(&self.view, index),
                ObjectKind::AdGroup => object::<AdGroup<'_>>(&self.view, index),
                ObjectKind::Ad => object::<Ad<'_>>(&self.view, index),
                ObjectKind::Audience => object::<Audience<'_>>(&self.view, index),
            };
            if object.is_some() {
                return object;
            }
        }
        None
    }
}

fn object<'a, T: ListedObject<'a>>(view: &'a AccountView, index: u32) -> Option<SnapshotObject> {
    let object = T::at(view, index)?;
    let mut json = Vec::new();
    object.write_row(&mut json, &FieldSelection::default());
    let ObjectBase { buying_type, origin, .. } = *object.base();
    let deleted = object.is_deleted();
    let listed = !deleted && buying_type != "RESERVATION_TOP_VIEW" && origin != "PROMOTE";
    Some(SnapshotObject { id: object.id().to_string(), listed, deleted, buying_type, origin, json })
}
