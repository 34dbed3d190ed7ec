//! The rules of the product, named after their numbers, against a real file.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod accounts;
mod allocation_files;
mod article;
mod audiences;
mod campaigns;
mod commit;
mod defaults;
mod directory;
mod fixture;
mod goals;
mod history;
mod holdings;
mod large_allocation_files;
mod outbox;
#[path = "../common/raw_file.rs"]
mod raw_file;
mod requests;
mod schema;
mod undo;
mod workbook_files;
