//! XPO accounts and advertisers (A1).

use std::collections::HashSet;

use rusqlite::params;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::created::Created;
use super::undo::{UndoEdit, undo_unless_changed};
use super::{Blocked, Rule};
use crate::Result;
use crate::decisions::kinds::advertiser::AdvertiserValue;
use crate::decisions::kinds::xpo_account::{XpoAccountValue, XpoState};
use crate::decisions::kinds::{AccountAllocation, Advertiser, Decision, Edit, XpoAccount};
use crate::decisions::outcome::{KindCount, Reason, Warning, WarningKind};
use crate::decisions::plan::Plan;
use crate::ids::{AdAccountId, AdvertiserId, GoalId, XpoAccountId};
use crate::named::{Named, ObjectId};

/// Adds XPO accounts, and advertisers to these or other XPO accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AddToDirectory {
    pub accounts: Vec<NewXpoAccount>,
    pub advertisers: Vec<NewAdvertiser>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NewXpoAccount {
    /// A new UUID.
    pub id: XpoAccountId,
    /// 1 to 100 characters, unique among XPO accounts regardless of case.
    pub name: String,
    pub state: XpoState,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NewAdvertiser {
    /// A new UUID.
    pub id: AdvertiserId,
    /// An advertiser never moves to another XPO account.
    pub xpo_account: XpoAccountId,
    /// 1 to 100 characters, unique within the XPO account regardless of case.
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Rename {
    pub object: Renamed,
    /// 1 to 100 characters.
    pub name: String,
}

/// The object that gets a new name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Renamed {
    XpoAccount(XpoAccountId),
    Advertiser(AdvertiserId),
    Goal(GoalId),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SetState {
    pub accounts: Vec<XpoAccountId>,
    pub state: XpoState,
}

/// Archives XPO accounts and advertisers: they keep their allocations, but get no new ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Archive {
    pub accounts: Vec<XpoAccountId>,
    pub advertisers: Vec<AdvertiserId>,
}

/// Restores archived XPO accounts and advertisers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Restore {
    pub accounts: Vec<XpoAccountId>,
    pub advertisers: Vec<AdvertiserId>,
}

impl Rule for AddToDirectory {
    fn apply(&self, plan: &mut Plan<'_>) -> Result<()> {
        let mut refused = HashSet::new();
        for NewXpoAccount { id, name, state } in &self.accounts {
            let value = XpoAccountValue { name: name.clone(), state: *state, archived: false };
            let before = plan.blockers.len();
            plan.create(XpoAccount::new(id), value)?;
            if plan.blockers.len() > before && !XpoAccount::new(id).exists(plan)? {
                refused.insert(id);
            }
        }
        for NewAdvertiser { id, xpo_account, name } in &self.advertisers {
            let value =
                AdvertiserValue { name: name.clone(), xpo_account: xpo_account.clone(), archived: false };
            let key = Advertiser::new(id);
            // What blocks its new XPO account blocks it as well, so only its own name is left to check.
            if refused.contains(xpo_account) {
                plan.check_name(&key, &value)?;
            } else {
                plan.create(key, value)?;
            }
        }
        Ok(())
    }
}

impl Rule for Rename {
    fn apply(&self, plan: &mut Plan<'_>) -> Result<()> {
        let name = self.name.clone();
        match &self.object {
            Renamed::XpoAccount(id) => plan.edit(XpoAccount::new(id), |value| value.name = name),
            Renamed::Advertiser(id) => plan.edit(Advertiser::new(id), |value| value.name = name),
            Renamed::Goal(id) => plan.rename_goal(id, name),
        }
    }
}

impl Rule for SetState {
    fn apply(&self, plan: &mut Plan<'_>) -> Result<()> {
        self.accounts
            .iter()
            .try_for_each(|id| plan.edit(XpoAccount::new(id), |value| value.state = self.state))
    }

    fn unblocked(&self, blocked: &Blocked<'_>) -> Option<Self> {
        Some(SetState { accounts: blocked.some(&self.accounts)?, state: self.state })
    }
}

impl Rule for Archive {
    fn apply(&self, plan: &mut Plan<'_>) -> Result<()> {
        set_archived(plan, &self.accounts, &self.advertisers, true)
    }

    fn unblocked(&self, blocked: &Blocked<'_>) -> Option<Self> {
        let (accounts, advertisers) =
            (blocked.unblocked_ids(&self.accounts), blocked.unblocked_ids(&self.advertisers));
        (accounts.len() + advertisers.len() > 0).then_some(Archive { accounts, advertisers })
    }
}

