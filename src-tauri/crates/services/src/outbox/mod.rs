//! The outbox: the mails of requests, sent in the background until the server has them (R48).

mod event;

pub use event::{AccountRequest, OutboxEvent};
