//! The stored changes of one account.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::change::Change;
use super::kind::ObjectKind;

/// Shared by `Arc`: a change copies it only while a request still reads it.
#[derive(Clone, Default)]
pub(crate) struct AccountChanges {
    /// Increases with every change.
    pub version: u64,
    by_kind: [KindChanges; 4],
}

#[derive(Clone, Default)]
pub(super) struct KindChanges {
    pub added: u32,
    /// Overridden fields by index.
    pub overrides: HashMap<u32, Map<String, Value>>,
    /// The indexes of the objects that were removed without a trace.
    pub removed: HashSet<u32>,
}

impl AccountChanges {
    pub(super) fn of(&self, kind: ObjectKind) -> &KindChanges {
        &self.by_kind[kind as usize]
    }

    /// Applies a change to the objects with these indexes. `now` is written as TikTok writes times.
    pub(super) fn apply(&mut self, kind: ObjectKind, change: Change, indexes: &[u32], now: &str) {
        self.version += 1;
        let changes = &mut self.by_kind[kind as usize];
        for index in indexes {
            let mut set = |fields: Map<String, Value>, times: &[&str]| {
                let overrides = changes.overrides.entry(*index).or_default();
                overrides.extend(times.iter().map(|time| ((*time).to_owned(), Value::from(now))));
                overrides.extend(fields);
            };
            match (&change, kind) {
                (Change::Add { fields, .. }, ObjectKind::Audience) => set(fields.clone(), &["create_time"]),
                (Change::Add { fields, .. }, _) => set(fields.clone(), &["create_time", "modify_time"]),
                (Change::Set { fields, .. }, ObjectKind::Audience) => set(fields.clone(), &[]),
                (Change::Set { fields, .. }, _) => set(fields.clone(), &["modify_time"]),
                (Change::Delete { .. }, ObjectKind::Audience) | (Change::Remove { .. }, _) => {
                    changes.removed.insert(*index);
                }
                (Change::Delete { .. }, _) => {
                    let deleted = ("operation_status".to_owned(), Value::from("DELETE"));
                    set(Map::from_iter([deleted]), &["modify_time"]);
                }
            }
        }
        if let Change::Add { number, .. } = change {
            changes.added += number;
        }
    }
}
