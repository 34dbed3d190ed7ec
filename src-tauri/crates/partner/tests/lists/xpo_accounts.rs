//! The list of XPO accounts, and ad accounts by XPO account.

use partner::decisions::{
    Action, AddGoals, AddToDirectory, AllocateAudiences, Archive, AudienceChoice, ExcludeAudiences, GoalKind,
    NewAdvertiser, NewGoal, PaymentMode, Rename, SetState, XpoState,
};
use partner::ids::{AdAccountId, AudienceId, GoalId};
use partner::queries::accounts::AccountQuery;
use partner::queries::audiences::{AudienceQuery, AudiencesOf};
use partner::queries::campaigns::{CampaignQuery, CampaignsOf};
use partner::queries::xpo_accounts::{XpoAccountQuery, XpoAccountSort};

use crate::fixture::{Fixture, account, advertiser, audience, audiences, campaigns, pair, xpo};
use crate::pages::walk;

fn names(fixture: &Fixture, query: &XpoAccountQuery) -> Vec<String> {
    fixture.book.list(query).unwrap().page.rows.into_iter().map(|row| row.name).collect()
}

#[test]
fn r35_an_xpo_account_shows_everything_allocated_to_it() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(2, 1, 1), pair(2, 1, 2), pair(1, 1, 1)]);
    let goal = |n: u32, kind| NewGoal {
        id: GoalId(format!("00000000-0000-7000-8000-2{n:011}")),
        kind,
        name: format!("Goal {n}"),
        advertiser: advertiser(1, 1),
        ad_account: account(1),
    };
    fixture.done(Action::AddGoals(AddGoals {
        goals: vec![goal(1, GoalKind::RemarketingTag), goal(2, GoalKind::ConversionGoal)],
    }));
    let row = fixture.book.list(&XpoAccountQuery::default()).unwrap().page.rows.remove(0);
    let held = row.ad_accounts.iter().map(|held| (held.ad_account.name.as_str(), held.default, held.mode));
    assert_eq!(
        held.collect::<Vec<_>>(),
        [("Account 2", true, PaymentMode::Client), ("Account 1", false, PaymentMode::Client)]
    );
    let page = fixture.book.xpo_account(&row.id).unwrap().unwrap();
    let holdings: Vec<_> = page
        .holdings
        .iter()
        .map(|holding| {
            let advertisers = holding.advertisers.iter().map(|named| named.name.as_str()).collect::<Vec<_>>();
            (holding.ad_account.name.as_str(), holding.default, holding.mode, advertisers)
        })
        .collect();
    assert_eq!(
        holdings,
        [
            ("Account 1", false, PaymentMode::Client, vec!["Brand 1"]),
            ("Account 2", true, PaymentMode::Client, vec!["Brand 1", "Brand 2"])
        ]
    );
    assert_eq!(row.advertisers.iter().map(|row| row.goals).collect::<Vec<_>>(), [2, 0]);
    assert_eq!(page.advertisers, row.advertisers);
    assert_eq!(fixture.book.xpo_account(&xpo(9)).unwrap(), None);
}

#[test]
fn the_advertisers_that_match_a_search_best_come_first() {
    let fixture = Fixture::new();
    let advertisers = |search: &str| {
        let query = XpoAccountQuery { search: search.into(), ..Default::default() };
        let row = fixture.book.list(&query).unwrap().page.rows.remove(0);
        row.advertisers.into_iter().map(|row| row.name).collect::<Vec<_>>()
    };
    assert_eq!(advertisers(""), ["Brand 1", "Brand 2"]);
    assert_eq!(advertisers("brand"), ["Brand 1", "Brand 2"]);
    assert_eq!(advertisers("CLIENT 2"), ["Brand 2", "Brand 1"]);
    assert_eq!(advertisers("brand 2"), ["Brand 2", "Brand 1"], "both contain the first word");
}

#[test]
fn an_audience_of_several_advertisers_is_one_audience_of_the_xpo_account() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(1, 1, 2), pair(2, 1, 1)]);
    for (of, n) in [(1, 1), (1, 2), (2, 1)] {
        fixture.done(audiences(of, advertiser(1, n), &[1], &[]));
    }
    let row = fixture.book.list(&XpoAccountQuery::default()).unwrap().page.rows.remove(0);
    assert_eq!(row.audiences, 2, "one of each TikTok ad account");
    assert_eq!(row.advertisers.iter().map(|row| row.audiences).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(fixture.book.xpo_account(&xpo(1)).unwrap().unwrap().audiences, 2);
    let list = AudienceQuery::all(AudiencesOf::XpoAccount { xpo_account: xpo(1) });
    assert_eq!(fixture.book.list(&list).unwrap().page.rows.len(), 2);
}

