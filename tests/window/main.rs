//! Whole stories in the real window: real keychain daemon, real files, TikTok's simulator over HTTP.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../desk/mod.rs"]
mod desk;

mod first_import;