impl Rule for Restore {
    fn apply(&self, plan: &mut Plan<'_>) -> Result<()> {
        set_archived(plan, &self.accounts, &self.advertisers, false)
    }

    fn unblocked(&self, blocked: &Blocked<'_>) -> Option<Self> {
        let (accounts, advertisers) =
            (blocked.unblocked_ids(&self.accounts), blocked.unblocked_ids(&self.advertisers));
        (accounts.len() + advertisers.len() > 0).then_some(Restore { accounts, advertisers })
    }
}

fn set_archived(
    plan: &mut Plan<'_>,
    accounts: &[XpoAccountId],
    advertisers: &[AdvertiserId],
    archived: bool,
) -> Result<()> {
    for id in accounts {
        plan.set_archived(XpoAccount::new(id), "xpo_account_id", |value| &mut value.archived, archived)?;
    }
    for id in advertisers {
        plan.set_archived(Advertiser::new(id), "id", |value| &mut value.archived, archived)?;
    }
    Ok(())
}

impl Plan<'_> {
    /// `column` is the column of the table `advertiser` that has the object's id.
    fn set_archived<K: Created>(
        &mut self,
        key: K,
        column: &str,
        flag: fn(&mut K::Value) -> &mut bool,
        archived: bool,
    ) -> Result<()> {
        if archived && key.read(self.book)?.is_some_and(|mut value| !*flag(&mut value)) {
            self.warn_about_kept(key.id(), column)?;
        }
        self.edit(key, |value| *flag(value) = archived)
    }

    /// Warns with the counts of everything that an object keeps when it is archived.
    fn warn_about_kept<I: ObjectId>(&mut self, id: &I, column: &str) -> Result<()> {
        let count = |(kind, counted, table): (&str, &str, &str)| {
            format!(
                "SELECT '{kind}', count({counted}) AS number
                 FROM advertiser v JOIN {table} o ON o.advertiser_id = v.id WHERE v.{column} = ?1"
            )
        };
        let counts = [
            ("ad_account", "DISTINCT o.ad_account_id", "allocation"),
            ("campaign", "*", "campaign_allocation"),
            ("audience", "DISTINCT o.ad_account_id || ' ' || o.audience_id", "audience_allocation"),
            ("goal", "*", "goal"),
        ];
        let sql = counts.map(count).join(" UNION ALL ");
        let kinds: Vec<KindCount> = self
            .book
            .prepare_cached(&format!("SELECT * FROM ({sql}) WHERE number > 0"))?
            .query_map([id.id()], |row| Ok(KindCount { kind: row.get(0)?, count: row.get(1)? }))?
            .collect::<rusqlite::Result<_>>()?;
        if !kinds.is_empty() {
            let (object, count) = (self.named(id)?, kinds.iter().map(|kind| kind.count).sum());
            let warning = Warning::new(WarningKind::StillAllocated, object, count);
            self.warnings.push(Warning { kinds, ..warning });
        }
        Ok(())
    }
}

impl Created for XpoAccount {
    type Id = XpoAccountId;

    fn id(&self) -> &XpoAccountId {
        &self.id
    }

    fn name(value: &mut XpoAccountValue) -> &mut String {
        &mut value.name
    }

    fn check_parent(&self, _: &mut Plan<'_>, _: &XpoAccountValue, _: &Named) -> Result<bool> {
        Ok(true)
    }

    fn of_same_name(
        &self,
        plan: &Plan<'_>,
        _: &XpoAccountValue,
        name_key: &str,
    ) -> Result<Vec<XpoAccountId>> {
        plan.column("SELECT id FROM xpo_account WHERE name_key = ? AND id <> ?", params![name_key, self.id])
    }
}

impl Created for Advertiser {
    type Id = AdvertiserId;

    fn id(&self) -> &AdvertiserId {
        &self.id
    }

    fn name(value: &mut AdvertiserValue) -> &mut String {
        &mut value.name
    }

    fn check_parent(&self, plan: &mut Plan<'_>, value: &AdvertiserValue, own: &Named) -> Result<bool> {
        let reason = match XpoAccount::new(&value.xpo_account).read(plan.book)? {
            Some(parent) if !parent.archived || plan.is_undo => return Ok(true),
            Some(_) => Reason::Archived,
            None => Reason::Unknown,
        };
        let object = plan.named(&value.xpo_account)?;
        plan.block_for_holder(reason, object, own.clone());
        Ok(false)
    }

