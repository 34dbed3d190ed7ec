//! The state that all request handlers share.

use std::sync::{Arc, Mutex, MutexGuard};

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::behaviour::Behaviour;
use crate::clock::Clock;
use crate::endpoint::API_PATH;
#[cfg(feature = "control")]
use crate::faults::FaultInjector;
use crate::grants::Grants;
use crate::inventory::{
    AccountChanges, AccountCondition, AccountView, Change, ChangeError, ChangeResult, Inventory, ObjectKind,
    Sizes, Snapshot,
};
use crate::limits::Limits;
use crate::mutex::lock;
use crate::request_log::RequestLog;
use crate::sign_in_script::SignInScripts;

pub(crate) struct SandboxState {
    /// `http://127.0.0.1:PORT`
    pub address: String,
    pub redirect_urls: Vec<String>,
    pub clock: Clock,
    pub limits: Limits,
    #[cfg(feature = "control")]
    pub faults: FaultInjector,
    pub log: RequestLog,
    pub sign_in_scripts: SignInScripts,
    /// HTML appended to every page of the portal.
    pub injected_html: Mutex<String>,
    pub reports: Mutex<Vec<Value>>,
    pub behaviour: Mutex<Behaviour>,
    pub grants: Mutex<Grants>,
    pub sizes: Sizes,
    pub inventory: Inventory,
}

impl SandboxState {
    pub(crate) fn grants(&self) -> MutexGuard<'_, Grants> {
        lock(&self.grants)
    }

    pub(crate) fn behaviour(&self) -> Behaviour {
        *lock(&self.behaviour)
    }

    pub(crate) fn api_address(&self) -> String {
        format!("{}{API_PATH}", self.address)
    }

    pub(crate) fn sign_in_address(&self) -> String {
        format!("{}/portal/auth", self.address)
    }

    /// Returns the account's objects at this moment; `None` if the account does not exist.
    pub(crate) fn view(&self, account: u64) -> Option<AccountView> {
        self.view_builder(account).map(|build| build(self.inventory.changes_of(account)))
    }

    /// Returns a closure, so that [`Inventory::change`] can build the view while it holds its lock.
    fn view_builder(&self, account: u64) -> Option<impl FnOnce(Arc<AccountChanges>) -> AccountView + use<>> {
        let grants = self.grants();
        let fields = grants.account(account)?;
        let number = grants.seed_data().account_index(account)?;
        let (seed, hostile_names) = (grants.seed_data().seed(), grants.seed_data().hostile_names());
        let status = fields.get("status").and_then(Value::as_str).unwrap_or_default();
        let condition = AccountCondition::from_status(status);
        let (sizes, now) = (self.sizes, self.clock.unix_seconds());
        let zone = fields.get("timezone").and_then(Value::as_str).and_then(|zone| TimeZone::get(zone).ok());
        let utc_offset = zone.map_or(0, |zone| zone.to_offset(self.clock.now()).seconds().into());
        Some(move |changes| {
            let mut view = AccountView::new(seed, (account, number), sizes, condition, changes, now);
            view.utc_offset = utc_offset;
            view.hostile_names = hostile_names;
            view
        })
    }

    pub(crate) fn change(&self, account: &str, change: Change) -> Result<ChangeResult, ChangeError> {
        let id = account.parse().ok();
        let found = id.and_then(|id| Some((id, self.view_builder(id)?)));
        let (id, build_view) = found.ok_or_else(|| ChangeError::NoAccount(account.to_owned()))?;
        self.inventory.change(id, build_view, change)
    }

    pub(crate) fn snapshot(&self, account: &str, kind: ObjectKind) -> Result<Snapshot, ChangeError> {
        let view = account.parse().ok().and_then(|id| self.view(id));
        let view = view.ok_or_else(|| ChangeError::NoAccount(account.to_owned()))?;
        Ok(Snapshot::new(view, kind))
    }
}
