//! Ads as TikTok tells of them, and the pictures and videos that they show.

use rusqlite::{ToSql, params};

use crate::facts::{Fact, FactKind};
use crate::ids::AdAccountId;
use crate::{Book, Result};

/// Ads and what they show. Links to pictures die within hours, so none is kept.
pub(crate) const VERSION_8: &str = "
CREATE TABLE ad (
    account_id TEXT NOT NULL REFERENCES ad_account (id),
    id TEXT NOT NULL CHECK (length(id) BETWEEN 1 AND 32 AND id NOT GLOB '*[^0-9]*'),
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    ad_group_id TEXT NOT NULL,
    campaign_id TEXT NOT NULL,
    operation_status TEXT NOT NULL,
    secondary_status TEXT NOT NULL,
    format TEXT NOT NULL,
    text TEXT NOT NULL,
    display_name TEXT NOT NULL,
    call_to_action TEXT NOT NULL,
    landing_page TEXT NOT NULL,
    video_id TEXT NOT NULL,
    image_ids TEXT NOT NULL CHECK (json_valid(image_ids)),
    created_at TEXT NOT NULL,
    modified_at TEXT NOT NULL,
    gone INTEGER NOT NULL DEFAULT 0 CHECK (gone IN (0, 1)),
    PRIMARY KEY (account_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ad_by_ad_group ON ad (account_id, ad_group_id, name_folded, id);
CREATE TABLE media (
    account_id TEXT NOT NULL REFERENCES ad_account (id),
    id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('image', 'video')),
    file_name TEXT NOT NULL,
    format TEXT NOT NULL,
    width INTEGER,
    height INTEGER,
    size INTEGER,
    duration REAL,
    PRIMARY KEY (account_id, id)
) STRICT, WITHOUT ROWID;
";

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
    /// All other fields, as JSON.
    pub details: String,
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

    fn details(&self) -> &str {
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

impl Book {
    /// Write what TikTok tells of pictures and videos.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn record_media(&self, account: &AdAccountId, media: &[MediaFacts]) -> Result<()> {
        self.write(|book| {
            let mut put =
                book.prepare_cached("INSERT OR REPLACE INTO media VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")?;
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
        })
    }

    /// Pictures (`false`) or videos (`true`) that the ad account's ads show and of which nothing is known yet.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn unknown_media(&self, account: &AdAccountId, video: bool) -> Result<Vec<String>> {
        let sql = if video {
            "SELECT DISTINCT video_id FROM ad WHERE account_id = ?1 AND NOT gone AND video_id <> ''
             EXCEPT SELECT id FROM media WHERE account_id = ?1"
        } else {
            "SELECT DISTINCT j.value FROM ad a, json_each(a.image_ids) j WHERE a.account_id = ?1 AND NOT a.gone
             AND j.value <> '' EXCEPT SELECT id FROM media WHERE account_id = ?1"
        };
        let book = self.read();
        let mut statement = book.prepare_cached(sql)?;
        let ids = statement.query_map([account], |row| row.get(0))?;
        Ok(ids.collect::<rusqlite::Result<_>>()?)
    }
}
