//! The loop behind the syncs: begins jobs while there is room, waits, asks whether TikTok can be reached again, and keeps
//! the schedule.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use partner::sync_jobs::job::{Job, JobKind, WaitsFor};
use partner::sync_jobs::settings::Schedule;
use partner::{Book, Result};
use tiktok_business::Kind;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::reporter::Teller;
use super::runner::{self, Outcome};
use super::{Setup, SyncEvent};
use crate::problem::Problem;
use crate::tiktok::client_provider::Reach;

/// Jobs that run at a time. They share TikTok's limits; most ad accounts have a page or two of each kind, and an answer
/// takes up to a second, so fewer would not use what the limits allow.
const WORKERS: usize = 8;

/// How often the schedule, the clock and the surroundings are looked at.
const LOOK: Duration = Duration::from_secs(60);

/// The first pause before TikTok is tried again while it cannot be reached, and the longest.
const PROBE: Duration = Duration::from_secs(2);
const LONGEST_PROBE: Duration = Duration::from_secs(60);

/// By how much a clock may go back before that counts as being set.
const SET_BACK: SignedDuration = SignedDuration::from_secs(30);

pub struct Engine {
    pub setup: Setup,
    pub teller: Arc<Teller>,
    pub reach: Reach,
    /// Jobs that run, and what gives each up.
    running: Mutex<HashMap<i64, CancellationToken>>,
    /// Something may have to be done now.
    pub poke: Notify,
    /// The settings changed, or somebody says that the network is back.
    look_again: AtomicBool,
    pub stop: CancellationToken,
    /// What reads or writes the book on behalf of a job.
    pub tasks: TaskTracker,
}

/// What the loop remembers.
struct Loop {
    engine: Arc<Engine>,
    workers: JoinSet<Outcome>,
    /// While TikTok cannot be reached: when it is tried next, and the pause after that.
    offline: Option<(Duration, Duration)>,
    /// When the schedule is looked at next.
    look: Duration,
    /// Whether what the schedule asked for may run.
    automatic: bool,
    /// The time of day less the time that passed.
    epoch: Timestamp,
}

impl Engine {
    pub fn new(setup: Setup, teller: Arc<Teller>) -> Engine {
        Engine {
            setup,
            teller,
            reach: Reach::default(),
            running: Mutex::default(),
            poke: Notify::new(),
            look_again: AtomicBool::new(false),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        }
    }

    /// Read or write the book, off the threads that wait for the network.
    pub async fn in_book<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Book) -> Result<T> + Send + 'static,
    ) -> std::result::Result<T, Problem> {
        let book = Arc::clone(&self.setup.book);
        Ok(self.tasks.spawn_blocking(move || work(&book)).await.map_err(Problem::internal)??)
    }

    pub fn now(&self) -> Timestamp {
        self.setup.clock.now()
    }

    /// Look at the schedule, the network and the jobs now.
    pub fn look_again(&self) {
        self.look_again.store(true, Ordering::Relaxed);
        self.poke.notify_one();
    }

    /// Give a running job up.
    pub fn give_up(&self, job: i64) {
        if let Some(running) = self.running().get(&job) {
            running.cancel();
        }
    }

    fn running(&self) -> MutexGuard<'_, HashMap<i64, CancellationToken>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Work until it is stopped. Nothing is written any more once this returns.
    pub async fn run(self: Arc<Self>) {
        let (now, elapsed) = (self.now(), self.setup.clock.elapsed());
        let mut turn = Loop {
            workers: JoinSet::new(),
            offline: None,
            look: elapsed,
            automatic: true,
            epoch: before(now, elapsed),
            engine: self,
        };
        while !turn.engine.stop.is_cancelled() {
            // Time that passes, and a clock that is set, during the round are seen in the next.
            let (now, elapsed) = (turn.engine.now(), turn.engine.setup.clock.elapsed());
            let pause = match turn.round(now, elapsed).await {
                Ok(pause) => pause,
                Err(problem) => {
                    // A full disk, say. It may pass.
                    tracing::warn!(code = ?problem.code, "the syncs cannot go on");
                    LOOK
                }
            };
            let engine = &turn.engine;
            let pause = (elapsed + pause).saturating_sub(engine.setup.clock.elapsed());
            tokio::select! {
                () = engine.stop.cancelled() => {}
                () = engine.poke.notified() => {}
                Some(ended) = turn.workers.join_next() => turn.ended(ended),
                () = engine.setup.clock.sleep(pause) => {}
            }
        }
        turn.workers.shutdown().await;
        turn.engine.tasks.close();
        turn.engine.tasks.wait().await;
    }
}

