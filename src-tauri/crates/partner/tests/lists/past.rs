//! The change history and the allocations at earlier times.

use jiff::{Timestamp, ToSpan};
use partner::Book;
use partner::decisions::{
    Action, AllocateAccounts, AllocateAudiences, AllocateCampaigns, Archive, AudienceChoice, Change,
    DecisionKind, DefaultReplacement, ExcludeAudiences, InitializeCampaigns, PaymentChoice, PaymentMode,
    Rename, Renamed, SetState, XpoState,
};
use partner::ids::{AudienceId, CampaignId, ChangeId};
use partner::named::ObjectKind;
use partner::queries::as_of::XpoAccountAsOf;
use partner::queries::history::{HistoryQuery, HistorySubject};
use partner::queries::xpo_accounts::XpoAccountQuery;

use crate::campaigns::{campaigns, with_campaigns};
use crate::fixture::{
    Fixture, account, advertiser, allocate, audience, campaign, deallocate, pair, undo, xpo,
};

fn day(n: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap() + (n * 24).hours()
}

/// Commits an action on the `n`th day.
fn on(fixture: &Fixture, n: i64, actor: &str, action: Action) -> ChangeId {
    let change = Change { at: day(n), ..Change::now(actor, action) };
    assert!(fixture.book.commit(&change).unwrap().entry.is_some());
    change.id
}

/// Returns the current list of XPO accounts in the form of an earlier state.
fn now(book: &Book) -> Vec<XpoAccountAsOf> {
    let rows = book.list(&XpoAccountQuery::default()).unwrap().page.rows;
    let then = book.xpo_accounts_as_of(day(1_000)).unwrap();
    assert_eq!(rows.len(), then.len());
    for (row, then) in rows.iter().zip(&then) {
        assert_eq!(
            (&row.id.0, &row.name, row.state, row.archived),
            (&then.xpo_account.id, &then.xpo_account.name, then.state, then.archived)
        );
        let holdings = book.xpo_account(&row.id).unwrap().unwrap().holdings;
        let default = holdings.iter().find(|holding| holding.default).map(|holding| &holding.ad_account);
        assert_eq!(default, then.default.as_ref());
        let links: Vec<_> = holdings.iter().map(|holding| (&holding.ad_account, holding.mode)).collect();
        assert_eq!(
            links,
            then.ad_accounts.iter().map(|link| (&link.ad_account, link.mode)).collect::<Vec<_>>()
        );
        for (row, then) in row.advertisers.iter().zip(&then.advertisers) {
            assert_eq!((&row.name, row.archived), (&then.advertiser.name, then.archived));
            assert_eq!(
                (row.campaigns, row.audiences, row.goals),
                (then.campaigns, then.audiences, then.goals)
            );
        }
        for then in &then.advertisers {
            let theirs = holdings
                .iter()
                .filter(|holding| holding.advertisers.contains(&then.advertiser))
                .map(|holding| &holding.ad_account);
            assert_eq!(theirs.collect::<Vec<_>>(), then.ad_accounts.iter().collect::<Vec<_>>());
        }
    }
    then
}

#[test]
fn computes_the_allocations_of_each_day() {
    let fixture = Fixture::new();
    let give = |n: u32| {
        Action::AllocateCampaigns(AllocateCampaigns {
            advertiser: advertiser(1, 1),
            allocate: (1..=n).map(|i| CampaignId(campaign(1, i))).collect(),
            deallocate: Vec::new(),
        })
    };
    let mut undone = None;
    let mut days = vec![now(&fixture.book)];
    let actions: Vec<Action> = vec![
        allocate(&[pair(1, 1, 1), pair(1, 1, 2), pair(2, 1, 1), pair(3, 2, 1)]),
        give(3),
        Action::AllocateAudiences(AllocateAudiences {
            advertiser: advertiser(1, 2),
            accounts: vec![AudienceChoice {
                ad_account: account(1),
                allocate: vec![AudienceId(audience(1)), AudienceId(audience(2))],
                deallocate: Vec::new(),
            }],
        }),
        Action::Rename(Rename { object: Renamed::XpoAccount(xpo(2)), name: "Zebra".into() }),
        Action::AllocateAccounts(AllocateAccounts {
            allocate: Vec::new(),
            deallocate: Vec::new(),
            modes: vec![PaymentChoice {
                ad_account: account(2),
                xpo_account: xpo(1),
                mode: PaymentMode::Knorex,
            }],
            default_replacements: Vec::new(),
        }),
        Action::InitializeCampaigns(InitializeCampaigns { campaigns: vec![CampaignId(campaign(1, 2))] }),
        Action::ExcludeAudiences(ExcludeAudiences { audiences: vec![AudienceId(audience(2))] }),
        Action::SetState(SetState { accounts: vec![xpo(3)], state: XpoState::Suspended }),
        deallocate(&[pair(3, 2, 1)], &[DefaultReplacement { xpo_account: xpo(2), to: None }]),
        Action::Archive(Archive { accounts: vec![xpo(3)], advertisers: vec![advertiser(3, 1)] }),
    ];
    for (n, action) in (1..).zip(actions) {
        let id = on(&fixture, n, "ana", action);
        if n == 9 {
            undone = Some(id);
        }
        days.push(now(&fixture.book));
    }
    on(&fixture, 11, "bo", undo(&undone.unwrap()));
    days.push(now(&fixture.book));
    for (n, expected) in (0..).zip(&days).skip(1) {
        assert_eq!(&fixture.book.xpo_accounts_as_of(day(n)).unwrap(), expected, "day {n}");
        assert_eq!(&fixture.book.xpo_accounts_as_of(day(n) + 23.hours()).unwrap(), expected, "day {n}");
    }
    let same = days.windows(2).filter(|pair| pair[0] == pair[1]).count();
    assert_eq!(same, 1, "only the initialization of a campaign is not part of the state");
    assert_eq!(fixture.book.xpo_accounts_as_of(Timestamp::UNIX_EPOCH).unwrap(), []);

    let held = |n, kind, of, i| {
        let held = fixture.book.allocated_as_of(day(n), kind, advertiser(of, i).as_str(), None).unwrap();
        held.into_iter().map(|then| (then.object.id, then.initialized)).collect::<Vec<_>>()
    };
    let three = |initialized| (1..=3).map(|i| (campaign(1, i), i == initialized)).collect::<Vec<_>>();
    assert_eq!(held(1, DecisionKind::CampaignAllocation, 1, 1), []);
    assert_eq!(held(2, DecisionKind::CampaignAllocation, 1, 1), three(0));
    assert_eq!(held(6, DecisionKind::CampaignAllocation, 1, 1), three(2));
    assert_eq!(held(6, DecisionKind::AudienceAllocation, 1, 2).len(), 2);
    assert_eq!(held(7, DecisionKind::AudienceAllocation, 1, 2), [(audience(1), false)]);
}

