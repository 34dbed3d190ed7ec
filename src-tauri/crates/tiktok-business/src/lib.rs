//! A client of TikTok's API for Business (Marketing API v1.3): typed calls, tolerant reading, one error that says what
//! to do.
//!
//! Deliberately absent: anything of the application that uses it; where tokens are kept; the log-in page (a browser
//! shows it); pacing across calls.
//!
//! Secrets are [`oauth2`]'s own types, whose `Debug` prints nothing. They leave in a header, a query or a body and
//! appear in no [`Error`] and no log line.

mod advertiser;
mod client;
mod codes;
mod envelope;
mod error;
mod id;
pub mod links;
mod loose;
mod oauth;
mod user;

pub use advertiser::{AdvertiserInfo, AdvertiserInfos, Missing, MissingReason};
pub use client::{Client, Options, Retries};
pub use error::{Error, Kind};
pub use id::{AdvertiserId, InvalidId, UserId};
pub use oauth::{AdvertiserName, Advertisers, App, Grant};
pub use oauth2::{AccessToken, AuthorizationCode, ClientSecret};
pub use user::UserInfo;

/// Where TikTok's API for Business answers.
pub const API_ADDRESS: &str = "https://business-api.tiktok.com/open_api/v1.3";
