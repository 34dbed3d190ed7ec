//! A change while it is being decided: the edits that it makes, and what the rules find. The rules read the tables as the
//! change leaves them; if one of them blocks the change, the transaction is rolled back.

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;
use std::ops::ControlFlow;

use jiff::Timestamp;
use rusqlite::Transaction;

use crate::decisions::journal::last_entry_of;
use crate::decisions::kinds::payment::PaymentMode;
use crate::decisions::kinds::xpo_account::XpoState;
use crate::decisions::kinds::{
    AccountAllocation, Advertiser, AnyEdit, Decision, DecisionKind, Edit, Key, Payment, XpoAccount, with_edit,
};
use crate::decisions::outcome::{Blocker, DefaultReplacementRow, Reason, Remedy, Warning, WarningKind};
use crate::ids::{AdAccountId, AdvertiserId, ChangeId, XpoAccountId};
use crate::named::{Named, ObjectId, ObjectKind};
use crate::{Error, Result};

/// The parts of a change that its action needs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ChangeInfo<'a> {
    pub id: &'a ChangeId,
    pub at: Timestamp,
    /// Whether the change was decided in another book.
    pub replayed: bool,
}

pub(crate) struct Plan<'a> {
    pub book: &'a Transaction<'a>,
    pub change: ChangeInfo<'a>,
    /// The entry of the change in the history.
    entry: i64,
    edits: Vec<AnyEdit>,
    /// The index of each decision in `edits`, by its hash. The next number stands in for a hash that is taken.
    edited: HashMap<u64, usize>,
    pub warnings: Vec<Warning>,
    /// The index of each warning in `warnings`.
    warned: HashMap<(WarningKind, Named, Option<Named>), usize>,
    /// The places of warnings that count objects, with the ids of these.
    warned_of_each: HashMap<(WarningKind, ObjectKind), (usize, HashSet<String>)>,
    pub blockers: Vec<Blocker>,
    pub default_replacements: Vec<DefaultReplacementRow>,
    pub defaults: DefaultPreferences,
    /// Set while undoing: an undo may restore an allocation to an archived advertiser.
    pub is_undo: bool,
    /// [`Outcome::blocked_edits`](crate::decisions::Outcome::blocked_edits).
    pub blocked_edits: Vec<u32>,
    /// The payment modes that the change being undone removed.
    pub removed_modes: HashMap<Payment, PaymentMode>,
    /// The result of [`Plan::check_account`] for each ad account.
    pub accounts: HashMap<AdAccountId, bool>,
    /// The result of [`Plan::check_advertiser`] for each advertiser.
    advertisers: HashMap<AdvertiserId, bool>,
    /// The result of [`Plan::is_allocated`] for each pair.
    allocations: HashMap<(AdAccountId, AdvertiserId), bool>,
    /// Decisions and blockers so far, also those without effect.
    steps: u64,
    /// Is called with the number of steps now and then, and may cancel.
    progress: &'a mut dyn FnMut(u64) -> ControlFlow<()>,
}

/// Decisions and blockers between two calls of the progress callback.
const PROGRESS_STEPS: u64 = 2_000;

/// The preferred defaults of XPO accounts whose ad accounts the change adds or removes.
#[derive(Debug, Default)]
pub(crate) struct DefaultPreferences {
    /// The defaults that the admin chose; `None` leaves the XPO account without a TikTok ad account (A8).
    pub chosen: HashMap<XpoAccountId, Option<AdAccountId>>,
    /// The defaults that an undo restores if possible.
    pub restored: HashMap<XpoAccountId, AdAccountId>,
    /// XPO accounts that had no TikTok ad account before the change being undone, and so may have none again without consent.
    pub may_be_empty: HashSet<XpoAccountId>,
}

