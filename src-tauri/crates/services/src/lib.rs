//! Work that takes time, between the shell and the crates below it.
//!
//! Knows no window and no database of its own.

pub mod connection;
pub mod import;
pub mod keys;
pub mod login;
pub mod logs;
pub mod loopback;
pub mod mail;
pub mod outbox;
pub mod problem;
pub mod support;
pub mod sync;
