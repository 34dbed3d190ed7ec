//! The allocation of a campaign to an advertiser (R31–R38), and whether it is initialized (A2).

use rusqlite::{Transaction, params};

use super::{Decision, Export, key, text_value};
use crate::Result;
use crate::ids::{AdAccountId, AdvertiserId, CampaignId};
use crate::text_enum::text_enum;

text_enum! {
    CampaignState {
        Allocated = "allocated", "Allocated"
        /// Final: the allocation never disappears (invariant 4).
        Initialized = "initialized", "Initialized"
    }
}
text_value! { CampaignState }

key! {
    CampaignAllocation {
        campaign: CampaignId = OBJECT,
        ad_account: AdAccountId = AD_ACCOUNT,
        advertiser: AdvertiserId = HOLDER
    } = CampaignState
}

impl Decision for CampaignAllocation {
    const VALUE: &'static str = "iif(d.initialized IS NULL, 'allocated', 'initialized')";
    const EXPORT: Option<Export> = Some((
        "allocated-campaigns",
        r#"SELECT c.campaign_id AS "Campaign ID", f.name AS "Campaign Name",
            c.ad_account_id AS "TikTok Ad Account ID", x.name AS "XPO account", v.name AS "Advertiser",
            iif(c.initialized IS NULL, '', 'Yes') AS "Initialized", c.advertiser_id AS "Advertiser ID"
        FROM campaign_allocation c JOIN campaign f ON f.account_id = c.ad_account_id AND f.id = c.campaign_id
        JOIN advertiser v ON v.id = c.advertiser_id JOIN xpo_account x ON x.id = v.xpo_account_id
        ORDER BY c.campaign_id"#,
    ));

    fn write(&self, book: &Transaction<'_>, entry: i64, state: &CampaignState, _: bool) -> Result<()> {
        match state {
            CampaignState::Allocated => book
                .prepare_cached(
                    "INSERT OR ROLLBACK INTO allocated_campaign (campaign_id, allocation, entry)
                     VALUES (?, (SELECT id FROM allocation WHERE ad_account_id = ? AND advertiser_id = ?), ?)",
                )?
                .execute(params![self.campaign, self.ad_account, self.advertiser, entry])?,
            CampaignState::Initialized => book
                .prepare_cached("UPDATE OR ROLLBACK allocated_campaign SET initialized = ? WHERE campaign_id = ?")?
                .execute(params![entry, self.campaign])?,
        };
        Ok(())
    }

    fn delete(&self, book: &Transaction<'_>) -> Result<()> {
        book.prepare_cached(
            "DELETE FROM allocated_campaign WHERE campaign_id = ? AND allocation =
                 (SELECT id FROM allocation WHERE ad_account_id = ? AND advertiser_id = ?)",
        )?
        .execute(params![self.campaign, self.ad_account, self.advertiser])?;
        Ok(())
    }
}
