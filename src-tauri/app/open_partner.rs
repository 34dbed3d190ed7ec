//! The open partner: its book, and the background work that runs until its file is closed.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use partner::decisions::{Change, Outcome};
use partner::queries::suggestions::Suggester;
use partner::{Book, PreviousSession};
use services::mail::Transport;
use services::outbox::{self, Outbox};
use services::problem::{Problem, ProblemCode};
use services::runtime::with_book;
use services::secrets::SecretStore;
use services::sync::{self, Syncs};
use tiktok_business::AccessToken;
use tiktok_sandbox::Sandbox;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::daily_backup;
use super::lock::locked;
use super::proxy::ProxySlot;
use super::tested_mail::TestedMail;

/// Sent with every request to TikTok.
pub const USER_AGENT: &str = concat!("XPO-Admin/", env!("CARGO_PKG_VERSION"));

/// How long closing waits for what still uses the file. The file is checked at its next opening if that is not enough. When
/// the admin logs off, Windows ends the application after five seconds.
pub const CLOSING_TIMEOUT: Duration = Duration::from_secs(4);

/// The open partner and everything that runs for it.
pub struct OpenPartner {
    pub book: Arc<Book>,
    /// The name of its file in the folder of partners.
    pub file: String,
    pub secrets: SecretStore,
    pub mail: Transport,
    pub proxy: Arc<ProxySlot>,
    pub suggester: Arc<Suggester>,
    /// A sign-in that succeeded and whose import failed: the token, and the TikTok user that was expected.
    pub unfinished: Mutex<Option<(AccessToken, Option<String>)>>,
    /// The mail settings whose test succeeded last, until others are saved.
    pub tested_mail: Mutex<Option<TestedMail>>,
    /// How the previous session left the file, until the window has shown it.
    pub previous_session: Mutex<Option<PreviousSession>>,
    /// Why the last daily backup failed, until any backup succeeds.
    pub backup_problem: Mutex<Option<Problem>>,
    /// Cancelled when closing starts.
    closing: CancellationToken,
    /// Background tasks, and the file itself: a task of this tracker ends when the file is closed.
    tasks: TaskTracker,
    /// Taken when closing starts.
    syncs: Mutex<Option<Arc<Syncs>>>,
    outbox: Mutex<Option<Arc<Outbox>>>,
    /// The simulator of the practice partner.
    sandbox: Mutex<Option<Sandbox>>,
}

impl OpenPartner {
    pub fn new(
        book: Arc<Book>,
        file: String,
        secrets: SecretStore,
        mail: Transport,
        proxy: Arc<ProxySlot>,
        sandbox: Option<Sandbox>,
    ) -> OpenPartner {
        let tasks = TaskTracker::new();
        book.hold_until_closed(tasks.token());
        let previous_session = Some(book.previous_session().clone()).filter(PreviousSession::has_news);
        OpenPartner {
            book,
            file,
            secrets,
            mail,
            proxy,
            suggester: Arc::default(),
            unfinished: Mutex::new(None),
            tested_mail: Mutex::new(None),
            previous_session: Mutex::new(previous_session),
            backup_problem: Mutex::new(None),
            closing: CancellationToken::new(),
            tasks,
            syncs: Mutex::new(None),
            outbox: Mutex::new(None),
            sandbox: Mutex::new(sandbox),
        }
    }

    /// Starts the syncs and the outbox.
    ///
    /// # Errors
    /// Fails when the file cannot be written.
    pub async fn start(&self, of_syncs: sync::Observer, of_outbox: outbox::Observer) -> Result<(), Problem> {
        let (book, secrets, proxy) = (Arc::clone(&self.book), self.secrets.clone(), Arc::clone(&self.proxy));
        let setup = sync::Setup {
            configure_client: Arc::new(move |options| proxy.configure(options)),
            ..sync::Setup::new(book, secrets, USER_AGENT)
        };
        let syncs = Syncs::start(setup, of_syncs).await?;
        let setup = outbox::Setup::new(Arc::clone(&self.book), self.secrets.clone(), self.mail.clone());
        let outbox = Outbox::start(setup, of_outbox).await?;
        *locked(&self.syncs) = Some(Arc::new(syncs));
        *locked(&self.outbox) = Some(Arc::new(outbox));
        Ok(())
    }

    /// Takes daily backups until the partner is being closed, and calls `notify` after each attempt.
    pub fn start_daily_backups(self: &Arc<Self>, notify: impl Fn() + Send + Sync + 'static) {
        let partner = Arc::downgrade(self);
        let report = move |problem| {
            if let Some(open) = partner.upgrade() {
                *locked(&open.backup_problem) = problem;
            }
            notify();
        };
        let (book, closing) = (Arc::downgrade(&self.book), self.closing.clone());
        self.spawn(daily_backup::run(book, daily_backup::SCHEDULE, closing, report));
    }

    /// Adds a backup to the folder of backups, and returns its path.
    ///
    /// # Errors
    /// Fails when the backup cannot be written.
    pub async fn back_up_now(&self) -> Result<PathBuf, Problem> {
        let path = with_book(&self.book, |book| book.back_up_now(Timestamp::now())).await?;
        *locked(&self.backup_problem) = None;
        Ok(path)
    }