impl<'a> Plan<'a> {
    pub fn new(
        book: &'a Transaction<'a>,
        change: ChangeInfo<'a>,
        entry: i64,
        progress: &'a mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Plan<'a> {
        Plan {
            book,
            change,
            entry,
            edits: Vec::new(),
            edited: HashMap::new(),
            warnings: Vec::new(),
            warned: HashMap::new(),
            warned_of_each: HashMap::new(),
            blockers: Vec::new(),
            default_replacements: Vec::new(),
            defaults: DefaultPreferences::default(),
            is_undo: false,
            blocked_edits: Vec::new(),
            removed_modes: HashMap::new(),
            accounts: HashMap::new(),
            advertisers: HashMap::new(),
            allocations: HashMap::new(),
            steps: 0,
            progress,
        }
    }

    /// Decides on a value, or removes the decision.
    pub fn put<K: Decision>(&mut self, key: K, after: Option<K::Value>) -> Result<()> {
        let before = key.read(self.book)?;
        self.replace(key, before, after)
    }

    /// Like [`Plan::put`], for a caller that knows the current value.
    pub fn replace<K: Decision>(
        &mut self,
        key: K,
        before: Option<K::Value>,
        after: Option<K::Value>,
    ) -> Result<()> {
        self.proceed()?;
        if before == after {
            return Ok(());
        }
        match &after {
            Some(value) => key.write(self.book, self.entry, value, before.is_none())?,
            None => key.delete(self.book)?,
        }
        if K::KIND == DecisionKind::AccountAllocation {
            self.allocations.clear();
        }
        match self.place_of(&key) {
            Ok(place) => {
                if let Some(edit) = K::of_mut(&mut self.edits[place]) {
                    edit.after = after;
                }
            }
            Err(hash) => {
                self.edited.insert(hash, self.edits.len());
                self.edits.push(K::wrap(Edit { key, before, after }));
            }
        }
        Ok(())
    }

    /// Counts a step of a large change.
    fn proceed(&mut self) -> Result<()> {
        self.steps += 1;
        if self.steps.is_multiple_of(PROGRESS_STEPS) && (self.progress)(self.steps).is_break() {
            return Err(Error::Cancelled);
        }
        Ok(())
    }

    /// Returns the index of a decision in `edits`, or the number for a new one in `edited`.
    fn place_of<K: Decision>(&self, key: &K) -> std::result::Result<usize, u64> {
        let mut hash = self.edited.hasher().hash_one((K::KIND, key.ids()));
        while let Some(&place) = self.edited.get(&hash) {
            if K::of(&self.edits[place]).is_some_and(|edit| edit.key == *key) {
                return Ok(place);
            }
            hash = hash.wrapping_add(1);
        }
        Err(hash)
    }

    /// Returns the edits of the change, in the order in which they were made.
    pub fn edits(&self) -> impl Iterator<Item = &AnyEdit> + Clone {
        self.edits.iter().filter(|edit| with_edit!(edit, edit => edit.before != edit.after))
    }

    /// Returns the edits of one kind of decision.
    pub fn edits_of<K: Key + 'static>(&self) -> impl Iterator<Item = &Edit<K>> {
        self.edits().filter_map(K::of)
    }

    /// Looks up the name of an object.
    pub fn named<I: ObjectId>(&self, id: &I) -> Result<Named> {
        Named::of(self.book, I::KIND, id.id())
    }

    pub fn block(&mut self, reason: Reason, object: Named) {
        self.blockers.push(Blocker::new(reason, object));
    }

    /// Adds a blocker that concerns an advertiser or XPO account.
    pub fn block_for_holder(&mut self, reason: Reason, object: Named, holder: Named) {
        self.blockers.push(Blocker { holder: Some(holder), ..Blocker::new(reason, object) });
    }

    /// Adds a blocker that concerns a TikTok ad account and an advertiser.
    pub fn block_for_pair(
        &mut self,
        reason: Reason,
        object: Named,
        account: &AdAccountId,
        advertiser: &AdvertiserId,
    ) -> Result<()> {
        self.proceed()?;
        let (ad_account, holder) = (Some(self.named(account)?), Some(self.named(advertiser)?));
        self.blockers.push(Blocker { ad_account, holder, ..Blocker::new(reason, object) });
        Ok(())
    }

    /// Offers to include a decision in an undo, so that the object of the last blocker no longer blocks it.
    pub fn offer_remedy<K: Key>(&mut self, key: &K, remove: bool) {
        if let Some(blocker) = self.blockers.last_mut().filter(|_| self.is_undo) {
            blocker.remedy = Some(Remedy::of(key, remove));
        }
    }

