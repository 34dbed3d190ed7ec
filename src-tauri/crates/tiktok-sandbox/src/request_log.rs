//! The log of requests to the API and the portal with their outcomes. Secrets and tokens are redacted.

use std::collections::VecDeque;
use std::sync::Mutex;

use serde::Serialize;
use url::form_urlencoded;

use crate::endpoint::endpoint_matches;
use crate::envelope::Outcome;
use crate::mutex::lock;

/// Older entries are dropped.
const MAX_ENTRIES: usize = 10_000;

const SECRET_PARAMETERS: &[&str] = &["secret", "access_token", "auth_code", "code"];

#[derive(Clone, Debug, Serialize)]
pub struct LogEntry {
    /// The first request has number 1.
    pub number: u64,
    /// Sandbox time, RFC 3339.
    pub at: String,
    pub method: String,
    /// The path without the query.
    pub path: String,
    /// The decoded parameters; secrets are `***`.
    pub query: Vec<(String, String)>,
    /// The HTTP status; `None` before the response and if the connection was dropped.
    pub status: Option<u16>,
    /// The envelope's code.
    pub code: Option<i64>,
    /// The envelope's request id.
    pub request_id: Option<String>,
}

#[derive(Default)]
pub(crate) struct RequestLog(Mutex<Entries>);

#[derive(Default)]
struct Entries {
    last_number: u64,
    entries: VecDeque<LogEntry>,
}

impl RequestLog {
    /// Logs a request when it arrives and returns its number.
    pub(crate) fn record_request(&self, at: String, method: &str, path: &str, query: &str) -> u64 {
        let mut log = lock(&self.0);
        log.last_number += 1;
        let number = log.last_number;
        if log.entries.len() == MAX_ENTRIES {
            log.entries.pop_front();
        }
        log.entries.push_back(LogEntry {
            number,
            at,
            method: method.to_owned(),
            path: path.to_owned(),
            query: redact(query),
            status: None,
            code: None,
            request_id: None,
        });
        number
    }

    pub(crate) fn record_response(&self, number: u64, status: u16, outcome: Option<Outcome>) {
        let mut log = lock(&self.0);
        let Some(entry) = log.entries.iter_mut().rev().find(|entry| entry.number == number) else {
            return;
        };
        entry.status = Some(status);
        if let Some(Outcome { code, request_id }) = outcome {
            entry.code = Some(code);
            entry.request_id = Some(request_id);
        }
    }

    pub(crate) fn list(&self, endpoint: Option<&str>) -> Vec<LogEntry> {
        let log = lock(&self.0);
        let matches =
            |entry: &&LogEntry| endpoint.is_none_or(|endpoint| endpoint_matches(endpoint, &entry.path));
        log.entries.iter().filter(matches).cloned().collect()
    }

    /// Counts the requests since the start, also those that are no longer listed.
    pub(crate) fn count(&self) -> u64 {
        lock(&self.0).last_number
    }

    pub(crate) fn clear(&self) {
        lock(&self.0).entries.clear();
    }
}

fn redact(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| {
            let value = if SECRET_PARAMETERS.contains(&&*name) { "***".into() } else { value };
            (name.into_owned(), value.into_owned())
        })
        .collect()
}
