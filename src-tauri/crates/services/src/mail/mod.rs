//! Mail: validated settings and addresses, the messages of requests, and the transports that send them.
//!
//! [`crate::outbox`] decides what is sent when.

mod delivery_error;
mod message;
mod settings;
mod smtp;
mod transport;

pub use delivery_error::{DeliveryError, RetryPolicy};
pub use message::{MailPreview, Message};
pub(crate) use settings::first_problem;
pub use settings::{Addresses, is_address, password_key, validate};
pub use transport::{Transport, check_server, test_settings};
