//! Who logs in next, and what the pages show besides: the test's orders for the portal.

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use crate::faults::Times;
use crate::lock;

/// What the next visitor of the log-in page does, without anybody clicking.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Plan {
    /// The user's id; nothing: the first user.
    pub user: Option<String>,
    /// The accounts to tick.
    pub grant: GrantWish,
    /// What to do on the Authorization page.
    pub action: Action,
    /// How many visits it is for; nothing: one.
    pub times: Times,
    /// How to get from page to page.
    pub via: Via,
}

/// The accounts to tick.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum GrantWish {
    /// `"all"` or `"none"`.
    Word(Consent),
    /// The ids of those to tick.
    Accounts(Vec<String>),
}

impl Default for GrantWish {
    fn default() -> GrantWish {
        GrantWish::Word(Consent::All)
    }
}

/// All accounts or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consent {
    /// All boxes ticked: accounts gained later are granted too.
    All,
    /// No box ticked.
    None,
}

/// What to do on the Authorization page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Confirm.
    #[default]
    Confirm,
    /// Cancel.
    Cancel,
    /// Stay on the log-in page and wait for a person.
    Stay,
    /// Redirect with another state.
    WrongState,
    /// Redirect to another host.
    WrongHost,
    /// Redirect to another path of the right host.
    WrongPath,
    /// Redirect with an auth_code that was used already.
    UsedCode,
    /// Redirect with the state and no code.
    NoCode,
    /// Redirect with `auth_code` only, as some were seen to.
    AuthCodeOnly,
    /// Redirect with `code` only.
    CodeOnly,
}

/// How a planned visit gets from page to page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// Real pages whose forms send themselves, for a window with scripts.
    #[default]
    Pages,
    /// Redirects from page to page, for a client without.
    Redirects,
}

/// Keeps the orders.
#[derive(Default)]
pub(crate) struct Desk(Mutex<Orders>);

#[derive(Default)]
struct Orders {
    plans: VecDeque<Plan>,
    visits: HashMap<String, Plan>,
    script: String,
}

impl Desk {
    pub(crate) fn order(&self, plan: Plan) {
        lock(&self.0).plans.push_back(plan);
    }

    pub(crate) fn forget_plans(&self) {
        lock(&self.0).plans.clear();
    }

    pub(crate) fn next_plan(&self) -> Option<Plan> {
        let mut orders = lock(&self.0);
        let plan = orders.plans.front_mut()?;
        let happens = plan.times.take().then(|| plan.clone());
        if plan.times.is_over() {
            orders.plans.pop_front();
        }
        happens
    }

    /// Starts a planned visit; the forms carry its ticket along.
    pub(crate) fn ticket(&self, plan: Plan) -> String {
        let mut orders = lock(&self.0);
        let ticket = format!("visit-{}", orders.visits.len() + 1);
        orders.visits.insert(ticket.clone(), plan);
        ticket
    }

    /// The plan of the visit with this ticket.
    pub(crate) fn plan(&self, ticket: Option<&str>) -> Option<Plan> {
        lock(&self.0).visits.get(ticket?).cloned()
    }

    /// HTML to append to every page.
    pub(crate) fn script(&self) -> String {
        lock(&self.0).script.clone()
    }

    pub(crate) fn set_script(&self, html: String) {
        lock(&self.0).script = html;
    }
}
