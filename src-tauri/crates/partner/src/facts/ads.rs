//! Ads as TikTok tells of them, and the pictures and videos that they show.

use std::collections::BTreeSet;

use rusqlite::{ToSql, Transaction, params};

use crate::facts::raw_json::Details;
use crate::facts::record::{Fact, FactKind};
use crate::ids::AdAccountId;
use crate::{Book, Result};

/// What v1.3 `GET /ad/get/` tells of one ad.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AdFacts {
    /// `ad_id`, digits.
    pub id: String,
    /// `ad_name`; hostile text.
    pub name: String,
    /// `adgroup_id`.
    pub ad_group: String,
    /// `campaign_id`.
    pub campaign: String,
    /// Raw `operation_status`.
    pub operation_status: String,
    /// Raw `secondary_status`.
    pub secondary_status: String,
    /// Raw `ad_format`.
    pub format: String,
    /// `ad_text`; hostile text.
    pub text: String,
    /// The brand it shows; hostile text.
    pub display_name: String,
    /// Raw `call_to_action`.
    pub call_to_action: String,
    /// `landing_page_url`; hostile text.
    pub landing_page: String,
    /// `video_id`, or nothing.
    pub video: String,
    /// `image_ids`, as JSON.
    pub images: String,
    /// `create_time`, UTC.
    pub created_at: String,
    /// `modify_time`, UTC.
    pub modified_at: String,
    /// All fields as TikTok told them.
    pub details: Details,
}

impl Fact for AdFacts {
    const KIND: FactKind = FactKind::Ad;
    const COLUMNS: &'static [&'static str] = &[
        "ad_group_id",
        "campaign_id",
        "operation_status",
        "secondary_status",
        "format",
        "text",
        "display_name",
        "call_to_action",
        "landing_page",
        "video_id",
        "image_ids",
        "created_at",
        "modified_at",
    ];

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn details(&self) -> &Details {
        &self.details
    }

    fn values(&self) -> Vec<&dyn ToSql> {
        vec![
            &self.ad_group,
            &self.campaign,
            &self.operation_status,
            &self.secondary_status,
            &self.format,
            &self.text,
            &self.display_name,
            &self.call_to_action,
            &self.landing_page,
            &self.video,
            &self.images,
            &self.created_at,
            &self.modified_at,
        ]
    }
}

/// A picture or video: v1.3 `GET /file/image/ad/info/` and `GET /file/video/ad/info/`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MediaFacts {
    /// Any text.
    pub id: String,
    /// A video, or a picture.
    pub video: bool,
    /// As uploaded; hostile text.
    pub file_name: String,
    /// `jpeg`, `mp4`, …
    pub format: String,
    /// Pixels.
    pub width: Option<i64>,
    /// Pixels.
    pub height: Option<i64>,
    /// Bytes.
    pub size: Option<i64>,
    /// Seconds, of a video.
    pub duration: Option<f64>,
}

pub(crate) fn write_media(book: &Transaction<'_>, account: &AdAccountId, media: &[MediaFacts]) -> Result<()> {
    let mut put = book.prepare_cached("INSERT OR REPLACE INTO media VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")?;
    for file in media {
        let kind = if file.video { "video" } else { "image" };
        put.execute(params![
            account,
            file.id,
            kind,
            file.file_name,
            file.format,
            file.width,
            file.height,
            file.size,
            file.duration
        ])?;
    }
    Ok(())
}

/// What some ads show and of which nothing is known yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnknownMedia {
    /// Ids of pictures or of videos.
    pub ids: Vec<String>,
    /// The last of the ads, if there may be more.
    pub last: Option<String>,
}

/// How many ads are looked at at once.
const LOOKED_AT: usize = 1_000;

impl Book {
    /// Pictures (`false`) or videos (`true`) that the ad account's ads after the ad `after` show and of which nothing is
    /// known yet, of as many ads as one look takes.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn unknown_media(&self, account: &AdAccountId, video: bool, after: &str) -> Result<UnknownMedia> {
        let shown = if video {
            "SELECT id, deleted_on_tiktok, json_array(video_id)"
        } else {
            "SELECT id, deleted_on_tiktok, image_ids"
        };
        let book = self.read();
        let mut ads = book.prepare_cached(&format!(
            "{shown} FROM ad WHERE account_id = ? AND id > ? ORDER BY id LIMIT {LOOKED_AT}"
        ))?;
        let mut known = book.prepare_cached("SELECT 1 FROM media WHERE account_id = ? AND id = ?")?;
        let mut rows = ads.query(params![account, after])?;
        let (mut ids, mut count, mut last) = (BTreeSet::new(), 0, None);
        while let Some(row) = rows.next()? {
            count += 1;
            last = Some(row.get(0)?);
            if !row.get(1)? {
                let shown: Vec<String> = serde_json::from_str(&row.get::<_, String>(2)?).unwrap_or_default();
                ids.extend(shown.into_iter().filter(|id| !id.is_empty()));
            }
        }
        let mut unknown = Vec::new();
        for id in ids {
            if !known.exists(params![account, id])? {
                unknown.push(id);
            }
        }
        Ok(UnknownMedia { ids: unknown, last: last.filter(|_| count == LOOKED_AT) })
    }
}
