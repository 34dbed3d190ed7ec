//! Scripted sign-ins: a test queues the actions of the next visitors of the sign-in page.

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use crate::mutex::lock;
use crate::times::Times;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SignInScript {
    /// The user's id; the first user by default.
    pub user: Option<String>,
    /// The accounts to select on the Authorization page.
    pub grant: GrantSelection,
    pub action: Action,
    /// The number of visits the script applies to.
    pub times: Times,
    pub via: Via,
}

/// The accounts to select on the Authorization page.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantSelection {
    /// Every account, including those that the user gains later.
    #[default]
    All,
    None,
    #[serde(untagged)]
    Accounts(Vec<String>),
}

/// The action on the Authorization page. All but `Confirm`, `Cancel` and `Stay` confirm and then redirect wrongly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    #[default]
    Confirm,
    Cancel,
    /// Stays on the sign-in page and waits for a person.
    Stay,
    WrongState,
    WrongHost,
    /// Another path of the right host.
    WrongPath,
    /// An auth_code that has been redeemed already.
    UsedCode,
    NoCode,
    /// `auth_code` without `code`, as seen from some apps.
    AuthCodeOnly,
    CodeOnly,
}

/// The navigation from page to page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// Pages that submit their own forms, for a window that runs scripts.
    #[default]
    Pages,
    /// Redirects, for a client that does not run scripts.
    Redirects,
}

/// The queue of scripts, and those of the sign-ins in progress.
#[derive(Default)]
pub(crate) struct SignInScripts(Mutex<Scripts>);

#[derive(Default)]
struct Scripts {
    queue: VecDeque<SignInScript>,
    in_progress: HashMap<String, SignInScript>,
}

impl SignInScripts {
    pub(crate) fn push(&self, script: SignInScript) {
        lock(&self.0).queue.push_back(script);
    }

    pub(crate) fn clear(&self) {
        lock(&self.0).queue.clear();
    }

    pub(crate) fn next(&self) -> Option<SignInScript> {
        let mut scripts = lock(&self.0);
        let next = scripts.queue.front_mut()?;
        let script = next.times.take().then(|| next.clone());
        if next.times.is_exhausted() {
            scripts.queue.pop_front();
        }
        script
    }

    /// Starts a scripted sign-in and returns its ticket, which the forms pass on.
    pub(crate) fn start(&self, script: SignInScript) -> String {
        let mut scripts = lock(&self.0);
        let ticket = format!("visit-{}", scripts.in_progress.len() + 1);
        scripts.in_progress.insert(ticket.clone(), script);
        ticket
    }

    pub(crate) fn by_ticket(&self, ticket: Option<&str>) -> Option<SignInScript> {
        lock(&self.0).in_progress.get(ticket?).cloned()
    }
}
