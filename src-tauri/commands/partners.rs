//! The partner picker, and which partner is open.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use partner::{Book, Folder};
use serde::Serialize;
use services::mail::Transport;
use services::problem::{Problem, ProblemCode};
use services::secrets::SecretStorage;
use specta::Type;
use tauri::AppHandle;
use tokio_util::sync::CancellationToken;

use super::{App, blocking, import, requests, sync};
use crate::app::state::{Open, State, locked};
use crate::events::{Changed, What, tell};
use crate::practice;
use crate::shell::window;

/// A partner's file in the picker.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PartnerFile {
    /// How it is asked for.
    pub file: String,
    /// The partner's name.
    pub name: String,
    /// Whether it is the practice partner.
    pub practice: bool,
    /// When the file last changed (RFC 3339).
    pub modified_at: String,
    /// Why it cannot be opened.
    pub problem: Option<Problem>,
}

/// The open partner, as the frame shows it.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// The partner's name.
    pub name: String,
    /// Its file.
    pub file: String,
    /// Whether TikTok is a simulator.
    pub practice: bool,
    /// Where its secrets are.
    pub keys: SecretStorage,
    /// Whether a TikTok app was entered.
    pub app_ready: bool,
}

impl Session {
    /// What the frame shows of `open`.
    pub async fn of(open: Arc<Open>) -> Result<Session, Problem> {
        let keys = open.keys.storage().await;
        blocking(move || {
            let partner = open.book.partner().clone();
            Ok(Session {
                name: partner.name,
                file: open.file.clone(),
                practice: partner.practice,
                keys,
                app_ready: !open.book.tiktok_app()?.app_id.is_empty(),
            })
        })
        .await?
    }
}

/// All partners there are.
#[tauri::command]
#[specta::specta]
pub async fn partners(state: App<'_>) -> Result<Vec<PartnerFile>, Problem> {
    let folder = state.folder.clone();
    let files = blocking(move || folder.list()).await??;
    Ok(files
        .into_iter()
        .map(|file| PartnerFile {
            name: file.name,
            practice: file.practice,
            modified_at: file.modified.to_string(),
            problem: file.problem.map(|problem| Problem::from(problem).about(&file.file)),
            file: file.file,
        })
        .collect())
}

/// Make a partner and open it.
#[tauri::command]
#[specta::specta]
pub async fn create_partner(app: AppHandle, state: App<'_>, name: String) -> Result<Session, Problem> {
    let wanted = name.clone();
    enter(&app, &state, &name, move |folder| folder.create(&wanted)).await
}

/// Open a partner of the list.
#[tauri::command]
#[specta::specta]
pub async fn open_partner(app: AppHandle, state: App<'_>, file: String) -> Result<Session, Problem> {
    if let Some(session) = if_open(&state, |open| open.file == file).await {
        return session;
    }
    open_file(&app, &state, file).await
}

/// Open the practice partner.
#[tauri::command]
#[specta::specta]
pub async fn open_practice(app: AppHandle, state: App<'_>) -> Result<Session, Problem> {
    if let Some(session) = if_open(&state, |open| open.book.partner().practice).await {
        return session;
    }
    enter(&app, &state, practice::NAME, |folder| folder.practice(practice::NAME)).await
}

/// Go back to the picker.
#[tauri::command]
#[specta::specta]
pub async fn close_partner(app: AppHandle, state: App<'_>) -> Result<(), Problem> {
    let _door = state.door.lock().await;
    leave(&state).await;
    remember(&state.folder, None);
    window::name(&app, None);
    tell(&app, Changed { what: vec![What::Partners] });
    Ok(())
}

/// The open partner; at start, the one that was open last.
#[tauri::command]
#[specta::specta]
pub async fn session(app: AppHandle, state: App<'_>) -> Result<Option<Session>, Problem> {
    let session = reopen(&app, &state).await?;
    // It may have been opened before there was a window to name.
    window::name(&app, session.as_ref().map(|session| session.name.as_str()));
    Ok(session)
}

/// Open the partner that was open last, unless one is open.
///
/// # Errors
/// Why it cannot be opened.
pub async fn reopen(app: &AppHandle, state: &State) -> Result<Option<Session>, Problem> {
    let _start = state.start.lock().await;
    if let Some(session) = if_open(state, |_| true).await {
        return session.map(Some);
    }
    let Ok(file) = std::fs::read_to_string(last_file(&state.folder)) else { return Ok(None) };
    match open_file(app, state, file).await {
        Ok(session) => Ok(Some(session)),
        // Somebody removed it: nothing to open is no failure.
        Err(problem) if problem.code == ProblemCode::FileMissing => Ok(None),
        Err(problem) => Err(problem),
    }
}

/// The first screen has its content.
#[tauri::command]
#[specta::specta]
pub async fn window_ready() {
    tracing::info!("the window is ready");
}

/// Open a partner's file in place of the open one.
///
/// # Errors
/// Why it cannot be opened; the open one stays then.
pub async fn open_file(app: &AppHandle, state: &State, file: String) -> Result<Session, Problem> {
    let wanted = file.clone();
    enter(app, state, &file, move |folder| Ok((wanted.clone(), folder.open(&wanted)?))).await
}

