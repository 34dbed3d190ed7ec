//! Undo: the inverse of an earlier change, under the same rules (invariant 7).
//!
//! A decision can be undone only if it still is what the change made it, but it does not matter whether its advertiser has
//! been archived since. Payment modes and defaults that merely followed from allocations are derived again, because they
//! may now depend on other allocations.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use specta::Type;

use super::Rule;
use super::defaults::DefaultReplacement;
use crate::Result;
use crate::decisions::journal::{edits, find_entry, follows, last_value, undone_edits};
use crate::decisions::kinds::payment::PaymentMode;
use crate::decisions::kinds::{
    AccountAllocation, Advertiser, AnyEdit, Decision, DecisionKind, DefaultAccount, Edit, Key, Payment,
    with_edit,
};
use crate::decisions::outcome::{Reason, Remedy};
use crate::decisions::plan::Plan;
use crate::ids::{AdAccountId, AdvertiserId, CampaignId, ChangeId, GoalId};
use crate::named::Named;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Undo {
    pub change: ChangeId,
    /// The numbers of the edits that stay as they are. Edits that follow from others are undone with them.
    pub keep: Vec<u32>,
    /// Decisions without which the undo would be blocked, from [`Blocker::remedy`](crate::decisions::Blocker).
    pub also: Vec<Remedy>,
    /// New defaults for XPO accounts that lose theirs (R22–R24).
    pub default_replacements: Vec<DefaultReplacement>,
}

impl Rule for Undo {
    fn apply(&self, plan: &mut Plan<'_>) -> Result<()> {
        let Some((entry, _)) = find_entry(plan.book, &self.change)? else {
            plan.block(Reason::Unknown, Named::new(&self.change, ""));
            return Ok(());
        };
        plan.is_undo = true;
        plan.choose_defaults(&self.default_replacements);
        let all = edits(plan.book, entry, 0, usize::MAX)?;
        let has_allocations = all.iter().any(|edit| AccountAllocation::of(edit).is_some());
        let undone = undone_edits(plan.book, entry)?.unwrap_or_default();
        let keep: HashSet<u32> = self.keep.iter().copied().collect();
        let mut edits = Vec::with_capacity(all.len());
        for (number, edit) in (0..).zip(&all) {
            let kept = keep.contains(&number) && !follows(edit, has_allocations);
            if !kept && !undone.contains_key(&edit.decision()) {
                edits.push((number, edit));
            }
        }
        let whole = edits.len() == all.len();
        // What the undo needs is allocated first, and what blocks it is removed in the order of dependence.
        for (remove, kind) in [
            (false, DecisionKind::AccountAllocation),
            (true, DecisionKind::CampaignAllocation),
            (true, DecisionKind::Goal),
            (true, DecisionKind::AccountAllocation),
            (true, DecisionKind::Advertiser),
        ] {
            for remedy in self.also.iter().filter(|remedy| remedy.remove == remove && remedy.kind == kind) {
                plan.include(remedy)?;
            }
        }
        // A payment mode is restored before its pair may be removed.
        for &(number, edit) in &edits {
            if let Some(edit) = Payment::of(edit) {
                plan.noting_blocked(number, |plan| plan.restore_payment_mode(edit))?;
            }
        }
        // In reverse order, so that the dependents of an allocation are removed before it and restored after it.
        let mut pairs = HashSet::new();
        for &(number, edit) in edits.iter().rev() {
            if let Some(edit) = AccountAllocation::of(edit) {
                let xpo_account = plan.xpo_account_of(&edit.key.advertiser)?;
                pairs.extend(xpo_account.map(|id| (id, edit.key.ad_account.clone())));
            }
            plan.noting_blocked(number, |plan| with_edit!(edit, edit => UndoEdit::undo(plan, edit)))?;
        }
        for &(number, edit) in &edits {
            let Some(edit) = DefaultAccount::of(edit) else { continue };
            // What follows from an allocation that the undo leaves out stays.
            let mut accounts = [&edit.before, &edit.after].into_iter().flatten();
            let is_undone =
                |account: &AdAccountId| pairs.contains(&(edit.key.xpo_account.clone(), account.clone()));
            if whole || !has_allocations || accounts.any(is_undone) {
                plan.noting_blocked(number, |plan| plan.undo_default(edit, !has_allocations))?;
            }
        }
        plan.tidy_blockers(&edits);
        Ok(())
    }
}

/// How an edit of a kind of decision is undone.
pub(super) trait UndoEdit: Decision {
    fn undo(plan: &mut Plan<'_>, edit: &Edit<Self>) -> Result<()> {
        undo_unless_changed(plan, edit)
    }

    /// Removes a decision that the change made.
    fn remove(plan: &mut Plan<'_>, edit: &Edit<Self>) -> Result<()> {
        plan.replace(edit.key.clone(), edit.after.clone(), None)
    }

    /// Restores a decision that the change removed or altered.
    fn restore(plan: &mut Plan<'_>, edit: &Edit<Self>, before: &Self::Value) -> Result<()> {
        plan.replace(edit.key.clone(), edit.after.clone(), Some(before.clone()))
    }
}

