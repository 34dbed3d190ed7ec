//! Two hundred ad accounts on the worst of days: faults and lies by chance, and a program that is killed again and again.

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
use partner::sync_jobs::job::{JobKind, JobState};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use services::problem::ProblemCode;
use services::secrets::{Keys, SecretString, Settings};
use services::sync::{Setup, Surroundings, SyncEvent, Syncs};
use services::tiktok::import::token_key;
use tiktok_business::{Clock, Limits, Options, Quota, Retries, Sleep};
use tiktok_sandbox::{Chaos, ObjectKind, Sizes};

use crate::fixture::{Fixture, assert_equal, small};

const ACCOUNTS: usize = 200;
const KINDS: [JobKind; 2] = [JobKind::Account, JobKind::Audiences];

/// What the program that is killed is told.
#[derive(Serialize, Deserialize)]
struct Order {
    folder: PathBuf,
    file: String,
    token: (String, String),
    /// Every ad account has to be synced by a job later than this.
    after: i64,
}

const VARIABLE: &str = "XPO_ADMIN_CHAOS";

/// A clock on which a minute takes a fraction of a second.
#[derive(Debug)]
struct FastClock(Instant, Timestamp);

const FASTER: u32 = 200;

impl Clock for FastClock {
    fn now(&self) -> Timestamp {
        self.1 + self.elapsed()
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed() * FASTER
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(duration / FASTER))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_6_after_faults_lies_and_kills_the_book_is_what_tiktok_has_and_no_decision_changed() {
    let sizes = Sizes::each(6, 9, 14, 130);
    let world = tiktok_sandbox::Options { users: 1, accounts: ACCOUNTS, sizes, ..small() };
    let fixture = Fixture::new(world).await;
    let accounts = fixture.accounts();
    assert_eq!(accounts.len(), ACCOUNTS);
    let user = fixture.sandbox.users()[0].id.clone();
    let token = fixture.sandbox.authorize(&user).unwrap();
    let (sandbox, dir, file) = fixture.close().await;
    let path = dir.path().join("partners").join(&file);
    let mut order = Order { folder: dir.path().to_owned(), file, token: (user, token), after: 0 };
    let mut chance = Chance(7);

    let mut decided = String::new();
    for round in 0..2 {
        let chaos = Chaos { seed: round + 1, percent: 15, delay_ms: 3, hangs: true, lies: true };
        sandbox.set_chaos(Some(chaos));
        let mut kills = 0;
        loop {
            let mut program = start(&order);
            // In the first second or two of its life, or, after enough of that, not any more.
            let life = Duration::from_millis(300 + chance.below(1_200));
            if kills < 6 && !ends_within(&mut program, life) {
                program.kill().unwrap();
                program.wait().unwrap();
                kills += 1;
                continue;
            }
            assert!(program.wait().unwrap().success());
            break;
        }
        assert!(kills >= 3, "it was over before it could be killed");
        let book = Connection::open(&path).unwrap();
        assert_equal(&sandbox, &book, &accounts, &ObjectKind::ALL);
        let count = |sql: &str| -> i64 { book.query_row(sql, [], |row| row.get(0)).unwrap() };
        assert_eq!(count("SELECT count(*) FROM sync_job WHERE ended_at IS NULL"), 0);
        assert_eq!(count("SELECT count(*) FROM sync_page"), 0);
        order.after = count("SELECT max(id) FROM sync_job");
        drop(book);
        let book = Folder::at(&order.folder).open(&order.file).unwrap();
        if round == 0 {
            decide(&book, &accounts);
            decided = book.decisions().unwrap();
            sandbox.set_chaos(None);
            change(&sandbox, &accounts, &mut chance);
        }
        assert_eq!(book.decisions().unwrap(), decided, "invariant 6");
    }
    let book = Connection::open(&path).unwrap();
    let deleted: u32 = book
        .query_row("SELECT count(*) FROM audience WHERE deleted_on_tiktok", [], |row| row.get(0))
        .unwrap();
    assert!(deleted > 20, "{deleted}");
}

fn start(order: &Order) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "chaos::the_program_that_is_killed", "--ignored"])
        .env(VARIABLE, serde_json::to_string(order).unwrap())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

