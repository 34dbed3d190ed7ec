//! What TikTok reports. Facts can be discarded and fetched again.

pub mod accounts;
pub mod media;
pub mod objects;
pub mod raw_json;
pub mod record;
pub mod status;
pub mod tiktok_app;
pub mod users;
