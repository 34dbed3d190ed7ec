//! Lists of ads, with the pictures and videos that they show: of an ad group, of a campaign, or of a whole TikTok ad account.

use std::collections::HashMap;

use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::Result;
use crate::facts::status::DeliveryStatus;
use crate::ids::{AdAccountId, AdGroupId, AdId, CampaignId};
use crate::json_column::json;
use crate::named::{Named, ObjectKind};
use crate::queries::paging::{Query, Select};

/// What to order ads by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum AdSort {
    /// The ad's id: TikTok's grow with time.
    Id,
    /// Its name, case folded.
    Name,
    /// What its status reads as.
    Status,
}

/// Which ads, in which order. Empty filters let everything through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AdQuery {
    /// Of which TikTok ad account.
    pub ad_account: AdAccountId,
    /// Of which of its campaigns.
    pub campaign: Option<CampaignId>,
    /// Of which of its ad groups.
    pub ad_group: Option<AdGroupId>,
    /// Words, each of which must be part of the id or the name.
    pub search: String,
    /// The order.
    pub sort: AdSort,
    /// The other way round.
    pub descending: bool,
    /// Labels of statuses, one of which it must have.
    pub statuses: Vec<String>,
}

/// Which row: TikTok tells of ads by ad account.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AdKey {
    /// The TikTok ad account.
    pub ad_account: AdAccountId,
    /// The ad.
    pub ad: AdId,
}

impl rusqlite::types::FromSql for AdKey {
    /// From "ad account".
    fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
        let (ad, account) =
            value.as_str()?.split_once(' ').ok_or(rusqlite::types::FromSqlError::InvalidType)?;
        Ok(AdKey { ad_account: account.into(), ad: ad.into() })
    }
}

/// An ad in a list. All text is hostile.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AdRow {
    /// The ad's id.
    pub id: AdId,
    /// Its name.
    pub name: String,
    /// The TikTok ad account that it is in.
    pub ad_account: AdAccountId,
    /// The campaign that it is in.
    pub campaign: Named,
    /// The ad group that it is in.
    pub ad_group: AdGroupId,
    /// The ad group's name; empty when the book does not know it.
    pub ad_group_name: String,
    /// Its status.
    pub status: DeliveryStatus,
    /// TikTok's `ad_format`.
    pub format: String,
    /// What it says.
    pub text: String,
    /// The brand that it shows.
    pub display_name: String,
    /// TikTok's `call_to_action`.
    pub call_to_action: String,
    /// Where it leads.
    pub landing_page: String,
    /// As TikTok says it, UTC.
    pub created_at: String,
    /// What it shows: its video, then its pictures.
    pub media: Vec<Media>,
}

/// A picture or video of an ad.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Media {
    /// TikTok's id; any text.
    pub id: String,
    /// A video, or a picture.
    pub video: bool,
    /// What is known of it; nothing until the next sync, and of what TikTok does not tell of.
    pub file: Option<MediaFile>,
}

/// What TikTok tells of a picture or video.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MediaFile {
    /// As uploaded; hostile text.
    pub name: String,
    /// `jpeg`, `mp4`, …
    pub format: String,
    /// Pixels.
    pub width: Option<u32>,
    /// Pixels.
    pub height: Option<u32>,
    /// Bytes.
    #[specta(type = Option<f64>)]
    pub size: Option<i64>,
    /// Seconds, of a video.
    pub duration: Option<f64>,
}

impl Query for AdQuery {
    type Id = AdKey;
    type Row = AdRow;

    fn select(&self) -> Select {
        let mut select = self.everything();
        select.search(&self.search, &["c.name_folded", "c.id"]);
        select.one_of(&DeliveryStatus::label_sql(), &self.statuses);
        let key = match self.sort {
            AdSort::Id => "c.id".to_owned(),
            AdSort::Name => "c.name_folded".to_owned(),
            AdSort::Status => DeliveryStatus::label_sql(),
        };
        select.order(key, self.descending);
        select
    }

    fn everything(&self) -> Select {
        let mut select = Select::from("ad c", "c.id");
        select.row = "c.id || ' ' || c.account_id".to_owned();
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
                    c.operation_status, c.secondary_status, c.deleted_on_tiktok, c.format, c.text, c.display_name, c.call_to_action,
                    c.landing_page, c.created_at
             FROM json_each(?) j JOIN ad c ON c.account_id = j.value ->> 'adAccount' AND c.id = j.value ->> 'ad'
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
                campaign: Named { kind: ObjectKind::Campaign, id: row.get(3)?, name: row.get(4)? },
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

/// What the ads show.
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
        let known: bool = row.get(4)?;
        let pixels = |number: Option<i64>| number.and_then(|number| u32::try_from(number).ok());
        let file = if known {
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
