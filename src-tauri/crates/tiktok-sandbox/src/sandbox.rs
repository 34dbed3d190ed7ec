//! Starting and stopping, and what a program that runs the sandbox inside itself may ask and order.

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use jiff::SignedDuration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::core::Core;
use crate::data::App;
use crate::faults::{Chaos, Fault, Faults};
use crate::inventory::{Change, ChangeError, Changed, Inventory, Kind, Sizes, Truth};
use crate::ledger::{Grant, Granted, Ledger, StateError};
use crate::limits::{Limits, Quota, Tier};
use crate::log::{Entry, Log};
use crate::portal::{Desk, Plan};
use crate::server;

/// The redirect URLs that are registered when no others are given.
pub const DEFAULT_REDIRECT_URLS: [&str; 2] =
    ["http://localhost:3456/callback", "https://example.com/xpo/callback"];

/// The most ad accounts a sandbox may start with, or a user may gain at once.
pub const MOST_ACCOUNTS: usize = 100_000;

const MOST_USERS: usize = 1_000;
/// TikTok registers at most this many per app.
const MOST_REDIRECT_URLS: usize = 10;

/// What a sandbox starts with.
#[derive(Clone, Debug)]
pub struct Options {
    /// The port on the loopback address; 0: any that is free.
    pub port: u16,
    /// The same seed gives the same data.
    pub seed: u64,
    /// How many people can log in, 1 to 1,000.
    pub users: usize,
    /// How many ad accounts there are, at most [`MOST_ACCOUNTS`].
    pub accounts: usize,
    /// What each ad account holds.
    pub sizes: Sizes,
    /// How often an app may call an endpoint.
    pub tier: Tier,
    /// Calls per second, app and endpoint, with TikTok's proportion per minute and day, instead of the tier's; 0: no
    /// limit of any kind.
    pub qps: Option<u32>,
    /// Faults by chance, from the beginning.
    pub chaos: Option<Chaos>,
    /// The redirect URLs registered with the app, at most 10.
    pub redirect_urls: Vec<String>,
    /// A file that keeps grants, tokens and changes across restarts.
    pub state: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            port: 0,
            seed: 1,
            users: 3,
            accounts: 40,
            sizes: Sizes::default(),
            tier: Tier::default(),
            qps: None,
            chaos: None,
            redirect_urls: DEFAULT_REDIRECT_URLS.map(str::to_owned).to_vec(),
            state: None,
        }
    }
}

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The port cannot be had.
    #[error("port {port} of 127.0.0.1 cannot be opened: {source}")]
    Port {
        /// The port that was asked for.
        port: u16,
        /// Why not.
        source: std::io::Error,
    },
    /// An option is out of its range.
    #[error("{0}")]
    OutOfRange(String),
    /// The state file cannot be used.
    #[error(transparent)]
    State(#[from] StateError),
}

/// Somebody who can log in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserInfo {
    /// `core_user_id`
    pub id: String,
    /// Hostile text, perhaps.
    pub name: String,
    /// In full, as typed on the log-in page.
    pub email: String,
    /// How many ad accounts the user reaches now.
    pub accounts: usize,
}

/// A running sandbox. It ends when it is dropped.
pub struct Sandbox {
    core: Arc<Core>,
    app: App,
    server: JoinHandle<()>,
}

impl Sandbox {
    /// Starts on the loopback address, never on another.
    ///
    /// # Errors
    /// When an option is out of range, the port is taken, or the state file does not fit.
    pub async fn start(options: Options) -> Result<Sandbox, StartError> {
        check(&options)?;
        let ledger = Ledger::open(options.seed, options.users, options.accounts, options.state)?;
        let port = options.port;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .await
            .map_err(|source| StartError::Port { port, source })?;
        let address = listener.local_addr().map_err(|source| StartError::Port { port, source })?;
        let [app, _] = ledger.world().apps();
        let core = Arc::new(Core {
            address: format!("http://{address}"),
            redirect_urls: options.redirect_urls,
            clock: Clock::default(),
            limits: Limits::new(options.qps.map_or_else(|| options.tier.quota(), Quota::per_second)),
            faults: Faults::new(options.seed, options.chaos),
            log: Log::default(),
            desk: Desk::default(),
            reports: Mutex::default(),
            behaviour: Mutex::default(),
            ledger: Mutex::new(ledger),
            sizes: options.sizes,
            inventory: Inventory::default(),
        });
        let server = tokio::spawn(server::serve(listener, core.clone()));
        Ok(Sandbox { core, app, server })
    }

    /// `http://127.0.0.1:PORT`
    pub fn address(&self) -> String {
        self.core.address.clone()
    }

