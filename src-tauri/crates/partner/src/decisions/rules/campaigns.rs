//! The allocation of campaigns to advertisers (R31–R38, A2–A5).

use serde::{Deserialize, Serialize};
use specta::Type;

use super::undo::{UndoEdit, undo_unless_changed};
use super::{Blocked, Rule};
use crate::Result;
use crate::decisions::kinds::campaign_allocation::CampaignState::{self, Allocated, Initialized};
use crate::decisions::kinds::{AccountAllocation, CampaignAllocation, Decision, Edit};
use crate::decisions::outcome::{Reason, WarningKind};
use crate::decisions::plan::Plan;
use crate::facts::status::CAMPAIGN_DELETED;
use crate::ids::{AdAccountId, AdvertiserId, CampaignId};
use crate::named::Named;

/// Allocates campaigns to one advertiser, or deallocates them from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AllocateCampaigns {
    pub advertiser: AdvertiserId,
    /// Campaigns that the advertiser already has are skipped.
    pub allocate: Vec<CampaignId>,
    /// Campaigns that are not allocated are skipped.
    pub deallocate: Vec<CampaignId>,
}

/// Marks allocated campaigns as initialized, permanently (A2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct InitializeCampaigns {
    pub campaigns: Vec<CampaignId>,
}

impl Rule for AllocateCampaigns {
    fn apply(&self, plan: &mut Plan<'_>) -> Result<()> {
        plan.deallocate_campaigns(&self.advertiser, &self.deallocate)?;
        plan.allocate_campaigns(&self.advertiser, &self.allocate)
    }

    fn unblocked(&self, blocked: &Blocked<'_>) -> Option<Self> {
        let (allocate, deallocate) =
            (blocked.unblocked_new_ids(&self.allocate), blocked.unblocked_ids(&self.deallocate));
        let rows = allocate.len() + deallocate.len();
        (rows > 0).then(|| AllocateCampaigns { allocate, deallocate, ..self.clone() })
    }
}

impl Rule for InitializeCampaigns {
    fn apply(&self, plan: &mut Plan<'_>) -> Result<()> {
        let mut initialized = Vec::new();
        for campaign in &plan.campaigns(&self.campaigns)? {
            match &campaign.allocation {
                None => plan.block(Reason::CampaignNotAllocated, campaign.named()),
                Some((_, Initialized)) => {}
                Some((holder, Allocated)) => {
                    plan.replace(campaign.allocated_to(holder), Some(Allocated), Some(Initialized))?;
                    initialized.push(campaign.named());
                }
            }
        }
        if let Some(first) = initialized.first() {
            plan.warn(WarningKind::CannotBeUndone, first.clone(), None, initialized.len() as u32);
        }
        Ok(())
    }

    fn unblocked(&self, blocked: &Blocked<'_>) -> Option<Self> {
        Some(InitializeCampaigns { campaigns: blocked.some(&self.campaigns)? })
    }
}

/// A campaign, and the advertiser that it is allocated to.
pub(super) struct Campaign {
    id: CampaignId,
    account: AdAccountId,
    name: String,
    deleted_on_tiktok: bool,
    pub(super) allocation: Option<(AdvertiserId, CampaignState)>,
}

impl Campaign {
    pub(super) fn named(&self) -> Named {
        Named::new(&self.id, &self.name)
    }

    fn allocated_to(&self, advertiser: &AdvertiserId) -> CampaignAllocation {
        CampaignAllocation::new(&self.id, &self.account, advertiser)
    }
}

