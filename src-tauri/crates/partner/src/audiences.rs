//! Custom audiences as TikTok tells of them. Facts only, as in [`crate::campaigns`]. One shared by several ad accounts is
//! a row of each.

use std::collections::HashSet;

use jiff::Timestamp;
use rusqlite::{Transaction, params};

use crate::campaigns::{Written, Wrote};
use crate::ids::AdAccountId;
use crate::{Book, Result, facts, fold};

/// Audiences, and the index that finds them.
pub(crate) const VERSION_5: &str = "
CREATE TABLE audience (
    account_id TEXT NOT NULL REFERENCES ad_account (id),
    id TEXT NOT NULL CHECK (length(id) BETWEEN 1 AND 32 AND id NOT GLOB '*[^0-9]*'),
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    type TEXT NOT NULL,
    size INTEGER,
    valid INTEGER NOT NULL CHECK (valid IN (0, 1)),
    expiring INTEGER NOT NULL CHECK (expiring IN (0, 1)),
    shared INTEGER NOT NULL CHECK (shared IN (0, 1)),
    own INTEGER NOT NULL CHECK (own IN (0, 1)),
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    gone INTEGER NOT NULL DEFAULT 0 CHECK (gone IN (0, 1)),
    PRIMARY KEY (account_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX audience_by_id ON audience (id);
CREATE INDEX audience_by_name ON audience (account_id, name_folded, id);
CREATE VIRTUAL TABLE audience_text USING fts5 (
    text, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1'
);
";

/// What v1.3 `GET /dmp/custom_audience/list/` tells of one audience.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AudienceFacts {
    /// `audience_id`, digits.
    pub id: String,
    /// Hostile text.
    pub name: String,
    /// Raw `audience_type`.
    pub kind: String,
    /// `cover_num`: how many users it has.
    pub size: Option<i64>,
    /// `is_valid`: false while computing and once expired.
    pub valid: bool,
    /// `is_expiring`: within 60 days.
    pub expiring: bool,
    /// `shared`.
    pub shared: bool,
    /// `is_creator`.
    pub own: bool,
    /// `create_time`, as TikTok writes it.
    pub created_at: String,
    /// `expired_time`, as TikTok writes it.
    pub expires_at: String,
}

impl Book {
    /// Write a part of the listing of one ad account's audiences, in one transaction.
    ///
    /// # Errors
    /// When the file cannot be written; then nothing of it is.
    pub fn record_audiences(&self, account: &AdAccountId, audiences: &[AudienceFacts]) -> Result<Written> {
        self.write(|book| {
            let mut written = Written::default();
            for audience in audiences {
                *written.of(write_audience(book, account, audience)?) += 1;
            }
            Ok(written)
        })
    }

    /// As [`Book::complete_campaigns`].
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn complete_audiences(
        &self,
        account: &AdAccountId,
        listed: &HashSet<String>,
        at: Timestamp,
    ) -> Result<u32> {
        self.write(|book| facts::complete(book, "audience", account, listed, at))
    }
}

fn write_audience(book: &Transaction<'_>, account: &AdAccountId, audience: &AudienceFacts) -> Result<Wrote> {
    let folded = fold(&audience.name);
    let known = facts::name_of(book, "audience", account, &audience.id)?;
    let columns = "name, name_folded, type, size, valid, expiring, shared, own, created_at, expires_at, gone";
    let values = params![
        account,
        audience.id,
        audience.name,
        folded,
        audience.kind,
        audience.size,
        audience.valid,
        audience.expiring,
        audience.shared,
        audience.own,
        audience.created_at,
        audience.expires_at,
    ];
    let changed = match known {
        None => book
            .prepare_cached(&format!(
                "INSERT INTO audience (account_id, id, {columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)"
            ))?
            .execute(values)?,
        Some(_) => book
            .prepare_cached(&format!(
                "UPDATE audience SET ({columns}) = (?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 0)
                 WHERE account_id = ?1 AND id = ?2
                     AND ({columns}) IS NOT (?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 0)"
            ))?
            .execute(values)?,
    };
    if known.as_deref() != Some(&folded) {
        facts::index(book, "audience", &audience.id, &folded)?;
    }
    Ok(match (known, changed) {
        (None, _) => Wrote::Added,
        (_, 0) => Wrote::Same,
        _ => Wrote::Changed,
    })
}
