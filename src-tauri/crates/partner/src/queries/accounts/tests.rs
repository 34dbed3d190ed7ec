use super::*;
use crate::facts::accounts::AccountFacts;
use crate::facts::accounts::tests::{account, at, book, user};
use crate::facts::users::UserState;

fn query() -> AccountQuery {
    AccountQuery::default()
}

/// Creates three accounts of user 1. User 2 can access the last two as well.
fn filled() -> (tempfile::TempDir, Book) {
    let (folder, book) = book();
    let named = |n, name: &str, status: &str| AccountFacts { name: name.into(), ..account(n, status) };
    let all = [
        named(1, "zebra 100%_off", "STATUS_ENABLE"),
        named(2, "Ａcme \u{202E}Ärzte", "STATUS_PENDING_CONFIRM"),
        named(3, "株式会社アドワークス", "STATUS_SOMETHING_NEW"),
    ];
    book.record_import(&user(1), &all, true, at(0)).unwrap();
    book.record_import(&user(2), &all[1..], true, at(1)).unwrap();
    (folder, book)
}

/// Returns the last digits of the ids that a query finds.
fn found(book: &Book, query: &AccountQuery) -> Vec<u32> {
    let (listing, ids) = (book.list(query).unwrap(), book.ids(query).unwrap());
    assert_eq!((listing.of, listing.total as usize), (3, ids.len()));
    assert_eq!(
        listing.page.rows.iter().map(|row| &row.id).collect::<Vec<_>>(),
        ids.iter().collect::<Vec<_>>()
    );
    ids.iter().map(|id| id[17..].parse().unwrap()).collect()
}

#[test]
fn a_search_finds_parts_of_words_in_any_script_and_parts_of_ids() {
    let (_folder, book) = filled();
    let search = |text: &str| found(&book, &AccountQuery { search: text.into(), ..query() });
    assert_eq!(search(""), [1, 2, 3]);
    assert_eq!(search("EBR"), [1]);
    assert_eq!(search("acme"), [2]);
    assert_eq!(search("ärz acm"), [2]);
    assert_eq!(search("会社"), [3]);
    assert_eq!(search("757603"), [3]);
    assert_eq!(search("0%_"), [1], "SQL wildcards are plain text");
    assert_eq!(search("'; --"), [0u32; 0]);
}

#[test]
fn sorts_by_each_column_in_both_directions() {
    let (_folder, book) = filled();
    let sorted = |sort, descending| found(&book, &AccountQuery { sort, descending, ..query() });
    assert_eq!(sorted(AccountSort::Name, false), [2, 1, 3]);
    assert_eq!(sorted(AccountSort::Name, true), [3, 1, 2]);
    assert_eq!(sorted(AccountSort::Status, false), [1, 2, 3], "Approved, In review, the raw text");
    for sort in [AccountSort::Id, AccountSort::Currency, AccountSort::Timezone, AccountSort::User] {
        assert_eq!(sorted(sort, false), [1, 2, 3], "ties are sorted by id: {sort:?}");
    }
    assert_eq!(sorted(AccountSort::Id, true), [3, 2, 1]);
}

#[test]
fn filters_narrow_by_status_connection_and_user() {
    let (_folder, book) = filled();
    let statuses = |labels: &[&str]| AccountQuery {
        statuses: labels.iter().map(|l| (*l).to_owned()).collect(),
        ..query()
    };
    assert_eq!(found(&book, &statuses(&["In review", "Approved"])), [1, 2]);
    assert_eq!(found(&book, &statuses(&["STATUS_SOMETHING_NEW"])), [3]);
    assert_eq!(found(&book, &AccountQuery { users: vec![user(2).id], ..query() }), [2, 3]);

    book.set_user_state(&user(1).id, UserState::NeedsAuthorization).unwrap();
    let connection = |connection| found(&book, &AccountQuery { connections: vec![connection], ..query() });
    assert_eq!(connection(Connection::NeedsAuthorization), [1]);
    assert_eq!(connection(Connection::Connected), [2, 3]);
    assert_eq!(connection(Connection::NoAccess), [0u32; 0]);
}

#[test]
fn facets_count_values() {
    let (_folder, book) = filled();
    let facets = book.account_facets().unwrap();
    let statuses: Vec<_> = facets.statuses.iter().map(|s| (s.label.as_str(), s.count)).collect();
    assert_eq!(statuses, [("Approved", 1), ("In review", 1), ("STATUS_SOMETHING_NEW", 1)]);
    assert_eq!(
        facets.connections,
        [crate::queries::facets::ConnectionFacet { connection: Connection::Connected, count: 3 }]
    );
    let users: Vec<_> = facets.users.iter().map(|u| (u.name.as_str(), u.count)).collect();
    assert_eq!(users, [("User 1", 3), ("User 2", 2)]);
}

#[test]
fn returns_rows_in_the_requested_order_and_skips_unknown_ids() {
    let (_folder, book) = filled();
    let ids: Vec<String> = ["7002238017842757603", "1", "7002238017842757601"].map(str::to_owned).into();
    let rows = book.account_rows(&ids).unwrap();
    assert_eq!(rows.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), [&ids[0], &ids[2]]);
    assert_eq!(rows[0].users.len(), 2);
}
