//! What the application holds while it runs: the folder, the open partner, the log-in under way.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use partner::{Book, Folder};
use services::mail::Transport;
use services::outbox::Outbox;
use services::problem::{Problem, ProblemCode};
use services::secrets::{SecretStore, Settings};
use services::sync::Syncs;
use tiktok_business::AccessToken;
use tiktok_sandbox::Sandbox;
use tokio_util::sync::CancellationToken;

use crate::app::preferences::Kept;
use crate::shell::notices::Notices;

/// The application's state.
pub struct State {
    /// Where the partners' files are.
    pub folder: Folder,
    /// Where secrets are kept, for all partners but the practice one.
    pub keys: SecretStore,
    /// Who decides, as the history names them: the user of this computer.
    pub actor: String,
    /// How the admin likes the application.
    pub preferences: Kept,
    /// What the system is told of syncs that ended.
    pub notices: Notices,
    /// One partner is opened or closed at a time.
    pub door: tokio::sync::Mutex<()>,
    /// The last partner is opened again once, before the page asks for it.
    pub start: tokio::sync::Mutex<()>,
    open: Mutex<Option<Arc<Open>>>,
    login: Mutex<Option<CancellationToken>>,
}

/// The open partner.
pub struct Open {
    /// Its book.
    pub book: Arc<Book>,
    /// Its file's name.
    pub file: String,
    /// Where its secrets are.
    pub keys: SecretStore,
    /// The simulator of a practice partner.
    pub sandbox: Option<Sandbox>,
    /// Cancelled when the partner is closed.
    pub closed: CancellationToken,
    /// Its syncs; none once it is being closed.
    pub syncs: Mutex<Option<Arc<Syncs>>>,
    /// How its mails leave.
    pub mail: Transport,
    /// Its outbox; none once it is being closed.
    pub outbox: Mutex<Option<Arc<Outbox>>>,
    /// A log-in that succeeded and whose import did not: the token, and whose was expected.
    pub unfinished: Mutex<Option<(AccessToken, Option<String>)>>,
}

impl Open {
    /// Whether work that takes long goes on: not once the partner is being closed, which would wait for it.
    pub fn go_on(&self) -> ControlFlow<()> {
        if self.closed.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Its syncs.
    ///
    /// # Errors
    /// When it is being closed.
    pub fn syncs(&self) -> Result<Arc<Syncs>, Problem> {
        locked(&self.syncs).clone().ok_or_else(|| Problem::new(ProblemCode::PartnerNotOpen))
    }

    /// Have its outbox look for mail that is due; while it is being closed, that is for the next time.
    pub fn look_for_mail(&self) {
        if let Some(outbox) = &*locked(&self.outbox) {
            outbox.wake();
        }
    }

    /// Have its outbox try now what waits: the network is back, or the keys are.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn hurry_mail(&self) -> Result<(), Problem> {
        let outbox = locked(&self.outbox).clone();
        match outbox {
            Some(outbox) => outbox.retry_now().await,
            None => Ok(()),
        }
    }
}

impl State {
    /// Nothing open yet.
    pub fn new(folder: Folder) -> State {
        State {
            keys: SecretStore::new(folder.root().join("keys.age"), Settings::default()),
            actor: actor(),
            preferences: Kept::read(folder.root()),
            notices: Notices::default(),
            folder,
            door: tokio::sync::Mutex::new(()),
            start: tokio::sync::Mutex::new(()),
            open: Mutex::new(None),
            login: Mutex::new(None),
        }
    }

    /// The open partner.
    ///
    /// # Errors
    /// When none is.
    pub fn open(&self) -> Result<Arc<Open>, Problem> {
        locked(&self.open).clone().ok_or_else(|| Problem::new(ProblemCode::PartnerNotOpen))
    }

    /// Put another partner, or none, in place of the open one, which is returned.
    pub fn replace(&self, open: Option<Arc<Open>>) -> Option<Arc<Open>> {
        self.cancel_login();
        let old = std::mem::replace(&mut *locked(&self.open), open);
        if let Some(old) = &old {
            old.closed.cancel();
        }
        old
    }

    /// Begin a log-in; it is over when the turn is dropped.
    ///
    /// # Errors
    /// When one is under way.
    pub fn begin_login(&self) -> Result<Turn<'_>, Problem> {
        let mut login = locked(&self.login);
        if login.is_some() {
            return Err(Problem::new(ProblemCode::SignInPending));
        }
        let cancelled = CancellationToken::new();
        *login = Some(cancelled.clone());
        Ok(Turn { state: self, cancelled })
    }

    /// Give up the log-in or import under way, if there is one.
    pub fn cancel_login(&self) {
        if let Some(login) = &*locked(&self.login) {
            login.cancel();
        }
    }
}

fn actor() -> String {
    let named = [whoami::realname(), whoami::username()].into_iter().flatten();
    named
        .map(|name| name.trim().to_owned())
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| "Admin".to_owned())
}

/// The one log-in under way.
pub struct Turn<'a> {
    state: &'a State,
    /// Cancelled when the admin gives up, or opens another partner.
    cancelled: CancellationToken,
}

impl Turn<'_> {
    /// `work`, unless the turn is given up first; `work` then stops where it is.
    ///
    /// # Errors
    /// Those of `work`, and [`ProblemCode::SignInCancelled`].
    pub async fn unless_cancelled<T>(
        &self,
        work: impl Future<Output = Result<T, Problem>>,
    ) -> Result<T, Problem> {
        tokio::select! {
            done = work => done,
            () = self.cancelled.cancelled() => Err(Problem::new(ProblemCode::SignInCancelled)),
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *locked(&self.state.login) = None;
    }
}

/// What a mutex guards; a panic elsewhere does not make plain data bad.
pub fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
