//! A partner with ad accounts, XPO accounts and advertisers, and short functions for changes.

use std::collections::HashSet;
use std::path::PathBuf;

use jiff::Timestamp;
use partner::decisions::{
    AccountAudience, AccountPair, Action, AddToDirectory, AllocateAccounts, AllocateAudiences,
    AllocateCampaigns, Archive, AudienceChoice, Change, Deallocate, DeallocateFirst, DefaultReplacement,
    EDITS_SHOWN, ExcludeAudiences, GoalKind, Holder, Holdings, IncludeAudiences, InitializeCampaigns, Move,
    NewAdvertiser, NewGoal, NewXpoAccount, Offboard, Outcome, PaymentChoice, PaymentMode, Reason, Undo,
    WarningKind, XpoState,
};
use partner::facts::accounts::{AccountDetails, AccountFacts, AccountResponse, UserFacts};
use partner::facts::objects::{AudienceFacts, CampaignFacts};
use partner::ids::{AdAccountId, AdvertiserId, AudienceId, CampaignId, ChangeId, GoalId, XpoAccountId};
use partner::queries::edits::{EditQuery, EntryEdit};
use partner::queries::paging::Cursor;
use partner::{Book, Folder};

pub struct Fixture {
    pub book: Book,
    file: PathBuf,
    place: tempfile::TempDir,
}

/// Returns the id of TikTok ad account `n`.
pub fn account(n: u32) -> AdAccountId {
    AdAccountId(format!("70022380178427{n:05}"))
}

/// Returns the id of campaign `n` of TikTok ad account `of`.
pub fn campaign(of: u32, n: u32) -> String {
    format!("17799238{of:04}{n:06}")
}

/// Returns the id of audience `n`, which is the same in every ad account that has it.
pub fn audience(n: u32) -> String {
    format!("7193000000000{n:06}")
}

/// Returns the id of XPO account `n`.
pub fn xpo(n: u32) -> XpoAccountId {
    XpoAccountId(format!("00000000-0000-7000-8000-0000000{n:05}"))
}

/// Returns the id of advertiser `n` of XPO account `of`.
pub fn advertiser(of: u32, n: u32) -> AdvertiserId {
    AdvertiserId(format!("00000000-0000-7000-8000-1{of:05}0{n:05}"))
}

pub fn pair(account_n: u32, of: u32, n: u32) -> AccountPair {
    AccountPair { ad_account: account(account_n), advertiser: advertiser(of, n) }
}

impl Fixture {
    /// Creates four TikTok ad accounts with five campaigns and three audiences each, and three XPO accounts with two
    /// advertisers each.
    pub fn new() -> Fixture {
        let fixture = Fixture::empty();
        fixture.directory();
        fixture
    }

