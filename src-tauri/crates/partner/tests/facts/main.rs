//! Facts and the sync jobs that write them, with a real file.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[allow(dead_code)]
#[path = "../rules/fixture.rs"]
mod fixture;
mod jobs;
mod pages;
#[path = "../common/raw_file.rs"]
mod raw_file;