#[test]
fn pages_through_the_campaigns_at_an_earlier_time() {
    let fixture = with_campaigns();
    fixture.allocate(&[pair(4, 1, 1)]);
    let ids: Vec<CampaignId> = campaigns().into_iter().map(|campaign| CampaignId(campaign.id)).collect();
    fixture.done(Action::AllocateCampaigns(AllocateCampaigns {
        advertiser: advertiser(1, 1),
        allocate: ids.clone(),
        deallocate: Vec::new(),
    }));
    let mut found = Vec::new();
    loop {
        let page = fixture
            .book
            .allocated_as_of(
                Timestamp::MAX,
                DecisionKind::CampaignAllocation,
                advertiser(1, 1).as_str(),
                found.last(),
            )
            .unwrap();
        if page.is_empty() {
            break;
        }
        found.extend(page);
    }
    assert_eq!(found.into_iter().map(|then| CampaignId(then.object.id)).collect::<Vec<_>>(), ids);
}

#[test]
fn searches_and_filters_the_history() {
    let fixture = Fixture::new();
    let first = on(&fixture, 1, "Ana", allocate(&[pair(1, 1, 1), pair(2, 2, 1)]));
    on(
        &fixture,
        2,
        "Bo",
        Action::Rename(Rename { object: Renamed::XpoAccount(xpo(3)), name: "Übersee".into() }),
    );
    let give = Action::AllocateCampaigns(AllocateCampaigns {
        advertiser: advertiser(1, 1),
        allocate: vec![CampaignId(campaign(1, 4))],
        deallocate: Vec::new(),
    });
    let given = on(&fixture, 3, "Bo", give);
    on(&fixture, 4, "Ana", undo(&given));

    let list = |query: HistoryQuery| {
        let rows = fixture.book.list(&query).unwrap().page.rows;
        rows.into_iter().map(|row| row.entry.action).collect::<Vec<_>>()
    };
    let search = |text: &str| list(HistoryQuery { search: text.into(), ..Default::default() });
    let about = |kind, id: &str| {
        list(HistoryQuery { about: Some(HistorySubject { kind, id: id.to_owned() }), ..Default::default() })
    };
    let name = |kind, id: &str| {
        fixture.book.history_subject(&HistorySubject { kind, id: id.to_owned() }).unwrap().name
    };
    assert_eq!(name(ObjectKind::XpoAccount, xpo(1).as_str()), "Client 1");
    assert_eq!(name(ObjectKind::XpoAccount, xpo(9).as_str()), "");
    let (add, rename, account_s, campaign_s) =
        ("add_to_directory", "rename", "allocate_accounts", "allocate_campaigns");
    assert_eq!(list(HistoryQuery::default()), ["undo", campaign_s, rename, account_s, add]);
    assert_eq!(search("ÜBERSEE"), [rename]);
    assert_eq!(search("bo campaigns"), [campaign_s]);
    assert_eq!(search(&campaign(1, 4)), ["undo", campaign_s]);
    assert_eq!(search(&first.0), [account_s]);
    assert_eq!(about(ObjectKind::Campaign, &campaign(1, 4)), ["undo", campaign_s]);
    assert_eq!(about(ObjectKind::AdAccount, account(2).as_str()), [account_s]);
    assert_eq!(about(ObjectKind::AdAccount, account(1).as_str()), ["undo", campaign_s, account_s]);
    assert_eq!(about(ObjectKind::XpoAccount, xpo(1).as_str()), ["undo", campaign_s, account_s, add]);
    assert_eq!(about(ObjectKind::XpoAccount, xpo(3).as_str()), [rename, add]);
    assert_eq!(about(ObjectKind::Advertiser, advertiser(2, 1).as_str()), [account_s, add]);
    assert_eq!(about(ObjectKind::Change, &first.0), [account_s]);
    let by = HistoryQuery { actors: vec!["Bo".into()], ..Default::default() };
    assert_eq!(list(by), [campaign_s, rename]);
    let done = HistoryQuery { actions: vec!["undo".into(), "rename".into()], ..Default::default() };
    assert_eq!(list(done), ["undo", rename]);
    let between = HistoryQuery {
        from: Some(day(2).as_millisecond()),
        until: Some(day(4).as_millisecond()),
        ..Default::default()
    };
    assert_eq!(list(between), [campaign_s, rename]);
    assert_eq!(fixture.book.actors().unwrap(), ["Ana", "Bo", "admin"]);

    let rows = fixture.book.list(&HistoryQuery::default()).unwrap().page.rows;
    assert_eq!(rows[0].undoes.as_ref().unwrap().id, given);
    assert_eq!(rows[1].undone_by.as_ref().unwrap().seq, rows[0].entry.seq);
    assert_eq!(rows[1].first[0].object.as_ref().unwrap().name, "Campaign 1-4");
}

