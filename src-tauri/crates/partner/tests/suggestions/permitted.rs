//! What may be suggested, and why.

use std::collections::HashSet;
use std::ops::ControlFlow;

use jiff::Timestamp;
use partner::decisions::{
    AccountPair, Action, AddToDirectory, AllocateAccounts, AllocateAudiences, AllocateCampaigns, Archive,
    AudienceChoice, Change, ExcludeAudiences, InitializeCampaigns, NewAdvertiser, NewXpoAccount, Rename,
    Renamed, Restore, XpoState,
};
use partner::facts::accounts::{AccountFacts, AccountResponse, UserFacts};
use partner::facts::objects::{AudienceFacts, CampaignFacts, FactKind};
use partner::ids::{AdAccountId, AdvertiserId, AudienceId, CampaignId, XpoAccountId};
use partner::queries::suggestions::{Suggester, Suggestion, SuggestionsFor};
use partner::sync_jobs::job::{JobKind, JobState, ListCheckpoint, PageProgress, StepCursor};
use partner::{Book, Error, Folder};

use crate::naming::{GO_ON, Naming, What};

/// Orbit Group has Orbit Shoes (0) and Orbit Travel (1), and Zebra Foods has Zebra Coffee (2).
const ADVERTISERS: [(&str, u32); 3] = [("Orbit Shoes", 0), ("Orbit Travel", 0), ("Zebra Coffee", 1)];
const CLIENTS: [&str; 2] = ["Orbit Group", "Zebra Foods"];

fn account(n: u32) -> AdAccountId {
    AdAccountId(format!("70022380178427{n:05}"))
}

fn advertiser(n: u32) -> AdvertiserId {
    AdvertiserId(format!("00000000-0000-7000-9000-{n:012}"))
}

fn xpo(n: u32) -> XpoAccountId {
    XpoAccountId(format!("00000000-0000-7000-8000-{n:012}"))
}

struct Partner {
    book: Book,
    suggester: Suggester,
    campaigns: u32,
    _folder: tempfile::TempDir,
}

impl Partner {
    /// Ad account 0 is allocated to Orbit Shoes and Zebra Coffee, and 1 to Zebra Coffee.
    fn new(account_names: &[&str]) -> Partner {
        let folder = tempfile::tempdir().unwrap();
        let (_, book) = Folder::at(folder.path()).create("Knorex").unwrap();
        let facts: Vec<AccountFacts> = (0..)
            .zip(account_names)
            .map(|(n, name)| AccountFacts {
                id: account(n).0,
                name: (*name).into(),
                answer: AccountResponse::Details(Box::default()),
            })
            .collect();
        let user = UserFacts { id: "7111".into(), name: "Maria".into(), email: String::new() };
        book.record_import(&user, &facts, true, Timestamp::UNIX_EPOCH).unwrap();
        let accounts = (0..).zip(CLIENTS);
        let advertisers = (0..).zip(ADVERTISERS);
        let partner = Partner { book, suggester: Suggester::default(), campaigns: 0, _folder: folder };
        partner.commit(Action::AddToDirectory(AddToDirectory {
            accounts: accounts
                .map(|(n, name)| NewXpoAccount { id: xpo(n), name: name.into(), state: XpoState::Active })
                .collect(),
            advertisers: advertisers
                .map(|(n, (name, client))| NewAdvertiser {
                    id: advertiser(n),
                    xpo_account: xpo(client),
                    name: name.into(),
                })
                .collect(),
        }));
        partner.allocate(&[(0, 0), (0, 2), (1, 2)]);
        partner
    }

    fn commit(&self, action: Action) {
        let outcome = self.book.commit(&Change::now("Maria", action)).unwrap();
        assert!(outcome.entry.is_some(), "{:?}", outcome.blockers);
    }

    fn allocate(&self, pairs: &[(u32, u32)]) {
        let pair = |&(of, to)| AccountPair { ad_account: account(of), advertiser: advertiser(to) };
        let allocate = pairs.iter().map(pair).collect();
        self.commit(Action::AllocateAccounts(AllocateAccounts { allocate, ..Default::default() }));
    }

