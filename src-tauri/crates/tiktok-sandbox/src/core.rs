//! What all doors share: the ledger, the clock, the limits, the faults, the log and the portal's desk.

use std::sync::{Arc, Mutex, MutexGuard};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::clock::Clock;
use crate::faults::Faults;
use crate::inventory::{
    Change, ChangeError, Changed, Changes, Condition, Inventory, Kind, Sizes, Truth, View,
};
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
    pub sizes: Sizes,
    pub inventory: Inventory,
}

impl Core {
    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        lock(&self.ledger)
    }

    /// What an account holds now; nothing when there is no such account.
    pub(crate) fn view(&self, account: u64) -> Option<View> {
        self.view_maker(account).map(|view| view(self.inventory.of(account)))
    }

    fn view_maker(&self, account: u64) -> Option<impl FnOnce(Arc<Changes>) -> View + use<>> {
        let ledger = self.ledger();
        let fields = ledger.account(account)?;
        let number = ledger.world().account_index(account)?;
        let seed = ledger.world().seed();
        let condition = Condition::of(fields.get("status").and_then(Value::as_str).unwrap_or_default());
        let (sizes, now) = (self.sizes, self.clock.now().as_second());
        Some(move |changes| View::new(seed, (account, number), sizes, condition, changes, now))
    }

    /// Makes a change in what an account holds.
    pub(crate) fn change(&self, account: &str, change: Change) -> Result<Changed, ChangeError> {
        let id = account.parse().ok();
        let found = id.and_then(|id| Some((id, self.view_maker(id)?)));
        let (id, view) = found.ok_or_else(|| ChangeError::NoAccount(account.to_owned()))?;
        self.inventory.change(id, view, change)
    }

    /// What the complete listing is now.
    pub(crate) fn truth(&self, account: &str, kind: Kind) -> Result<Truth, ChangeError> {
        let view = account.parse().ok().and_then(|id| self.view(id));
        let view = view.ok_or_else(|| ChangeError::NoAccount(account.to_owned()))?;
        Ok(Truth::new(view, kind))
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
