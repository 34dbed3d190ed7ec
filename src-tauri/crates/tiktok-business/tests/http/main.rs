//! Tests of the client over real HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod clock;
mod failures;
mod listings;
mod objects;
mod proxies;
mod proxy_server;
mod rows;
mod sandbox;
mod secrecy;
mod stub;
