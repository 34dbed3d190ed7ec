//! Ids of TikTok's objects: strings of 16 to 19 digits, which older responses write as numbers of at most 63 bits. Floats
//! are never accepted, because they would round an id.

use std::{fmt, str::FromStr};

use serde::Serialize;

use crate::lenient::{Field, JsonValue};

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id: expected a number of at most 63 bits")]
pub struct InvalidId;

pub fn is_id(text: &str) -> bool {
    !text.starts_with(['0', '+']) && text.parse::<i64>().is_ok_and(|number| number > 0)
}

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub struct $name(String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
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
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Field for $name {
            const EXPECTED: &'static str = "an id";

            fn from_json(value: JsonValue<'_>) -> Result<Self, JsonValue<'_>> {
                let text = String::from_json(value)?;
                if is_id(&text) { Ok($name(text)) } else { Err(JsonValue::Text(text.into())) }
            }
        }
    )+};
}

id! {
    /// An ad account. TikTok's API calls it "advertiser".
    AdvertiserId
    /// A TikTok user, `core_user_id` in the API.
    UserId
    CampaignId
    AdGroupId
    AdId
    AudienceId
}