/// Blocks the undo if the decision changed after the change being undone.
pub(super) fn undo_unless_changed<K: UndoEdit>(plan: &mut Plan<'_>, edit: &Edit<K>) -> Result<()> {
    if edit.key.read(plan.book)? != edit.after {
        return plan.block_changed_since(&edit.key);
    }
    match &edit.before {
        None => K::remove(plan, edit),
        Some(before) => K::restore(plan, edit, before),
    }
}

/// Payment modes are removed and restored with allocations, and those that a change altered by
/// [`Plan::restore_payment_mode`].
impl UndoEdit for Payment {
    fn undo(_: &mut Plan<'_>, _: &Edit<Self>) -> Result<()> {
        Ok(())
    }
}

/// [`Plan::undo_default`] undoes edits of defaults last.
impl UndoEdit for DefaultAccount {
    fn undo(_: &mut Plan<'_>, _: &Edit<Self>) -> Result<()> {
        Ok(())
    }
}

impl Plan<'_> {
    /// Restores a payment mode that the change altered, and records one that it removed.
    fn restore_payment_mode(&mut self, edit: &Edit<Payment>) -> Result<()> {
        let (Some(before), Some(_)) = (edit.before, edit.after) else {
            self.removed_modes.extend(edit.before.map(|mode| (edit.key.clone(), mode)));
            return Ok(());
        };
        if edit.key.read(self.book)? != edit.after {
            return self.block_changed_since(&edit.key);
        }
        self.replace(edit.key.clone(), edit.after, Some(before))
    }

    /// Restores a default that the change chose. One that only followed from an allocation becomes a preference.
    fn undo_default(&mut self, edit: &Edit<DefaultAccount>, chosen: bool) -> Result<()> {
        let xpo_account = &edit.key.xpo_account;
        let Some(before) = &edit.before else {
            self.defaults.may_be_empty.insert(xpo_account.clone());
            return Ok(());
        };
        let now = edit.key.read(self.book)?;
        if chosen {
            return if now == edit.after {
                self.set_default(xpo_account, before)
            } else {
                self.block_changed_since(&edit.key)
            };
        }
        let has_account = Payment::new(before, xpo_account).read(self.book)?.is_some();
        if has_account && now.is_some() && now == edit.after {
            self.replace(edit.key.clone(), now, Some(before.clone()))?;
        }
        self.defaults.restored.insert(xpo_account.clone(), before.clone());
        Ok(())
    }

    /// Allocates a pair again, with the payment mode that the change removed or the last one.
    pub(super) fn restore_account(&mut self, account: &AdAccountId, advertiser: &AdvertiserId) -> Result<()> {
        let payment = self.xpo_account_of(advertiser)?.map(|id| Payment::new(account, &id));
        let mode = match &payment {
            Some(payment) => match self.removed_modes.get(payment) {
                Some(mode) => Some(*mode),
                None => last_value(self.book, payment)?,
            },
            None => None,
        };
        self.allocate_account(account, advertiser, mode.unwrap_or(PaymentMode::Client))
    }

    /// Removes blockers that were found twice, and remedies that the undo contains anyway.
    fn tidy_blockers(&mut self, edits: &[(u32, &AnyEdit)]) {
        let undone: HashSet<(DecisionKind, [&str; 3])> =
            edits.iter().map(|(_, edit)| (edit.kind(), edit.ids())).collect();
        let mut seen = HashSet::new();
        self.blockers.retain_mut(|blocker| {
            let same = |remedy: &Remedy| {
                undone.contains(&(remedy.kind, [&*remedy.object, &*remedy.ad_account, &*remedy.holder]))
            };
            blocker.remedy.take_if(|remedy| same(remedy));
            seen.insert((
                blocker.reason,
                blocker.object.clone(),
                blocker.ad_account.clone(),
                blocker.holder.clone(),
            ))
        });
    }

    /// Undoes an edit, and notes its number if something blocks that.
    fn noting_blocked(&mut self, number: u32, undo: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        let blockers = self.blockers.len();
        undo(self)?;
        if self.blockers.len() > blockers {
            self.blocked_edits.push(number);
        }
        Ok(())
    }

    /// Makes or removes a decision without which the undo would be blocked.
    fn include(&mut self, remedy: &Remedy) -> Result<()> {
        let account = AdAccountId(remedy.ad_account.clone());
        let advertiser = AdvertiserId(remedy.holder.clone());
        match (remedy.kind, remedy.remove) {
            (DecisionKind::AccountAllocation, false) => self.restore_account(&account, &advertiser),
            (DecisionKind::AccountAllocation, true) => self.deallocate_account(&account, &advertiser),
            (DecisionKind::CampaignAllocation, _) => {
                self.deallocate_campaigns(&advertiser, &[CampaignId(remedy.object.clone())])
            }
            (DecisionKind::Goal, _) => self.remove_goal(&GoalId(remedy.object.clone())),
            (DecisionKind::Advertiser, _) => {
                self.remove_advertiser(Advertiser { id: AdvertiserId(remedy.object.clone()) })
            }
            _ => Ok(()),
        }
    }
}
