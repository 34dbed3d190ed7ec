//! The responses of faults: replacing a response, or rewriting, padding or truncating its body.

use std::io;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::error_codes::message_of;
use super::fault::Fault;
use super::mangle::HALF_EMOJI;
use super::target::RequestTarget;
use crate::envelope::{api_error, respond};

const PADDING_CHUNK: usize = 64 << 10;

impl Fault {
    /// Returns the response that replaces the real one, if the fault has one.
    pub(crate) fn replacement(&self, path: &str, target: &RequestTarget, now: Timestamp) -> Option<Response> {
        let mut response = self.response(path, target, now)?;
        let wait = self.retry_after.as_deref().and_then(|wait| HeaderValue::from_str(wait).ok());
        response.headers_mut().extend(wait.map(|wait| (header::RETRY_AFTER, wait)));
        Some(response)
    }

    fn response(&self, path: &str, target: &RequestTarget, now: Timestamp) -> Option<Response> {
        let status = self.status.and_then(|status| StatusCode::from_u16(status).ok());
        if let Some(refusal) = self.refusal {
            let error = api_error(40001, refusal.message(path, target.first_account()));
            return Some(respond(status.unwrap_or_default(), error, now));
        }
        if let Some(code) = self.code {
            let message = self.message.clone().unwrap_or_else(|| message_of(code).to_owned());
            return Some(respond(status.unwrap_or_default(), api_error(code, message), now));
        }
        if status.is_none() && self.html.is_none() {
            return None;
        }
        let mut response = Response::new(Body::from(self.html.clone().unwrap_or_default()));
        *response.status_mut() = status.unwrap_or_default();
        let content_type = HeaderValue::from_static("text/html; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, content_type);
        Some(response)
    }

    pub(crate) fn rewrites_body(&self) -> bool {
        self.mangle.is_some() || self.total_number.is_some()
    }

    /// Applies `total_number` and `mangle` to a successful response; errors are passed through.
    pub(crate) async fn rewrite_body(&self, response: Response, target: &RequestTarget) -> Response {
        let (mut head, body) = response.into_parts();
        let body = read(body).await;
        let mut envelope = match serde_json::from_slice::<Value>(&body) {
            Ok(envelope) if envelope["code"] == 0 => envelope,
            _ => return Response::from_parts(head, Body::from(body)),
        };
        if let Some(total) = self.total_number {
            let info = &mut envelope["data"]["page_info"];
            let pages =
                info["page_size"].as_i64().map_or(0, |size| total.saturating_add(size - 1) / size.max(1));
            info["total_number"] = json!(total);
            info["total_page"] = json!(pages);
        }
        if let Some(mangle) = self.mangle {
            mangle.apply(&mut envelope, target.page);
        }
        head.headers.remove(header::CONTENT_LENGTH);
        Response::from_parts(head, Body::from(envelope.to_string().replace(HALF_EMOJI, "\\ud83d")))
    }
}

async fn read(body: Body) -> Bytes {
    axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default()
}

/// Announces the full body, but sends only half of it before the connection is closed.
pub(crate) async fn truncate(response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    let body = read(body).await;
    head.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    let half = body.slice(..body.len() / 2);
    let abort = async {
        // hyper flushes what it has only while the stream is pending.
        tokio::task::yield_now().await;
        Err(io::ErrorKind::ConnectionAborted.into())
    };
    let chunks = stream::once(async { io::Result::Ok(half) }).chain(stream::once(abort));
    Response::from_parts(head, Body::from_stream(chunks))
}

/// Prepends spaces to the body, in chunks, so that a huge body needs no memory.
pub(crate) fn pad(response: Response, bytes: u64) -> Response {
    let (mut head, body) = response.into_parts();
    head.headers.remove(header::CONTENT_LENGTH);
    let chunks = bytes / PADDING_CHUNK as u64;
    let rest = usize::try_from(bytes % PADDING_CHUNK as u64).unwrap_or_default();
    let chunk = Bytes::from(vec![b' '; PADDING_CHUNK]);
    let last = chunk.slice(..rest);
    let padding = (0..chunks).map(move |_| chunk.clone()).chain([last]).map(Ok::<_, axum::Error>);
    Response::from_parts(head, Body::from_stream(stream::iter(padding).chain(body.into_data_stream())))
}
