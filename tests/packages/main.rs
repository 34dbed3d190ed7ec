//! The Linux packages: their contents, and installing, upgrading and removing them on a clean system.
//!
//! `make test-packages` runs these tests as root. They build a clean system with Debian's own tools in `target/packages/` and
//! reuse it in later runs. The packages contain the debug build that the window tests use, so nothing is compiled for them.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../harness/mod.rs"]
mod harness;

mod build;
mod clean_system;
mod contents;
mod lifecycle;
