//! A simulator in a separate process, and a partner that has imported its ad accounts.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use partner::ids::AdAccountId;
use partner::{Book, Folder};
use serde::{Deserialize, Serialize};
use services::secrets::{Origin, SecretStore, SecretString, Settings};
use services::tiktok::credentials::app_secret_key;
use services::tiktok::import::Importer;
use tempfile::TempDir;
use tiktok_business::{AccessToken, App, Client, ClientSecret, Options, RateLimiter, SystemClock};
use tiktok_sandbox::{Chaos, Options as SandboxOptions, Sandbox, Sizes, Tier};

/// The options of the simulator.
#[derive(Serialize, Deserialize, Clone, Copy)]
pub struct Scenario {
    pub accounts: usize,
    /// Campaigns, ad groups, ads and audiences of each ad account.
    pub sizes: [u32; 4],
    pub rate_limits: bool,
    pub max_delay_ms: u64,
}

/// The addresses and credentials that the simulator prints.
#[derive(Serialize, Deserialize, Clone)]
pub struct Access {
    pub address: String,
    pub api: String,
    pub app_id: String,
    pub secret: String,
    pub token: String,
}

const VARIABLE: &str = "XPO_ADMIN_BENCH_SIMULATOR";

pub fn run() {
    let scenario: Scenario = serde_json::from_str(&std::env::var(VARIABLE).unwrap()).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let [campaigns, ad_groups, ads, audiences] = scenario.sizes;
        let sandbox = Sandbox::start(SandboxOptions {
            users: 1,
            accounts: scenario.accounts,
            sizes: Sizes::each(campaigns, ad_groups, ads, audiences),
            tier: if scenario.rate_limits { Tier::Basic } else { Tier::None },
            chaos: (scenario.max_delay_ms > 0).then(|| Chaos {
                percent: 0,
                delay_ms: scenario.max_delay_ms,
                ..Chaos::default()
            }),
            ..SandboxOptions::default()
        })
        .await
        .unwrap();
        let token = sandbox.authorize(&sandbox.users()[0].id).unwrap();
        let access = Access {
            address: sandbox.address(),
            api: sandbox.api_address(),
            app_id: sandbox.app_id().to_owned(),
            secret: sandbox.secret().to_owned(),
            token,
        };
        let mut out = std::io::stdout().lock();
        writeln!(out, "\naccess {}", serde_json::to_string(&access).unwrap()).unwrap();
        out.flush().unwrap();
        // Returns when the benchmark ends.
        std::io::stdin().read_line(&mut String::new()).unwrap();
    });
}

pub struct Simulator {
    pub access: Access,
    child: Child,
}

impl Simulator {
    pub fn start(scenario: Scenario) -> Simulator {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "simulator_process", "--ignored", "--nocapture"])
            .env(VARIABLE, serde_json::to_string(&scenario).unwrap())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
        let access = lines.find_map(|line| line.unwrap().strip_prefix("access ").map(str::to_owned)).unwrap();
        Simulator { access: serde_json::from_str(&access).unwrap(), child }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

pub struct Partner {
    pub book: Arc<Book>,
    pub secrets: SecretStore,
    pub accounts: Vec<AdAccountId>,
    pub path: std::path::PathBuf,
    _dir: TempDir,
}

impl Partner {
    pub async fn new(access: &Access) -> Partner {
        let dir = tempfile::tempdir().unwrap();
        let (file, book) = Folder::at(dir.path()).create("Knorex").unwrap();
        let app = partner::facts::tiktok_app::TiktokApp {
            app_id: access.app_id.clone(),
            api_address: access.api.clone(),
            ..Default::default()
        };
        book.save_tiktok_app(&app).unwrap();
        let (book, secrets) =
            (Arc::new(book), SecretStore::new(dir.path().join("secrets.age"), Settings::default()));
        secrets.keep_in_memory().await;
        let (origin, secret) =
            (Origin::of(&access.api.parse().unwrap()), SecretString::from(access.secret.clone()));
        secrets.put_for(&origin, &app_secret_key(&book.partner().id), &secret).await.unwrap();
        let app = App { id: access.app_id.clone(), secret: ClientSecret::new(access.secret.clone()) };
        let client =
            Client::new(without_rate_limits(Options::new(access.api.parse().unwrap(), "Bench/1"))).unwrap();
        let importer = Importer { book: book.clone(), secrets: secrets.clone(), client, app };
        let fetched = importer.fetch(AccessToken::new(access.token.clone()), |_| {}).await.unwrap();
        let report = importer.save(fetched, None).await.unwrap();
        let accounts = report.added.into_iter().map(|account| AdAccountId(account.id)).collect();
        let path = dir.path().join("partners").join(file);
        Partner { book, secrets, accounts, path, _dir: dir }
    }
}

impl Partner {
    pub fn count(&self, account: &AdAccountId, kind: &str) -> u32 {
        let book = rusqlite::Connection::open(&self.path).unwrap();
        let sql = format!("SELECT count(*) FROM {kind} WHERE account_id = ?");
        book.query_row(&sql, [account], |row| row.get(0)).unwrap()
    }
}

pub fn without_rate_limits(options: Options) -> Options {
    Options { rate_limiter: RateLimiter::new(None, Arc::new(SystemClock)), ..options }
}
