//! The data that TikTok reports. Facts can be discarded and fetched again. Functions without another error fail only when the
//! file cannot be read or written; then they have written nothing.

pub mod accounts;
pub mod media;
pub mod objects;
pub mod raw_json;
pub mod record;
pub mod status;
pub mod tiktok_app;
pub mod time;
pub mod users;
