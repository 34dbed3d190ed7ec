//! What an ad account holds, as its advertiser and time change it.

use std::convert::Infallible;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures_util::stream;
use serde::Deserialize;
use serde_json::json;

use super::{Outcome, Shared, Wrong, wrong};
use crate::inventory::{Change, Fact, Kind, Truth};

/// How many objects are written at once.
const CHUNK: usize = 200;

#[derive(Deserialize)]
pub(super) struct Wanted {
    kind: Kind,
}

pub(super) async fn change(
    State(core): Shared,
    Path(account): Path<String>,
    Json(change): Json<Change>,
) -> Outcome {
    match core.change(&account, change) {
        Ok(changed) => Ok(Json(json!(changed))),
        Err(error) => wrong(error.to_string()),
    }
}

/// One object per line, so that a million of them need no memory.
pub(super) async fn truth(
    State(core): Shared,
    Path(account): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Wrong> {
    let truth = core.truth(&account, wanted.kind).or_else(|error| wrong(error.to_string()))?;
    let chunks = stream::unfold(truth, async |mut truth| lines(&mut truth).map(|chunk| (chunk, truth)));
    let mut response = Response::new(Body::from_stream(chunks));
    let kind = HeaderValue::from_static("application/x-ndjson");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    Ok(response)
}

fn lines(truth: &mut Truth) -> Option<Result<Vec<u8>, Infallible>> {
    let mut chunk = Vec::new();
    for Fact { listed, deleted, buying_type, origin, json, .. } in truth.take(CHUNK) {
        let head =
            json!({"listed": listed, "deleted": deleted, "buying_type": buying_type, "origin": origin});
        let head = head.to_string();
        chunk.extend_from_slice(head.trim_end_matches('}').as_bytes());
        chunk.extend_from_slice(b",\"row\":");
        chunk.extend_from_slice(&json);
        chunk.extend_from_slice(b"}\n");
    }
    (!chunk.is_empty()).then_some(Ok(chunk))
}
