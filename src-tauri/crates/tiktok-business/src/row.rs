//! Rows of lists: the fields that the application uses, the original JSON, and rows that cannot be read.

use std::fmt;

use bytes::Bytes;
use bytestring::ByteString;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::id::is_id;

/// The original JSON of one row. It keeps the response that contains it in memory.
#[derive(Clone, Default, PartialEq)]
pub struct RawJson(ByteString);

impl RawJson {
    /// `row` is a slice of the response's `body`.
    pub(crate) fn within(body: &ByteString, row: &str) -> Self {
        RawJson(body.slice_ref(row))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the text, which is UTF-8, without copying it.
    pub fn into_bytes(self) -> Bytes {
        self.0.into_bytes()
    }
}

impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A row that differs from TikTok's documentation.
#[derive(Debug, Clone, PartialEq)]
pub struct InvalidRow {
    /// Set if the id is readable: the object exists, and only its details are unknown.
    pub id: Option<String>,
    /// The field and what is wrong with it. Untrusted text.
    pub reason: String,
    pub json: RawJson,
}

/// A row of one of TikTok's lists.
pub trait Row: Sized + Send + Sync + 'static {
    /// Path below the API address.
    const ENDPOINT: &'static str;
    /// Name of the JSON field with the id.
    const ID_FIELD: &'static str;

    fn id(&self) -> &str;

    /// Reads a row from the JSON object that TikTok sent.
    ///
    /// # Errors
    /// Fails if the row differs from TikTok's documentation.
    fn decode(json: RawJson) -> Result<Self, InvalidRow>;
}

/// Decodes the row again, to find out which field is invalid.
pub fn invalid_row<T: Row + DeserializeOwned>(json: RawJson) -> InvalidRow {
    let mut deserializer = serde_json::Deserializer::from_str(json.as_str());
    let reason = match serde_path_to_error::deserialize::<_, T>(&mut deserializer) {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    };
    let row: Value = serde_json::from_str(json.as_str()).unwrap_or_default();
    InvalidRow { id: find_id(&row, T::ID_FIELD), reason, json }
}

/// The id in a row of unknown shape: the field may be inside other objects, and its value inside an object.
fn find_id(row: &Value, field: &str) -> Option<String> {
    match row {
        Value::Object(fields) => {
            let own = fields.get(field).and_then(unwrapped_id);
            own.or_else(|| fields.values().find_map(|value| find_id(value, field)))
        }
        Value::Array(items) => items.iter().find_map(|item| find_id(item, field)),
        _ => None,
    }
}

fn unwrapped_id(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if is_id(text) => Some(text.into()),
        Value::Number(number) => number.as_u64().map(|number| number.to_string()),
        Value::Object(fields) if fields.len() == 1 => fields.values().find_map(unwrapped_id),
        _ => None,
    }
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

        impl $crate::Row for $name {
            const ENDPOINT: &'static str = $endpoint;
            const ID_FIELD: &'static str = $id_json;

            fn id(&self) -> &str {
                self.id.as_str()
            }

            fn decode(json: $crate::RawJson) -> Result<Self, $crate::InvalidRow> {
                match serde_json::from_str::<Self>(json.as_str()) {
                    Ok(row) => Ok($name { json, ..row }),
                    Err(_) => Err($crate::row::invalid_row::<Self>(json)),
                }
            }
        }
    };
}

pub(crate) use row;