    /// Adds a blocker: the decision changed after the change being undone.
    pub fn block_changed_since<K: Decision>(&mut self, key: &K) -> Result<()> {
        let entry = last_entry_of(self.book, key)?;
        let [object, ad_account, holder] = key.names(|kind, id| Named::of(self.book, kind, id))?;
        let object = object.or_else(|| ad_account.clone()).or_else(|| holder.clone());
        let object = object.unwrap_or_else(|| Named::new(self.change.id, ""));
        let blocker = Blocker::new(Reason::ChangedSince, object);
        self.blockers.push(Blocker { ad_account, holder, entry, ..blocker });
        Ok(())
    }

    /// Adds a warning. A second one with the same kind, object and holder only raises the count.
    pub fn warn(&mut self, kind: WarningKind, object: Named, holder: Option<Named>, count: u32) {
        let place = (kind, object.clone(), holder.clone());
        if let Some(&same) = self.warned.get(&place) {
            let warning = &mut self.warnings[same];
            warning.count = warning.count.max(count);
            return;
        }
        self.warned.insert(place, self.warnings.len());
        self.warnings.push(Warning { holder, ..Warning::new(kind, object, count) });
    }

    /// Adds an object to the warning of this kind, which counts each object once.
    pub fn warn_of_each(&mut self, kind: WarningKind, object: Named) {
        let next = self.warnings.len();
        let (place, ids) = self.warned_of_each.entry((kind, object.kind)).or_insert((next, HashSet::new()));
        if ids.insert(object.id.clone()) {
            match self.warnings.get_mut(*place) {
                Some(warning) => warning.count += 1,
                None => self.warnings.push(Warning::new(kind, object, 1)),
            }
        }
    }

    /// Returns whether something may be allocated to an advertiser. Adds the blockers, if any, on the first call.
    pub fn check_advertiser(&mut self, advertiser: &AdvertiserId) -> Result<bool> {
        if let Some(&allowed) = self.advertisers.get(advertiser) {
            return Ok(allowed);
        }
        let allowed = match Advertiser::new(advertiser).read(self.book)? {
            None => {
                self.block(Reason::Unknown, Named::new(advertiser, ""));
                false
            }
            Some(found) => {
                let archived = found.archived && !self.is_undo;
                if archived {
                    self.block(Reason::Archived, Named::new(advertiser, &found.name));
                }
                self.check_xpo_account(&found.xpo_account, advertiser)? && !archived
            }
        };
        self.advertisers.insert(advertiser.clone(), allowed);
        Ok(allowed)
    }

    fn check_xpo_account(&mut self, id: &XpoAccountId, advertiser: &AdvertiserId) -> Result<bool> {
        let Some(found) = XpoAccount::new(id).read(self.book)? else { return Ok(true) };
        let named = Named::new(id, &found.name);
        if found.archived && !self.is_undo {
            let holder = self.named(advertiser)?;
            self.block_for_holder(Reason::Archived, named, holder);
            return Ok(false);
        }
        if found.state != XpoState::Active {
            self.warn(WarningKind::XpoAccountNotActive, named, None, 1);
        }
        Ok(true)
    }

    /// Returns whether the TikTok ad account is allocated to the advertiser.
    pub fn is_allocated(&mut self, account: &AdAccountId, advertiser: &AdvertiserId) -> Result<bool> {
        let pair = (account.clone(), advertiser.clone());
        if let Some(&allocated) = self.allocations.get(&pair) {
            return Ok(allocated);
        }
        let allocated = AccountAllocation::new(account, advertiser).read(self.book)?.is_some();
        self.allocations.insert(pair, allocated);
        Ok(allocated)
    }

    /// Returns the first column of a query.
    pub fn column<T: rusqlite::types::FromSql>(
        &self,
        sql: &str,
        values: impl rusqlite::Params,
    ) -> Result<Vec<T>> {
        Ok(self
            .book
            .prepare_cached(sql)?
            .query_map(values, |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?)
    }
}
