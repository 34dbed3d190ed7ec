//! Blocking work for async callers: disk access and SQLite must not occupy the threads that drive the network.

use std::sync::Arc;

use partner::Book;

use crate::problem::Problem;

/// Runs `work` on a thread that may block.
///
/// # Errors
/// [`ProblemCode::Internal`](crate::problem::ProblemCode::Internal) when `work` panics.
pub async fn run_blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(Problem::internal)
}

/// Reads or writes the book on a thread that may block.
///
/// # Errors
/// Fails with the errors of `work`, and [`ProblemCode::Internal`](crate::problem::ProblemCode::Internal) when it panics.
pub async fn with_book<T: Send + 'static>(
    book: &Arc<Book>,
    work: impl FnOnce(&Book) -> partner::Result<T> + Send + 'static,
) -> Result<T, Problem> {
    let book = Arc::clone(book);
    Ok(run_blocking(move || work(&book)).await??)
}
