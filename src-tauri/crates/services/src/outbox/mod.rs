//! The outbox: the mails of requests, sent in the background until the server has them (R48).
//!
//! Mails are rows of the book before they are work, and one is sent at a time. Whatever the server says decides what comes
//! of it: its 250, and the mail is sent and never touched again; a no that is not for good, or no connection, and it is
//! tried again after a growing pause; a no for good, and it waits for the admin. When the text was on its way and the
//! server's word is missing, nobody knows whether it has the mail: it is tried again with the same Message-ID, by which
//! the second copy is recognised, and after three such ends the admin decides.

mod event;
mod sender;

use std::sync::Arc;

use partner::Book;
use tiktok_business::{Clock, SystemClock};
use tokio::task::JoinHandle;
use tokio_util::sync::DropGuard;

pub use event::{AccountRequest, OutboxEvent};

use crate::mail::Way;
use crate::problem::Problem;
use crate::secrets::Keys;
use crate::tiktok::import::in_background;
use sender::{Engine, lost};

/// What the outbox needs.
#[derive(Clone)]
pub struct Setup {
    /// Where the mails are.
    pub book: Arc<Book>,
    /// Where the mail server's password is.
    pub keys: Keys,
    /// How mail leaves.
    pub way: Way,
    /// What tells the time.
    pub clock: Arc<dyn Clock>,
}

impl Setup {
    /// As usual.
    pub fn new(book: Arc<Book>, keys: Keys, way: Way) -> Setup {
        Setup { book, keys, way, clock: Arc::new(SystemClock) }
    }
}

/// Who hears what happens. Called from any thread; must not wait.
pub type Observer = Arc<dyn Fn(OutboxEvent) + Send + Sync>;

/// The outbox of one open book. Dropping it ends it where it is; it goes on when the book is opened again.
pub struct Outbox {
    engine: Arc<Engine>,
    running: JoinHandle<()>,
    _end: DropGuard,
}

impl Outbox {
    /// Begin: what was being sent when the book was closed goes on. Needs a tokio runtime.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn start(setup: Setup, observer: Observer) -> Result<Outbox, Problem> {
        requeue(&setup).await?;
        let engine = Arc::new(Engine::new(setup, observer));
        let running = tokio::spawn(Arc::clone(&engine).run());
        Ok(Outbox { _end: engine.stop.clone().drop_guard(), running, engine })
    }

    /// A mail may be due now: one was queued, or the settings are others.
    pub fn look(&self) {
        self.engine.poke.notify_one();
    }

    /// The network is back: what waits is tried now.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn hurry(&self) -> Result<(), Problem> {
        let (book, now) = (Arc::clone(&self.engine.setup.book), self.engine.setup.clock.now());
        in_background(move || book.make_mails_due(now)).await??;
        self.look();
        Ok(())
    }

    /// End. A mail that is on its way gets a few seconds to arrive. Nothing is written any more, and the book not held,
    /// once this returns.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn stop(self) -> Result<(), Problem> {
        let Outbox { engine, running, _end } = self;
        engine.stop.cancel();
        running.await.map_err(Problem::internal)?;
        requeue(&engine.setup).await
    }
}

/// Put back in line what is being sent by nobody.
async fn requeue(setup: &Setup) -> Result<(), Problem> {
    let (book, now) = (Arc::clone(&setup.book), setup.clock.now());
    let later = now.saturating_add(sender::UNCERTAIN_PAUSE).unwrap_or(now);
    in_background(move || book.requeue_interrupted_mails(&lost(), now, later)).await??;
    Ok(())
}
