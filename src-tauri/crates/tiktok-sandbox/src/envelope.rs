//! The envelope around every answer: `{code, message, request_id, data}`, HTTP 200 also for errors.

use std::sync::atomic::{AtomicU32, Ordering};

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use jiff::Timestamp;
use serde_json::{Value, json};

/// Why TikTok says no: its code and its text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub code: i64,
    pub message: String,
}

/// The `data` of an answer, as JSON.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Data(pub Vec<u8>);

impl From<Value> for Data {
    fn from(value: Value) -> Data {
        // Writing to memory does not fail.
        Data(serde_json::to_vec(&value).unwrap_or_default())
    }
}

/// What an endpoint gives: its `data`, or a refusal.
pub(crate) type Answer = Result<Data, Refusal>;

/// A refusal with this code and text.
pub(crate) fn refuse<T>(code: i64, message: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal { code, message: message.into() })
}

/// What the request log wants to know of an answer.
#[derive(Clone)]
pub(crate) struct Answered {
    pub code: i64,
    pub request_id: String,
}

/// The answer in its envelope. The request id is also the header `X-TT-LOGID`.
pub(crate) fn respond(status: StatusCode, answer: Answer, now: Timestamp) -> Response {
    let (code, message, data) = match answer {
        Ok(data) => (0, "OK".to_owned(), data),
        Err(refusal) => (refusal.code, refusal.message, Data(b"{}".to_vec())),
    };
    let request_id = request_id(now);
    let head = json!({"code": code, "message": message, "request_id": request_id});
    let mut body = Data::from(head).0;
    body.pop();
    body.extend_from_slice(b",\"data\":");
    body.extend_from_slice(&data.0);
    body.push(b'}');
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Ok(id) = HeaderValue::from_str(&request_id) {
        headers.insert("x-tt-logid", id);
    }
    response.extensions_mut().insert(Answered { code, request_id });
    response
}

/// 34 characters as in TikTok's examples: time, address and a number in hexadecimal.
fn request_id(now: Timestamp) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9E37_79B1);
    format!("{}010189049223{number:08X}", now.strftime("%Y%m%d%H%M%S"))
}
