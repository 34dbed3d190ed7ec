//! The changes of all accounts, and the cached counts of listings.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use super::account_view::AccountView;
use super::change::{Change, ChangeError, ChangeResult};
use super::changes::AccountChanges;
use super::kind::ObjectKind;
use super::sizes::MAX_OBJECTS;
use super::time;
use crate::mutex::lock;

/// The account, the version of its changes, and the filter.
type ListingKey = (u64, u64, String);

/// The number of matching objects in each block of a listing, newest block first.
pub(crate) type BlockCounts = Arc<Vec<u32>>;

const MAX_CACHED_LISTINGS: usize = 4096;

#[derive(Default)]
pub(crate) struct Inventory {
    accounts: Mutex<HashMap<u64, Arc<AccountChanges>>>,
    counts: Mutex<HashMap<ListingKey, BlockCounts>>,
}

impl Inventory {
    pub(crate) fn changes_of(&self, account: u64) -> Arc<AccountChanges> {
        lock(&self.accounts).get(&account).cloned().unwrap_or_default()
    }

    /// Returns the cached counts of a listing, or else those that `count` returns. `filter` names everything the counts
    /// depend on besides the account and its changes.
    pub(crate) fn counts(
        &self,
        view: &AccountView,
        filter: String,
        count: impl FnOnce() -> Vec<u32>,
    ) -> BlockCounts {
        let key = (view.account, view.changes.version, filter);
        if let Some(cached) = lock(&self.counts).get(&key) {
            return cached.clone();
        }
        let counted = BlockCounts::new(count());
        let mut cache = lock(&self.counts);
        if cache.len() >= MAX_CACHED_LISTINGS {
            cache.clear();
        }
        cache.insert(key, counted.clone());
        counted
    }

    /// `build_view` builds the account's view from the changes so far.
    pub(crate) fn change(
        &self,
        account: u64,
        build_view: impl FnOnce(Arc<AccountChanges>) -> AccountView,
        change: Change,
    ) -> Result<ChangeResult, ChangeError> {
        let mut accounts = lock(&self.accounts);
        let stored = accounts.entry(account).or_default();
        let view = build_view(stored.clone());
        let (kind, indexes) = affected_objects(&view, &change)?;
        Arc::make_mut(stored).apply(kind, change, &indexes, &time::text(view.now));
        Ok(ChangeResult { ids: indexes.into_iter().map(|index| view.id(kind, index).to_string()).collect() })
    }
}

fn affected_objects(view: &AccountView, change: &Change) -> Result<(ObjectKind, Vec<u32>), ChangeError> {
    let account = || view.account.to_string();
    match change {
        Change::Add { kind, number, fields } => {
            let first = view.total(*kind);
            let end = first.checked_add(*number).filter(|end| *end <= MAX_OBJECTS);
            if let Some(parent) = kind.parent() {
                let has_parent = match fields.get(parent.id_field()) {
                    Some(id) => id.as_str().and_then(|id| view.index(parent, id.parse().ok()?)).is_some(),
                    None => view.total(parent) > 0,
                };
                if !has_parent {
                    return Err(ChangeError::NoParent(account()));
                }
            }
            Ok((*kind, (first..end.ok_or(ChangeError::TooMany)?).collect()))
        }
        Change::Set { kind, id, .. } | Change::Delete { kind, id } | Change::Remove { kind, id } => {
            let index = id.parse().ok().and_then(|id| view.index(*kind, id));
            let index = index.filter(|index| !view.is_removed(*kind, *index));
            let missing = || ChangeError::NoObject { account: account(), kind: *kind, id: id.clone() };
            Ok((*kind, vec![index.ok_or_else(missing)?]))
        }
    }
}
