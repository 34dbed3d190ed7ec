//! Change history: the edits of an entry, who made changes, and allocations on a date.

use jiff::Timestamp;
use partner::decisions::{DecisionKind, EditRow};
use partner::ids::AdvertiserId;
use partner::queries::as_of::{ObjectAsOf, XpoAccountAsOf};
use services::problem::Problem;

use super::App;
use crate::app::background::in_book;

/// Returns the edits of an entry, from number `from` on.
#[tauri::command]
#[specta::specta]
pub async fn edits_of(state: App<'_>, entry: u32, from: u32) -> Result<Vec<EditRow>, Problem> {
    in_book(&state, move |book| book.edits(entry.into(), from)).await
}

/// Returns everybody who appears in the history.
#[tauri::command]
#[specta::specta]
pub async fn history_actors(state: App<'_>) -> Result<Vec<String>, Problem> {
    in_book(&state, |book| book.actors()).await
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
