//! Syncs as rows: a job is written down before it is work, and again after each page, so that it goes on where it was
//! after a crash (R26–R30, A15, A17). Facts only: nothing here knows of a decision.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension, Row, Transaction, params};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::change::words;
use crate::facts::{self, Fact, FactKind, Written};
use crate::ids::AdAccountId;
use crate::{Book, Result};

/// Jobs, and the ids that the pages of an unfinished listing had. At most one job of a kind and ad account is unfinished.
pub(crate) const VERSION_9: &str = "
CREATE TABLE sync_job (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('account', 'campaigns', 'audiences')),
    account_id TEXT NOT NULL REFERENCES ad_account (id),
    automatic INTEGER NOT NULL CHECK (automatic IN (0, 1)),
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'partly_done', 'failed', 'cancelled')),
    waits_for TEXT CHECK (waits_for IS NULL OR waits_for IN ('network', 'quota', 'log_in') AND state = 'queued'),
    wait_until INTEGER, -- this and all times: milliseconds since 1970, UTC
    requested_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    started_at INTEGER,
    ended_at INTEGER CHECK ((ended_at IS NULL) = (state IN ('queued', 'running'))),
    step INTEGER NOT NULL DEFAULT 0, -- how many steps are done
    position TEXT CHECK (json_valid(position)), -- where the listing of the step goes on
    done INTEGER NOT NULL DEFAULT 0,
    of INTEGER NOT NULL DEFAULT 0,
    added INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    gone INTEGER NOT NULL DEFAULT 0,
    unreadable INTEGER NOT NULL DEFAULT 0,
    problem TEXT CHECK (json_valid(problem))
) STRICT;
CREATE UNIQUE INDEX sync_job_under_way ON sync_job (account_id, kind) WHERE ended_at IS NULL;
CREATE INDEX sync_job_by_account ON sync_job (account_id, kind, id);
CREATE TABLE sync_page (
    job INTEGER NOT NULL REFERENCES sync_job (id) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    ids BLOB NOT NULL, -- what the page had: ids with a blank after each
    PRIMARY KEY (job, n)
) STRICT, WITHOUT ROWID;
";

words! {
    /// What is synced.
    JobKind {
        /// The ad account's details, campaigns, ad groups and ads (R19, A15).
        Account = "account", "Sync Account"
        /// Campaigns and ad groups (R26–R29).
        Campaigns = "campaigns", "Sync Campaigns"
        /// Audiences (R30).
        Audiences = "audiences", "Sync Audiences"
    }
    /// How far a job is.
    JobState {
        /// Not begun, or waiting to go on.
        Queued = "queued", "Queued"
        /// Being worked on.
        Running = "running", "Running"
        /// To the end, with everything.
        Done = "done", "Done"
        /// To the end, but not everything could be read.
        PartlyDone = "partly_done", "Partly done"
        /// Given up, with a reason.
        Failed = "failed", "Failed"
        /// Given up by the admin.
        Cancelled = "cancelled", "Cancelled"
    }
    /// What a queued job waits for (A17).
    WaitsFor {
        /// TikTok cannot be reached.
        Network = "network", "Offline"
        /// TikTok's limit of calls is used up.
        Quota = "quota", "TikTok's limit"
        /// A TikTok user who reaches the ad account has to log in.
        LogIn = "log_in", "Log-in"
    }
}

/// How long a sync may take (R29): 30 minutes.
const DUE: SignedDuration = SignedDuration::from_mins(30);

/// How many ended jobs of an ad account and kind are kept.
const KEPT: u32 = 10;

/// A job as it is written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    /// Its number; later ones are higher.
    #[specta(type = f64)]
    pub id: i64,
    /// What is synced.
    pub kind: JobKind,
    /// The TikTok ad account.
    pub ad_account: AdAccountId,
    /// Asked for by the schedule, not by the admin.
    pub automatic: bool,
    /// How far it is.
    pub state: JobState,
    /// What it waits for.
    pub waits_for: Option<WaitsFor>,
    /// Until when it waits; this and all times in milliseconds since 1970, UTC.
    #[specta(type = Option<f64>)]
    pub wait_until: Option<i64>,
    /// When it was asked for.
    #[specta(type = f64)]
    pub requested_at: i64,
    /// When it should be done (A17).
    #[specta(type = f64)]
    pub due_at: i64,
    /// When work began.
    #[specta(type = Option<f64>)]
    pub started_at: Option<i64>,
    /// When it ended.
    #[specta(type = Option<f64>)]
    pub ended_at: Option<i64>,
    /// How many steps are done.
    pub step: u32,
    /// Where the step's listing goes on, in the words of who reads it.
    #[serde(skip)]
    pub position: Option<String>,
    /// Objects read, of all steps.
    pub done: u32,
    /// Objects there are, as far as TikTok has told.
    pub of: u32,
    /// What came of it.
    #[serde(flatten)]
    pub counts: Counts,
    /// Why it waits, failed, or was done only in part: JSON in the words of who works on it.
    #[serde(skip)]
    pub problem: Option<String>,
}

