//! The syncs over real HTTP against the simulator, into a real book.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod clock;
mod ends;
mod house;
