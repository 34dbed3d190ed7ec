//! The lifecycle of the open partner: opening, closing, and reopening the last one at start.
//!
//! At most one partner is open. Opening and closing take turns; a partner counts as closed once its file is closed, so that
//! the same file can be opened again at once and the next start need not check it.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use partner::store::permissions::write_private_file;
use partner::{Book, Folder, PreviousSession};
use services::mail::Way;
use services::outbox::Outbox;
use services::problem::{Problem, ProblemCode};
use services::secrets::Keys;
use services::sync::Syncs;
use tauri::AppHandle;
use tiktok_business::AccessToken;
use tiktok_sandbox::Sandbox;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::state::{State, locked};
use super::{background, daily_backup, observers, practice, tiktok};
use crate::events::{Changed, What, tell};
use crate::shell::window;

/// How long closing waits for work that still uses the file. The file is checked at its next opening if that is not enough.
const CLOSING_TIMEOUT: Duration = Duration::from_secs(5);

/// The open partner and everything that runs for it.
pub struct OpenPartner {
    pub book: Arc<Book>,
    /// The name of its file in the folder of partners.
    pub file: String,
    pub keys: Keys,
    pub mail: Way,
    /// A sign-in that succeeded and whose import failed: the token, and the TikTok user that was expected.
    pub unfinished: Mutex<Option<(AccessToken, Option<String>)>>,
    /// How the previous session left the file, until the window has shown it.
    pub previous_session: Mutex<Option<PreviousSession>>,
    /// Why the last daily backup failed.
    pub backup_problem: Mutex<Option<Problem>>,
    /// Cancelled when closing starts.
    closing: CancellationToken,
    /// Background tasks, and the file itself: a task of this tracker ends when the file is closed.
    tasks: TaskTracker,
    /// Taken when closing starts.
    syncs: Mutex<Option<Arc<Syncs>>>,
    outbox: Mutex<Option<Arc<Outbox>>>,
    /// TikTok's stand-in, for the practice partner.
    sandbox: Mutex<Option<Sandbox>>,
}

