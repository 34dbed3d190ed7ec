//! The default TikTok ad account of an XPO account (R3, R4, R22–R24, A6–A8, A24, invariant 1).

use std::collections::{HashMap, HashSet};

use crate::Result;
use crate::decisions::change::{DefaultChoice, HandOver};
use crate::decisions::decision::{Slot, SlotKind};
use crate::decisions::outcome::{Caution, HandOverChoice, HandOverRow, Reason};
use crate::decisions::plan::Plan;
use crate::ids::{AdAccountId, XpoAccountId};
use crate::named::{Named, ObjectKind};

/// What a change wants of the defaults that it touches.
#[derive(Debug, Default)]
pub(super) struct Wishes<'a> {
    /// What the admin chose.
    pub hand_overs: &'a [HandOver],
    /// The default that an undo brings back, where it can be.
    pub preferred: HashMap<XpoAccountId, AdAccountId>,
    /// XPO accounts that had no TikTok ad account before what is undone, and may be left so again.
    pub may_leave: HashSet<XpoAccountId>,
}

impl Plan<'_> {
    pub(super) fn set_defaults(&mut self, defaults: &[DefaultChoice]) -> Result<()> {
        for DefaultChoice { xpo_account, ad_account } in defaults {
            self.set_default(xpo_account, ad_account)?;
        }
        Ok(())
    }

    /// Choose one of the XPO account's own.
    pub(super) fn set_default(&mut self, xpo: &XpoAccountId, account: &AdAccountId) -> Result<()> {
        if Slot::link(account, xpo).read(self.book)?.is_some() {
            return self.put(Slot::default_of(xpo), Some(account.as_str()));
        }
        let object = self.named(ObjectKind::AdAccount, account.as_str())?;
        let holder = self.named(ObjectKind::XpoAccount, xpo.as_str())?;
        self.block_holder(Reason::NotItsAccount, object, holder);
        Ok(())
    }

    /// Bring the default of every XPO account whose links changed in order: the first account becomes it (R3), a lost one
    /// is handed over (R22–R24), or, where there is no other, left with the admin's consent (A8).
    pub(super) fn settle_defaults(&mut self, wishes: &Wishes<'_>) -> Result<()> {
        for xpo in self.relinked() {
            let slot = Slot::default_of(&xpo);
            let links: Vec<AdAccountId> = self.column(
                "SELECT ad_account_id FROM link WHERE xpo_account_id = ? ORDER BY ad_account_id",
                [&xpo],
            )?;
            let preferred = wishes.preferred.get(&xpo).filter(|wish| links.contains(wish));
            match slot.read(self.book)?.map(AdAccountId) {
                None => {
                    if let Some(first) = preferred.cloned().or_else(|| self.first_linked(&xpo, &links)) {
                        self.put_from(slot, None, Some(first.as_str()))?;
                    }
                }
                Some(default) if links.contains(&default) => {
                    if preferred.is_some_and(|wish| *wish != default) {
                        let object = self.named(ObjectKind::AdAccount, default.as_str())?;
                        let holder = self.named(ObjectKind::XpoAccount, xpo.as_str())?;
                        self.warn(Caution::DefaultStays, object, Some(holder), 1);
                    }
                }
                Some(lost) => self.hand_over(&xpo, &lost, &links, wishes)?,
            }
        }
        Ok(())
    }

    fn hand_over(
        &mut self,
        xpo: &XpoAccountId,
        lost: &AdAccountId,
        links: &[AdAccountId],
        wishes: &Wishes<'_>,
    ) -> Result<()> {
        let chosen = wishes.hand_overs.iter().rev().find(|choice| choice.xpo_account == *xpo);
        let choice = match chosen.map(|choice| &choice.to) {
            Some(Some(account)) if links.contains(account) => Some(HandOverChoice::Account(account.clone())),
            Some(None) if links.is_empty() => Some(HandOverChoice::Leave),
            None if links.is_empty() && wishes.may_leave.contains(xpo) => Some(HandOverChoice::Leave),
            _ => None,
        };
        let after = match &choice {
            Some(HandOverChoice::Account(account)) => Some(account.as_str()),
            _ => None,
        };
        self.put_from(Slot::default_of(xpo), Some(lost.as_str()), after)?;
        let account = |id: &AdAccountId| Named::of(self.book, ObjectKind::AdAccount, id.as_str());
        let row = HandOverRow {
            xpo_account: self.named(ObjectKind::XpoAccount, xpo.as_str())?,
            from: account(lost)?,
            options: links.iter().map(account).collect::<Result<_>>()?,
            choice,
        };
        self.hand_overs.push(row);
        Ok(())
    }

    /// XPO accounts that gained or lost a link, in the order of the change.
    fn relinked(&self) -> Vec<XpoAccountId> {
        let mut seen = HashSet::new();
        self.edits()
            .filter(|edit| {
                edit.slot.kind == SlotKind::Link && (edit.before.is_none() || edit.after.is_none())
            })
            .map(|edit| edit.slot.xpo_account_id())
            .filter(|xpo| seen.insert(xpo.clone()))
            .collect()
    }

    /// The first link that the change made, of those that are there.
    fn first_linked(&self, xpo: &XpoAccountId, links: &[AdAccountId]) -> Option<AdAccountId> {
        self.edits()
            .filter(|edit| {
                edit.slot.kind == SlotKind::Link && edit.after.is_some() && edit.slot.holder == xpo.0
            })
            .map(|edit| edit.slot.ad_account.clone())
            .find(|account| links.contains(account))
    }
}
