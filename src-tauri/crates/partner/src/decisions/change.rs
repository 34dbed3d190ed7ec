//! A change: an action of an admin, with everything that is needed to make it. Applying the same changes in
//! the same order produces the same book on any computer that has the same facts from TikTok.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::decisions::rules::Action;
use crate::ids::ChangeId;

/// A change is applied completely or not at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// A UUID. A change that the history already contains is not applied again.
    pub id: ChangeId,
    #[specta(type = String)]
    pub at: Timestamp,
    /// The name of the admin.
    pub actor: String,
    pub action: Action,
}

impl Change {
    /// Returns a change at the current time, with a new id.
    pub fn now(actor: impl Into<String>, action: Action) -> Change {
        let id = ChangeId(uuid::Uuid::now_v7().to_string());
        Change { id, at: Timestamp::now(), actor: actor.into(), action }
    }

    /// Returns a change that is only previewed. It always has the same id, as has what it would create, so that its previews
    /// differ only if the book does.
    pub fn draft(actor: impl Into<String>, action: Action) -> Change {
        let id = ChangeId(uuid::Uuid::nil().to_string());
        Change { id, ..Change::now(actor, action) }
    }
}