    /// Creates only the TikTok ad accounts.
    pub fn empty() -> Fixture {
        let place = tempfile::tempdir().unwrap();
        let (file, book) = Folder::at(place.path()).create("Knorex").unwrap();
        let file = place.path().join("partners").join(file);
        let user = UserFacts { id: "7111".into(), name: "User".into(), email: String::new() };
        let accounts: Vec<AccountFacts> = (1..=4)
            .map(|n| AccountFacts {
                id: account(n).0,
                name: format!("Account {n}"),
                answer: AccountResponse::Details(Box::new(AccountDetails {
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
            book.record(&account(a), &campaigns).unwrap();
            let listed: HashSet<String> = campaigns.iter().map(|c| c.id.clone()).collect();
            book.complete(
                partner::facts::objects::FactKind::Campaign,
                &account(a),
                &listed,
                Timestamp::UNIX_EPOCH,
            )
            .unwrap();
            let audiences: Vec<AudienceFacts> = (1..=3)
                .map(|n| AudienceFacts {
                    id: audience(n),
                    name: format!("Audience {n}"),
                    valid: true,
                    ..Default::default()
                })
                .collect();
            book.record(&account(a), &audiences).unwrap();
        }
        Fixture { book, file, place }
    }

    fn directory(&self) {
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
        self.done(Action::AddToDirectory(AddToDirectory { accounts, advertisers }));
    }

    /// Commits an action, which must succeed. The preview and the history must show the same as the outcome.
    pub fn done(&self, action: Action) -> (ChangeId, Outcome) {
        let change = Change::now("admin", action);
        let seen = self.book.preview(&change).unwrap();
        let outcome = self.book.commit(&change).unwrap();
        assert!(outcome.entry.is_some(), "refused: {outcome:#?}");
        assert_eq!(Outcome { entry: None, ..outcome.clone() }, seen);
        let edits = self.edits_of(outcome.entry.unwrap(), "").into_iter().map(|edit| edit.edit);
        assert_eq!(edits.take(EDITS_SHOWN).collect::<Vec<_>>(), outcome.edits);
        (change.id, outcome)
    }

    /// Returns all edits of an entry that match a search.
    pub fn edits_of(&self, entry: i64, search: &str) -> Vec<EntryEdit> {
        let query = EditQuery { entry, search: search.into(), kinds: vec![] };
        let mut page = self.book.page(&query, &Cursor::Start).unwrap();
        let mut edits = Vec::new();
        while let Some(last) = page.last {
            edits.extend(page.rows);
            page = self.book.page(&query, &Cursor::After(last)).unwrap();
        }
        edits
    }

    /// Commits an action, which must be blocked and change no decision. Returns the reasons.
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

    /// Closes the book and opens its file for any SQL.
    pub fn closed(self) -> (tempfile::TempDir, rusqlite::Connection) {
        drop(self.book);
        (self.place, crate::raw_file::open(self.file, rusqlite::OpenFlags::default()))
    }

    /// Returns the value of a decision as the history stores it.
    pub fn decision(&self, kind: &str, object: &str, ad_account: &str, holder: &str) -> Option<String> {
        let lines = self.book.decisions().unwrap();
        let all = lines.lines().map(|line| serde_json::from_str::<[String; 5]>(line).unwrap());
        all.into_iter()
            .find(|[a, b, c, d, _]| [a, b, c, d] == [kind, object, ad_account, holder])
            .map(|[.., value]| value)
    }

    pub fn default_of(&self, n: u32) -> Option<String> {
        self.decision("default_account", "", "", xpo(n).as_str())
    }

    pub fn mode(&self, ad_account: u32, of: u32) -> Option<String> {
        self.decision("payment", "", account(ad_account).as_str(), xpo(of).as_str())
    }

    pub fn holds_campaign(&self, to: &AdvertiserId, of: u32, n: u32) -> bool {
        self.decision("campaign_allocation", &campaign(of, n), account(of).as_str(), to.as_str()).is_some()
    }

    pub fn holds_audience(&self, to: &AdvertiserId, of: u32, n: u32) -> bool {
        self.decision("audience_allocation", &audience(n), account(of).as_str(), to.as_str()).is_some()
    }

    pub fn allocate(&self, pairs: &[AccountPair]) -> (ChangeId, Outcome) {
        self.done(allocate(pairs))
    }
}

pub fn allocate(pairs: &[AccountPair]) -> Action {
    Action::AllocateAccounts(AllocateAccounts {
        allocate: pairs.to_vec(),
        deallocate: Vec::new(),
        modes: Vec::new(),
        default_replacements: Vec::new(),
    })
}

pub fn deallocate(pairs: &[AccountPair], default_replacements: &[DefaultReplacement]) -> Action {
    Action::AllocateAccounts(AllocateAccounts {
        allocate: Vec::new(),
        deallocate: pairs.to_vec(),
        modes: Vec::new(),
        default_replacements: default_replacements.to_vec(),
    })
}

pub fn undo(change: &ChangeId) -> Action {
    Action::Undo(Undo { change: change.clone(), keep: vec![], also: vec![], default_replacements: vec![] })
}

pub fn hand(of: u32, to: Option<u32>) -> DefaultReplacement {
    DefaultReplacement { xpo_account: xpo(of), to: to.map(account) }
}

pub fn modes(modes: &[(u32, u32, PaymentMode)]) -> Action {
    let choice = |&(a, x, mode): &(u32, u32, PaymentMode)| PaymentChoice {
        ad_account: account(a),
        xpo_account: xpo(x),
        mode,
    };
    Action::AllocateAccounts(AllocateAccounts {
        allocate: Vec::new(),
        deallocate: Vec::new(),
        modes: modes.iter().map(choice).collect(),
        default_replacements: Vec::new(),
    })
}

fn campaign_ids(which: &[(u32, u32)]) -> Vec<CampaignId> {
    which.iter().map(|&(of, n)| CampaignId(campaign(of, n))).collect()
}

fn audience_ids(which: &[u32]) -> Vec<AudienceId> {
    which.iter().map(|&n| AudienceId(audience(n))).collect()
}

/// Allocates the campaigns `add` to an advertiser and deallocates `drop`. A campaign is its ad account and its number.
pub fn campaigns(to: AdvertiserId, add: &[(u32, u32)], drop: &[(u32, u32)]) -> Action {
    Action::AllocateCampaigns(AllocateCampaigns {
        advertiser: to,
        allocate: campaign_ids(add),
        deallocate: campaign_ids(drop),
    })
}

/// Returns holdings of TikTok ad accounts, campaigns and audiences, which are pairs of an ad account and a number.
pub fn holdings(
    of: Option<Holder>,
    accounts: &[u32],
    which: &[(u32, u32)],
    heard: &[(u32, u32)],
) -> Holdings {
    let audience = |&(of, n): &(u32, u32)| AccountAudience {
        ad_account: account(of),
        audience: AudienceId(audience(n)),
    };
    Holdings {
        of,
        ad_accounts: accounts.iter().copied().map(account).collect(),
        campaigns: campaign_ids(which),
        audiences: heard.iter().map(audience).collect(),
    }
}

pub fn take(holdings: Holdings, default_replacements: &[DefaultReplacement]) -> Action {
    Action::Deallocate(Deallocate { holdings, default_replacements: default_replacements.to_vec() })
}

pub fn move_to(to: AdvertiserId, holdings: Holdings, default_replacements: &[DefaultReplacement]) -> Action {
    Action::Move(Move { holdings, to, default_replacements: default_replacements.to_vec() })
}

pub fn move_campaigns(to: AdvertiserId, which: &[(u32, u32)]) -> Action {
    move_to(to, holdings(None, &[], which, &[]), &[])
}

pub fn offboard(accounts: &[u32]) -> Action {
    Action::Offboard(Offboard { accounts: accounts.iter().copied().map(xpo).collect() })
}

pub fn first(which: &[(u32, u32)], goals: &[u32], then: Action) -> Action {
    let goals = goals.iter().copied().map(goal_id).collect();
    Action::DeallocateFirst(DeallocateFirst { campaigns: campaign_ids(which), goals, then: Box::new(then) })
}

pub fn initialize(which: &[(u32, u32)]) -> Action {
    Action::InitializeCampaigns(InitializeCampaigns { campaigns: campaign_ids(which) })
}

pub fn audiences(of: u32, to: AdvertiserId, add: &[u32], drop: &[u32]) -> Action {
    Action::AllocateAudiences(AllocateAudiences {
        advertiser: to,
        accounts: vec![AudienceChoice {
            ad_account: account(of),
            allocate: audience_ids(add),
            deallocate: audience_ids(drop),
        }],
    })
}

pub fn exclude(which: &[u32]) -> Action {
    Action::ExcludeAudiences(ExcludeAudiences { audiences: audience_ids(which) })
}

pub fn include(which: &[u32]) -> Action {
    Action::IncludeAudiences(IncludeAudiences { audiences: audience_ids(which) })
}

pub fn goal_id(n: u32) -> GoalId {
    GoalId(format!("00000000-0000-7000-8000-9000000{n:05}"))
}

pub fn goal(n: u32, kind: GoalKind, name: &str, advertiser: AdvertiserId, of: u32) -> NewGoal {
    NewGoal { id: goal_id(n), kind, name: name.into(), advertiser, ad_account: account(of) }
}

pub fn archive(accounts: &[u32], advertisers: &[(u32, u32)]) -> Action {
    Action::Archive(Archive {
        accounts: accounts.iter().copied().map(xpo).collect(),
        advertisers: advertisers.iter().map(|&(of, n)| advertiser(of, n)).collect(),
    })
}

/// Returns the ids of the objects that blockers with the reason name.
pub fn objects(outcome: &Outcome, reason: Reason) -> Vec<&str> {
    outcome.blockers.iter().filter(|b| b.reason == reason).map(|b| b.object.id.as_str()).collect()
}

pub fn warning_kinds(outcome: &Outcome) -> Vec<WarningKind> {
    outcome.warnings.iter().map(|warning| warning.kind).collect()
}
