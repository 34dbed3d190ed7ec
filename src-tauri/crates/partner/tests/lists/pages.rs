//! Every way to page through a list returns the same rows in the same order.

use std::fmt::Debug;

use partner::decisions::{
    Action, AddToDirectory, AllocateAudiences, AudienceChoice, NewXpoAccount, Rename, Renamed, XpoState,
};
use partner::facts::accounts::{AccountDetails, AccountFacts, AccountResponse, UserFacts};
use partner::facts::objects::AudienceFacts;
use partner::facts::status::Availability;
use partner::ids::{AdAccountId, AudienceId};
use partner::queries::accounts::{AccountQuery, AccountSort};
use partner::queries::audiences::{AudienceKey, AudienceQuery, AudienceSort, AudiencesOf};
use partner::queries::history::HistoryQuery;
use partner::queries::paging::{Cursor, PAGE, Page, Query, RowKey};
use partner::queries::xpo_accounts::XpoAccountQuery;
use partner::store::interrupt::Interrupt;
use partner::{Book, Error};

use crate::campaigns::{SORTS, campaigns, of_account, with_campaigns};
use crate::fixture::{Fixture, account, advertiser, pair, xpo};

/// Reads the list from the start, from the end, by page keys and by ids, and returns its rows.
pub fn walk<Q>(book: &Book, query: &Q, id: impl Fn(&Q::Row) -> Q::Id) -> Vec<Q::Row>
where
    Q: Query,
    Q::Id: Debug,
    Q::Row: Debug + PartialEq,
{
    let ids = book.ids(query).unwrap();
    let listing = book.list(query).unwrap();
    assert_eq!(listing.total as usize, ids.len());
    assert!(listing.of >= listing.total);
    let ids_of = |rows: &[Q::Row]| rows.iter().map(&id).collect::<Vec<_>>();

    let mut page = listing.page;
    let mut forwards: Vec<Q::Row> = Vec::new();
    while let Some(last) = page.last.clone() {
        assert!(page.rows.len() <= PAGE);
        forwards.append(&mut page.rows);
        page = book.page(query, &Cursor::After(last)).unwrap();
    }
    assert_eq!(ids_of(&forwards), ids);

    let mut backwards: Vec<Q::Row> = Vec::new();
    let mut page: Page<Q::Row> = book.page(query, &Cursor::End).unwrap();
    while let Some(first) = page.first.clone() {
        page.rows.append(&mut backwards);
        backwards = page.rows;
        page = book.page(query, &Cursor::Before(first)).unwrap();
    }
    assert_eq!(backwards, forwards);

    let keys: Vec<RowKey> = book.page_keys_until(&Interrupt::default(), query).unwrap();
    assert_eq!(keys.len(), ids.len().div_ceil(PAGE));
    for (n, key) in keys.into_iter().enumerate() {
        let page = book.page(query, &Cursor::From(key.clone())).unwrap();
        assert_eq!(page.first, Some(key));
        let end = ids.len().min((n + 1) * PAGE);
        assert_eq!(ids_of(&page.rows), ids[n * PAGE..end]);
    }

    let mut some: Vec<Q::Id> = ids.iter().rev().step_by(7).cloned().collect();
    assert_eq!(ids_of(&book.rows::<Q>(&some).unwrap()), some);
    some.truncate(0);
    assert_eq!(book.rows::<Q>(&some).unwrap(), []);
    forwards
}

#[test]
fn a_superseded_query_ends_with_its_own_error_and_the_next_one_finds_every_row() {
    let fixture = with_campaigns();
    let (book, query, superseded) = (&fixture.book, of_account(""), Interrupt::default());
    superseded.set();
    let ended = [
        book.list_until(&superseded, &query).err(),
        book.page_until(&superseded, &query, &Cursor::End).err(),
        book.page_keys_until(&superseded, &query).err(),
    ];
    assert!(ended.iter().all(|error| matches!(error, Some(Error::Superseded))), "{ended:?}");
    assert_eq!(walk(book, &query, |row| row.id.clone()).len(), campaigns().len() + 5);
}

#[test]
fn pages_through_campaigns_in_every_order() {
    let fixture = with_campaigns();
    for &sort in SORTS {
        let mut query = of_account("");
        query.sort = sort;
        let up = walk(&fixture.book, &query, |row| row.id.clone());
        assert_eq!(up.len(), campaigns().len() + 5);
        query.descending = true;
        let mut down = walk(&fixture.book, &query, |row| row.id.clone());
        down.reverse();
        assert_eq!(down, up, "{sort:?}");
    }
}

