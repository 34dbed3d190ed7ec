//! Lists of campaigns: of a TikTok ad account, available or allocated, and of an XPO account or advertiser.

use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::Result;
use crate::facts::status::DeliveryStatus;
use crate::ids::{AdAccountId, AdvertiserId, CampaignId, XpoAccountId};
use crate::json_column::json;
use crate::named::{Named, ObjectKind};
use crate::queries::paging::{Query, Select};

/// Whose campaigns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "of", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum CampaignsOf {
    /// All of a TikTok ad account's.
    AdAccount {
        /// Which.
        ad_account: AdAccountId,
    },
    /// Those of a TikTok ad account's that nobody has (R38, A4).
    Available {
        /// Which.
        ad_account: AdAccountId,
    },
    /// Those of a TikTok ad account's that an advertiser has (A4).
    Allocated {
        /// Which.
        ad_account: AdAccountId,
        /// Whose.
        advertiser: AdvertiserId,
    },
    /// All that an advertiser has.
    Advertiser {
        /// Whose.
        advertiser: AdvertiserId,
    },
    /// All that an XPO account has (R35).
    XpoAccount {
        /// Whose.
        xpo_account: XpoAccountId,
    },
}

/// What to order campaigns by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum CampaignSort {
    /// The campaign's id: TikTok's grow with time.
    Id,
    /// Its name, case folded.
    Name,
    /// TikTok's objective.
    Objective,
    /// What its status reads as.
    Status,
    /// Its budget.
    Budget,
    /// When it was created.
    Created,
    /// When it was allocated.
    Allocated,
}

/// Which campaigns, in which order. Empty filters let everything through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CampaignQuery {
    /// Whose.
    pub of: CampaignsOf,
    /// Words, each of which must be part of the id or the name.
    pub search: String,
    /// The order.
    pub sort: CampaignSort,
    /// The other way round.
    pub descending: bool,
    /// Labels of statuses, one of which it must have.
    pub statuses: Vec<String>,
    /// TikTok's objectives, one of which it must have.
    pub objectives: Vec<String>,
    /// Whether it is initialized.
    pub initialized: Option<bool>,
}

/// A campaign in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CampaignRow {
    /// The campaign's id.
    pub id: CampaignId,
    /// Its name; hostile text.
    pub name: String,
    /// The TikTok ad account that it is in.
    pub ad_account: Named,
    /// TikTok's `objective_type`.
    pub objective: String,
    /// Its status.
    pub status: DeliveryStatus,
    /// In `currency`.
    pub budget: Option<f64>,
    /// TikTok's `budget_mode`.
    pub budget_mode: String,
    /// ISO 4217, the ad account's.
    pub currency: Option<String>,
    /// As TikTok says it, UTC.
    pub created_at: String,
    /// When the ad account's campaigns were last read to the end: milliseconds since 1970, UTC.
    #[specta(type = Option<f64>)]
    pub synced_at: Option<i64>,
    /// Who has it.
    pub allocated: Option<CampaignHolder>,
}

/// Who has a campaign, and since when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CampaignHolder {
    /// The advertiser.
    pub advertiser: Named,
    /// Its XPO account.
    pub xpo_account: Named,
    /// When it was allocated, and by whom.
    pub since: Mark,
    /// When it was initialized, and by whom (A2).
    pub initialized: Option<Mark>,
}

/// When, and who.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct Mark {
    /// Milliseconds since 1970, UTC.
    #[specta(type = f64)]
    pub at: i64,
    /// Who.
    pub actor: String,
}

impl CampaignQuery {
    /// All of them, by name.
    pub fn all(of: CampaignsOf) -> CampaignQuery {
        CampaignQuery {
            of,
            search: String::new(),
            sort: CampaignSort::Name,
            descending: false,
            statuses: Vec::new(),
            objectives: Vec::new(),
            initialized: None,
        }
    }
}

impl Query for CampaignQuery {
    type Id = CampaignId;
    type Row = CampaignRow;

