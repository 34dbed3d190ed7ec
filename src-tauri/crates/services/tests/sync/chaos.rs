//! Syncs ad accounts with random faults and false responses, while the process is killed repeatedly.

use std::collections::HashSet;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use partner::Folder;
use partner::decisions::{
    AccountPair, Action, AddToDirectory, AllocateAccounts, AllocateCampaigns, Change, NewAdvertiser,
    NewXpoAccount, XpoState,
};
use partner::ids::{AdAccountId, AdvertiserId, CampaignId, XpoAccountId};
use partner::sync_jobs::job::{JobKind, JobState, Requested};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use services::problem::ProblemCode;
use services::secrets::{Origin, SecretStore, SecretString, Settings};
use services::sync::{DeviceState, Setup, SyncEvent, Syncs};
use services::tiktok::credentials::token_key;
use tiktok_business::{Clock, Options, RateLimiter, RetryPolicy, Sleep};
use tiktok_sandbox::{Chaos, ObjectKind, Sizes};

use crate::fixture::{Fixture, assert_equal, small};

const KINDS: [JobKind; 2] = [JobKind::Account, JobKind::Audiences];

/// The arguments of the child process.
#[derive(Serialize, Deserialize)]
struct Arguments {
    folder: PathBuf,
    file: String,
    token: (String, String),
    /// Every ad account has to be synced by a job with a higher id.
    after: i64,
}

const VARIABLE: &str = "XPO_ADMIN_CHAOS";

/// A clock that runs [`SPEED`] times faster than real time.
#[derive(Debug)]
struct FastClock(Instant, Timestamp);

const SPEED: u32 = 200;

impl Clock for FastClock {
    fn now(&self) -> Timestamp {
        self.1 + self.elapsed()
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed() * SPEED
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(duration / SPEED))
    }
}

/// One run: what `seed` makes of faults, kills and changes.
struct Run {
    seed: u64,
    accounts: usize,
    /// How often the process is killed in each of the two rounds.
    kills: u32,
    /// The number of requests that a process makes before it is killed. A round needs more than all of them together.
    lifetime: Range<u64>,
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_6_faults_and_kills_leave_the_book_equal_to_tiktok_and_decisions_unchanged() {
    let deleted = Run { seed: 7, accounts: 200, kills: 6, lifetime: 0..330 }.execute().await;
    assert!(deleted > 20, "{deleted}");
}

/// With `CHAOS_SECONDS=N`, fresh seeds follow for N seconds, from `CHAOS_SEED` if that is set.
#[tokio::test(flavor = "multi_thread")]
async fn invariant_6_holds_for_a_dozen_seeds() {
    let run = |seed| Run { seed, accounts: 15, kills: 2, lifetime: 0..60 }.execute();
    for seed in 100..112 {
        run(seed).await;
    }

    let variable = |name| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let end = Instant::now() + Duration::from_secs(variable("CHAOS_SECONDS").unwrap_or(0));
    let first = variable("CHAOS_SEED").unwrap_or(u64::from(std::process::id()) << 32);
    let mut runs = 0;
    while Instant::now() < end {
        println!("chaos: seed {}", first + runs);
        run(first + runs).await;
        runs += 1;
    }
    println!("chaos: {runs} fresh seeds");
}

impl Run {
    /// Returns the number of audiences that were deleted on TikTok.
    async fn execute(self) -> u32 {
        let sizes = Sizes::each(6, 9, 14, 130);
        let options = tiktok_sandbox::Options { users: 1, accounts: self.accounts, sizes, ..small() };
        let fixture = Fixture::new(options).await;
        let accounts = fixture.accounts();
        assert_eq!(accounts.len(), self.accounts);
        let user = fixture.sandbox.users()[0].id.clone();
        let token = fixture.sandbox.authorize(&user).unwrap();
        let (sandbox, dir, file) = fixture.close().await;
        let path = dir.path().join("partners").join(&file);
        let mut arguments = Arguments { folder: dir.path().to_owned(), file, token: (user, token), after: 0 };
        let mut random = Random(self.seed);

        let mut decisions = String::new();
        for round in 0..2 {
            let seed = self.seed * 2 + round;
            sandbox.set_chaos(Some(Chaos { seed, percent: 15, delay_ms: 3, hangs: true, wrong_data: true }));
            for _ in 0..self.kills {
                let lifetime = self.lifetime.start + random.below(self.lifetime.end - self.lifetime.start);
                let end = sandbox.request_count() + lifetime;
                let mut child = start(&arguments);
                while sandbox.request_count() < end {
                    let ended = child.try_wait().unwrap();
                    assert_eq!(ended, None, "seed {}: ended after {lifetime} requests", self.seed);
                    std::thread::sleep(Duration::from_micros(random.below(5_000)));
                }
                child.kill().unwrap();
                child.wait().unwrap();
            }
            assert!(start(&arguments).wait().unwrap().success(), "seed {}", self.seed);
            let book = Connection::open(&path).unwrap();
            assert_equal(&sandbox, &book, &accounts, &ObjectKind::ALL);
            let count = |sql: &str| -> i64 { book.query_row(sql, [], |row| row.get(0)).unwrap() };
            assert_eq!(count("SELECT count(*) FROM sync_job WHERE ended_at IS NULL"), 0);
            assert_eq!(count("SELECT count(*) FROM sync_page"), 0);
            arguments.after = count("SELECT max(id) FROM sync_job");
            drop(book);
            let book = Folder::at(&arguments.folder).open(&arguments.file).unwrap();
            if round == 0 {
                allocate(&book, &accounts);
                decisions = book.decisions().unwrap();
                sandbox.set_chaos(None);
                change(&sandbox, &accounts, &mut random);
            }
            assert_eq!(book.decisions().unwrap(), decisions, "invariant 6");
        }
        let book = Connection::open(&path).unwrap();
        let deleted = "SELECT count(*) FROM audience WHERE deleted_on_tiktok";
        book.query_row(deleted, [], |row| row.get(0)).unwrap()
    }
}

fn start(arguments: &Arguments) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "chaos::child_process", "--ignored", "--nocapture"])
        .env(VARIABLE, serde_json::to_string(arguments).unwrap())
        .stdout(Stdio::inherit())
        .spawn()
        .unwrap()
}

