//! Lists of the ads of an ad group, a campaign or a TikTok ad account, with their images and videos.

use std::collections::HashMap;

use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::Result;
use crate::facts::objects::FactKind;
use crate::facts::status::DeliveryStatus;
use crate::ids::{AdAccountId, AdGroupId, AdId, CampaignId};
use crate::json_column::json;
use crate::named::{Named, ObjectKind};
use crate::queries::paging::{Query, Select, object_key};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum AdSort {
    Id,
    Name,
    Status,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AdQuery {
    pub ad_account: AdAccountId,
    pub campaign: Option<CampaignId>,
    pub ad_group: Option<AdGroupId>,
    pub search: String,
    pub sort: AdSort,
    pub descending: bool,
    pub statuses: Vec<String>,
}

object_key!(AdKey { ad: AdId });

#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AdRow {
    pub id: AdId,
    pub name: String,
    pub ad_account: AdAccountId,
    pub campaign: Named,
    pub ad_group: AdGroupId,
    pub ad_group_name: String,
    pub status: DeliveryStatus,
    pub format: String,
    pub text: String,
    pub display_name: String,
    pub call_to_action: String,
    pub landing_page: String,
    pub created_at: String,
    /// The video, then the images.
    pub media: Vec<Media>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Media {
    pub id: String,
    /// A video instead of an image.
    pub video: bool,
    /// `None` until the next sync, and for files that TikTok does not describe.
    pub file: Option<MediaFile>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MediaFile {
    pub name: String,
    pub format: String,
    /// In pixels.
    pub width: Option<u32>,
    /// In pixels.
    pub height: Option<u32>,
    #[specta(type = Option<f64>)]
    pub size: Option<i64>,
    /// In seconds; only videos have one.
    pub duration: Option<f64>,
}

impl Query for AdQuery {
    type Id = AdKey;
    type Row = AdRow;

    fn select(&self) -> Select {
        let mut select = self.everything();
        select.search(&self.search, &["fold(c.name)", "c.id"]);
        select.one_of(&DeliveryStatus::label_sql(FactKind::Ad), &self.statuses);
        let key = match self.sort {
            AdSort::Id => "c.id".to_owned(),
            AdSort::Name => "fold(c.name)".to_owned(),
            AdSort::Status => DeliveryStatus::label_sql(FactKind::Ad),
        };
        select.order(key, self.descending);
        select
    }

    fn everything(&self) -> Select {
        let mut select = Select::from("ad c", "c.id");
        select.row = AdKey::SQL.to_owned();
        select.filter("c.account_id = {}", self.ad_account.0.clone());
        if let Some(campaign) = &self.campaign {
            select.filter("c.campaign_id = {}", campaign.0.clone());
        }
        if let Some(ad_group) = &self.ad_group {
            select.filter("c.ad_group_id = {}", ad_group.0.clone());
        }
        select
    }

    fn rows(book: &Connection, ids: &[AdKey]) -> Result<Vec<(AdKey, AdRow)>> {
        let ids = json(ids);
        let mut media = media(book, &ids)?;
        let mut statement = book.prepare_cached(
            "SELECT c.account_id, c.id, c.name, c.campaign_id, coalesce(p.name, ''), c.ad_group_id, coalesce(g.name, ''),
                    k.operation_status, k.secondary_status, c.deleted_on_tiktok, k.format, c.text, c.display_name, k.call_to_action,
                    c.landing_page, c.created_at
             FROM json_each(?) j JOIN ad c ON c.account_id = j.value ->> 'adAccount' AND c.id = j.value ->> 'ad'
             JOIN ad_traits k ON k.id = c.traits
             LEFT JOIN campaign p ON p.account_id = c.account_id AND p.id = c.campaign_id
             LEFT JOIN ad_group g ON g.account_id = c.account_id AND g.id = c.ad_group_id",
        )?;
        let rows = statement.query_map([&ids], |row| {
            let key = AdKey { ad_account: row.get(0)?, ad: row.get(1)? };
            let (operation, secondary): (String, String) = (row.get(7)?, row.get(8)?);
            let ad = AdRow {
                id: key.ad.clone(),
                name: row.get(2)?,
                ad_account: key.ad_account.clone(),
                campaign: Named::at(row, ObjectKind::Campaign, 3)?,
                ad_group: row.get(5)?,
                ad_group_name: row.get(6)?,
                status: DeliveryStatus::of(&operation, &secondary, row.get(9)?),
                format: row.get(10)?,
                text: row.get(11)?,
                display_name: row.get(12)?,
                call_to_action: row.get(13)?,
                landing_page: row.get(14)?,
                created_at: row.get(15)?,
                media: media.remove(&key).unwrap_or_default(),
            };
            Ok((key, ad))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

fn media(book: &Connection, ids: &str) -> Result<HashMap<AdKey, Vec<Media>>> {
    let mut statement = book.prepare_cached(
        "WITH shown AS (
             SELECT a.account_id, a.id, a.video_id AS media, true AS video, -1 AS n FROM json_each(?1) j
             JOIN ad a ON a.account_id = j.value ->> 'adAccount' AND a.id = j.value ->> 'ad' WHERE a.video_id <> ''
             UNION ALL
             SELECT a.account_id, a.id, i.value, false, i.key FROM json_each(?1) j
             JOIN ad a ON a.account_id = j.value ->> 'adAccount' AND a.id = j.value ->> 'ad', json_each(a.image_ids) i
             WHERE i.type = 'text' AND i.value <> ''
         )
         SELECT s.account_id, s.id, s.media, s.video, m.id IS NOT NULL, m.file_name, m.format, m.width, m.height, m.size,
                m.duration
         FROM shown s LEFT JOIN media m ON m.account_id = s.account_id AND m.id = s.media ORDER BY s.n",
    )?;
    let mut rows = statement.query([ids])?;
    let mut media: HashMap<AdKey, Vec<Media>> = HashMap::new();
    while let Some(row) = rows.next()? {
        let has_file: bool = row.get(4)?;
        let pixels = |number: Option<i64>| number.and_then(|number| u32::try_from(number).ok());
        let file = if has_file {
            Some(MediaFile {
                name: row.get(5)?,
                format: row.get(6)?,
                width: pixels(row.get(7)?),
                height: pixels(row.get(8)?),
                size: row.get(9)?,
                duration: row.get(10)?,
            })
        } else {
            None
        };
        let key = AdKey { ad_account: row.get(0)?, ad: row.get(1)? };
        media.entry(key).or_default().push(Media { id: row.get(2)?, video: row.get(3)?, file });
    }
    Ok(media)
}
