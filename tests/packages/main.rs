//! The packages of Linux: what is in them, and their life on a computer that has nothing else.
//!
//! Run by `make test-packages`, as root: a clean system is made with Debian's own tools below `target/packages/` and kept there
//! for the next time. The program inside is the one that the tests of the window start, so nothing is compiled for this.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../harness/mod.rs"]
mod harness;

mod contents;
mod life;
mod machine;
mod packages;
