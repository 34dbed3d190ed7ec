//! Ids as types, so that one kind is never taken for another. TikTok's are 16 to 19 digits and stay text from end to
//! end; ours are UUIDs that come with the change that makes the object.

use std::fmt;

use rusqlite::types::{FromSql, FromSqlResult, ToSqlOutput, ValueRef};
use serde::{Deserialize, Serialize};
use specta::Type;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Type)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                $name(id.to_owned())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl rusqlite::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                self.0.to_sql()
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                String::column_result(value).map($name)
            }
        }
    )*};
}

/// Whether an id of ours is a UUID as it is kept: 36 characters, small letters.
pub(crate) fn is_uuid(id: &str) -> bool {
    let mut kept = uuid::Uuid::encode_buffer();
    uuid::Uuid::try_parse(id).is_ok_and(|uuid| uuid.hyphenated().encode_lower(&mut kept) == id)
}

ids! {
    /// A TikTok ad account (TikTok's `advertiser_id`).
    AdAccountId
    /// A campaign of TikTok's.
    CampaignId
    /// An ad group of TikTok's.
    AdGroupId
    /// An ad of TikTok's.
    AdId
    /// A custom audience of TikTok's.
    AudienceId
    /// A client of the partner.
    XpoAccountId
    /// A brand inside one XPO account.
    AdvertiserId
    /// A conversion goal or a remarketing tag.
    GoalId
    /// A request for a TikTok ad account: the id of the change that made it.
    RequestId
    /// A change, and its entry in the history.
    ChangeId
}
