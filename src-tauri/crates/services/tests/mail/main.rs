//! Mails of requests: over a real mail server on good days, over one that does as it is told on bad ones (R48).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "../sync/clock.rs"]
mod clock;
mod crashes;
mod delivery;
mod exim;
mod failures;
mod fixture;
mod messages;
mod practice;
mod scripted_server;
mod settings;
mod uncertain;