    /// Adds campaigns with these names to an ad account.
    fn campaigns(&mut self, of: u32, names: &[&str]) -> Vec<CampaignId> {
        let facts: Vec<CampaignFacts> = (self.campaigns..)
            .zip(names)
            .map(|(n, name)| CampaignFacts {
                id: format!("1779923800010{n:06}"),
                name: (*name).into(),
                ..Default::default()
            })
            .collect();
        self.campaigns += names.len() as u32;
        self.book.record(&account(of), &facts).unwrap();
        facts.into_iter().map(|campaign| CampaignId(campaign.id)).collect()
    }

    fn allocate_campaigns(&self, to: u32, allocate: Vec<CampaignId>) {
        let advertiser = advertiser(to);
        self.commit(Action::AllocateCampaigns(AllocateCampaigns {
            advertiser,
            allocate,
            deallocate: Vec::new(),
        }));
    }

    fn suggested_and_stale(&self, wanted: &SuggestionsFor) -> (Vec<Suggestion>, bool) {
        let (suggestions, stale) = self.suggester.suggest(&self.book, wanted, GO_ON).unwrap();
        (suggestions.found, stale)
    }

    fn suggested(&self, wanted: &SuggestionsFor) -> Vec<String> {
        self.suggester.learn_again(&self.book, GO_ON).unwrap();
        let (suggestions, stale) = self.suggested_and_stale(wanted);
        assert!(!stale);
        suggestions
            .into_iter()
            .map(|one| format!("{} → {}: {}", one.object.name, one.advertiser.name, one.reason))
            .collect()
    }

    fn of_campaigns(&self, of: u32) -> Vec<String> {
        self.suggested(&SuggestionsFor::Campaigns { ad_accounts: vec![account(of)], only: None })
    }

    fn of_accounts(&self) -> Vec<String> {
        self.suggested(&SuggestionsFor::AdAccounts { only: None })
    }
}

