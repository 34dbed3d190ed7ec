//! Rows of lists: the fields that the application uses, and the original JSON.

use std::fmt;

use bytes::Bytes;
use serde::de::DeserializeOwned;

/// The original JSON of one row. It keeps the response that contains it in memory.
#[derive(Clone, Default, PartialEq)]
pub struct RawJson(Bytes);

impl RawJson {
    /// `row` is a slice of the response's `body`.
    pub(crate) fn within(body: &Bytes, row: &str) -> Self {
        RawJson(body.slice_ref(row.as_bytes()))
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Returns the text, which is UTF-8.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Like [`RawJson::as_bytes`], without copying it.
    pub fn into_bytes(self) -> Bytes {
        self.0
    }
}

impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A row of one of TikTok's lists.
pub trait Row: DeserializeOwned + Send + Sync + 'static {
    /// Path below the API address.
    const ENDPOINT: &'static str;
    /// Name of the JSON field with the id.
    const ID_FIELD: &'static str;

    /// The row without its other fields.
    type OnlyId: OnlyId;

    fn id(&self) -> &str;

    fn set_json(&mut self, json: RawJson);
}

/// The id of a row. The other fields can have any value.
pub trait OnlyId: DeserializeOwned + fmt::Debug + Send + Sync + 'static {
    fn id(&self) -> &str;
}

/// Defines the struct of a row and implements [`Row`]. Each field names its type and its JSON field. The first required
/// field is the row's id. A row that lacks a required field is invalid.
macro_rules! row {
    (
        $(#[$doc:meta])*
        $name:ident from $endpoint:literal
        required {
            $(#[$id_doc:meta])* id: $id:ty = $id_json:literal,
            $($(#[$required_doc:meta])* $required:ident: $required_type:ty = $required_json:literal,)*
        }
        optional {
            $($(#[$optional_doc:meta])* $optional:ident: $optional_type:ty = $optional_json:literal,)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, serde::Deserialize)]
        pub struct $name {
            $(#[$id_doc])*
            #[serde(rename = $id_json, deserialize_with = "crate::lenient::field")]
            pub id: $id,
            $(
                $(#[$required_doc])*
                #[serde(rename = $required_json, deserialize_with = "crate::lenient::field")]
                pub $required: $required_type,
            )*
            $(
                $(#[$optional_doc])*
                #[serde(rename = $optional_json, default, deserialize_with = "crate::lenient::field")]
                pub $optional: $optional_type,
            )*
            /// The whole row, including the fields above.
            #[serde(skip)]
            pub json: $crate::RawJson,
        }

        const _: () = {
            #[derive(Debug, serde::Deserialize)]
            pub struct OnlyId {
                #[serde(rename = $id_json, deserialize_with = "crate::lenient::field")]
                id: $id,
            }

            impl $crate::row::OnlyId for OnlyId {
                fn id(&self) -> &str {
                    self.id.as_str()
                }
            }

            impl $crate::Row for $name {
                const ENDPOINT: &'static str = $endpoint;
                const ID_FIELD: &'static str = $id_json;

                type OnlyId = OnlyId;

                fn id(&self) -> &str {
                    self.id.as_str()
                }

                fn set_json(&mut self, json: $crate::RawJson) {
                    self.json = json;
                }
            }
        };
    };
}

pub(crate) use row;
