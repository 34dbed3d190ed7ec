//! Exports: the file or folder that the admin chooses, progress and Cancel; and those of imports.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use partner::Book;
use partner::progress::Progress;
use partner::tables::file::Format;
use services::problem::Problem;
use tauri::{AppHandle, Manager};

use super::background::run;
use super::state::State;
use crate::events::{ExportProgress, ReadProgress, emit};
use crate::shell::file_dialog;

/// What the admin chooses for an export: a file with this title in its name, or a folder.
#[derive(Clone, Copy)]
pub enum Target {
    File(&'static str),
    Folder,
}

/// Asks for a file or folder and runs `write`, which returns the path of what it wrote. Returns `None` if the admin chose
/// nothing.
///
/// # Errors
/// Fails with the errors of `write`, and when no partner is open.
pub async fn export(
    app: &AppHandle,
    state: &State,
    target: Target,
    format: Format,
    write: impl FnOnce(&Book, &Path, Format, &mut Progress<'_>) -> partner::Result<PathBuf> + Send + 'static,
) -> Result<Option<String>, Problem> {
    let open = state.open_partner.current()?;
    let format = state.preferences.get().preferences.with_separator(format);
    let Some(path) = choose(app, state, &open.book, target, format).await? else { return Ok(None) };
    let folder = match target {
        Target::File(_) => path.parent().unwrap_or(&path).to_owned(),
        Target::Folder => path.clone(),
    };
    remember_folder(state, folder);
    let cancelled = state.exports.token();
    let (app, book) = (app.clone(), Arc::clone(&open.book));
    let mut progress = move |rows| {
        emit(&app, ExportProgress { rows });
        if cancelled.is_cancelled() { ControlFlow::Break(()) } else { open.continue_unless_closing() }
    };
    let written = run(move || write(&book, &path, format, &mut progress)).await??;
    Ok(Some(written.to_string_lossy().into_owned()))
}

/// Shows the system's dialog, which starts in the folder of the last export.
async fn choose(
    app: &AppHandle,
    state: &State,
    book: &Book,
    target: Target,
    format: Format,
) -> Result<Option<PathBuf>, Problem> {
    let mut folders = folders(app, state).collect::<Vec<_>>().into_iter();
    let start = run(move || folders.find(|folder| folder.is_dir())).await?;
    let name = match target {
        Target::File(title) => Some(book.export_file_name(title, format)),
        Target::Folder => None,
    };
    let chosen = file_dialog::show(app, move |dialog| {
        let mut dialog = dialog.set_title("Export");
        if let Some(start) = start {
            dialog = dialog.set_directory(start);
        }
        match name {
            Some(name) => {
                let dialog = dialog.set_file_name(name).add_filter(format.label(), &[format.extension()]);
                Box::pin(dialog.save_file())
            }
            None => Box::pin(dialog.pick_folder()),
        }
    })
    .await?;
    Ok(match target {
        Target::File(_) => run(move || chosen.map(|path| format.complete(path))).await?,
        Target::Folder => chosen,
    })
}

/// The folders that exports go to, preferred ones first: that of the last export, then the system's.
pub fn folders(app: &AppHandle, state: &State) -> impl Iterator<Item = PathBuf> {
    let path = app.path();
    let usual = [path.download_dir(), path.document_dir(), path.desktop_dir(), path.home_dir()];
    state.preferences.get().export_folder.into_iter().chain(usual.into_iter().flatten())
}

/// Lets the next export start in this folder, also after a restart.
pub fn remember_folder(state: &State, folder: PathBuf) {
    if let Err(problem) = state.preferences.change(|saved| saved.export_folder = Some(folder)) {
        tracing::warn!(code = ?problem.code, "failed to remember the folder for exports");
    }
}

/// Reports the rows that are read, until the admin cancels.
pub fn read_progress(app: &AppHandle, state: &State) -> impl FnMut(u64) -> ControlFlow<()> + Send + 'static {
    let (app, cancelled) = (app.clone(), state.exports.token());
    move |rows| {
        emit(&app, ReadProgress { rows });
        if cancelled.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
