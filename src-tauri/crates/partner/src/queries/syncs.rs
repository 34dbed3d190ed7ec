//! The list of syncs, newest first, and how many there are of which kind.

use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::ids::AdAccountId;
use crate::json_column::json;
use crate::named::{Named, ObjectKind};
use crate::queries::paging::{Query, Select};
use crate::sync_jobs::job::{COLUMNS, Job, JobKind, JobState, job};
use crate::{Book, Result};

/// Which syncs, newest first. Empty filters let everything through.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SyncQuery {
    /// Words, each of which must be part of the ad account's name or id.
    pub search: String,
    /// One of which it must be in.
    pub states: Vec<JobState>,
    /// One of which it must be of.
    pub kinds: Vec<JobKind>,
    /// One of which it must be about.
    pub accounts: Vec<AdAccountId>,
    /// Whether it waits for something: the network, TikTok's limit, a log-in.
    pub waiting: Option<bool>,
    /// Whether the schedule asked for it.
    pub automatic: Option<bool>,
    /// Whether it is the last of its ad account and kind.
    #[serde(default)]
    pub last: Option<bool>,
}

/// A sync in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncRow {
    /// The job.
    pub job: Job,
    /// The ad account that it is about.
    pub account: Named,
}

/// How many syncs there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Type)]
pub struct SyncCounts {
    /// Being worked on.
    pub running: u32,
    /// In line.
    pub queued: u32,
    /// Waiting for the network, TikTok's limit or a log-in.
    pub waiting: u32,
    /// Under way and past the time at which it was due (A17).
    pub overdue: u32,
    /// Ad accounts and kinds whose last sync failed.
    pub failed: u32,
}

/// Whether the job `j` is the last of its ad account and kind.
const LAST: &str = "NOT EXISTS (SELECT 1 FROM sync_job k
    WHERE k.account_id = j.account_id AND k.kind = j.kind AND k.id > j.id)";

impl Query for SyncQuery {
    type Id = i64;
    type Row = SyncRow;

    fn select(&self) -> Select {
        let mut select = self.everything();
        if !self.search.trim().is_empty() {
            select.from.push_str(" JOIN ad_account a ON a.id = j.account_id");
            select.search(&self.search, &["a.name_folded", "a.id"]);
        }
        select.one_of("j.state", &self.states);
        select.one_of("j.kind", &self.kinds);
        select.one_of("j.account_id", &self.accounts);
        if let Some(waiting) = self.waiting {
            select.filter("(j.waits_for IS NOT NULL) = {}", waiting);
        }
        if let Some(automatic) = self.automatic {
            select.filter("j.automatic = {}", automatic);
        }
        if let Some(last) = self.last {
            select.filter(&format!("({LAST}) = {{}}"), last);
        }
        select
    }

    fn everything(&self) -> Select {
        let mut select = Select::from("sync_job j", "j.id");
        select.order("j.id", true);
        select
    }

    fn rows(book: &Connection, ids: &[i64]) -> Result<Vec<(i64, SyncRow)>> {
        let mut statement = book.prepare_cached(&format!(
            "SELECT {COLUMNS}, (SELECT name FROM ad_account a WHERE a.id = account_id) FROM sync_job
             WHERE id IN (SELECT value FROM json_each(?))"
        ))?;
        let name = statement.column_count() - 1;
        let rows = statement.query_map([json(ids)], |row| {
            let job = job(row)?;
            let account =
                Named { kind: ObjectKind::AdAccount, id: job.ad_account.0.clone(), name: row.get(name)? };
            Ok((job.id, SyncRow { job, account }))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Book {
    /// How many syncs run, wait and failed.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn sync_counts(&self, now: jiff::Timestamp) -> Result<SyncCounts> {
        self.snapshot(|book| {
            let mut counts = book
                .prepare_cached(
                    "SELECT count(*) FILTER (WHERE state = 'running'),
                            count(*) FILTER (WHERE state = 'queued' AND waits_for IS NULL),
                            count(*) FILTER (WHERE waits_for IS NOT NULL), count(*) FILTER (WHERE due_at < ?)
                     FROM sync_job WHERE ended_at IS NULL",
                )?
                .query_row([now.as_millisecond()], |row| {
                    Ok(SyncCounts {
                        running: row.get(0)?,
                        queued: row.get(1)?,
                        waiting: row.get(2)?,
                        overdue: row.get(3)?,
                        failed: 0,
                    })
                })?;
            counts.failed = book
                .prepare_cached(&format!(
                    "SELECT count(*) FROM sync_job j WHERE j.state = 'failed' AND {LAST}"
                ))?
                .query_row([], |row| row.get(0))?;
            Ok(counts)
        })
    }
}
