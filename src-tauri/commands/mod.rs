//! What the window may ask for: one file per screen, a handler is a few lines.

pub mod accounts;
pub mod decisions;
pub mod files;
pub mod help;
pub mod history;
pub mod import;
pub mod lists;
pub mod mail;
pub mod overview;
pub mod partners;
pub mod preferences;
pub mod requests;
pub mod secrets;
pub mod settings;
pub mod sync;
pub mod xpo;

use std::sync::Arc;

use partner::Book;
use services::problem::Problem;

use crate::app::state::State;

/// The state as handlers get it.
type App<'a> = tauri::State<'a, State>;

/// Read or write the open book, off the threads that answer the window.
async fn in_book<T: Send + 'static>(
    state: &State,
    work: impl FnOnce(&Book) -> partner::Result<T> + Send + 'static,
) -> Result<T, Problem> {
    let book = Arc::clone(&state.open()?.book);
    Ok(blocking(move || work(&book)).await??)
}

/// Run what waits for the disk, off the threads that answer the window.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    tauri::async_runtime::spawn_blocking(work).await.map_err(Problem::internal)
}
