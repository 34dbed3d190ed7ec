//! What XPO accounts and advertisers have, across advertisers and TikTok ad accounts: deallocating it, moving it (A5), and
//! offboarding a client (product.md, 10).

use std::collections::BTreeMap;

use rusqlite::params;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::campaigns::Campaign;
use super::defaults::DefaultReplacement;
use super::directory::Archive;
use super::goals::RemoveGoals;
use super::{Action, Blocked, Rule};
use crate::Result;
use crate::decisions::kinds::account_allocation::Allocated;
use crate::decisions::kinds::campaign_allocation::CampaignState;
use crate::decisions::kinds::payment::PaymentMode;
use crate::decisions::kinds::{AudienceAllocation, Decision, Payment};
use crate::decisions::outcome::{Reason, WarningKind};
use crate::decisions::plan::Plan;
use crate::ids::{AdAccountId, AdvertiserId, AudienceId, CampaignId, GoalId, XpoAccountId};
use crate::json_column::json;
use crate::named::{Named, ObjectKind};

/// Whose allocations an action is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Holder {
    /// All advertisers of the XPO account.
    XpoAccount(XpoAccountId),
    Advertiser(AdvertiserId),
}

/// An audience of a TikTok ad account: several ad accounts may have the same audience.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AccountAudience {
    pub ad_account: AdAccountId,
    pub audience: AudienceId,
}

/// The allocations of these objects, and of no others.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Holdings {
    /// Whose they are. `None` stands for whoever has them.
    pub of: Option<Holder>,
    pub ad_accounts: Vec<AdAccountId>,
    pub campaigns: Vec<CampaignId>,
    pub audiences: Vec<AccountAudience>,
}

/// Deallocates TikTok ad accounts, campaigns and audiences. What is not allocated is skipped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Deallocate {
    pub holdings: Holdings,
    /// New defaults for XPO accounts that lose theirs (R22–R24).
    pub default_replacements: Vec<DefaultReplacement>,
}

/// Moves TikTok ad accounts with their campaigns and audiences, or only campaigns and audiences, to an advertiser (A5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Move {
    pub holdings: Holdings,
    pub to: AdvertiserId,
    /// New defaults for XPO accounts that lose theirs (R22–R24).
    pub default_replacements: Vec<DefaultReplacement>,
}

/// Deallocates and removes everything that XPO accounts have, except initialized campaigns and their TikTok ad accounts
/// (invariant 4), and archives them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Offboard {
    pub accounts: Vec<XpoAccountId>,
}

/// Deallocates campaigns and removes goals and tags that block an action, and decides on the action: one change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DeallocateFirst {
    pub campaigns: Vec<CampaignId>,
    pub goals: Vec<GoalId>,
    pub then: Box<Action>,
}

impl Rule for Deallocate {
    fn apply(&self, plan: &mut Plan<'_>) -> Result<()> {
        plan.choose_defaults(&self.default_replacements);
        plan.release(&self.holdings, None)
    }

    fn unblocked(&self, blocked: &Blocked<'_>) -> Option<Self> {
        Some(Deallocate { holdings: self.holdings.unblocked(blocked)?, ..self.clone() })
    }
}

impl Rule for Move {
    fn apply(&self, plan: &mut Plan<'_>) -> Result<()> {
        plan.choose_defaults(&self.default_replacements);
        plan.release(&self.holdings, Some(&self.to))
    }

    fn unblocked(&self, blocked: &Blocked<'_>) -> Option<Self> {
        let is_about_target =
            |kind: ObjectKind| matches!(kind, ObjectKind::Advertiser | ObjectKind::XpoAccount);
        if blocked.blockers.iter().any(|blocker| is_about_target(blocker.object.kind)) {
            return None;
        }
        Some(Move { holdings: self.holdings.unblocked(blocked)?, ..self.clone() })
    }
}

impl Rule for Offboard {
    fn apply(&self, plan: &mut Plan<'_>) -> Result<()> {
        for id in &self.accounts {
            plan.offboard(id)?;
        }
        Ok(())
    }

    fn unblocked(&self, blocked: &Blocked<'_>) -> Option<Self> {
        Some(Offboard { accounts: blocked.some(&self.accounts)? })
    }
}

impl Rule for DeallocateFirst {
    fn apply(&self, plan: &mut Plan<'_>) -> Result<()> {
        plan.release(&Holdings { campaigns: self.campaigns.clone(), ..Holdings::default() }, None)?;
        RemoveGoals { goals: self.goals.clone() }.apply(plan)?;
        self.then.apply(plan)
    }

