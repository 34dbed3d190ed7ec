//! A client for TikTok's API for Business (Marketing API v1.3).
//!
//! Start with [`Client`]. Lists are read with a [`Listing`], which prefetches pages within the [`RateLimiter`]'s quota.
//! Every call fails with the same [`Error`], whose [`ErrorKind`] says how to react.
//!
//! This crate knows nothing of the application that uses it. It neither stores tokens nor shows the sign-in page.
//!
//! Secrets are [`oauth2`]'s own types, whose `Debug` output is redacted. No [`Error`] and no log line contains one.

mod advertiser;
mod audience;
mod campaigns;
mod client;
mod clock;
mod codes;
mod completeness;
mod envelope;
mod error;
mod error_kind;
mod id;
mod lenient;
mod listing;
mod media;
mod oauth;
mod options;
mod page;
mod proxy;
mod rate_limiter;
mod repair;
mod retry_after;
mod row;
mod transport;
mod undecoded;
pub mod urls;
mod user;

pub use advertiser::{ADVERTISER_INFO, AdvertiserInfo, AdvertiserInfos, MissingAdvertiser, MissingReason};
pub use audience::Audience;
pub use campaigns::{Ad, AdGroup, Campaign};
pub use client::Client;
pub use clock::{Clock, Sleep, SystemClock};
pub use completeness::{Checkpoint, Summary};
pub use error::Error;
pub use error_kind::ErrorKind;
pub use id::{AdGroupId, AdId, AdvertiserId, AudienceId, CampaignId, InvalidId, UserId};
pub use listing::{Listing, PageOrigin, Progress};
pub use media::{Image, Video};
pub use oauth::{AdvertiserName, Advertisers, App};
pub use oauth2::{AccessToken, AuthorizationCode, ClientSecret};
pub use options::{Options, RetryPolicy};
pub use page::Page;
pub use proxy::{InvalidProxy, Proxy};
pub use rate_limiter::{RateLimiter, Tier};
pub use row::{InvalidRow, RawJson, Row};
pub use undecoded::Undecoded;
pub use user::UserInfo;