#[test]
fn decisions_count_after_the_clock_was_set_back() {
    let fixture = Fixture::new();
    on(&fixture, 5, "Ana", allocate(&[pair(1, 1, 1)]));
    on(&fixture, 3, "Ana", allocate(&[pair(2, 1, 1)]));
    let had = |n| {
        let then = fixture.book.xpo_accounts_as_of(day(n)).unwrap();
        then.first().map_or(0, |xpo| xpo.ad_accounts.len())
    };
    assert_eq!((had(2), had(4), had(6)), (0, 2, 2));
}

#[test]
fn pages_through_the_edits_of_an_entry() {
    let fixture = with_campaigns();
    fixture.allocate(&[pair(4, 1, 1)]);
    let allocate: Vec<CampaignId> = campaigns().into_iter().map(|campaign| CampaignId(campaign.id)).collect();
    let of = allocate.len();
    let advertiser = advertiser(1, 1);
    let (_, outcome) = fixture.done(Action::AllocateCampaigns(AllocateCampaigns {
        advertiser,
        allocate,
        deallocate: Vec::new(),
    }));
    let entry = outcome.entry.unwrap();
    let edits = fixture.edits_of(entry, "");
    assert_eq!(
        edits.iter().map(|edit| edit.number as usize).collect::<Vec<_>>(),
        (0..of).collect::<Vec<_>>()
    );
    let last = edits[of - 1].edit.object.as_ref().unwrap().id.clone();
    for search in [last.as_str(), "client 1 brand 1"] {
        let query = HistoryQuery { search: search.into(), ..Default::default() };
        let found = fixture.book.list(&query).unwrap().page.rows;
        assert_eq!(found[0].entry.seq, entry, "{search}");
    }
    assert_eq!(fixture.edits_of(entry, &last), edits[of - 1..]);
    assert_eq!(fixture.edits_of(-1, ""), []);
}

#[test]
fn an_entry_that_was_searched_for_shows_the_edits_that_match() {
    let fixture = Fixture::new();
    on(&fixture, 1, "Ana", allocate(&[pair(1, 1, 1), pair(2, 1, 1), pair(3, 1, 1), pair(4, 2, 1)]));
    let found = |search: &str| {
        let query = HistoryQuery { search: search.into(), actors: vec!["Ana".into()], ..Default::default() };
        let row = fixture.book.list(&query).unwrap().page.rows.remove(0);
        let of = row.first[0].ad_account.as_ref().map(|account| account.id.clone());
        (row.found_by, of, row.first.len())
    };
    assert_eq!(found(""), (String::new(), Some(account(1).0), 3));
    assert_eq!(found(account(4).as_str()), (account(4).0, Some(account(4).0), 3));
    let (found_by, of, _) = found(&format!("ana {}", account(3).as_str()));
    assert_eq!((found_by, of), (account(3).0, Some(account(3).0)), "the row shows the actor");
    let (found_by, of, shown) = found(&format!("{} {}", account(4).as_str(), account(3).as_str()));
    assert_eq!((found_by, of, shown), (account(4).0, Some(account(4).0), 3), "no edit contains both");
    // The row shows the actor and says what was done, so there is nothing to explain.
    assert_eq!(found("Ana allocate").0, "");
    let seq = fixture.book.list(&HistoryQuery::default()).unwrap().page.rows[0].entry.seq;
    let modes = fixture.edits_of(seq, "payment MODE");
    assert!(!modes.is_empty() && modes.iter().all(|edit| edit.edit.kind == DecisionKind::Payment));
}