    /// Tells long work to stop once closing has started, because closing waits for it.
    pub fn continue_unless_closing(&self) -> ControlFlow<()> {
        if self.closing.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Runs a task until it ends or the partner is being closed.
    pub fn spawn(self: &Arc<Self>, task: impl Future<Output = ()> + Send + 'static) {
        let closing = self.closing.clone();
        tauri::async_runtime::spawn(self.tasks.track_future(async move {
            closing.run_until_cancelled(task).await;
        }));
    }

    /// # Errors
    /// [`ProblemCode::PartnerNotOpen`] once closing has started.
    pub fn syncs(&self) -> Result<Arc<Syncs>, Problem> {
        locked(&self.syncs).clone().ok_or_else(|| ProblemCode::PartnerNotOpen.into())
    }

    /// Saves a change, unless something blocks it.
    ///
    /// # Errors
    /// Fails when the file cannot be written.
    pub async fn commit(&self, change: Change) -> Result<Outcome, Problem> {
        let outcome = with_book(&self.book, move |book| book.commit(&change)).await?;
        if outcome.entry.is_some() {
            // The change may have added or withdrawn a request.
            self.send_due_mail();
        }
        Ok(outcome)
    }

    /// Makes the outbox send mail that is due. While the partner is being closed, such mail waits until it is opened again.
    pub fn send_due_mail(&self) {
        if let Some(outbox) = &*locked(&self.outbox) {
            outbox.wake();
        }
    }

    /// Makes the outbox retry now: the network is available again.
    ///
    /// # Errors
    /// Fails when the file cannot be written.
    pub async fn retry_mail(&self) -> Result<(), Problem> {
        let outbox = locked(&self.outbox).clone();
        match outbox {
            Some(outbox) => outbox.retry_now().await,
            None => Ok(()),
        }
    }

    /// Stops everything that runs for the partner and waits until its file is closed, up to `limit`.
    pub async fn close(self: Arc<Self>, limit: Duration) {
        self.closing.cancel();
        if tokio::time::timeout(limit, self.stop()).await.is_err() {
            tracing::warn!("closed a partner whose file is still in use");
        }
    }

    async fn stop(self: Arc<Self>) {
        let syncs = locked(&self.syncs).take().and_then(Arc::into_inner);
        let outbox = locked(&self.outbox).take().and_then(Arc::into_inner);
        // A command may still hold one of them. It then stops when the command drops it.
        let stop_syncs = async {
            if let Some(syncs) = syncs
                && let Err(problem) = syncs.stop().await
            {
                tracing::warn!(code = ?problem.code, "failed to stop the syncs");
            }
        };
        let stop_outbox = async {
            if let Some(outbox) = outbox
                && let Err(problem) = outbox.stop().await
            {
                tracing::warn!(code = ?problem.code, "failed to stop the outbox");
            }
        };
        tokio::join!(stop_syncs, stop_outbox);
        let sandbox = locked(&self.sandbox).take();
        let tasks = self.tasks.clone();
        drop(self);
        tasks.close();
        tasks.wait().await;
        if let Some(sandbox) = sandbox {
            sandbox.stop().await;
        }
    }
}

#[cfg(test)]
pub mod tests {
    use partner::Folder;
    use services::secrets::Settings;

    use super::*;

    pub fn open_partner(folder: &Folder) -> Arc<OpenPartner> {
        let (file, book) = folder.create("Knorex Asia").unwrap();
        of_book(folder, file, book)
    }

    pub fn of_book(folder: &Folder, file: String, book: Book) -> Arc<OpenPartner> {
        let secrets = SecretStore::new(folder.root().join("secrets.age"), Settings::default());
        let proxy = Arc::new(ProxySlot::read(folder.root()));
        Arc::new(OpenPartner::new(
            Arc::new(book),
            file,
            secrets,
            Transport::Folder("nowhere".into()),
            proxy,
            None,
        ))
    }

    #[tokio::test]
    async fn the_problem_of_the_daily_backup_stays_until_a_backup_succeeds() {
        let dir = tempfile::tempdir().unwrap();
        let open = open_partner(&Folder::at(dir.path()));
        *locked(&open.backup_problem) = Some(ProblemCode::DiskFull.into());
        let backups = dir.path().join("backups");
        // A file where the folder has to be.
        std::fs::write(&backups, "").unwrap();
        open.back_up_now().await.unwrap_err();
        assert!(locked(&open.backup_problem).is_some());
        std::fs::remove_file(&backups).unwrap();
        assert!(open.back_up_now().await.unwrap().starts_with(&backups));
        assert!(locked(&open.backup_problem).is_none());
    }

    #[tokio::test]
    async fn closing_stops_background_tasks() {
        let dir = tempfile::tempdir().unwrap();
        let open = open_partner(&Folder::at(dir.path()));
        let held = Arc::clone(&open);
        open.spawn(async move {
            let _held = held;
            std::future::pending::<()>().await;
        });
        open.close(CLOSING_TIMEOUT).await;
        assert!(
            !dir.path()
                .join("partners")
                .read_dir()
                .unwrap()
                .any(|entry| { entry.unwrap().file_name().to_string_lossy().ends_with(".open") })
        );
    }
}
