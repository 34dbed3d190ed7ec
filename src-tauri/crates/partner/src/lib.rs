//! One partner's book: its SQLite file, the rules, the change history and the queries.
//!
//! The crate contains no network or window code. Each folder is a layer; `tests/architecture.rs` in the root folder lists
//! them from the bottom up, and enforces that imports only point downwards.

pub mod decisions;
mod error;
pub mod facts;
pub mod ids;
mod json_column;
pub mod name;
pub mod named;
pub mod progress;
pub mod queries;
pub mod requests;
mod schema;
mod search_text;
pub mod store;
pub mod stored_problem;
pub mod sync_jobs;
pub mod tables;
#[cfg(feature = "testing")]
mod testing;
mod text;
mod text_enum;

pub use error::{Error, Result};
pub use store::book::{Book, Partner};
pub use store::library::{Folder, PartnerFile};
pub use store::recovery::PreviousSession;
pub use text::{fill, fold, folded_characters, grouped, plain};
