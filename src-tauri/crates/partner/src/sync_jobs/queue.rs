//! The queue of jobs: requesting, starting, pausing and ending them (A15, A17).

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension, params};

use crate::ids::AdAccountId;
use crate::json_column::json;
use crate::stored_problem::StoredProblem;
use crate::sync_jobs::job::{COLUMNS, Job, JobKind, JobState, Requested, WaitsFor, job};
use crate::{Book, Result};

/// How long a sync may take (R29).
const DUE: SignedDuration = SignedDuration::from_mins(30);

/// TikTok's longest limit is the daily quota, which ends at midnight.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(24);

/// Whether the job `j` can start at ?1; jobs of the schedule only if ?2 is set. The job ?3 does not count as running.
const CAN_START: &str = "j.ended_at IS NULL AND j.state = 'queued'
    AND coalesce(j.wait_until, iif(j.waits_for IS NULL, 0, ?1 + 1)) <= ?1 AND j.automatic <= ?2
    AND NOT EXISTS (SELECT 1 FROM sync_job r WHERE r.account_id = j.account_id AND r.ended_at IS NULL
                    AND r.state = 'running' AND r.id IS NOT ?3)";

/// Ended jobs that are kept per ad account and kind.
const MAX_ENDED_JOBS: u32 = 10;

