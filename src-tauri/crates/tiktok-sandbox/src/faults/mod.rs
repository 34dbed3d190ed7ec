//! Bad days on order: answers of TikTok's, of the edge before it, and of the network.

mod answer;
mod asked;
mod chaos;
mod codes;
mod mangle;

use std::sync::Mutex;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::data::Draw;
use crate::inventory::Change;
use crate::lock;
pub(crate) use answer::{cut, pad};
pub(crate) use asked::Asked;
pub use chaos::Chaos;
use chaos::Counts;
pub use codes::error_codes;
pub use mangle::Mangle;

/// What to do to the next requests of an endpoint. What is not set is left as it is; several things can be set at once.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Fault {
    /// A path like `advertiser/info`, with or without slashes and `/open_api/v1.3`; `portal` for all log-in pages; `*`
    /// for all requests.
    pub endpoint: String,
    /// Only requests for this ad account.
    pub account: Option<String>,
    /// Only requests for this page of a listing; a request that names none is for page 1.
    pub page: Option<u64>,
    /// Of a hundred such requests, so many; nothing: all.
    pub percent: Option<u8>,
    /// Requests that pass untouched before.
    pub skip: u32,
    /// How many requests it happens to; nothing: one.
    pub times: Times,
    /// Milliseconds to wait first.
    pub delay_ms: u64,
    /// First carry the request out, then do what else is set; else it is not carried out.
    pub after: bool,
    /// Never answer, until the faults are cleared; then go on as usual.
    pub hang: bool,
    /// Close the connection without an answer.
    pub drop: bool,
    /// Reset the connection without an answer.
    pub reset: bool,
    /// End the token that the request carries, first of all.
    pub revoke: bool,
    /// Take the ad account that the request is for from the token's user, first of all.
    pub lose: bool,
    /// Change what the ad account holds that the request is for, first of all.
    pub change: Option<Change>,
    /// Answer with this code in the envelope.
    pub code: Option<i64>,
    /// The text that goes with `code`.
    pub message: Option<String>,
    /// Answer with this HTTP status (with `code`: the envelope's; else with the body `html`).
    pub status: Option<u16>,
    /// Answer with this HTML.
    pub html: Option<String>,
    /// Spoil the answer.
    pub mangle: Option<Mangle>,
    /// Say that the listing has so many objects.
    pub total_number: Option<i64>,
    /// Put so many bytes of blanks before the answer's body, which remains good JSON.
    pub pad: u64,
    /// Send half of the answer's body, announced in full, and close the connection. The request was carried out.
    pub cut: bool,
}

/// A number for [`Draw`].
const CHANCES: u64 = 40;

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
    chaos: Mutex<Option<(Chaos, Counts)>>,
    chances: Mutex<Draw>,
    cleared: watch::Sender<()>,
}

impl Faults {
    pub(crate) fn new(seed: u64, chaos: Option<Chaos>) -> Faults {
        Faults {
            ordered: Mutex::default(),
            chaos: Mutex::new(chaos.map(|chaos| (chaos, Counts::default()))),
            chances: Mutex::new(Draw::new(seed, CHANCES, 0)),
            cleared: watch::Sender::new(()),
        }
    }

    pub(crate) fn order(&self, fault: Fault) {
        lock(&self.ordered).push(fault);
    }

    /// Forgets all faults, and lets go what hangs. Chaos goes on.
    pub(crate) fn clear(&self) {
        lock(&self.ordered).clear();
        self.cleared.send_replace(());
    }

    pub(crate) fn list(&self) -> Vec<Fault> {
        lock(&self.ordered).clone()
    }

    /// Begins or ends chaos.
    pub(crate) fn set_chaos(&self, chaos: Option<Chaos>) {
        *lock(&self.chaos) = chaos.map(|chaos| (chaos, Counts::default()));
    }

    pub(crate) fn chaos(&self) -> Option<Chaos> {
        lock(&self.chaos).as_ref().map(|(chaos, _)| *chaos)
    }

    /// The fault that happens to a request now.
    pub(crate) fn next(&self, path: &str, query: &str) -> Option<Due> {
        // Before the fault is taken, so that no clearing after it is missed.
        let cleared = self.cleared.subscribe();
        self.take(path, query).map(|fault| Due { fault, cleared })
    }

    fn take(&self, path: &str, query: &str) -> Option<Fault> {
        let mut ordered = lock(&self.ordered);
        let asked = (!ordered.is_empty()).then(|| Asked::of(query));
        let found = ordered.iter().position(|fault| {
            concerns(&fault.endpoint, path)
                && asked.as_ref().is_some_and(|asked| asked.fits(fault))
                && fault.percent.is_none_or(|percent| lock(&self.chances).chance(percent.into()))
        });
        let Some(position) = found else {
            drop(ordered);
            let mut chaos = lock(&self.chaos);
            let (chaos, counts) = chaos.as_mut()?;
            return chaos.fault(counts, path, query);
        };
        let fault = &mut ordered[position];
        if fault.skip > 0 {
            fault.skip -= 1;
            return None;
        }
        let due = fault.times.take().then(|| fault.clone());
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
