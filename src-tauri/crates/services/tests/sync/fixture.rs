//! A partner whose TikTok is the simulator, with running syncs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use partner::facts::raw_json::Decompressors;
use partner::ids::AdAccountId;
use partner::queries::syncs::SyncQuery;
use partner::sync_jobs::job::{JobKind, JobState};
use partner::{Book, Folder};
use rusqlite::Connection;
use services::secrets::{Origin, SecretStore, SecretString, Settings};
use services::sync::{Activity, ConfigureClient, DeviceState, Setup, SyncEvent, Syncs};
use services::tiktok::credentials::{app_secret_key, token_key};
use services::tiktok::import::Importer;
use tempfile::TempDir;
use tiktok_business::{AccessToken, App, Client, ClientSecret, Options, RateLimiter, RetryPolicy};
use tiktok_sandbox::{Fault, ObjectKind, Options as SandboxOptions, Sandbox, Sizes, Times};

use crate::clock::TestClock;

pub struct Fixture {
    pub sandbox: Sandbox,
    pub book: Arc<Book>,
    pub secrets: SecretStore,
    pub clock: TestClock,
    pub syncs: Option<Syncs>,
    pub events: Arc<Mutex<Vec<SyncEvent>>>,
    /// Set to panic at the next event that a sign-in is required.
    pub panic_at_sign_in: Arc<AtomicBool>,
    pub device_state: Arc<Mutex<DeviceState>>,
    pub configure_client: ConfigureClient,
    file: std::path::PathBuf,
    _dir: TempDir,
}

/// Returns a few small accounts, without rate limits.
pub fn small() -> SandboxOptions {
    SandboxOptions {
        users: 2,
        accounts: 3,
        qps: Some(0),
        hostile_names: true,
        sizes: Sizes::each(30, 50, 80, 20),
        ..SandboxOptions::default()
    }
}

impl Fixture {
    /// Imports the simulator's first user and starts the syncs.
    pub async fn new(options: SandboxOptions) -> Fixture {
        let sandbox = Sandbox::start(options).await.unwrap();
        let dir = tempfile::tempdir().unwrap();
        let (file, book) = Folder::at(dir.path()).create("Knorex").unwrap();
        let file = dir.path().join("partners").join(file);
        let settings = Settings { scrypt_log_n: 1, ..Settings::default() };
        let secrets = SecretStore::new(dir.path().join("secrets.age"), settings);
        secrets.keep_in_memory().await;
        let app = partner::facts::tiktok_app::TiktokApp {
            app_id: sandbox.app_id().to_owned(),
            api_address: sandbox.api_address(),
            ..Default::default()
        };
        book.save_tiktok_app(&app).unwrap();
        let origin = Origin::of(&app.api_address.parse().unwrap());
        let secret = SecretString::from(sandbox.secret());
        secrets.put_for(&origin, &app_secret_key(&book.partner().id), &secret).await.unwrap();
        let clock = TestClock::new();
        let mut fixture = Fixture {
            sandbox,
            book: Arc::new(book),
            secrets,
            syncs: None,
            events: Arc::default(),
            panic_at_sign_in: Arc::default(),
            device_state: Arc::default(),
            configure_client: without_rate_limits(&clock),
            clock,
            file,
            _dir: dir,
        };
        fixture.import(0).await;
        fixture.start().await;
        fixture
    }

    /// An importer for the API address in the book.
    pub fn importer(&self) -> Importer {
        let app =
            App { id: self.sandbox.app_id().into(), secret: ClientSecret::new(self.sandbox.secret().into()) };
        let api = self.book.tiktok_app().unwrap().api_address.parse().unwrap();
        let client = Client::new((self.configure_client)(Options::new(api, "Test/1"))).unwrap();
        Importer { book: self.book.clone(), secrets: self.secrets.clone(), client, app }
    }

    /// Signs user number `n` in and imports its ad accounts.
    pub async fn import(&self, n: usize) {
        let user = self.sandbox.users()[n].id.clone();
        let token = AccessToken::new(self.sandbox.authorize(&user).unwrap());
        let importer = self.importer();
        let fetched = importer.fetch(token, |_| {}).await.unwrap();
        importer.save(fetched, None).await.unwrap();
    }

