//! Backups, restore and exports. Exports go to the downloads folder unless it is unusable.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use partner::Folder;
use partner::store::backup::Backup;
use partner::store::manage::LostChanges;
use partner::tables::file::{Format, check_export_folder};
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
use crate::shell::window::MAIN;

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

/// Lets the admin choose a backup in the file manager. Its path is its name.
#[tauri::command]
#[specta::specta]
pub async fn choose_backup(app: AppHandle) -> Result<Option<BackupFile>, Problem> {
    let dialog = rfd::AsyncFileDialog::new()
        .set_title("Restore a backup")
        .add_filter("Backups of XPO Admin", &["sqlite"])
        .add_filter("All files", &["*"]);
    let dialog = match app.get_webview_window(MAIN) {
        Some(window) => dialog.set_parent(&window),
        None => dialog,
    };
    let Some(file) = dialog.pick_file().await else { return Ok(None) };
    run(move || {
        let data = file.path().metadata().map_err(partner::Error::from)?;
        let taken = data.modified().ok().and_then(|time| Timestamp::try_from(time).ok()).unwrap_or_default();
        let name = file.path().to_string_lossy().into_owned();
        Ok(Some(BackupFile { name, taken_at: taken.to_string(), size: data.len() }))
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
    let backup = find_backup(&state, file, &name).await?;
    let restore = move |folder: &Folder, file: &str| folder.restore(Some(file), &backup).map(|_| ());
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
    let restored = run(move || folder.restore(Some(&wanted), &found)).await?;
    restored.map_err(|error| Problem::from(error).about(&backup))?;
    tell(&app, Changed { what: vec![What::Partners] });
    Session::of(session::open(&app, &state, file).await?).await
}

/// Exports every table of the book into a new folder inside the downloads folder and returns its path.
#[tauri::command]
#[specta::specta]
pub async fn export_everything(app: AppHandle, state: App<'_>, format: Format) -> Result<String, Problem> {
    let open = state.open_partner.current()?;
    let format = if format == Format::Json { format } else { state.preferences.get().preferences.csv() };
    let parent = export_folder(&app, &state)?;
    let folder =
        run(move || open.book.export(&parent, format, &mut |_| open.continue_unless_closing())).await??;
    Ok(folder.to_string_lossy().into_owned())
}

/// Exports the XPO accounts and advertisers as a table that can be imported again, and returns its path.
#[tauri::command]
#[specta::specta]
pub async fn export_directory(app: AppHandle, state: App<'_>) -> Result<String, Problem> {
    let open = state.open_partner.current()?;
    let folder = export_folder(&app, &state)?;
    let format = state.preferences.get().preferences.csv();
    let path = run(move || {
        let path = open.book.export_path(&folder, "xpo-accounts", format);
        open.book.export_directory(&path, format).map(|()| path)
    })
    .await??;
    Ok(path.to_string_lossy().into_owned())
}

/// Chooses another folder for exports, where files can be created.
#[tauri::command]
#[specta::specta]
pub async fn use_another_export_folder(app: AppHandle, state: App<'_>) -> Result<(), Problem> {
    let unusable = export_folder(&app, &state)?;
    let mut others =
        export_folders(&app).filter(|folder| *folder != unusable).collect::<Vec<_>>().into_iter();
    let found = run(move || others.find(|folder| check_export_folder(folder).is_ok())).await?;
    let found = found.ok_or_else(|| Problem::new(ProblemCode::ExportFolder).about(unusable.display()))?;
    *locked(&state.export_folder) = Some(found);
    Ok(())
}

/// Opens the folder that exports go to in the file manager.
#[tauri::command]
#[specta::specta]
pub async fn show_exports(app: AppHandle, state: App<'_>) -> Result<(), Problem> {
    let folder = export_folder(&app, &state)?;
    let shown = run(move || open::that_detached(&folder)).await?;
    shown.map_err(|error| Problem::new(ProblemCode::BrowserMissing).because(error))
}

async fn list_backups(state: &State, file: String) -> Result<Vec<Backup>, Problem> {
    let folder = state.folder.clone();
    Ok(run(move || folder.backups(&file)).await??)
}

/// Returns the path of a backup from the list or from [`choose_backup`].
async fn find_backup(state: &State, file: String, name: &str) -> Result<PathBuf, Problem> {
    if Path::new(name).is_absolute() {
        return Ok(name.into());
    }
    let found = list_backups(state, file).await?.into_iter().find(|backup| name_of(&backup.path) == name);
    found.map(|backup| backup.path).ok_or_else(|| Problem::new(ProblemCode::FileMissing).about(name))
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Exports go to the first of these folders that the system has, unless the admin chose another.
fn export_folders(app: &AppHandle) -> impl Iterator<Item = PathBuf> {
    let path = app.path();
    [path.download_dir(), path.document_dir(), path.desktop_dir(), path.home_dir()].into_iter().flatten()
}

/// The folder that exports go to.
pub fn export_folder(app: &AppHandle, state: &State) -> Result<PathBuf, Problem> {
    let chosen = locked(&state.export_folder).clone();
    chosen.or_else(|| export_folders(app).next()).ok_or_else(|| Problem::internal("there is no home folder"))
}
