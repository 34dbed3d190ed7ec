//! Parameters from the query, in which arrays and objects are JSON text, or from a JSON body.
//!
//! A number and a numeric string are the same. Unknown parameters are ignored. A malformed parameter is an error
//! (40002).

use std::ops::RangeInclusive;

use serde_json::{Map, Value};
use url::form_urlencoded;

use crate::envelope::{ApiError, api_error};

pub(super) enum Parameters {
    Query(Vec<(String, String)>),
    Body(Map<String, Value>),
}

impl Parameters {
    pub(super) fn from_query(query: &str) -> Parameters {
        Parameters::Query(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    /// The body must be a JSON object with the matching `Content-Type`.
    pub(super) fn from_body(content_type: Option<&str>, body: &[u8]) -> Result<Parameters, ApiError> {
        if !content_type.is_some_and(|kind| kind.trim_start().starts_with("application/json")) {
            return api_error(40002, "Content-Type must be application/json.");
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(fields)) => Ok(Parameters::Body(fields)),
            _ => api_error(40002, "The request body is not a valid JSON object."),
        }
    }

    fn value(&self, name: &str) -> Option<Value> {
        match self {
            Parameters::Query(pairs) => {
                pairs.iter().find(|(key, _)| key == name).map(|(_, text)| Value::String(text.clone()))
            }
            Parameters::Body(fields) => fields.get(name).filter(|value| !value.is_null()).cloned(),
        }
    }

    /// Returns a required, non-empty text.
    pub(super) fn text(&self, name: &str) -> Result<String, ApiError> {
        match self.value(name).as_ref().and_then(as_text) {
            Some(text) if !text.is_empty() => Ok(text),
            _ => missing(name),
        }
    }

    pub(super) fn flag(&self, name: &str, default: bool) -> Result<bool, ApiError> {
        match self.value(name) {
            None => Ok(default),
            Some(Value::Bool(flag)) => Ok(flag),
            Some(Value::String(text)) if text == "true" => Ok(true),
            Some(Value::String(text)) if text == "false" => Ok(false),
            Some(_) => api_error(40002, format!("{name}: Not a valid boolean.")),
        }
    }

    /// Returns the parameter `fields`, whose values must be in `known`; `None` if it is empty.
    pub(super) fn fields(&self, known: &[&str]) -> Result<Option<Vec<String>>, ApiError> {
        let fields = self.list("fields")?.filter(|fields| !fields.is_empty());
        match fields.iter().flatten().find(|field| !known.contains(&field.as_str())) {
            Some(field) => api_error(40002, format!("fields: {field} is not a valid field.")),
            None => Ok(fields),
        }
    }

    /// Returns required ids; see [`Parameters::ids`].
    pub(super) fn required_ids(&self, name: &str, max: usize) -> Result<Vec<u64>, ApiError> {
        self.ids(name, max)?.map_or_else(|| missing(name), Ok)
    }

    /// Returns 1 to `max` ids, without duplicates.
    pub(super) fn ids(&self, name: &str, max: usize) -> Result<Option<Vec<u64>>, ApiError> {
        let Some(texts) = self.non_empty_list(name, max)? else {
            return Ok(None);
        };
        let mut ids = Vec::new();
        for (index, text) in texts.iter().enumerate() {
            match text.parse() {
                Ok(id) if !ids.contains(&id) => ids.push(id),
                Ok(_) => {}
                Err(_) => return api_error(40002, format!("{name}.{index}: Not a valid integer.")),
            }
        }
        Ok(Some(ids))
    }

    /// Returns a list of 1 to `max` items.
    pub(super) fn non_empty_list(&self, name: &str, max: usize) -> Result<Option<Vec<String>>, ApiError> {
        match self.list(name)? {
            Some(items) if items.is_empty() => {
                api_error(40002, format!("{name}: Shorter than minimum length 1."))
            }
            Some(items) if items.len() > max => {
                api_error(40011, format!("{name}: Longer than maximum length {max}."))
            }
            items => Ok(items),
        }
    }

    pub(super) fn number(
        &self,
        name: &str,
        default: u64,
        range: RangeInclusive<u64>,
    ) -> Result<u64, ApiError> {
        let Some(value) = self.value(name) else {
            return Ok(default);
        };
        let (min, max) = range.into_inner();
        match as_text(&value).and_then(|text| text.parse::<i128>().ok()) {
            None => api_error(40002, format!("{name}: Not a valid integer.")),
            Some(number) => match u64::try_from(number) {
                Ok(number) if (min..=max).contains(&number) => Ok(number),
                _ if max == u64::MAX => {
                    api_error(40002, format!("{name}: Must be greater than or equal to {min}."))
                }
                _ => api_error(40002, format!("{name}: Must be between {min} and {max}.")),
            },
        }
    }

    /// Returns the fields of an object; empty if the parameter is missing.
    pub(super) fn object(&self, name: &str) -> Result<Map<String, Value>, ApiError> {
        match self.json(name) {
            None => Ok(Map::new()),
            Some(Value::Object(fields)) => Ok(fields),
            Some(_) => api_error(40002, format!("{name}: Not a valid object.")),
        }
    }

    pub(super) fn optional_text(&self, name: &str) -> Result<Option<String>, ApiError> {
        match self.value(name) {
            None => Ok(None),
            Some(value) => match as_text(&value) {
                None => api_error(40002, format!("{name}: Not a valid string.")),
                text => Ok(text),
            },
        }
    }

    /// Returns a list of texts or numbers.
    pub(super) fn list(&self, name: &str) -> Result<Option<Vec<String>>, ApiError> {
        let invalid = || api_error(40002, format!("{name}: Not a valid list."));
        match self.json(name) {
            None => Ok(None),
            Some(Value::Array(items)) => match items.iter().map(as_text).collect() {
                Some(texts) => Ok(Some(texts)),
                None => invalid(),
            },
            Some(_) => invalid(),
        }
    }

    /// Returns the value, parsed if it is JSON text; null if it is not valid JSON.
    fn json(&self, name: &str) -> Option<Value> {
        self.value(name).map(|value| match value {
            Value::String(text) => serde_json::from_str(&text).unwrap_or(Value::Null),
            value => value,
        })
    }
}

pub(super) fn missing<T>(name: &str) -> Result<T, ApiError> {
    api_error(40002, format!("Missing required field(s): {name}."))
}

fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn query(name: &str, value: &str) -> Parameters {
        let text = form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish();
        Parameters::from_query(&text)
    }

    proptest! {
        #[test]
        fn a_list_may_contain_spaces_numbers_and_strings(ids in prop::collection::vec(any::<u64>(), 0..20)) {
            let texts: Vec<String> = ids.iter().map(u64::to_string).collect();
            let compact = serde_json::to_string(&texts).unwrap();
            let spaced = format!("[ {} ]", texts.iter().map(|id| format!("\"{id}\"")).collect::<Vec<_>>().join(" , "));
            let numbers = serde_json::to_string(&ids).unwrap();
            for form in [compact, spaced, numbers] {
                prop_assert_eq!(query("ids", &form).list("ids").unwrap(), Some(texts.clone()));
            }
        }

        #[test]
        fn a_list_is_read_exactly_if_it_is_json_of_strings_and_numbers(text in ".*") {
            let read = query("ids", &text).list("ids");
            let is_list = serde_json::from_str::<Vec<Value>>(&text)
                .is_ok_and(|items| items.iter().all(|item| item.is_string() || item.is_number()));
            prop_assert_eq!(read.is_ok(), is_list);
        }

        #[test]
        fn reading_a_text_reverses_the_encoding_of_the_query(text in ".+") {
            prop_assert_eq!(query("name", &text).text("name").unwrap(), text);
        }
    }
}
