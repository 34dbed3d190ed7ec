//! A simulator in a process of its own, and a partner who knows its ad accounts.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use partner::ids::AdAccountId;
use partner::{Book, Folder};
use serde::{Deserialize, Serialize};
use services::secrets::{SecretStore, SecretString, Settings};
use services::tiktok::import::{Importer, secret_key};
use tempfile::TempDir;
use tiktok_business::{AccessToken, App, Client, ClientSecret, Limits, Options, Quota};
use tiktok_sandbox::{Chaos, Options as World, Sandbox, Sizes, Tier};

/// What is asked of the simulator.
#[derive(Serialize, Deserialize, Clone, Copy)]
pub struct Wanted {
    pub accounts: usize,
    pub each: [u32; 4],
    pub limits: bool,
    /// Up to how long each answer takes, in milliseconds.
    pub delay: u64,
}

/// What it tells of itself.
#[derive(Serialize, Deserialize, Clone)]
pub struct Told {
    pub address: String,
    pub api: String,
    pub app_id: String,
    pub secret: String,
    pub token: String,
}

const VARIABLE: &str = "XPO_ADMIN_BENCH_SIMULATOR";

pub fn simulate() {
    let wanted: Wanted = serde_json::from_str(&std::env::var(VARIABLE).unwrap()).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let [campaigns, ad_groups, ads, audiences] = wanted.each;
        let sandbox = Sandbox::start(World {
            users: 1,
            accounts: wanted.accounts,
            sizes: Sizes::each(campaigns, ad_groups, ads, audiences),
            tier: if wanted.limits { Tier::Basic } else { Tier::None },
            chaos: (wanted.delay > 0).then(|| Chaos {
                percent: 0,
                delay_ms: wanted.delay,
                ..Chaos::default()
            }),
            ..World::default()
        })
        .await
        .unwrap();
        let token = sandbox.authorize(&sandbox.users()[0].id).unwrap();
        let told = Told {
            address: sandbox.address(),
            api: sandbox.api_address(),
            app_id: sandbox.app_id().to_owned(),
            secret: sandbox.secret().to_owned(),
            token,
        };
        let mut out = std::io::stdout().lock();
        writeln!(out, "\ntold {}", serde_json::to_string(&told).unwrap()).unwrap();
        out.flush().unwrap();
        // Until the bench ends.
        std::io::stdin().read_line(&mut String::new()).unwrap();
    });
}

pub struct Simulator {
    pub told: Told,
    child: Child,
}

impl Simulator {
    pub fn start(wanted: Wanted) -> Simulator {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "simulator", "--ignored", "--nocapture"])
            .env(VARIABLE, serde_json::to_string(&wanted).unwrap())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
        let told = lines.find_map(|line| line.unwrap().strip_prefix("told ").map(str::to_owned)).unwrap();
        Simulator { told: serde_json::from_str(&told).unwrap(), child }
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
    pub keys: SecretStore,
    pub accounts: Vec<AdAccountId>,
    pub path: std::path::PathBuf,
    _dir: TempDir,
}

impl Partner {
    pub async fn new(told: &Told) -> Partner {
        let dir = tempfile::tempdir().unwrap();
        let (file, book) = Folder::at(dir.path()).create("Knorex").unwrap();
        let app = partner::facts::tiktok_app::TiktokApp {
            app_id: told.app_id.clone(),
            api_address: told.api.clone(),
            ..Default::default()
        };
        book.save_tiktok_app(&app).unwrap();
        let (book, keys) =
            (Arc::new(book), SecretStore::new(dir.path().join("keys.age"), Settings::default()));
        keys.keep_in_memory().await;
        keys.put(&secret_key(&book.partner().id), SecretString::from(told.secret.clone())).await.unwrap();
        let app = App { id: told.app_id.clone(), secret: ClientSecret::new(told.secret.clone()) };
        let client = Client::new(unlimited(Options::new(told.api.parse().unwrap(), "Bench/1"))).unwrap();
        let importer = Importer { book: book.clone(), keys: keys.clone(), client, app };
        let fetched = importer.fetch(AccessToken::new(told.token.clone()), |_| {}).await.unwrap();
        let report = importer.save(fetched, None).await.unwrap();
        let accounts = report.added.into_iter().map(|account| AdAccountId(account.id)).collect();
        let path = dir.path().join("partners").join(file);
        Partner { book, keys, accounts, path, _dir: dir }
    }
}

impl Partner {
    /// How many objects of a kind the book has of an ad account.
    pub fn count(&self, account: &AdAccountId, kind: &str) -> u32 {
        let book = rusqlite::Connection::open(&self.path).unwrap();
        let sql = format!("SELECT count(*) FROM {kind} WHERE account_id = ?");
        book.query_row(&sql, [account], |row| row.get(0)).unwrap()
    }
}

pub fn unlimited(options: Options) -> Options {
    Options { limits: Limits::new(Quota::UNLIMITED), ..options }
}
