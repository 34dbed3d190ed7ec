//! Suggestions of advertisers: what may be suggested, why, and how often it is right.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "../common/naming.rs"]
mod naming;
mod permitted;
mod quality;
