//! The outbox: sends the mails of requests in the background until the mail server has accepted them (R48).
//!
//! Mails are rows of the book, and one is sent at a time. The server's reply decides: after its 250 a mail is sent and
//! never touched again; transient failures are retried with backoff; permanent ones wait for the admin. If the connection
//! ends after the text was sent and before the reply, the server may have the mail: it is retried with the same
//! Message-ID, by which the recipient's server recognizes a duplicate, and after three such attempts the admin decides.

mod event;
mod sender;

use std::sync::Arc;

use partner::Book;
use tiktok_business::{Clock, SystemClock};
use tokio::task::JoinHandle;
use tokio_util::sync::DropGuard;

pub use event::{AccountRequest, OutboxEvent};

use crate::mail::Transport;
use crate::problem::Problem;
use crate::runtime::with_book;
use crate::secrets::SecretStore;
use sender::{Sender, interrupted};

/// The dependencies of an outbox.
#[derive(Clone)]
pub struct Setup {
    pub book: Arc<Book>,
    /// Has the password of the mail server.
    pub secrets: SecretStore,
    pub transport: Transport,
    pub clock: Arc<dyn Clock>,
}

impl Setup {
    pub fn new(book: Arc<Book>, secrets: SecretStore, transport: Transport) -> Setup {
        Setup { book, secrets, transport, clock: Arc::new(SystemClock) }
    }
}

/// Handles events. Called on any thread; must not block.
pub type Observer = Arc<dyn Fn(OutboxEvent) + Send + Sync>;

/// The running outbox of an open book. Dropping it cancels its work, which continues when the book is opened again.
pub struct Outbox {
    sender: Arc<Sender>,
    task: JoinHandle<()>,
    _cancel: DropGuard,
}

impl Outbox {
    /// Requeues the mails that were being sent when the book was closed, and starts. Needs a tokio runtime.
    pub async fn start(setup: Setup, observer: Observer) -> Result<Outbox, Problem> {
        requeue(&setup).await?;
        let sender = Arc::new(Sender::new(setup, observer));
        let task = tokio::spawn(Arc::clone(&sender).run());
        Ok(Outbox { _cancel: sender.cancel.clone().drop_guard(), task, sender })
    }

    /// Checks for due mails: call it after a mail was queued or the settings changed.
    pub fn wake(&self) {
        self.sender.wake.notify_one();
    }

    /// Makes waiting mails due now: call it when the network is back.
    pub async fn retry_now(&self) -> Result<(), Problem> {
        let now = self.sender.setup.clock.now();
        with_book(&self.sender.setup.book, move |book| book.make_mails_due(now)).await?;
        self.wake();
        Ok(())
    }

    /// Stops, and waits a few seconds for a mail that is being sent. Afterwards nothing writes to the book or holds it.
    pub async fn stop(self) -> Result<(), Problem> {
        let Outbox { sender, task, _cancel } = self;
        sender.cancel.cancel();
        task.await.map_err(Problem::internal)?;
        requeue(&sender.setup).await
    }
}

/// Requeues mails that are marked as being sent while no sender runs.
async fn requeue(setup: &Setup) -> Result<(), Problem> {
    let now = setup.clock.now();
    let later = now.saturating_add(sender::UNCERTAIN_DELAY).unwrap_or(now);
    with_book(&setup.book, move |book| book.requeue_interrupted_mails(&interrupted(), now, later))
        .await
        .map(drop)
}
