//! The client over real HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod answers;
mod failures;
mod sandbox;
mod secrecy;
mod stub;
