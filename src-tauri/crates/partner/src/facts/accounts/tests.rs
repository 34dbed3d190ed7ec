use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::Folder;
use crate::facts::users::UserState;
use crate::queries::accounts::Connection;

pub(crate) fn book() -> (tempfile::TempDir, Book) {
    let folder = tempfile::tempdir().unwrap();
    let (_, book) = Folder::at(folder.path()).create("Knorex").unwrap();
    (folder, book)
}

pub(crate) fn user(n: u32) -> UserFacts {
    UserFacts { id: format!("711{n}"), name: format!("User {n}"), email: "j***e@example.org".into() }
}

pub(crate) fn account(n: u32, status: &str) -> AccountFacts {
    let details =
        AccountDetails { status: status.into(), currency: Some("USD".into()), ..Default::default() };
    AccountFacts {
        id: format!("70022380178427576{n:02}"),
        name: format!("Account {n}"),
        answer: AccountResponse::Details(Box::new(details)),
    }
}

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

fn ids(names: &[AccountName]) -> Vec<&str> {
    names.iter().map(|name| name.id.as_str()).collect()
}

fn connection_of(book: &Book, id: &str) -> Connection {
    book.account_rows(&[id.to_owned()]).unwrap()[0].connection
}

#[test]
fn r9_a_users_ad_accounts_are_listed_after_the_import() {
    let (_folder, book) = book();
    let imported = book
        .record_import(&user(1), &[account(2, "STATUS_ENABLE"), account(1, "STATUS_LIMIT")], true, at(0))
        .unwrap();
    assert_eq!(ids(&imported.added), ["7002238017842757601", "7002238017842757602"]);
    let users = book.tiktok_users().unwrap();
    assert_eq!((users[0].state, users[0].accounts), (UserState::Connected, 2));
    let row = &book.account_rows(&["7002238017842757601".to_owned()]).unwrap()[0];
    assert_eq!((row.status.label.as_str(), row.connection), ("Suspended", Connection::Connected));
}

#[test]
fn a22_a_second_import_adds_updates_and_revokes_access() {
    let (_folder, book) = book();
    let all = [account(1, "STATUS_ENABLE"), account(2, "STATUS_ENABLE"), account(3, "STATUS_ENABLE")];
    book.record_import(&user(1), &all, true, at(0)).unwrap();
    let later = [account(1, "STATUS_ENABLE"), account(2, "STATUS_LIMIT"), account(4, "STATUS_ENABLE")];
    let imported = book.record_import(&user(1), &later, true, at(1)).unwrap();
    assert_eq!(ids(&imported.added), ["7002238017842757604"]);
    assert_eq!((imported.updated, imported.unchanged), (1, 1));
    assert_eq!(ids(&imported.lost), ["7002238017842757603"]);
    assert_eq!(connection_of(&book, "7002238017842757603"), Connection::NoAccess);

    let imported = book.record_import(&user(1), &all, true, at(2)).unwrap();
    assert_eq!(
        (imported.updated, ids(&imported.lost)),
        (2, vec!["7002238017842757604"]),
        "account 3 returned, account 2 changed"
    );
    assert_eq!(connection_of(&book, "7002238017842757603"), Connection::Connected);
}

#[test]
fn a23_two_users_with_access_share_one_row() {
    let (_folder, book) = book();
    book.record_import(&user(1), &[account(1, "STATUS_ENABLE")], true, at(0)).unwrap();
    let imported = book.record_import(&user(2), &[account(1, "STATUS_ENABLE")], true, at(1)).unwrap();
    assert_eq!((imported.added.len(), imported.updated), (0, 1));
    let rows = book.account_rows(&["7002238017842757601".to_owned()]).unwrap();
    assert_eq!(rows[0].users.iter().map(|user| user.name.as_str()).collect::<Vec<_>>(), ["User 1", "User 2"]);

    book.set_user_state(&user(1).id, UserState::Disconnected).unwrap();
    assert_eq!(connection_of(&book, &rows[0].id), Connection::Connected, "user 2 still has access");
    book.set_user_state(&user(2).id, UserState::NeedsAuthorization).unwrap();
    assert_eq!(connection_of(&book, &rows[0].id), Connection::NeedsAuthorization);
    book.set_user_state(&user(2).id, UserState::Disconnected).unwrap();
    assert_eq!(connection_of(&book, &rows[0].id), Connection::NoAccess);
}

