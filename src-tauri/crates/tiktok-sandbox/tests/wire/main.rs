//! The sandbox over real HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod api;
mod bench;
mod faults;
mod listings;
mod objects;
mod oddities;
mod portal;
mod start;
mod steering;
mod tools;