impl Book {
    /// Requests a sync of each ad account that the book has. An unfinished job of the same kind is not requested again,
    /// but a manual request wakes a job that waits for anything else than a connection or one of TikTok's limits. A job with
    /// only media left would not read the lists again, so a new one replaces it.
    pub fn request_syncs(
        &self,
        kind: JobKind,
        accounts: &[AdAccountId],
        automatic: bool,
        now: Timestamp,
    ) -> Result<Requested> {
        self.write(|book| {
            let mut requested = Requested::default();
            let mut replace = book.prepare_cached(
                "UPDATE sync_job SET state = iif(incomplete IS NULL AND unreadable = 0, 'done', 'partly_done'), ended_at = ?3,
                        waits_for = NULL, wait_until = NULL, cursor = NULL, problem = NULL
                 WHERE account_id = ?1 AND kind = ?2 AND ended_at IS NULL AND only_media_left RETURNING id",
            )?;
            let mut insert = book.prepare_cached(
                "INSERT INTO sync_job (kind, account_id, automatic, state, requested_at, due_at)
                 SELECT ?1, id, ?3, 'queued', ?4, ?5 FROM ad_account WHERE id = ?2
                 ON CONFLICT (account_id, kind) WHERE ended_at IS NULL DO NOTHING",
            )?;
            let mut wake = book.prepare_cached(
                "UPDATE sync_job SET automatic = 0,
                        wait_until = iif(waits_for = 'quota', wait_until, NULL),
                        waits_for = iif(
                            waits_for IN ('network', 'certificate', 'clock', 'proxy', 'quota'), waits_for, NULL
                        )
                 WHERE account_id = ? AND kind = ? AND ended_at IS NULL",
            )?;
            let mut unfinished = book.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM sync_job WHERE account_id = ? AND kind = ? AND ended_at IS NULL"
            ))?;
            let mut delete_old = book.prepare_cached(
                "DELETE FROM sync_job WHERE account_id = ?1 AND kind = ?2 AND ended_at IS NOT NULL AND id <
                 (SELECT id FROM sync_job WHERE account_id = ?1 AND kind = ?2 ORDER BY id DESC LIMIT 1 OFFSET ?3)",
            )?;
            for account in accounts {
                let due = now.saturating_add(DUE).unwrap_or(now);
                let replaced: Option<i64> = replace
                    .query_row(params![account, kind.as_str(), now.as_millisecond()], |row| row.get(0))
                    .optional()?;
                requested.replaced.extend(replaced);
                let new = insert.execute(params![
                    kind.as_str(),
                    account,
                    automatic,
                    now.as_millisecond(),
                    due.as_millisecond()
                ])? == 1;
                if !new && !automatic {
                    wake.execute(params![account, kind.as_str()])?;
                }
                let Some(job) = unfinished.query_row(params![account, kind.as_str()], job).optional()? else {
                    continue;
                };
                delete_old.execute(params![account, kind.as_str(), MAX_ENDED_JOBS])?;
                if new { requested.queued.push(job) } else { requested.running.push(job) }
            }
            Ok(requested)
        })
    }

    /// Sets what new jobs will wait for, unless they can start.
    pub fn set_known_waits(&self, jobs: &mut [Job], now: Timestamp) -> Result<()> {
        self.snapshot(|book| {
            // These are the same for all jobs.
            let sql = "SELECT NOT EXISTS (SELECT 1 FROM tiktok_app WHERE app_id <> ''), EXISTS (
                SELECT 1 FROM sync_job WHERE ended_at IS NULL AND waits_for = 'quota' AND wait_until > ?)";
            let (no_app, no_quota) = book
                .prepare_cached(sql)?
                .query_row([now.as_millisecond()], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let mut connected = book.prepare_cached(
                "SELECT 1 FROM ad_account_access x JOIN tiktok_user u ON u.id = x.user_id
                 WHERE x.account_id = ? AND x.visible AND u.state = 'connected'",
            )?;
            for job in jobs {
                job.waits_for = match () {
                    () if no_app => Some(WaitsFor::App),
                    () if !connected.exists([&job.ad_account])? => Some(WaitsFor::SignIn),
                    () if no_quota => Some(WaitsFor::Quota),
                    () => None,
                };
            }
            Ok(())
        })
    }

    /// Starts the next job that may run now. Manual requests come before those of the schedule, which start only if
    /// `automatic` is set, and jobs with only media left come last. An ad account has one running job at a time.
    pub fn start_job(&self, now: Timestamp, automatic: bool) -> Result<Option<Job>> {
        self.write(|book| {
            Ok(book
                .prepare_cached(&format!(
                    "UPDATE sync_job SET state = 'running', waits_for = NULL, wait_until = NULL, problem = NULL,
                            started_at = coalesce(started_at, ?1)
                     WHERE id = (SELECT id FROM sync_job j WHERE {CAN_START}
                         ORDER BY j.only_media_left, j.automatic, j.id LIMIT 1)
                     RETURNING {COLUMNS}"
                ))?
                .query_row(params![now.as_millisecond(), automatic, None::<i64>], job)
                .optional()?)
        })
    }

    /// Returns a running job that has only media left to the queue if another one, with more to read, could start instead:
    /// there are many more images and videos than pages of lists, and a job that reads them may take an hour. `automatic` says
    /// whether jobs of the schedule may start. Returns whether the job was queued.
    pub fn make_way(&self, id: i64, now: Timestamp, automatic: bool) -> Result<bool> {
        let others = format!("SELECT 1 FROM sync_job j WHERE NOT j.only_media_left AND {CAN_START}");
        let values = params![now.as_millisecond(), automatic, id];
        if !self.read().prepare_cached(&others)?.exists(values)? {
            return Ok(false);
        }
        self.write(|book| {
            let queued = book
                .prepare_cached(
                    "UPDATE sync_job SET state = 'queued' WHERE id = ? AND state = 'running' AND only_media_left",
                )?
                .execute([id])?;
            Ok(queued == 1)
        })
    }

    /// Returns when the next waiting job may continue, after `now`.
    pub fn next_job_at(&self, now: Timestamp) -> Result<Option<Timestamp>> {
        let first: Option<i64> = self
            .read()
            .prepare_cached(
                "SELECT min(wait_until) FROM sync_job WHERE ended_at IS NULL AND state = 'queued' AND wait_until > ?",
            )?
            .query_row([now.as_millisecond()], |row| row.get(0))?;
        Ok(first.and_then(|at| Timestamp::from_millisecond(at).ok()))
    }

    pub fn job(&self, id: i64) -> Result<Option<Job>> {
        let sql = format!("SELECT {COLUMNS} FROM sync_job WHERE id = ?");
        Ok(self.read().prepare_cached(&sql)?.query_row([id], job).optional()?)
    }

    /// Queues the jobs that ran when the program ended, and wakes those that wait for anything but a time. Waits for a time
    /// that are longer than any of TikTok's limits end, because the clock was wrong. Call this before any job starts.
    pub fn requeue_jobs(&self, now: Timestamp) -> Result<()> {
        let longest = now.saturating_add(LONGEST_WAIT).unwrap_or(now);
        self.write(|book| {
            book.execute(
                "UPDATE sync_job SET state = 'queued', waits_for = NULL, wait_until = NULL
                 WHERE ended_at IS NULL AND (state = 'running' OR waits_for NOT IN ('quota', 'maintenance') OR wait_until > ?)",
                [longest.as_millisecond()],
            )?;
            Ok(())
        })
    }

    /// Queues the jobs that are marked as running although they are not among those that do, so that they run from
    /// `retry_at`: their end could not be saved. Returns their ids.
    pub fn requeue_abandoned_jobs(&self, running: &[i64], retry_at: Timestamp) -> Result<Vec<i64>> {
        let abandoned = {
            let book = self.read();
            let mut marked =
                book.prepare_cached("SELECT id FROM sync_job WHERE state = 'running' AND ended_at IS NULL")?;
            let ids = marked.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
            ids.into_iter().filter(|id| !running.contains(id)).collect::<Vec<_>>()
        };
        if !abandoned.is_empty() {
            self.write(|book| {
                let mut requeue = book.prepare_cached(
                    "UPDATE sync_job SET state = 'queued', wait_until = ? WHERE id = ? AND state = 'running'",
                )?;
                for id in &abandoned {
                    requeue.execute([retry_at.as_millisecond(), *id])?;
                }
                Ok(())
            })?;
        }
        Ok(abandoned)
    }

    /// Shifts the times of unfinished jobs after the system clock was set.
    pub fn shift_waits(&self, by: SignedDuration) -> Result<()> {
        let by = i64::try_from(by.as_millis()).unwrap_or(0);
        self.write(|book| {
            book.execute(
                "UPDATE sync_job SET wait_until = wait_until + ?1, due_at = due_at + ?1 WHERE ended_at IS NULL",
                [by],
            )?;
            Ok(())
        })
    }

    /// Makes all jobs that could start now wait for a connection or for secrets, and states why there are none. Returns their
    /// ids.
    pub fn make_jobs_wait_for(
        &self,
        waits_for: WaitsFor,
        problem: &StoredProblem,
        now: Timestamp,
    ) -> Result<Vec<i64>> {
        self.write(|book| {
            let mut wait = book.prepare_cached(
                "UPDATE sync_job SET waits_for = ?1, wait_until = NULL, problem = ?2
                 WHERE ended_at IS NULL AND state = 'queued' AND waits_for IS NOT ?1
                   AND (wait_until IS NULL OR wait_until <= ?3)
                   AND (waits_for IS NULL OR ?4 AND waits_for IN ('network', 'certificate', 'clock', 'proxy'))
                 RETURNING id",
            )?;
            let values =
                params![waits_for.as_str(), json(problem), now.as_millisecond(), waits_for.is_connection()];
            let ids = wait.query_map(values, |row| row.get(0))?;
            Ok(ids.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Lets all jobs that wait for a connection continue.
    pub fn wake_after_connection(&self) -> Result<()> {
        self.write(|book| {
            book.execute(
                "UPDATE sync_job SET waits_for = NULL, wait_until = NULL
                 WHERE ended_at IS NULL AND waits_for IN ('network', 'certificate', 'clock', 'proxy')",
                [],
            )?;
            Ok(())
        })
    }

    /// Pauses a running job until `until` or, without that, until it is woken. It then continues where it was.
    pub fn pause_job(
        &self,
        id: i64,
        waits_for: Option<WaitsFor>,
        until: Option<Timestamp>,
        problem: &StoredProblem,
    ) -> Result<()> {
        self.write(|book| {
            book.prepare_cached(
                "UPDATE sync_job SET state = 'queued', waits_for = ?2, wait_until = ?3, problem = ?4,
                        attempts = attempts + (?2 IS NULL)
                 WHERE id = ?1 AND state = 'running'",
            )?
            .execute(params![
                id,
                waits_for.map(WaitsFor::as_str),
                // Rounded up, so that the job does not start a fraction of a millisecond too early.
                until.map(|until| until.as_millisecond().saturating_add(1)),
                json(problem)
            ])?;
            Ok(())
        })
    }

    pub fn has_jobs_waiting_for(&self, waits_for: WaitsFor) -> Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM sync_job WHERE ended_at IS NULL AND waits_for = ?)";
        Ok(self.read().prepare_cached(sql)?.query_row([waits_for.as_str()], |row| row.get(0))?)
    }

    /// Lets all jobs that wait for `waits_for` continue, and returns their number.
    pub fn wake_jobs(&self, waits_for: WaitsFor) -> Result<u32> {
        self.write(|book| {
            let woken = book.execute(
                "UPDATE sync_job SET waits_for = NULL, wait_until = NULL WHERE ended_at IS NULL AND waits_for = ?",
                [waits_for.as_str()],
            )?;
            Ok(u32::try_from(woken).unwrap_or(u32::MAX))
        })
    }

    /// Ends a job. Returns false if it had ended before.
    pub fn end_job(
        &self,
        id: i64,
        state: JobState,
        problem: Option<&StoredProblem>,
        now: Timestamp,
    ) -> Result<bool> {
        self.write(|book| {
            let ended = book
                .prepare_cached(
                    "UPDATE sync_job SET state = ?2, problem = ?3, ended_at = ?4, waits_for = NULL, wait_until = NULL,
                            cursor = NULL
                     WHERE id = ?1 AND ended_at IS NULL",
                )?
                .execute(params![id, state.as_str(), problem.map(json), now.as_millisecond()])?;
            book.prepare_cached("DELETE FROM sync_page WHERE job = ?")?.execute([id])?;
            Ok(ended == 1)
        })
    }

    /// Returns the ad accounts whose last sync of a kind was requested before `before`, never, or in the future (the clock
    /// was wrong). Ad accounts that no connected user can access are skipped. A random time of up to `jitter` is added for
    /// each, so that they are not all due at once.
    pub fn due_for_sync(
        &self,
        kind: JobKind,
        before: Timestamp,
        now: Timestamp,
        jitter: SignedDuration,
    ) -> Result<Vec<AdAccountId>> {
        let book = self.read();
        let mut statement = book.prepare_cached(
            "SELECT a.id FROM ad_account a
             WHERE EXISTS (SELECT 1 FROM ad_account_access x JOIN tiktok_user u ON u.id = x.user_id
                           WHERE x.account_id = a.id AND x.visible AND u.state = 'connected')
               AND coalesce((SELECT j.requested_at FROM sync_job j WHERE j.account_id = a.id AND j.kind = ?1
                             ORDER BY j.id DESC LIMIT 1), 0)
                   NOT BETWEEN ?2 - abs(random() % ?4) AND ?3
               AND NOT EXISTS (SELECT 1 FROM sync_job j WHERE j.account_id = a.id AND j.kind = ?1 AND j.ended_at IS NULL
                               AND NOT j.only_media_left)
             ORDER BY a.id",
        )?;
        let jitter = i64::try_from(jitter.as_millis()).unwrap_or(0).max(0) + 1;
        let values = params![kind.as_str(), before.as_millisecond(), now.as_millisecond(), jitter];
        let due = statement.query_map(values, |row| row.get(0))?;
        Ok(due.collect::<rusqlite::Result<_>>()?)
    }
}
