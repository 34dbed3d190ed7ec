//! Allocations as a file (product.md, 7): what the dialogs decide, as rows that a spreadsheet can edit.
//!
//! A file is read into sheets, whose columns are matched with what we know (`columns`). Its rows are compared with the book
//! (`compare`): what they state (`statements`) gives rows with what each would decide (`table`). These become one ordinary
//! change, so the rules of [`crate::decisions`] decide what blocks it (`preview`).

mod book;
pub mod columns;
mod compare;
pub mod export;
mod ids;
mod kinds;
pub mod preview;
mod statements;
pub mod table;
mod texts;
