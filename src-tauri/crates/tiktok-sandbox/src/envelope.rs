//! The envelope of every response: `{code, message, request_id, data}`, with HTTP 200 also for errors.

use std::sync::atomic::{AtomicU32, Ordering};

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use jiff::Timestamp;
use serde_json::{Value, json};

/// An API error: TikTok's code and message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub code: i64,
    pub message: String,
}

/// The `data` of a response, as JSON.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Data(pub Vec<u8>);

impl From<Value> for Data {
    fn from(value: Value) -> Data {
        // Writing to memory cannot fail.
        Data(serde_json::to_vec(&value).unwrap_or_default())
    }
}

pub(crate) type ApiResult = Result<Data, ApiError>;

pub(crate) fn api_error<T>(code: i64, message: impl Into<String>) -> Result<T, ApiError> {
    Err(ApiError { code, message: message.into() })
}

/// The part of a response that the request log records. Attached to the response as an extension.
#[derive(Clone)]
pub(crate) struct Outcome {
    pub code: i64,
    pub request_id: String,
}

/// Wraps a result in the envelope. The request id is also sent as the header `X-TT-LOGID`.
pub(crate) fn respond(status: StatusCode, result: ApiResult, now: Timestamp) -> Response {
    let (code, message, data) = match result {
        Ok(data) => (0, "OK".to_owned(), data),
        Err(error) => (error.code, error.message, Data(b"{}".to_vec())),
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
    response.extensions_mut().insert(Outcome { code, request_id });
    response
}

/// Returns 34 characters as in TikTok's examples: a time, an address and a hexadecimal number.
fn request_id(now: Timestamp) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9E37_79B1);
    format!("{}010189049223{number:08X}", now.strftime("%Y%m%d%H%M%S"))
}