/// Fourteen of fifteen campaigns named ORB_* are allocated to Orbit Shoes, and one to Zebra Coffee.
fn with_orb() -> Partner {
    let mut partner = Partner::new(&["One", "Two", "Three"]);
    let names: Vec<String> = (1..=15).map(|n| format!("ORB_Sale_{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut campaigns = partner.campaigns(0, &names);
    partner.allocate_campaigns(2, vec![campaigns.remove(3)]);
    partner.allocate_campaigns(0, campaigns);
    partner
}

#[test]
fn a_suggestion_says_how_many_campaigns_named_like_it_went_to_the_advertiser() {
    let mut partner = with_orb();
    partner.campaigns(0, &["ORB_Reach", "Reach 7", "orb_2026"]);
    assert_eq!(
        partner.of_campaigns(0),
        [
            "orb_2026 → Orbit Shoes: 14 of 15 campaigns named orb_* went to Orbit Shoes",
            "ORB_Reach → Orbit Shoes: 14 of 15 campaigns named ORB_* went to Orbit Shoes",
        ]
    );
}

#[test]
fn names_of_advertisers_are_recognized_with_a_typing_error_and_the_most_specific_one_counts() {
    let mut partner = Partner::new(&["One", "Two"]);
    partner.allocate(&[(0, 1)]);
    partner.campaigns(
        0,
        &[
            "Orbit Shoes | Q1",
            "SG-OrbitTravel-Q1",
            "Obrit Shoes | Q2",
            "Zebra: Q1",
            "Orbit | Q3",
            "Shoe | Q4",
            "Coffee",
        ],
    );
    assert_eq!(
        partner.of_campaigns(0),
        [
            "Coffee → Zebra Coffee: its name contains “Coffee”, as only that of Zebra Coffee does",
            "Obrit Shoes | Q2 → Orbit Shoes: its name contains almost “Orbit Shoes”",
            "Orbit Shoes | Q1 → Orbit Shoes: its name contains “Orbit Shoes”",
            "SG-OrbitTravel-Q1 → Orbit Travel: its name contains “Orbit Travel”",
            "Zebra: Q1 → Zebra Coffee: its name contains “Zebra”, as only that of Zebra Coffee does",
        ],
        "“Orbit” alone is one of two, and “Shoe” is another word"
    );
}

#[test]
fn a11_only_advertisers_that_have_the_ad_account_are_suggested_for_its_campaigns() {
    let mut partner = with_orb();
    partner.campaigns(1, &["ORB_Reach"]);
    assert_eq!(partner.of_campaigns(1), [""; 0]);
    partner.allocate(&[(1, 0)]);
    assert_eq!(partner.of_campaigns(1).len(), 1);
}

#[test]
fn archived_advertisers_and_those_of_archived_clients_are_never_suggested() {
    let mut partner = with_orb();
    partner.campaigns(0, &["ORB_Reach"]);
    let archive = |accounts: &[XpoAccountId], advertisers: &[AdvertiserId]| {
        Action::Archive(Archive { accounts: accounts.into(), advertisers: advertisers.into() })
    };
    let restore = |accounts: &[XpoAccountId], advertisers: &[AdvertiserId]| {
        Action::Restore(Restore { accounts: accounts.into(), advertisers: advertisers.into() })
    };
    assert_eq!(partner.of_campaigns(0).len(), 1);
    partner.commit(archive(&[], &[advertiser(0)]));
    assert_eq!(partner.of_campaigns(0), [""; 0]);
    partner.commit(restore(&[], &[advertiser(0)]));
    partner.commit(archive(&[xpo(0)], &[]));
    assert_eq!(partner.of_campaigns(0), [""; 0]);
    // Not even while it was not learned yet.
    let (suggestions, stale) = Suggester::default()
        .suggest(&partner.book, &SuggestionsFor::AdAccounts { only: None }, GO_ON)
        .unwrap();
    assert!(suggestions.found.is_empty() && !stale);
}

#[test]
fn allocated_initialized_and_deleted_campaigns_get_no_suggestion() {
    let mut partner = with_orb();
    let campaigns = partner.campaigns(0, &["ORB_A", "ORB_B", "ORB_C", "ORB_D"]);
    partner.allocate_campaigns(0, campaigns[..2].to_vec());
    partner
        .commit(Action::InitializeCampaigns(InitializeCampaigns { campaigns: vec![campaigns[0].clone()] }));
    let listed: HashSet<String> = HashSet::from([campaigns[3].0.clone()]);
    partner.book.complete(FactKind::Campaign, &account(0), &listed, Timestamp::UNIX_EPOCH).unwrap();
    let suggested = partner.of_campaigns(0);
    assert_eq!(suggested.len(), 1, "{suggested:?}");
    assert!(suggested[0].starts_with("ORB_D → Orbit Shoes: 16 of 17 campaigns"), "{suggested:?}");
}

#[test]
fn allocated_and_excluded_audiences_get_no_suggestion() {
    let partner = with_orb();
    let names = ["ORB_Buyers", "ORB_Visitors", "ORB_Lookalike"];
    let audiences: Vec<AudienceFacts> = (0..)
        .zip(names)
        .map(|(n, name)| AudienceFacts {
            id: format!("719300000000000000{n}"),
            name: name.into(),
            ..Default::default()
        })
        .collect();
    partner.book.record(&account(0), &audiences).unwrap();
    let id = |n: usize| AudienceId(audiences[n].id.clone());
    let wanted = SuggestionsFor::Audiences { ad_accounts: vec![account(0)], only: None };
    assert_eq!(partner.suggested(&wanted).len(), 3);
    partner.commit(Action::AllocateAudiences(AllocateAudiences {
        advertiser: advertiser(2),
        accounts: vec![AudienceChoice {
            ad_account: account(0),
            allocate: vec![id(0)],
            deallocate: Vec::new(),
        }],
    }));
    partner.commit(Action::ExcludeAudiences(ExcludeAudiences { audiences: vec![id(1)] }));
    assert_eq!(
        partner.suggested(&wanted),
        ["ORB_Lookalike → Orbit Shoes: 14 of 15 campaigns named ORB_* went to Orbit Shoes"]
    );
    let only = SuggestionsFor::Audiences { ad_accounts: vec![account(0)], only: Some(vec![id(0)]) };
    assert_eq!(partner.suggested(&only), [""; 0]);
}

#[test]
fn an_ad_account_is_suggested_to_an_advertiser_by_its_name_or_by_its_campaigns() {
    let mut partner =
        Partner::new(&["Zebra Coffee SG", "Zebra Coffee TH", "Orbit Shoes SG", "Account 4", "Account 5"]);
    let names = ["Orbit Travel | Q1", "Orbit Travel | Q2", "Orbit Travel | Q3", "Test"];
    partner.campaigns(3, &names);
    assert_eq!(
        partner.of_accounts(),
        [
            "Account 4 → Orbit Travel: 3 of its 4 campaigns are named like those of Orbit Travel",
            "Orbit Shoes SG → Orbit Shoes: its name contains “Orbit Shoes”",
        ]
    );
    let only = SuggestionsFor::AdAccounts { only: Some(vec![account(2), account(1)]) };
    assert_eq!(partner.suggested(&only).len(), 1);
    partner.allocate(&[(2, 0)]);
    assert_eq!(partner.of_accounts().len(), 1);
}

#[test]
fn advertisers_that_have_their_ad_accounts_together_are_suggested_together() {
    let partner = Partner::new(&["X", "Y", "ACME 1", "ACME 2", "ACME 3", "ACME 4"]);
    partner.allocate(&[(2, 0), (2, 1), (3, 0), (3, 1), (4, 0), (4, 1)]);
    assert_eq!(
        partner.of_accounts(),
        [
            "ACME 4 → Orbit Shoes: 3 of 3 ad accounts named ACME * went to Orbit Shoes",
            "ACME 4 → Orbit Travel: 3 of 3 ad accounts named ACME * went to Orbit Travel",
        ]
    );
}

#[test]
fn suggestions_are_learned_again_after_decisions() {
    let mut partner = Partner::new(&["One", "Two"]);
    let names = ["QX_1", "QX_2", "QX_3", "QX_4"];
    let mut campaigns = partner.campaigns(0, &names);
    let wanted = SuggestionsFor::Campaigns { ad_accounts: vec![account(0)], only: None };
    let suggest = |partner: &Partner| partner.suggested_and_stale(&wanted);
    assert_eq!(suggest(&partner), (vec![], false));
    let last = campaigns.pop().unwrap();
    partner.allocate_campaigns(0, campaigns);
    assert_eq!(suggest(&partner), (vec![], true), "nothing waits for what is learned again");
    assert!(partner.suggester.learn_again(&partner.book, GO_ON).unwrap());
    assert!(!partner.suggester.learn_again(&partner.book, GO_ON).unwrap(), "nothing was decided since");
    let (suggestions, stale) = suggest(&partner);
    assert_eq!((suggestions[0].object.id.as_str(), stale), (last.as_str(), false));
    assert_eq!(suggestions[0].reason, "3 of 3 campaigns named QX_* went to Orbit Shoes");
    let rename = Rename { object: Renamed::Advertiser(advertiser(0)), name: "Orbit Sneakers".into() };
    partner.commit(Action::Rename(rename));
    assert_eq!(suggest(&partner).0[0].advertiser.name, "Orbit Sneakers");
}

#[test]
fn suggestions_are_learned_again_after_a_sync_that_renamed_campaigns() {
    let mut partner = Partner::new(&["One", "Two"]);
    let allocated = partner.campaigns(0, &["AB_1", "CD_2", "EF_3"]);
    let next = partner.campaigns(0, &["QX_4"]).pop().unwrap();
    partner.allocate_campaigns(0, allocated.clone());
    let wanted = SuggestionsFor::Campaigns { ad_accounts: vec![account(0)], only: None };
    let suggest = |partner: &Partner| partner.suggested_and_stale(&wanted);
    assert_eq!(suggest(&partner), (vec![], false));

    let at = Timestamp::from_second(1_800_000_000).unwrap();
    partner.book.request_syncs(JobKind::Campaigns, &[account(0)], false, at).unwrap();
    let job = partner.book.start_job(at, false).unwrap().unwrap();
    let renamed = allocated.iter().zip(1..).map(|(id, n)| CampaignFacts {
        id: id.0.clone(),
        name: format!("QX_{n}"),
        ..Default::default()
    });
    let progress = PageProgress {
        cursor: StepCursor::List { done_before: 0, checkpoint: ListCheckpoint::new(&1) },
        done: 3,
        total: 3,
        unreadable: 0,
        unreadable_ids: Vec::new(),
        query: 0,
        is_first: true,
    };
    partner.book.record_page(&job, &renamed.collect::<Vec<_>>(), &progress).unwrap();
    assert!(!suggest(&partner).1, "more may follow while the sync runs");
    partner.book.end_job(job.id, JobState::Done, None, at).unwrap();
    assert_eq!(suggest(&partner), (vec![], true));
    assert!(partner.suggester.learn_again(&partner.book, GO_ON).unwrap());
    let (suggestions, stale) = suggest(&partner);
    assert_eq!((suggestions[0].object.id.as_str(), stale), (next.as_str(), false));
}

#[test]
fn learning_stops_when_the_partner_is_closed() {
    let partner = Naming::new(3);
    let stop = || ControlFlow::Break(());
    let suggester = Suggester::default();
    assert!(matches!(suggester.learn_again(&partner.book, &stop), Err(Error::Cancelled)));
    assert!(suggester.learn_again(&partner.book, GO_ON).unwrap());
}

#[test]
fn whatever_is_suggested_can_be_saved() {
    let partner = Naming::new(9);
    for what in [What::AdAccounts, What::Campaigns, What::Audiences] {
        let suggestions = partner.suggestions(what);
        assert!(suggestions.len() > 10);
        assert!(suggestions == partner.suggestions(what), "{what:?} differ from one time to the next");
        for one in suggestions.into_iter().take(300) {
            let advertiser = AdvertiserId(one.advertiser.id);
            let ad_account = AdAccountId(one.ad_account.id);
            let action = match what {
                What::AdAccounts => Action::AllocateAccounts(AllocateAccounts {
                    allocate: vec![AccountPair { ad_account, advertiser }],
                    ..Default::default()
                }),
                What::Campaigns => Action::AllocateCampaigns(AllocateCampaigns {
                    advertiser,
                    allocate: vec![CampaignId(one.object.id)],
                    deallocate: Vec::new(),
                }),
                What::Audiences => Action::AllocateAudiences(AllocateAudiences {
                    advertiser,
                    accounts: vec![AudienceChoice {
                        ad_account,
                        allocate: vec![AudienceId(one.object.id)],
                        deallocate: Vec::new(),
                    }],
                }),
            };
            let outcome = partner.book.preview(&Change::now("Maria", action)).unwrap();
            assert!(outcome.is_ready() && outcome.added > 0, "{what:?} {:?}", outcome.blockers);
        }
    }
}

#[test]
fn more_suggestions_than_are_listed_are_announced() {
    let mut partner = with_orb();
    let names: Vec<String> = (0..5_001).map(|n| format!("ORB_{n:04}")).collect();
    let campaigns = partner.campaigns(0, &names.iter().map(String::as_str).collect::<Vec<_>>());
    let wanted = SuggestionsFor::Campaigns { ad_accounts: vec![account(0)], only: None };
    partner.suggester.learn_again(&partner.book, GO_ON).unwrap();
    let suggest = || partner.suggester.suggest(&partner.book, &wanted, GO_ON).unwrap().0;
    let (found, more) = (suggest().found.len(), suggest().more);
    assert_eq!((found, more), (5_000, true));
    partner.allocate_campaigns(0, campaigns[..1].to_vec());
    assert_eq!((suggest().found.len(), suggest().more), (5_000, false));
}
