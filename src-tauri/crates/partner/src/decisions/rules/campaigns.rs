//! Campaigns to advertisers (R31–R38, A2–A5).

use crate::Result;
use crate::decisions::decision::{ALLOCATED, INITIALIZED, Slot};
use crate::decisions::outcome::{Blocker, Caution, Reason};
use crate::decisions::plan::Plan;
use crate::ids::{AdAccountId, AdvertiserId, CampaignId};
use crate::named::{Named, ObjectKind};

/// A campaign and where it is.
struct Campaign {
    id: CampaignId,
    account: AdAccountId,
    name: String,
    deleted_on_tiktok: bool,
    /// The advertiser that has it, and whether it is initialized there.
    at: Option<(AdvertiserId, bool)>,
}

impl Plan<'_> {
    pub(super) fn allocate_campaigns(&mut self, to: &AdvertiserId, ids: &[CampaignId]) -> Result<()> {
        let campaigns = self.campaigns(ids)?;
        self.warn_of_gone(&campaigns)?;
        for campaign in &campaigns {
            match &campaign.at {
                None => self.give(campaign, to)?,
                Some((holder, _)) if holder == to => {}
                Some((holder, _)) => {
                    self.block_campaign(Reason::CampaignElsewhere, campaign, holder)?;
                    self.can_give(campaign, to)?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn deallocate_campaigns(&mut self, from: &AdvertiserId, ids: &[CampaignId]) -> Result<()> {
        for campaign in &self.campaigns(ids)? {
            match &campaign.at {
                None => {}
                Some((holder, false)) if holder == from => self.take(campaign, from)?,
                Some((holder, true)) if holder == from => {
                    self.block_campaign(Reason::CampaignInitialized, campaign, holder)?;
                }
                Some((holder, _)) => self.block_campaign(Reason::CampaignElsewhere, campaign, holder)?,
            }
        }
        Ok(())
    }

    pub(super) fn move_campaigns(&mut self, to: &AdvertiserId, ids: &[CampaignId]) -> Result<()> {
        for campaign in &self.campaigns(ids)? {
            match &campaign.at {
                None => {
                    self.block(Reason::CampaignNotAllocated, campaign.named());
                    self.can_give(campaign, to)?;
                }
                Some((holder, _)) if holder == to => {}
                Some((holder, true)) => {
                    self.block_campaign(Reason::CampaignInitialized, campaign, holder)?;
                    self.can_give(campaign, to)?;
                }
                Some((holder, false)) => {
                    self.take(campaign, holder)?;
                    self.give(campaign, to)?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn initialize_campaigns(&mut self, ids: &[CampaignId]) -> Result<()> {
        let mut count = 0;
        let mut first = None;
        for campaign in &self.campaigns(ids)? {
            match &campaign.at {
                None => self.block(Reason::CampaignNotAllocated, campaign.named()),
                Some((_, true)) => {}
                Some((holder, false)) => {
                    let slot = Slot::campaign(&campaign.id, &campaign.account, holder);
                    self.put_from(slot, Some(ALLOCATED), Some(INITIALIZED))?;
                    count += 1;
                    first.get_or_insert_with(|| campaign.named());
                }
            }
        }
        if let Some(first) = first {
            self.warn(Caution::Final, first, None, count);
        }
        Ok(())
    }

    fn give(&mut self, campaign: &Campaign, to: &AdvertiserId) -> Result<()> {
        if !self.can_give(campaign, to)? {
            return Ok(());
        }
        self.put_from(Slot::campaign(&campaign.id, &campaign.account, to), None, Some(ALLOCATED))
    }

    /// Whether the advertiser can have the campaign; objects when not.
    fn can_give(&mut self, campaign: &Campaign, to: &AdvertiserId) -> Result<bool> {
        let open = self.may_receive(to)?;
        let allocated = self.has_allocation(&campaign.account, to)?;
        if !allocated {
            self.block_campaign(Reason::NotAllocated, campaign, to)?;
        }
        Ok(open && allocated)
    }

    fn take(&mut self, campaign: &Campaign, from: &AdvertiserId) -> Result<()> {
        self.put_from(Slot::campaign(&campaign.id, &campaign.account, from), Some(ALLOCATED), None)
    }

    /// The campaigns in the order asked for, each once; objects to those that the book does not know.
    fn campaigns(&mut self, ids: &[CampaignId]) -> Result<Vec<Campaign>> {
        let mut statement = self.book.prepare_cached(
            "SELECT DISTINCT j.value, c.account_id, c.name, c.deleted_on_tiktok OR c.operation_status = 'DELETE', a.advertiser_id,
                 a.initialized IS NOT NULL
             FROM json_each(?) j LEFT JOIN campaign c ON c.id = j.value
             LEFT JOIN campaign_allocation a ON a.campaign_id = c.id",
        )?;
        let mut rows = statement.query([serde_json::to_string(ids).unwrap_or_default()])?;
        let mut found = Vec::with_capacity(ids.len());
        let mut unknown = Vec::new();
        while let Some(row) = rows.next()? {
            let id = CampaignId(row.get(0)?);
            let Some(account) = row.get(1)? else {
                unknown.push(id);
                continue;
            };
            let initialized = row.get(5)?;
            let at = row.get::<_, Option<AdvertiserId>>(4)?.map(|advertiser| (advertiser, initialized));
            found.push(Campaign { id, account, name: row.get(2)?, deleted_on_tiktok: row.get(3)?, at });
        }
        drop(rows);
        for id in unknown {
            self.block(Reason::Unknown, Named { kind: ObjectKind::Campaign, id: id.0, name: String::new() });
        }
        Ok(found)
    }

    fn warn_of_gone(&mut self, campaigns: &[Campaign]) -> Result<()> {
        let mut deleted =
            campaigns.iter().filter(|campaign| campaign.deleted_on_tiktok && campaign.at.is_none());
        if let Some(first) = deleted.next() {
            self.warn(Caution::DeletedOnTiktok, first.named(), None, 1 + deleted.count() as u32);
        }
        Ok(())
    }

    fn block_campaign(&mut self, reason: Reason, campaign: &Campaign, holder: &AdvertiserId) -> Result<()> {
        let ad_account = Some(self.named(ObjectKind::AdAccount, campaign.account.as_str())?);
        let holder = Some(self.named(ObjectKind::Advertiser, holder.as_str())?);
        self.blockers.push(Blocker { ad_account, holder, ..Blocker::new(reason, campaign.named()) });
        Ok(())
    }
}

impl Campaign {
    fn named(&self) -> Named {
        Named { kind: ObjectKind::Campaign, id: self.id.0.clone(), name: self.name.clone() }
    }
}
