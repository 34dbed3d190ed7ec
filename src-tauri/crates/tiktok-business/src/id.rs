//! Ids. TikTok's are strings of 16 to 19 digits; older answers write numbers. They never pass through a float.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Most digits an id may have: generous, yet harmless wherever an id is put.
const MOST_DIGITS: usize = 32;

/// The text is not an id: ids are 1 to 32 ASCII digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id: ids are 1 to {MOST_DIGITS} digits")]
pub struct InvalidId;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The digits.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                let digits = text.bytes().all(|byte| byte.is_ascii_digit());
                if digits && (1..=MOST_DIGITS).contains(&text.len()) { Ok($name(text)) } else { Err(InvalidId) }
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                text.to_owned().try_into()
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
    };
}

id!(
    /// An ad account. TikTok's API calls it "advertiser".
    AdvertiserId
);
id!(
    /// A TikTok user who can grant access: `core_user_id`.
    UserId
);
