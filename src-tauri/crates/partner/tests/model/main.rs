//! Random sequences of changes, undos and syncs, compared with a model of the rules. After each step the invariants hold,
//! preview and commit agree, and a blocked change has not changed the file. `PARTNER_SEQUENCES` sets the number of
//! sequences.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod invariants;
mod model;
#[path = "../common/raw_file.rs"]
mod raw_file;
mod state;
mod steps;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use jiff::Timestamp;
use partner::decisions::{
    AccountPair, Action, AddGoals, AddToDirectory, AllocateAccounts, AllocateCampaigns, Change, GoalKind,
    NewAdvertiser, NewGoal, NewXpoAccount, Outcome, Undo, XpoState,
};
use partner::facts::accounts::{AccountDetails, AccountFacts, AccountResponse, UserFacts};
use partner::facts::objects::{AudienceFacts, CampaignFacts};
use partner::ids::ChangeId;
use partner::{Book, Folder};
use proptest::collection::vec;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use proptest::{prop_assert, prop_assert_eq};

use model::{ANY, Model};
use state::State;
use steps::{ACCOUNTS, AUDIENCES, CAMPAIGNS, Step, account, advertiser, audience, campaign, step, xpo};

type Checked = Result<(), TestCaseError>;

/// The file with which every sequence starts: facts from TikTok, two XPO accounts with two advertisers each, and
/// allocations of TikTok ad accounts, two campaigns and a goal.
static START: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let place = folder();
    let (file, book) = Folder::at(place.path()).create("Model").unwrap();
    import(&book, u8::MAX, 0);
    for of in 0..ACCOUNTS {
        sync_campaigns(&book, of, CAMPAIGNS - 1, 0b111, 0);
        sync_audiences(&book, of, AUDIENCES - 1, 0b111, 0);
    }
    for change in first_changes() {
        let outcome = book.commit(&change).unwrap();
        assert!(outcome.entry.is_some(), "{outcome:?}");
    }
    drop(book);
    std::fs::read(place.path().join("partners").join(file)).unwrap()
});

/// Returns the changes that are already in the history of the starting file.
fn first_changes() -> [Change; 4] {
    let client = |n| NewXpoAccount { id: xpo(n), name: format!("Client {n}"), state: XpoState::Active };
    let brand = |n| NewAdvertiser { id: advertiser(n), xpo_account: xpo(n / 2), name: format!("Brand {n}") };
    let directory = Action::AddToDirectory(AddToDirectory {
        accounts: (0..2).map(client).collect(),
        advertisers: (0..4).map(brand).collect(),
    });
    let pair = |(a, v)| AccountPair { ad_account: account(a), advertiser: advertiser(v) };
    let allocate = [(0, 0), (0, 1), (1, 0), (1, 2), (1, 3), (2, 1), (2, 3)].map(pair).to_vec();
    let allocate = Action::AllocateAccounts(AllocateAccounts {
        allocate,
        deallocate: vec![],
        modes: vec![],
        default_replacements: vec![],
    });
    let campaigns = Action::AllocateCampaigns(AllocateCampaigns {
        advertiser: advertiser(1),
        allocate: vec![campaign((0, 0)), campaign((0, 1))],
        deallocate: vec![],
    });
    let goal = NewGoal {
        id: steps::goal(0),
        kind: GoalKind::ConversionGoal,
        name: "One".into(),
        advertiser: advertiser(2),
        ad_account: account(1),
    };
    let goals = Action::AddGoals(AddGoals { goals: vec![goal] });
    [change(0, directory), change(1, allocate), change(2, campaigns), change(3, goals)]
}

/// Returns a temporary folder, in memory if possible, because these tests are not about the disk.
fn folder() -> tempfile::TempDir {
    let quick = Path::new("/dev/shm");
    if quick.is_dir() { tempfile::tempdir_in(quick) } else { tempfile::tempdir() }.unwrap()
}

fn start(place: &Path, name: &str) -> (PathBuf, Book) {
    let path = place.join(name);
    std::fs::write(&path, &*START).unwrap();
    let book = Book::open(&path, &place.join("backups")).unwrap();
    (path, book)
}

fn change(n: usize, action: Action) -> Change {
    Change {
        id: ChangeId(format!("00000000-0000-7000-8000-{n:012x}")),
        at: Timestamp::from_second(1_700_000_000 + n as i64).unwrap(),
        actor: "admin".into(),
        action,
    }
}

fn import(book: &Book, listed: u8, status: u8) {
    let user = UserFacts { id: "7111".into(), name: "User".into(), email: String::new() };
    let status = ["STATUS_ENABLE", "STATUS_LIMIT", "STATUS_NEW"][status as usize];
    let facts = |n| AccountFacts {
        id: account(n).0,
        name: format!("Account {n}"),
        answer: AccountResponse::Details(Box::new(AccountDetails {
            status: status.into(),
            ..Default::default()
        })),
    };
    let accounts: Vec<_> = (0..ACCOUNTS).filter(|n| listed & (1 << n) != 0).map(facts).collect();
    book.record_import(&user, &accounts, true, Timestamp::UNIX_EPOCH).unwrap();
}