#[test]
fn sorts_xpo_accounts_by_each_column() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 2, 1), pair(2, 2, 1), pair(1, 3, 1)]);
    fixture.done(Action::SetState(SetState { accounts: vec![xpo(1)], state: XpoState::Suspended }));
    fixture.done(campaigns(advertiser(3, 1), &[(1, 1)], &[]));
    fixture.done(Action::AddToDirectory(AddToDirectory {
        accounts: Vec::new(),
        advertisers: vec![NewAdvertiser { id: advertiser(3, 9), xpo_account: xpo(3), name: "Third".into() }],
    }));
    let sorted = |sort, descending| {
        let query = XpoAccountQuery { sort, descending, ..Default::default() };
        let rows = walk(&fixture.book, &query, |row| row.id.clone());
        rows.into_iter().map(|row| row.name.replace("Client ", "")).collect::<String>()
    };
    let orders = [
        (XpoAccountSort::Name, "123", "321"),
        (XpoAccountSort::State, "231", "132"),
        (XpoAccountSort::Advertisers, "123", "321"),
        (XpoAccountSort::AdAccounts, "132", "231"),
        (XpoAccountSort::Campaigns, "123", "321"),
    ];
    for (sort, up, down) in orders {
        assert_eq!((sorted(sort, false).as_str(), sorted(sort, true).as_str()), (up, down), "{sort:?}");
    }
}

#[test]
fn searches_advertisers_and_filters_xpo_accounts() {
    let fixture = Fixture::new();
    fixture.done(Action::Rename(Rename {
        object: partner::decisions::Renamed::Advertiser(advertiser(2, 1)),
        name: "Größe & Co".into(),
    }));
    fixture.done(Action::SetState(SetState { accounts: vec![xpo(2)], state: XpoState::Inactive }));
    fixture.done(Action::Archive(Archive { accounts: vec![xpo(3)], advertisers: Vec::new() }));
    fixture.allocate(&[pair(1, 1, 1)]);
    let all = XpoAccountQuery::default();
    assert_eq!(names(&fixture, &XpoAccountQuery { search: "GRÖSSE".into(), ..all.clone() }), ["Client 2"]);
    assert_eq!(
        names(&fixture, &XpoAccountQuery { search: "größe client".into(), ..all.clone() }),
        ["Client 2"]
    );
    assert_eq!(
        names(&fixture, &XpoAccountQuery { states: vec![XpoState::Inactive], ..all.clone() }),
        ["Client 2"]
    );
    assert_eq!(names(&fixture, &XpoAccountQuery { archived: Some(true), ..all.clone() }), ["Client 3"]);
    assert_eq!(names(&fixture, &XpoAccountQuery { allocated: Some(true), ..all.clone() }), ["Client 1"]);
    let back = XpoAccountQuery { descending: true, allocated: Some(false), ..all };
    assert_eq!(names(&fixture, &back), ["Client 3", "Client 2"]);
}

#[test]
fn r10_filters_ad_accounts_by_allocation() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(2, 1, 1), pair(2, 2, 1)]);
    let all = AccountQuery::default();
    let ids = |query: &AccountQuery| {
        fixture.book.ids(query).unwrap().into_iter().map(AdAccountId).collect::<Vec<_>>()
    };
    assert_eq!(ids(&AccountQuery { allocated: Some(true), ..all.clone() }), [account(1), account(2)]);
    assert_eq!(ids(&AccountQuery { allocated: Some(false), ..all.clone() }), [account(3), account(4)]);
    assert_eq!(ids(&AccountQuery { xpo_accounts: vec![xpo(2), xpo(3)], ..all.clone() }), [account(2)]);
    assert_eq!(ids(&AccountQuery { default: Some(true), ..all.clone() }), [account(1), account(2)]);
    assert_eq!(
        ids(&AccountQuery { default: Some(false), allocated: Some(true), ..all.clone() }),
        Vec::<AdAccountId>::new()
    );
    let rows = fixture.book.list(&all).unwrap().page.rows;
    let holders: Vec<_> = rows[1].holdings.iter().map(|holding| holding.xpo_account.name.as_str()).collect();
    assert_eq!(holders, ["Client 1", "Client 2"]);
}

