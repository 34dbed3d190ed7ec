//! Campaigns as TikTok tells of them. Facts only: nothing here adds or removes a decision, and no campaign is ever
//! deleted (A18).

use std::collections::HashSet;

use jiff::Timestamp;
use rusqlite::{Transaction, params};

use crate::ids::AdAccountId;
use crate::{Book, Result, facts, fold};

/// Campaigns, when they were last read to the end, and the index that finds them by any part of their name or id.
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
    kind TEXT NOT NULL CHECK (kind IN ('campaign', 'audience')),
    completed_at INTEGER NOT NULL, -- milliseconds since 1970, UTC
    PRIMARY KEY (account_id, kind)
) STRICT, WITHOUT ROWID;
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
}

/// What a part of a listing changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Not known before.
    pub added: u32,
    /// Known, and something is new about it.
    pub changed: u32,
    /// Known, and exactly as before.
    pub unchanged: u32,
}

impl Book {
    /// Write a part of the listing of one ad account's campaigns, in one transaction.
    ///
    /// # Errors
    /// When the file cannot be written; then nothing of it is.
    pub fn record_campaigns(&self, account: &AdAccountId, campaigns: &[CampaignFacts]) -> Result<Written> {
        self.write(|book| {
            let mut written = Written::default();
            for campaign in campaigns {
                *written.of(write_campaign(book, account, campaign)?) += 1;
            }
            Ok(written)
        })
    }

    /// Note that the listing was read to the end and had the campaigns `listed`: any other of this ad account is marked
    /// as deleted on TikTok. How many were newly marked.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn complete_campaigns(
        &self,
        account: &AdAccountId,
        listed: &HashSet<String>,
        at: Timestamp,
    ) -> Result<u32> {
        self.write(|book| facts::complete(book, "campaign", account, listed, at))
    }
}

/// What happened to one row.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Wrote {
    Added,
    Changed,
    Same,
}

impl Written {
    pub(crate) fn of(&mut self, wrote: Wrote) -> &mut u32 {
        match wrote {
            Wrote::Added => &mut self.added,
            Wrote::Changed => &mut self.changed,
            Wrote::Same => &mut self.unchanged,
        }
    }
}

fn write_campaign(book: &Transaction<'_>, account: &AdAccountId, campaign: &CampaignFacts) -> Result<Wrote> {
    let folded = fold(&campaign.name);
    let known: Option<String> = facts::name_of(book, "campaign", account, &campaign.id)?;
    let columns = "name, name_folded, objective, operation_status, secondary_status, budget, budget_mode, created_at, gone";
    let values = params![
        account,
        campaign.id,
        campaign.name,
        folded,
        campaign.objective,
        campaign.operation_status,
        campaign.secondary_status,
        campaign.budget,
        campaign.budget_mode,
        campaign.created_at,
    ];
    let changed = match known {
        None => book
            .prepare_cached(&format!(
                "INSERT INTO campaign (account_id, id, {columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)"
            ))?
            .execute(values)?,
        Some(_) => book
            .prepare_cached(&format!(
                "UPDATE campaign SET ({columns}) = (?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0)
                 WHERE account_id = ?1 AND id = ?2 AND ({columns}) IS NOT (?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0)"
            ))?
            .execute(values)?,
    };
    if known.as_deref() != Some(&folded) {
        facts::index(book, "campaign", &campaign.id, &folded)?;
    }
    Ok(match (known, changed) {
        (None, _) => Wrote::Added,
        (_, 0) => Wrote::Same,
        _ => Wrote::Changed,
    })
}
