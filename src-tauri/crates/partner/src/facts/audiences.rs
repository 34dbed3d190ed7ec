//! Custom audiences as TikTok tells of them. One shared by several ad accounts is a row of each.

use rusqlite::ToSql;

use crate::facts::raw_json::Details;
use crate::facts::record::{Fact, FactKind};

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
    /// All fields as TikTok told them.
    pub details: Details,
}

impl Fact for AudienceFacts {
    const KIND: FactKind = FactKind::Audience;
    const COLUMNS: &'static [&'static str] =
        &["type", "size", "valid", "expiring", "shared", "own", "created_at", "expires_at"];

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
            &self.kind,
            &self.size,
            &self.valid,
            &self.expiring,
            &self.shared,
            &self.own,
            &self.created_at,
            &self.expires_at,
        ]
    }
}
