//! The images and videos that ads show.

use std::collections::BTreeSet;

use rusqlite::{Connection, Transaction, params};

use crate::ids::{AdAccountId, number};
use crate::text_enum::text_enum;
use crate::{Book, Result};

text_enum! {
    #[derive(Default)]
    MediaKind {
        #[default]
        Image = "image"
        Video = "video"
    }
}

/// An item of v1.3 `GET /file/image/ad/info/` or `GET /file/video/ad/info/`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MediaFacts {
    /// Any text.
    pub id: String,
    pub kind: MediaKind,
    /// The name of the uploaded file. Untrusted text.
    pub file_name: String,
    /// For example `jpeg` or `mp4`.
    pub format: String,
    /// In pixels.
    pub width: Option<i64>,
    /// In pixels.
    pub height: Option<i64>,
    /// Bytes.
    pub size: Option<i64>,
    /// In seconds; only videos have one.
    pub duration: Option<f64>,
}

pub(crate) fn write_media(book: &Transaction<'_>, account: &AdAccountId, media: &[MediaFacts]) -> Result<()> {
    // Only missing files are fetched, and an id stays that of its file. REPLACE would copy each page before changing it.
    let mut insert =
        book.prepare_cached("INSERT INTO media VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")?;
    for file in media {
        insert.execute(params![
            account,
            file.id,
            file.kind,
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

/// Call it when an ad is written, which may show other images and videos.
pub(crate) fn forget_completeness(book: &Transaction<'_>, account: &AdAccountId) -> Result<()> {
    book.prepare_cached("DELETE FROM complete_media WHERE account_id = ?")?.execute([account])?;
    Ok(())
}

/// Notes that the book has all images or videos of the ad account's ads.
pub(crate) fn set_complete(book: &Transaction<'_>, account: &AdAccountId, kind: MediaKind) -> Result<()> {
    book.prepare_cached("INSERT INTO complete_media VALUES (?, ?) ON CONFLICT DO NOTHING")?
        .execute(params![account, kind])?;
    Ok(())
}

/// The images or videos of some ads that the book does not have yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MissingMedia {
    pub ids: Vec<String>,
    /// The last of these ads, if there are more.
    pub last_ad: Option<String>,
}

/// The number of ads that are read at a time.
const ADS_PER_READ: usize = 1_000;

impl Book {
    /// Returns whether the book has all images or videos of the ad account's ads.
    pub fn has_all_media(&self, account: &AdAccountId, kind: MediaKind) -> Result<bool> {
        self.read_facts(|book| {
            let mut statement =
                book.prepare_cached("SELECT 1 FROM complete_media WHERE account_id = ? AND kind = ?")?;
            Ok(statement.exists(params![account, kind])?)
        })
    }

    /// Returns the images or videos that the book does not have yet, of the ad account's next ads after `after_ad`.
    pub fn missing_media(
        &self,
        account: &AdAccountId,
        kind: MediaKind,
        after_ad: &str,
    ) -> Result<MissingMedia> {
        self.snapshot(|book| missing_media(book, account, kind, after_ad))
    }
}

fn missing_media(
    book: &Connection,
    account: &AdAccountId,
    kind: MediaKind,
    after_ad: &str,
) -> Result<MissingMedia> {
    let media = match kind {
        MediaKind::Image => "image_ids",
        MediaKind::Video => "video_id",
    };
    let mut ads = book.prepare_cached(&format!(
        "SELECT id, deleted_on_tiktok, {media} FROM ad WHERE account_id = ? AND id > ?
             ORDER BY id LIMIT {ADS_PER_READ}"
    ))?;
    let account = number(&account.0);
    let mut exists = book.prepare_cached("SELECT 1 FROM media WHERE account_id = ? AND id = ?")?;
    let mut rows = ads.query(params![account, number(after_ad).unwrap_or_default()])?;
    let (mut missing, mut count, mut last) = (BTreeSet::new(), 0, None);
    let mut add = |id: &str| {
        if !missing.contains(id) && !exists.exists(params![account, id])? {
            missing.insert(id.to_owned());
        }
        Result::Ok(())
    };
    while let Some(row) = rows.next()? {
        count += 1;
        last = Some(row.get_ref(0)?.as_i64().map_err(rusqlite::Error::from)?);
        let media = row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?;
        if row.get(1)? || matches!(media, "" | "[]") {
            continue;
        }
        match kind {
            MediaKind::Image => {
                let media: Vec<String> = serde_json::from_str(media).unwrap_or_default();
                media.iter().filter(|id| !id.is_empty()).try_for_each(|id| add(id))?;
            }
            MediaKind::Video => add(media)?,
        }
    }
    let last_ad = last.filter(|_| count == ADS_PER_READ).map(|id| id.to_string());
    Ok(MissingMedia { ids: missing.into_iter().collect(), last_ad })
}