/// Records those of the first `known` campaigns whose bit is set in `listed`, as a complete list.
fn sync_campaigns(book: &Book, of: u8, known: u8, listed: u8, name: u8) {
    let facts = |n| CampaignFacts { id: campaign((of, n)).0, name: steps::name(name), ..Default::default() };
    let campaigns: Vec<_> = (0..known).filter(|n| listed & (1 << n) != 0).map(facts).collect();
    book.record(&account(of), &campaigns).unwrap();
    let listed = campaigns.into_iter().map(|campaign| campaign.id).collect();
    book.complete(partner::facts::objects::FactKind::Campaign, &account(of), &listed, Timestamp::UNIX_EPOCH)
        .unwrap();
}

fn sync_audiences(book: &Book, of: u8, known: u8, listed: u8, name: u8) {
    let facts =
        |n| AudienceFacts { id: audience(n).0, name: steps::name(name), valid: true, ..Default::default() };
    let audiences: Vec<_> = (0..known).filter(|n| listed & (1 << n) != 0).map(facts).collect();
    book.record(&account(of), &audiences).unwrap();
    let listed = audiences.into_iter().map(|audience| audience.id).collect();
    book.complete(partner::facts::objects::FactKind::Audience, &account(of), &listed, Timestamp::UNIX_EPOCH)
        .unwrap();
}

/// A book, its model, and a second connection to its file.
struct Pair {
    book: Book,
    file: rusqlite::Connection,
    model: Model,
    tables: u64,
    last: Change,
    /// Whether an undo left out edits, so that the model cannot tell what later ones do.
    partly: bool,
}

impl Pair {
    fn new(place: &Path) -> Pair {
        let (path, book) = start(place, "book.sqlite");
        let file = raw_file::open(path, rusqlite::OpenFlags::default());
        file.set_prepared_statement_cache_capacity(64);
        let mut model = Model::default();
        for of in 0..ACCOUNTS {
            model.accounts.insert(account(of).0);
            model.campaigns.extend((0..CAMPAIGNS - 1).map(|n| (campaign((of, n)).0, account(of).0)));
            model.audiences.extend((0..AUDIENCES - 1).map(|n| (account(of).0, audience(n).0)));
        }
        for change in first_changes() {
            let after = model.after(&change.action).unwrap();
            model.history.push((change.id.0, model.now, after.clone()));
            model.now = after;
        }
        let [.., last] = first_changes();
        let tables = invariants::all_tables(&file);
        Pair { book, file, model, tables, last, partly: false }
    }

    fn step(&mut self, n: usize, step: &Step) -> Checked {
        let ids: Vec<String> = self.model.history.iter().map(|(id, ..)| id.clone()).collect();
        match step {
            Step::Repeat => return self.repeat(),
            Step::SameId => return self.same_id(),
            Step::SyncCampaigns { account: of, listed, name } => {
                sync_campaigns(&self.book, *of, CAMPAIGNS, *listed, *name);
                let arrived = (0..CAMPAIGNS).filter(|n| listed & (1 << n) != 0);
                self.model.campaigns.extend(arrived.map(|n| (campaign((*of, n)).0, account(*of).0)));
            }
            Step::SyncAudiences { account: of, listed, name } => {
                sync_audiences(&self.book, *of, AUDIENCES, *listed, *name);
                let arrived = (0..AUDIENCES).filter(|n| listed & (1 << n) != 0);
                self.model.audiences.extend(arrived.map(|n| (account(*of).0, audience(n).0)));
            }
            Step::Import { listed, status } => import(&self.book, *listed, *status),
            decision => {
                let mut change = change(n, decision.action(&ids, &self.model.now).unwrap());
                if matches!(step, Step::Undo { also: true, .. }) {
                    self.include_remedies(&mut change);
                }
                return self.decide(change);
            }
        }
        // Invariant 6.
        prop_assert_eq!(self.book.decisions().unwrap(), self.model.now.text());
        prop_assert_eq!(self.book.changes().unwrap().len(), ids.len());
        self.tables = invariants::all_tables(&self.file);
        Ok(())
    }

    /// Adds what the previews of an undo offer, until nothing is offered any more.
    fn include_remedies(&self, change: &mut Change) {
        for _ in 0..4 {
            let blockers = self.book.preview(change).unwrap().blockers;
            let Action::Undo(undo) = &mut change.action else { return };
            let remedies = blockers.into_iter().filter_map(|blocker| blocker.remedy);
            undo.also.extend(remedies.collect::<Vec<_>>());
        }
    }

