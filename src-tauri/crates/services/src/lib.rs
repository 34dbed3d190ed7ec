//! Long-running work between the shell and the crates below it: sign-in, import, sync, mail and secrets.
//!
//! The crate contains no window code and no SQL.

pub mod diagnostics;
pub mod mail;
pub mod outbox;
pub mod problem;
pub mod runtime;
pub mod secrets;
pub mod sync;
pub mod tiktok;
