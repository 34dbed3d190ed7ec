//! The partner picker, and which partner is open.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use partner::{Folder, PreviousSession};
use serde::Serialize;
use services::problem::Problem;
use services::secrets::SecretStorage;
use specta::Type;
use tauri::AppHandle;

use super::App;
use crate::app::background::run;
use crate::app::lock::locked;
use crate::app::tiktok::other_server;
use crate::app::{deletion, open_partner::OpenPartner, session};
use crate::shell::window;

/// A partner's file in the picker.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PartnerFile {
    pub file: String,
    pub name: String,
    pub practice: bool,
    /// RFC 3339.
    pub modified_at: String,
    /// Set when the file cannot be opened.
    pub problem: Option<Problem>,
}

/// The open partner as the window's frame shows it.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    pub name: String,
    pub file: String,
    pub practice: bool,
    pub secret_storage: SecretStorage,
    /// Whether a TikTok app is set up.
    pub app_ready: bool,
    /// The server that is used instead of TikTok's, for a partner that is not for practice.
    pub other_server: Option<String>,
    /// The new path of an encrypted file that was set aside without having been opened, after the command that did so.
    pub set_aside: Option<String>,
}

impl Session {
    pub async fn of(open: Arc<OpenPartner>) -> Result<Session, Problem> {
        let secret_storage = open.secrets.storage().await;
        run(move || {
            let partner = open.book.partner().clone();
            let app = open.book.tiktok_app()?;
            Ok(Session {
                name: partner.name,
                file: open.file.clone(),
                practice: partner.practice,
                secret_storage,
                app_ready: !app.app_id.is_empty(),
                other_server: other_server(&app).filter(|_| !partner.practice),
                set_aside: None,
            })
        })
        .await?
    }
}

/// Returns every partner, including files that cannot be opened.
#[tauri::command]
#[specta::specta]
pub async fn partners(state: App<'_>) -> Result<Vec<PartnerFile>, Problem> {
    let folder = state.folder.clone();
    let files = run(move || folder.list()).await??;
    Ok(files
        .into_iter()
        .map(|file| PartnerFile {
            name: file.name,
            practice: file.practice,
            modified_at: file.modified.to_string(),
            problem: file.problem.map(|problem| Problem::from(problem).or_about(&file.file)),
            file: file.file,
        })
        .collect())
}

/// Creates a partner and opens it.
#[tauri::command]
#[specta::specta]
pub async fn create_partner(app: AppHandle, state: App<'_>, name: String) -> Result<Session, Problem> {
    Session::of(session::create(&app, &state, name).await?).await
}

#[tauri::command]
#[specta::specta]
pub async fn open_partner(app: AppHandle, state: App<'_>, file: String) -> Result<Session, Problem> {
    Session::of(session::open(&app, &state, file).await?).await
}

/// Renames the open partner.
#[tauri::command]
#[specta::specta]
pub async fn rename_partner(app: AppHandle, state: App<'_>, name: String) -> Result<Session, Problem> {
    let file = state.open_partner.current()?.file.clone();
    let subject = name.clone();
    let rename = move |folder: &Folder, file: &str| folder.rename(file, &name);
    let open = session::with_closed_file(&app, &state, file, rename).await;
    Session::of(open.map_err(|problem| problem.or_about(&subject))?).await
}

/// Deletes the open partner: its sign-ins at TikTok, its secrets, its backups and its file. Returns why a sign-in or a secret
/// could not be removed: the backups and the file then stay, unless `even_if_unreachable` is set.
#[tauri::command]
#[specta::specta]
pub async fn delete_partner(
    app: AppHandle,
    state: App<'_>,
    even_if_unreachable: bool,
) -> Result<Option<Problem>, Problem> {
    deletion::delete(&app, &state, even_if_unreachable).await
}

/// Returns whether another file may have the open partner, whose secrets a deletion therefore keeps.
#[tauri::command]
#[specta::specta]
pub async fn has_copy(state: App<'_>) -> Result<bool, Problem> {
    let file = state.open_partner.current()?.file.clone();
    deletion::has_copy(&state, &file).await
}

/// Deletes the practice partner with everything in it, and opens a new one.
#[tauri::command]
#[specta::specta]
pub async fn reset_practice(app: AppHandle, state: App<'_>) -> Result<Session, Problem> {
    Session::of(deletion::reset_practice(&app, &state).await?).await
}

/// Opens a partner without the acknowledged changes that are missing in its file.
#[tauri::command]
#[specta::specta]
pub async fn open_incomplete_partner(
    app: AppHandle,
    state: App<'_>,
    file: String,
) -> Result<Session, Problem> {
    Session::of(session::open_with(&app, &state, file, Folder::open_incomplete).await?).await
}

/// Opens a file although another one has the same partner.
#[tauri::command]
#[specta::specta]
pub async fn open_partner_copy(app: AppHandle, state: App<'_>, file: String) -> Result<Session, Problem> {
    Session::of(session::open_with(&app, &state, file, Folder::open_copy).await?).await
}

/// What the window tells the admin about the end of the previous session, or of the page before this one.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SessionNews {
    /// The file was not closed properly, and was checked.
    pub unclean: bool,
    /// Acknowledged changes are missing.
    pub incomplete: bool,
    /// The path of a write-ahead log that was moved, because it belongs to another version of the file.
    pub foreign_log: Option<String>,
    /// The path of the copy of a damaged write-ahead log.
    pub damaged_log: Option<String>,
    /// Mails that wait for the admin, because they may have been sent.
    pub held_mails: u32,
    /// The process of the page ended with unsaved changes.
    pub edits_lost: bool,
}

/// How the previous session left the open partner's file and the previous page its changes, if there is something to tell.
/// Returned once.
#[tauri::command]
#[specta::specta]
pub async fn session_news(state: App<'_>) -> Result<Option<SessionNews>, Problem> {
    let path = |path: PathBuf| path.to_string_lossy().into_owned();
    let previous = locked(&state.open_partner.current()?.previous_session).take();
    let edits_lost = state.edits_lost.swap(false, Ordering::Relaxed);
    let news = previous.or_else(|| edits_lost.then(PreviousSession::default));
    Ok(news.map(|session| SessionNews {
        unclean: session.unclean,
        incomplete: session.incomplete,
        foreign_log: session.foreign_wal.map(path),
        damaged_log: session.damaged_wal.map(path),
        held_mails: session.held_mails,
        edits_lost,
    }))
}

#[tauri::command]
#[specta::specta]
pub async fn open_practice(app: AppHandle, state: App<'_>) -> Result<Session, Problem> {
    Session::of(session::open_practice(&app, &state).await?).await
}

#[tauri::command]
#[specta::specta]
pub async fn close_partner(app: AppHandle, state: App<'_>) -> Result<(), Problem> {
    session::close(&app, &state).await;
    Ok(())
}

/// Returns the open partner. At start, this opens the one that was open last.
#[tauri::command]
#[specta::specta]
pub async fn session(app: AppHandle, state: App<'_>) -> Result<Option<Session>, Problem> {
    let Some(open) = session::reopen(&app, &state).await? else { return Ok(None) };
    // The partner may have been opened before the window existed.
    window::set_partner(&app, Some(&open.book.partner().name));
    Ok(Some(Session::of(open).await?))
}

/// The window calls this once the first screen has its content.
#[tauri::command]
#[specta::specta]
pub async fn window_ready() {
    tracing::info!("the window is ready");
}
