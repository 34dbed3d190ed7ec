//! Undo: the inverse of an earlier change, through the same rules (invariant 7).
//!
//! What the change decided must still be as it left it; that the receiver is archived by now is no reason to refuse. What
//! only followed from it, links and defaults that come and go with allocations, is worked out anew: it may have followed
//! from something else since.

use super::defaults::Wishes;
use crate::Result;
use crate::decisions::change::PaymentMode;
use crate::decisions::decision::{GoalValue, INITIALIZED, Party, Slot, SlotKind, Text};
use crate::decisions::outcome::Reason;
use crate::decisions::plan::{Edit, Plan};
use crate::ids::{AdAccountId, AudienceId, CampaignId, ChangeId};
use crate::named::ObjectKind;
use crate::queries::history::edits_of;

impl Plan<'_> {
    pub(super) fn undo(&mut self, change: &ChangeId) -> Result<Wishes<'static>> {
        let seq: Option<i64> = self.column("SELECT seq FROM entry WHERE id = ?", [change])?.pop();
        let Some(seq) = seq else {
            let unknown = self.named(ObjectKind::Change, change.as_str())?;
            self.block(Reason::Unknown, unknown);
            return Ok(Wishes::default());
        };
        let edits = edits_of(self.book, seq)?;
        self.gives_back = true;
        // A payment mode that was altered goes back before its pair may go.
        for edit in edits.iter().filter(|edit| edit.slot.kind == SlotKind::Link) {
            self.restore_mode(edit)?;
        }
        // Backwards: what was made last goes first, and an allocation comes back before what needs it.
        for edit in edits.iter().rev() {
            match edit.before {
                None => self.remove_again(edit)?,
                Some(_) => self.bring_back(edit, &edits)?,
            }
        }
        self.undo_defaults(&edits)
    }

    /// Take away what the change had added.
    fn remove_again(&mut self, edit: &Edit) -> Result<()> {
        let slot = &edit.slot;
        if matches!(slot.kind, SlotKind::Link | SlotKind::Default) {
            return Ok(());
        }
        let now = slot.read(self.book)?;
        if slot.kind == SlotKind::Campaign && now.as_deref() == Some(INITIALIZED) {
            let object = self.named(ObjectKind::Campaign, &slot.object)?;
            return self.block_pair(
                Reason::CampaignInitialized,
                object,
                &slot.ad_account,
                &slot.advertiser_id(),
            );
        }
        if now != edit.after {
            return self.block_changed_since(slot);
        }
        match slot.kind {
            SlotKind::Allocation => self.deallocate(&slot.ad_account, &slot.advertiser_id()),
            SlotKind::XpoAccount | SlotKind::Advertiser => self.remove_party(slot.clone()),
            SlotKind::Request => self.undo_request(slot),
            _ => self.put_from(slot.clone(), now.as_deref(), None),
        }
    }

    /// Give back what the change had removed or altered.
    fn bring_back(&mut self, edit: &Edit, edits: &[Edit]) -> Result<()> {
        let slot = &edit.slot;
        let (Some(before), now) = (&edit.before, slot.read(self.book)?) else {
            return Ok(());
        };
        match (slot.kind, &edit.after) {
            (SlotKind::Default | SlotKind::Link, _) => Ok(()),
            (SlotKind::XpoAccount | SlotKind::Advertiser, Some(after)) => {
                self.restore_party(slot, &Party::of_text(before)?, &Party::of_text(after)?)
            }
            (SlotKind::Campaign, Some(_)) => {
                let object = self.named(ObjectKind::Campaign, &slot.object)?;
                self.block_pair(Reason::CampaignInitialized, object, &slot.ad_account, &slot.advertiser_id())
            }
            (_, after) if now != *after => self.block_changed_since(slot),
            (SlotKind::Allocation, _) => {
                let mode = payment_mode_before(slot, edits, self)?;
                self.allocate(&slot.ad_account, &slot.advertiser_id(), mode)
            }
            (SlotKind::Campaign, None) => {
                self.allocate_campaigns(&slot.advertiser_id(), &[CampaignId(slot.object.clone())])
            }
            (SlotKind::Audience, _) => self.allocate_audiences(
                &slot.ad_account,
                &slot.advertiser_id(),
                &[AudienceId(slot.object.clone())],
            ),
            (SlotKind::Request, _) => self.restore_request(edit, before),
            (SlotKind::Exclusion, _) => {
                let audience = AudienceId(slot.object.clone());
                let links = self.links_of_audience(&audience)?;
                for (account, advertiser) in &links {
                    self.block_changed_since(&Slot::audience(&audience, account, advertiser))?;
                }
                if links.is_empty() { self.put_from(slot.clone(), None, Some(before)) } else { Ok(()) }
            }
            (SlotKind::Goal, None) => self.add_goal(slot.clone(), GoalValue::of_text(before)?),
            (SlotKind::Goal, Some(_)) => {
                self.rename_goal(&crate::ids::GoalId(slot.object.clone()), &GoalValue::of_text(before)?.name)
            }
            (SlotKind::XpoAccount | SlotKind::Advertiser, None) => {
                self.add_party(slot.clone(), Party::of_text(before)?)
            }
        }
    }

    /// A payment mode that the change altered, of a pair that was and stayed linked.
    fn restore_mode(&mut self, edit: &Edit) -> Result<()> {
        if edit.before.is_none() || edit.after.is_none() {
            return Ok(());
        }
        let now = edit.slot.read(self.book)?;
        if now != edit.after {
            return self.block_changed_since(&edit.slot);
        }
        self.put_from(edit.slot.clone(), now.as_deref(), edit.before.as_deref())
    }

    /// Only what the change altered, and only where that is as the change left it.
    fn restore_party(&mut self, slot: &Slot, before: &Party, after: &Party) -> Result<()> {
        let Some(now) = Party::read(self.book, slot)? else {
            return self.block_changed_since(slot);
        };
        let moved_on = (before.name != after.name && now.name != after.name)
            || (before.state != after.state && now.state != after.state)
            || (before.archived != after.archived && now.archived != after.archived);
        if moved_on {
            return self.block_changed_since(slot);
        }
        self.edit_party(slot.clone(), |party| {
            if before.name != after.name {
                party.name.clone_from(&before.name);
            }
            if before.state != after.state {
                party.state = before.state;
            }
            if before.archived != after.archived {
                party.archived = before.archived;
            }
        })
    }

    /// A default that the change chose goes back; one that only followed from an allocation is wished for.
    fn undo_defaults(&mut self, edits: &[Edit]) -> Result<Wishes<'static>> {
        let mut wishes = Wishes::default();
        let chosen = !edits.iter().any(|edit| edit.slot.kind == SlotKind::Allocation);
        for edit in edits.iter().filter(|edit| edit.slot.kind == SlotKind::Default) {
            let xpo = edit.slot.xpo_account_id();
            let now = edit.slot.read(self.book)?;
            match edit.before.as_deref().map(AdAccountId::from) {
                None => {
                    wishes.may_leave.insert(xpo);
                }
                Some(_) if chosen && now != edit.after => self.block_changed_since(&edit.slot)?,
                Some(before) if chosen => self.set_default(&xpo, &before)?,
                Some(before) => {
                    let linked = Slot::link(&before, &xpo).read(self.book)?.is_some();
                    if linked && now.is_some() && now == edit.after {
                        self.put_from(edit.slot.clone(), now.as_deref(), Some(before.as_str()))?;
                    }
                    wishes.preferred.insert(xpo, before);
                }
            }
        }
        Ok(wishes)
    }
}

/// The payment mode that the pair had before the change removed it.
fn payment_mode_before(allocation: &Slot, edits: &[Edit], plan: &Plan<'_>) -> Result<PaymentMode> {
    let xpo = plan.xpo_account_of(&allocation.advertiser_id())?;
    let link = xpo.map(|xpo| Slot::link(&allocation.ad_account, &xpo));
    let removed = edits.iter().find(|edit| Some(&edit.slot) == link.as_ref());
    let mode = removed.and_then(|edit| edit.before.as_deref()).and_then(PaymentMode::parse);
    Ok(mode.unwrap_or(PaymentMode::Client))
}
