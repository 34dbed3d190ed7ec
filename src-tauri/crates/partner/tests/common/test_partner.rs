//! A partner in a folder of its own, and shortcuts for frequent actions.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use partner::decisions::{
    AccountPair, Action, AddToDirectory, AllocateAccounts, Change, NewAdvertiser, NewXpoAccount, Rename,
    XpoState,
};
use partner::facts::accounts::{AccountFacts, AccountResponse, UserFacts};
use partner::facts::objects::CampaignFacts;
use partner::ids::{AdAccountId, AdvertiserId, ChangeId, XpoAccountId};
use partner::{Book, Folder};

pub struct TestPartner {
    pub folder: Folder,
    pub file: String,
    dir: PathBuf,
    _temporary: Option<tempfile::TempDir>,
}

pub fn account(n: u32) -> AdAccountId {
    AdAccountId(format!("70022380178427{n:05}"))
}

pub fn xpo(n: u32) -> XpoAccountId {
    XpoAccountId(format!("00000000-0000-7000-8000-0000000{n:05}"))
}

pub fn advertiser(n: u32) -> AdvertiserId {
    AdvertiserId(format!("00000000-0000-7000-9000-0000000{n:05}"))
}

pub fn campaigns(of: u32, from: u32, count: u32) -> Vec<CampaignFacts> {
    let campaign = |n| CampaignFacts {
        id: format!("17799238{of:04}{n:06}"),
        name: format!("Campaign {of}-{n} with some words"),
        ..Default::default()
    };
    (from..from + count).map(campaign).collect()
}

impl TestPartner {
    /// Creates a partner with 20 TikTok ad accounts, and 20 XPO accounts with one advertiser each. It is not open.
    pub fn new() -> TestPartner {
        let temporary = tempfile::tempdir().unwrap();
        let mut partner = TestPartner::create_in(temporary.path());
        partner._temporary = Some(temporary);
        partner
    }

    /// Like [`TestPartner::new`], in a folder that is not deleted afterwards.
    pub fn create_in(dir: &Path) -> TestPartner {
        let folder = Folder::at(dir);
        let (file, book) = folder.create("Knorex").unwrap();
        let user = UserFacts { id: "7111".into(), name: "User".into(), email: String::new() };
        let facts: Vec<AccountFacts> = (0..20)
            .map(|n| AccountFacts {
                id: account(n).0,
                name: format!("Account {n}"),
                answer: AccountResponse::Details(Box::default()),
            })
            .collect();
        book.record_import(&user, &facts, true, Timestamp::UNIX_EPOCH).unwrap();
        book.record(&account(0), &campaigns(0, 0, 2_000)).unwrap();
        let accounts = (0..20)
            .map(|n| NewXpoAccount { id: xpo(n), name: format!("Client {n}"), state: XpoState::Active })
            .collect();
        let advertisers = (0..20)
            .map(|n| NewAdvertiser { id: advertiser(n), xpo_account: xpo(n), name: format!("Brand {n}") })
            .collect();
        commit(&book, Action::AddToDirectory(AddToDirectory { accounts, advertisers }));
        drop(book);
        TestPartner { folder, file, dir: dir.to_owned(), _temporary: None }
    }

    pub fn path(&self) -> PathBuf {
        self.dir.join("partners").join(&self.file)
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub fn open(&self) -> Book {
        self.folder.open(&self.file).unwrap()
    }

    /// Returns the sorted file names in the folder of partners, without lock files.
    pub fn names(&self) -> Vec<String> {
        names(&self.dir.join("partners"))
    }
}

pub fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.ends_with(".lock"))
        .collect();
    names.sort();
    names
}

/// Commits an action that must not be blocked.
pub fn commit(book: &Book, action: Action) -> ChangeId {
    let change = Change::now("admin", action);
    let outcome = book.commit(&change).unwrap();
    assert!(outcome.entry.is_some(), "blocked: {outcome:#?}");
    change.id
}

/// Allocates TikTok ad account `n` to advertiser `to`.
pub fn allocate(n: u32, to: u32) -> Action {
    Action::AllocateAccounts(AllocateAccounts {
        allocate: vec![AccountPair { ad_account: account(n), advertiser: advertiser(to) }],
        deallocate: Vec::new(),
        modes: Vec::new(),
        default_replacements: Vec::new(),
    })
}

/// Renames XPO account `n`.
pub fn rename(n: u32, name: &str) -> Action {
    Action::Rename(Rename { object: partner::decisions::Renamed::XpoAccount(xpo(n)), name: name.into() })
}
