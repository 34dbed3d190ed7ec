//! What a fault answers, and what it does to the body of an answer.

use std::io;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use futures_util::{StreamExt, stream};
use jiff::Timestamp;

use super::Fault;
use super::codes::text_of;
use crate::envelope::{self, refuse};

/// How many blanks are sent at once.
const BLANKS: usize = 64 << 10;

impl Fault {
    /// The answer that takes the place of the real one, if the fault has one.
    pub(crate) fn answer(&self, now: Timestamp) -> Option<Response> {
        let status = self.status.and_then(|status| StatusCode::from_u16(status).ok());
        if let Some(code) = self.code {
            let message = self.message.clone().unwrap_or_else(|| text_of(code).to_owned());
            return Some(envelope::respond(status.unwrap_or_default(), refuse(code, message), now));
        }
        if status.is_none() && self.html.is_none() {
            return None;
        }
        let mut response = Response::new(Body::from(self.html.clone().unwrap_or_default()));
        *response.status_mut() = status.unwrap_or_default();
        let kind = HeaderValue::from_static("text/html; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        Some(response)
    }
}

/// The same answer, of whose body only half arrives.
pub(crate) async fn cut(response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    head.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    let half = body.slice(..body.len() / 2);
    let breaks_off = async {
        // What was sent so far is written out only while there is nothing more to send.
        tokio::task::yield_now().await;
        Err(io::ErrorKind::ConnectionAborted.into())
    };
    let chunks = stream::once(async { io::Result::Ok(half) }).chain(stream::once(breaks_off));
    Response::from_parts(head, Body::from_stream(chunks))
}

/// The same answer behind so many bytes of blanks.
pub(crate) fn pad(response: Response, bytes: u64) -> Response {
    let (mut head, body) = response.into_parts();
    head.headers.remove(header::CONTENT_LENGTH);
    let whole = bytes / BLANKS as u64;
    let rest = usize::try_from(bytes % BLANKS as u64).unwrap_or_default();
    let chunk = Bytes::from(vec![b' '; BLANKS]);
    let last = chunk.slice(..rest);
    let blanks = (0..whole).map(move |_| chunk.clone()).chain([last]).map(Ok::<_, axum::Error>);
    Response::from_parts(head, Body::from_stream(stream::iter(blanks).chain(body.into_data_stream())))
}
