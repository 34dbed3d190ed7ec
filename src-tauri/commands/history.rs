//! Change history: what an entry changed, who is in it, and the book as of a date.

use jiff::Timestamp;
use partner::decisions::{DecisionKind, EditRow};
use partner::ids::AdvertiserId;
use partner::queries::as_of::{ObjectThen, XpoAccountThen};
use services::problem::Problem;

use super::{App, in_book};

/// What an entry changed, from the `from`th edit on.
#[tauri::command]
#[specta::specta]
pub async fn edits_of(state: App<'_>, entry: u32, from: u32) -> Result<Vec<EditRow>, Problem> {
    in_book(&state, move |book| book.edits(entry.into(), from)).await
}

/// Everybody who decided something.
#[tauri::command]
#[specta::specta]
pub async fn history_actors(state: App<'_>) -> Result<Vec<String>, Problem> {
    in_book(&state, |book| book.actors()).await
}

/// Who had what at a moment: milliseconds since 1970, UTC.
#[tauri::command]
#[specta::specta]
pub async fn book_as_of(state: App<'_>, at: f64) -> Result<Vec<XpoAccountThen>, Problem> {
    in_book(&state, move |book| book.xpo_accounts_as_of(moment(at))).await
}

/// The campaigns or audiences that an advertiser had at a moment, a page of them after `after`.
#[tauri::command]
#[specta::specta]
pub async fn held_as_of(
    state: App<'_>,
    at: f64,
    kind: DecisionKind,
    advertiser: AdvertiserId,
    after: Option<ObjectThen>,
) -> Result<Vec<ObjectThen>, Problem> {
    in_book(&state, move |book| book.held_as_of(moment(at), kind, advertiser.as_str(), after.as_ref())).await
}

/// The moment that a page's number stands for; one that no calendar has is the last there is.
#[allow(clippy::cast_possible_truncation)] // A page's times are whole milliseconds.
fn moment(at: f64) -> Timestamp {
    Timestamp::from_millisecond(at as i64).unwrap_or(Timestamp::MAX)
}
