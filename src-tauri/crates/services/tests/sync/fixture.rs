//! A partner whose TikTok is a simulator, and its syncs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use partner::ids::AdAccountId;
use partner::queries::syncs::SyncQuery;
use partner::sync_jobs::job::{JobKind, JobState};
use partner::{Book, Folder};
use rusqlite::Connection;
use services::secrets::{Keys, SecretString, Settings};
use services::sync::{Activity, Setup, Surroundings, SyncEvent, Syncs};
use services::tiktok::import::{Importer, secret_key};
use tempfile::TempDir;
use tiktok_business::{AccessToken, App, Client, ClientSecret, Limits, Options, Quota, Retries};
use tiktok_sandbox::{Fault, ObjectKind, Options as World, Sandbox, Sizes, Times};

use crate::clock::TestClock;

pub struct Fixture {
    pub sandbox: Sandbox,
    pub book: Arc<Book>,
    pub keys: Keys,
    pub clock: TestClock,
    pub syncs: Option<Syncs>,
    pub events: Arc<Mutex<Vec<SyncEvent>>>,
    pub surroundings: Arc<Mutex<Surroundings>>,
    /// Whether the client keeps TikTok's limits of its own accord.
    pub tune: Arc<dyn Fn(Options) -> Options + Send + Sync>,
    file: std::path::PathBuf,
    _dir: TempDir,
}

/// Few accounts with little in them, and no limits.
pub fn small() -> World {
    World { users: 2, accounts: 3, qps: Some(0), sizes: Sizes::each(30, 50, 80, 20), ..World::default() }
}

impl Fixture {
    /// With all that the simulator's first user reaches; syncs run.
    pub async fn new(world: World) -> Fixture {
        let sandbox = Sandbox::start(world).await.unwrap();
        let dir = tempfile::tempdir().unwrap();
        let (file, book) = Folder::at(dir.path()).create("Knorex").unwrap();
        let file = dir.path().join("partners").join(file);
        let keys = Keys::new(dir.path().join("keys.age"), Settings::default());
        keys.keep_for_this_run().await;
        let app = partner::facts::tiktok_app::TiktokApp {
            app_id: sandbox.app_id().to_owned(),
            api_address: sandbox.api_address(),
            ..Default::default()
        };
        book.save_tiktok_app(&app).unwrap();
        keys.put(&secret_key(&book.partner().id), SecretString::from(sandbox.secret())).await.unwrap();
        let clock = TestClock::new();
        let mut fixture = Fixture {
            sandbox,
            book: Arc::new(book),
            keys,
            syncs: None,
            events: Arc::default(),
            surroundings: Arc::default(),
            tune: unlimited(&clock),
            clock,
            file,
            _dir: dir,
        };
        fixture.import(0).await;
        fixture.start().await;
        fixture
    }

    /// User number `n` logs in.
    pub async fn import(&self, n: usize) {
        let user = self.sandbox.users()[n].id.clone();
        let token = AccessToken::new(self.sandbox.authorize(&user).unwrap());
        let app =
            App { id: self.sandbox.app_id().into(), secret: ClientSecret::new(self.sandbox.secret().into()) };
        let options = Options::new(self.sandbox.api_address().parse().unwrap(), "Test/1");
        let client = Client::new((self.tune)(options)).unwrap();
        let importer = Importer { book: self.book.clone(), keys: self.keys.clone(), client, app };
        let fetched = importer.fetch(token, |_| {}).await.unwrap();
        importer.save(fetched, None).await.unwrap();
    }

    pub async fn start(&mut self) {
        let events = self.events.clone();
        let surroundings = self.surroundings.clone();
        let setup = Setup {
            clock: Arc::new(self.clock.clone()),
            tune: self.tune.clone(),
            surroundings: Arc::new(move || *surroundings.lock().unwrap()),
            ..Setup::new(self.book.clone(), self.keys.clone(), "Test/1")
        };
        let observer = Arc::new(move |event| events.lock().unwrap().push(event));
        self.syncs = Some(Syncs::start(setup, observer).await.unwrap());
    }

    pub fn syncs(&self) -> &Syncs {
        self.syncs.as_ref().unwrap()
    }

    pub async fn stop(&mut self) {
        self.syncs.take().unwrap().stop().await.unwrap();
    }

    /// The ad accounts of the book.
    pub fn accounts(&self) -> Vec<AdAccountId> {
        let book = self.sql();
        let mut all = book.prepare("SELECT id FROM ad_account ORDER BY id").unwrap();
        let ids = all.query_map([], |row| row.get(0)).unwrap();
        ids.collect::<Result<_, _>>().unwrap()
    }

    pub fn account(&self) -> AdAccountId {
        self.accounts().remove(0)
    }

    pub async fn ask(&self, kind: JobKind, accounts: &[AdAccountId]) -> Vec<i64> {
        let asked = self.syncs().request(kind, accounts.to_vec()).await.unwrap();
        asked.queued.iter().map(|job| job.id).collect()
    }

    /// A sync of one ad account, to its end.
    pub async fn sync(&self, kind: JobKind, account: &AdAccountId) -> Activity {
        let job = self.ask(kind, std::slice::from_ref(account)).await[0];
        self.ended(job).await
    }

