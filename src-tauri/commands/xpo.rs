//! XPO accounts: the allocation tree, an account's allocations, and the directory import.

use std::collections::HashSet;
use std::io::Read;

use base64::prelude::{BASE64_STANDARD, Engine};
use partner::decisions::Change;
use partner::ids::XpoAccountId;
use partner::queries::allocation_tree::{TreeAccount, TreeQuery};
use partner::queries::xpo_accounts::XpoAccountPage;
use partner::store::paths::open_regular;
use partner::tables::import::DirectoryTable;
use partner::tables::sheets::MAX_FILE_SIZE;
use serde::Serialize;
use services::problem::{Problem, ProblemCode};
use specta::Type;
use tauri::AppHandle;

use super::{App, decisions::Saved};
use crate::app::background::{in_book, run};
use crate::app::exports::read_progress;
use crate::app::lock::locked;
use crate::events::{DataChanged, Topic, emit};

/// Returns XPO accounts and advertisers, with their allocations of the given TikTok ad accounts.
#[tauri::command]
#[specta::specta]
pub async fn xpo_tree(state: App<'_>, query: TreeQuery) -> Result<Vec<TreeAccount>, Problem> {
    in_book(&state, move |book| book.allocation_tree(&query)).await
}

/// Returns an XPO account with its advertisers and TikTok ad accounts.
#[tauri::command]
#[specta::specta]
pub async fn xpo_account(state: App<'_>, id: XpoAccountId) -> Result<Option<XpoAccountPage>, Problem> {
    in_book(&state, move |book| book.xpo_account(&id)).await
}

/// A file that was dropped on the window.
#[derive(Debug, Clone, Serialize, Type)]
pub struct DroppedFile {
    pub name: String,
    /// Base64.
    pub content: String,
}

/// The file that was dropped on the window last. Only the system can name it, never the page.
#[tauri::command]
#[specta::specta]
pub async fn dropped_file(state: App<'_>) -> Result<Option<DroppedFile>, Problem> {
    let Some(path) = locked(&state.dropped).take() else { return Ok(None) };
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let unreadable = |error| Problem::new(ProblemCode::FileUnreadable).about(&name).because(error);
    let read = run(move || {
        // One byte more than allowed, so that the book says that the file is too large.
        let mut content = Vec::new();
        let file = open_regular(&path)?;
        file.take(MAX_FILE_SIZE as u64 + 1).read_to_end(&mut content)?;
        Ok::<_, std::io::Error>(BASE64_STANDARD.encode(content))
    });
    let content = read.await?.map_err(unreadable)?;
    Ok(Some(DroppedFile { name, content }))
}

/// Previews what a workbook or CSV file (base64) of XPO accounts and advertisers would add. Without the name of the
/// encoding of a CSV file, that is recognized.
#[tauri::command]
#[specta::specta]
pub async fn read_directory_table(
    app: AppHandle,
    state: App<'_>,
    file: String,
    encoding: Option<String>,
) -> Result<DirectoryTable, Problem> {
    let (file, mut progress) = (bytes(&file)?, read_progress(&app, &state));
    in_book(&state, move |book| book.read_directory_table(&file, encoding.as_deref(), &mut progress)).await
}

/// Adds the rows of a workbook or CSV file (base64), except the lines in `without`. `None` when that adds nothing.
#[tauri::command]
#[specta::specta]
pub async fn import_directory_table(
    app: AppHandle,
    state: App<'_>,
    file: String,
    encoding: Option<String>,
    without: HashSet<u32>,
) -> Result<Option<Saved>, Problem> {
    let (actor, file) = (state.actor(), bytes(&file)?);
    let mut progress = read_progress(&app, &state);
    let saved = in_book(&state, move |book| {
        let table = book.read_directory_table(&file, encoding.as_deref(), &mut progress)?;
        let Some(action) = table.action(&without) else { return Ok(None) };
        let change = Change::now(actor, action);
        let outcome = book.commit_with(&change, &mut progress)?;
        Ok(Some(Saved { change: change.id.0, outcome }))
    })
    .await?;
    if saved.as_ref().is_some_and(|saved| saved.outcome.entry.is_some()) {
        emit(&app, DataChanged { topics: vec![Topic::Decisions] });
    }
    Ok(saved)
}

pub fn bytes(base64: &str) -> Result<Vec<u8>, Problem> {
    BASE64_STANDARD.decode(base64).map_err(|error| Problem::new(ProblemCode::TableUnreadable).because(error))
}