#[test]
fn a_listed_account_without_access_keeps_its_details() {
    let (_folder, book) = book();
    book.record_import(&user(1), &[account(1, "STATUS_ENABLE")], true, at(0)).unwrap();
    let denied = AccountFacts { answer: AccountResponse::AccessDenied, ..account(1, "") };
    let imported = book.record_import(&user(1), &[denied], true, at(1)).unwrap();
    assert_eq!(ids(&imported.lost), ["7002238017842757601"]);
    let row = &book.account_rows(&["7002238017842757601".to_owned()]).unwrap()[0];
    assert_eq!((row.status.label.as_str(), row.connection), ("Approved", Connection::NoAccess));
}

#[test]
fn an_incomplete_list_revokes_no_access() {
    let (_folder, book) = book();
    book.record_import(&user(1), &[account(1, "STATUS_ENABLE"), account(2, "STATUS_ENABLE")], true, at(0))
        .unwrap();
    let without_details = AccountFacts { answer: AccountResponse::NoDetails, ..account(1, "") };
    let imported = book.record_import(&user(1), &[without_details], false, at(1)).unwrap();
    assert_eq!((imported.unchanged, imported.lost.len()), (1, 0));
    assert_eq!(connection_of(&book, &account(2, "").id), Connection::Connected);
}

#[test]
fn a_failed_import_writes_nothing() {
    let (_folder, book) = book();
    let bad = AccountFacts { id: "7; DROP TABLE ad_account".into(), ..account(2, "STATUS_ENABLE") };
    assert!(book.record_import(&user(1), &[account(1, "STATUS_ENABLE"), bad], true, at(0)).is_err());
    // SQLite alone would read some of these as numbers.
    for id in ["1.7e18", "0123", "+123", "12.0", "9223372036854775808", ""] {
        let bad = AccountFacts { id: id.into(), ..account(2, "STATUS_ENABLE") };
        assert!(
            book.record_import(&user(1), &[account(1, "STATUS_ENABLE"), bad], true, at(0)).is_err(),
            "{id}"
        );
    }
    assert_eq!(book.tiktok_users().unwrap(), []);
    assert_eq!(book.account_facets().unwrap().statuses, []);
}

#[test]
fn the_database_rejects_invalid_ids_and_states() {
    let (_folder, book) = book();
    book.record_import(&user(1), &[account(1, "STATUS_ENABLE")], true, at(0)).unwrap();
    for sql in [
        "INSERT INTO tiktok_user VALUES ('x', '', '', 'connected', '')",
        "INSERT INTO ad_account (id, name, name_folded) VALUES ('x', '', '')",
        "INSERT INTO ad_account (id, name, name_folded) VALUES (-1, '', '')",
        "INSERT INTO ad_account (id, name, name_folded) VALUES (NULL, '', '')",
        "UPDATE tiktok_user SET state = 'sleepy'",
        "INSERT INTO ad_account_access VALUES ('1', '7111', 1, '')",
        "UPDATE ad_account SET other_fields = 'not json'",
        "DELETE FROM tiktok_user",
    ] {
        assert!(book.write(|book| Ok(book.execute(sql, [])?)).is_err(), "{sql}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Compares any sequence of imports with a model of sets: connections, counts, and reported additions and losses.
    #[test]
    fn any_sequence_of_imports_results_in_the_right_access(
        imports in prop::collection::vec((0u32..3, prop::collection::btree_set(0u32..6, 0..6)), 1..12)
    ) {
        let (_folder, book) = book();
        let mut access: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        let mut known: BTreeSet<u32> = BTreeSet::new();
        for (second, (who, granted)) in imports.into_iter().enumerate() {
            let accounts: Vec<_> = granted.iter().map(|&n| account(n, "STATUS_ENABLE")).collect();
            let imported = book.record_import(&user(who), &accounts, true, at(second as i64)).unwrap();
            let before = access.insert(who, granted.clone()).unwrap_or_default();
            let id = |n: &u32| account(*n, "").id;
            let added: Vec<_> = granted.difference(&known).map(id).collect();
            let lost: Vec<_> = before.difference(&granted).map(id).collect();
            prop_assert_eq!(ids(&imported.added), added);
            prop_assert_eq!(ids(&imported.lost), lost);
            known.extend(&granted);
            prop_assert_eq!((imported.updated + imported.unchanged) as usize + imported.added.len(), granted.len());
            for n in &known {
                let reached = access.values().any(|granted| granted.contains(n));
                let expected = if reached { Connection::Connected } else { Connection::NoAccess };
                prop_assert_eq!(connection_of(&book, &id(n)), expected);
            }
            for user in book.tiktok_users().unwrap() {
                let n: u32 = user.id[3..].parse().unwrap();
                prop_assert_eq!(user.accounts as usize, access[&n].len());
            }
        }
    }
}
