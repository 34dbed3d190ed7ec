//! Import and export of tables. Functions without another error fail only when the book cannot be read.

pub mod allocations;
pub(crate) mod cells;
pub(crate) mod encoding;
pub mod export;
pub mod file;
pub mod import;
pub mod list_export;
pub(crate) mod lists;
pub mod matching;
mod ods;
pub(crate) mod rows;
pub mod sheets;
pub(crate) mod xlsx;
