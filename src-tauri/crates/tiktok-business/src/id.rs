//! Ids. TikTok's are strings of 16 to 19 digits; older answers write numbers. They never pass through a float.

use std::{fmt, str::FromStr};

use compact_str::{CompactString, ToCompactString};
use serde::{Deserialize, Serialize};

use crate::column::Column;

/// Most digits an id may have: generous, yet harmless wherever an id is put, and within an `u128`.
const MOST_DIGITS: usize = 32;

/// The text is not an id: ids are 1 to 32 ASCII digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id: ids are 1 to {MOST_DIGITS} digits")]
pub struct InvalidId;

pub fn is_id(text: &str) -> bool {
    (1..=MOST_DIGITS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(CompactString);

        impl $name {
            /// The digits.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                if is_id(text) { Ok($name(text.into())) } else { Err(InvalidId) }
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0.into()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Column for $name {
            const EXPECTED: &'static str = "an id";

            fn text(text: &str) -> Option<Self> {
                text.parse().ok()
            }

            fn whole(number: i128) -> Option<Self> {
                number.to_compact_string().parse().ok()
            }
        }
    )+};
}

id! {
    /// An ad account. TikTok's API calls it "advertiser".
    AdvertiserId
    /// A TikTok user who can grant access: `core_user_id`.
    UserId
    /// A campaign of an ad account.
    CampaignId
    /// An ad group of a campaign.
    AdGroupId
    /// An ad of an ad group; also called creative.
    AdId
    /// A custom audience.
    AudienceId
    /// A pixel.
    PixelId
    /// A Business Center.
    BusinessCenterId
}
