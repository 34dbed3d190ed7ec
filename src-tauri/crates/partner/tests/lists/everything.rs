//! The global search and the numbers of Overview.

use std::collections::HashSet;

use jiff::{Timestamp, ToSpan};
use partner::decisions::{
    Action, AddGoals, AllocateAccounts, AllocateAudiences, AllocateCampaigns, Archive, AudienceChoice,
    GoalKind, PaymentChoice, PaymentMode,
};
use partner::facts::accounts::{AccountDetails, AccountFacts, AccountResponse, UserFacts};
use partner::facts::objects::{CampaignFacts, FactKind};
use partner::facts::tiktok_app::TiktokApp;
use partner::facts::users::UserState;
use partner::ids::{AudienceId, CampaignId};
use partner::named::{Named, ObjectKind};
use partner::queries::account_sync::Age;
use partner::queries::accounts::AccountQuery;
use partner::queries::overview::{Coverage, CoverageKind, FirstSteps, SetUp};
use partner::queries::search::{HITS, Hits};
use partner::requests::mail_settings::MailSettings;

use crate::campaigns::{campaigns, with_campaigns};
use crate::fixture::{Fixture, account, advertiser, audience, campaign, goal, pair, xpo};

fn names(fixture: &Fixture, text: &str, kind: ObjectKind) -> Vec<String> {
    let found: Vec<Hits> = fixture.book.search(text).unwrap();
    found
        .into_iter()
        .filter(|hits| hits.kind == kind)
        .flat_map(|hits| hits.hits)
        .map(|hit| hit.named.name)
        .collect()
}

#[test]
fn finds_objects_of_every_kind_by_name_and_id() {
    let fixture = Fixture::new();
    assert_eq!(names(&fixture, "OUNT", ObjectKind::AdAccount).len(), 4);
    assert_eq!(names(&fixture, account(2).as_str(), ObjectKind::AdAccount), ["Account 2"]);
    assert_eq!(names(&fixture, "client", ObjectKind::XpoAccount), ["Client 1", "Client 2", "Client 3"]);
    assert_eq!(names(&fixture, "BRAND 2", ObjectKind::Advertiser).len(), 3);
    assert_eq!(names(&fixture, &campaign(2, 3), ObjectKind::Campaign), ["Campaign 2-3"]);
    assert_eq!(names(&fixture, "paign 2-3", ObjectKind::Campaign), ["Campaign 2-3"]);
    assert_eq!(names(&fixture, &audience(2), ObjectKind::Audience).len(), 4, "one per ad account");
    let campaign = &fixture.book.search("2-3").unwrap()[0];
    assert_eq!(campaign.hits[0].inside.as_ref().unwrap().name, "Account 2");
    assert!(!campaign.more);
    let many = fixture.book.search("campaign").unwrap();
    assert_eq!((many[0].hits.len(), many[0].more), (HITS, true));
}

#[test]
fn a_hit_names_the_advertiser_of_a_campaign_or_goal() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 2)]);
    fixture.done(Action::AllocateCampaigns(AllocateCampaigns {
        advertiser: advertiser(1, 2),
        allocate: vec![CampaignId(campaign(1, 1))],
        deallocate: Vec::new(),
    }));
    let goals = vec![goal(1, GoalKind::ConversionGoal, "Checkout done", advertiser(1, 2), 1)];
    fixture.done(Action::AddGoals(AddGoals { goals }));
    let holder = |text: &str| {
        let found = fixture.book.search(text).unwrap();
        let hit = &found[0].hits[0];
        (found[0].kind, hit.advertiser.clone(), hit.xpo_account.clone())
    };
    let named = |kind, id: &str, name: &str| Some(Named { kind, id: id.to_owned(), name: name.to_owned() });
    let brand = named(ObjectKind::Advertiser, advertiser(1, 2).as_str(), "Brand 2");
    let client = named(ObjectKind::XpoAccount, xpo(1).as_str(), "Client 1");
    assert_eq!(holder("campaign 1-1"), (ObjectKind::Campaign, brand.clone(), client.clone()));
    assert_eq!(holder("campaign 1-2"), (ObjectKind::Campaign, None, None));
    assert_eq!(holder("CHECKOUT"), (ObjectKind::Goal, brand, client));
}

