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

use partner::Book;
use services::problem::Problem;
use services::runtime::{run_blocking as blocking, with_book};

use crate::app::state::State;

/// The state as handlers get it.
type App<'a> = tauri::State<'a, State>;

/// Read or write the open book, off the threads that answer the window.
async fn in_book<T: Send + 'static>(
    state: &State,
    work: impl FnOnce(&Book) -> partner::Result<T> + Send + 'static,
) -> Result<T, Problem> {
    with_book(&state.open()?.book, work).await
}