    pub fn job(&self, id: i64) -> Activity {
        Activity::from(self.book.rows::<SyncQuery>(&[id]).unwrap().remove(0))
    }

    pub async fn ended(&self, id: i64) -> Activity {
        self.until(id, |sync| !matches!(sync.job.state, JobState::Queued | JobState::Running)).await
    }

    /// The job, once that is so.
    pub async fn until(&self, id: i64, is_so: impl Fn(&Activity) -> bool) -> Activity {
        let mut last = None;
        let started = Instant::now();
        loop {
            let job = self.job(id);
            if is_so(&job) {
                return job;
            }
            assert!(started.elapsed() < Duration::from_secs(30), "in vain: {last:#?}");
            last = Some(job);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    pub fn fault(&self, endpoint: &str, times: Times, fault: Fault) {
        self.sandbox.inject_fault(Fault { endpoint: endpoint.into(), times, ..fault });
    }

    /// An order of the simulator's that only its HTTP door takes.
    pub async fn control(&self, path: &str, body: serde_json::Value) {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let url = format!("{}/sandbox/{path}", self.sandbox.address());
        let answer = http.post(url).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}");
    }

    /// User number `n` reaches the ad account too.
    pub async fn share(&self, n: usize, account: &AdAccountId) {
        let user = self.sandbox.users()[n].id.clone();
        self.control(&format!("users/{user}/accounts"), serde_json::json!({ "gain": [account] })).await;
    }

    /// A connection that only reads.
    pub fn sql(&self) -> Connection {
        Connection::open_with_flags(&self.file, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
    }

    /// That the book has what the simulator has of these kinds.
    pub fn assert_equal(&self, accounts: &[AdAccountId], kinds: &[ObjectKind]) {
        assert_equal(&self.sandbox, &self.sql(), accounts, kinds);
    }

    /// The simulator, and the book, closed: its folder and its file.
    pub async fn close(mut self) -> (Sandbox, TempDir, String) {
        self.stop().await;
        let Fixture { sandbox, book, file, _dir: dir, .. } = self;
        assert_eq!(Arc::strong_count(&book), 1, "nothing holds the book once the syncs are stopped");
        (sandbox, dir, file.file_name().unwrap().to_str().unwrap().to_owned())
    }
}

/// That the book has what the simulator has of these kinds: the same objects, and the same texts about each.
pub fn assert_equal(sandbox: &Sandbox, book: &Connection, accounts: &[AdAccountId], kinds: &[ObjectKind]) {
    for account in accounts {
        for &kind in kinds {
            let (ours, theirs) = (held(book, account, kind), truth(sandbox, account, kind));
            let ids = |objects: &BTreeMap<String, serde_json::Value>| -> BTreeSet<String> {
                objects.keys().cloned().collect()
            };
            assert_eq!(ids(&ours), ids(&theirs), "{account} {kind:?}");
            for (id, row) in theirs {
                assert_eq!(ours[&id], row, "{account} {kind:?} {id}");
            }
        }
    }
}

/// What the book says of objects that are not deleted, by id.
fn held(book: &Connection, account: &AdAccountId, kind: ObjectKind) -> BTreeMap<String, serde_json::Value> {
    let table = ["campaign", "ad_group", "ad", "audience"][kind as usize];
    let mut statement = book
        .prepare(&format!(
            "SELECT o.id, d.packed FROM {table} o LEFT JOIN details d
             ON d.kind = '{table}' AND d.account_id = o.account_id AND d.id = o.id
             WHERE o.account_id = ? AND NOT o.deleted_on_tiktok"
        ))
        .unwrap();
    let rows = statement
        .query_map([account], |row| {
            let json = partner::facts::raw_json::unpack(row.get_ref(1)?.as_blob()?).unwrap();
            Ok((row.get(0)?, serde_json::from_str(&json).unwrap()))
        })
        .unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

/// What a listing of everything gives, by id, without nulls.
fn truth(sandbox: &Sandbox, account: &AdAccountId, kind: ObjectKind) -> BTreeMap<String, serde_json::Value> {
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

/// No limits of our own, and no patience.
pub fn unlimited(clock: &TestClock) -> Arc<dyn Fn(Options) -> Options + Send + Sync> {
    let clock = clock.clone();
    Arc::new(move |options| Options {
        retries: Retries { most: 2, pause: Duration::ZERO, budget: Duration::from_secs(5) },
        limits: Limits::with_clock(Quota::UNLIMITED, Arc::new(clock.clone())),
        ..options
    })
}

/// The same, and nothing is asked again.
pub fn impatient(clock: &TestClock) -> Arc<dyn Fn(Options) -> Options + Send + Sync> {
    let tune = unlimited(clock);
    let retries = Retries { most: 0, pause: Duration::ZERO, budget: Duration::ZERO };
    Arc::new(move |options| Options { retries, ..tune(options) })
}

/// What `look` finds, as soon as it finds it.
pub async fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(started.elapsed() < Duration::from_secs(30), "in vain: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
