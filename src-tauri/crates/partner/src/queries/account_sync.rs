//! How the last syncs of ad accounts stand: the second line of the list of TikTok accounts.

use std::collections::HashMap;

use rusqlite::Connection;
use serde::Serialize;
use specta::Type;

use crate::Result;
use crate::sync_jobs::job::{JobState, WaitsFor};
use crate::text_enum::text_enum;

text_enum! {
    /// How the syncs of an ad account stand.
    AccountSyncState {
        /// There was none to the end.
        Never = "never", "Never synced"
        /// One is in line, or waits.
        Queued = "queued", "Queued"
        /// One runs.
        Syncing = "syncing", "Syncing"
        /// The last of some kind failed.
        Failed = "failed", "Sync failed"
        /// The last of each kind came to its end.
        Synced = "synced", "Synced"
    }
}

/// How the syncs of an ad account stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AccountSync {
    /// In one word.
    pub state: AccountSyncState,
    /// The job that the state speaks of.
    #[specta(type = Option<f64>)]
    pub job: Option<i64>,
    /// What it waits for.
    pub waits_for: Option<WaitsFor>,
    /// When it should be done: this and all times in milliseconds since 1970, UTC.
    #[specta(type = Option<f64>)]
    pub due_at: Option<i64>,
    /// Objects read.
    pub done: u32,
    /// Objects there are, as far as TikTok has told.
    pub total: u32,
    /// When one last came to its end, with everything or in part.
    #[specta(type = Option<f64>)]
    pub synced_at: Option<i64>,
}

impl Default for AccountSync {
    fn default() -> Self {
        let state = AccountSyncState::Never;
        AccountSync { state, job: None, waits_for: None, due_at: None, done: 0, total: 0, synced_at: None }
    }
}

/// When a list of the ad account `a` was last read to its end, or 0. Jobs of long ago are forgotten, this is not.
pub(crate) const SYNCED_AT: &str =
    "coalesce((SELECT max(s.completed_at) FROM listing s WHERE s.account_id = a.id), 0)";

/// Those of the ad accounts in `ids`, a list in JSON, that had a sync. What was cancelled tells nothing.
pub(crate) fn account_syncs(book: &Connection, ids: &str) -> Result<HashMap<String, AccountSync>> {
    let mut statement = book.prepare_cached(
        "SELECT j.account_id, j.state, j.id, j.waits_for, j.due_at, j.done, j.total
         FROM json_each(?) l JOIN sync_job j ON j.account_id = l.value
         WHERE j.state <> 'cancelled' AND j.id = (SELECT max(k.id) FROM sync_job k
             WHERE k.account_id = j.account_id AND k.kind = j.kind AND k.state <> 'cancelled')
         ORDER BY j.id",
    )?;
    let mut syncs = read_before(book, ids)?;
    let mut rows = statement.query([ids])?;
    while let Some(row) = rows.next()? {
        let state = match row.get(1)? {
            JobState::Running => AccountSyncState::Syncing,
            JobState::Queued => AccountSyncState::Queued,
            JobState::Failed => AccountSyncState::Failed,
            JobState::Done | JobState::PartlyDone | JobState::Cancelled => AccountSyncState::Synced,
        };
        let under_way = matches!(state, AccountSyncState::Syncing | AccountSyncState::Queued);
        let known = syncs.entry(row.get(0)?).or_default();
        let one = AccountSync {
            state,
            job: Some(row.get(2)?),
            waits_for: row.get(3)?,
            due_at: if under_way { Some(row.get(4)?) } else { None },
            done: row.get(5)?,
            total: row.get(6)?,
            synced_at: known.synced_at,
        };
        // What happens now tells more than what failed, and that more than what went well.
        let rank = |state| match state {
            AccountSyncState::Never => 0,
            AccountSyncState::Synced => 1,
            AccountSyncState::Failed => 2,
            AccountSyncState::Queued => 3,
            AccountSyncState::Syncing => 4,
        };
        if rank(one.state) >= rank(known.state) {
            *known = one;
        }
    }
    Ok(syncs)
}

/// Those that a list was read of, at some time.
fn read_before(book: &Connection, ids: &str) -> Result<HashMap<String, AccountSync>> {
    let mut statement = book.prepare_cached(&format!(
        "SELECT a.id, {SYNCED_AT} AS at FROM json_each(?) l JOIN ad_account a ON a.id = l.value WHERE at > 0"
    ))?;
    let synced = statement.query_map([ids], |row| {
        let synced_at = Some(row.get(1)?);
        Ok((
            row.get(0)?,
            AccountSync { state: AccountSyncState::Synced, synced_at, ..AccountSync::default() },
        ))
    })?;
    Ok(synced.collect::<rusqlite::Result<_>>()?)
}
