//! Collects changes and reports them a few times a second, with the jobs' latest state from the book.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use partner::Book;
use partner::queries::syncs::SyncQuery;
use partner::stored_problem::StoredProblem;
use partner::sync_jobs::job::JobState;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::event::{Activity, Observer, SyncEvent};

const REPORT_INTERVAL: Duration = Duration::from_millis(250);

pub struct Reporter {
    book: Arc<Book>,
    observer: Observer,
    pending: Mutex<Pending>,
    wake: Notify,
    /// Held while a job ends, so that when the last one is reported, all others have been.
    ending: Mutex<()>,
}

#[derive(Default)]
struct Pending {
    jobs: BTreeSet<i64>,
    facts: bool,
    accounts: bool,
}

impl Reporter {
    pub fn new(book: Arc<Book>, observer: Observer) -> Reporter {
        Reporter { book, observer, pending: Mutex::default(), wake: Notify::new(), ending: Mutex::default() }
    }

    /// Sends an event immediately.
    pub fn emit(&self, event: SyncEvent) {
        (self.observer)(event);
    }

    pub fn jobs_updated(&self, jobs: impl IntoIterator<Item = i64>) {
        self.pending().jobs.extend(jobs);
        self.wake.notify_one();
    }

    pub fn facts_written(&self) {
        self.pending().facts = true;
        self.wake.notify_one();
    }

    /// Reports that an ad account's own details changed, or who can access it.
    pub fn account_written(&self) {
        self.pending().accounts = true;
        self.facts_written();
    }

    /// Ends a job and reports it. Returns false if it had already ended.
    pub fn end_job(
        &self,
        job: i64,
        state: JobState,
        problem: Option<&StoredProblem>,
        now: Timestamp,
    ) -> partner::Result<bool> {
        let _ending = self.ending.lock().unwrap_or_else(PoisonError::into_inner);
        let ended = self.book.end_job(job, state, problem, now)?;
        if ended {
            self.jobs_updated([job]);
            let left = self.left(now);
            for sync in self.read(&[job]) {
                self.emit(SyncEvent::Ended { sync: Box::new(sync), left });
            }
        }
        Ok(ended)
    }

    /// Counts the jobs that run or can run. If that fails, the event of a job that has ended is sent nevertheless.
    fn left(&self, now: Timestamp) -> u32 {
        match self.book.sync_counts(now) {
            Ok(counts) => counts.running + counts.queued,
            Err(error) => {
                tracing::warn!(%error, "failed to count sync jobs for an event");
                0
            }
        }
    }

    /// Reports until `stop` is cancelled. Afterwards the book is no longer in use.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = self.wake.notified() => {}
                () = stop.cancelled() => return,
            }
            let reporter = self.clone();
            if tokio::task::spawn_blocking(move || reporter.flush()).await.is_err() {
                tracing::warn!("sync observer panicked");
            }
            tokio::select! {
                () = tokio::time::sleep(REPORT_INTERVAL) => {}
                () = stop.cancelled() => return,
            }
        }
    }

    /// Reports all pending changes.
    pub fn flush(&self) {
        let Pending { jobs, facts, accounts } = std::mem::take(&mut *self.pending());
        if facts {
            self.emit(SyncEvent::FactsWritten { accounts });
        }
        if jobs.is_empty() {
            return;
        }
        let syncs = self.read(&jobs.into_iter().collect::<Vec<_>>());
        if !syncs.is_empty() {
            self.emit(SyncEvent::Updated { syncs });
        }
    }

    fn read(&self, jobs: &[i64]) -> Vec<Activity> {
        match self.book.rows::<SyncQuery>(jobs) {
            Ok(rows) => rows.into_iter().map(Activity::from).collect(),
            Err(error) => {
                tracing::warn!(%error, "failed to read sync jobs for an event");
                Vec::new()
            }
        }
    }

    fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
