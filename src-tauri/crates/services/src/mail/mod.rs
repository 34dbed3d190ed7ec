//! Mail: who writes to whom and over which server (`settings`), what is written (`letter`), and the way to the server
//! (`smtp`). What is sent when is decided in [`crate::outbox`].

mod letter;
mod settings;

pub use letter::{Letter, MailShown};
pub use settings::{Addresses, check, password_key};
