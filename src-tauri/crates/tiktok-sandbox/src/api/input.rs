//! Reading parameters: from the query, where arrays are JSON text, or from a JSON body.
//!
//! Numbers and numeric strings mean the same; unknown parameters are ignored.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};
use url::form_urlencoded;

use crate::envelope::{Refusal, refuse};

/// The parameters of a request.
pub(crate) enum Input {
    Query(Vec<(String, String)>),
    Body(Map<String, Value>),
}

impl Input {
    pub(crate) fn from_query(query: &str) -> Input {
        Input::Query(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    /// A body has to be a JSON object and say so in `Content-Type`.
    pub(crate) fn from_body(content_type: Option<&str>, body: &[u8]) -> Result<Input, Refusal> {
        if !content_type.is_some_and(|kind| kind.trim_start().starts_with("application/json")) {
            return refuse(40002, "Content-Type must be application/json.");
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(fields)) => Ok(Input::Body(fields)),
            _ => refuse(40002, "The request body is not a valid JSON object."),
        }
    }

    fn value(&self, name: &str) -> Option<Value> {
        match self {
            Input::Query(pairs) => {
                pairs.iter().find(|(key, _)| key == name).map(|(_, text)| Value::String(text.clone()))
            }
            Input::Body(fields) => fields.get(name).filter(|value| !value.is_null()).cloned(),
        }
    }

    /// A text that has to be there.
    pub(crate) fn text(&self, name: &str) -> Result<String, Refusal> {
        match self.value(name).as_ref().and_then(as_text) {
            Some(text) if !text.is_empty() => Ok(text),
            _ => refuse(40002, format!("Missing required field(s): {name}.")),
        }
    }

    /// A boolean; `default` when it is not there.
    pub(crate) fn flag(&self, name: &str, default: bool) -> Result<bool, Refusal> {
        match self.value(name) {
            None => Ok(default),
            Some(Value::Bool(flag)) => Ok(flag),
            Some(Value::String(text)) if text == "true" => Ok(true),
            Some(Value::String(text)) if text == "false" => Ok(false),
            Some(_) => refuse(40002, format!("{name}: Not a valid boolean.")),
        }
    }

    /// The fields asked for, each of which has to be among `known`; nothing when none is.
    pub(crate) fn fields(&self, known: &[&str]) -> Result<Option<Vec<String>>, Refusal> {
        let fields = self.list("fields")?.filter(|fields| !fields.is_empty());
        match fields.iter().flatten().find(|field| !known.contains(&field.as_str())) {
            Some(field) => refuse(40002, format!("fields: {field} is not a valid field.")),
            None => Ok(fields),
        }
    }

    /// Ids, 1 to `most` of them and each once; nothing when they are not there.
    pub(crate) fn ids(&self, name: &str, most: usize) -> Result<Option<Vec<u64>>, Refusal> {
        let Some(texts) = self.some_list(name, most)? else {
            return Ok(None);
        };
        let mut ids = Vec::new();
        for (index, text) in texts.iter().enumerate() {
            match text.parse() {
                Ok(id) if !ids.contains(&id) => ids.push(id),
                Ok(_) => {}
                Err(_) => return refuse(40002, format!("{name}.{index}: Not a valid integer.")),
            }
        }
        Ok(Some(ids))
    }

    /// An array with 1 to `most` items; nothing when it is not there.
    pub(crate) fn some_list(&self, name: &str, most: usize) -> Result<Option<Vec<String>>, Refusal> {
        match self.list(name)? {
            Some(items) if items.is_empty() => {
                refuse(40002, format!("{name}: Shorter than minimum length 1."))
            }
            Some(items) if items.len() > most => {
                refuse(40011, format!("{name}: Longer than maximum length {most}."))
            }
            items => Ok(items),
        }
    }

    /// A whole number in a range; `default` when it is not there.
    pub(crate) fn number(
        &self,
        name: &str,
        default: u64,
        range: RangeInclusive<u64>,
    ) -> Result<u64, Refusal> {
        let Some(value) = self.value(name) else {
            return Ok(default);
        };
        let (least, most) = range.into_inner();
        match as_text(&value).and_then(|text| text.parse::<i128>().ok()) {
            None => refuse(40002, format!("{name}: Not a valid integer.")),
            Some(number) => match u64::try_from(number) {
                Ok(number) if (least..=most).contains(&number) => Ok(number),
                _ if most == u64::MAX => {
                    refuse(40002, format!("{name}: Must be greater than or equal to {least}."))
                }
                _ => refuse(40002, format!("{name}: Must be between {least} and {most}.")),
            },
        }
    }

    /// An object's fields; none when it is not there.
    pub(crate) fn object(&self, name: &str) -> Result<Map<String, Value>, Refusal> {
        let value = match self.value(name) {
            None => return Ok(Map::new()),
            Some(Value::String(text)) => serde_json::from_str(&text).unwrap_or(Value::Null),
            Some(value) => value,
        };
        match value {
            Value::Object(fields) => Ok(fields),
            _ => refuse(40002, format!("{name}: Not a valid object.")),
        }
    }

    /// A text; nothing when it is not there.
    pub(crate) fn maybe_text(&self, name: &str) -> Result<Option<String>, Refusal> {
        match self.value(name) {
            None => Ok(None),
            Some(value) => match as_text(&value) {
                None => refuse(40002, format!("{name}: Not a valid string.")),
                text => Ok(text),
            },
        }
    }

    /// An array of texts or numbers; nothing when it is not there.
    pub(crate) fn list(&self, name: &str) -> Result<Option<Vec<String>>, Refusal> {
        let not_a_list = || refuse(40002, format!("{name}: Not a valid list."));
        let value = match self.value(name) {
            None => return Ok(None),
            Some(Value::String(text)) => serde_json::from_str(&text).unwrap_or(Value::Null),
            Some(value) => value,
        };
        let Value::Array(items) = value else {
            return not_a_list();
        };
        match items.iter().map(as_text).collect() {
            Some(texts) => Ok(Some(texts)),
            None => not_a_list(),
        }
    }
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

    fn query(name: &str, value: &str) -> Input {
        let text = form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish();
        Input::from_query(&text)
    }

    proptest! {
        #[test]
        fn an_array_reads_the_same_with_blanks_numbers_and_strings(ids in prop::collection::vec(any::<u64>(), 0..20)) {
            let texts: Vec<String> = ids.iter().map(u64::to_string).collect();
            let tight = serde_json::to_string(&texts).unwrap();
            let wide = format!("[ {} ]", texts.iter().map(|id| format!("\"{id}\"")).collect::<Vec<_>>().join(" , "));
            let numbers = serde_json::to_string(&ids).unwrap();
            for form in [tight, wide, numbers] {
                prop_assert_eq!(query("ids", &form).list("ids").unwrap(), Some(texts.clone()));
            }
        }

        #[test]
        fn no_text_makes_reading_a_list_fall_over(text in ".*") {
            let read = query("ids", &text).list("ids");
            let is_list = serde_json::from_str::<Vec<Value>>(&text)
                .is_ok_and(|items| items.iter().all(|item| item.is_string() || item.is_number()));
            prop_assert_eq!(read.is_ok(), is_list);
        }

        #[test]
        fn a_text_survives_the_query(text in ".+") {
            prop_assert_eq!(query("name", &text).text("name").unwrap(), text);
        }
    }
}