/// Runs the process that is killed. This is not a test. It syncs all ad accounts and retries the jobs that do not succeed.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "started by the test above"]
async fn child_process() {
    let arguments: Arguments = serde_json::from_str(&std::env::var(VARIABLE).unwrap()).unwrap();
    let book = Arc::new(Folder::at(&arguments.folder).open(&arguments.file).unwrap());
    let secrets = SecretStore::new(arguments.folder.join("secrets.age"), Settings::default());
    secrets.keep_in_memory().await;
    let (user, token) = arguments.token;
    let origin = Origin::of(&book.tiktok_app().unwrap().api_address.parse().unwrap());
    let token = SecretString::from(token);
    secrets.put_for(&origin, &token_key(&book.partner().id, &user), &token).await.unwrap();
    let (sender, mut ended) = tokio::sync::mpsc::unbounded_channel();
    let observer = Arc::new(move |event| {
        if let SyncEvent::Ended { sync, .. } = event {
            sender.send(sync).ok();
        }
    });
    let clock = Arc::new(FastClock(Instant::now(), Timestamp::now()));
    let rate_limiter = RateLimiter::new(None, clock.clone());
    let retries = RetryPolicy {
        max_retries: 3,
        initial_delay: Duration::from_secs(1),
        max_elapsed: Duration::from_secs(900),
    };
    let setup = Setup {
        clock,
        configure_client: Arc::new(move |options| Options {
            read_timeout: Duration::from_millis(400),
            rate_limiter: rate_limiter.clone(),
            retries,
            ..options
        }),
        read_device_state: Arc::new(DeviceState::default),
        ..Setup::new(book.clone(), secrets, "Chaos/1")
    };
    let syncs = Syncs::start(setup, observer).await.unwrap();
    let path = arguments.folder.join("partners").join(&arguments.file);
    let mut remaining = HashSet::new();
    let ids = |requested: Requested| requested.queued.into_iter().chain(requested.running).map(|job| job.id);
    for kind in KINDS {
        let missing = missing(&path, kind, arguments.after);
        remaining.extend(ids(syncs.request(kind, missing).await.unwrap()));
    }
    while !remaining.is_empty() {
        let sync = ended.recv().await.unwrap();
        // Others ended before they were requested.
        if !remaining.remove(&sync.job.id) {
            continue;
        }
        match sync.job.state {
            JobState::Done => {}
            // No fault takes access away, so a retry would fail forever.
            JobState::Failed
                if sync.problem.as_ref().is_some_and(|why| why.code == ProblemCode::AccountLost) =>
            {
                panic!("{sync:#?}")
            }
            _ => remaining.extend(ids(syncs.retry(sync.job.id).await.unwrap())),
        }
    }
    syncs.stop().await.unwrap();
}

