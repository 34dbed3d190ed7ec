//! Requests for new TikTok ad accounts: the form, its options, and the mails to Knorex. Functions fail if the file cannot
//! be read or written.

pub mod mail_settings;
pub mod options;
pub mod outbox;
pub mod request;