    fn select(&self) -> Select {
        let mut select = self.everything();
        select.search(&self.search, &["c.name_folded", "c.id"]);
        select.one_of(&DeliveryStatus::label_sql(), &self.statuses);
        select.one_of("c.objective", &self.objectives);
        if let Some(initialized) = self.initialized {
            let condition = "EXISTS (SELECT 1 FROM campaign_allocation i
                             WHERE i.campaign_id = c.id AND i.initialized IS NOT NULL) = {}";
            select.filter(condition, initialized);
        }
        let key = match self.sort {
            CampaignSort::Id => "c.id".to_owned(),
            CampaignSort::Name => "c.name_folded".to_owned(),
            CampaignSort::Objective => "c.objective".to_owned(),
            CampaignSort::Status => DeliveryStatus::label_sql(),
            CampaignSort::Budget => "coalesce(c.budget, -1.0)".to_owned(),
            CampaignSort::Created => "c.created_at".to_owned(),
            CampaignSort::Allocated => {
                "coalesce((SELECT n.entry FROM campaign_allocation n WHERE n.campaign_id = c.id), 0)"
                    .to_owned()
            }
        };
        select.order(key, self.descending);
        select
    }

    fn everything(&self) -> Select {
        let allocated = "campaign_allocation a CROSS JOIN campaign c
                         ON c.account_id = a.ad_account_id AND c.id = a.campaign_id";
        match &self.of {
            CampaignsOf::AdAccount { ad_account } => {
                let mut select = Select::from("campaign c", "c.id");
                select.filter("c.account_id = {}", ad_account.0.clone());
                select
            }
            CampaignsOf::Available { ad_account } => {
                let mut select = Select::from("campaign c", "c.id");
                let place = select.bind(ad_account.0.clone());
                // As a set that is read once, not a look-up for each campaign.
                let taken = "SELECT a.campaign_id FROM campaign_allocation a WHERE a.ad_account_id =";
                select.wheres.push(format!("c.account_id = {place} AND c.id NOT IN ({taken} {place})"));
                select
            }
            CampaignsOf::Allocated { ad_account, advertiser } => {
                let mut select = Select::from(allocated, "c.id");
                select.filter("a.advertiser_id = {}", advertiser.0.clone());
                select.filter("a.ad_account_id = {}", ad_account.0.clone());
                select
            }
            CampaignsOf::Advertiser { advertiser } => {
                let mut select = Select::from(allocated, "c.id");
                select.filter("a.advertiser_id = {}", advertiser.0.clone());
                select
            }
            CampaignsOf::XpoAccount { xpo_account } => {
                let mut select = Select::from(allocated, "c.id");
                let theirs = "a.advertiser_id IN (SELECT id FROM advertiser WHERE xpo_account_id = {})";
                select.filter(theirs, xpo_account.0.clone());
                select
            }
        }
    }

    fn rows(book: &Connection, ids: &[CampaignId]) -> Result<Vec<(CampaignId, CampaignRow)>> {
        let mut statement = book.prepare_cached(
            "SELECT c.id, c.name, c.account_id, t.name, c.objective, c.operation_status, c.secondary_status, c.deleted_on_tiktok,
                    c.budget, c.budget_mode, t.currency, c.created_at, s.completed_at,
                    v.id, v.name, x.id, x.name, e.at, e.actor, i.at, i.actor
             FROM json_each(?) j JOIN campaign c ON c.id = j.value JOIN ad_account t ON t.id = c.account_id
             LEFT JOIN listing s ON s.account_id = c.account_id AND s.kind = 'campaign'
             LEFT JOIN campaign_allocation a ON a.campaign_id = c.id
             LEFT JOIN advertiser v ON v.id = a.advertiser_id LEFT JOIN xpo_account x ON x.id = v.xpo_account_id
             LEFT JOIN entry e ON e.seq = a.entry LEFT JOIN entry i ON i.seq = a.initialized",
        )?;
        let named = |kind, id, name| Named { kind, id, name };
        let rows = statement.query_map([json(ids)], |row| {
            let id: CampaignId = row.get(0)?;
            let advertiser: Option<String> = row.get(13)?;
            let initialized: Option<i64> = row.get(19)?;
            let allocated = match advertiser {
                None => None,
                Some(advertiser) => Some(CampaignHolder {
                    advertiser: named(ObjectKind::Advertiser, advertiser, row.get(14)?),
                    xpo_account: named(ObjectKind::XpoAccount, row.get(15)?, row.get(16)?),
                    since: Mark { at: row.get(17)?, actor: row.get(18)? },
                    initialized: match initialized {
                        Some(at) => Some(Mark { at, actor: row.get(20)? }),
                        None => None,
                    },
                }),
            };
            let (operation, secondary): (String, String) = (row.get(5)?, row.get(6)?);
            let campaign = CampaignRow {
                id: id.clone(),
                name: row.get(1)?,
                ad_account: named(ObjectKind::AdAccount, row.get(2)?, row.get(3)?),
                objective: row.get(4)?,
                status: DeliveryStatus::of(&operation, &secondary, row.get(7)?),
                budget: row.get(8)?,
                budget_mode: row.get(9)?,
                currency: row.get(10)?,
                created_at: row.get(11)?,
                synced_at: row.get(12)?,
                allocated,
            };
            Ok((id, campaign))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