    fn of_same_name(
        &self,
        plan: &Plan<'_>,
        value: &AdvertiserValue,
        name_key: &str,
    ) -> Result<Vec<AdvertiserId>> {
        plan.column(
            "SELECT id FROM advertiser WHERE name_key = ? AND id <> ? AND xpo_account_id = ?",
            params![name_key, self.id, value.xpo_account],
        )
    }
}

impl UndoEdit for XpoAccount {
    fn undo(plan: &mut Plan<'_>, edit: &Edit<Self>) -> Result<()> {
        undo_fields(plan, edit, |before, after, now| {
            Some(XpoAccountValue {
                name: revert(&before.name, &after.name, now.name)?,
                state: revert(&before.state, &after.state, now.state)?,
                archived: revert(&before.archived, &after.archived, now.archived)?,
            })
        })
    }

    fn remove(plan: &mut Plan<'_>, edit: &Edit<Self>) -> Result<()> {
        // The undo may include the deallocation of its last TikTok ad account.
        plan.defaults.may_be_empty.insert(edit.key.id.clone());
        let sql = "SELECT id FROM advertiser WHERE xpo_account_id = ? ORDER BY name_folded";
        let advertisers: Vec<AdvertiserId> = plan.column(sql, [&edit.key.id])?;
        for advertiser in &advertisers {
            plan.block_in_use(&edit.key, advertiser, &Advertiser::new(advertiser))?;
            plan.block_use_of(&Advertiser::new(advertiser))?;
        }
        if advertisers.is_empty() { plan.put(edit.key.clone(), None) } else { Ok(()) }
    }

    fn restore(plan: &mut Plan<'_>, edit: &Edit<Self>, before: &XpoAccountValue) -> Result<()> {
        plan.create(edit.key.clone(), before.clone())
    }
}

impl UndoEdit for Advertiser {
    fn undo(plan: &mut Plan<'_>, edit: &Edit<Self>) -> Result<()> {
        undo_fields(plan, edit, |before, after, now| {
            Some(AdvertiserValue {
                name: revert(&before.name, &after.name, now.name)?,
                archived: revert(&before.archived, &after.archived, now.archived)?,
                xpo_account: now.xpo_account,
            })
        })
    }

    fn remove(plan: &mut Plan<'_>, edit: &Edit<Self>) -> Result<()> {
        plan.remove_advertiser(edit.key.clone())
    }

    fn restore(plan: &mut Plan<'_>, edit: &Edit<Self>, before: &AdvertiserValue) -> Result<()> {
        plan.create(edit.key.clone(), before.clone())
    }
}

impl Plan<'_> {
    /// Removes an advertiser when its creation is undone; the TikTok ad accounts that are allocated to it block that.
    pub(super) fn remove_advertiser(&mut self, key: Advertiser) -> Result<()> {
        if self.block_use_of(&key)? { Ok(()) } else { self.put(key, None) }
    }

    /// Adds a blocker for everything that is allocated to an advertiser. Returns whether there is anything.
    fn block_use_of(&mut self, key: &Advertiser) -> Result<bool> {
        let sql = "SELECT ad_account_id FROM allocation WHERE advertiser_id = ? ORDER BY ad_account_id";
        let accounts: Vec<AdAccountId> = self.column(sql, [&key.id])?;
        for account in &accounts {
            self.block_in_use(key, account, &AccountAllocation::new(account, &key.id))?;
            self.block_dependents_of(account, &key.id)?;
        }
        Ok(!accounts.is_empty())
    }
}

/// Reverts only the fields that the change altered, because an undo may leave later changes of the others as they are.
fn undo_fields<K: Created + UndoEdit>(
    plan: &mut Plan<'_>,
    edit: &Edit<K>,
    reverted: impl FnOnce(&K::Value, &K::Value, K::Value) -> Option<K::Value>,
) -> Result<()> {
    let (Some(before), Some(after)) = (&edit.before, &edit.after) else {
        return undo_unless_changed(plan, edit);
    };
    match edit.key.read(plan.book)?.and_then(|now| reverted(before, after, now)) {
        Some(reverted) => plan.edit(edit.key.clone(), |value| *value = reverted),
        None => plan.block_changed_since(&edit.key),
    }
}

/// Returns `None` if the change altered the field, and a later change altered it again.
fn revert<T: PartialEq + Clone>(before: &T, after: &T, now: T) -> Option<T> {
    if before == after {
        return Some(now);
    }
    (now == *after).then(|| before.clone())
}
