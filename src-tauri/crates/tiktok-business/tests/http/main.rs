//! The client over real HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod answers;
mod clock;
mod failures;
mod listings;
mod rows;
mod sandbox;
mod secrecy;
mod stub;