    fn decide(&mut self, change: Change) -> Checked {
        let seen = self.book.preview(&change).unwrap();
        let outcome = self.book.commit(&change).unwrap();
        prop_assert_eq!(&Outcome { entry: None, ..outcome.clone() }, &seen);
        let decisions = self.book.decisions().unwrap();
        let tables = invariants::all_tables(&self.file);
        let undo = undo_in(&change.action);
        let is_part = undo.is_some_and(|undo| !undo.keep.is_empty());
        let after = if undo.is_some_and(|undo| self.partly || is_part || !undo.also.is_empty()) {
            outcome.entry.map(|_| State::parse(&decisions))
        } else {
            self.model.after(&change.action)
        };
        self.partly |= is_part && outcome.entry.is_some();
        match after {
            None => {
                prop_assert!(outcome.entry.is_none(), "the model blocks {:?}: {:?}", change.action, outcome);
                prop_assert!(!outcome.is_ready());
                prop_assert_eq!(tables, self.tables, "the change was blocked, but something was written");
                self.check_unblocked_part(&change, &outcome)?;
            }
            Some(mut next) => {
                prop_assert!(outcome.entry.is_some(), "the model allows {:?}: {:#?}", change.action, outcome);
                adopt_first_defaults(&mut next, &decisions);
                prop_assert_eq!(&decisions, &next.text(), "after {:?}", change.action);
                let before = std::mem::replace(&mut self.model.now, next.clone());
                self.model.history.push((change.id.0.clone(), before, next));
                prop_assert_eq!(invariants::violations(&self.file), vec![]);
                prop_assert_eq!(invariants::decisions_in_history(&self.file), decisions);
                self.tables = tables;
                self.last = change;
            }
        }
        Ok(())
    }

    /// A14: repeatedly removing the blocked rows of a change ends with a change that is allowed, or with none.
    fn check_unblocked_part(&self, change: &Change, outcome: &Outcome) -> Checked {
        let (mut action, mut outcome) = (change.action.clone(), outcome.clone());
        for _ in 0..8 {
            if outcome.blockers.is_empty() {
                return Ok(());
            }
            match action.unblocked(&outcome.blockers) {
                Some(rest) => action = rest,
                None => return Ok(()),
            }
            outcome = self.book.preview(&Change { action: action.clone(), ..change.clone() }).unwrap();
        }
        Err(TestCaseError::fail(format!("removing the blocked rows does not end: {:?}", change.action)))
    }

    fn repeat(&mut self) -> Checked {
        let outcome = self.book.commit(&self.last).unwrap();
        prop_assert!(outcome.entry.is_some());
        prop_assert_eq!(invariants::all_tables(&self.file), self.tables, "the change was made twice");
        Ok(())
    }

    fn same_id(&mut self) -> Checked {
        let outcome = self.book.commit(&Change { actor: "other".into(), ..self.last.clone() }).unwrap();
        prop_assert!(outcome.entry.is_none() && !outcome.blockers.is_empty());
        prop_assert_eq!(invariants::all_tables(&self.file), self.tables);
        Ok(())
    }

    /// Replaying the history in a book with the same facts gives the same decisions.
    fn replayed(&self, place: &Path) -> Checked {
        let (_, other) = start(place, "other.sqlite");
        for of in 0..ACCOUNTS {
            sync_campaigns(&other, of, CAMPAIGNS, 0b111, 0);
            sync_audiences(&other, of, AUDIENCES, 0b111, 0);
        }
        prop_assert_eq!(other.replay(self.book.changes().unwrap()).unwrap(), None);
        prop_assert_eq!(other.decisions().unwrap(), self.book.decisions().unwrap());
        Ok(())
    }
}

fn undo_in(action: &Action) -> Option<&Undo> {
    match action {
        Action::Undo(undo) => Some(undo),
        Action::DeallocateFirst(first) => undo_in(&first.then),
        _ => None,
    }
}

/// If the rules do not determine which of several accounts becomes the default, accepts any that the book chose.
fn adopt_first_defaults(next: &mut state::State, decisions: &str) {
    let open: Vec<state::Key> = next
        .of("default_account")
        .filter(|(_, value)| value.as_text() == ANY)
        .map(|(key, _)| key.clone())
        .collect();
    for place in open {
        let line =
            |account: &str| serde_json::to_string(&(place.0, &place.1, &place.2, &place.3, account)).unwrap();
        let taken = next.links(&place.3).into_iter().find(|link| decisions.lines().any(|l| l == line(link)));
        if let Some(taken) = taken {
            next.put("default_account", "", "", &place.3, &taken);
        }
    }
}

fn any_sequence(longest: usize, cases: u32) {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 4_000, ..Config::default() };
    let sequence = |steps: Vec<Step>| {
        let place = folder();
        let mut pair = Pair::new(place.path());
        for (n, step) in steps.iter().enumerate() {
            pair.step(n + 4, step)
                .map_err(|error| TestCaseError::fail(format!("at step {}, {step:?}\n{error}", n + 1)))?;
        }
        pair.replayed(place.path())
    };
    if let Err(error) = TestRunner::new(config).run(&vec(step(), 1..longest), sequence) {
        panic!("{error}");
    }
}

fn sequences_per_test() -> u32 {
    std::env::var("PARTNER_SEQUENCES").map_or(2_000, |text| text.parse::<u32>().unwrap()).div_ceil(2)
}

#[test]
fn invariants_1_to_7_hold_after_any_short_sequence_of_changes_undos_and_syncs() {
    any_sequence(12, sequences_per_test());
}

#[test]
fn invariants_1_to_7_hold_after_any_long_sequence_of_changes_undos_and_syncs() {
    any_sequence(32, sequences_per_test());
}