/// What a sync changed in the book.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Type)]
pub struct Counts {
    /// New objects.
    pub added: u32,
    /// Objects with something new about them.
    pub changed: u32,
    /// Objects exactly as before.
    pub unchanged: u32,
    /// Objects newly marked as deleted on TikTok.
    pub gone: u32,
    /// Objects that could not be read.
    pub unreadable: u32,
}

/// What asking for syncs came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Type)]
pub struct Requested {
    /// New jobs.
    pub queued: Vec<Job>,
    /// Jobs that were under way already.
    pub running: Vec<Job>,
}

/// Where a job is after a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// Where the listing goes on: JSON.
    pub position: String,
    /// Objects read, of all steps.
    pub done: u32,
    /// Objects there are, as far as TikTok has told.
    pub of: u32,
    /// Rows of the page that could not be read.
    pub unreadable: u32,
    /// Ids of those of them that have one: they are there all the same.
    pub unreadable_ids: Vec<String>,
}

const COLUMNS: &str =
    "id, kind, account_id, automatic, state, waits_for, wait_until, requested_at, due_at, started_at,
    ended_at, step, position, done, of, added, changed, unchanged, gone, unreadable, problem";

pub(crate) fn job(row: &Row<'_>) -> rusqlite::Result<Job> {
    Ok(Job {
        id: row.get(0)?,
        kind: row.get(1)?,
        ad_account: row.get(2)?,
        automatic: row.get(3)?,
        state: row.get(4)?,
        waits_for: row.get(5)?,
        wait_until: row.get(6)?,
        requested_at: row.get(7)?,
        due_at: row.get(8)?,
        started_at: row.get(9)?,
        ended_at: row.get(10)?,
        step: row.get(11)?,
        position: row.get(12)?,
        done: row.get(13)?,
        of: row.get(14)?,
        counts: Counts {
            added: row.get(15)?,
            changed: row.get(16)?,
            unchanged: row.get(17)?,
            gone: row.get(18)?,
            unreadable: row.get(19)?,
        },
        problem: row.get(20)?,
    })
}

