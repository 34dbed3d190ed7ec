//! One partner's book: its SQLite file, the rules, the change history and the queries.
//!
//! The crate knows no network and no window. Imports run one way: `store` → `facts`, `decisions`, `sync_jobs`, `requests` →
//! `queries` → `tables` (an arrow points to what may use it).

pub mod decisions;
mod error;
pub mod facts;
pub mod ids;
pub mod name;
pub mod named;
pub mod queries;
pub mod requests;
mod schema;
pub mod store;
pub mod sync_jobs;
pub mod tables;
mod text;
mod text_enum;

pub use error::Error;
pub use store::book::{Book, Partner};
pub use store::library::{Folder, PartnerFile};
pub use store::session_marker::Past;
pub use text::fold;

/// The result of every fallible function of this crate.
pub type Result<T> = std::result::Result<T, Error>;
