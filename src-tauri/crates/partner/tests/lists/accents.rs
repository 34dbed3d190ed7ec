//! Search on a keyboard that lacks the letters of a name.

use jiff::Timestamp;
use partner::decisions::{
    Action, AddGoals, AddToDirectory, Change, GoalKind, NewAdvertiser, NewXpoAccount, XpoState,
};
use partner::facts::accounts::{AccountFacts, AccountResponse, UserFacts};
use partner::facts::objects::{AdFacts, AdGroupFacts, AudienceFacts, CampaignFacts};
use partner::named::ObjectKind;
use partner::queries::accounts::AccountQuery;
use partner::queries::ad_groups::{AdGroupQuery, AdGroupSort};
use partner::queries::ads::{AdQuery, AdSort};
use partner::queries::allocation_tree::TreeQuery;
use partner::queries::audiences::{AudienceQuery, AudiencesOf};
use partner::queries::campaigns::{CampaignQuery, CampaignsOf};
use partner::queries::goals::{GoalQuery, GoalSort, GoalsOf};
use partner::queries::history::HistoryQuery;
use partner::queries::paging::Query;
use partner::queries::requests::RequestQuery;
use partner::queries::xpo_accounts::XpoAccountQuery;
use partner::requests::mail_settings::MailSettings;
use partner::requests::request::NewRequest;

use crate::fixture::{Fixture, account, advertiser, audience, campaign, goal, pair, xpo};

const NAMES: &[(&str, &str)] = &[
    ("Taquería Jalapeño", "jalapeno"),
    ("İzmir Işıkları", "izmir isik"),
    ("Großmarkt", "GROSSMARKT"),
    ("Phở Đặc Biệt", "pho dac biet"),
    ("Łódź Żywiec", "lodz zywiec"),
    ("Smørrebrød & Æbler", "smorrebrod aebler"),
    ("ΚΑΦΈΣ Ελλάς", "καφες ελλας"),
    ("O’Hara´s", "o'hara's"),
    ("Loreal", "l'oréal"),
    ("مَقْهى الإسكندرية", "مقهى الاسكندريه"),
    ("ｶﾌｪ・ﾊﾞｯｸﾞ", "カフェ バッグ"),
];

/// A partner whose objects all have the name.
fn named(name: &str) -> Fixture {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1)]);
    let name = name.to_owned();
    let user = UserFacts { id: "7111".into(), name: "User".into(), email: String::new() };
    let renamed = AccountFacts {
        id: account(1).0,
        name: name.clone(),
        answer: AccountResponse::Details(Box::default()),
    };
    fixture.book.record_import(&user, &[renamed], true, Timestamp::UNIX_EPOCH).unwrap();
    let record = (campaign(1, 1), audience(1));
    let campaign = CampaignFacts { id: record.0.clone(), name: name.clone(), ..Default::default() };
    fixture.book.record(&account(1), &[campaign]).unwrap();
    let audience = AudienceFacts { id: record.1, name: name.clone(), ..Default::default() };
    fixture.book.record(&account(1), &[audience]).unwrap();
    let ad_group = AdGroupFacts {
        id: record.0.clone(),
        name: name.clone(),
        campaign_id: record.0.clone(),
        ..Default::default()
    };
    fixture.book.record(&account(1), &[ad_group]).unwrap();
    let ad = AdFacts {
        id: record.0.clone(),
        name: name.clone(),
        ad_group_id: record.0.clone(),
        campaign_id: record.0,
        image_ids: "[]".into(),
        ..Default::default()
    };
    fixture.book.record(&account(1), &[ad]).unwrap();
    fixture.done(Action::AddToDirectory(AddToDirectory {
        accounts: vec![NewXpoAccount { id: xpo(9), name: name.clone(), state: XpoState::Active }],
        advertisers: vec![NewAdvertiser { id: advertiser(9, 1), xpo_account: xpo(9), name: name.clone() }],
    }));
    let goals = vec![goal(1, GoalKind::ConversionGoal, &name, advertiser(1, 1), 1)];
    fixture.done(Action::AddGoals(AddGoals { goals }));
    let mail = MailSettings {
        host: "mail.example".into(),
        account_manager: "tiktok@example.com".into(),
        ..Default::default()
    };
    fixture.book.save_mail_settings(&mail).unwrap();
    let request = NewRequest {
        name: "Another".into(),
        industry: "Games".into(),
        country: "SG".into(),
        currency: "USD".into(),
        timezone: "Asia/Singapore".into(),
        note: String::new(),
    };
    let change = Change::now(&*name, Action::RequestAccount(request));
    assert!(fixture.book.commit(&change).unwrap().entry.is_some());
    fixture
}

