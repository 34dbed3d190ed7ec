//! Tests of the sandbox over HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod api;
mod control;
mod edge;
mod faults;
mod harness;
mod listings;
mod objects;
mod portal;
mod rows;
mod schema;
mod start;
mod tools;
