//! Mail: who writes to whom and over which server (`settings`), what is written (`letter`), and how it leaves (`way`, and
//! `smtp` step by step). What is sent when is decided in [`crate::outbox`].

mod message;
mod settings;
mod smtp;
mod transport;

pub use lettre::transport::smtp::client::Certificate;
pub use message::{Letter, MailShown};
pub(crate) use settings::first;
pub use settings::{Addresses, check, password_key};
pub use smtp::{Refusal, Then};
pub use transport::{Way, test};
