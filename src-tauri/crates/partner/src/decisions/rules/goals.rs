//! Conversion goals and remarketing tags, which keep the allocation that they were created with (A1, R25).

use std::collections::HashSet;

use rusqlite::{OptionalExtension, params};

use crate::decisions::change::NewGoal;
use crate::decisions::decision::{GoalValue, Slot, Text};
use crate::decisions::outcome::Reason;
use crate::decisions::plan::Plan;
use crate::ids::{AdAccountId, AdvertiserId, GoalId, is_uuid};
use crate::named::{Named, ObjectKind};
use crate::{Result, fold, name};

impl Plan<'_> {
    pub(super) fn add_goals(&mut self, goals: &[NewGoal]) -> Result<()> {
        for NewGoal { id, kind, name, advertiser, ad_account } in goals {
            let value = GoalValue { kind: *kind, name: name.clone() };
            self.add_goal(Slot::goal(id, ad_account, advertiser), value)?;
        }
        Ok(())
    }

    /// Create a goal or tag that is not there.
    pub(super) fn add_goal(&mut self, slot: Slot, mut goal: GoalValue) -> Result<()> {
        let id = GoalId(slot.object.clone());
        let objections = self.blockers.len();
        let object = named(&id, &goal.name);
        if !is_uuid(id.as_str()) || self.goal_slot(&id)?.is_some() {
            self.block(Reason::IdInvalid, object.clone());
        }
        let advertiser = slot.advertiser_id();
        let open = self.may_receive(&advertiser)?;
        if !self.has_allocation(&slot.ad_account, &advertiser)? {
            self.block_pair(Reason::NotAllocated, object, &slot.ad_account, &advertiser)?;
        }
        match self.fit_goal_name(&slot, &goal)? {
            Some(name) if open && self.blockers.len() == objections => goal.name = name,
            _ => return Ok(()),
        }
        self.put_from(slot, None, Some(&goal.to_text()))
    }

    pub(super) fn rename_goal(&mut self, id: &GoalId, name: &str) -> Result<()> {
        let Some((slot, before)) = self.goal_slot(id)? else {
            self.block(Reason::Unknown, named(id, ""));
            return Ok(());
        };
        let mut after = GoalValue { kind: before.kind, name: name.to_owned() };
        match self.fit_goal_name(&slot, &after)? {
            Some(name) => after.name = name,
            None => return Ok(()),
        }
        self.put_from(slot, Some(&before.to_text()), Some(&after.to_text()))
    }

    pub(super) fn remove_goals(&mut self, goals: &[GoalId]) -> Result<()> {
        let mut seen = HashSet::new();
        for id in goals.iter().filter(|id| seen.insert(*id)) {
            match self.goal_slot(id)? {
                Some((slot, value)) => self.put_from(slot, Some(&value.to_text()), None)?,
                None => self.block(Reason::Unknown, named(id, "")),
            }
        }
        Ok(())
    }

    fn goal_slot(&self, id: &GoalId) -> Result<Option<(Slot, GoalValue)>> {
        Ok(self
            .book
            .prepare_cached("SELECT ad_account_id, advertiser_id, kind, name FROM goal WHERE id = ?")?
            .query_row([id], |row| {
                let (account, advertiser): (AdAccountId, AdvertiserId) = (row.get(0)?, row.get(1)?);
                let value = GoalValue { kind: row.get(2)?, name: row.get(3)? };
                Ok((Slot::goal(id, &account, &advertiser), value))
            })
            .optional()?)
    }

    /// The name as it is kept, or `None` and an objection.
    fn fit_goal_name(&mut self, slot: &Slot, goal: &GoalValue) -> Result<Option<String>> {
        let Ok(name) = name::normalize(&goal.name) else {
            self.block(Reason::NameInvalid, named(&GoalId(slot.object.clone()), &goal.name));
            return Ok(None);
        };
        let taken: Option<GoalId> = self
            .book
            .prepare_cached(
                "SELECT id FROM goal WHERE advertiser_id = ? AND kind = ? AND name_folded = ? AND id <> ?",
            )?
            .query_row(params![slot.holder, goal.kind.as_str(), fold(&name), slot.object], |row| row.get(0))
            .optional()?;
        match taken {
            None => Ok(Some(name)),
            Some(id) => {
                let other = self.named(ObjectKind::Goal, id.as_str())?;
                let holder = self.named(ObjectKind::Advertiser, &slot.holder)?;
                self.block_holder(Reason::NameTaken, other, holder);
                Ok(None)
            }
        }
    }
}

fn named(id: &GoalId, name: &str) -> Named {
    Named { kind: ObjectKind::Goal, id: id.0.clone(), name: name.to_owned() }
}
