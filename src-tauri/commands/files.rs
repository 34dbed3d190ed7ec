//! Backups, restore and exports.

use std::path::{Path, PathBuf};

use partner::progress::Progress;
use partner::store::backup::{Backup, time_of};
use partner::store::manage::LostChanges;
use partner::tables::file::{Format, check_export_folder};
use partner::{Book, Folder};
use serde::Serialize;
use services::problem::{Problem, ProblemCode};
use specta::Type;
use tauri::AppHandle;

use super::App;
use super::partners::Session;
use crate::app::background::run;
use crate::app::exports::{self, Target};
use crate::app::lock::locked;
use crate::app::session;
use crate::app::state::State;
use crate::events::{DataChanged, Topic, emit};
use crate::shell::file_dialog;

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
    /// Why the last daily backup failed, until any backup succeeds.
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
    state.open_partner.current()?.back_up_now().await?;
    emit(&app, DataChanged { topics: vec![Topic::Settings] });
    Ok(())
}

/// Lets the admin choose a backup in the file manager. Its path is its name.
#[tauri::command]
#[specta::specta]
pub async fn choose_backup(app: AppHandle, state: App<'_>) -> Result<Option<BackupFile>, Problem> {
    let Some(file) = ask_for_backup(&app, None).await? else { return Ok(None) };
    *locked(&state.chosen_backup) = Some(file.clone());
    run(move || {
        let size = file.metadata().map_err(partner::Error::from)?.len();
        let name = file.to_string_lossy().into_owned();
        Ok(Some(BackupFile { name, taken_at: time_of(&file)?.to_string(), size }))
    })
    .await?
}

/// Returns what restoring a backup would lose.
#[tauri::command]
#[specta::specta]
pub async fn lost_by_restoring(state: App<'_>, name: String) -> Result<LostChanges, Problem> {
    let open = state.open_partner.current()?;
    let backup = find_backup(&state, open.file.clone(), &name).await?;
    let lost = run(move || open.book.lost_by_restoring(&backup)).await?;
    lost.map_err(|error| Problem::from(error).about(&name))
}

/// Restores a backup in place of the open partner's file, which is kept beside it, and opens it.
#[tauri::command]
#[specta::specta]
pub async fn restore_backup(app: AppHandle, state: App<'_>, name: String) -> Result<Session, Problem> {
    let file = state.open_partner.current()?.file.clone();
    let backup = find_backup(&state, file.clone(), &name).await?;
    let restore = move |folder: &Folder, file: &str| folder.restore(Some(file), &backup).map(|_| ());
    let open = session::with_closed_file(&app, &state, file, restore).await;
    Session::of(open.map_err(|problem| problem.or_about(&name))?).await
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
    restore_and_open(&app, &state, Some(file), found).await
}

/// Lets the admin choose a backup of a partner whose file is lost, restores it, and opens it.
#[tauri::command]
#[specta::specta]
pub async fn restore_lost_partner(app: AppHandle, state: App<'_>) -> Result<Option<Session>, Problem> {
    let folder = Some(state.folder.backup_folder()).filter(|folder| folder.is_dir());
    let Some(backup) = ask_for_backup(&app, folder).await? else { return Ok(None) };
    restore_and_open(&app, &state, None, backup).await.map(Some)
}

/// Exports every table of the book into a new folder inside the folder that the admin chooses. Returns its path.
#[tauri::command]
#[specta::specta]
pub async fn export_everything(
    app: AppHandle,
    state: App<'_>,
    format: Format,
) -> Result<Option<String>, Problem> {
    let write = |book: &Book, parent: &Path, format, progress: &mut Progress<'_>| {
        book.export(parent, format, progress)
    };
    exports::export(&app, &state, Target::Folder, format, write).await
}

/// Exports the XPO accounts and advertisers as a table that can be imported again, and returns its path.
#[tauri::command]
#[specta::specta]
pub async fn export_directory(
    app: AppHandle,
    state: App<'_>,
    format: Format,
) -> Result<Option<String>, Problem> {
    let write = |book: &Book, path: &Path, format, progress: &mut Progress<'_>| {
        book.export_directory(path, format, progress).map(|()| path.to_owned())
    };
    exports::export(&app, &state, Target::File("xpo-accounts"), format, write).await
}