    pub async fn start(&mut self) {
        let events = self.events.clone();
        let device_state = self.device_state.clone();
        let setup = Setup {
            clock: Arc::new(self.clock.clone()),
            configure_client: self.configure_client.clone(),
            read_device_state: Arc::new(move || *device_state.lock().unwrap()),
            ..Setup::new(self.book.clone(), self.secrets.clone(), "Test/1")
        };
        let panic_at_sign_in = self.panic_at_sign_in.clone();
        let observer = Arc::new(move |event| {
            let sign_in = matches!(event, SyncEvent::SignInRequired { .. });
            assert!(!(sign_in && panic_at_sign_in.swap(false, Ordering::Relaxed)), "as the test demands");
            events.lock().unwrap().push(event);
        });
        self.syncs = Some(Syncs::start(setup, observer).await.unwrap());
    }

    pub fn syncs(&self) -> &Syncs {
        self.syncs.as_ref().unwrap()
    }

    /// Moves the API and the secrets to another address, as if the admin had entered it and the users had signed in there.
    pub async fn set_api_address(&self, address: &str) {
        let app = self.book.tiktok_app().unwrap();
        let origin = |address: &str| Origin::of(&address.parse().unwrap());
        for user in self.book.tiktok_users().unwrap() {
            let key = token_key(&self.book.partner().id, &user.id);
            let token = self.secrets.get_for(&origin(&app.api_address), &key).await.unwrap().unwrap();
            self.secrets.put_for(&origin(address), &key, &token).await.unwrap();
        }
        let key = app_secret_key(&self.book.partner().id);
        let secret = self.secrets.get_for(&origin(&app.api_address), &key).await.unwrap().unwrap();
        self.secrets.put_for(&origin(address), &key, &secret).await.unwrap();
        let app = partner::facts::tiktok_app::TiktokApp { api_address: address.into(), ..app };
        self.book.save_tiktok_app(&app).unwrap();
    }

    /// The file in which the secrets may be encrypted.
    pub fn encrypted_file(&self) -> std::path::PathBuf {
        self._dir.path().join("secrets.age")
    }

    pub async fn stop(&mut self) {
        self.syncs.take().unwrap().stop().await.unwrap();
    }

    pub fn accounts(&self) -> Vec<AdAccountId> {
        let book = self.sql();
        let mut all = book.prepare("SELECT id FROM ad_account ORDER BY id").unwrap();
        let ids = all.query_map([], |row| row.get(0)).unwrap();
        ids.collect::<Result<_, _>>().unwrap()
    }

    pub fn account(&self) -> AdAccountId {
        self.accounts().remove(0)
    }

    pub async fn request(&self, kind: JobKind, accounts: &[AdAccountId]) -> Vec<i64> {
        let requested = self.syncs().request(kind, accounts.to_vec()).await.unwrap();
        requested.queued.iter().map(|job| job.id).collect()
    }

    /// Requests a sync of one ad account and waits until it ends.
    pub async fn sync(&self, kind: JobKind, account: &AdAccountId) -> Activity {
        let job = self.request(kind, std::slice::from_ref(account)).await[0];
        self.ended(job).await
    }

    pub fn job(&self, id: i64) -> Activity {
        Activity::from(self.book.rows::<SyncQuery>(&[id]).unwrap().remove(0))
    }

    pub async fn ended(&self, id: i64) -> Activity {
        self.until(id, |sync| !matches!(sync.job.state, JobState::Queued | JobState::Running)).await
    }

