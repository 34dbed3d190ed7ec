//! Corrupts the data of successful responses.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The corruption of a response. Error responses stay as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mangle {
    /// The page has no objects, although `page_info` counts some.
    EmptyPage,
    /// The page contains the objects of the previous page.
    RepeatPage,
    /// Every value of every object has another type.
    WrongTypes,
    /// Every value of the first object has another type.
    BadRow,
    IdsAsNumbers,
    /// `data` is missing.
    NoData,
    /// Every name ends in the first half of an emoji: `\ud83d`, cut off from its second half.
    HalfEmoji,
}

/// Stands for half an emoji, which Rust's strings cannot contain.
pub(super) const HALF_EMOJI: &str = "\u{10FFFD}";

impl Mangle {
    /// `page` is the requested page; for `RepeatPage`, `envelope` already holds the previous one.
    pub(super) fn apply(self, envelope: &mut Value, page: u64) {
        match self {
            Mangle::EmptyPage => lists(envelope).for_each(Vec::clear),
            Mangle::RepeatPage => envelope["data"]["page_info"]["page"] = json!(page),
            Mangle::WrongTypes => lists(envelope).flatten().for_each(change_types),
            Mangle::BadRow => lists(envelope).filter_map(|list| list.first_mut()).for_each(change_types),
            Mangle::IdsAsNumbers => ids_as_numbers(envelope),
            Mangle::HalfEmoji => cut_names(envelope),
            Mangle::NoData => {
                if let Some(envelope) = envelope.as_object_mut() {
                    envelope.remove("data");
                }
            }
        }
    }
}

/// Returns every list in `data`: endpoints name theirs differently.
fn lists(envelope: &mut Value) -> impl Iterator<Item = &mut Vec<Value>> {
    let fields = envelope.get_mut("data").and_then(Value::as_object_mut);
    fields.into_iter().flat_map(|fields| fields.values_mut()).filter_map(Value::as_array_mut)
}

fn change_types(row: &mut Value) {
    for value in row.as_object_mut().into_iter().flat_map(|row| row.values_mut()) {
        *value = match value.take() {
            Value::Null => json!([]),
            Value::Bool(flag) => json!(flag.to_string()),
            Value::Number(number) => json!({"value": number}),
            Value::String(text) => json!([text]),
            Value::Array(_) => json!("[]"),
            Value::Object(_) => json!(7),
        };
    }
}

fn ids_as_numbers(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(ids_as_numbers),
        Value::Object(fields) => {
            for (name, value) in fields {
                let number = value.as_str().and_then(|text| text.parse::<u64>().ok());
                match number.filter(|_| name.ends_with("_id") && name != "request_id") {
                    Some(number) => *value = json!(number),
                    None => ids_as_numbers(value),
                }
            }
        }
        _ => {}
    }
}

fn cut_names(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(cut_names),
        Value::Object(fields) => {
            for (field, value) in fields {
                match value {
                    Value::String(name) if field.ends_with("name") => name.push_str(HALF_EMOJI),
                    value => cut_names(value),
                }
            }
        }
        _ => {}
    }
}