/// Cancels the exports that run, and the reading of files.
#[tauri::command]
#[specta::specta]
pub async fn cancel_export(state: App<'_>) -> Result<(), Problem> {
    state.exports.cancel();
    Ok(())
}

/// Chooses another folder for exports, where files can be created.
#[tauri::command]
#[specta::specta]
pub async fn use_another_export_folder(app: AppHandle, state: App<'_>) -> Result<(), Problem> {
    let unusable = export_folder(&app, &state)?;
    let mut others =
        exports::folders(&app, &state).filter(|folder| *folder != unusable).collect::<Vec<_>>().into_iter();
    let found = run(move || others.find(|folder| check_export_folder(folder).is_ok())).await?;
    let found = found.ok_or_else(|| Problem::new(ProblemCode::ExportFolder).about(unusable.display()))?;
    exports::remember_folder(&state, found);
    Ok(())
}

/// Selects an exported file or folder in the file manager, or opens the folder that it was in.
#[tauri::command]
#[specta::specta]
pub async fn show_in_folder(path: PathBuf) -> Result<(), Problem> {
    let name = name_of(&path);
    let show = move || match opener::reveal(&path) {
        Ok(()) => Ok(()),
        // Only a folder is opened: a program would be started.
        Err(error) => match path.parent().filter(|parent| parent.is_dir()) {
            Some(folder) => open::that_detached(folder),
            None => Err(std::io::Error::other(error)),
        },
    };
    let shown = run(show).await?;
    shown.map_err(|error| Problem::new(ProblemCode::FolderNotShown).about(name).because(error))
}

/// Shows the dialog that chooses a backup, in the folder if there is one.
async fn ask_for_backup(app: &AppHandle, folder: Option<PathBuf>) -> Result<Option<PathBuf>, Problem> {
    file_dialog::show(app, move |mut dialog| {
        dialog = dialog.set_title("Restore a backup").add_filter("Backups of XPO Admin", &["sqlite"]);
        if let Some(folder) = folder {
            dialog = dialog.set_directory(folder);
        }
        Box::pin(dialog.add_filter("All files", &["*"]).pick_file())
    })
    .await
}

/// Restores a backup in place of `file`, or of the lost file of its partner, and opens it.
async fn restore_and_open(
    app: &AppHandle,
    state: &State,
    file: Option<String>,
    backup: PathBuf,
) -> Result<Session, Problem> {
    let (folder, name) = (state.folder.clone(), name_of(&backup));
    let restored = run(move || folder.restore(file.as_deref(), &backup)).await?;
    let restored = restored.map_err(|error| Problem::from(error).or_about(name))?;
    emit(app, DataChanged { topics: vec![Topic::Partners] });
    Session::of(session::open(app, state, restored.file).await?).await
}

async fn list_backups(state: &State, file: String) -> Result<Vec<Backup>, Problem> {
    let folder = state.folder.clone();
    Ok(run(move || folder.backups(&file)).await??)
}

/// Returns the path of a backup from the list or from [`choose_backup`].
async fn find_backup(state: &State, file: String, name: &str) -> Result<PathBuf, Problem> {
    let chosen = locked(&state.chosen_backup).clone();
    if let Some(chosen) = chosen.filter(|chosen| chosen.to_string_lossy() == name) {
        return Ok(chosen);
    }
    let found = list_backups(state, file).await?.into_iter().find(|backup| name_of(&backup.path) == name);
    found.map(|backup| backup.path).ok_or_else(|| Problem::new(ProblemCode::FileMissing).about(name))
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The folder of the last export, or the first that the system has.
pub fn export_folder(app: &AppHandle, state: &State) -> Result<PathBuf, Problem> {
    exports::folders(app, state).next().ok_or_else(|| Problem::internal("there is no home folder"))
}
