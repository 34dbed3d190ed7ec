//! One partner's SQLite file: finding, opening, checking, copying and closing it.

pub mod backup;
pub(crate) mod book;
pub(crate) mod integrity;
pub mod library;
pub mod open;
pub(crate) mod session_marker;
pub(crate) mod wal;
