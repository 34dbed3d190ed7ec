//! One type per kind of id. TikTok's ids are 16 to 19 digits: strings everywhere but in the file, which stores them as
//! integers. Our own are UUIDs, which the change that creates the object provides.

use std::fmt;

use rusqlite::types::{FromSql, FromSqlResult, ToSqlOutput, ValueRef};
use rusqlite::{Row, ToSql};
use serde::{Deserialize, Serialize};
use specta::Type;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident $stored:ident)*) => {$(
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

        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                ids!(@to_sql $stored self)
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                StoredId::column_result(value).map(|id| $name(id.0))
            }
        }
    )*};
    (@to_sql integer $id:ident) => { Ok(ToSqlOutput::Owned(number(&$id.0).into())) };
    (@to_sql text $id:ident) => { $id.0.to_sql() };
}

/// Returns the number whose decimal form is exactly `id`: TikTok's ids are numbers of at most 63 bits. Others are not in
/// the file, and as `NULL` they equal nothing there.
pub(crate) fn number(id: &str) -> Option<i64> {
    if id.starts_with(['0', '+', '-']) { None } else { id.parse().ok() }
}

/// An id of any kind, as the file stores it: a number if it is one of TikTok's, and text if it is ours.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct StoredId(pub String);

impl ToSql for StoredId {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        stored(&self.0)
    }
}

impl FromSql for StoredId {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Ok(StoredId(match value {
            ValueRef::Integer(number) => number.to_string(),
            text => text.as_str()?.to_owned(),
        }))
    }
}

/// Reads an id of any kind.
pub(crate) fn id_at(row: &Row<'_>, column: usize) -> rusqlite::Result<String> {
    Ok(row.get::<_, StoredId>(column)?.0)
}

/// Returns the value that stores an id of any kind.
pub(crate) fn stored(id: &str) -> rusqlite::Result<ToSqlOutput<'_>> {
    number(id).map_or_else(|| id.to_sql(), |number| Ok(number.into()))
}

/// Returns whether the id is a UUID in the stored form: hyphenated and in lower case.
pub(crate) fn is_uuid(id: &str) -> bool {
    let mut buffer = uuid::Uuid::encode_buffer();
    uuid::Uuid::try_parse(id).is_ok_and(|uuid| uuid.hyphenated().encode_lower(&mut buffer) == id)
}

ids! {
    /// A TikTok ad account; the API calls it `advertiser_id`.
    AdAccountId integer
    CampaignId integer
    AdGroupId integer
    AdId integer
    AudienceId integer
    XpoAccountId text
    AdvertiserId text
    /// A conversion goal or a remarketing tag.
    GoalId text
    /// A request for a TikTok ad account. Equal to the id of the change that created it.
    RequestId text
    /// A change, and its entry in the change history.
    ChangeId text
}
