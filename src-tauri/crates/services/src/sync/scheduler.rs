//! Starts jobs while there is room, waits for the next one, probes the network while TikTok is unreachable, and requests
//! the syncs of the automatic schedule.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use partner::Book;
use partner::stored_problem::StoredProblem;
use partner::sync_jobs::job::{Job, JobKind, Requested, WaitsFor};
use partner::sync_jobs::settings::Schedule;
use tiktok_business::ErrorKind;
use tokio::sync::Notify;
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use super::context::Context;
use super::event::{NoConnection, Reachability, SyncEvent};
use super::power::DeviceState;
use super::recovery::missing_connection;
use super::runner::{self, JobOutcome};
use crate::problem::Problem;
use crate::runtime::run_blocking;

/// All jobs share TikTok's rate limits. Most ad accounts have a page or two per list and a response takes up to a second,
/// so fewer jobs would not use the limits up.
const MAX_RUNNING_JOBS: usize = 8;

/// How often the schedule, the clock, the device state and the connection are checked.
const CHECK_INTERVAL: Duration = Duration::from_secs(60);

/// Delay before the first network probe. It doubles with each further one.
const PROBE_DELAY: Duration = Duration::from_secs(2);
const MAX_PROBE_DELAY: Duration = Duration::from_secs(60);

/// A clock that goes back by less was adjusted, not set.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_secs(30);

/// Reads the device state. It may block.
pub type ReadDeviceState = Arc<dyn Fn() -> DeviceState + Send + Sync>;

pub struct Scheduler {
    context: Arc<Context>,
    read_device_state: ReadDeviceState,
    /// By job id.
    running: Mutex<HashMap<i64, Arc<CancellationToken>>>,
    wake: Notify,
    /// Set to check the schedule and the network in the next round, even if that is not due.
    check_now: AtomicBool,
    reachability: Mutex<Reachability>,
    stall: Mutex<Option<Problem>>,
    stop: CancellationToken,
}

impl Scheduler {
    pub fn new(
        context: Arc<Context>,
        read_device_state: ReadDeviceState,
        stop: CancellationToken,
    ) -> Scheduler {
        Scheduler {
            context,
            read_device_state,
            running: Mutex::default(),
            wake: Notify::new(),
            check_now: AtomicBool::new(false),
            reachability: Mutex::new(Reachability::Checking),
            stall: Mutex::default(),
            stop,
        }
    }

    /// Starts jobs that became ready.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Checks the schedule, the network and the jobs now.
    pub fn check_now(&self) {
        self.check_now.store(true, Ordering::Relaxed);
        self.wake();
    }

    /// Cancels a job if it is running.
    pub fn cancel(&self, job: i64) {
        if let Some(running) = self.running().get(&job) {
            running.cancel();
        }
    }

    /// Reports requested jobs, and stops those that they replace.
    pub fn requested(&self, requested: &Requested) {
        requested.replaced.iter().for_each(|job| self.cancel(*job));
        let queued = requested.queued.iter().map(|job| job.id);
        self.context.reporter.jobs_updated(queued.chain(requested.replaced.iter().copied()));
    }

