//! Mails of requests (R48): delivery through a real mail server, failures through a scripted one.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "../sync/clock.rs"]
mod clock;
mod crashes;
#[cfg(target_os = "linux")]
mod delivery;
mod encryption;
#[cfg(target_os = "linux")]
mod exim;
mod failures;
mod fixture;
mod hello;
mod messages;
mod practice;
mod replies;
mod scripted_server;
mod settings;
mod uncertain;
#[cfg(target_os = "linux")]
mod with_exim;
