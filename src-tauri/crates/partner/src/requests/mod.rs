//! Requests for new TikTok ad accounts, and the mails that carry them.

pub mod mail_settings;
pub mod options;
pub mod outbox;
pub mod request;
