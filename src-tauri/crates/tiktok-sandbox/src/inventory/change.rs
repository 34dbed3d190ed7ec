//! What was added, changed and taken away since the start, and how to order it.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Kind, MOST_OBJECTS, View, time};
use crate::lock;

/// A change of what an ad account holds. It takes effect at once, also in the middle of a listing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Change {
    /// New objects, the newest of their listing.
    Add {
        /// Of which kind.
        kind: Kind,
        /// How many.
        #[serde(default = "one")]
        number: u32,
        /// Fields that they all have, e.g. a name; `campaign_id` and `adgroup_id` say where they hang.
        #[serde(default)]
        fields: Map<String, Value>,
    },
    /// Other fields of one object. `operation_status` changes the state of what hangs below as well; a
    /// `secondary_status` is the object's own, and its parents' still shows before it. Unless `modify_time` is among
    /// them, it becomes now.
    Set {
        /// Of which kind.
        kind: Kind,
        /// Its id.
        id: String,
        /// Any fields with any values.
        fields: Map<String, Value>,
    },
    /// Deletes as an advertiser does: a campaign, ad group or ad is listed only on request from now on; an audience
    /// vanishes.
    Delete {
        /// Of which kind.
        kind: Kind,
        /// Its id.
        id: String,
    },
    /// Takes away without a trace, with what hangs below, as TikTok does with very old ads.
    Vanish {
        /// Of which kind.
        kind: Kind,
        /// Its id.
        id: String,
    },
}

fn one() -> u32 {
    1
}

impl Change {
    /// New objects with these fields.
    pub fn add(kind: Kind, number: u32, fields: Value) -> Change {
        Change::Add { kind, number, fields: object(fields) }
    }

    /// Other fields of one object.
    pub fn set(kind: Kind, id: impl Into<String>, fields: Value) -> Change {
        Change::Set { kind, id: id.into(), fields: object(fields) }
    }

    /// Deletes as an advertiser does.
    pub fn delete(kind: Kind, id: impl Into<String>) -> Change {
        Change::Delete { kind, id: id.into() }
    }

    /// Takes away without a trace.
    pub fn vanish(kind: Kind, id: impl Into<String>) -> Change {
        Change::Vanish { kind, id: id.into() }
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// What a change did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// The ids of what was added, changed or taken away.
    pub ids: Vec<String>,
}

/// Why a change was not made.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// Nobody has this account.
    #[error("there is no account {0}")]
    NoAccount(String),
    /// The account has no such object.
    #[error("account {account} has no {kind:?} {id}")]
    NoObject {
        /// The account.
        account: String,
        /// The kind asked for.
        kind: Kind,
        /// The id asked for.
        id: String,
    },
    /// An ad group needs a campaign, an ad an ad group.
    #[error("account {0} has nothing for it to hang on")]
    NoParent(String),
    /// The account would hold too many.
    #[error("an account can hold at most {MOST_OBJECTS} objects of a kind")]
    TooMany,
}

/// Changes of one account. Cheap to hand out; the account's next change makes a copy if somebody still reads it.
#[derive(Clone, Default)]
pub(crate) struct Changes {
    /// Different after each change.
    pub version: u64,
    kinds: [KindChanges; 4],
}

#[derive(Clone, Default)]
pub(crate) struct KindChanges {
    pub added: u32,
    pub set: HashMap<u32, Map<String, Value>>,
    pub gone: HashSet<u32>,
}

impl Changes {
    pub(crate) fn of(&self, kind: Kind) -> &KindChanges {
        &self.kinds[kind as usize]
    }
}

/// A listing is known by its account, its filter and the account's version; see [`Known`].
type Listing = (u64, u64, String);

/// How many matching objects each block of a listing has, from the newest block on.
pub(crate) type Known = Arc<Vec<u32>>;

/// How many listings are remembered.
const MOST_KNOWN: usize = 4096;

/// All changes, and what was counted.
#[derive(Default)]
pub(crate) struct Inventory {
    accounts: Mutex<HashMap<u64, Arc<Changes>>>,
    known: Mutex<HashMap<Listing, Known>>,
}

