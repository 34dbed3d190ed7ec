//! One type per kind of id. TikTok's ids are 16 to 19 digits, and strings end to end. Our own are UUIDs, which the change
//! that creates the object provides.

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

/// Returns whether the id is a UUID in the stored form: hyphenated and in lower case.
pub(crate) fn is_uuid(id: &str) -> bool {
    let mut buffer = uuid::Uuid::encode_buffer();
    uuid::Uuid::try_parse(id).is_ok_and(|uuid| uuid.hyphenated().encode_lower(&mut buffer) == id)
}

ids! {
    /// A TikTok ad account; the API calls it `advertiser_id`.
    AdAccountId
    CampaignId
    AdGroupId
    AdId
    AudienceId
    XpoAccountId
    AdvertiserId
    /// A conversion goal or a remarketing tag.
    GoalId
    /// A request for a TikTok ad account. Equal to the id of the change that created it.
    RequestId
    /// A change, and its entry in the change history.
    ChangeId
}
