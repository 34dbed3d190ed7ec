//! A client of TikTok's API for Business (Marketing API v1.3): typed calls, tolerant reading, one error that says what
//! to do.
//!
//! Lists are read by [`Listing`]: to their end, several pages at a time, as fast as [`Limits`] let it.
//!
//! Deliberately absent: anything of the application that uses it; where tokens are kept; the log-in page (a browser
//! shows it).
//!
//! Secrets are [`oauth2`]'s own types, whose `Debug` prints nothing. They leave in a header, a query or a body and
//! appear in no [`Error`] and no log line.

mod advertiser;
mod audience;
mod business_center;
mod campaigns;
mod client;
mod clock;
mod codes;
mod column;
mod decode;
mod envelope;
mod error;
mod id;
mod limits;
pub mod links;
mod listing;
mod loose;
mod media;
mod oauth;
mod options;
mod pixel;
mod row;
mod tally;
mod timezone;
mod user;

pub use advertiser::{AdvertiserInfo, AdvertiserInfos, Missing, MissingReason};
pub use audience::{Audience, AudienceDetail, AudienceDetails};
pub use business_center::{Balance, BusinessCenter, BusinessCenterInfo};
pub use campaigns::{Ad, AdGroup, Campaign};
pub use client::Client;
pub use clock::{Clock, Sleep, SystemClock};
pub use error::{Error, Kind};
pub use id::{
    AdGroupId, AdId, AdvertiserId, AudienceId, BusinessCenterId, CampaignId, InvalidId, PixelId, UserId,
};
pub use limits::{Limits, Quota, Tier};
pub use listing::{Listing, PartOf, Progress};
pub use media::{Image, Video};
pub use oauth::{AdvertiserName, Advertisers, App, Grant};
pub use oauth2::{AccessToken, AuthorizationCode, ClientSecret};
pub use options::{Options, Retries};
pub use pixel::Pixel;
pub use row::{BadRow, Json, Page, Row};
pub use tally::{End, Position};
pub use timezone::Timezone;
pub use user::UserInfo;

/// Where TikTok's API for Business answers.
pub const API_ADDRESS: &str = "https://business-api.tiktok.com/open_api/v1.3";