impl Inventory {
    pub(crate) fn of(&self, account: u64) -> Arc<Changes> {
        lock(&self.accounts).get(&account).cloned().unwrap_or_default()
    }

    /// What was counted for a listing, or `count` of it. `what` names the listing's filter and all else it depends on.
    pub(crate) fn counted(&self, view: &View, what: String, count: impl FnOnce() -> Vec<u32>) -> Known {
        let listing = (view.account, view.changes.version, what);
        if let Some(known) = lock(&self.known).get(&listing) {
            return known.clone();
        }
        let counted = Known::new(count());
        let mut known = lock(&self.known);
        if known.len() >= MOST_KNOWN {
            known.clear();
        }
        known.insert(listing, counted.clone());
        counted
    }

    /// Makes a change in an account; `view` gives the account with the changes so far.
    pub(crate) fn change(
        &self,
        account: u64,
        view: impl FnOnce(Arc<Changes>) -> View,
        change: Change,
    ) -> Result<Changed, ChangeError> {
        let mut accounts = lock(&self.accounts);
        let kept = accounts.entry(account).or_default();
        let view = view(kept.clone());
        let (kind, indexes) = concerned(&view, &change)?;
        let changes = Arc::make_mut(kept);
        changes.version += 1;
        changes.kinds[kind as usize].make(change, &indexes, &time::text(view.now));
        // With what was added just now.
        let view = view.with(kept.clone());
        Ok(Changed { ids: indexes.into_iter().map(|index| view.id(kind, index).to_string()).collect() })
    }
}

impl KindChanges {
    fn make(&mut self, change: Change, indexes: &[u32], now: &str) {
        for index in indexes {
            let mut set = |fields: Map<String, Value>, times: &[&str]| {
                let set = self.set.entry(*index).or_default();
                set.extend(times.iter().map(|time| ((*time).to_owned(), Value::from(now))));
                set.extend(fields);
            };
            match &change {
                Change::Add { kind: Kind::Audience, fields, .. } => set(fields.clone(), &["create_time"]),
                Change::Add { fields, .. } => set(fields.clone(), &["create_time", "modify_time"]),
                Change::Set { kind: Kind::Audience, fields, .. } => set(fields.clone(), &[]),
                Change::Set { fields, .. } => set(fields.clone(), &["modify_time"]),
                Change::Delete { kind, .. } if *kind != Kind::Audience => {
                    let deleted = ("operation_status".to_owned(), Value::from("DELETE"));
                    set(Map::from_iter([deleted]), &["modify_time"]);
                }
                Change::Delete { .. } | Change::Vanish { .. } => {
                    self.gone.insert(*index);
                }
            }
        }
        if let Change::Add { number, .. } = change {
            self.added += number;
        }
    }
}

/// The numbers of the objects that a change is about.
fn concerned(view: &View, change: &Change) -> Result<(Kind, Vec<u32>), ChangeError> {
    let account = || view.account.to_string();
    match change {
        Change::Add { kind, number, fields } => {
            let first = view.ever(*kind);
            let end = first.checked_add(*number).filter(|end| *end <= MOST_OBJECTS);
            let parent = match kind {
                Kind::AdGroup => Some(Kind::Campaign),
                Kind::Ad => Some(Kind::AdGroup),
                Kind::Campaign | Kind::Audience => None,
            };
            if let Some(parent) = parent {
                let named = fields.get(parent.id_field());
                let named = named.map(|id| id.as_str().and_then(|id| view.index(parent, id.parse().ok()?)));
                match named {
                    Some(None) => return Err(ChangeError::NoParent(account())),
                    None if view.ever(parent) == 0 => return Err(ChangeError::NoParent(account())),
                    _ => {}
                }
            }
            Ok((*kind, (first..end.ok_or(ChangeError::TooMany)?).collect()))
        }
        Change::Set { kind, id, .. } | Change::Delete { kind, id } | Change::Vanish { kind, id } => {
            let index = id.parse().ok().and_then(|id| view.index(*kind, id));
            let index = index.filter(|index| !view.is_gone(*kind, *index));
            let missing = || ChangeError::NoObject { account: account(), kind: *kind, id: id.clone() };
            Ok((*kind, vec![index.ok_or_else(missing)?]))
        }
    }
}
