//! Overview, and the search over everything.

use jiff::Timestamp;
use partner::find::Hits;
use partner::overview::{Flow, Freshness, Overview};
use services::problem::Problem;

use super::{App, in_book};

/// How much is allocated, and what needs attention.
#[tauri::command]
#[specta::specta]
pub async fn overview(state: App<'_>) -> Result<Overview, Problem> {
    in_book(&state, |book| book.overview()).await
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