#[test]
fn finds_any_three_characters_of_a_name_in_any_script() {
    let fixture = with_campaigns();
    for campaign in campaigns().into_iter().take(13) {
        let folded = partner::fold(&campaign.name);
        for word in folded.split_whitespace() {
            let characters: Vec<char> = word.chars().collect();
            for part in characters.windows(3) {
                let text: String = part.iter().collect();
                assert!(!names(&fixture, &text, ObjectKind::Campaign).is_empty(), "{text:?}");
            }
            let (first, last) =
                (characters[..characters.len().min(2)].iter(), characters.iter().rev().take(2));
            let (first, last): (String, String) = (first.collect(), last.rev().collect());
            assert!(!names(&fixture, &last, ObjectKind::Campaign).is_empty(), "{last:?}");
            if folded.starts_with(&first) {
                let initial: String = first.chars().take(1).collect();
                assert!(!names(&fixture, &initial, ObjectKind::Campaign).is_empty(), "{initial:?}");
            }
            assert!(!names(&fixture, &first, ObjectKind::Campaign).is_empty(), "{first:?}");
        }
    }
}

#[test]
fn finds_the_new_name_after_a_rename_and_accepts_any_text() {
    let fixture = Fixture::new();
    let renamed = CampaignFacts { id: campaign(1, 1), name: "Novel".into(), ..Default::default() };
    fixture.book.record(&account(1), &[renamed]).unwrap();
    assert_eq!(names(&fixture, "nove", ObjectKind::Campaign), ["Novel"]);
    assert_eq!(names(&fixture, "campaign 1-1", ObjectKind::Campaign), Vec::<String>::new());
    let odd = [
        "", " ", "\"", "\"\"\"", "a\"b", "*", "^x", "AND", "NOT (", "-", ":", "{}", "\u{0}", "a\u{0}b", "'",
        "%", "_",
    ];
    for text in odd {
        fixture.book.search(text).unwrap();
    }
    fixture.book.search(&"x ".repeat(500)).unwrap();
    fixture.book.search(&"word".repeat(500_000)).unwrap();
    let long = "word ".repeat(100).replace(' ', "-");
    let named = CampaignFacts { id: campaign(1, 2), name: long.clone(), ..Default::default() };
    fixture.book.record(&account(1), &[named]).unwrap();
    assert_eq!(names(&fixture, &long, ObjectKind::Campaign), [long.as_str()]);
    assert_eq!(names(&fixture, &format!("{long}x"), ObjectKind::Campaign), Vec::<String>::new());
}

