//! Syncs ad accounts from TikTok into the book in the background (R19, R26–R30, A15, A17, A18).
//!
//! A job is a row of the book before it runs, so it survives a crash. The scheduler starts jobs, the runner works through
//! the steps of one, and recovery decides what each error means for it. Jobs of different ad accounts run concurrently,
//! and so do the requests for the pages of a list. Each page is written in short transactions of its own.

mod context;
mod event;
mod facts;
mod power;
mod recovery;
mod reporter;
mod runner;
mod scheduler;
mod steps;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use partner::Book;
use partner::ids::AdAccountId;
use partner::sync_jobs::job::{JobKind, JobState, Requested, WaitsFor};
use tiktok_business::{Clock, SystemClock};
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

pub use crate::tiktok::client_provider::ConfigureClient;
pub use event::{Activity, NoConnection, Observer, Reachability, SyncEvent};
pub use power::DeviceState;
pub use scheduler::ReadDeviceState;

use crate::problem::Problem;
use crate::runtime::with_book;
use crate::secrets::{SecretStorage, SecretStore};
use crate::tiktok::client_provider::ClientProvider;
use context::{BookThreads, Context};
use reporter::Reporter;
use scheduler::Scheduler;

#[derive(Clone)]
pub struct Setup {
    pub book: Arc<Book>,
    /// Holds the access tokens.
    pub secrets: SecretStore,
    pub user_agent: String,
    pub clock: Arc<dyn Clock>,
    pub configure_client: ConfigureClient,
    pub read_device_state: ReadDeviceState,
}

impl Setup {
    /// Uses the system's clock and device state, and a client with default options.
    pub fn new(book: Arc<Book>, secrets: SecretStore, user_agent: impl Into<String>) -> Setup {
        Setup {
            book,
            secrets,
            user_agent: user_agent.into(),
            clock: Arc::new(SystemClock),
            configure_client: Arc::new(|options| options),
            read_device_state: Arc::new(DeviceState::read),
        }
    }
}

/// The syncs of one open book. Dropping it interrupts them; they continue when the book is opened again.
///
/// Its methods fail when the book cannot be read or written.
pub struct Syncs {
    context: Arc<Context>,
    scheduler: Arc<Scheduler>,
    scheduling: JoinHandle<()>,
    reporting: JoinHandle<()>,
    stop: DropGuard,
}

impl Syncs {
    /// Continues the jobs that were interrupted when the book was closed. Needs a tokio runtime.
    pub async fn start(setup: Setup, observer: Observer) -> Result<Syncs, Problem> {
        let Setup { book, secrets, user_agent, clock, configure_client, read_device_state } = setup;
        let now = clock.now();
        with_book(&book, move |book| book.requeue_jobs(now)).await?;
        let stop = CancellationToken::new();
        let reporter = Arc::new(Reporter::new(Arc::clone(&book), observer));
        let clients =
            ClientProvider::new(Arc::clone(&book), secrets, user_agent, Arc::clone(&clock), configure_client);
        let context = Arc::new(Context {
            book,
            clients,
            reporter: Arc::clone(&reporter),
            clock,
            automatic_allowed: AtomicBool::new(true),
            book_tasks: TaskTracker::new(),
            book_threads: BookThreads::new().map_err(Problem::internal)?,
        });
        let scheduler = Arc::new(Scheduler::new(Arc::clone(&context), read_device_state, stop.clone()));
        Ok(Syncs {
            context,
            scheduling: tokio::spawn(Arc::clone(&scheduler).run()),
            scheduler,
            reporting: tokio::spawn(reporter.run(stop.clone())),
            stop: stop.drop_guard(),
        })
    }

    /// Requests a sync of each ad account. An unfinished job of the same kind is returned instead of a new one, unless it has
    /// only media left. A new job that cannot run says what it waits for.
    pub async fn request(&self, kind: JobKind, accounts: Vec<AdAccountId>) -> Result<Requested, Problem> {
        let now = self.context.now();
        let requested =
            self.context.with_book(move |book| book.request_syncs(kind, &accounts, false, now)).await?;
        let requested = self.with_known_waits(requested).await?;
        self.scheduler.requested(&requested);
        if requested.running.is_empty() {
            self.scheduler.wake();
        } else {
            // One of them may wait for the network.
            self.scheduler.check_now();
        }
        Ok(requested)
    }

    /// Sets what the new jobs will wait for, as far as that is known before they start.
    async fn with_known_waits(&self, mut requested: Requested) -> Result<Requested, Problem> {
        let unreachable = match self.reachability() {
            Reachability::Unreachable(reason) => Some(reason.waits_for),
            _ => None,
        };
        let locked = (self.context.clients.secrets.storage().await == SecretStorage::EncryptedLocked)
            .then_some(WaitsFor::Secrets);
        let now = self.context.now();
        self.context
            .with_book(move |book| {
                match unreachable.or(locked) {
                    None => book.set_known_waits(&mut requested.queued, now)?,
                    known => requested.queued.iter_mut().for_each(|job| job.waits_for = known),
                }
                Ok(requested)
            })
            .await
    }

    /// Returns whether TikTok can be reached.
    pub fn reachability(&self) -> Reachability {
        self.scheduler.reachability()
    }

    /// Returns why no job can start, such as a full disk. The scheduler tries again every minute.
    pub fn stall(&self) -> Option<Problem> {
        self.scheduler.stall()
    }

    /// Cancels a job. Returns false if it had already ended.
    pub async fn cancel(&self, job: i64) -> Result<bool, Problem> {
        let cancelled = self.context.end_job(job, JobState::Cancelled, None).await?;
        self.scheduler.cancel(job);
        Ok(cancelled)
    }

    /// Requests the same sync as an earlier job.
    pub async fn retry(&self, job: i64) -> Result<Requested, Problem> {
        match self.context.with_book(move |book| book.job(job)).await? {
            Some(job) => self.request(job.kind, vec![job.ad_account]).await,
            None => Ok(Requested::default()),
        }
    }

    /// Retries waiting jobs. Call it when the network is back, a TikTok user signed in, or the app or the proxy changed.
    /// Jobs that wait for secrets also notice by themselves that these can be read again.
    pub async fn wake(&self) -> Result<(), Problem> {
        self.context.clients.clear_tokens().await;
        self.context.clients.discard_client().await;
        for waits_for in [WaitsFor::SignIn, WaitsFor::Secrets, WaitsFor::App] {
            self.context.with_book(move |book| book.wake_jobs(waits_for)).await?;
        }
        self.scheduler.check_now();
        Ok(())
    }

    /// Applies changed sync settings: the schedule or the tier of the app.
    pub fn settings_changed(&self) {
        self.scheduler.check_now();
    }

    /// Interrupts all jobs and returns them to the queue. Afterwards the book is no longer in use.
    pub async fn stop(self) -> Result<(), Problem> {
        let Syncs { context, scheduler, scheduling, reporting, stop } = self;
        drop(stop);
        scheduling.await.map_err(Problem::internal)?;
        reporting.await.map_err(Problem::internal)?;
        drop(scheduler);
        context.reporter.flush();
        let now = context.now();
        with_book(&context.book, move |book| book.requeue_jobs(now)).await
    }
}
