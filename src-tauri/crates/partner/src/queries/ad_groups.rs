//! Lists of the ad groups of a campaign or a TikTok ad account.

use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::Result;
use crate::facts::objects::FactKind;
use crate::facts::status::DeliveryStatus;
use crate::ids::{AdAccountId, AdGroupId, CampaignId};
use crate::json_column::json;
use crate::named::{Named, ObjectKind};
use crate::queries::paging::{Query, Select, object_key};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum AdGroupSort {
    Id,
    Name,
    Status,
    Budget,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AdGroupQuery {
    pub ad_account: AdAccountId,
    pub campaign: Option<CampaignId>,
    pub search: String,
    pub sort: AdGroupSort,
    pub descending: bool,
    pub statuses: Vec<String>,
}

object_key!(AdGroupKey { ad_group: AdGroupId });

#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AdGroupRow {
    pub id: AdGroupId,
    pub name: String,
    pub ad_account: AdAccountId,
    pub campaign: Named,
    pub status: DeliveryStatus,
    pub budget: Option<f64>,
    pub budget_mode: String,
    pub currency: Option<String>,
    pub optimization_goal: String,
    pub bid_type: String,
    pub bid: Option<f64>,
    pub starts_at: String,
    pub ends_at: String,
    pub created_at: String,
    pub ads: u32,
}

impl Query for AdGroupQuery {
    type Id = AdGroupKey;
    type Row = AdGroupRow;

    fn select(&self) -> Select {
        let mut select = self.everything();
        select.search(&self.search, &["fold(c.name)", "c.id"]);
        select.one_of(&DeliveryStatus::label_sql(FactKind::AdGroup), &self.statuses);
        let key = match self.sort {
            AdGroupSort::Id => "c.id".to_owned(),
            AdGroupSort::Name => "fold(c.name)".to_owned(),
            AdGroupSort::Status => DeliveryStatus::label_sql(FactKind::AdGroup),
            AdGroupSort::Budget => "coalesce(c.budget, -1.0)".to_owned(),
        };
        select.order(key, self.descending);
        select
    }

    fn everything(&self) -> Select {
        let mut select = Select::from("ad_group c", "c.id");
        select.row = AdGroupKey::SQL.to_owned();
        select.filter("c.account_id = {}", self.ad_account.0.clone());
        if let Some(campaign) = &self.campaign {
            select.filter("c.campaign_id = {}", campaign.0.clone());
        }
        select
    }

    fn rows(book: &Connection, ids: &[AdGroupKey]) -> Result<Vec<(AdGroupKey, AdGroupRow)>> {
        let mut statement = book.prepare_cached(
            "SELECT c.account_id, c.id, c.name, c.campaign_id, coalesce(p.name, ''), k.operation_status,
                    k.secondary_status, c.deleted_on_tiktok, c.budget, k.budget_mode, t.currency, k.optimization_goal, k.bid_type,
                    c.bid, c.starts_at, c.ends_at, c.created_at,
                    (SELECT count(*) FROM ad WHERE ad.account_id = c.account_id AND ad.ad_group_id = c.id)
             FROM json_each(?) j JOIN ad_group c ON c.account_id = j.value ->> 'adAccount' AND c.id = j.value ->> 'adGroup'
             JOIN ad_account t ON t.id = c.account_id JOIN ad_group_traits k ON k.id = c.traits
             LEFT JOIN campaign p ON p.account_id = c.account_id AND p.id = c.campaign_id",
        )?;
        let rows = statement.query_map([json(ids)], |row| {
            let key = AdGroupKey { ad_account: row.get(0)?, ad_group: row.get(1)? };
            let (operation, secondary): (String, String) = (row.get(5)?, row.get(6)?);
            let ad_group = AdGroupRow {
                id: key.ad_group.clone(),
                name: row.get(2)?,
                ad_account: key.ad_account.clone(),
                campaign: Named::at(row, ObjectKind::Campaign, 3)?,
                status: DeliveryStatus::of(&operation, &secondary, row.get(7)?),
                budget: row.get(8)?,
                budget_mode: row.get(9)?,
                currency: row.get(10)?,
                optimization_goal: row.get(11)?,
                bid_type: row.get(12)?,
                bid: row.get(13)?,
                starts_at: row.get(14)?,
                ends_at: row.get(15)?,
                created_at: row.get(16)?,
                ads: row.get(17)?,
            };
            Ok((key, ad_group))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