    /// Returns whether TikTok can be reached.
    pub fn reachability(&self) -> Reachability {
        self.reachability.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_reachability(&self, reachability: Reachability) {
        let before = std::mem::replace(
            &mut *self.reachability.lock().unwrap_or_else(PoisonError::into_inner),
            reachability.clone(),
        );
        if before != reachability {
            self.context.reporter.emit(SyncEvent::Reachability(reachability));
        }
    }

    /// Returns why no job can start: the book could not be read or written in the last round.
    pub fn stall(&self) -> Option<Problem> {
        self.stall.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_stall(&self, stall: Option<Problem>) {
        let mut current = self.stall.lock().unwrap_or_else(PoisonError::into_inner);
        if *current != stall {
            current.clone_from(&stall);
            drop(current);
            self.context.reporter.emit(SyncEvent::Stalled(stall));
        }
    }

    fn running(&self) -> MutexGuard<'_, HashMap<i64, Arc<CancellationToken>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs until it is stopped. Afterwards nothing is written to the book.
    pub async fn run(self: Arc<Self>) {
        let clock = Arc::clone(&self.context.clock);
        let (now, elapsed) = (clock.now(), clock.elapsed());
        let mut secrets_available = self.context.clients.secrets.available();
        let mut rounds = Rounds {
            jobs: JoinSet::new(),
            secrets_available: false,
            unlocks: 0,
            no_secrets: None,
            probe: None,
            next_check: elapsed,
            clock_origin: clock_origin(now, elapsed),
            context: Arc::clone(&self.context),
            scheduler: self,
        };
        while !rounds.scheduler.stop.is_cancelled() {
            // Changes of the clock during a round are noticed in the next one.
            let (now, elapsed) = (clock.now(), clock.elapsed());
            let pause = rounds.run(now, elapsed).await.unwrap_or_else(|problem| {
                // The cause may be temporary, such as a full disk.
                tracing::warn!(code = ?problem.code, "sync scheduler failed");
                rounds.scheduler.set_stall(Some(problem));
                CHECK_INTERVAL
            });
            let pause = (elapsed + pause).saturating_sub(clock.elapsed());
            tokio::select! {
                () = rounds.scheduler.stop.cancelled() => {}
                () = rounds.scheduler.wake.notified() => {}
                Ok(()) = secrets_available.changed() => {
                    rounds.secrets_available = true;
                    rounds.unlocks += 1;
                }
                Some(outcome) = rounds.jobs.join_next() => rounds.job_finished(outcome),
                () = clock.sleep(pause) => {}
            }
        }
        rounds.jobs.shutdown().await;
        rounds.context.book_tasks.close();
        rounds.context.book_tasks.wait().await;
    }
}

/// Removes a job from [`Scheduler::running`] when its task ends, even by a panic.
struct RunningEntry {
    scheduler: Arc<Scheduler>,
    job: i64,
    cancelled: Arc<CancellationToken>,
}

impl Drop for RunningEntry {
    fn drop(&mut self) {
        let mut running = self.scheduler.running();
        // A job that returned to the queue may run again before its last task has ended.
        if running.get(&self.job).is_some_and(|cancelled| Arc::ptr_eq(cancelled, &self.cancelled)) {
            running.remove(&self.job);
        }
    }
}

/// The state of the scheduler's loop.
struct Rounds {
    context: Arc<Context>,
    scheduler: Arc<Scheduler>,
    /// Each with the number of `unlocks` at its start.
    jobs: JoinSet<(u32, JobOutcome)>,
    /// Set when secrets can be read again, until the jobs that wait for them are woken.
    secrets_available: bool,
    /// How often secrets became available.
    unlocks: u32,
    /// Why a job could not read its secrets, until the others wait for them too.
    no_secrets: Option<Problem>,
    /// Set while TikTok is unreachable.
    probe: Option<Probe>,
    next_check: Duration,
    clock_origin: Timestamp,
}

#[derive(Clone)]
struct Probe {
    at: Duration,
    delay: Duration,
    reason: NoConnection,
}

impl Rounds {
    /// Does what is due. Returns how long to wait unless something happens.
    async fn run(&mut self, now: Timestamp, elapsed: Duration) -> Result<Duration, Problem> {
        if self.scheduler.check_now.swap(false, Ordering::Relaxed) {
            self.next_check = Duration::ZERO;
            if let Some(probe) = &mut self.probe {
                (probe.at, probe.delay) = (Duration::ZERO, PROBE_DELAY);
            }
        }
        self.check_clock(now, elapsed).await?;
        self.requeue_abandoned_jobs(now).await?;
        let check = self.next_check <= elapsed;
        let stop = self.scheduler.stop.clone();
        if check {
            // A keychain may take long to answer.
            if let Some(checked) = stop.run_until_cancelled(self.check_secrets()).await {
                checked?;
            }
            self.check_schedule(now).await?;
            self.next_check = elapsed + CHECK_INTERVAL;
        }
        if let Some(problem) = self.no_secrets.take() {
            self.make_jobs_wait_for(WaitsFor::Secrets, &problem, now).await?;
        }
        if self.secrets_available {
            self.context.with_book(|book| book.wake_jobs(WaitsFor::Secrets)).await?;
            self.secrets_available = false;
        }
        if let Some(probe) = self.probe.clone().filter(|probe| probe.at <= elapsed)
            && let Some(probed) = stop.run_until_cancelled(self.probe_network(probe, elapsed)).await
        {
            probed?;
        }
        match self.probe.as_ref().map(|probe| probe.reason.clone()) {
            Some(NoConnection { waits_for, problem }) => {
                self.make_jobs_wait_for(waits_for, &problem, now).await?;
            }
            None => self.start_jobs(now).await?,
        }
        self.scheduler.set_stall(None);
        if check && self.probe.is_none() {
            stop.run_until_cancelled(self.check_connection(elapsed)).await;
        }
        let next_job = self.context.with_book(move |book| book.next_job_at(now)).await?;
        let next_job = next_job
            .map_or(CHECK_INTERVAL, |at| Duration::try_from(at.duration_since(now)).unwrap_or_default());
        let next_probe = self.probe.as_ref().map_or(CHECK_INTERVAL, |probe| probe.at.saturating_sub(elapsed));
        Ok(next_job.min(next_probe).min(self.next_check.saturating_sub(elapsed)))
    }

    async fn make_jobs_wait_for(
        &self,
        waits_for: WaitsFor,
        problem: &Problem,
        now: Timestamp,
    ) -> Result<(), Problem> {
        let problem = StoredProblem::from(problem);
        let waiting =
            self.context.with_book(move |book| book.make_jobs_wait_for(waits_for, &problem, now)).await?;
        self.context.reporter.jobs_updated(waiting);
        Ok(())
    }

    async fn start_jobs(&mut self, now: Timestamp) -> Result<(), Problem> {
        while self.jobs.len() < MAX_RUNNING_JOBS {
            let automatic = self.context.automatic_allowed.load(Ordering::Relaxed);
            let job = self.context.with_book(move |book| book.start_job(now, automatic)).await?;
            let Some(job) = job else { break };
            self.context.reporter.jobs_updated([job.id]);
            self.spawn(job);
        }
        Ok(())
    }

    fn spawn(&mut self, job: Job) {
        let (context, scheduler) = (Arc::clone(&self.context), Arc::clone(&self.scheduler));
        let cancelled = Arc::new(CancellationToken::new());
        scheduler.running().insert(job.id, Arc::clone(&cancelled));
        let running = RunningEntry { scheduler, job: job.id, cancelled: Arc::clone(&cancelled) };
        let unlocks = self.unlocks;
        self.jobs.spawn(async move {
            let _running = running;
            tokio::select! {
                outcome = runner::run(&context, job) => (unlocks, outcome),
                () = cancelled.cancelled() => (unlocks, JobOutcome::Finished),
            }
        });
    }

    /// Queues the jobs whose end could not be saved, for example on a full disk or after a panic.
    async fn requeue_abandoned_jobs(&self, now: Timestamp) -> Result<(), Problem> {
        let running: Vec<i64> = self.scheduler.running().keys().copied().collect();
        let retry_at = now.saturating_add(CHECK_INTERVAL).unwrap_or(now);
        let requeued =
            self.context.with_book(move |book| book.requeue_abandoned_jobs(&running, retry_at)).await?;
        self.context.reporter.jobs_updated(requeued);
        Ok(())
    }

    fn job_finished(&mut self, outcome: Result<(u32, JobOutcome), JoinError>) {
        match outcome {
            Ok((_, JobOutcome::NoConnection(reason))) if self.probe.is_none() => {
                self.lose_connection(reason, self.context.clock.elapsed());
            }
            Ok((unlocks, JobOutcome::NoSecrets(problem))) if unlocks == self.unlocks => {
                self.no_secrets = Some(problem);
            }
            // It failed before the secrets became available, and may have begun to wait for them afterwards.
            Ok((_, JobOutcome::NoSecrets(_))) => self.secrets_available = true,
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "sync job panicked"),
        }
    }

    fn lose_connection(&mut self, reason: NoConnection, elapsed: Duration) {
        self.probe = Some(Probe { at: elapsed + PROBE_DELAY, delay: PROBE_DELAY, reason: reason.clone() });
        self.scheduler.set_reachability(Reachability::Unreachable(reason));
    }

    /// Notices that TikTok has become unreachable although no job runs.
    async fn check_connection(&mut self, elapsed: Duration) {
        let Ok(client) = self.context.clients.client().await else {
            self.scheduler.set_reachability(Reachability::NotSetUp);
            return;
        };
        if !self.context.clients.is_known_server(&client).await {
            return;
        }
        let Err(error) = client.check_api().await else {
            self.scheduler.set_reachability(Reachability::Online);
            return;
        };
        let silent = (error.kind == ErrorKind::Timeout).then_some(WaitsFor::Network);
        match missing_connection(error.kind).or(silent) {
            Some(waits_for) => {
                self.lose_connection(NoConnection { waits_for, problem: error.into() }, elapsed);
            }
            None => self.scheduler.set_reachability(Reachability::Online),
        }
    }

    async fn probe_network(&mut self, probe: Probe, elapsed: Duration) -> Result<(), Problem> {
        // What was missing may have been repaired: a certificate, or the proxy in the settings.
        self.context.clients.discard_client().await;
        let missing = match self.context.clients.client().await {
            Ok(client) => {
                match client.check_api().await.map_err(|error| (missing_connection(error.kind), error)) {
                    Err((Some(waits_for), error)) => Some(NoConnection { waits_for, problem: error.into() }),
                    Err((None, error)) if error.kind == ErrorKind::Timeout => Some(probe.reason),
                    Ok(()) | Err((None, _)) => None,
                }
            }
            // The jobs report what is wrong with the settings.
            Err(_) => None,
        };
        if let Some(reason) = missing {
            let delay = (probe.delay * 2).min(MAX_PROBE_DELAY);
            self.scheduler.set_reachability(Reachability::Unreachable(reason.clone()));
            self.probe = Some(Probe { at: elapsed + delay, delay, reason });
        } else {
            self.probe = None;
            self.context.with_book(Book::wake_after_connection).await?;
            self.scheduler.set_reachability(Reachability::Online);
        }
        Ok(())
    }

    /// Notices that a keychain was unlocked outside the application, for example by the user's session.
    async fn check_secrets(&mut self) -> Result<(), Problem> {
        let secrets = &self.context.clients.secrets;
        secrets.check().await;
        self.secrets_available |=
            self.context.with_book(|book| book.has_jobs_waiting_for(WaitsFor::Secrets)).await?
                && secrets.is_unlocked().await;
        Ok(())
    }

    /// Requests the automatic syncs that are due, unless the device state forbids them.
    async fn check_schedule(&mut self, now: Timestamp) -> Result<(), Problem> {
        let settings = self.context.with_book(Book::sync_settings).await?;
        let interval = match settings.schedule {
            Schedule::Off => None,
            Schedule::HalfHourly => Some(SignedDuration::from_mins(30)),
            Schedule::Hourly => Some(SignedDuration::from_hours(1)),
            Schedule::Daily => Some(SignedDuration::from_hours(24)),
        };
        let read_device_state = Arc::clone(&self.scheduler.read_device_state);
        let device = run_blocking(move || read_device_state()).await?;
        let allowed =
            (settings.on_battery || !device.on_battery) && (settings.on_metered || !device.on_metered);
        self.context.automatic_allowed.store(allowed, Ordering::Relaxed);
        let Some(interval) = interval.filter(|_| allowed) else { return Ok(()) };
        let before = now.saturating_sub(interval).unwrap_or(Timestamp::MIN);
        for kind in [JobKind::Account, JobKind::Audiences] {
            let requested = self
                .context
                .with_book(move |book| {
                    let due = book.due_for_sync(kind, before, now, interval / 10)?;
                    book.request_syncs(kind, &due, true, now)
                })
                .await?;
            self.scheduler.requested(&requested);
        }
        Ok(())
    }

    /// When the system clock is set back, waiting jobs would wait too long, so their times are shifted. When it is set
    /// ahead, or after the computer slept, jobs start too early, which the client's rate limiter tolerates.
    async fn check_clock(&mut self, now: Timestamp, elapsed: Duration) -> Result<(), Problem> {
        let origin = clock_origin(now, elapsed);
        let by = origin.duration_since(self.clock_origin);
        self.clock_origin = origin;
        if by < -CLOCK_TOLERANCE {
            tracing::info!(?by, "system clock was set back");
            self.context.with_book(move |book| book.shift_waits(by)).await?;
        }
        Ok(())
    }
}

/// Returns the time of day less the elapsed time: it changes only when the system clock is set, or the computer sleeps.
fn clock_origin(now: Timestamp, elapsed: Duration) -> Timestamp {
    now.checked_sub(elapsed).unwrap_or(now)
}
