//! The objects in an ad account: campaigns, ad groups, ads and audiences.
//!
//! Every object is a pure function of the seed, its account and its index, so that millions need no memory. Only
//! changes since the start are stored. The highest index is the newest object and comes first in listings, so an
//! object that is added during a listing shifts all others, as on TikTok.

pub(crate) mod account_view;
pub(crate) mod ad;
pub(crate) mod ad_group;
pub(crate) mod audience;
pub(crate) mod campaign;
mod change;
mod changes;
mod fields;
mod kind;
pub(crate) mod listed;
mod names;
pub(crate) mod row;
mod sizes;
mod snapshot;
pub(crate) mod status;
mod store;
pub(crate) mod time;

pub(crate) use account_view::AccountView;
pub use change::{Change, ChangeError, ChangeResult};
pub(crate) use changes::AccountChanges;
pub use kind::ObjectKind;
pub(crate) use listed::ListedObject;
pub use sizes::Sizes;
pub use snapshot::{Snapshot, SnapshotObject};
pub(crate) use status::AccountCondition;
pub(crate) use store::Inventory;
