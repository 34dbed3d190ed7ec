//! Conversion goals and remarketing tags, which keep the allocation that they were created with (A1, R25).

use std::collections::HashSet;

use rusqlite::params;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::created::Created;
use super::undo::UndoEdit;
use super::{Blocked, Rule};
use crate::Result;
use crate::decisions::kinds::goal::{GoalKind, GoalValue};
use crate::decisions::kinds::{AccountAllocation, Edit, Goal};
use crate::decisions::outcome::Reason;
use crate::decisions::plan::Plan;
use crate::ids::{AdAccountId, AdvertiserId, GoalId};
use crate::named::Named;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AddGoals {
    pub goals: Vec<NewGoal>,
}

/// A conversion goal or remarketing tag to create.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NewGoal {
    /// A new UUID.
    pub id: GoalId,
    pub kind: GoalKind,
    /// 1 to 100 characters, unique within the kind and the advertiser regardless of case.
    pub name: String,
    pub advertiser: AdvertiserId,
    /// One of the advertiser's TikTok ad accounts.
    pub ad_account: AdAccountId,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RemoveGoals {
    pub goals: Vec<GoalId>,
}

impl Rule for AddGoals {
    fn apply(&self, plan: &mut Plan<'_>) -> Result<()> {
        for NewGoal { id, kind, name, advertiser, ad_account } in &self.goals {
            let key = Goal { id: id.clone(), ad_account: ad_account.clone(), advertiser: advertiser.clone() };
            plan.create(key, GoalValue { kind: *kind, name: name.clone() })?;
        }
        Ok(())
    }
}

impl Rule for RemoveGoals {
    fn apply(&self, plan: &mut Plan<'_>) -> Result<()> {
        let mut seen = HashSet::new();
        for id in self.goals.iter().filter(|id| seen.insert(*id)) {
            plan.remove_goal(id)?;
        }
        Ok(())
    }

    fn unblocked(&self, blocked: &Blocked<'_>) -> Option<Self> {
        Some(RemoveGoals { goals: blocked.some(&self.goals)? })
    }
}

impl Plan<'_> {
    pub(super) fn remove_goal(&mut self, id: &GoalId) -> Result<()> {
        match Goal::find(self.book, id)? {
            Some(goal) => self.put(goal, None)?,
            None => self.block(Reason::Unknown, Named::new(id, "")),
        }
        Ok(())
    }

    pub(super) fn rename_goal(&mut self, id: &GoalId, name: String) -> Result<()> {
        match Goal::find(self.book, id)? {
            Some(goal) => self.edit(goal, |value| value.name = name),
            None => {
                self.block(Reason::Unknown, Named::new(id, ""));
                Ok(())
            }
        }
    }
}

impl Created for Goal {
    type Id = GoalId;

    fn id(&self) -> &GoalId {
        &self.id
    }

    fn name(value: &mut GoalValue) -> &mut String {
        &mut value.name
    }

    fn exists(&self, plan: &Plan<'_>) -> Result<bool> {
        Ok(Goal::find(plan.book, &self.id)?.is_some())
    }

    fn check_parent(&self, plan: &mut Plan<'_>, _: &GoalValue, own: &Named) -> Result<bool> {
        let allowed = plan.check_advertiser(&self.advertiser)?;
        let account_allocated = plan.is_allocated(&self.ad_account, &self.advertiser)?;
        if !account_allocated {
            plan.block_for_pair(Reason::NotAllocated, own.clone(), &self.ad_account, &self.advertiser)?;
            plan.offer_remedy(&AccountAllocation::new(&self.ad_account, &self.advertiser), false);
        }
        Ok(allowed && account_allocated)
    }

    fn of_same_name(&self, plan: &Plan<'_>, value: &GoalValue, name_key: &str) -> Result<Vec<GoalId>> {
        plan.column(
            "SELECT id FROM goal WHERE advertiser_id = ? AND kind = ? AND name_key = ? AND id <> ?",
            params![self.advertiser, value.kind, name_key, self.id],
        )
    }

    fn name_holder(&self, plan: &Plan<'_>, _: Named) -> Result<Named> {
        plan.named(&self.advertiser)
    }
}

impl UndoEdit for Goal {
    fn restore(plan: &mut Plan<'_>, edit: &Edit<Self>, before: &GoalValue) -> Result<()> {
        match edit.after {
            None => plan.create(edit.key.clone(), before.clone()),
            Some(_) => plan.edit(edit.key.clone(), |value| value.name.clone_from(&before.name)),
        }
    }
}