#[test]
fn pages_through_shared_audiences_in_every_order() {
    let fixture = Fixture::new();
    for n in 1..=2 {
        let audiences: Vec<AudienceFacts> = (0..150)
            .map(|i| AudienceFacts {
                id: format!("719300000000100{i:04}"),
                name: ["Visitors", "visitors", "購入者", ""][i % 4].into(),
                audience_type: ["Lookalike Audience", "Website Audience", "Made up"][i % 3].into(),
                size: (i % 5 != 0).then_some(i as i64 / 3),
                expires_at: format!("2027-01-{:02} 00:00:00", i % 9 + 1).into(),
                valid: i % 2 == 0,
                ..Default::default()
            })
            .collect();
        fixture.book.record(&account(n), &audiences).unwrap();
    }
    let sorts = [
        AudienceSort::Id,
        AudienceSort::Name,
        AudienceSort::Type,
        AudienceSort::Size,
        AudienceSort::Expires,
        AudienceSort::Allocated,
    ];
    fixture.allocate(&[pair(1, 1, 1), pair(2, 1, 1), pair(1, 1, 2)]);
    for (of, to) in [(1, advertiser(1, 1)), (2, advertiser(1, 1)), (1, advertiser(1, 2))] {
        fixture.done(Action::AllocateAudiences(AllocateAudiences {
            advertiser: to,
            accounts: vec![AudienceChoice {
                ad_account: account(of),
                allocate: (0..120).map(|i| AudienceId(format!("719300000000100{i:04}"))).collect(),
                deallocate: Vec::new(),
            }],
        }));
    }
    for (sort, descending) in sorts.into_iter().flat_map(|sort| [(sort, false), (sort, true)]) {
        for (of, count) in [
            (AudiencesOf::XpoAccount { xpo_account: xpo(1) }, 240),
            (AudiencesOf::Advertiser { advertiser: advertiser(1, 2) }, 120),
        ] {
            let query = AudienceQuery { sort, descending, ..AudienceQuery::all(of) };
            let key = |row: &partner::queries::audiences::AudienceRow| AudienceKey {
                ad_account: AdAccountId(row.ad_account.id.clone()),
                audience: row.id.clone(),
            };
            assert_eq!(walk(&fixture.book, &query, key).len(), count, "{sort:?}");
        }
        let query = AudienceQuery {
            sort,
            descending,
            ..AudienceQuery::all(AudiencesOf::AdAccounts { ad_accounts: vec![account(1)] })
        };
        let key = |row: &partner::queries::audiences::AudienceRow| AudienceKey {
            ad_account: account(1),
            audience: row.id.clone(),
        };
        assert_eq!(walk(&fixture.book, &query, key).len(), 153);
        let mut found = 0;
        for &availability in Availability::ALL {
            let query = AudienceQuery { availability: vec![availability], ..query.clone() };
            let rows = walk(&fixture.book, &query, key);
            assert!(rows.iter().all(|row| row.availability == availability));
            found += rows.len();
        }
        assert_eq!(found, 153);
        let availability = vec![Availability::NotReady];
        let not_ready = AudienceQuery { availability, types: vec!["Lookalike".into()], ..query };
        let rows = walk(&fixture.book, &not_ready, key);
        assert!(!rows.is_empty() && rows.iter().all(|row| row.kind == "Lookalike"));
    }
}

#[test]
fn pages_through_ad_accounts_in_every_order() {
    let fixture = Fixture::new();
    let user = UserFacts { id: "7222".into(), name: "Other".into(), email: String::new() };
    let accounts: Vec<AccountFacts> = (0..230)
        .map(|n| AccountFacts {
            id: format!("7100000000000{n:05}"),
            name: ["Same", "same", "Łódź", "日本"][n % 4].into(),
            answer: AccountResponse::Details(Box::new(AccountDetails {
                status: ["STATUS_ENABLE", "STATUS_LIMIT", ""][n % 3].into(),
                currency: (n % 3 == 0).then_some("USD".into()),
                timezone: (n % 2 == 0).then_some("Asia/Singapore".into()),
                ..Default::default()
            })),
        })
        .collect();
    fixture.book.record_import(&user, &accounts, true, jiff::Timestamp::UNIX_EPOCH).unwrap();
    let sorts = [
        AccountSort::Id,
        AccountSort::Name,
        AccountSort::Status,
        AccountSort::Currency,
        AccountSort::Timezone,
        AccountSort::User,
        AccountSort::Synced,
        AccountSort::XpoAccount,
    ];
    for (sort, descending) in sorts.into_iter().flat_map(|sort| [(sort, false), (sort, true)]) {
        let query = AccountQuery { sort, descending, ..Default::default() };
        assert_eq!(walk(&fixture.book, &query, |row| row.id.clone()).len(), 234);
    }
}

#[test]
fn pages_through_xpo_accounts_and_the_history() {
    let fixture = Fixture::new();
    let accounts = (100..330)
        .map(|n| NewXpoAccount { id: xpo(n), name: format!("Client {n}"), state: XpoState::Active })
        .collect();
    fixture.done(Action::AddToDirectory(AddToDirectory { accounts, advertisers: Vec::new() }));
    for n in 100..330 {
        let object = Renamed::XpoAccount(xpo(n));
        fixture.done(Action::Rename(Rename { object, name: format!("Renamed {}", n % 7 * 1000 + n) }));
    }
    for descending in [false, true] {
        let query = XpoAccountQuery { descending, ..Default::default() };
        assert_eq!(walk(&fixture.book, &query, |row| row.id.clone()).len(), 233);
    }
    assert_eq!(walk(&fixture.book, &HistoryQuery::default(), |row| row.entry.seq).len(), 232);
}

#[test]
fn accepts_any_number_of_words() {
    let fixture = Fixture::new();
    let search = "client ".repeat(50_000);
    let query = XpoAccountQuery { search: search.clone(), ..Default::default() };
    assert_eq!(fixture.book.list(&query).unwrap().total, 3);
    fixture.book.list(&HistoryQuery { search: search.clone(), ..Default::default() }).unwrap();
    fixture.book.search(&search).unwrap();
    fixture
        .book
        .allocation_tree(&partner::queries::allocation_tree::TreeQuery { ad_accounts: Vec::new(), search })
        .unwrap();
}

#[test]
fn accepts_a_malformed_key() {
    let fixture = with_campaigns();
    for text in ["\"\"", "\"[1]\"", "\"[null,null]\"", "\"{}\"", "\"[\\\"a\\\",2]\"", "\"' OR 1 --\""] {
        let key: RowKey = serde_json::from_str(text).unwrap();
        for cursor in [Cursor::From(key.clone()), Cursor::After(key.clone()), Cursor::Before(key)] {
            assert!(fixture.book.page(&of_account(""), &cursor).unwrap().rows.len() <= PAGE);
        }
    }
}