    fn unblocked(&self, blocked: &Blocked<'_>) -> Option<Self> {
        Some(DeallocateFirst {
            campaigns: blocked.unblocked_ids(&self.campaigns),
            goals: blocked.unblocked_ids(&self.goals),
            then: Box::new(self.then.without(blocked)?),
        })
    }
}

impl Holdings {
    /// Returns the ids of the XPO account and of the advertiser that they are limited to.
    fn owner(&self) -> (Option<&str>, Option<&str>) {
        match &self.of {
            None => (None, None),
            Some(Holder::XpoAccount(id)) => (Some(id.as_str()), None),
            Some(Holder::Advertiser(id)) => (None, Some(id.as_str())),
        }
    }

    fn unblocked(&self, blocked: &Blocked<'_>) -> Option<Holdings> {
        // What depends on an ad account blocks the ad account; a campaign or audience that is listed is left out itself.
        let accounts: Vec<&str> = blocked
            .blockers
            .iter()
            .filter(|blocker| blocker.reason.keeps_account() || blocker.object.kind == ObjectKind::AdAccount)
            .map(|blocker| blocker.ad_account.as_ref().unwrap_or(&blocker.object).id.as_str())
            .collect();
        let audiences: Vec<AudienceId> = self.audiences.iter().map(|of| of.audience.clone()).collect();
        let audiences = blocked.unblocked_ids(&audiences);
        let rest = Holdings {
            of: self.of.clone(),
            ad_accounts: self
                .ad_accounts
                .iter()
                .filter(|id| !accounts.contains(&id.as_str()))
                .cloned()
                .collect(),
            campaigns: blocked.unblocked_ids(&self.campaigns),
            audiences: self.audiences.iter().filter(|of| audiences.contains(&of.audience)).cloned().collect(),
        };
        (rest.ad_accounts.len() + rest.campaigns.len() + rest.audiences.len() > 0).then_some(rest)
    }
}