impl Plan<'_> {
    /// Deallocates campaigns from an advertiser. Those that are not allocated are skipped.
    pub(super) fn deallocate_campaigns(
        &mut self,
        advertiser: &AdvertiserId,
        ids: &[CampaignId],
    ) -> Result<()> {
        for campaign in &self.campaigns(ids)? {
            match &campaign.allocation {
                None => {}
                Some((holder, _)) if holder != advertiser => {
                    self.block_campaign(Reason::CampaignAllocatedElsewhere, campaign, holder)?;
                }
                Some((holder, Initialized)) => {
                    self.block_campaign(Reason::CampaignInitialized, campaign, holder)?;
                }
                Some((holder, Allocated)) => self.deallocate_campaign(campaign, holder)?,
            }
        }
        Ok(())
    }

    pub(super) fn allocate_campaigns(&mut self, advertiser: &AdvertiserId, ids: &[CampaignId]) -> Result<()> {
        let campaigns = self.campaigns(ids)?;
        let mut deleted =
            campaigns.iter().filter(|campaign| campaign.deleted_on_tiktok && campaign.allocation.is_none());
        if let Some(first) = deleted.next() {
            self.warn(WarningKind::DeletedOnTiktok, first.named(), None, 1 + deleted.count() as u32);
        }
        for campaign in &campaigns {
            match &campaign.allocation {
                None => self.allocate_campaign(campaign, advertiser)?,
                Some((holder, _)) if holder == advertiser => {}
                Some((holder, _)) => {
                    self.block_campaign(Reason::CampaignAllocatedElsewhere, campaign, holder)?;
                    self.offer_deallocation(&campaign.allocated_to(holder))?;
                    self.check_campaign(campaign, advertiser)?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn allocate_campaign(&mut self, campaign: &Campaign, advertiser: &AdvertiserId) -> Result<()> {
        if self.check_campaign(campaign, advertiser)? {
            self.replace(campaign.allocated_to(advertiser), None, Some(Allocated))?;
        }
        Ok(())
    }

    pub(super) fn deallocate_campaign(
        &mut self,
        campaign: &Campaign,
        advertiser: &AdvertiserId,
    ) -> Result<()> {
        self.replace(campaign.allocated_to(advertiser), Some(Allocated), None)
    }

    /// Returns whether the campaign may be allocated to the advertiser; adds the blockers if not.
    fn check_campaign(&mut self, campaign: &Campaign, advertiser: &AdvertiserId) -> Result<bool> {
        let allowed = self.check_advertiser(advertiser)?;
        let account_allocated = self.is_allocated(&campaign.account, advertiser)?;
        if !account_allocated {
            self.block_campaign(Reason::NotAllocated, campaign, advertiser)?;
            self.offer_remedy(&AccountAllocation::new(&campaign.account, advertiser), false);
        }
        Ok(allowed && account_allocated)
    }

    pub(super) fn block_campaign(
        &mut self,
        reason: Reason,
        campaign: &Campaign,
        holder: &AdvertiserId,
    ) -> Result<()> {
        self.block_for_pair(reason, campaign.named(), &campaign.account, holder)
    }

    /// Returns each campaign once, in the order of `ids`; adds a blocker for those that the book does not contain. Leaves out
    /// those that already block the removal of their allocation.
    pub(super) fn campaigns(&mut self, ids: &[CampaignId]) -> Result<Vec<Campaign>> {
        let mut statement = self.book.prepare_cached(&format!(
            "SELECT DISTINCT j.value, c.account_id, c.name, {CAMPAIGN_DELETED}, a.advertiser_id,
                 iif(n.initialized IS NULL, 'allocated', 'initialized'), n.campaign_id IS NOT NULL AND a.id IS NULL
             FROM json_each(?) j LEFT JOIN campaign c ON c.id = tiktok_id(j.value)
             LEFT JOIN allocated_campaign n ON n.campaign_id = c.id LEFT JOIN allocation a ON a.id = n.allocation"
        ))?;
        let mut rows = statement.query([serde_json::to_string(ids).unwrap_or_default()])?;
        let mut campaigns = Vec::with_capacity(ids.len());
        let mut unknown = Vec::new();
        while let Some(row) = rows.next()? {
            let id = CampaignId(row.get(0)?);
            let Some(account) = row.get(1)? else {
                unknown.push(id);
                continue;
            };
            if row.get(6)? {
                continue;
            }
            let state = row.get(5)?;
            let allocation = row.get::<_, Option<AdvertiserId>>(4)?.map(|advertiser| (advertiser, state));
            let (name, deleted_on_tiktok) = (row.get(2)?, row.get(3)?);
            campaigns.push(Campaign { id, account, name, deleted_on_tiktok, allocation });
        }
        drop(rows);
        for id in &unknown {
            self.block(Reason::Unknown, Named::new(id, ""));
        }
        Ok(campaigns)
    }
}

impl UndoEdit for CampaignAllocation {
    fn undo(plan: &mut Plan<'_>, edit: &Edit<Self>) -> Result<()> {
        let initialized = match edit.before {
            Some(_) => edit.after == Some(Initialized),
            None => edit.key.read(plan.book)? == Some(Initialized),
        };
        if initialized {
            let CampaignAllocation { campaign, ad_account, advertiser } = &edit.key;
            let object = plan.named(campaign)?;
            return plan.block_for_pair(Reason::CampaignInitialized, object, ad_account, advertiser);
        }
        undo_unless_changed(plan, edit)
    }

    fn restore(plan: &mut Plan<'_>, edit: &Edit<Self>, _: &CampaignState) -> Result<()> {
        plan.allocate_campaigns(&edit.key.advertiser, std::slice::from_ref(&edit.key.campaign))
    }
}