    /// The address of the API, with the version.
    pub fn api_address(&self) -> String {
        self.core.api()
    }

    /// The address of the log-in page.
    pub fn log_in_address(&self) -> String {
        self.core.log_in()
    }

    /// The redirect URLs registered with the app.
    pub fn redirect_urls(&self) -> &[String] {
        &self.core.redirect_urls
    }

    /// The app's id.
    pub fn app_id(&self) -> &str {
        &self.app.id
    }

    /// The app's secret.
    pub fn secret(&self) -> &str {
        &self.app.secret
    }

    /// Everyone who can log in.
    pub fn users(&self) -> Vec<UserInfo> {
        let ledger = self.core.ledger();
        let users = ledger.world().users().iter();
        users
            .map(|user| UserInfo {
                id: user.id.clone(),
                name: user.name.clone(),
                email: user.email.clone(),
                accounts: ledger.reached_by(&user.id).len(),
            })
            .collect()
    }

    /// The tokens that are valid: whose, and the token.
    pub fn tokens(&self) -> Vec<(String, String)> {
        let ledger = self.core.ledger();
        let tokens = ledger.tokens();
        tokens.map(|(token, grant)| (grant.user.clone(), token.clone())).collect()
    }

    /// Grants the app all accounts of a user, as if the user had confirmed, and gives the token; nothing when there is
    /// no such user.
    pub fn authorize(&self, user: &str) -> Option<String> {
        let mut ledger = self.core.ledger();
        ledger.user(user)?;
        Some(ledger.issue_token(Grant {
            app: self.app.id.clone(),
            user: user.to_owned(),
            granted: Granted::All,
            at: self.core.clock.now().as_second(),
        }))
    }

    /// Says who logs in next, and how. `POST /sandbox/login`
    pub fn log_in_next(&self, plan: Plan) {
        self.core.desk.order(plan);
    }

    /// Orders a fault. `POST /sandbox/faults`
    pub fn order_fault(&self, fault: Fault) {
        self.core.faults.order(fault);
    }

    /// Forgets all faults and lets go what hangs. `DELETE /sandbox/faults`
    pub fn clear_faults(&self) {
        self.core.faults.clear();
    }

    /// Begins or ends faults by chance. `POST`, `DELETE /sandbox/chaos`
    pub fn set_chaos(&self, chaos: Option<Chaos>) {
        self.core.faults.set_chaos(chaos);
    }

    /// Moves the sandbox's time. `POST /sandbox/clock`
    pub fn advance(&self, by: SignedDuration) {
        self.core.clock.advance(by);
    }

    /// Changes what an ad account holds, also in the middle of a listing. `POST /sandbox/objects/{account}`
    ///
    /// # Errors
    /// When there is no such account or object, or nothing for a new one to hang on.
    pub fn change(&self, account: &str, change: Change) -> Result<Changed, ChangeError> {
        self.core.change(account, change)
    }

    /// What the complete listing of an account is now, newest first, to hold a client's against. `GET
    /// /sandbox/objects/{account}`
    ///
    /// # Errors
    /// When there is no such account.
    pub fn truth(&self, account: &str, kind: Kind) -> Result<Truth, ChangeError> {
        self.core.truth(account, kind)
    }

    /// Ends all tokens of a user; how many. `POST /sandbox/revoke`
    pub fn revoke_user(&self, user: &str) -> usize {
        self.core.ledger().revoke_user(user)
    }

    /// The requests so far, of one endpoint or of all. `GET /sandbox/log`
    pub fn log(&self, endpoint: Option<&str>) -> Vec<Entry> {
        self.core.log.list(endpoint)
    }

    /// Ends the sandbox and all its connections.
    pub async fn stop(mut self) {
        self.server.abort();
        // The error says that it was aborted.
        let _ = (&mut self.server).await;
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn check(options: &Options) -> Result<(), StartError> {
    let problem = if !(1..=MOST_USERS).contains(&options.users) {
        format!("users: 1 to {MOST_USERS}")
    } else if options.accounts > MOST_ACCOUNTS {
        format!("accounts: at most {MOST_ACCOUNTS}")
    } else if !options.sizes.fit() {
        "campaigns, ad groups, ads, audiences: at most 5000000 each, or 1250000 when accounts differ".into()
    } else if options.chaos.is_some_and(|chaos| chaos.percent > 100) {
        "chaos: at most 100 percent".into()
    } else if options.redirect_urls.is_empty() || options.redirect_urls.len() > MOST_REDIRECT_URLS {
        format!("redirect URLs: 1 to {MOST_REDIRECT_URLS}")
    } else {
        return Ok(());
    };
    Err(StartError::OutOfRange(problem))
}