#[test]
fn a19_a20_lists_allocated_unallocated_and_excluded_audiences() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(1, 2, 1)]);
    for of in [1, 2] {
        fixture.done(Action::AllocateAudiences(AllocateAudiences {
            advertiser: advertiser(of, 1),
            accounts: vec![AudienceChoice {
                ad_account: account(1),
                allocate: vec![AudienceId(audience(1))],
                deallocate: Vec::new(),
            }],
        }));
    }
    fixture.done(Action::ExcludeAudiences(ExcludeAudiences { audiences: vec![AudienceId(audience(3))] }));
    let list = |of| {
        let query = AudienceQuery { search: "audience".into(), ..AudienceQuery::all(of) };
        fixture.book.list(&query).unwrap().page.rows
    };
    let names = |of| list(of).into_iter().map(|row| row.name).collect::<Vec<_>>();
    let (ad_account, advertiser) = (account(1), advertiser(1, 1));
    let has = AudiencesOf::Allocated {
        ad_accounts: vec![ad_account.clone()],
        advertiser: advertiser.clone(),
        allocated: true,
    };
    let rows = list(has);
    assert_eq!(rows.len(), 1);
    let holders: Vec<_> = rows[0]
        .advertisers
        .iter()
        .map(|holder| (holder.advertiser.name.as_str(), holder.xpo_account.name.as_str()))
        .collect();
    assert_eq!(
        holders,
        [("Brand 1", "Client 1"), ("Brand 1", "Client 2")],
        "the others that have it are named"
    );
    let has_not =
        AudiencesOf::Allocated { ad_accounts: vec![ad_account.clone()], advertiser, allocated: false };
    assert_eq!(names(has_not), ["Audience 2"]);
    assert_eq!(
        names(AudiencesOf::AdAccounts { ad_accounts: vec![ad_account.clone()] }),
        ["Audience 1", "Audience 2"]
    );
    assert_eq!(names(AudiencesOf::Excluded { ad_accounts: vec![ad_account] }), ["Audience 3"]);
    assert_eq!(names(AudiencesOf::XpoAccount { xpo_account: xpo(2) }), ["Audience 1"]);
    assert_eq!(
        names(AudiencesOf::Advertiser { advertiser: crate::fixture::advertiser(2, 1) }),
        ["Audience 1"]
    );
    assert_eq!(
        names(AudiencesOf::Advertiser { advertiser: crate::fixture::advertiser(2, 2) }),
        Vec::<String>::new()
    );
    assert_eq!(
        names(AudiencesOf::AdAccounts { ad_accounts: vec![account(2)] }),
        ["Audience 1", "Audience 2"]
    );
}

#[test]
fn an_archived_client_says_so_wherever_what_it_has_is_shown() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(1, 2, 1)]);
    fixture.done(campaigns(advertiser(1, 1), &[(1, 1)], &[]));
    fixture.done(Action::AllocateAudiences(AllocateAudiences {
        advertiser: advertiser(1, 1),
        accounts: vec![AudienceChoice {
            ad_account: account(1),
            allocate: vec![AudienceId(audience(1))],
            deallocate: vec![],
        }],
    }));
    fixture.done(Action::Archive(Archive { accounts: vec![xpo(1)], advertisers: vec![] }));
    let ad_account = fixture.book.account_rows(&[account(1).0]).unwrap().remove(0);
    assert_eq!(ad_account.holdings.iter().map(|holding| holding.archived).collect::<Vec<_>>(), [true, false]);
    let campaigns = CampaignQuery::all(CampaignsOf::Advertiser { advertiser: advertiser(1, 1) });
    let campaign = fixture.book.list(&campaigns).unwrap().page.rows.remove(0);
    assert!(campaign.allocated.unwrap().archived);
    let audiences = AudienceQuery::all(AudiencesOf::Advertiser { advertiser: advertiser(1, 1) });
    let audience = fixture.book.list(&audiences).unwrap().page.rows.remove(0);
    assert!(audience.advertisers[0].archived);
    for text in ["client 1", "brand 1"] {
        let hits = fixture.book.search(text).unwrap().remove(0).hits;
        assert!(hits[0].archived, "{text}");
        assert!(hits[1..].iter().all(|hit| !hit.archived), "{text}");
    }
}
