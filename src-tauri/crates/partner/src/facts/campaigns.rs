//! Campaigns as TikTok tells of them.

use rusqlite::ToSql;

use crate::facts::raw_json::Details;
use crate::facts::record::{Fact, FactKind};

/// Campaigns, and the index that finds them by any part of their name or id. For all objects: when they were last read
/// to the end, and what has no column.
pub(crate) const VERSION_4: &str = "
CREATE TABLE campaign (
    account_id TEXT NOT NULL REFERENCES ad_account (id),
    id TEXT NOT NULL CHECK (length(id) BETWEEN 1 AND 32 AND id NOT GLOB '*[^0-9]*'),
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    objective TEXT NOT NULL,
    operation_status TEXT NOT NULL,
    secondary_status TEXT NOT NULL,
    budget REAL,
    budget_mode TEXT NOT NULL,
    created_at TEXT NOT NULL,
    modified_at TEXT NOT NULL,
    gone INTEGER NOT NULL DEFAULT 0 CHECK (gone IN (0, 1)),
    PRIMARY KEY (account_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX campaign_by_id ON campaign (id);
CREATE INDEX campaign_by_name ON campaign (account_id, name_folded, id);
CREATE VIRTUAL TABLE campaign_text USING fts5 (
    text, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1'
);
CREATE TABLE listing (
    account_id TEXT NOT NULL REFERENCES ad_account (id),
    kind TEXT NOT NULL CHECK (kind IN ('campaign', 'ad_group', 'ad', 'audience')),
    completed_at INTEGER NOT NULL, -- milliseconds since 1970, UTC
    PRIMARY KEY (account_id, kind)
) STRICT, WITHOUT ROWID;
CREATE TABLE details (
    kind TEXT NOT NULL CHECK (kind IN ('campaign', 'ad_group', 'ad', 'audience')),
    account_id TEXT NOT NULL REFERENCES ad_account (id),
    id TEXT NOT NULL,
    json TEXT NOT NULL, -- an object; not checked, since to read it again is most of the work of writing it
    UNIQUE (kind, account_id, id)
) STRICT; -- with row ids: a table without spills rows of this size
";

/// What v1.3 `GET /campaign/get/` tells of one campaign.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CampaignFacts {
    /// `campaign_id`, digits.
    pub id: String,
    /// `campaign_name`; hostile text.
    pub name: String,
    /// Raw `objective_type`.
    pub objective: String,
    /// Raw `operation_status`.
    pub operation_status: String,
    /// Raw `secondary_status`.
    pub secondary_status: String,
    /// In the ad account's currency.
    pub budget: Option<f64>,
    /// Raw `budget_mode`.
    pub budget_mode: String,
    /// `create_time`, "YYYY-MM-DD HH:MM:SS" in UTC.
    pub created_at: String,
    /// `modify_time`, as `created_at`.
    pub modified_at: String,
    /// All fields as TikTok told them.
    pub details: Details,
}

impl Fact for CampaignFacts {
    const KIND: FactKind = FactKind::Campaign;
    const COLUMNS: &'static [&'static str] = &[
        "objective",
        "operation_status",
        "secondary_status",
        "budget",
        "budget_mode",
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
            &self.objective,
            &self.operation_status,
            &self.secondary_status,
            &self.budget,
            &self.budget_mode,
            &self.created_at,
            &self.modified_at,
        ]
    }
}