#[test]
fn the_first_steps_reflect_the_contents_of_the_book() {
    let place = tempfile::tempdir().unwrap();
    let (_, new) = partner::Folder::at(place.path()).create("New").unwrap();
    let steps = |book: &partner::Book| {
        let FirstSteps { app, ad_accounts, xpo_accounts, allocated, mail } = book.first_steps().unwrap();
        [app.done, ad_accounts, xpo_accounts, allocated, mail.done]
    };
    assert_eq!(steps(&new), [false; 5]);
    let app = TiktokApp { app_id: "7000".into(), ..TiktokApp::default() };
    new.save_tiktok_app(&app).unwrap();
    new.record_tiktok_app_test(&app, Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(steps(&new), [true, false, false, false, false]);
    let team = MailSettings { team: "team@knorex.example".into(), ..new.mail_settings().unwrap() };
    new.save_mail_settings(&team).unwrap();
    new.record_mail_test(&team, Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(steps(&new), [true, false, false, false, true]);

    let fixture = Fixture::new();
    assert_eq!(steps(&fixture.book), [false, true, true, false, false]);
    fixture.allocate(&[pair(1, 1, 1)]);
    assert_eq!(steps(&fixture.book), [false, true, true, true, false]);
}

#[test]
fn settings_are_done_once_they_are_tested_as_they_are_saved() {
    let place = tempfile::tempdir().unwrap();
    let folder = partner::Folder::at(place.path());
    let (_, book) = folder.create("New").unwrap();
    let set_up = |saved, tested_at, done| SetUp { saved, tested_at, done };
    let steps = || book.first_steps().unwrap();
    let at = Timestamp::from_millisecond(1_000).unwrap();

    let app = TiktokApp { app_id: "7000".into(), ..TiktokApp::default() };
    let other = TiktokApp { app_id: "7001".into(), ..app.clone() };
    book.save_tiktok_app(&app).unwrap();
    assert_eq!(steps().app, set_up(true, None, false));
    book.record_tiktok_app_test(&other, at).unwrap();
    assert_eq!(steps().app, set_up(true, None, false), "it is not what is saved");
    book.record_tiktok_app_test(&app, at).unwrap();
    book.save_tiktok_app(&app).unwrap();
    assert_eq!(steps().app, set_up(true, Some(1_000), true));
    book.save_tiktok_app_untested(&app).unwrap();
    assert_eq!(steps().app, set_up(true, None, false), "the secret was changed");
    book.record_tiktok_app_test(&app, at).unwrap();
    book.save_tiktok_app(&other).unwrap();
    assert_eq!(steps().app, set_up(true, None, false));

    let mail = MailSettings { team: "team@knorex.example".into(), ..MailSettings::default() };
    let other = MailSettings { host: "smtp.example.com".into(), ..mail.clone() };
    book.save_mail_settings(&mail).unwrap();
    book.record_mail_test(&other, at).unwrap();
    assert_eq!(steps().mail, set_up(true, None, false), "it is not what is saved");
    book.record_mail_test(&mail, at).unwrap();
    book.save_mail_settings(&mail).unwrap();
    assert_eq!(steps().mail, set_up(true, Some(1_000), true));
    book.save_mail_settings_tested(&mail, None).unwrap();
    assert_eq!(steps().mail, set_up(true, None, false), "the password was changed");
    book.save_mail_settings_tested(&mail, Some(at)).unwrap();
    assert_eq!(steps().mail, set_up(true, Some(1_000), true));
    book.save_mail_settings(&other).unwrap();
    assert_eq!(steps().mail, set_up(true, None, false));

    let (_, practice) = folder.practice("Practice partner").unwrap();
    practice.save_tiktok_app(&app).unwrap();
    assert_eq!(practice.first_steps().unwrap().app, set_up(true, None, true));
}

#[test]
fn overview_counts_match_the_contents_of_the_book() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(1, 1, 2), pair(1, 2, 1), pair(2, 1, 1)]);
    let modes =
        vec![PaymentChoice { ad_account: account(1), xpo_account: xpo(2), mode: PaymentMode::Knorex }];
    fixture.done(Action::AllocateAccounts(AllocateAccounts {
        allocate: Vec::new(),
        deallocate: Vec::new(),
        modes,
        default_replacements: Vec::new(),
    }));
    fixture.done(Action::AllocateCampaigns(AllocateCampaigns {
        advertiser: advertiser(1, 1),
        allocate: vec![CampaignId(campaign(1, 1)), CampaignId(campaign(2, 1))],
        deallocate: Vec::new(),
    }));
    for n in 1..=2 {
        fixture.done(Action::AllocateAudiences(AllocateAudiences {
            advertiser: advertiser(1, n),
            accounts: vec![AudienceChoice {
                ad_account: account(1),
                allocate: vec![AudienceId(audience(1))],
                deallocate: Vec::new(),
            }],
        }));
    }
    fixture.done(Action::Archive(Archive { accounts: vec![xpo(3)], advertisers: Vec::new() }));
    let coverage = |of| fixture.book.coverage(of).unwrap();
    assert_eq!(coverage(CoverageKind::AdAccounts), Coverage { allocated: 2, of: 4 });
    assert_eq!(coverage(CoverageKind::Campaigns), Coverage { allocated: 2, of: 20 });
    assert_eq!(coverage(CoverageKind::Audiences), Coverage { allocated: 1, of: 12 });
    assert_eq!(coverage(CoverageKind::XpoAccounts), Coverage { allocated: 2, of: 2 });
    let attention = fixture.book.attention().unwrap();
    assert_eq!((attention.inaccessible, attention.mixed_modes), (0, 1));
    assert_eq!((attention.suspended_or_disapproved, attention.needs_authorization), (0, 0));
    let mixed = AccountQuery { mixed_modes: Some(true), ..Default::default() };
    assert_eq!(fixture.book.ids(&mixed).unwrap(), [account(1).0]);
    let flows = fixture.book.flows().unwrap();
    assert_eq!((flows.count, flows.ad_accounts, flows.xpo_accounts), (3, 2, 2));
    let flows: Vec<(String, String, u32)> = flows
        .largest
        .into_iter()
        .map(|flow| (flow.ad_account.name, flow.xpo_account.name, flow.advertisers))
        .collect();
    let flow = |from: &str, to: &str, through| (from.to_owned(), to.to_owned(), through);
    assert_eq!(
        flows,
        [
            flow("Account 1", "Client 1", 2),
            flow("Account 2", "Client 1", 1),
            flow("Account 1", "Client 2", 1)
        ]
    );
}

#[test]
fn attention_counts_match_the_lists() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(2, 1, 1), pair(3, 1, 1)]);
    let user = UserFacts { id: "7111".into(), name: "User".into(), email: String::new() };
    let with = |n: u32, status: &str| AccountFacts {
        id: account(n).0,
        name: format!("Account {n}"),
        answer: AccountResponse::Details(Box::new(AccountDetails {
            status: status.into(),
            ..Default::default()
        })),
    };
    let listed = [with(1, "STATUS_LIMIT"), with(2, "STATUS_CONFIRM_FAIL"), with(4, "STATUS_LIMIT")];
    fixture.book.record_import(&user, &listed, true, Timestamp::UNIX_EPOCH).unwrap();
    fixture.book.set_user_state("7111", UserState::NeedsAuthorization).unwrap();
    let attention = fixture.book.attention().unwrap();
    assert_eq!(
        (attention.suspended_or_disapproved, attention.needs_authorization, attention.inaccessible),
        (2, 1, 1)
    );
    let refused = AccountQuery {
        statuses: vec!["Suspended".into(), "Disapproved".into()],
        allocated: Some(true),
        ..Default::default()
    };
    assert_eq!(fixture.book.ids(&refused).unwrap().len(), 2);
}

