//! Changes to an ad account's objects, which are also the body of `POST /sandbox/objects/{account}`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::kind::ObjectKind;
use super::sizes::MAX_OBJECTS;

/// A change takes effect immediately, also during a listing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Change {
    /// Adds objects as the newest of their listing. `fields` apply to all of them; `campaign_id` or `adgroup_id`
    /// choose the parent.
    Add {
        kind: ObjectKind,
        #[serde(default = "one")]
        number: u32,
        #[serde(default)]
        fields: Map<String, Value>,
    },
    /// Overrides any fields of an object. `operation_status` also affects the children; an inherited status takes
    /// precedence over `secondary_status`. `modify_time` becomes now unless it is set.
    Set { kind: ObjectKind, id: String, fields: Map<String, Value> },
    /// Deletes an object as an advertiser does: from now on a campaign, ad group or ad is listed only on request, and
    /// an audience not at all.
    Delete { kind: ObjectKind, id: String },
    /// Removes an object and its children without a trace, as TikTok does with very old ads.
    Remove { kind: ObjectKind, id: String },
}

fn one() -> u32 {
    1
}

/// `fields` must be JSON objects; anything else counts as empty.
impl Change {
    pub fn add(kind: ObjectKind, number: u32, fields: Value) -> Change {
        Change::Add { kind, number, fields: object(fields) }
    }

    pub fn set(kind: ObjectKind, id: impl Into<String>, fields: Value) -> Change {
        Change::Set { kind, id: id.into(), fields: object(fields) }
    }

    pub fn delete(kind: ObjectKind, id: impl Into<String>) -> Change {
        Change::Delete { kind, id: id.into() }
    }

    pub fn remove(kind: ObjectKind, id: impl Into<String>) -> Change {
        Change::Remove { kind, id: id.into() }
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangeResult {
    /// The ids of the objects that were added, changed or removed.
    pub ids: Vec<String>,
}

/// The reason why a change was not made.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    #[error("account {0} does not exist")]
    NoAccount(String),
    #[error("account {account} has no {kind:?} {id}")]
    NoObject { account: String, kind: ObjectKind, id: String },
    /// An ad group needs a campaign, an ad an ad group.
    #[error("account {0} has no parent for the new object")]
    NoParent(String),
    #[error("an account can have at most {MAX_OBJECTS} objects of a kind")]
    TooMany,
}