fn ends_within(program: &mut Child, life: Duration) -> bool {
    let until = Instant::now() + life;
    while Instant::now() < until {
        if program.try_wait().unwrap().is_some() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    false
}

/// Not a test: what is killed. Syncs all ad accounts, asking again for what did not come to a good end.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "is started by the test of chaos"]
async fn the_program_that_is_killed() {
    let order: Order = serde_json::from_str(&std::env::var(VARIABLE).unwrap()).unwrap();
    let book = Arc::new(Folder::at(&order.folder).open(&order.file).unwrap());
    let keys = Keys::new(order.folder.join("keys.age"), Settings::default());
    keys.keep_for_this_run().await;
    let (user, token) = order.token;
    keys.put(&token_key(&book.partner().id, &user), SecretString::from(token)).await.unwrap();
    let (tell, mut ended) = tokio::sync::mpsc::unbounded_channel();
    let observer = Arc::new(move |event| {
        if let SyncEvent::Ended { sync } = event {
            tell.send(sync).ok();
        }
    });
    let clock = Arc::new(FastClock(Instant::now(), Timestamp::now()));
    let limits = Limits::with_clock(Quota::UNLIMITED, clock.clone());
    let retries = Retries { most: 3, pause: Duration::from_secs(1), budget: Duration::from_secs(900) };
    let setup = Setup {
        clock,
        tune: Arc::new(move |options| Options {
            silence_timeout: Duration::from_millis(400),
            limits: limits.clone(),
            retries,
            ..options
        }),
        surroundings: Arc::new(Surroundings::default),
        ..Setup::new(book.clone(), keys, "Chaos/1")
    };
    let syncs = Syncs::start(setup, observer).await.unwrap();
    let path = order.folder.join("partners").join(&order.file);
    let mut left = 0;
    for kind in KINDS {
        let missing = missing(&path, kind, order.after);
        left += missing.len();
        syncs.request(kind, missing).await.unwrap();
    }
    while left > 0 {
        let sync = ended.recv().await.unwrap();
        match sync.job.state {
            JobState::Done => left -= 1,
            // Nobody lost anything today; to ask again would go on for ever.
            JobState::Failed
                if sync.problem.as_ref().is_some_and(|why| why.code == ProblemCode::AccountLost) =>
            {
                panic!("{sync:#?}")
            }
            _ => drop(syncs.retry(sync.job.id).await.unwrap()),
        }
    }
    syncs.stop().await.unwrap();
}

/// Ad accounts that no job after `after` has synced with everything.
fn missing(path: &Path, kind: JobKind, after: i64) -> Vec<AdAccountId> {
    let book = Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut missing = book
        .prepare(
            "SELECT id FROM ad_account a WHERE NOT EXISTS (SELECT 1 FROM sync_job j
             WHERE j.account_id = a.id AND j.kind = ? AND j.state = 'done' AND j.id > ?)",
        )
        .unwrap();
    let ids = missing.query_map(rusqlite::params![kind.as_str(), after], |row| row.get(0)).unwrap();
    ids.collect::<Result<_, _>>().unwrap()
}

/// Hand a few ad accounts and their campaigns out.
fn decide(book: &partner::Book, accounts: &[AdAccountId]) {
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
            allocate: accounts[..50].iter().map(pair).collect(),
            deallocate: Vec::new(),
            modes: Vec::new(),
            hand_overs: Vec::new(),
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

/// Some of everything comes, changes and goes.
fn change(sandbox: &tiktok_sandbox::Sandbox, accounts: &[AdAccountId], chance: &mut Chance) {
    use tiktok_sandbox::Change;
    for account in accounts {
        let account = account.as_str();
        for kind in ObjectKind::ALL {
            let ids: Vec<String> = sandbox.snapshot(account, kind).unwrap().map(|fact| fact.id).collect();
            let id = ids[chance.below(ids.len() as u64) as usize].clone();
            let some = match chance.below(8) {
                0 => Change::add(kind, 3, serde_json::json!({})),
                1 => Change::set(kind, id, serde_json::json!({ kind.name_field(): "Renamed" })),
                2 => Change::delete(kind, id),
                3 => Change::vanish(kind, id),
                _ => continue,
            };
            sandbox.change(account, some).unwrap();
        }
    }
}

/// The same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}
