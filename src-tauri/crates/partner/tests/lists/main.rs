//! The lists and searches of the screens, compared with the whole book.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod accents;
mod account_page;
mod campaigns;
mod everything;
mod facets;
#[allow(dead_code)]
#[path = "../rules/fixture.rs"]
mod fixture;
mod goals;
mod history_search;
mod pages;
mod past;
mod pasted;
#[path = "../common/random.rs"]
mod random;
#[path = "../common/raw_file.rs"]
mod raw_file;
mod tree;
mod views;
mod xpo_accounts;
