//! Mails of requests: over a real mail server on good days, over one that does as it is told on bad ones (R48).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod bad_days;
#[path = "../sync/clock.rs"]
mod clock;
mod exim;
mod fixture;
mod good_days;
mod kills;
mod letters;
mod practice;
mod script;
mod settings;
mod uncertain;
