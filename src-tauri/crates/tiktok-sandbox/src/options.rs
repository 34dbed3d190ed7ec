//! The options of a sandbox and their ranges.

use std::path::PathBuf;

#[cfg(feature = "control")]
use crate::faults::Chaos;
use crate::grants::StateError;
use crate::inventory::Sizes;
use crate::limits::Tier;

/// The most ad accounts a sandbox may start with, or a user may gain at once.
pub(crate) const MAX_ACCOUNTS: usize = 100_000;

const MAX_USERS: usize = 1_000;
/// TikTok's own limit per app.
const MAX_REDIRECT_URLS: usize = 10;

const DEFAULT_REDIRECT_URLS: [&str; 2] =
    ["http://localhost:3456/callback", "https://example.com/xpo/callback"];

#[derive(Clone, Debug)]
pub struct Options {
    /// The port on the loopback address; 0 picks a free one.
    pub port: u16,
    /// The same seed gives the same data.
    pub seed: u64,
    /// Users who can sign in, 1 to 1,000.
    pub users: usize,
    /// Ad accounts, at most 100,000.
    pub accounts: usize,
    /// The objects in each ad account.
    pub sizes: Sizes,
    pub tier: Tier,
    /// Calls per second, app and endpoint instead of the tier's, with TikTok's ratios per minute and day; 0 disables
    /// all limits.
    pub qps: Option<u32>,
    /// Random faults from the start.
    #[cfg(feature = "control")]
    pub chaos: Option<Chaos>,
    /// The redirect URLs registered with the app, 1 to 10.
    pub redirect_urls: Vec<String>,
    /// Names with markup, formulas, invisible characters and extreme lengths, for tests.
    pub hostile_names: bool,
    /// A file that keeps grants, tokens and account changes across restarts.
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
            #[cfg(feature = "control")]
            chaos: None,
            redirect_urls: DEFAULT_REDIRECT_URLS.map(str::to_owned).to_vec(),
            hostile_names: false,
            state: None,
        }
    }
}

/// The reason why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("failed to listen on port {port} of 127.0.0.1: {source}")]
    Port { port: u16, source: std::io::Error },
    #[error("{0}")]
    OutOfRange(String),
    #[error(transparent)]
    State(#[from] StateError),
}

impl Options {
    pub(crate) fn validate(&self) -> Result<(), StartError> {
        #[cfg(feature = "control")]
        if self.chaos.is_some_and(|chaos| chaos.percent > 100) {
            return Err(StartError::OutOfRange("chaos must be at most 100 percent".into()));
        }
        let problem = if !(1..=MAX_USERS).contains(&self.users) {
            format!("users must be between 1 and {MAX_USERS}")
        } else if self.accounts > MAX_ACCOUNTS {
            format!("accounts must be at most {MAX_ACCOUNTS}")
        } else if !self.sizes.are_valid() {
            "campaigns, ad groups, ads and audiences must be at most 5000000 each, or 1250000 if accounts vary".into()
        } else if self.redirect_urls.is_empty() || self.redirect_urls.len() > MAX_REDIRECT_URLS {
            format!("there must be 1 to {MAX_REDIRECT_URLS} redirect URLs")
        } else {
            return Ok(());
        };
        Err(StartError::OutOfRange(problem))
    }
}