    /// Waits until the job satisfies `condition`.
    pub async fn until(&self, id: i64, condition: impl Fn(&Activity) -> bool) -> Activity {
        let mut last = None;
        let started = Instant::now();
        loop {
            let job = self.job(id);
            if condition(&job) {
                return job;
            }
            assert!(started.elapsed() < Duration::from_secs(30), "timed out: {last:#?}");
            last = Some(job);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    pub fn fault(&self, endpoint: &str, times: Times, fault: Fault) {
        self.sandbox.inject_fault(Fault { endpoint: endpoint.into(), times, ..fault });
    }

    /// Sends a command that only the simulator's HTTP interface offers.
    pub async fn control(&self, path: &str, body: serde_json::Value) {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let url = format!("{}/sandbox/{path}", self.sandbox.address());
        let response = http.post(url).json(&body).send().await.unwrap();
        assert!(response.status().is_success(), "{path}");
    }

    /// Gives user number `n` access to the ad account.
    pub async fn share(&self, n: usize, account: &AdAccountId) {
        let user = self.sandbox.users()[n].id.clone();
        self.control(&format!("users/{user}/accounts"), serde_json::json!({ "gain": [account] })).await;
    }

    /// Returns a read-only connection to the book.
    pub fn sql(&self) -> Connection {
        Connection::open_with_flags(&self.file, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
    }

    /// A connection that can change the file behind the book's back.
    pub fn writable_sql(&self) -> Connection {
        Connection::open(&self.file).unwrap()
    }

    /// Asserts that the book has the same objects of these kinds as the simulator.
    pub fn assert_equal(&self, accounts: &[AdAccountId], kinds: &[ObjectKind]) {
        assert_equal(&self.sandbox, &self.sql(), accounts, kinds);
    }

    /// Closes the book. Returns the simulator, the book's folder and its file name.
    pub async fn close(mut self) -> (Sandbox, TempDir, String) {
        self.stop().await;
        let Fixture { sandbox, book, file, _dir: dir, .. } = self;
        assert_eq!(Arc::strong_count(&book), 1, "the book is still in use after the syncs were stopped");
        (sandbox, dir, file.file_name().unwrap().to_str().unwrap().to_owned())
    }
}

/// Asserts that the book and the simulator have the same objects of these kinds, with the same JSON.
pub fn assert_equal(sandbox: &Sandbox, book: &Connection, accounts: &[AdAccountId], kinds: &[ObjectKind]) {
    for account in accounts {
        for &kind in kinds {
            let (actual, expected) = (in_book(book, account, kind), in_simulator(sandbox, account, kind));
            let ids = |objects: &BTreeMap<String, serde_json::Value>| -> BTreeSet<String> {
                objects.keys().cloned().collect()
            };
            assert_eq!(ids(&actual), ids(&expected), "{account} {kind:?}");
            for (id, row) in expected {
                assert_eq!(actual[&id], row, "{account} {kind:?} {id}");
            }
        }
    }
}

/// Returns the book's objects that are not deleted on TikTok, by id.
fn in_book(
    book: &Connection,
    account: &AdAccountId,
    kind: ObjectKind,
) -> BTreeMap<String, serde_json::Value> {
    let table = ["campaign", "ad_group", "ad", "audience"][kind as usize];
    let mut statement = book
        .prepare(&format!(
            "SELECT CAST(id AS TEXT), raw_json FROM {table} WHERE account_id = ? AND NOT deleted_on_tiktok"
        ))
        .unwrap();
    let mut decompressors = Decompressors::new(book).unwrap();
    let rows = statement
        .query_map([account], |row| {
            let json = decompressors.decompress(row.get_ref(1)?.as_blob()?).unwrap();
            Ok((row.get(0)?, serde_json::from_str(&json).unwrap()))
        })
        .unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

/// Returns the objects that a complete listing returns, by id, without null fields.
fn in_simulator(
    sandbox: &Sandbox,
    account: &AdAccountId,
    kind: ObjectKind,
) -> BTreeMap<String, serde_json::Value> {
    let facts = sandbox.snapshot(account.as_str(), kind).unwrap();
    let listed =
        facts.filter(|fact| fact.origin != "PROMOTE" && (kind != ObjectKind::Audience || fact.listed));
    let row = |fact: tiktok_sandbox::SnapshotObject| {
        let mut row = fact.row();
        if kind != ObjectKind::Audience {
            row.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        }
        (fact.id, row)
    };
    listed.map(row).collect()
}

/// Disables the client's rate limits and its delays between retries.
pub fn without_rate_limits(clock: &TestClock) -> ConfigureClient {
    let clock = clock.clone();
    Arc::new(move |options| Options {
        retries: RetryPolicy {
            max_retries: 2,
            initial_delay: Duration::ZERO,
            max_elapsed: Duration::from_secs(5),
        },
        rate_limiter: RateLimiter::new(None, Arc::new(clock.clone())),
        ..options
    })
}

/// Disables the client's rate limits and retries.
pub fn without_retries(clock: &TestClock) -> ConfigureClient {
    let configure = without_rate_limits(clock);
    let retries = RetryPolicy { max_retries: 0, initial_delay: Duration::ZERO, max_elapsed: Duration::ZERO };
    Arc::new(move |options| Options { retries, ..configure(options) })
}

/// Waits until `find` returns a value.
pub async fn until<T>(what: &str, mut find: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = find() {
            return found;
        }
        assert!(started.elapsed() < Duration::from_secs(30), "timed out: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
