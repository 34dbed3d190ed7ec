//! Signing in at TikTok, importing ad accounts, and clients that have the right token.

pub(crate) mod client_provider;
pub mod connection_test;
pub mod import;
pub mod loopback;
pub mod sign_in;
