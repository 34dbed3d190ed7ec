//! Overview, and the search over everything.

use jiff::Timestamp;
use partner::queries::overview::{Attention, Coverage, Covered, Deleted, FirstSteps, Flow, Freshness};
use partner::queries::search::Hits;
use services::problem::Problem;

use super::App;
use crate::app::background::in_book;

/// What of the first steps is done.
#[tauri::command]
#[specta::specta]
pub async fn first_steps(state: App<'_>) -> Result<FirstSteps, Problem> {
    in_book(&state, |book| book.first_steps()).await
}

/// How much is allocated.
#[tauri::command]
#[specta::specta]
pub async fn coverage(state: App<'_>, of: Covered) -> Result<Coverage, Problem> {
    in_book(&state, move |book| book.coverage(of)).await
}

/// What needs attention, but for syncs.
#[tauri::command]
#[specta::specta]
pub async fn attention(state: App<'_>) -> Result<Attention, Problem> {
    in_book(&state, |book| book.attention()).await
}

/// The XPO accounts that have something which is deleted on TikTok.
#[tauri::command]
#[specta::specta]
pub async fn deleted_but_allocated(state: App<'_>) -> Result<Vec<Deleted>, Problem> {
    in_book(&state, |book| book.deleted_but_allocated()).await
}

/// How many TikTok ad accounts were last synced how long ago.
#[tauri::command]
#[specta::specta]
pub async fn freshness(state: App<'_>) -> Result<Vec<Freshness>, Problem> {
    in_book(&state, |book| book.freshness(Timestamp::now())).await
}

/// Which TikTok ad account flows to which XPO account.
#[tauri::command]
#[specta::specta]
pub async fn flows(state: App<'_>) -> Result<Vec<Flow>, Problem> {
    in_book(&state, |book| book.flows()).await
}

/// What has every word of `text` in its name or id.
#[tauri::command]
#[specta::specta]
pub async fn find(state: App<'_>, text: String) -> Result<Vec<Hits>, Problem> {
    in_book(&state, move |book| book.find(&text)).await
}
