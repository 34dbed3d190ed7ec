//! Lists of the campaigns of a TikTok ad account, an XPO account or an advertiser.

use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::Result;
use crate::facts::objects::FactKind;
use crate::facts::status::DeliveryStatus;
use crate::ids::{AdAccountId, AdvertiserId, CampaignId, XpoAccountId};
use crate::json_column::json;
use crate::named::{Named, ObjectKind};
use crate::queries::paging::{Query, Select};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "of", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum CampaignsOf {
    AdAccount {
        ad_account: AdAccountId,
    },
    /// Campaigns that are not allocated (R38, A4).
    Available {
        ad_accounts: Vec<AdAccountId>,
    },
    Allocated {
        ad_accounts: Vec<AdAccountId>,
        advertiser: AdvertiserId,
    },
    Advertiser {
        advertiser: AdvertiserId,
    },
    XpoAccount {
        xpo_account: XpoAccountId,
    },
    /// All campaigns, or those that are or are not allocated.
    Partner {
        allocated: Option<bool>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum CampaignSort {
    Id,
    Name,
    Objective,
    Status,
    Budget,
    Created,
    Allocated,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CampaignQuery {
    pub of: CampaignsOf,
    pub search: String,
    pub sort: CampaignSort,
    pub descending: bool,
    pub statuses: Vec<String>,
    pub objectives: Vec<String>,
    pub initialized: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CampaignRow {
    pub id: CampaignId,
    pub name: String,
    pub ad_account: Named,
    pub objective: String,
    pub status: DeliveryStatus,
    /// In `currency`.
    pub budget: Option<f64>,
    pub budget_mode: String,
    /// The ad account's, ISO 4217.
    pub currency: Option<String>,
    pub created_at: String,
    #[specta(type = Option<f64>)]
    pub synced_at: Option<i64>,
    pub allocated: Option<CampaignHolder>,
}

/// The allocation of a campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CampaignHolder {
    pub advertiser: Named,
    pub xpo_account: Named,
    /// Whether the advertiser or its XPO account is archived.
    pub archived: bool,
    pub since: DecisionStamp,
    pub initialized: Option<DecisionStamp>,
}

/// When a decision was made, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct DecisionStamp {
    #[specta(type = f64)]
    pub at: i64,
    pub actor: String,
}

impl CampaignQuery {
    /// Returns a query without search and filters, sorted by name.
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
        select.search(&self.search, &["fold(c.name)", "c.id"]);
        select.one_of(&DeliveryStatus::label_sql(FactKind::Campaign), &self.statuses);
        if !self.objectives.is_empty() {
            let condition = "c.traits IN (SELECT id FROM campaign_traits
                             WHERE objective IN (SELECT value FROM json_each({})))";
            select.filter(condition, json(&self.objectives));
        }
        if let Some(initialized) = self.initialized {
            let condition = "EXISTS (SELECT 1 FROM allocated_campaign i
                             WHERE i.campaign_id = c.id AND i.initialized IS NOT NULL) = {}";
            select.filter(condition, initialized);
        }
        let key = match self.sort {
            CampaignSort::Id => "c.id".to_owned(),
            CampaignSort::Name => "fold(c.name)".to_owned(),
            CampaignSort::Objective => {
                "(SELECT k.objective FROM campaign_traits k WHERE k.id = c.traits)".to_owned()
            }
            CampaignSort::Status => DeliveryStatus::label_sql(FactKind::Campaign),
            CampaignSort::Budget => "coalesce(c.budget, -1.0)".to_owned(),
            CampaignSort::Created => "iif(c.created = '', -1e12, c.created)".to_owned(),
            CampaignSort::Allocated => {
                "coalesce((SELECT n.entry FROM allocated_campaign n WHERE n.campaign_id = c.id), 0)"
                    .to_owned()
            }
        };
        select.order(key, self.descending);
        select
    }

    fn everything(&self) -> Select {
        let allocated = "allocation a CROSS JOIN allocated_campaign n ON n.allocation = a.id
                         CROSS JOIN campaign c ON c.id = n.campaign_id";
        match &self.of {
            CampaignsOf::AdAccount { ad_account } => {
                let mut select = Select::from("campaign c", "c.id");
                select.filter("c.account_id = {}", ad_account.0.clone());
                select
            }
            CampaignsOf::Available { ad_accounts } => {
                let mut select = Select::from("campaign c", "c.id");
                let among = select.among(ad_accounts);
                // A set that is read once is faster than a lookup for each campaign.
                let allocated_ids = "SELECT a.campaign_id FROM campaign_allocation a WHERE a.ad_account_id";
                select
                    .conditions
                    .push(format!("c.account_id {among} AND c.id NOT IN ({allocated_ids} {among})"));
                select
            }
            CampaignsOf::Allocated { ad_accounts, advertiser } => {
                let mut select = Select::from(allocated, "c.id");
                select.filter("a.advertiser_id = {}", advertiser.0.clone());
                let among = select.among(ad_accounts);
                select.conditions.push(format!("a.ad_account_id {among}"));
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
            CampaignsOf::Partner { allocated: Some(true) } => Select::from(allocated, "c.id"),
            CampaignsOf::Partner { allocated } => {
                let mut select = Select::from("campaign c", "c.id");
                if allocated.is_some() {
                    let unallocated = "c.id NOT IN (SELECT campaign_id FROM allocated_campaign)";
                    select.conditions.push(unallocated.to_owned());
                }
                select
            }
        }
    }

    fn rows(book: &Connection, ids: &[CampaignId]) -> Result<Vec<(CampaignId, CampaignRow)>> {
        let mut statement = book.prepare_cached(
            "SELECT c.id, c.name, c.account_id, t.name, k.objective, k.operation_status, k.secondary_status, c.deleted_on_tiktok,
                    c.budget, k.budget_mode, t.currency, c.created_at, s.completed_at,
                    v.id, v.name, x.id, x.name, e.at, e.actor, i.at, i.actor, v.archived OR x.archived
             FROM json_each(?) j JOIN campaign c ON c.id = j.value JOIN ad_account t ON t.id = c.account_id
             JOIN campaign_traits k ON k.id = c.traits
             LEFT JOIN listing s ON s.account_id = c.account_id AND s.kind = 'campaign'
             LEFT JOIN allocated_campaign n ON n.campaign_id = c.id LEFT JOIN allocation a ON a.id = n.allocation
             LEFT JOIN advertiser v ON v.id = a.advertiser_id LEFT JOIN xpo_account x ON x.id = v.xpo_account_id
             LEFT JOIN entry e ON e.seq = n.entry LEFT JOIN entry i ON i.seq = n.initialized",
        )?;
        let rows = statement.query_map([json(ids)], |row| {
            let id: CampaignId = row.get(0)?;
            let advertiser: Option<AdvertiserId> = row.get(13)?;
            let initialized: Option<i64> = row.get(19)?;
            let allocated = match advertiser {
                None => None,
                Some(_) => Some(CampaignHolder {
                    advertiser: Named::at(row, ObjectKind::Advertiser, 13)?,
                    xpo_account: Named::at(row, ObjectKind::XpoAccount, 15)?,
                    archived: row.get(21)?,
                    since: DecisionStamp { at: row.get(17)?, actor: row.get(18)? },
                    initialized: match initialized {
                        Some(at) => Some(DecisionStamp { at, actor: row.get(20)? }),
                        None => None,
                    },
                }),
            };
            let (operation, secondary): (String, String) = (row.get(5)?, row.get(6)?);
            let campaign = CampaignRow {
                id: id.clone(),
                name: row.get(1)?,
                ad_account: Named::at(row, ObjectKind::AdAccount, 2)?,
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
