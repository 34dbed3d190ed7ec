//! Work that waits for the disk, off the threads that answer the window.

use std::sync::Arc;

use partner::Book;
use services::problem::Problem;

use super::state::State;

/// Runs blocking work.
///
/// # Errors
/// When `work` panics.
pub async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    tauri::async_runtime::spawn_blocking(work).await.map_err(Problem::internal)
}

/// Reads or writes the open partner's book.
///
/// # Errors
/// Those of `work`, and when no partner is open.
pub async fn in_book<T: Send + 'static>(
    state: &State,
    work: impl FnOnce(&Book) -> partner::Result<T> + Send + 'static,
) -> Result<T, Problem> {
    let book = Arc::clone(&state.open_partner.current()?.book);
    Ok(run(move || work(&book)).await??)
}
