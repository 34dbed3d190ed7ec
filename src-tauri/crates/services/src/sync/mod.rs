//! Syncing in the background: what TikTok says of any number of ad accounts, into the book (R19, R26–R30, A15, A17,
//! A18).
//!
//! Jobs are rows of the book before they are work. Jobs of different ad accounts run side by side, the pages of a listing
//! too; each page is written in a short transaction of its own.

mod event;

use std::sync::Arc;

use partner::Book;
use partner::ids::AdAccountId;
use partner::jobs::{JobKind, JobState, Requested, WaitsFor};
use tiktok_business::{Clock, SystemClock};

pub use event::{Activity, SyncEvent};

use crate::import::in_background;
use crate::keys::Keys;
use crate::problem::Problem;

/// What syncs need.
pub struct Setup {
    /// Where the jobs are, and where it is written.
    pub book: Arc<Book>,
    /// Where the log-ins' tokens are.
    pub keys: Keys,
    /// Who asks, as TikTok sees it.
    pub user_agent: String,
    /// What tells the time.
    pub clock: Arc<dyn Clock>,
}

impl Setup {
    /// As usual.
    pub fn new(book: Arc<Book>, keys: Keys, user_agent: impl Into<String>) -> Setup {
        Setup { book, keys, user_agent: user_agent.into(), clock: Arc::new(SystemClock) }
    }
}

/// Who hears what happens. Called from any thread; must not wait.
pub type Observer = Arc<dyn Fn(SyncEvent) + Send + Sync>;

/// The syncs of one open book. Dropping it ends them where they are; they go on when the book is opened again.
pub struct Syncs {
    setup: Setup,
}

impl Syncs {
    /// Begin: what was under way when the book was closed goes on. Needs a tokio runtime.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn start(setup: Setup, observer: Observer) -> Result<Syncs, Problem> {
        let (book, now) = (setup.book.clone(), setup.clock.now());
        in_background(move || book.requeue_jobs(now)).await??;
        let _ = observer;
        Ok(Syncs { setup })
    }

    /// Ask for a sync of each ad account. What is under way already is not asked for twice, but told.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn request(&self, kind: JobKind, accounts: Vec<AdAccountId>) -> Result<Requested, Problem> {
        let (book, now) = (self.setup.book.clone(), self.setup.clock.now());
        Ok(in_background(move || book.request_syncs(kind, &accounts, false, now)).await??)
    }

    /// Give a job up. Tells whether it was under way.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn cancel(&self, job: i64) -> Result<bool, Problem> {
        let (book, now) = (self.setup.book.clone(), self.setup.clock.now());
        Ok(in_background(move || book.end_job(job, JobState::Cancelled, None, now)).await??)
    }

    /// Ask for the same as a job of the past did.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn retry(&self, job: i64) -> Result<Requested, Problem> {
        let book = self.setup.book.clone();
        match in_background(move || book.job(job)).await?? {
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
        let book = self.setup.book.clone();
        in_background(move || {
            book.wake_jobs(WaitsFor::LogIn)?;
            book.wake_jobs(WaitsFor::Network)
        })
        .await??;
        Ok(())
    }

    /// The settings of syncs in the book changed: the schedule and TikTok's tier.
    pub fn settings_changed(&self) {}

    /// End, and put what runs back in line. Nothing is written any more once this returns.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn stop(self) -> Result<(), Problem> {
        let (book, now) = (self.setup.book.clone(), self.setup.clock.now());
        Ok(in_background(move || book.requeue_jobs(now)).await??)
    }
}
