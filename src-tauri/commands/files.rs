//! Backups, restore and exports. Exports go to the downloads folder.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use partner::Folder;
use partner::store::backup::Backup;
use partner::tables::file::Format;
use serde::Serialize;
use services::problem::{Problem, ProblemCode};
use specta::Type;
use tauri::{AppHandle, Manager};

use super::App;
use super::partners::Session;
use crate::app::background::run;
use crate::app::lock::locked;
use crate::app::session;
use crate::app::state::State;
use crate::events::{Changed, What, tell};

/// A backup of the partner's file.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BackupFile {
    pub name: String,
    /// RFC 3339.
    pub taken_at: String,
    /// In bytes.
    #[specta(type = f64)]
    pub size: u64,
}

/// Returns the backups of the open partner, newest first.
#[tauri::command]
#[specta::specta]
pub async fn backups(state: App<'_>) -> Result<Vec<BackupFile>, Problem> {
    let file = state.open_partner.current()?.file.clone();
    backups_of_file(state, file).await
}

/// The backups of any file in the folder of partners, newest first.
#[tauri::command]
#[specta::specta]
pub async fn backups_of_file(state: App<'_>, file: String) -> Result<Vec<BackupFile>, Problem> {
    let found = list_backups(&state, file).await?;
    Ok(found
        .into_iter()
        .map(|backup| BackupFile {
            name: name_of(&backup.path),
            taken_at: backup.taken.to_string(),
            size: backup.size,
        })
        .collect())
}

/// Where backups are kept, and whether daily backups work.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BackupStatus {
    pub folder: String,
    /// Why the last daily backup failed.
    pub problem: Option<Problem>,
}

#[tauri::command]
#[specta::specta]
pub async fn backup_status(state: App<'_>) -> Result<BackupStatus, Problem> {
    let problem = locked(&state.open_partner.current()?.backup_problem).clone();
    Ok(BackupStatus { folder: state.folder.backup_folder().to_string_lossy().into_owned(), problem })
}

/// Takes a backup now.
#[tauri::command]
#[specta::specta]
pub async fn back_up_now(app: AppHandle, state: App<'_>) -> Result<(), Problem> {
    let open = state.open_partner.current()?;
    run(move || open.book.back_up_now(Timestamp::now())).await??;
    tell(&app, Changed { what: vec![What::Settings] });
    Ok(())
}

/// Restores a backup in place of the open partner's file, which is kept beside it, and opens it.
#[tauri::command]
#[specta::specta]
pub async fn restore_backup(app: AppHandle, state: App<'_>, name: String) -> Result<Session, Problem> {
    let file = state.open_partner.current()?.file.clone();
    let backup = find_backup(&state, file, &name).await?;
    let restore = move |folder: &Folder, file: &str| folder.restore(Some(file), &backup.path).map(|_| ());
    let open =
        session::with_closed_file(&app, &state, restore).await.map_err(|problem| problem.about(&name))?;
    Session::of(open).await
}

/// Restores a backup in place of a file that does not open, which is kept beside it, and opens it.
#[tauri::command]
#[specta::specta]
pub async fn restore_file(
    app: AppHandle,
    state: App<'_>,
    file: String,
    backup: String,
) -> Result<Session, Problem> {
    let found = find_backup(&state, file.clone(), &backup).await?;
    let (folder, wanted) = (state.folder.clone(), file.clone());
    let restored = run(move || folder.restore(Some(&wanted), &found.path)).await?;
    restored.map_err(|error| Problem::from(error).about(&backup))?;
    tell(&app, Changed { what: vec![What::Partners] });
    Session::of(session::open(&app, &state, file).await?).await
}

/// Exports every table of the book into a new folder inside the downloads folder and returns its path.
#[tauri::command]
#[specta::specta]
pub async fn export_everything(app: AppHandle, state: App<'_>, format: Format) -> Result<String, Problem> {
    let open = state.open_partner.current()?;
    let parent = downloads(&app)?;
    let folder = run(move || open.book.export(&parent, format, &mut |_| open.go_on())).await??;
    Ok(folder.to_string_lossy().into_owned())
}

/// Exports the XPO accounts and advertisers as a table that can be imported again, and returns its path.
#[tauri::command]
#[specta::specta]
pub async fn export_directory(app: AppHandle, state: App<'_>) -> Result<String, Problem> {
    let open = state.open_partner.current()?;
    let folder = downloads(&app)?;
    let path = run(move || {
        let path = open.book.export_path(&folder, "xpo-accounts", Format::Csv);
        open.book.export_directory(&path).map(|()| path)
    })
    .await??;
    Ok(path.to_string_lossy().into_owned())
}

/// Opens the downloads folder in the file manager.
#[tauri::command]
#[specta::specta]
pub async fn show_downloads(app: AppHandle) -> Result<(), Problem> {
    let folder = downloads(&app)?;
    let shown = run(move || open::that_detached(&folder)).await?;
    shown.map_err(|error| Problem::new(ProblemCode::BrowserMissing).because(error))
}

async fn list_backups(state: &State, file: String) -> Result<Vec<Backup>, Problem> {
    let folder = state.folder.clone();
    Ok(run(move || folder.backups(&file)).await??)
}

async fn find_backup(state: &State, file: String, name: &str) -> Result<Backup, Problem> {
    let found = list_backups(state, file).await?.into_iter().find(|backup| name_of(&backup.path) == name);
    found.ok_or_else(|| Problem::new(ProblemCode::FileMissing).about(name))
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Returns the user's downloads folder or, if the system names none, the home folder.
pub fn downloads(app: &AppHandle) -> Result<PathBuf, Problem> {
    let path = app.path();
    path.download_dir().or_else(|_| path.home_dir()).map_err(Problem::internal)
}
