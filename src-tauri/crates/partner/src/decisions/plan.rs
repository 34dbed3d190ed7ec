//! A change while it is being decided: what it edits, and what the rules say to it. The rules read the tables as the
//! change leaves them; the transaction is rolled back when one of them objects.

use std::collections::HashMap;

use rusqlite::{OptionalExtension, Row, Transaction};

use crate::Result;
use crate::decisions::change::{AccountPair, Change, PaymentMode, XpoState};
use crate::decisions::decision::{GoalValue, INITIALIZED, Party, Slot, SlotKind, Text};
use crate::decisions::outcome::{Blocker, Caution, EntryRef, HandOverRow, Reason, Warning};
use crate::ids::{AdAccountId, AdvertiserId, ChangeId, XpoAccountId};
use crate::named::{Named, ObjectKind};
use crate::requests::request::RequestValue;

/// A slot's value before and after the change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edit {
    pub slot: Slot,
    pub before: Option<String>,
    pub after: Option<String>,
}

pub(crate) struct Plan<'a> {
    pub book: &'a Transaction<'a>,
    /// What is being decided.
    pub change: &'a Change,
    /// Whether it was decided in another book before.
    pub replayed: bool,
    /// The number that the change has in the history.
    entry: i64,
    edits: Vec<Edit>,
    place: HashMap<Slot, usize>,
    pub warnings: Vec<Warning>,
    pub blockers: Vec<Blocker>,
    pub hand_overs: Vec<HandOverRow>,
    /// Whether what was taken is given back: then it does not matter that the receiver is archived by now.
    pub gives_back: bool,
    /// Whether the book has a TikTok ad account, asked once; see [`Plan::know_account`].
    pub known: HashMap<AdAccountId, bool>,
    /// Whether an advertiser may be given something, asked once.
    open: HashMap<AdvertiserId, bool>,
    /// Whether a TikTok ad account is allocated to an advertiser, asked once; see [`Plan::has_allocation`].
    allocated: HashMap<AccountPair, bool>,
}