fn found<Q: Query>(fixture: &Fixture, query: &Q) -> u32 {
    fixture.book.list(query).unwrap().total
}

#[test]
fn lists_and_the_global_search_find_a_name_that_is_typed_without_accents() {
    for (name, typed) in NAMES {
        let fixture = named(name);
        let search = (*typed).to_owned();
        let kinds: Vec<(ObjectKind, usize)> =
            fixture.book.search(typed).unwrap().iter().map(|hits| (hits.kind, hits.hits.len())).collect();
        let all = [
            ObjectKind::AdAccount,
            ObjectKind::XpoAccount,
            ObjectKind::Advertiser,
            ObjectKind::Goal,
            ObjectKind::Campaign,
            ObjectKind::Audience,
        ];
        assert_eq!(kinds, all.map(|kind| (kind, 1)), "{name}: {typed}");
        let ad_account = account(1);
        let campaigns = CampaignQuery::all(CampaignsOf::AdAccount { ad_account: ad_account.clone() });
        let audiences = AudienceQuery::all(AudiencesOf::AdAccounts { ad_accounts: vec![ad_account.clone()] });
        let goals = GoalsOf::AdAccount { ad_account: ad_account.clone() };
        let counts = [
            found(&fixture, &AccountQuery { search: search.clone(), ..Default::default() }),
            found(&fixture, &XpoAccountQuery { search: search.clone(), ..Default::default() }),
            found(&fixture, &CampaignQuery { search: search.clone(), ..campaigns }),
            found(&fixture, &AudienceQuery { search: search.clone(), ..audiences }),
            found(
                &fixture,
                &AdGroupQuery {
                    ad_account: ad_account.clone(),
                    campaign: None,
                    search: search.clone(),
                    sort: AdGroupSort::Name,
                    descending: false,
                    statuses: Vec::new(),
                },
            ),
            found(
                &fixture,
                &AdQuery {
                    ad_account,
                    campaign: None,
                    ad_group: None,
                    search: search.clone(),
                    sort: AdSort::Name,
                    descending: false,
                    statuses: Vec::new(),
                },
            ),
            found(
                &fixture,
                &GoalQuery {
                    of: goals,
                    search: search.clone(),
                    sort: GoalSort::Name,
                    descending: false,
                    kinds: Vec::new(),
                },
            ),
            found(&fixture, &RequestQuery { search: search.clone(), ..Default::default() }),
            u32::try_from(
                fixture
                    .book
                    .allocation_tree(&TreeQuery { search: search.clone(), ..Default::default() })
                    .unwrap()
                    .len(),
            )
            .unwrap(),
        ];
        assert_eq!(counts, [1; 9], "{name}: {typed}");
        // The XPO account and its advertiser, the goal, and the request by its requester.
        assert_eq!(found(&fixture, &HistoryQuery { search, ..Default::default() }), 3, "{name}: {typed}");
    }
}

#[test]
fn names_that_differ_in_an_accent_are_different_names() {
    let fixture = Fixture::new();
    let accounts = (10..).zip(["Müller", "Muller", "はは", "ぱぱ"]).map(|(n, name)| NewXpoAccount {
        id: xpo(n),
        name: name.into(),
        state: XpoState::Active,
    });
    fixture.done(Action::AddToDirectory(AddToDirectory {
        accounts: accounts.collect(),
        advertisers: Vec::new(),
    }));
    assert_eq!(found(&fixture, &XpoAccountQuery { search: "muller".into(), ..Default::default() }), 2);
    assert_eq!(found(&fixture, &XpoAccountQuery { search: "はは".into(), ..Default::default() }), 1);
}