/// Returns the ad accounts without a successful job after `after`, or with an unfinished job.
fn missing(path: &Path, kind: JobKind, after: i64) -> Vec<AdAccountId> {
    let book = Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut missing = book
        .prepare(
            "SELECT id FROM ad_account a WHERE NOT EXISTS (SELECT 1 FROM sync_job j
             WHERE j.account_id = a.id AND j.kind = ?1 AND j.state = 'done' AND j.id > ?2)
             OR EXISTS (SELECT 1 FROM sync_job j
                        WHERE j.account_id = a.id AND j.kind = ?1 AND j.ended_at IS NULL)",
        )
        .unwrap();
    let ids = missing.query_map(rusqlite::params![kind.as_str(), after], |row| row.get(0)).unwrap();
    ids.collect::<Result<_, _>>().unwrap()
}

/// Allocates some ad accounts and their campaigns.
fn allocate(book: &partner::Book, accounts: &[AdAccountId]) {
    let xpo = XpoAccountId("00000000-0000-7000-8000-000000000001".into());
    let brand = AdvertiserId("00000000-0000-7000-9000-000000000001".into());
    let pair = |account: &AdAccountId| AccountPair { ad_account: account.clone(), advertiser: brand.clone() };
    let account = NewXpoAccount { id: xpo.clone(), name: "Client".into(), state: XpoState::Active };
    let advertiser = NewAdvertiser { id: brand.clone(), xpo_account: xpo, name: "Brand".into() };
    let campaigns: Vec<CampaignId> = {
        let query = partner::queries::campaigns::CampaignQuery {
            of: partner::queries::campaigns::CampaignsOf::AdAccount { ad_account: accounts[0].clone() },
            search: String::new(),
            sort: partner::queries::campaigns::CampaignSort::Id,
            descending: false,
            statuses: Vec::new(),
            objectives: Vec::new(),
            initialized: None,
        };
        book.ids(&query).unwrap()
    };
    for action in [
        Action::AddToDirectory(AddToDirectory { accounts: vec![account], advertisers: vec![advertiser] }),
        Action::AllocateAccounts(AllocateAccounts {
            allocate: accounts[..accounts.len() / 4].iter().map(pair).collect(),
            deallocate: Vec::new(),
            modes: Vec::new(),
            default_replacements: Vec::new(),
        }),
        Action::AllocateCampaigns(AllocateCampaigns {
            advertiser: brand.clone(),
            allocate: campaigns,
            deallocate: Vec::new(),
        }),
    ] {
        assert!(book.commit(&Change::now("ana", action)).unwrap().entry.is_some());
    }
}

/// Adds, changes and deletes some objects of every kind.
fn change(sandbox: &tiktok_sandbox::Sandbox, accounts: &[AdAccountId], random: &mut Random) {
    use tiktok_sandbox::Change;
    for account in accounts {
        let account = account.as_str();
        for kind in ObjectKind::ALL {
            let ids: Vec<String> = sandbox.snapshot(account, kind).unwrap().map(|fact| fact.id).collect();
            let id = ids[random.below(ids.len() as u64) as usize].clone();
            let change = match random.below(8) {
                0 => Change::add(kind, 3, serde_json::json!({})),
                1 => Change::set(kind, id, serde_json::json!({ kind.name_field(): "Renamed" })),
                2 => Change::delete(kind, id),
                3 => Change::remove(kind, id),
                _ => continue,
            };
            sandbox.change(account, change).unwrap();
        }
    }
}

/// A pseudorandom sequence that is the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}
