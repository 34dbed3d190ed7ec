//! Change history: what Undo and Redo are about, who made changes, and allocations on a date.

use jiff::Timestamp;
use partner::decisions::DecisionKind;
use partner::ids::{AdvertiserId, ChangeId};
use partner::named::Named;
use partner::queries::as_of::{ObjectAsOf, XpoAccountAsOf};
use partner::queries::history::{HistorySubject, NextUndo};
use services::problem::Problem;

use super::App;
use crate::app::background::in_book;

/// Returns what Undo and Redo are about.
#[tauri::command]
#[specta::specta]
pub async fn next_undo(state: App<'_>) -> Result<NextUndo, Problem> {
    in_book(&state, |book| book.next_undo()).await
}

/// Returns those of `changes` that a message may still offer to undo or redo.
#[tauri::command]
#[specta::specta]
pub async fn undoable(state: App<'_>, changes: Vec<ChangeId>) -> Result<Vec<ChangeId>, Problem> {
    in_book(&state, move |book| book.undoable(&changes)).await
}

/// Returns everybody who appears in the history.
#[tauri::command]
#[specta::specta]
pub async fn history_actors(state: App<'_>) -> Result<Vec<String>, Problem> {
    in_book(&state, |book| book.actors()).await
}

/// Returns the object that a history is about, with its name.
#[tauri::command]
#[specta::specta]
pub async fn history_subject(state: App<'_>, subject: HistorySubject) -> Result<Named, Problem> {
    in_book(&state, move |book| book.history_subject(&subject)).await
}

/// Returns the allocations at a time, in milliseconds since 1970, UTC.
#[tauri::command]
#[specta::specta]
pub async fn allocations_as_of(state: App<'_>, at: f64) -> Result<Vec<XpoAccountAsOf>, Problem> {
    in_book(&state, move |book| book.xpo_accounts_as_of(moment(at))).await
}

/// Returns the page of an advertiser's campaigns or audiences at a time that follows `after`.
#[tauri::command]
#[specta::specta]
pub async fn allocated_as_of(
    state: App<'_>,
    at: f64,
    kind: DecisionKind,
    advertiser: AdvertiserId,
    after: Option<ObjectAsOf>,
) -> Result<Vec<ObjectAsOf>, Problem> {
    in_book(&state, move |book| book.allocated_as_of(moment(at), kind, advertiser.as_str(), after.as_ref()))
        .await
}

/// Converts the window's milliseconds. A time outside the calendar becomes the last one.
#[allow(clippy::cast_possible_truncation)] // The window sends whole milliseconds.
fn moment(at: f64) -> Timestamp {
    Timestamp::from_millisecond(at as i64).unwrap_or(Timestamp::MAX)
}
