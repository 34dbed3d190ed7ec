//! Changes to an account's objects, and snapshots of them.

use std::convert::Infallible;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures_util::stream;
use serde::Deserialize;
use serde_json::json;

use super::response::{BadRequest, ControlResult, Shared, bad_request};
use crate::inventory::{Change, ObjectKind, Snapshot, SnapshotObject};

const CHUNK: usize = 200;

#[derive(Deserialize)]
pub(super) struct SnapshotQuery {
    kind: ObjectKind,
}

pub(super) async fn change(
    State(state): Shared,
    Path(account): Path<String>,
    Json(change): Json<Change>,
) -> ControlResult {
    match state.change(&account, change) {
        Ok(result) => Ok(Json(json!(result))),
        Err(error) => bad_request(error.to_string()),
    }
}

/// Streams one object per line, so that a million objects need no memory.
pub(super) async fn snapshot(
    State(state): Shared,
    Path(account): Path<String>,
    Query(query): Query<SnapshotQuery>,
) -> Result<Response, BadRequest> {
    let snapshot = state.snapshot(&account, query.kind).or_else(|error| bad_request(error.to_string()))?;
    let chunks = stream::unfold(snapshot, async |mut snapshot| {
        next_chunk(&mut snapshot).map(|chunk| (chunk, snapshot))
    });
    let mut response = Response::new(Body::from_stream(chunks));
    let content_type = HeaderValue::from_static("application/x-ndjson");
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    Ok(response)
}

fn next_chunk(snapshot: &mut Snapshot) -> Option<Result<Vec<u8>, Infallible>> {
    let mut chunk = Vec::new();
    for SnapshotObject { listed, deleted, buying_type, origin, json, .. } in snapshot.take(CHUNK) {
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
