//! The request log: what arrived, in order, and what was answered. Secrets and tokens are left out.

use std::collections::VecDeque;
use std::sync::Mutex;

use serde::Serialize;
use url::form_urlencoded;

use crate::envelope::Answered;
use crate::faults::concerns;
use crate::lock;

/// Older entries are dropped.
const KEPT: usize = 10_000;

/// Parameters whose value never reaches the log.
const SECRETS: &[&str] = &["secret", "access_token", "auth_code", "code"];

/// One request to the API or the portal.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// Counts up from 1.
    pub number: u64,
    /// Sandbox time, RFC 3339.
    pub at: String,
    /// `GET`, `POST`, …
    pub method: String,
    /// Without the query.
    pub path: String,
    /// The parameters, decoded; secrets as `***`.
    pub query: Vec<(String, String)>,
    /// The HTTP status; nothing while there is no answer, or when the connection was dropped.
    pub status: Option<u16>,
    /// The envelope's code.
    pub code: Option<i64>,
    /// The envelope's request id.
    pub request_id: Option<String>,
}

/// The log.
#[derive(Default)]
pub(crate) struct Log(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    last: u64,
    entries: VecDeque<Entry>,
}

impl Log {
    /// Notes a request when it arrives; gives its number.
    pub(crate) fn arrived(&self, at: String, method: &str, path: &str, query: &str) -> u64 {
        let mut kept = lock(&self.0);
        kept.last += 1;
        let number = kept.last;
        if kept.entries.len() == KEPT {
            kept.entries.pop_front();
        }
        kept.entries.push_back(Entry {
            number,
            at,
            method: method.to_owned(),
            path: path.to_owned(),
            query: redacted(query),
            status: None,
            code: None,
            request_id: None,
        });
        number
    }

    /// Notes its answer.
    pub(crate) fn answered(&self, number: u64, status: u16, answered: Option<Answered>) {
        let mut kept = lock(&self.0);
        let Some(entry) = kept
            .entries
            .iter_mut()
            .rev()
            .find(|entry| entry.number == number)
        else {
            return;
        };
        entry.status = Some(status);
        if let Some(Answered { code, request_id }) = answered {
            entry.code = Some(code);
            entry.request_id = Some(request_id);
        }
    }

    /// The entries, of one endpoint or of all.
    pub(crate) fn list(&self, endpoint: Option<&str>) -> Vec<Entry> {
        let kept = lock(&self.0);
        let wanted =
            |entry: &&Entry| endpoint.is_none_or(|endpoint| concerns(endpoint, &entry.path));
        kept.entries.iter().filter(wanted).cloned().collect()
    }

    pub(crate) fn clear(&self) {
        lock(&self.0).entries.clear();
    }
}

fn redacted(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| {
            let value = if SECRETS.contains(&&*name) {
                "***".into()
            } else {
                value
            };
            (name.into_owned(), value.into_owned())
        })
        .collect()
}
