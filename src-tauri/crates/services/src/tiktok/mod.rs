//! Signing in at TikTok, importing ad accounts, and the clients that use the resulting access tokens.

pub(crate) mod client_provider;
pub mod connection_test;
pub mod credentials;
pub mod import;
pub mod loopback;
pub mod sign_in;
