//! Runs blocking work outside the async threads that serve the window.

use partner::Book;
use services::problem::Problem;
pub use services::runtime::run_blocking as run;
use services::runtime::with_book;

use super::state::State;

/// Reads or writes the open partner's book.
///
/// # Errors
/// Fails with the errors of `work`, and when no partner is open.
pub async fn in_book<T: Send + 'static>(
    state: &State,
    work: impl FnOnce(&Book) -> partner::Result<T> + Send + 'static,
) -> Result<T, Problem> {
    with_book(&state.open_partner.current()?.book, work).await
}