impl Plan<'_> {
    /// Deallocates what is allocated of these objects and, with `to`, allocates it to that advertiser.
    fn release(&mut self, holdings: &Holdings, to: Option<&AdvertiserId>) -> Result<()> {
        let (xpo_account, advertiser) = holdings.owner();
        let (accounts, audiences) = (json(&holdings.ad_accounts), json(&holdings.audiences));
        let owner = "(?2 IS NULL OR a.xpo_account_id = ?2) AND (?3 IS NULL OR a.advertiser_id = ?3)
                     AND a.advertiser_id IS NOT ?4";
        let pairs: Vec<(AdAccountId, AdvertiserId)> = self
            .book
            .prepare_cached(&format!(
                "SELECT a.ad_account_id, a.advertiser_id FROM allocation a
                 WHERE a.ad_account_id IN (SELECT value FROM json_each(?1)) AND {owner} ORDER BY 1, 2"
            ))?
            .query_map(params![accounts, xpo_account, advertiser, to], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        // A moved ad account takes its audiences and campaigns along; a deallocated one is blocked by its campaigns.
        let moved = if to.is_some() { accounts } else { "[]".to_owned() };
        let listed: Vec<AudienceAllocation> = self
            .book
            .prepare_cached(&format!(
                "SELECT n.audience_id, n.ad_account_id, n.advertiser_id FROM audience_allocation n
                 JOIN allocation a ON a.ad_account_id = n.ad_account_id AND a.advertiser_id = n.advertiser_id
                 WHERE (n.ad_account_id IN (SELECT value FROM json_each(?5))
                    OR (n.ad_account_id, n.audience_id) IN
                       (SELECT value ->> 'adAccount', value ->> 'audience' FROM json_each(?1)))
                   AND {owner} ORDER BY n.ad_account_id, n.audience_id, n.advertiser_id"
            ))?
            .query_map(params![audiences, xpo_account, advertiser, to, moved], |row| {
                Ok(AudienceAllocation::new(&row.get(0)?, &row.get(1)?, &row.get(2)?))
            })?
            .collect::<rusqlite::Result<_>>()?;
        let mut campaigns = holdings.campaigns.clone();
        if let Some(to) = to {
            for (account, advertiser) in &pairs {
                campaigns.extend(self.column::<CampaignId>(
                    "SELECT campaign_id FROM campaign_allocation WHERE ad_account_id = ? AND advertiser_id = ?",
                    params![account, advertiser],
                )?);
                let mode = match self.xpo_account_of(advertiser)? {
                    Some(xpo_account) => Payment::new(account, &xpo_account).read(self.book)?,
                    None => None,
                };
                self.allocate_account(account, to, mode.unwrap_or(PaymentMode::Client))?;
            }
        }
        for campaign in &self.campaigns(&campaigns)? {
            self.release_campaign(campaign, holdings, to)?;
        }
        let mut received: BTreeMap<AdAccountId, Vec<AudienceId>> = BTreeMap::new();
        for allocation in listed {
            received.entry(allocation.ad_account.clone()).or_default().push(allocation.audience.clone());
            self.replace(allocation, Some(Allocated::Allocated), None)?;
        }
        if let Some(to) = to {
            for (account, audiences) in &received {
                self.allocate_audiences(account, to, audiences)?;
            }
        }
        for (account, advertiser) in &pairs {
            self.deallocate_account(account, advertiser)?;
        }
        Ok(())
    }

    fn release_campaign(
        &mut self,
        campaign: &Campaign,
        holdings: &Holdings,
        to: Option<&AdvertiserId>,
    ) -> Result<()> {
        let Some((holder, state)) = &campaign.allocation else {
            if to.is_some() {
                self.block(Reason::CampaignNotAllocated, campaign.named());
            }
            return Ok(());
        };
        let is_listed = match &holdings.of {
            None => true,
            Some(Holder::Advertiser(id)) => holder == id,
            Some(Holder::XpoAccount(id)) => self.xpo_account_of(holder)?.as_ref() == Some(id),
        };
        if Some(holder) == to {
            return Ok(());
        }
        match state {
            _ if !is_listed => self.block_campaign(Reason::CampaignAllocatedElsewhere, campaign, holder),
            CampaignState::Initialized => self.block_campaign(Reason::CampaignInitialized, campaign, holder),
            CampaignState::Allocated => {
                self.deallocate_campaign(campaign, holder)?;
                match to {
                    Some(to) => self.allocate_campaign(campaign, to),
                    None => Ok(()),
                }
            }
        }
    }

    fn offboard(&mut self, id: &XpoAccountId) -> Result<()> {
        let ids: Vec<CampaignId> = self.column(
            "SELECT c.campaign_id FROM advertiser v JOIN campaign_allocation c ON c.advertiser_id = v.id
             WHERE v.xpo_account_id = ? ORDER BY c.campaign_id",
            [id],
        )?;
        let mut initialized = BTreeMap::<AdvertiserId, (Named, u32)>::new();
        for campaign in &self.campaigns(&ids)? {
            match &campaign.allocation {
                Some((holder, CampaignState::Allocated)) => self.deallocate_campaign(campaign, holder)?,
                Some((holder, CampaignState::Initialized)) => {
                    initialized.entry(holder.clone()).or_insert_with(|| (campaign.named(), 0)).1 += 1;
                }
                None => {}
            }
        }
        for (holder, (first, count)) in initialized {
            let holder = self.named(&holder)?;
            self.warn(WarningKind::InitializedStays, first, Some(holder), count);
        }
        let goals = self.column(
            "SELECT g.id FROM advertiser v JOIN goal g ON g.advertiser_id = v.id
             WHERE v.xpo_account_id = ? ORDER BY g.id",
            [id],
        )?;
        RemoveGoals { goals }.apply(self)?;
        let held: Vec<(AdAccountId, AdvertiserId, bool)> = self
            .book
            .prepare_cached(
                "SELECT a.ad_account_id, a.advertiser_id, EXISTS (SELECT 1 FROM campaign_allocation c
                     WHERE c.ad_account_id = a.ad_account_id AND c.advertiser_id = a.advertiser_id)
                 FROM allocation a WHERE a.xpo_account_id = ? ORDER BY 1, 2",
            )?
            .query_map([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
            .collect::<rusqlite::Result<_>>()?;
        for (account, advertiser, stays) in &held {
            self.deallocate_audiences_of(account, advertiser)?;
            if !stays {
                self.deallocate_account(account, advertiser)?;
            }
        }
        // A client that leaves needs no chosen default: the first ad account that stays becomes it.
        let left =
            "SELECT ad_account_id FROM account_link WHERE xpo_account_id = ? ORDER BY ad_account_id LIMIT 1";
        let default = self.column::<AdAccountId>(left, [id])?.pop();
        self.defaults.chosen.insert(id.clone(), default);
        Archive { accounts: vec![id.clone()], advertisers: Vec::new() }.apply(self)
    }
}
