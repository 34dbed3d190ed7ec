//! A partner with things in it, and short words for changes.

use std::collections::HashSet;
use std::path::PathBuf;

use jiff::Timestamp;
use partner::accounts::{AccountDetails, AccountFacts, Told, UserFacts};
use partner::audiences::AudienceFacts;
use partner::campaigns::CampaignFacts;
use partner::change::{AccountPair, Action, Change, HandOver, NewAdvertiser, NewXpoAccount, XpoState};
use partner::ids::{AdAccountId, AdvertiserId, ChangeId, XpoAccountId};
use partner::outcome::{Outcome, Reason};
use partner::{Book, Folder};

pub struct House {
    pub book: Book,
    file: PathBuf,
    place: tempfile::TempDir,
}

/// TikTok ad account `n`.
pub fn account(n: u32) -> AdAccountId {
    AdAccountId(format!("70022380178427{n:05}"))
}

/// Campaign `n` of TikTok ad account `of`.
pub fn campaign(of: u32, n: u32) -> String {
    format!("17799238{of:04}{n:06}")
}

/// Audience `n`, the same in every ad account that has it.
pub fn audience(n: u32) -> String {
    format!("7193000000000{n:06}")
}

/// XPO account `n`.
pub fn xpo(n: u32) -> XpoAccountId {
    XpoAccountId(format!("00000000-0000-7000-8000-0000000{n:05}"))
}

/// Advertiser `n` of XPO account `of`.
pub fn advertiser(of: u32, n: u32) -> AdvertiserId {
    AdvertiserId(format!("00000000-0000-7000-8000-1{of:05}0{n:05}"))
}

pub fn pair(account_n: u32, of: u32, n: u32) -> AccountPair {
    AccountPair { ad_account: account(account_n), advertiser: advertiser(of, n) }
}

impl House {
    /// Four TikTok ad accounts with five campaigns and three audiences each; three XPO accounts with two advertisers each.
    pub fn new() -> House {
        let place = tempfile::tempdir().unwrap();
        let (file, book) = Folder::at(place.path()).create("Knorex").unwrap();
        let file = place.path().join("partners").join(file);
        let user = UserFacts { id: "7111".into(), name: "User".into(), email: String::new() };
        let accounts: Vec<AccountFacts> = (1..=4)
            .map(|n| AccountFacts {
                id: account(n).0,
                name: format!("Account {n}"),
                told: Told::Details(Box::new(AccountDetails {
                    status: "STATUS_ENABLE".into(),
                    ..Default::default()
                })),
            })
            .collect();
        book.record_import(&user, &accounts, true, Timestamp::UNIX_EPOCH).unwrap();
        for a in 1..=4 {
            let campaigns: Vec<CampaignFacts> = (1..=5)
                .map(|n| CampaignFacts {
                    id: campaign(a, n),
                    name: format!("Campaign {a}-{n}"),
                    ..Default::default()
                })
                .collect();
            book.record_campaigns(&account(a), &campaigns).unwrap();
            let listed: HashSet<String> = campaigns.iter().map(|c| c.id.clone()).collect();
            book.complete_campaigns(&account(a), &listed, Timestamp::UNIX_EPOCH).unwrap();
            let audiences: Vec<AudienceFacts> = (1..=3)
                .map(|n| AudienceFacts {
                    id: audience(n),
                    name: format!("Audience {n}"),
                    valid: true,
                    ..Default::default()
                })
                .collect();
            book.record_audiences(&account(a), &audiences).unwrap();
        }
        let house = House { book, file, place };
        let accounts = (1..=3)
            .map(|n| NewXpoAccount { id: xpo(n), name: format!("Client {n}"), state: XpoState::Active })
            .collect();
        let advertisers = (1..=3)
            .flat_map(|of| (1..=2).map(move |n| (of, n)))
            .map(|(of, n)| NewAdvertiser {
                id: advertiser(of, n),
                xpo_account: xpo(of),
                name: format!("Brand {n}"),
            })
            .collect();
        house.done(Action::AddToDirectory { accounts, advertisers });
        house
    }

    /// Do it; it must be allowed, and preview must have said the same.
    pub fn done(&self, action: Action) -> (ChangeId, Outcome) {
        let change = Change::now("admin", action);
        let seen = self.book.preview(&change).unwrap();
        let outcome = self.book.commit(&change).unwrap();
        assert!(outcome.entry.is_some(), "refused: {outcome:#?}");
        assert_eq!(Outcome { entry: None, ..outcome.clone() }, seen);
        (change.id, outcome)
    }

    /// Try it; it must be refused, and leave every decision as it was. Why.
    pub fn refused(&self, action: Action) -> (Vec<Reason>, Outcome) {
        let before = self.book.decisions().unwrap();
        let change = Change::now("admin", action);
        let seen = self.book.preview(&change).unwrap();
        let outcome = self.book.commit(&change).unwrap();
        assert_eq!(outcome, seen);
        assert_eq!(outcome.entry, None, "not refused");
        assert_eq!(self.book.decisions().unwrap(), before);
        (outcome.blockers.iter().map(|blocker| blocker.reason).collect(), outcome)
    }

    /// The book closed, and its file open to any SQL.
    pub fn closed(self) -> (tempfile::TempDir, rusqlite::Connection) {
        drop(self.book);
        (self.place, rusqlite::Connection::open(self.file).unwrap())
    }

    pub fn allocate(&self, pairs: &[AccountPair]) -> (ChangeId, Outcome) {
        self.done(allocate(pairs))
    }
}

pub fn allocate(pairs: &[AccountPair]) -> Action {
    Action::AllocateAccounts {
        allocate: pairs.to_vec(),
        deallocate: Vec::new(),
        modes: Vec::new(),
        hand_overs: Vec::new(),
    }
}

pub fn deallocate(pairs: &[AccountPair], hand_overs: &[HandOver]) -> Action {
    Action::AllocateAccounts {
        allocate: Vec::new(),
        deallocate: pairs.to_vec(),
        modes: Vec::new(),
        hand_overs: hand_overs.to_vec(),
    }
}

pub fn undo(change: &ChangeId) -> Action {
    Action::Undo { change: change.clone(), hand_overs: Vec::new() }
}
