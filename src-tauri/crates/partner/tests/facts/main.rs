//! What TikTok tells, page by page, and the jobs that fetch it; against a real file.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[allow(dead_code)]
#[path = "../rules/house.rs"]
mod house;
mod jobs;
mod pages;
