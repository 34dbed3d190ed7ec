//! A running sandbox, and the operations for a program that embeds it.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

#[cfg(feature = "control")]
use jiff::SignedDuration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::clock::Clock;
#[cfg(feature = "control")]
use crate::faults::{Chaos, Fault, FaultInjector};
use crate::grants::{Grant, GrantedAccounts, Grants};
use crate::inventory::Inventory;
#[cfg(feature = "control")]
use crate::inventory::{Change, ChangeError, ChangeResult, ObjectKind, Snapshot};
use crate::limits::{Limits, Quota};
use crate::options::{Options, StartError};
#[cfg(feature = "control")]
use crate::request_log::LogEntry;
use crate::request_log::RequestLog;
use crate::seed_data::{App, SeedData};
use crate::server;
#[cfg(feature = "control")]
use crate::sign_in_script::SignInScript;
use crate::sign_in_script::SignInScripts;
use crate::state::SandboxState;
#[cfg(feature = "control")]
use crate::tls;

/// A user who can sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserInfo {
    /// `core_user_id`
    pub id: String,
    /// With [`Options::hostile_names`], it may contain markup, formulas or control characters.
    pub name: String,
    /// The full address, as typed on the sign-in page.
    pub email: String,
    /// The number of ad accounts that the user has access to.
    pub accounts: usize,
}

/// A running sandbox. Dropping it stops the server.
pub struct Sandbox {
    state: Arc<SandboxState>,
    app: App,
    server: JoinHandle<()>,
}

impl Sandbox {
    /// Listens on the loopback address only.
    pub async fn start(options: Options) -> Result<Sandbox, StartError> {
        options.validate()?;
        let seed_data = SeedData::new(options.seed, options.users, options.accounts, options.hostile_names);
        let grants = Grants::open(seed_data, options.state)?;
        let port = options.port;
        let port_error = |source| StartError::Port { port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(port_error)?;
        let address = listener.local_addr().map_err(port_error)?;
        let [app, _] = grants.seed_data().apps();
        let state = Arc::new(SandboxState {
            address: format!("http://{address}"),
            redirect_urls: options.redirect_urls,
            clock: Clock::default(),
            limits: Limits::new(options.qps.map_or_else(|| options.tier.quota(), Quota::per_second)),
            #[cfg(feature = "control")]
            faults: FaultInjector::new(options.seed, options.chaos),
            log: RequestLog::default(),
            sign_in_scripts: SignInScripts::default(),
            injected_html: Mutex::default(),
            reports: Mutex::default(),
            behaviour: Mutex::default(),
            grants: Mutex::new(grants),
            sizes: options.sizes,
            inventory: Inventory::default(),
        });
        let server = tokio::spawn(server::serve(listener, state.clone()));
        Ok(Sandbox { state, app, server })
    }

    /// Returns `http://127.0.0.1:PORT`.
    pub fn address(&self) -> String {
        self.state.address.clone()
    }

    /// Returns the address of the API, with its version.
    pub fn api_address(&self) -> String {
        self.state.api_address()
    }

    pub fn sign_in_address(&self) -> String {
        self.state.sign_in_address()
    }

    pub fn redirect_urls(&self) -> &[String] {
        &self.state.redirect_urls
    }

    pub fn app_id(&self) -> &str {
        &self.app.id
    }

    pub fn secret(&self) -> &str {
        &self.app.secret
    }

    pub fn users(&self) -> Vec<UserInfo> {
        let grants = self.state.grants();
        let users = grants.seed_data().users().iter();
        users
            .map(|user| UserInfo {
                id: user.id.clone(),
                name: user.name.clone(),
                email: user.email.clone(),
                accounts: grants.accounts_of(&user.id).len(),
            })
            .collect()
    }

    /// Returns the valid tokens, each after the id of its user.
    pub fn tokens(&self) -> Vec<(String, String)> {
        let grants = self.state.grants();
        let tokens = grants.tokens();
        tokens.map(|(token, grant)| (grant.user.clone(), token.clone())).collect()
    }

    /// Grants the app all accounts of a user, as if the user had confirmed, and returns the token; `None` if the user
    /// does not exist.
    pub fn authorize(&self, user: &str) -> Option<String> {
        let mut grants = self.state.grants();
        grants.user(user)?;
        Some(grants.issue_token(Grant {
            app: self.app.id.clone(),
            user: user.to_owned(),
            granted: GrantedAccounts::All,
            at: self.state.clock.unix_seconds(),
        }))
    }

    /// Stops the server and closes all connections.
    pub async fn stop(mut self) {
        self.server.abort();
        // The error is the cancellation.
        let _ = (&mut self.server).await;
    }
}

/// What tests do to the sandbox.
#[cfg(feature = "control")]
impl Sandbox {
    /// The same API over https, on the same port, with a self-signed certificate.
    pub fn https_api_address(&self) -> String {
        self.api_address().replacen("http://", "https://", 1)
    }

    /// The certificate of [`Sandbox::https_api_address`] as DER.
    pub fn certificate(&self) -> Vec<u8> {
        tls::self_signed()
    }

    /// Scripts the next sign-in, like `POST /sandbox/login`. Scripts are queued.
    pub fn script_sign_in(&self, script: SignInScript) {
        self.state.sign_in_scripts.push(script);
    }

    /// Like `POST /sandbox/faults`.
    pub fn inject_fault(&self, fault: Fault) {
        self.state.faults.inject(fault);
    }

    /// Removes all faults and releases hanging requests, like `DELETE /sandbox/faults`.
    pub fn clear_faults(&self) {
        self.state.faults.clear();
    }

    /// Starts or ends random faults, like `POST` and `DELETE /sandbox/chaos`.
    pub fn set_chaos(&self, chaos: Option<Chaos>) {
        self.state.faults.set_chaos(chaos);
    }

    /// Advances the sandbox's clock, like `POST /sandbox/clock`.
    pub fn advance(&self, by: SignedDuration) {
        self.state.clock.advance(by);
    }

    /// Changes an ad account's objects, like `POST /sandbox/objects/{account}`.
    ///
    /// # Errors
    /// Fails if the account, the object or the parent of a new object does not exist.
    pub fn change(&self, account: &str, change: Change) -> Result<ChangeResult, ChangeError> {
        self.state.change(account, change)
    }

    /// Returns every object of a kind in an account, newest first: the expected result of a client's complete listing. Like
    /// `GET /sandbox/objects/{account}`.
    ///
    /// # Errors
    /// Fails if the account does not exist.
    pub fn snapshot(&self, account: &str, kind: ObjectKind) -> Result<Snapshot, ChangeError> {
        self.state.snapshot(account, kind)
    }

    /// Revokes all tokens of a user and returns their number, like `POST /sandbox/revoke`.
    pub fn revoke_user(&self, user: &str) -> usize {
        self.state.grants().revoke_user(user)
    }

    /// Returns the requests so far, of one endpoint or of all, like `GET /sandbox/log`.
    pub fn log(&self, endpoint: Option<&str>) -> Vec<LogEntry> {
        self.state.log.list(endpoint)
    }

    /// Returns the number of requests so far.
    pub fn request_count(&self) -> u64 {
        self.state.log.count()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.server.abort();
    }
}
