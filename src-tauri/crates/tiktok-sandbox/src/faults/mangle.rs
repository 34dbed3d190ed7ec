//! Spoiling a good answer.

use axum::body::Body;
use axum::http::header;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Asked, Fault};

/// How an answer is spoilt. Refusals stay as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mangle {
    /// The page has no objects, although the page block says so many.
    EmptyPage,
    /// The page before once more, as if it were this one.
    RepeatPage,
    /// In all objects every value is of another type.
    WrongTypes,
    /// So it is in the first object only.
    BadRow,
    /// Ids are numbers.
    IdsAsNumbers,
    /// There is no `data`.
    NoData,
}

impl Fault {
    /// Whether the answer has to be read and written anew.
    pub(crate) fn spoils(&self) -> bool {
        self.mangle.is_some() || self.total_number.is_some()
    }

    /// The spoilt answer to a request.
    pub(crate) async fn spoil(&self, response: Response, asked: &Asked) -> Response {
        let (mut head, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
        let Ok(mut answer) = serde_json::from_slice::<Value>(&body) else {
            return Response::from_parts(head, Body::from(body));
        };
        if answer["code"] != 0 {
            return Response::from_parts(head, Body::from(body));
        }
        if let Some(total) = self.total_number {
            let info = &mut answer["data"]["page_info"];
            let pages =
                info["page_size"].as_i64().map_or(0, |size| total.saturating_add(size - 1) / size.max(1));
            info["total_number"] = json!(total);
            info["total_page"] = json!(pages);
        }
        if let Some(mangle) = self.mangle {
            mangle.apply(&mut answer, asked);
        }
        head.headers.remove(header::CONTENT_LENGTH);
        Response::from_parts(head, Body::from(answer.to_string()))
    }
}

impl Mangle {
    fn apply(self, answer: &mut Value, asked: &Asked) {
        match self {
            Mangle::EmptyPage => rows(answer).for_each(Vec::clear),
            Mangle::RepeatPage => answer["data"]["page_info"]["page"] = json!(asked.page),
            Mangle::WrongTypes => rows(answer).flatten().for_each(other_types),
            Mangle::BadRow => rows(answer).filter_map(|rows| rows.first_mut()).for_each(other_types),
            Mangle::IdsAsNumbers => ids_as_numbers(answer),
            Mangle::NoData => {
                if let Some(answer) = answer.as_object_mut() {
                    answer.remove("data");
                }
            }
        }
    }
}

/// The lists in `data`, whatever they are called.
fn rows(answer: &mut Value) -> impl Iterator<Item = &mut Vec<Value>> {
    let fields = answer.get_mut("data").and_then(Value::as_object_mut);
    fields.into_iter().flat_map(|fields| fields.values_mut()).filter_map(Value::as_array_mut)
}

fn other_types(row: &mut Value) {
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
