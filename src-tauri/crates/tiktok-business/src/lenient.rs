//! Lenient reading of JSON fields: ids may be numbers, numbers may be strings, and any value may be missing or null.
//!
//! Rows of lists use [`field`] with serde. Single objects use [`take`], which keeps whatever it cannot read.

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor},
};
use serde_json::{Map, Value};

pub type Object = Map<String, Value>;

/// Any JSON value. The content of objects is dropped.
pub enum JsonValue<'de> {
    Null,
    Bool(bool),
    Integer(i128),
    Float(f64),
    Text(Cow<'de, str>),
    List(Vec<JsonValue<'de>>),
    Object,
}

/// A type that can be read leniently.
pub trait Field: Sized {
    /// For error messages.
    const EXPECTED: &'static str;

    /// Converts the value, or returns it if it has another type.
    fn from_json(value: JsonValue<'_>) -> Result<Self, JsonValue<'_>>;
}

/// Deserializes a field, for `#[serde(deserialize_with)]`. A value of another type is an error.
pub fn field<'de, D: Deserializer<'de>, T: Field>(deserializer: D) -> Result<T, D::Error> {
    T::from_json(JsonValue::deserialize(deserializer)?).map_err(|value| {
        let unexpected = match &value {
            JsonValue::Null => Unexpected::Unit,
            JsonValue::Bool(bool) => Unexpected::Bool(*bool),
            JsonValue::Integer(_) => Unexpected::Other("integer"),
            JsonValue::Float(number) => Unexpected::Float(*number),
            JsonValue::Text(text) => return D::Error::invalid_value(Unexpected::Str(text), &T::EXPECTED),
            JsonValue::List(_) => Unexpected::Seq,
            JsonValue::Object => Unexpected::Map,
        };
        D::Error::invalid_type(unexpected, &T::EXPECTED)
    })
}

/// Like [`field`], but a value of another type counts as missing.
pub fn field_or_none<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    Option<T>: Field,
{
    Ok(Option::from_json(JsonValue::deserialize(deserializer)?).unwrap_or_default())
}

/// Reads a field and removes it. A value of another type stays in `object`.
pub fn take<T>(object: &mut Object, key: &str) -> Option<T>
where
    Option<T>: Field,
{
    let value = JsonValue::deserialize(object.get(key)?).ok()?;
    let value = Option::from_json(value).ok()?;
    object.remove(key);
    value
}

pub fn take_id<T: FromStr>(object: &mut Object, key: &str) -> Option<T> {
    take::<String>(object, key)?.parse().ok()
}

pub fn take_list(object: &mut Object, key: &str) -> Option<Vec<Value>> {
    match object.remove(key) {
        Some(Value::Array(list)) => Some(list),
        _ => None,
    }
}

impl Field for String {
    const EXPECTED: &'static str = "text";

    fn from_json(value: JsonValue<'_>) -> Result<Self, JsonValue<'_>> {
        match value {
            JsonValue::Text(text) => Ok(text.into_owned()),
            JsonValue::Integer(number) => Ok(number.to_string()),
            other => Err(other),
        }
    }
}

impl Field for Option<String> {
    const EXPECTED: &'static str = String::EXPECTED;

    fn from_json(value: JsonValue<'_>) -> Result<Self, JsonValue<'_>> {
        match value {
            JsonValue::Null => Ok(None),
            other => String::from_json(other).map(Some),
        }
    }
}

impl Field for Option<f64> {
    const EXPECTED: &'static str = "a number";

    #[allow(clippy::cast_precision_loss, reason = "amounts of money are far below 2^53")]
    fn from_json(value: JsonValue<'_>) -> Result<Self, JsonValue<'_>> {
        match value {
            JsonValue::Null => Ok(None),
            JsonValue::Integer(number) => Ok(Some(number as f64)),
            JsonValue::Float(number) => Ok(Some(number)),
            // Reports write "-" for a missing number, other endpoints an empty string.
            JsonValue::Text(text) if matches!(&*text, "" | "-") => Ok(None),
            JsonValue::Text(text) => match text.parse::<f64>() {
                Ok(number) if number.is_finite() => Ok(Some(number)),
                _ => Err(JsonValue::Text(text)),
            },
            other => Err(other),
        }
    }
}

impl Field for Option<i64> {
    const EXPECTED: &'static str = "a whole number";

    fn from_json(value: JsonValue<'_>) -> Result<Self, JsonValue<'_>> {
        match value {
            JsonValue::Null => Ok(None),
            JsonValue::Integer(number) => number.try_into().map(Some).map_err(|_| value),
            JsonValue::Text(text) if text.is_empty() => Ok(None),
            JsonValue::Text(text) => text.parse().map(Some).map_err(|_| JsonValue::Text(text)),
            other => Err(other),
        }
    }
}

impl Field for Option<bool> {
    const EXPECTED: &'static str = "true or false";

    fn from_json(value: JsonValue<'_>) -> Result<Self, JsonValue<'_>> {
        match value {
            JsonValue::Null => Ok(None),
            JsonValue::Bool(bool) => Ok(Some(bool)),
            JsonValue::Integer(number @ 0..=1) => Ok(Some(number == 1)),
            other => Err(other),
        }
    }
}

/// Nulls in the list are skipped.
impl Field for Vec<String> {
    const EXPECTED: &'static str = "a list of texts";

    fn from_json(value: JsonValue<'_>) -> Result<Self, JsonValue<'_>> {
        match value {
            JsonValue::Null => Ok(Vec::new()),
            JsonValue::List(list) => {
                list.into_iter().filter_map(|text| Option::from_json(text).transpose()).collect()
            }
            other => Err(other),
        }
    }
}

impl<'de> Deserialize<'de> for JsonValue<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = JsonValue<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<JsonValue<'de>, E> {
        Ok(JsonValue::Null)
    }

    fn visit_bool<E>(self, bool: bool) -> Result<JsonValue<'de>, E> {
        Ok(JsonValue::Bool(bool))
    }

    fn visit_i64<E>(self, number: i64) -> Result<JsonValue<'de>, E> {
        Ok(JsonValue::Integer(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<JsonValue<'de>, E> {
        Ok(JsonValue::Integer(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<JsonValue<'de>, E> {
        Ok(JsonValue::Float(number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<JsonValue<'de>, E> {
        Ok(JsonValue::Text(text.into()))
    }

    fn visit_str<E>(self, text: &str) -> Result<JsonValue<'de>, E> {
        Ok(JsonValue::Text(text.to_owned().into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<JsonValue<'de>, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = seq.next_element()? {
            list.push(element);
        }
        Ok(JsonValue::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<JsonValue<'de>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(JsonValue::Object)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read<T>(value: Value) -> Option<T>
    where
        Option<T>: Field,
    {
        take(&mut Object::from_iter([("key".to_owned(), value)]), "key")
    }

    #[test]
    fn reads_numbers_written_as_text_and_text_written_as_numbers() {
        assert_eq!(read(json!("12.5")), Some(12.5));
        assert_eq!(read(json!(12)), Some(12.0));
        assert_eq!(read(json!("-7")), Some(-7_i64));
        assert_eq!(read(json!(1)), Some(true));
        assert_eq!(read(json!(7_543_056_879_933_489_153_u64)), Some("7543056879933489153".to_owned()));
    }

    #[test]
    fn placeholders_for_missing_numbers_are_read_as_missing() {
        assert_eq!((read::<f64>(json!("-")), read::<f64>(json!(""))), (None, None));
        assert_eq!((read::<i64>(json!("")), read::<i64>(json!(null))), (None, None));
        assert_eq!((read::<f64>(json!("NaN")), read::<f64>(json!("inf"))), (None, None));
    }

    #[test]
    fn lists_of_texts_skip_nulls_and_may_be_null() {
        let list = |value: Value| field::<_, Vec<String>>(value);
        assert_eq!(list(json!(["a", null, 7])).unwrap(), ["a", "7"]);
        assert!(list(json!(null)).unwrap().is_empty());
        assert!(list(json!([["a"]])).is_err());
    }

    #[test]
    fn only_fields_that_were_read_or_null_are_removed() {
        let Value::Object(mut object) = json!({ "number": 1.5, "text": "x", "null": null }) else { panic!() };
        assert_eq!(take::<String>(&mut object, "number"), None);
        assert_eq!(take::<String>(&mut object, "text").as_deref(), Some("x"));
        assert_eq!(take::<String>(&mut object, "null"), None);
        assert_eq!(Value::from(object), json!({ "number": 1.5 }));
    }
}