#[test]
fn a18_lists_xpo_accounts_with_objects_that_are_deleted_on_tiktok() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(1, 2, 1), pair(1, 2, 2)]);
    let allocate = |of: u32, n: u32, campaigns: &[u32]| {
        fixture.done(Action::AllocateCampaigns(AllocateCampaigns {
            advertiser: advertiser(of, n),
            allocate: campaigns.iter().map(|&n| CampaignId(campaign(1, n))).collect(),
            deallocate: Vec::new(),
        }));
        fixture.done(Action::AllocateAudiences(AllocateAudiences {
            advertiser: advertiser(of, n),
            accounts: vec![AudienceChoice {
                ad_account: account(1),
                allocate: vec![AudienceId(audience(1))],
                deallocate: Vec::new(),
            }],
        }));
    };
    allocate(1, 1, &[1]);
    allocate(2, 1, &[2, 3]);
    allocate(2, 2, &[4]);
    assert_eq!(fixture.book.deleted_but_allocated().unwrap(), []);
    // Campaigns 3, 4 and 5 and all audiences are missing in the lists.
    let listed: HashSet<String> = (1..=2).map(|n| campaign(1, n)).collect();
    fixture.book.complete(FactKind::Campaign, &account(1), &listed, Timestamp::now()).unwrap();
    fixture.book.complete(FactKind::Audience, &account(1), &HashSet::new(), Timestamp::now()).unwrap();
    let deleted: Vec<(String, u32, u32)> = fixture
        .book
        .deleted_but_allocated()
        .unwrap()
        .into_iter()
        .map(|one| (one.xpo_account.name, one.campaigns, one.audiences))
        .collect();
    assert_eq!(deleted, [("Client 2".to_owned(), 2, 1), ("Client 1".to_owned(), 0, 1)]);
}

#[test]
fn freshness_counts_match_the_lists() {
    let fixture = Fixture::empty();
    let now = Timestamp::now();
    let new = [8, 9].map(|n| AccountFacts {
        id: account(n).0,
        name: "New".into(),
        answer: AccountResponse::NoDetails,
    });
    let user = UserFacts { id: "7111".into(), name: "User".into(), email: String::new() };
    fixture.book.record_import(&user, &new, false, now).unwrap();
    let read = |kinds: &[FactKind], n: u32, at: Timestamp| {
        for &kind in kinds {
            fixture.book.complete(kind, &account(n), &HashSet::new(), at).unwrap();
        }
    };
    let lists = [FactKind::Campaign, FactKind::AdGroup, FactKind::Ad];
    for (n, at) in [(1, now - 50.minutes()), (2, now - 70.minutes()), (3, now + 2.hours())] {
        read(&lists, n, at);
    }
    // Of the fourth, campaigns could not be read for long; of the next, ads never.
    let long_ago = now - (8 * 24).hours();
    read(&lists[..1], 4, long_ago);
    read(&lists[1..], 4, now);
    read(&lists[..2], 8, now);
    read(&[FactKind::Audience], 4, now);
    read(&[FactKind::Audience], 8, now);
    let freshness = fixture.book.freshness(now).unwrap();
    let counts: Vec<(Age, u32)> = freshness.iter().map(|fresh| (fresh.age, fresh.count)).collect();
    assert_eq!(
        counts,
        [(Age::Hour, 2), (Age::Day, 1), (Age::Week, 0), (Age::Older, 1), (Age::Never, 2)],
        "an ad account is as old as its oldest part"
    );
    let synced_at = |n: u32| fixture.book.account_page(&account(n)).unwrap().unwrap().row.sync.synced_at;
    assert_eq!([4, 8, 9].map(synced_at), [Some(long_ago.as_millisecond()), None, None]);
    let listed = |synced: &[Age]| {
        let query = AccountQuery { synced: synced.to_vec(), ..Default::default() };
        fixture.book.ids(&query).unwrap().len() as u32
    };
    for (age, count) in counts {
        assert_eq!(listed(&[age]), count, "{age:?}");
    }
    assert_eq!(listed(&[Age::Day, Age::Never]), 3);
    assert_eq!(listed(Age::ALL), 6);
}