impl Loop {
    /// Do what there is to do, and say how long there is nothing more unless something happens.
    async fn round(&mut self, now: Timestamp, elapsed: Duration) -> std::result::Result<Duration, Problem> {
        let engine = Arc::clone(&self.engine);
        if engine.look_again.swap(false, Ordering::Relaxed) {
            self.look = Duration::ZERO;
            self.offline = self.offline.map(|_| (Duration::ZERO, PROBE));
        }
        self.notice_clock(now, elapsed).await?;
        if self.look <= elapsed {
            self.keep_schedule(now).await?;
            self.look = elapsed + LOOK;
        }
        if self.offline.is_some_and(|(at, _)| at <= elapsed) {
            self.probe(elapsed).await?;
        }
        match self.offline {
            Some(_) => engine.in_book(Book::wait_for_network).await?,
            None => self.begin_jobs(now).await?,
        }
        let next = engine.in_book(move |book| book.next_job_at(now)).await?;
        let next = next.map_or(LOOK, |at| Duration::try_from(at.duration_since(now)).unwrap_or_default());
        let probe = self.offline.map_or(LOOK, |(at, _)| at.saturating_sub(elapsed));
        Ok(next.min(probe).min(self.look.saturating_sub(elapsed)))
    }

    async fn begin_jobs(&mut self, now: Timestamp) -> std::result::Result<(), Problem> {
        while self.workers.len() < WORKERS {
            let automatic = self.automatic;
            let begun = self.engine.in_book(move |book| book.start_job(now, automatic)).await?;
            let Some(job) = begun else { break };
            self.engine.teller.moved([job.id]);
            self.spawn(job);
        }
        Ok(())
    }

    fn spawn(&mut self, job: Job) {
        let (engine, cancelled) = (Arc::clone(&self.engine), CancellationToken::new());
        engine.running().insert(job.id, cancelled.clone());
        self.workers.spawn(async move {
            let id = job.id;
            let outcome = tokio::select! {
                outcome = runner::run(&engine, job) => outcome,
                () = cancelled.cancelled() => Outcome::Over,
            };
            engine.running().remove(&id);
            outcome
        });
    }

    fn ended(&mut self, outcome: std::result::Result<Outcome, tokio::task::JoinError>) {
        match outcome {
            Ok(Outcome::Offline) if self.offline.is_none() => {
                self.offline = Some((self.engine.setup.clock.elapsed() + PROBE, PROBE));
                self.engine.teller.tell(SyncEvent::Online { online: false });
            }
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "a sync broke off"),
        }
    }

    /// Ask whether TikTok can be reached again.
    async fn probe(&mut self, elapsed: Duration) -> std::result::Result<(), Problem> {
        let Some((_, pause)) = self.offline else { return Ok(()) };
        let engine = Arc::clone(&self.engine);
        let reached = match engine.reach.client(&engine.setup).await {
            Ok(client) => match client.reach_api().await {
                Ok(()) => true,
                Err(error) => !matches!(error.kind, Kind::Offline | Kind::Timeout),
            },
            // What is wrong with the settings is told by the jobs.
            Err(_) => true,
        };
        if reached {
            self.offline = None;
            engine.in_book(|book| book.wake_jobs(WaitsFor::Network)).await?;
            engine.teller.tell(SyncEvent::Online { online: true });
        } else {
            let pause = (pause * 2).min(LONGEST_PROBE);
            self.offline = Some((elapsed + pause, pause));
        }
        Ok(())
    }

    /// Ask for what is due, unless the surroundings forbid it.
    async fn keep_schedule(&mut self, now: Timestamp) -> std::result::Result<(), Problem> {
        let engine = Arc::clone(&self.engine);
        let settings = engine.in_book(Book::sync_settings).await?;
        let every = match settings.schedule {
            Schedule::Off => None,
            Schedule::HalfHourly => Some(SignedDuration::from_mins(30)),
            Schedule::Hourly => Some(SignedDuration::from_hours(1)),
            Schedule::Daily => Some(SignedDuration::from_hours(24)),
        };
        let surroundings = Arc::clone(&engine.setup.surroundings);
        let around = tokio::task::spawn_blocking(move || surroundings()).await.map_err(Problem::internal)?;
        self.automatic =
            (settings.on_battery || !around.on_battery) && (settings.on_metered || !around.on_metered);
        let Some(every) = every.filter(|_| self.automatic) else { return Ok(()) };
        let before = now.saturating_sub(every).unwrap_or(Timestamp::MIN);
        for kind in [JobKind::Account, JobKind::Audiences] {
            let asked = engine
                .in_book(move |book| {
                    let due = book.due_for_sync(kind, before, now, every / 10)?;
                    book.request_syncs(kind, &due, true, now)
                })
                .await?;
            engine.teller.moved(asked.queued.iter().map(|job| job.id));
        }
        Ok(())
    }

    /// When the computer's clock is set back, what waits would wait too long. Set ahead it wakes jobs too soon, which
    /// the client's own limits bear; so does a computer that slept.
    async fn notice_clock(&mut self, now: Timestamp, elapsed: Duration) -> std::result::Result<(), Problem> {
        let epoch = before(now, elapsed);
        let by = epoch.duration_since(self.epoch);
        self.epoch = epoch;
        if by < -SET_BACK {
            tracing::info!(?by, "the clock was set back");
            self.engine.in_book(move |book| book.shift_waits(by)).await?;
        }
        Ok(())
    }
}

fn before(now: Timestamp, elapsed: Duration) -> Timestamp {
    now.checked_sub(elapsed).unwrap_or(now)
}
