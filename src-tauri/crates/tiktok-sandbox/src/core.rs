//! What all doors share: the ledger, the clock, the limits, the faults, the log and the portal's desk.

use std::sync::{Mutex, MutexGuard};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::clock::Clock;
use crate::faults::Faults;
use crate::ledger::Ledger;
use crate::limits::Limits;
use crate::lock;
use crate::log::Log;
use crate::portal::Desk;

/// Where nobody knows what TikTok does, and a test chooses.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Behaviour {
    /// What Cancel on the Authorization page does.
    pub cancel: OnCancel,
    /// What one account without permission does to a call of `GET /advertiser/info/`.
    pub bad_id: BadId,
}

/// What Cancel on the Authorization page does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnCancel {
    /// Redirect with `error=access_denied`.
    #[default]
    Redirect,
    /// Show a page that says so and tries to close the window.
    Page,
}

/// What one account without permission does to a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BadId {
    /// The whole call is refused.
    #[default]
    FailBatch,
    /// The account is missing from the answer.
    LeaveOut,
}

pub(crate) struct Core {
    /// `http://127.0.0.1:PORT`
    pub address: String,
    pub redirect_urls: Vec<String>,
    pub clock: Clock,
    pub limits: Limits,
    pub faults: Faults,
    pub log: Log,
    pub desk: Desk,
    pub reports: Mutex<Vec<Value>>,
    pub behaviour: Mutex<Behaviour>,
    pub ledger: Mutex<Ledger>,
}

impl Core {
    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        lock(&self.ledger)
    }

    pub(crate) fn behaviour(&self) -> Behaviour {
        *lock(&self.behaviour)
    }

    /// The address of the API, with the version.
    pub(crate) fn api(&self) -> String {
        format!("{}/open_api/v1.3", self.address)
    }

    /// The address of the log-in page.
    pub(crate) fn log_in(&self) -> String {
        format!("{}/portal/auth", self.address)
    }
}
