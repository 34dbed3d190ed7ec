//! Care of the partner's file: backups, restore, and everything as tables. What is written for people goes where their
//! downloads are.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use partner::store::backup::Backup;
use partner::tables::file::Format;
use serde::Serialize;
use services::problem::{Problem, ProblemCode};
use specta::Type;
use tauri::{AppHandle, Manager};

use super::partners::{Session, leave, open_file};
use super::{App, blocking};
use crate::app::state::State;
use crate::events::{Changed, What, tell};

/// A copy of the partner's file.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BackupFile {
    /// How it is asked for.
    pub name: String,
    /// When it was taken (RFC 3339).
    pub taken_at: String,
    /// In bytes.
    #[specta(type = f64)]
    pub size: u64,
}

/// The copies of the open partner's file, newest first.
#[tauri::command]
#[specta::specta]
pub async fn backups(state: App<'_>) -> Result<Vec<BackupFile>, Problem> {
    let found = backups_of(&state).await?;
    Ok(found
        .into_iter()
        .map(|backup| BackupFile {
            name: name_of(&backup.path),
            taken_at: backup.taken.to_string(),
            size: backup.size,
        })
        .collect())
}

/// Take a copy now.
#[tauri::command]
#[specta::specta]
pub async fn back_up_now(app: AppHandle, state: App<'_>) -> Result<(), Problem> {
    let open = state.open()?;
    blocking(move || open.book.back_up_now(Timestamp::now())).await??;
    tell(&app, Changed { what: vec![What::Settings] });
    Ok(())
}

/// Put a copy in the place of the open partner's file, and open it. What was there is put aside.
#[tauri::command]
#[specta::specta]
pub async fn restore_backup(app: AppHandle, state: App<'_>, name: String) -> Result<Session, Problem> {
    let backup = backups_of(&state).await?.into_iter().find(|backup| name_of(&backup.path) == name);
    let backup = backup.ok_or_else(|| Problem::new(ProblemCode::FileMissing).about(&name))?;
    let file = state.open()?.file.clone();
    let door = state.door.lock().await;
    leave(&state).await;
    let (folder, wanted) = (state.folder.clone(), file.clone());
    let restored = blocking(move || folder.restore(Some(&wanted), &backup.path)).await?;
    drop(door);
    // Whatever came of it, the partner is open again afterwards.
    let session = open_file(&app, &state, file).await;
    restored.map_err(|error| Problem::from(error).about(&name))?;
    session
}

/// Everything in the book as tables, in a new folder among the downloads. Its path.
#[tauri::command]
#[specta::specta]
pub async fn export_everything(app: AppHandle, state: App<'_>, format: Format) -> Result<String, Problem> {
    let open = state.open()?;
    let parent = downloads(&app)?;
    let folder = blocking(move || open.book.export(&parent, format, &mut |_| open.go_on())).await??;
    Ok(folder.to_string_lossy().into_owned())
}

/// The XPO accounts and advertisers as a table that can be read back. Its path.
#[tauri::command]
#[specta::specta]
pub async fn export_directory(app: AppHandle, state: App<'_>) -> Result<String, Problem> {
    let open = state.open()?;
    let folder = downloads(&app)?;
    let path = blocking(move || {
        let path = open.book.place_for_table(&folder, "xpo-accounts", Format::Csv);
        open.book.export_directory(&path).map(|()| path)
    })
    .await??;
    Ok(path.to_string_lossy().into_owned())
}

/// Show what was exported, in the system's own way.
#[tauri::command]
#[specta::specta]
pub async fn show_downloads(app: AppHandle) -> Result<(), Problem> {
    let folder = downloads(&app)?;
    let shown = blocking(move || open::that_detached(&folder)).await?;
    shown.map_err(|error| Problem::new(ProblemCode::BrowserMissing).because(error))
}

async fn backups_of(state: &State) -> Result<Vec<Backup>, Problem> {
    let (folder, file) = (state.folder.clone(), state.open()?.file.clone());
    Ok(blocking(move || folder.backups(&file)).await??)
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Where the system puts what its user downloads, or else the user's own folder.
pub fn downloads(app: &AppHandle) -> Result<PathBuf, Problem> {
    let path = app.path();
    path.download_dir().or_else(|_| path.home_dir()).map_err(Problem::internal)
}