impl<'a> Plan<'a> {
    pub fn new(book: &'a Transaction<'a>, change: &'a Change, replayed: bool, entry: i64) -> Plan<'a> {
        Plan {
            book,
            change,
            replayed,
            entry,
            edits: Vec::new(),
            place: HashMap::new(),
            warnings: Vec::new(),
            blockers: Vec::new(),
            hand_overs: Vec::new(),
            gives_back: false,
            known: HashMap::new(),
            open: HashMap::new(),
            allocated: HashMap::new(),
        }
    }

    /// Give a slot a value, or none.
    pub fn put(&mut self, slot: Slot, after: Option<&str>) -> Result<()> {
        let before = slot.read(self.book)?;
        self.put_from(slot, before.as_deref(), after)
    }

    /// As [`Plan::put`], of a slot whose value is known.
    pub fn put_from(&mut self, slot: Slot, before: Option<&str>, after: Option<&str>) -> Result<()> {
        if before == after {
            return Ok(());
        }
        slot.write(self.book, self.entry, before, after)?;
        if slot.kind == SlotKind::Allocation {
            self.allocated.clear();
        }
        match self.place.get(&slot) {
            Some(&place) => self.edits[place].after = after.map(str::to_owned),
            None => {
                self.place.insert(slot.clone(), self.edits.len());
                self.edits.push(Edit {
                    slot,
                    before: before.map(str::to_owned),
                    after: after.map(str::to_owned),
                });
            }
        }
        Ok(())
    }

    /// What the change comes to, in the order in which it was decided.
    pub fn edits(&self) -> impl Iterator<Item = &Edit> {
        self.edits.iter().filter(|edit| edit.before != edit.after)
    }

    pub fn named(&self, kind: ObjectKind, id: &str) -> Result<Named> {
        Named::of(self.book, kind, id)
    }

    /// Object.
    pub fn block(&mut self, reason: Reason, object: Named) {
        self.blockers.push(Blocker::new(reason, object));
    }

    /// Object, for an advertiser or XPO account.
    pub fn block_holder(&mut self, reason: Reason, object: Named, holder: Named) {
        self.blockers.push(Blocker { holder: Some(holder), ..Blocker::new(reason, object) });
    }

    /// Object, for a TikTok ad account and an advertiser.
    pub fn block_pair(
        &mut self,
        reason: Reason,
        object: Named,
        account: &AdAccountId,
        advertiser: &AdvertiserId,
    ) -> Result<()> {
        let ad_account = Some(self.named(ObjectKind::AdAccount, account.as_str())?);
        let holder = Some(self.named(ObjectKind::Advertiser, advertiser.as_str())?);
        self.blockers.push(Blocker { ad_account, holder, ..Blocker::new(reason, object) });
        Ok(())
    }

    /// Object that `slot` is not as an undone change left it, and name what changed it.
    pub fn block_changed_since(&mut self, slot: &Slot) -> Result<()> {
        let last = self
            .book
            .prepare_cached(
                "SELECT e.seq, e.id, e.at, e.actor, e.action FROM edit d JOIN entry e ON e.seq = d.entry
                 WHERE d.kind = ? AND d.holder_id = ? AND d.ad_account_id = ? AND d.object_id = ?
                 ORDER BY d.entry DESC LIMIT 1",
            )?
            .query_row((slot.kind.as_str(), &slot.holder, &slot.ad_account, &slot.object), entry_ref)
            .optional()?;
        let (object, ad_account, holder) = names(self.book, slot)?;
        let object = object.or_else(|| ad_account.clone()).or_else(|| holder.clone());
        let object = match object {
            Some(object) => object,
            None => self.named(ObjectKind::XpoAccount, &slot.holder)?,
        };
        self.blockers.push(Blocker {
            ad_account,
            holder,
            entry: last,
            ..Blocker::new(Reason::ChangedSince, object)
        });
        Ok(())
    }

    /// Warn once of each thing; more of the same are counted.
    pub fn warn(&mut self, caution: Caution, object: Named, holder: Option<Named>, count: u32) {
        let known = self.warnings.iter_mut().find(|warning| {
            warning.caution == caution && warning.object == object && warning.holder == holder
        });
        match known {
            Some(warning) => warning.count = warning.count.max(count),
            None => self.warnings.push(Warning { caution, object, holder, xpo_account: None, count }),
        }
    }

    /// Whether something may be given to an advertiser; objects once when not.
    pub fn may_receive(&mut self, advertiser: &AdvertiserId) -> Result<bool> {
        if let Some(&open) = self.open.get(advertiser) {
            return Ok(open);
        }
        let open = match Party::read(self.book, &Slot::advertiser(advertiser))? {
            None => {
                let unknown = self.named(ObjectKind::Advertiser, advertiser.as_str())?;
                self.block(Reason::Unknown, unknown);
                false
            }
            Some(found) => {
                let archived = found.archived && !self.gives_back;
                if archived {
                    let object = self.named(ObjectKind::Advertiser, advertiser.as_str())?;
                    self.block(Reason::Archived, object);
                }
                match found.xpo_account {
                    Some(xpo) => self.warn_or_block_xpo_account(&xpo, advertiser)? && !archived,
                    None => !archived,
                }
            }
        };
        self.open.insert(advertiser.clone(), open);
        Ok(open)
    }

    fn warn_or_block_xpo_account(&mut self, xpo: &XpoAccountId, advertiser: &AdvertiserId) -> Result<bool> {
        let named = self.named(ObjectKind::XpoAccount, xpo.as_str())?;
        let party = Party::read(self.book, &Slot::xpo_account(xpo))?;
        if !self.gives_back && party.as_ref().is_some_and(|party| party.archived) {
            let holder = self.named(ObjectKind::Advertiser, advertiser.as_str())?;
            self.block_holder(Reason::Archived, named, holder);
            return Ok(false);
        }
        if party.and_then(|party| party.state).is_some_and(|state| state != XpoState::Active) {
            self.warn(Caution::XpoAccountNotActive, named, None, 1);
        }
        Ok(true)
    }

    /// Whether the TikTok ad account is allocated to the advertiser.
    pub fn has_allocation(&mut self, account: &AdAccountId, advertiser: &AdvertiserId) -> Result<bool> {
        let pair = AccountPair { ad_account: account.clone(), advertiser: advertiser.clone() };
        if let Some(&known) = self.allocated.get(&pair) {
            return Ok(known);
        }
        let found = Slot::allocation(account, advertiser).read(self.book)?.is_some();
        self.allocated.insert(pair, found);
        Ok(found)
    }

    /// The first column of what a statement finds.
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

pub(crate) fn entry_ref(row: &Row<'_>) -> rusqlite::Result<EntryRef> {
    Ok(EntryRef {
        seq: row.get(0)?,
        id: ChangeId(row.get(1)?),
        at: row.get(2)?,
        actor: row.get(3)?,
        action: row.get(4)?,
    })
}

/// What the object and the holder of a kind of slot are.
pub(crate) fn kinds_of(kind: SlotKind) -> (Option<ObjectKind>, ObjectKind) {
    let object = match kind {
        SlotKind::Campaign => Some(ObjectKind::Campaign),
        SlotKind::Audience | SlotKind::Exclusion => Some(ObjectKind::Audience),
        SlotKind::Goal => Some(ObjectKind::Goal),
        SlotKind::Request => Some(ObjectKind::Request),
        _ => None,
    };
    let holder = match kind {
        SlotKind::XpoAccount | SlotKind::Link | SlotKind::Default => ObjectKind::XpoAccount,
        _ => ObjectKind::Advertiser,
    };
    (object, holder)
}

/// What a slot is about: the object, the TikTok ad account, the holder.
pub(crate) fn names(
    book: &rusqlite::Connection,
    slot: &Slot,
) -> Result<(Option<Named>, Option<Named>, Option<Named>)> {
    let (object, holder) = kinds_of(slot.kind);
    let named = |kind, id: &str| match id {
        "" => Ok(None),
        id => Named::of(book, kind, id).map(Some),
    };
    Ok((
        object.map_or(Ok(None), |kind| named(kind, &slot.object))?,
        named(ObjectKind::AdAccount, slot.ad_account.as_str())?,
        named(holder, &slot.holder)?,
    ))
}

/// A value in words: what is said of it besides the names of its slot.
pub(crate) fn in_words(book: &rusqlite::Connection, kind: SlotKind, value: &str) -> Result<String> {
    Ok(match kind {
        SlotKind::XpoAccount | SlotKind::Advertiser => {
            let party = Party::of_text(value)?;
            let mut words = party.name;
            if let Some(state) = party.state {
                words = format!("{words} · {}", state.label());
            }
            if party.archived { format!("{words} · Archived") } else { words }
        }
        SlotKind::Goal => {
            let goal = GoalValue::of_text(value)?;
            format!("{} · {}", goal.name, goal.kind.label())
        }
        SlotKind::Request => {
            let request = RequestValue::of_text(value)?;
            let words = format!("{} · {}", request.asked.name, request.state.label());
            match request.account {
                Some(account) => {
                    let named = Named::of(book, ObjectKind::AdAccount, account.as_str())?;
                    format!("{words} · {} {account}", named.name)
                }
                None => words,
            }
        }
        SlotKind::Link => {
            PaymentMode::parse(value).map_or_else(|| value.to_owned(), |mode| mode.label().to_owned())
        }
        SlotKind::Default => {
            let named = Named::of(book, ObjectKind::AdAccount, value)?;
            if named.name.is_empty() { value.to_owned() } else { named.name }
        }
        SlotKind::Campaign if value == INITIALIZED => "Initialized".to_owned(),
        SlotKind::Exclusion => "Excluded".to_owned(),
        _ => "Allocated".to_owned(),
    })
}
