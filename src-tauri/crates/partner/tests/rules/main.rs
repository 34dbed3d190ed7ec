//! The rules of the product, named after their numbers, against a real file.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod accounts;
mod house;
mod schema;