/// Open a partner in place of the open one, which stays where that fails; `subject` names it then.
async fn enter(
    app: &AppHandle,
    state: &State,
    subject: &str,
    open: impl FnOnce(&Folder) -> partner::Result<(String, Book)> + Send + 'static,
) -> Result<Session, Problem> {
    let _door = state.door.lock().await;
    let folder = state.folder.clone();
    let opened = blocking(move || open(&folder)).await?;
    let (file, book) = opened.map_err(|error| Problem::from(error).about(subject))?;
    let (keys, sandbox, mail) = if book.partner().practice {
        let (sandbox, keys) = practice::start(&book, state.folder.root()).await?;
        (keys, Some(sandbox), Transport::Folder(practice::mails(state.folder.root())))
    } else {
        (state.keys.clone(), None, Transport::Smtp { extra_roots: Vec::new() })
    };
    let open = Arc::new(Open {
        book: Arc::new(book),
        file,
        keys,
        sandbox,
        closed: CancellationToken::new(),
        syncs: Mutex::new(None),
        mail,
        outbox: Mutex::new(None),
        unfinished: Mutex::new(None),
    });
    leave(state).await;
    *locked(&open.syncs) = Some(Arc::new(sync::start(app, &open).await?));
    *locked(&open.outbox) = Some(Arc::new(requests::start(app, &open).await?));
    state.replace(Some(Arc::clone(&open)));
    remember(&state.folder, Some(&open.file));
    window::name(app, Some(&open.book.partner().name));
    import::check_log_ins(app.clone(), Arc::clone(&open));
    tell(
        app,
        Changed {
            what: vec![
                What::Partners,
                What::Settings,
                What::Users,
                What::Accounts,
                What::Decisions,
                What::Jobs,
                What::Requests,
            ],
        },
    );
    Session::of(open).await
}

/// The session, if the open partner is the one that is asked for.
async fn if_open(state: &State, is_it: impl FnOnce(&Open) -> bool) -> Option<Result<Session, Problem>> {
    match state.open() {
        Ok(open) if is_it(&open) => Some(Session::of(open).await),
        _ => None,
    }
}

/// Close the open partner, and give its file up before anybody asks for it again.
pub async fn leave(state: &State) {
    let Some(open) = state.replace(None) else { return };
    let syncs = locked(&open.syncs).take();
    // A command that still asks something of them is over in a moment; dropped, they end as well.
    if let Some(syncs) = syncs.and_then(Arc::into_inner)
        && let Err(problem) = syncs.stop().await
    {
        tracing::warn!(code = ?problem.code, "the syncs did not end in order");
    }
    let outbox = locked(&open.outbox).take();
    if let Some(outbox) = outbox.and_then(Arc::into_inner)
        && let Err(problem) = outbox.stop().await
    {
        tracing::warn!(code = ?problem.code, "the outbox did not end in order");
    }
    // What is under way ends within moments: its log-in was cancelled, its writes are short.
    let Some(Open { book, sandbox, .. }) = alone(open).await else {
        return tracing::warn!("a partner is still in use");
    };
    if let Some(sandbox) = sandbox {
        sandbox.stop().await;
    }
    // What only reads has no more than the book; left open, the file would be checked from end to end the next time.
    if alone(book).await.is_none() {
        tracing::warn!("a partner's file is still in use");
    }
}

/// What is shared, once nobody else has it.
async fn alone<T>(mut shared: Arc<T>) -> Option<T> {
    for _ in 0..500 {
        match Arc::try_unwrap(shared) {
            Ok(alone) => return Some(alone),
            Err(still) => shared = still,
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    None
}

fn last_file(folder: &Folder) -> PathBuf {
    folder.root().join("last-partner")
}

/// Note which partner to open at the next start. A convenience: failing at it is no failure.
fn remember(folder: &Folder, file: Option<&str>) {
    let path = last_file(folder);
    let noted = match file {
        Some(file) => std::fs::write(path, file),
        None => std::fs::remove_file(path),
    };
    if let Err(error) = noted {
        tracing::warn!(%error, "the next start will not know the partner");
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use partner::Folder;
    use services::mail::Transport;

    use super::*;

    #[tokio::test]
    async fn a_file_that_is_still_read_is_closed_before_the_partner_counts_as_left() {
        let place = tempfile::tempdir().unwrap();
        let state = State::new(Folder::at(place.path()));
        let (file, book) = state.folder.create("Knorex Asia").unwrap();
        let mark = place.path().join("partners").join(format!("{file}.open"));
        let book = Arc::new(book);
        let open = Arc::new(Open {
            book: Arc::clone(&book),
            file,
            keys: state.keys.clone(),
            sandbox: None,
            closed: CancellationToken::new(),
            syncs: Mutex::new(None),
            mail: Transport::Folder(Path::new("nowhere").into()),
            outbox: Mutex::new(None),
            unfinished: Mutex::new(None),
        });
        state.replace(Some(Arc::clone(&open)));
        assert!(open.go_on().is_continue());
        let mut leaving = std::pin::pin!(leave(&state));
        tokio::select! {
            biased;
            () = &mut leaving => panic!("left while it is read"),
            () = std::future::ready(()) => assert!(mark.exists()),
        }
        assert!(open.go_on().is_break(), "an export ends");
        drop((open, book));
        leaving.await;
        assert!(!mark.exists());
    }
}
