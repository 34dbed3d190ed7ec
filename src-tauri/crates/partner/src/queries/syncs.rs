//! The list of sync jobs, newest first.

use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::ids::AdAccountId;
use crate::json_column::json;
use crate::named::{Named, ObjectKind};
use crate::queries::paging::{Query, Select};
use crate::sync_jobs::job::{COLUMNS, Job, JobKind, JobState, job};
use crate::{Book, Result};

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SyncQuery {
    pub search: String,
    pub states: Vec<JobState>,
    pub kinds: Vec<JobKind>,
    pub accounts: Vec<AdAccountId>,
    /// `true` also finds the jobs that wait for something, such as the network or a sign-in, beside those of `states`.
    pub waiting: Option<bool>,
    /// Whether the schedule requested the job.
    pub automatic: Option<bool>,
    #[serde(default)]
    pub last: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncRow {
    pub job: Job,
    pub account: Named,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Type)]
pub struct SyncCounts {
    pub running: u32,
    /// Queued and not waiting for anything.
    pub queued: u32,
    pub waiting: u32,
    /// Unfinished after the due time (A17).
    pub overdue: u32,
    /// Ad accounts and kinds whose last job failed.
    pub failed: u32,
}

/// Whether `j` is the last job of its ad account and kind.
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
        if self.waiting == Some(true) {
            let states = select.bind(json(&self.states));
            select.conditions.push(format!(
                "(j.waits_for IS NOT NULL OR j.state IN (SELECT value FROM json_each({states})))"
            ));
        } else {
            select.one_of("j.state", &self.states);
        }
        select.one_of("j.kind", &self.kinds);
        select.one_of("j.account_id", &self.accounts);
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
    pub fn sync_counts(&self, now: jiff::Timestamp) -> Result<SyncCounts> {
        self.snapshot(|book| {
            let mut counts = book
                .prepare_cached(
                    "SELECT count(*) FILTER (WHERE state = 'running'),
                            count(*) FILTER (WHERE state = 'queued' AND waits_for IS NULL),
                            count(*) FILTER (WHERE waits_for IS NOT NULL),
                            count(*) FILTER (WHERE due_at < ? AND NOT only_media_left)
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
