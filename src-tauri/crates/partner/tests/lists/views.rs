//! Saved views: the lists that they name, also after a restart.

use partner::Error;
use partner::queries::accounts::{AccountQuery, AccountSort};
use partner::queries::history::HistoryQuery;
use partner::queries::views::{View, ViewQuery};

use crate::fixture::{Fixture, account, pair};

fn view(name: &str, query: ViewQuery) -> View {
    View { name: name.into(), query, columns: vec!["currency".into(), "synced".into()] }
}

#[test]
fn a_view_lists_by_its_name_what_was_listed_when_it_was_saved() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(3, 1, 1)]);
    let query = AccountQuery {
        allocated: Some(true),
        sort: AccountSort::Id,
        descending: true,
        ..AccountQuery::default()
    };
    let saved = view("  Allocated ones ", ViewQuery::Accounts(query));
    fixture.book.save_view(&saved).unwrap();
    let found = fixture.book.view("ALLOCATED ones").unwrap().unwrap();
    assert_eq!((found.name.as_str(), &found.columns), ("Allocated ones", &saved.columns));
    let ViewQuery::Accounts(query) = found.query else { panic!("{:?}", found.query) };
    let listed: Vec<String> =
        fixture.book.list(&query).unwrap().page.rows.into_iter().map(|row| row.id).collect();
    assert_eq!(listed, [account(3).0, account(1).0]);
    assert_eq!(fixture.book.view("Others").unwrap(), None);
}

#[test]
fn views_are_replaced_renamed_and_deleted_by_name() {
    let fixture = Fixture::new();
    let book = &fixture.book;
    let history =
        |search: &str| ViewQuery::History(HistoryQuery { search: search.into(), ..Default::default() });
    for (name, search) in [("Ärzte", "a"), ("Beta", "b"), ("ärzte", "c")] {
        book.save_view(&view(name, history(search))).unwrap();
    }
    let names = || book.views().unwrap().into_iter().map(|view| view.name).collect::<Vec<_>>();
    assert_eq!(names(), ["Beta", "ärzte"], "one of two ways to write a name");
    assert_eq!(book.view("Ärzte").unwrap().unwrap().query, history("c"));
    assert!(matches!(book.rename_view("Beta", "ÄRZTE"), Err(Error::NameTaken(_))));
    assert!(matches!(book.rename_view("Beta", " "), Err(Error::NameEmpty)));
    assert!(matches!(book.save_view(&view("a\nb", history(""))), Err(Error::NameCharacters('\n'))));
    book.rename_view("Beta", "BETA").unwrap();
    book.rename_view("ärzte", "Doctors").unwrap();
    assert_eq!(names(), ["BETA", "Doctors"]);
    book.delete_view("beta").unwrap();
    assert_eq!(names(), ["Doctors"]);
}
