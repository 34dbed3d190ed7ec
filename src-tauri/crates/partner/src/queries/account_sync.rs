//! The sync state of ad accounts, for the second line of the Status column in TikTok Accounts.

use std::collections::HashMap;
use std::ops::Range;

use jiff::Timestamp;
use rusqlite::Connection;
use serde::Serialize;
use specta::Type;

use crate::Result;
use crate::ids::id_at;
use crate::sync_jobs::job::{JobState, WaitsFor};
use crate::text_enum::text_enum;

text_enum! {
    AccountSyncState {
        Never = "never", "Never synced"
        Queued = "queued", "Queued"
        Syncing = "syncing", "Syncing"
        Failed = "failed", "Sync failed"
        Synced = "synced", "Synced"
    }
    Age {
        Hour = "hour", "Last hour"
        Day = "day", "1–24 hours ago"
        Week = "week", "1–7 days ago"
        Older = "older", "Over 7 days ago"
        Never = "never", "Never fully synced"
    }
}

impl Age {
    /// Returns the values of [`SYNCED_AT`] that have this age at `now`. A time in the future comes from a wrong clock.
    pub(crate) fn times(self, now: Timestamp) -> Range<i64> {
        let before = |hours: i64| now.as_millisecond() - hours * 3_600_000;
        match self {
            Age::Hour => before(1)..i64::MAX,
            Age::Day => before(24)..before(1),
            Age::Week => before(7 * 24)..before(24),
            Age::Older => 1..before(7 * 24),
            Age::Never => 0..1,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AccountSync {
    pub state: AccountSyncState,
    #[specta(type = Option<f64>)]
    /// The job that determines the state.
    pub job: Option<i64>,
    pub waits_for: Option<WaitsFor>,
    #[specta(type = Option<f64>)]
    pub due_at: Option<i64>,
    pub done: u32,
    pub total: u32,
    #[specta(type = Option<f64>)]
    /// When the oldest list of Sync Account was read to its end.
    pub synced_at: Option<i64>,
}

impl Default for AccountSync {
    fn default() -> Self {
        let state = AccountSyncState::Never;
        AccountSync { state, job: None, waits_for: None, due_at: None, done: 0, total: 0, synced_at: None }
    }
}

/// When the oldest list of Sync Account (A15) was read to its end for the ad account `a`, or 0 if one of them never was. Unlike
/// old jobs, this is never deleted.
pub(crate) const SYNCED_AT: &str = "(SELECT iif(count(*) = 3, min(s.completed_at), 0) FROM listing s
     WHERE s.account_id = a.id AND s.kind <> 'audience')";

/// Returns the sync states of those of the ad accounts in `ids`, a JSON array, that were synced or have a job. Cancelled
/// jobs do not count, and a job with only media left has done what A15 names.
pub(crate) fn account_syncs(book: &Connection, ids: &str) -> Result<HashMap<String, AccountSync>> {
    let mut statement = book.prepare_cached(
        "SELECT j.account_id, iif(j.only_media_left, 'done', j.state), j.id, j.waits_for, j.due_at, j.done, j.total
         FROM json_each(?) l JOIN sync_job j ON j.account_id = l.value
         WHERE j.state <> 'cancelled' AND j.id = (SELECT max(k.id) FROM sync_job k
             WHERE k.account_id = j.account_id AND k.kind = j.kind AND k.state <> 'cancelled')
         ORDER BY j.id",
    )?;
    let mut syncs = synced_before(book, ids)?;
    let mut rows = statement.query([ids])?;
    while let Some(row) = rows.next()? {
        let state = match row.get(1)? {
            JobState::Running => AccountSyncState::Syncing,
            JobState::Queued => AccountSyncState::Queued,
            JobState::Failed => AccountSyncState::Failed,
            JobState::Done | JobState::PartlyDone | JobState::Cancelled => AccountSyncState::Synced,
        };
        let unfinished = matches!(state, AccountSyncState::Syncing | AccountSyncState::Queued);
        let current = syncs.entry(id_at(row, 0)?).or_default();
        let one = AccountSync {
            state,
            job: Some(row.get(2)?),
            waits_for: if unfinished { row.get(3)? } else { None },
            due_at: if unfinished { Some(row.get(4)?) } else { None },
            done: row.get(5)?,
            total: row.get(6)?,
            synced_at: current.synced_at,
        };
        // Of several kinds of jobs, the most urgent state is shown.
        let rank = |state| match state {
            AccountSyncState::Never => 0,
            AccountSyncState::Synced => 1,
            AccountSyncState::Failed => 2,
            AccountSyncState::Queued => 3,
            AccountSyncState::Syncing => 4,
        };
        if rank(one.state) >= rank(current.state) {
            *current = one;
        }
    }
    Ok(syncs)
}

/// Returns the ad accounts of which any list was read, as synced.
fn synced_before(book: &Connection, ids: &str) -> Result<HashMap<String, AccountSync>> {
    let mut statement = book.prepare_cached(&format!(
        "SELECT a.id, nullif({SYNCED_AT}, 0) FROM json_each(?) l JOIN ad_account a ON a.id = l.value
         WHERE EXISTS (SELECT 1 FROM listing s WHERE s.account_id = a.id)"
    ))?;
    let synced = statement.query_map([ids], |row| {
        let synced_at = row.get(1)?;
        Ok((
            id_at(row, 0)?,
            AccountSync { state: AccountSyncState::Synced, synced_at, ..AccountSync::default() },
        ))
    })?;
    Ok(synced.collect::<rusqlite::Result<_>>()?)
}
