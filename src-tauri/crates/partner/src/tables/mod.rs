//! Import and export of tables.

pub(crate) mod cells;
pub mod export;
pub mod file;
pub mod import;
pub mod list_export;
pub(crate) mod lists;
pub(crate) mod matching;
