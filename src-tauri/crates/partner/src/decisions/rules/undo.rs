//! Undo: the inverse of an earlier change, under the same rules (invariant 7).
//!
//! A decision can be undone only if it still is what the change made it, but it does not matter whether its advertiser has
//! been archived since. Payment modes and defaults that merely followed from allocations are derived again, because they
//! may now depend on other allocations.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::Rule;
use super::defaults::HandOver;
use crate::Result;
use crate::decisions::journal::{edits, find_entry};
use crate::decisions::kinds::{
    AccountAllocation, AnyEdit, Decision, DefaultAccount, Edit, Key, Payment, with_edit,
};
use crate::decisions::outcome::Reason;
use crate::decisions::plan::Plan;
use crate::ids::ChangeId;
use crate::named::Named;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Undo {
    pub change: ChangeId,
    /// New defaults for XPO accounts that lose theirs (R22–R24).
    pub hand_overs: Vec<HandOver>,
}

impl Rule for Undo {
    fn apply(&self, plan: &mut Plan<'_>) -> Result<()> {
        let Some((entry, _)) = find_entry(plan.book, &self.change)? else {
            plan.block(Reason::Unknown, Named::new(&self.change, ""));
            return Ok(());
        };
        plan.is_undo = true;
        plan.choose_defaults(&self.hand_overs);
        let edits = edits(plan.book, entry, 0, usize::MAX)?;
        // A payment mode is restored before its pair may be removed.
        for edit in edits.iter().filter_map(Payment::of) {
            plan.restore_payment_mode(edit)?;
        }
        // In reverse order, so that the dependents of an allocation are removed before it and restored after it.
        for edit in edits.iter().rev() {
            with_edit!(edit, edit => UndoEdit::undo(plan, edit))?;
        }
        plan.undo_defaults(&edits)
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

/// [`Plan::undo_defaults`] undoes all edits of defaults together.
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

    /// Restores the defaults that the change chose. Those that only followed from an allocation become preferences.
    fn undo_defaults(&mut self, edits: &[AnyEdit]) -> Result<()> {
        let chosen = !edits.iter().any(|edit| AccountAllocation::of(edit).is_some());
        for edit in edits.iter().filter_map(DefaultAccount::of) {
            let xpo_account = &edit.key.xpo_account;
            let Some(before) = &edit.before else {
                self.defaults.may_be_empty.insert(xpo_account.clone());
                continue;
            };
            let now = edit.key.read(self.book)?;
            if chosen {
                if now == edit.after {
                    self.set_default(xpo_account, before)?;
                } else {
                    self.block_changed_since(&edit.key)?;
                }
                continue;
            }
            let has_account = Payment::new(before, xpo_account).read(self.book)?.is_some();
            if has_account && now.is_some() && now == edit.after {
                self.replace(edit.key.clone(), now, Some(before.clone()))?;
            }
            self.defaults.restored.insert(xpo_account.clone(), before.clone());
        }
        Ok(())
    }
}
