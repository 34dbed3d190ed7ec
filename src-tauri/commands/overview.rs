//! Overview, and the search over everything.

use jiff::Timestamp;
use partner::queries::overview::{Attention, Coverage, CoverageKind, Deleted, FirstSteps, Flows, Freshness};
use partner::queries::search::Hits;
use services::problem::Problem;

use super::App;
use crate::app::background::in_book;

/// Returns the progress of the setup guide.
#[tauri::command]
#[specta::specta]
pub async fn first_steps(state: App<'_>) -> Result<FirstSteps, Problem> {
    in_book(&state, |book| book.first_steps()).await
}

/// Returns how much is allocated.
#[tauri::command]
#[specta::specta]
pub async fn coverage(state: App<'_>, of: CoverageKind) -> Result<Coverage, Problem> {
    in_book(&state, move |book| book.coverage(of)).await
}

/// Returns what needs attention, except syncs.
#[tauri::command]
#[specta::specta]
pub async fn attention(state: App<'_>) -> Result<Attention, Problem> {
    in_book(&state, |book| book.attention()).await
}

/// Returns the XPO accounts that have allocations of objects that are deleted on TikTok.
#[tauri::command]
#[specta::specta]
pub async fn deleted_but_allocated(state: App<'_>) -> Result<Vec<Deleted>, Problem> {
    in_book(&state, |book| book.deleted_but_allocated()).await
}

/// Returns the number of TikTok ad accounts by the age of their last sync.
#[tauri::command]
#[specta::specta]
pub async fn freshness(state: App<'_>) -> Result<Vec<Freshness>, Problem> {
    in_book(&state, |book| book.freshness(Timestamp::now())).await
}

/// Returns the allocations from TikTok ad accounts to XPO accounts.
#[tauri::command]
#[specta::specta]
pub async fn flows(state: App<'_>) -> Result<Flows, Problem> {
    in_book(&state, |book| book.flows()).await
}

/// Returns everything that has each word of `text` in its name or id.
#[tauri::command]
#[specta::specta]
pub async fn search(state: App<'_>, text: String) -> Result<Vec<Hits>, Problem> {
    in_book(&state, move |book| book.search(&text)).await
}
