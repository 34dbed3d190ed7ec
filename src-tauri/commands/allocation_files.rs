//! Allocations as a file: the export, and the import with its preview.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use partner::Book;
use partner::decisions::{Change, DefaultReplacement, Outcome};
use partner::progress::Progress;
use partner::tables::allocations::columns::{AllocationFile, AllocationFileInfo, SheetMatch};
use partner::tables::allocations::preview::AllocationPreview;
use partner::tables::allocations::table::AllocationTable;
use partner::tables::file::Format;
use serde::Deserialize;
use services::problem::{Problem, ProblemCode};
use specta::Type;
use tauri::AppHandle;

use super::App;
use super::decisions::Saved;
use super::lists::ListExport;
use super::xpo::bytes;
use crate::app::background::{in_book, run};
use crate::app::exports::{self, Target, read_progress};
use crate::app::lock::locked;
use crate::app::state::State;
use crate::events::{DataChanged, Topic, emit};

/// What the admin chose for the file that was read last.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AllocationChoice {
    /// One per sheet.
    pub matches: Vec<SheetMatch>,
    pub remove_missing: bool,
    /// The ids of rows to leave out.
    pub without: HashSet<String>,
}

/// Writes the allocations of a list's rows into a workbook that the admin chooses, and returns its path.
#[tauri::command]
#[specta::specta]
pub async fn export_allocations(
    app: AppHandle,
    state: App<'_>,
    list: ListExport,
) -> Result<Option<String>, Problem> {
    let write = move |book: &Book, path: &Path, _, progress: &mut Progress<'_>| {
        let Some(scope) = list.allocations(book)? else { return Ok(path.to_owned()) };
        book.export_allocations(&scope, path, progress).map(|()| path.to_owned())
    };
    exports::export(&app, &state, Target::File("allocations"), Format::Excel, write).await
}

/// Reads a workbook or CSV file (base64) and keeps its rows until the next one is read. Without the name of the encoding of a
/// CSV file, that is recognized.
#[tauri::command]
#[specta::specta]
pub async fn read_allocation_file(
    app: AppHandle,
    state: App<'_>,
    file: String,
    encoding: Option<String>,
) -> Result<AllocationFileInfo, Problem> {
    let file = bytes(&file)?;
    let mut progress = read_progress(&app, &state);
    let read = run(move || AllocationFile::read(&file, encoding.as_deref(), &mut progress)).await??;
    let info = read.info.clone();
    *locked(&state.allocation_file) = Some(Arc::new(read));
    Ok(info)
}

/// Forgets the file that was read last.
#[tauri::command]
#[specta::specta]
pub async fn forget_allocation_file(state: App<'_>) -> Result<(), Problem> {
    *locked(&state.allocation_file) = None;
    Ok(())
}

/// Compares the file with the book. `without` is ignored.
#[tauri::command]
#[specta::specta]
pub async fn compare_allocations(
    app: AppHandle,
    state: App<'_>,
    choice: AllocationChoice,
) -> Result<Arc<AllocationTable>, Problem> {
    with_table(&app, &state, choice, |_, table, _, _| Ok(table)).await
}

/// Tells what saving the file would do, and which rows are blocked.
#[tauri::command]
#[specta::specta]
pub async fn preview_allocations(
    app: AppHandle,
    state: App<'_>,
    choice: AllocationChoice,
) -> Result<AllocationPreview, Problem> {
    let actor = state.actor();
    with_table(&app, &state, choice, move |book, table, without, progress| {
        Ok(book.preview_allocations(&table, &without, &actor, progress)?.shown())
    })
    .await
}

/// Returns the rows to leave out so that nothing blocks the others (A14).
#[tauri::command]
#[specta::specta]
pub async fn blocked_allocations(
    app: AppHandle,
    state: App<'_>,
    choice: AllocationChoice,
) -> Result<HashSet<String>, Problem> {
    let actor = state.actor();
    with_table(&app, &state, choice, move |book, table, without, progress| {
        book.blocked_allocations(&table, &without, &actor, progress)
    })
    .await
}

/// Saves what the file states, or nothing. `None` when it states nothing new.
#[tauri::command]
#[specta::specta]
pub async fn save_allocations(
    app: AppHandle,
    state: App<'_>,
    choice: AllocationChoice,
    default_replacements: Vec<DefaultReplacement>,
) -> Result<Option<Saved>, Problem> {
    let actor = state.actor();
    let saved = with_table(&app, &state, choice, move |book, table, without, progress| {
        let Some(action) = table.action(&without, default_replacements) else { return Ok(None) };
        let change = Change::now(actor, action);
        let outcome: Outcome = book.commit_with(&change, progress)?;
        Ok(Some(Saved { change: change.id.0, outcome }))
    })
    .await?;
    if saved.as_ref().is_some_and(|saved| saved.outcome.entry.is_some()) {
        emit(&app, DataChanged { topics: vec![Topic::Decisions] });
    }
    Ok(saved)
}

async fn with_table<T: Send + 'static>(
    app: &AppHandle,
    state: &State,
    choice: AllocationChoice,
    work: impl FnOnce(&Book, Arc<AllocationTable>, HashSet<String>, &mut Progress<'_>) -> partner::Result<T>
    + Send
    + 'static,
) -> Result<T, Problem> {
    let file = locked(&state.allocation_file).clone();
    let file = file.ok_or_else(|| Problem::new(ProblemCode::FileUnreadable))?;
    let mut progress = read_progress(app, state);
    in_book(state, move |book| {
        let AllocationChoice { matches, remove_missing, without } = choice;
        let table = book.compare_allocations(&file, &matches, remove_missing, &mut progress)?;
        work(book, table, without, &mut progress)
    })
    .await
}
