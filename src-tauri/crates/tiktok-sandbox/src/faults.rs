//! Bad days on order: answers of TikTok's, of the edge before it, and of the network.

use std::io;
use std::sync::Mutex;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::envelope::{self, refuse};
use crate::lock;

/// What to do to the next requests of an endpoint. What is not set is left as it is; several things can be set at once.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Fault {
    /// A path like `advertiser/info`, with or without slashes and `/open_api/v1.3`; `portal` for all log-in pages; `*`
    /// for all requests.
    pub endpoint: String,
    /// Requests that pass untouched before.
    pub skip: u32,
    /// How many requests it happens to; nothing: one.
    pub times: Times,
    /// Milliseconds to wait first.
    pub delay_ms: u64,
    /// Never answer, until the faults are cleared; then go on as usual.
    pub hang: bool,
    /// Close the connection without an answer. The request was not carried out.
    pub drop: bool,
    /// Answer with this code in the envelope.
    pub code: Option<i64>,
    /// The text that goes with `code`.
    pub message: Option<String>,
    /// Answer with this HTTP status (with `code`: the envelope's; else with the body `html`).
    pub status: Option<u16>,
    /// Answer with this HTML.
    pub html: Option<String>,
    /// Send half of the answer's body, announced in full, and close the connection. The request was carried out.
    pub cut: bool,
}

/// How often a fault happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Times {
    /// So many times.
    Number(u32),
    /// Until cleared.
    Always(Forever),
}

/// The word `"forever"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Forever {
    /// Until cleared.
    Forever,
}

impl Times {
    /// Until cleared.
    pub const FOREVER: Times = Times::Always(Forever::Forever);

    /// Takes one; false when none is left.
    pub(crate) fn take(&mut self) -> bool {
        match self {
            Times::Always(_) => true,
            Times::Number(0) => false,
            Times::Number(left) => {
                *left -= 1;
                true
            }
        }
    }

    pub(crate) fn is_over(self) -> bool {
        self == Times::Number(0)
    }
}

impl Default for Times {
    fn default() -> Times {
        Times::Number(1)
    }
}

/// The faults on order. Of several for one endpoint the oldest comes first.
pub(crate) struct Faults {
    ordered: Mutex<Vec<Fault>>,
    cleared: watch::Sender<()>,
}

impl Default for Faults {
    fn default() -> Faults {
        Faults { ordered: Mutex::default(), cleared: watch::Sender::new(()) }
    }
}

impl Faults {
    pub(crate) fn order(&self, fault: Fault) {
        lock(&self.ordered).push(fault);
    }

    /// Forgets all faults, and lets go what hangs.
    pub(crate) fn clear(&self) {
        lock(&self.ordered).clear();
        self.cleared.send_replace(());
    }

    pub(crate) fn list(&self) -> Vec<Fault> {
        lock(&self.ordered).clone()
    }

    /// The fault that happens to a request of this path now.
    pub(crate) fn next(&self, path: &str) -> Option<Due> {
        let mut ordered = lock(&self.ordered);
        let position = ordered.iter().position(|fault| concerns(&fault.endpoint, path))?;
        let fault = &mut ordered[position];
        if fault.skip > 0 {
            fault.skip -= 1;
            return None;
        }
        let due = fault.times.take().then(|| Due {
            fault: fault.clone(),
            // Under the lock, so that no clearing is missed.
            cleared: self.cleared.subscribe(),
        });
        if fault.times.is_over() {
            ordered.remove(position);
        }
        due
    }
}

/// A fault that happens to a request.
pub(crate) struct Due {
    pub fault: Fault,
    cleared: watch::Receiver<()>,
}

impl Due {
    /// Waits as the fault says: for its delay, and as long as it hangs.
    pub(crate) async fn wait(&mut self) {
        tokio::time::sleep(Duration::from_millis(self.fault.delay_ms)).await;
        if self.fault.hang {
            // An error means that the sandbox is gone, and with it the one who waits.
            let _ = self.cleared.changed().await;
        }
    }
}

/// Whether `endpoint`, as a test writes it, names this path.
pub(crate) fn concerns(endpoint: &str, path: &str) -> bool {
    let bare = |text: &str| -> String {
        let text = text.trim_matches('/');
        text.strip_prefix("open_api/v1.3/").unwrap_or(text).to_owned()
    };
    match bare(endpoint).as_str() {
        "*" => true,
        "portal" => is_portal(path),
        wanted => wanted == bare(path),
    }
}

/// Whether the path is one of the log-in pages.
pub(crate) fn is_portal(path: &str) -> bool {
    path.starts_with("/portal/") || path.starts_with("/marketing_api/")
}

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

/// The text that TikTok was seen to send with a code.
fn text_of(code: i64) -> &'static str {
    match code {
        40100 => "App reaches the QPS limit 10",
        40104 => "Access token is null, you should set it in http header with key Access-Token.",
        40105 => "Access token is incorrect or has been revoked.",
        40110 => "The auth_code is canceled. Please re-authorize and try again with a new auth_code.",
        40113 => {
            "The app_id is inconsistent with the token's app information. Please retry after correcting it."
        }
        50000 => "System error.",
        51001 | 51039 => "internal service timeout",
        60001 => "The system is in maintenance.",
        _ => "Something went wrong.",
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