impl OpenPartner {
    pub(super) fn new(
        book: Book,
        file: String,
        keys: Keys,
        mail: Way,
        sandbox: Option<Sandbox>,
    ) -> OpenPartner {
        let tasks = TaskTracker::new();
        book.hold_until_closed(tasks.token());
        let previous_session = Some(book.previous_session().clone()).filter(|session| session.has_news());
        OpenPartner {
            book: Arc::new(book),
            file,
            keys,
            mail,
            unfinished: Mutex::new(None),
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
    async fn start(&self, app: &AppHandle) -> Result<(), Problem> {
        let syncs = Syncs::start(observers::sync_setup(self), observers::of_syncs(app)).await?;
        let outbox = Outbox::start(observers::outbox_setup(self), observers::of_outbox(app)).await?;
        *locked(&self.syncs) = Some(Arc::new(syncs));
        *locked(&self.outbox) = Some(Arc::new(outbox));
        Ok(())
    }

    /// Tells long work to stop once closing has started, because closing waits for it.
    pub fn go_on(&self) -> ControlFlow<()> {
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

    /// Makes the outbox send mail that is due. While the partner is being closed this waits for its next opening.
    pub fn send_due_mail(&self) {
        if let Some(outbox) = &*locked(&self.outbox) {
            outbox.look();
        }
    }

    /// Makes the outbox retry now: the network or the secrets are available again.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn retry_mail(&self) -> Result<(), Problem> {
        let outbox = locked(&self.outbox).clone();
        match outbox {
            Some(outbox) => outbox.hurry().await,
            None => Ok(()),
        }
    }

    /// Stops everything that runs for the partner and waits until its file is closed.
    async fn close(self: Arc<Self>) {
        self.closing.cancel();
        let syncs = locked(&self.syncs).take().and_then(Arc::into_inner);
        let outbox = locked(&self.outbox).take().and_then(Arc::into_inner);
        // A command that still holds one of them drops it within moments, which stops it as well.
        if let Some(syncs) = syncs
            && let Err(problem) = syncs.stop().await
        {
            tracing::warn!(code = ?problem.code, "failed to stop the syncs");
        }
        if let Some(outbox) = outbox
            && let Err(problem) = outbox.stop().await
        {
            tracing::warn!(code = ?problem.code, "failed to stop the outbox");
        }
        let sandbox = locked(&self.sandbox).take();
        let tasks = self.tasks.clone();
        drop(self);
        tasks.close();
        if tokio::time::timeout(CLOSING_TIMEOUT, tasks.wait()).await.is_err() {
            tracing::warn!("closed a partner whose file is still in use");
        }
        if let Some(sandbox) = sandbox {
            sandbox.stop().await;
        }
    }
}

/// Which partner is open.
#[derive(Default)]
pub struct Session {
    current: Mutex<Option<Arc<OpenPartner>>>,
    /// Held while a partner is opened or closed.
    transition: tokio::sync::Mutex<()>,
}

impl Session {
    /// # Errors
    /// [`ProblemCode::PartnerNotOpen`].
    pub fn current(&self) -> Result<Arc<OpenPartner>, Problem> {
        locked(&self.current).clone().ok_or_else(|| ProblemCode::PartnerNotOpen.into())
    }

    fn current_if(&self, wanted: impl FnOnce(&OpenPartner) -> bool) -> Option<Arc<OpenPartner>> {
        self.current().ok().filter(|open| wanted(open))
    }
}

/// Creates a partner and opens it.
///
/// # Errors
/// When the name is taken or invalid, and when the file cannot be written. The partner that is open stays open then.
pub async fn create(app: &AppHandle, state: &State, name: String) -> Result<Arc<OpenPartner>, Problem> {
    let _transition = state.session.transition.lock().await;
    let subject = name.clone();
    replace(app, state, &subject, move |folder| folder.create(&name)).await
}

/// Opens a file of the folder of partners.
///
/// # Errors
/// When it cannot be opened. The partner that is open stays open then.
pub async fn open(app: &AppHandle, state: &State, file: String) -> Result<Arc<OpenPartner>, Problem> {
    let _transition = state.session.transition.lock().await;
    if let Some(open) = state.session.current_if(|open| open.file == file) {
        return Ok(open);
    }
    open_file(app, state, file).await
}

/// Opens a file whose acknowledged changes are partly missing, without those.
///
/// # Errors
/// When it cannot be opened. The partner that is open stays open then.
pub async fn open_incomplete(
    app: &AppHandle,
    state: &State,
    file: String,
) -> Result<Arc<OpenPartner>, Problem> {
    let _transition = state.session.transition.lock().await;
    let subject = file.clone();
    replace(app, state, &subject, move |folder| {
        let book = folder.open_incomplete(&file)?;
        Ok((file, book))
    })
    .await
}

/// Opens the practice partner, which is created if needed.
///
/// # Errors
/// When it cannot be opened. The partner that is open stays open then.
pub async fn open_practice(app: &AppHandle, state: &State) -> Result<Arc<OpenPartner>, Problem> {
    let _transition = state.session.transition.lock().await;
    if let Some(open) = state.session.current_if(|open| open.book.partner().practice) {
        return Ok(open);
    }
    replace(app, state, practice::NAME, |folder| folder.practice(practice::NAME)).await
}

/// Opens the partner that was open last, unless one is open.
///
/// # Errors
/// When it cannot be opened. A file that no longer exists is not an error.
pub async fn reopen(app: &AppHandle, state: &State) -> Result<Option<Arc<OpenPartner>>, Problem> {
    let _transition = state.session.transition.lock().await;
    if let Some(open) = state.session.current_if(|_| true) {
        return Ok(Some(open));
    }
    let Ok(file) = std::fs::read_to_string(last_partner_path(&state.folder)) else { return Ok(None) };
    match open_file(app, state, file).await {
        Ok(open) => Ok(Some(open)),
        Err(problem) if problem.code == ProblemCode::FileMissing => Ok(None),
        Err(problem) => Err(problem),
    }
}

/// Closes the open partner, so that the partner picker is shown.
pub async fn close(app: &AppHandle, state: &State) {
    let _transition = state.session.transition.lock().await;
    close_current(state).await;
    remember(&state.folder, None);
    window::set_partner(app, None);
    tell(app, Changed { what: vec![What::Partners] });
}

/// Closes the open partner before the process ends. The next start reopens it.
pub async fn close_for_exit(state: &State) {
    let _transition = state.session.transition.lock().await;
    close_current(state).await;
}

/// Closes the open partner, runs `work` on its file, and opens it again, whatever `work` returned.
///
/// # Errors
/// Those of `work` first, then those of opening.
pub async fn with_closed_file(
    app: &AppHandle,
    state: &State,
    work: impl FnOnce(&Folder, &str) -> partner::Result<()> + Send + 'static,
) -> Result<Arc<OpenPartner>, Problem> {
    let file = state.session.current()?.file.clone();
    let _transition = state.session.transition.lock().await;
    close_current(state).await;
    let (folder, wanted) = (state.folder.clone(), file.clone());
    let done = background::run(move || work(&folder, &wanted)).await?;
    let open = open_file(app, state, file).await;
    done?;
    open
}

async fn open_file(app: &AppHandle, state: &State, file: String) -> Result<Arc<OpenPartner>, Problem> {
    let subject = file.clone();
    replace(app, state, &subject, move |folder| {
        let book = folder.open(&file)?;
        Ok((file, book))
    })
    .await
}

/// Opens a partner in place of the current one. Nothing of the current one is stopped until the other one runs.
async fn replace(
    app: &AppHandle,
    state: &State,
    subject: &str,
    open: impl FnOnce(&Folder) -> partner::Result<(String, Book)> + Send + 'static,
) -> Result<Arc<OpenPartner>, Problem> {
    let folder = state.folder.clone();
    let opened = background::run(move || open(&folder)).await?;
    let (file, book) = opened.map_err(|error| Problem::from(error).about(subject))?;
    let open = if book.partner().practice {
        let (sandbox, keys) = practice::start(&book, state.folder.root()).await?;
        let mail = Way::Folder(practice::mails(state.folder.root()));
        OpenPartner::new(book, file, keys, mail, Some(sandbox))
    } else {
        OpenPartner::new(book, file, state.keys.clone(), Way::Server { roots: Vec::new() }, None)
    };
    let open = Arc::new(open);
    if let Err(problem) = open.start(app).await {
        open.close().await;
        return Err(problem);
    }
    close_current(state).await;
    *locked(&state.session.current) = Some(Arc::clone(&open));
    remember(&state.folder, Some(&open.file));
    window::set_partner(app, Some(&open.book.partner().name));
    tiktok::check_sign_ins(app.clone(), &open);
    start_daily_backups(app, &open);
    tell(app, Changed::everything());
    Ok(open)
}

fn start_daily_backups(app: &AppHandle, open: &Arc<OpenPartner>) {
    let (app, partner) = (app.clone(), Arc::downgrade(open));
    let report = move |problem| {
        if let Some(open) = partner.upgrade() {
            *locked(&open.backup_problem) = problem;
        }
        tell(&app, Changed { what: vec![What::Settings] });
    };
    let book = Arc::downgrade(&open.book);
    open.spawn(daily_backup::run(book, daily_backup::SCHEDULE, open.closing.clone(), report));
}

async fn close_current(state: &State) {
    state.sign_in.cancel();
    let current = locked(&state.session.current).take();
    if let Some(open) = current {
        open.close().await;
    }
}

fn last_partner_path(folder: &Folder) -> PathBuf {
    folder.root().join("last-partner")
}

/// Notes which partner the next start reopens. Failing costs the admin one click, so it is only logged.
fn remember(folder: &Folder, file: Option<&str>) {
    let path = last_partner_path(folder);
    let noted = match file {
        Some(file) => write_private_file(&path, file),
        None => std::fs::remove_file(path),
    };
    if let Err(error) = noted {
        tracing::warn!(%error, "failed to note the last partner");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open_partner(folder: &Folder) -> Arc<OpenPartner> {
        let (file, book) = folder.create("Knorex Asia").unwrap();
        let keys = Keys::new(folder.root().join("keys.age"), services::secrets::Settings::default());
        Arc::new(OpenPartner::new(book, file, keys, Way::Folder("nowhere".into()), None))
    }

    #[tokio::test]
    async fn closing_waits_until_a_reader_has_released_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let state = State::new(Folder::at(dir.path()));
        let open = open_partner(&state.folder);
        let marker = dir.path().join("partners").join(format!("{}.open", open.file));
        let reader = Arc::clone(&open);
        *locked(&state.session.current) = Some(open);
        assert!(reader.go_on().is_continue());

        let mut closing = std::pin::pin!(close_for_exit(&state));
        tokio::select! {
            biased;
            () = &mut closing => panic!("closed while the file was in use"),
            () = std::future::ready(()) => assert!(marker.exists()),
        }
        assert!(reader.go_on().is_break(), "an export stops");
        drop(reader);
        closing.await;
        assert!(!marker.exists());
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
        open.close().await;
        assert!(
            !dir.path()
                .join("partners")
                .read_dir()
                .unwrap()
                .any(|entry| { entry.unwrap().file_name().to_string_lossy().ends_with(".open") })
        );
    }
}
