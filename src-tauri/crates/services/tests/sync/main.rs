//! Runs syncs over HTTP against the simulator, into a real book.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod chaos;
mod clock;
mod codes;
mod connections;
mod fixture;
mod network;
mod queue;
mod quota;
mod responses;
mod schedule;
mod sign_ins;
mod success;
mod waits;
