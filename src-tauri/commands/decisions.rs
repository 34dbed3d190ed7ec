//! Decisions: every dialog asks here what a Save would do, and saves here.

use partner::decisions::{Action, Change, Outcome};
use serde::Serialize;
use services::problem::Problem;
use specta::Type;
use tauri::AppHandle;

use super::{App, in_book};
use crate::events::{Changed, What, tell};

/// What a Save came to.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Saved {
    /// The id of the change, for an Undo; nothing was saved unless `outcome` has an entry.
    pub change: String,
    /// What it did, or why it may not.
    pub outcome: Outcome,
}

/// What saving `action` would do, with everything that forbids it.
#[tauri::command]
#[specta::specta]
pub async fn preview(state: App<'_>, action: Action) -> Result<Outcome, Problem> {
    let change = Change::now(state.actor.as_str(), action);
    in_book(&state, move |book| book.preview(&change)).await
}

/// Save `action`, all of it or nothing.
#[tauri::command]
#[specta::specta]
pub async fn commit(app: AppHandle, state: App<'_>, action: Action) -> Result<Saved, Problem> {
    let change = Change::now(state.actor.as_str(), action);
    let id = change.id.0.clone();
    let open = state.open()?;
    let outcome = in_book(&state, move |book| book.commit(&change)).await?;
    if outcome.entry.is_some() {
        // It may be a request, or take one back.
        open.look_for_mail();
        tell(&app, Changed { what: vec![What::Decisions, What::Requests] });
    }
    Ok(Saved { change: id, outcome })
}

/// What is left of `action` without the rows that are forbidden (A14).
#[tauri::command]
#[specta::specta]
pub async fn rest_of(state: App<'_>, action: Action) -> Result<Option<Action>, Problem> {
    let change = Change::now(state.actor.as_str(), action);
    in_book(&state, move |book| Ok(change.action.unblocked(&book.preview(&change)?.blockers))).await
}
