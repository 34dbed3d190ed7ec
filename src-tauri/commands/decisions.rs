//! Decisions: every dialog previews and saves its changes here.

use partner::decisions::{Action, Change, Outcome};
use serde::Serialize;
use services::problem::Problem;
use specta::Type;
use tauri::AppHandle;

use super::App;
use crate::app::background::in_book;
use crate::events::{DataChanged, Topic, emit};

/// The result of a Save.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Saved {
    /// The id of the change, for Undo. Nothing was saved unless `outcome` has an entry.
    pub change: String,
    pub outcome: Outcome,
}

/// Tells what saving `action` would do, with everything that blocks it.
#[tauri::command]
#[specta::specta]
pub async fn preview(state: App<'_>, action: Action) -> Result<Outcome, Problem> {
    let change = Change::draft(state.actor(), action);
    in_book(&state, move |book| book.preview(&change)).await
}

/// Saves all of `action`, or nothing.
#[tauri::command]
#[specta::specta]
pub async fn commit(app: AppHandle, state: App<'_>, action: Action) -> Result<Saved, Problem> {
    let change = Change::now(state.actor(), action);
    let id = change.id.0.clone();
    let outcome = state.open_partner.current()?.commit(change).await?;
    if outcome.entry.is_some() {
        emit(&app, DataChanged { topics: vec![Topic::Decisions, Topic::Requests] });
    }
    Ok(Saved { change: id, outcome })
}

/// Returns the part of `action` that nothing blocks (A14).
#[tauri::command]
#[specta::specta]
pub async fn unblocked_part(state: App<'_>, action: Action) -> Result<Option<Action>, Problem> {
    let change = Change::draft(state.actor(), action);
    in_book(&state, move |book| book.unblocked_part(&change)).await
}
