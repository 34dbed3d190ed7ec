//! Syncing in the background: what TikTok says of any number of ad accounts, into the book (R19, R26–R30, A15, A17,
//! A18).
//!
//! Jobs are rows of the book before they are work. `engine` begins them, `work` does one step by step and knows what each
//! kind of trouble asks for, `reach` has the client and the tokens, `teller` tells what happens. Jobs of different ad
//! accounts run side by side, the pages of a listing too; each page is written in a short transaction of its own.

mod event;
mod facts;
mod recovery;
mod scheduler;
mod steps;

mod power;
mod reporter;
mod runner;

use std::sync::Arc;

use partner::Book;
use partner::ids::AdAccountId;
use partner::sync_jobs::job::{JobKind, JobState, Requested, WaitsFor};
use tiktok_business::{Client, Clock, Options, SystemClock};
use tokio::task::JoinHandle;
use tokio_util::sync::DropGuard;

pub use event::{Activity, SyncEvent};
pub use power::Surroundings;

use crate::problem::Problem;
use crate::secrets::Keys;
use crate::tiktok::import::in_background;
use reporter::Teller;
use scheduler::Engine;

/// What syncs need.
#[derive(Clone)]
pub struct Setup {
    /// Where the jobs are, and where it is written.
    pub book: Arc<Book>,
    /// Where the log-ins' tokens are.
    pub keys: Keys,
    /// Who asks, as TikTok sees it.
    pub user_agent: String,
    /// What tells the time.
    pub clock: Arc<dyn Clock>,
    /// Changes how the client behaves.
    pub tune: Arc<dyn Fn(Options) -> Options + Send + Sync>,
    /// What tells of power and network; it may take a moment.
    pub surroundings: Arc<dyn Fn() -> Surroundings + Send + Sync>,
}

impl Setup {
    /// As usual.
    pub fn new(book: Arc<Book>, keys: Keys, user_agent: impl Into<String>) -> Setup {
        Setup {
            book,
            keys,
            user_agent: user_agent.into(),
            clock: Arc::new(SystemClock),
            tune: Arc::new(|options| options),
            surroundings: Arc::new(Surroundings::now),
        }
    }
}

/// Who hears what happens. Called from any thread; must not wait.
pub type Observer = Arc<dyn Fn(SyncEvent) + Send + Sync>;

/// The syncs of one open book. Dropping it ends them where they are; they go on when the book is opened again.
pub struct Syncs {
    engine: Arc<Engine>,
    running: JoinHandle<()>,
    telling: JoinHandle<()>,
    _end: DropGuard,
}

impl Syncs {
    /// Begin: what was under way when the book was closed goes on. Needs a tokio runtime.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn start(setup: Setup, observer: Observer) -> Result<Syncs, Problem> {
        let (book, now) = (Arc::clone(&setup.book), setup.clock.now());
        in_background(move || book.requeue_jobs(now)).await??;
        let teller = Arc::new(Teller::new(Arc::clone(&setup.book), observer));
        let engine = Arc::new(Engine::new(setup, Arc::clone(&teller)));
        Ok(Syncs {
            _end: engine.stop.clone().drop_guard(),
            running: tokio::spawn(Arc::clone(&engine).run()),
            telling: tokio::spawn(teller.run(engine.stop.clone())),
            engine,
        })
    }

    /// Ask for a sync of each ad account. What is under way already is not asked for twice, but told.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn request(&self, kind: JobKind, accounts: Vec<AdAccountId>) -> Result<Requested, Problem> {
        let now = self.engine.now();
        let asked = self.engine.in_book(move |book| book.request_syncs(kind, &accounts, false, now)).await?;
        self.engine.teller.moved(asked.queued.iter().map(|job| job.id));
        self.engine.poke.notify_one();
        Ok(asked)
    }

    /// Give a job up. Tells whether it was under way.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn cancel(&self, job: i64) -> Result<bool, Problem> {
        let now = self.engine.now();
        let ended =
            self.engine.in_book(move |book| book.end_job(job, JobState::Cancelled, None, now)).await?;
        self.engine.give_up(job);
        if ended {
            self.engine.teller.ended(job);
        }
        Ok(ended)
    }

    /// Ask for the same as a job of the past did.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn retry(&self, job: i64) -> Result<Requested, Problem> {
        match self.engine.in_book(move |book| book.job(job)).await? {
            Some(job) => self.request(job.kind, vec![job.ad_account]).await,
            None => Ok(Requested::default()),
        }
    }

    /// The network is back, a TikTok user logged in again, or the TikTok app or the keys changed: what waits for that
    /// tries again.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn wake(&self) -> Result<(), Problem> {
        self.engine.reach.forget_tokens().await;
        self.engine.in_book(|book| book.wake_jobs(WaitsFor::SignIn)).await?;
        self.engine.look_again();
        Ok(())
    }

    /// The settings of syncs in the book changed: the schedule, or TikTok's tier.
    pub fn settings_changed(&self) {
        self.engine.look_again();
    }

    /// The client that the syncs use: whoever else calls TikTok for the same app shares its limits through it.
    ///
    /// # Errors
    /// When no app is set up.
    pub async fn client(&self) -> Result<Client, Problem> {
        self.engine.reach.client(&self.engine.setup).await
    }

    /// End, and put what runs back in line. Nothing is written any more, and the book not held, once this returns.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn stop(self) -> Result<(), Problem> {
        let Syncs { engine, running, telling, _end } = self;
        engine.stop.cancel();
        running.await.map_err(Problem::internal)?;
        telling.await.map_err(Problem::internal)?;
        engine.teller.tell_news();
        let (book, now) = (Arc::clone(&engine.setup.book), engine.now());
        Ok(in_background(move || book.requeue_jobs(now)).await??)
    }
}