impl Book {
    /// Ask for a sync of each ad account. One of the same kind that is under way is not asked for twice, and ad accounts
    /// that the book does not have are left out.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn request_syncs(
        &self,
        kind: JobKind,
        accounts: &[AdAccountId],
        automatic: bool,
        now: Timestamp,
    ) -> Result<Requested> {
        self.write(|book| {
            let mut requested = Requested::default();
            let mut insert = book.prepare_cached(
                "INSERT INTO sync_job (kind, account_id, automatic, state, requested_at, due_at)
                 SELECT ?1, id, ?3, 'queued', ?4, ?5 FROM ad_account WHERE id = ?2
                 ON CONFLICT (account_id, kind) WHERE ended_at IS NULL DO NOTHING",
            )?;
            let mut under_way = book.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM sync_job WHERE account_id = ? AND kind = ? AND ended_at IS NULL"
            ))?;
            let mut tidy = book.prepare_cached(
                "DELETE FROM sync_job WHERE account_id = ?1 AND kind = ?2 AND ended_at IS NOT NULL AND id <
                 (SELECT id FROM sync_job WHERE account_id = ?1 AND kind = ?2 ORDER BY id DESC LIMIT 1 OFFSET ?3)",
            )?;
            for account in accounts {
                let due = now.saturating_add(DUE).unwrap_or(now);
                let new = insert.execute(params![
                    kind.word(),
                    account,
                    automatic,
                    now.as_millisecond(),
                    due.as_millisecond()
                ])? == 1;
                let Some(job) = under_way.query_row(params![account, kind.word()], job).optional()? else {
                    continue;
                };
                tidy.execute(params![account, kind.word(), KEPT])?;
                if new { requested.queued.push(job) } else { requested.running.push(job) }
            }
            Ok(requested)
        })
    }

    /// Begin the next job that may run now: what the admin asked for first, one job of an ad account at a time.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn begin_job(&self, now: Timestamp) -> Result<Option<Job>> {
        self.write(|book| {
            Ok(book
                .prepare_cached(&format!(
                    "UPDATE sync_job SET state = 'running', waits_for = NULL, wait_until = NULL, problem = NULL,
                            started_at = coalesce(started_at, ?1)
                     WHERE id = (SELECT id FROM sync_job j WHERE j.ended_at IS NULL AND j.state = 'queued'
                         AND (j.wait_until IS NULL OR j.wait_until <= ?1)
                         AND NOT EXISTS (SELECT 1 FROM sync_job r WHERE r.account_id = j.account_id
                                         AND r.ended_at IS NULL AND r.state = 'running')
                         ORDER BY j.automatic, j.id LIMIT 1)
                     RETURNING {COLUMNS}"
                ))?
                .query_row([now.as_millisecond()], job)
                .optional()?)
        })
    }

    /// When the first of the jobs that wait may go on.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn next_job_at(&self) -> Result<Option<Timestamp>> {
        let first: Option<i64> = self
            .read()
            .prepare_cached(
                "SELECT min(wait_until) FROM sync_job WHERE ended_at IS NULL AND state = 'queued'",
            )?
            .query_row([], |row| row.get(0))?;
        Ok(first.and_then(|at| Timestamp::from_millisecond(at).ok()))
    }

    /// A job as it is now.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn job(&self, id: i64) -> Result<Option<Job>> {
        let sql = format!("SELECT {COLUMNS} FROM sync_job WHERE id = ?");
        Ok(self.read().prepare_cached(&sql)?.query_row([id], job).optional()?)
    }

    /// Jobs that ran when the program ended go on in their turn; those that waited for the network try again. Call it
    /// before any job is begun.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn requeue_jobs(&self) -> Result<()> {
        self.write(|book| {
            book.execute(
                "UPDATE sync_job SET state = 'queued', waits_for = NULL, wait_until = NULL
                 WHERE ended_at IS NULL AND (state = 'running' OR waits_for = 'network')",
                [],
            )?;
            Ok(())
        })
    }

    /// Write a page of a running job: its objects, and where the job is now, in one transaction.
    ///
    /// # Errors
    /// When the file cannot be written; then nothing of it is. [`crate::Error::JobEnded`] when the job is not running.
    pub fn record_page<F: Fact>(&self, job: &Job, page: &[F], place: &Place) -> Result<Written> {
        self.write(|book| {
            let written = facts::record(book, &job.ad_account, page)?;
            let mut ids = String::new();
            for id in page.iter().map(Fact::id).chain(place.unreadable_ids.iter().map(String::as_str)) {
                ids.push_str(id);
                ids.push(' ');
            }
            book.prepare_cached(
                "INSERT INTO sync_page (job, n, ids)
                 VALUES (?1, 1 + coalesce((SELECT max(n) FROM sync_page WHERE job = ?1), 0), ?2)",
            )?
            .execute(params![job.id, ids.as_bytes()])?;
            let updated = book
                .prepare_cached(
                    "UPDATE sync_job SET position = ?2, done = ?3, of = ?4, added = added + ?5, changed = changed + ?6,
                            unchanged = unchanged + ?7, unreadable = unreadable + ?8
                     WHERE id = ?1 AND state = 'running'",
                )?
                .execute(params![
                    job.id,
                    place.position,
                    place.done,
                    place.of,
                    written.added,
                    written.changed,
                    written.unchanged,
                    written.refused + place.unreadable
                ])?;
            if updated == 0 {
                return Err(crate::Error::JobEnded);
            }
            Ok(written)
        })
    }

    /// A listing of a running job was read to its end: what it did not have is marked as deleted on TikTok, unless it
    /// may have had gaps. The job goes on with the next step.
    ///
    /// # Errors
    /// When the file cannot be written. [`crate::Error::JobEnded`] when the job is not running.
    pub fn end_listing(&self, job: &Job, kind: FactKind, complete: bool, now: Timestamp) -> Result<u32> {
        self.write(|book| {
            let mut gone = 0;
            if complete {
                let listed = listed(book, job.id)?;
                gone = facts::complete(book, kind, &job.ad_account, &listed, now)?;
            }
            next_step(book, job.id, gone)?;
            Ok(gone)
        })
    }

    /// A step without a listing is done.
    ///
    /// # Errors
    /// When the file cannot be written. [`crate::Error::JobEnded`] when the job is not running.
    pub fn end_step(&self, job: &Job) -> Result<()> {
        self.write(|book| next_step(book, job.id, 0))
    }

    /// A running job waits, and begins again later where it was. `problem` is JSON.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn pause_job(
        &self,
        id: i64,
        waits_for: Option<WaitsFor>,
        until: Option<Timestamp>,
        problem: Option<&str>,
    ) -> Result<()> {
        self.write(|book| {
            book.prepare_cached(
                "UPDATE sync_job SET state = 'queued', waits_for = ?2, wait_until = ?3, problem = ?4
                 WHERE id = ?1 AND state = 'running'",
            )?
            .execute(params![
                id,
                waits_for.map(WaitsFor::word),
                until.map(|until| until.as_millisecond()),
                problem
            ])?;
            Ok(())
        })
    }

    /// What waited for a log-in, or for the network, tries again. How many that are.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn wake_jobs(&self, waits_for: WaitsFor) -> Result<u32> {
        self.write(|book| {
            let woken = book.execute(
                "UPDATE sync_job SET waits_for = NULL, wait_until = NULL WHERE ended_at IS NULL AND waits_for = ?",
                [waits_for.word()],
            )?;
            Ok(u32::try_from(woken).unwrap_or(u32::MAX))
        })
    }

    /// A job is over. Tells whether it was under way. `problem` is JSON.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn end_job(&self, id: i64, state: JobState, problem: Option<&str>, now: Timestamp) -> Result<bool> {
        self.write(|book| {
            let ended = book
                .prepare_cached(
                    "UPDATE sync_job SET state = ?2, problem = ?3, ended_at = ?4, waits_for = NULL, wait_until = NULL,
                            position = NULL
                     WHERE id = ?1 AND ended_at IS NULL",
                )?
                .execute(params![id, state.word(), problem, now.as_millisecond()])?;
            book.prepare_cached("DELETE FROM sync_page WHERE job = ?")?.execute([id])?;
            Ok(ended == 1)
        })
    }

    /// The ad accounts whose last sync of a kind was asked for before `before`, or never; nobody's are left out.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn due_for_sync(&self, kind: JobKind, before: Timestamp) -> Result<Vec<AdAccountId>> {
        let book = self.read();
        let mut statement = book.prepare_cached(
            "SELECT a.id FROM ad_account a
             WHERE EXISTS (SELECT 1 FROM ad_account_access x JOIN tiktok_user u ON u.id = x.user_id
                           WHERE x.account_id = a.id AND x.visible AND u.state = 'connected')
               AND coalesce((SELECT max(j.requested_at) FROM sync_job j WHERE j.account_id = a.id AND j.kind = ?1), 0) < ?2
               AND NOT EXISTS (SELECT 1 FROM sync_job j WHERE j.account_id = a.id AND j.kind = ?1 AND j.ended_at IS NULL)
             ORDER BY a.id",
        )?;
        let due = statement.query_map(params![kind.word(), before.as_millisecond()], |row| row.get(0))?;
        Ok(due.collect::<rusqlite::Result<_>>()?)
    }
}

/// All ids that the pages of the listing had.
fn listed(book: &Transaction<'_>, job: i64) -> Result<HashSet<String>> {
    let mut statement = book.prepare_cached("SELECT ids FROM sync_page WHERE job = ?")?;
    let mut pages = statement.query([job])?;
    let mut listed = HashSet::new();
    while let Some(page) = pages.next()? {
        let ids: Vec<u8> = page.get(0)?;
        listed.extend(String::from_utf8_lossy(&ids).split_terminator(' ').map(str::to_owned));
    }
    Ok(listed)
}

fn next_step(book: &Transaction<'_>, job: i64, gone: u32) -> Result<()> {
    book.prepare_cached("DELETE FROM sync_page WHERE job = ?")?.execute([job])?;
    let updated = book
        .prepare_cached(
            "UPDATE sync_job SET step = step + 1, position = NULL, gone = gone + ?2 WHERE id = ?1 AND state = 'running'",
        )?
        .execute(params![job, gone])?;
    if updated == 0 { Err(crate::Error::JobEnded) } else { Ok(()) }
}
