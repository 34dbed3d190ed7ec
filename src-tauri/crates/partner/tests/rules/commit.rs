//! Preview and commit: a change is made completely or not at all, and at most once (invariant 7).

use std::ops::ControlFlow;

use partner::Error;
use partner::decisions::{
    Action, AddToDirectory, Change, NewXpoAccount, Reason, RemoveGoals, Rename, Renamed, XpoState,
};
use partner::ids::ChangeId;
use partner::named::ObjectKind;

use crate::fixture::*;

fn change(id: &str, name: &str) -> Change {
    Change {
        id: ChangeId(id.into()),
        ..Change::now(
            "admin",
            Action::Rename(Rename { object: Renamed::XpoAccount(xpo(1)), name: name.into() }),
        )
    }
}

#[test]
fn a_preview_changes_nothing_and_returns_the_outcome_of_commit() {
    let fixture = Fixture::new();
    let before = (fixture.book.decisions().unwrap(), fixture.book.changes().unwrap());
    let change = Change::now("admin", allocate(&[pair(1, 1, 1)]));
    let seen = fixture.book.preview(&change).unwrap();
    assert_eq!((fixture.book.decisions().unwrap(), fixture.book.changes().unwrap()), before);
    assert_eq!((seen.entry, seen.added), (None, 1));
    let done = fixture.book.commit(&change).unwrap();
    assert_eq!(done.entry, Some(2));
    assert_eq!(done.edits, seen.edits);
}

#[test]
fn a_large_change_can_be_cancelled_and_then_changes_nothing() {
    let fixture = Fixture::new();
    let before = (fixture.book.decisions().unwrap(), fixture.book.changes().unwrap());
    let accounts = (100..5_100).map(|n| NewXpoAccount {
        id: xpo(n),
        name: format!("Client {n}"),
        state: XpoState::Active,
    });
    let accounts = accounts.collect();
    let add = Change::now("admin", Action::AddToDirectory(AddToDirectory { accounts, advertisers: vec![] }));
    let mut told = Vec::new();
    let mut cancel = |decisions| {
        told.push(decisions);
        if decisions > 2_000 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    assert!(matches!(fixture.book.preview_with(&add, &mut cancel), Err(Error::Cancelled)));
    assert!(matches!(fixture.book.commit_with(&add, &mut cancel), Err(Error::Cancelled)));
    assert_eq!(told, [2_000, 4_000, 2_000, 4_000]);
    assert_eq!((fixture.book.decisions().unwrap(), fixture.book.changes().unwrap()), before);
    assert_eq!(fixture.book.commit(&add).unwrap().added, 5_000);
}

#[test]
fn invariant_7_committing_a_change_twice_makes_it_once() {
    let fixture = Fixture::new();
    let change = change("00000000-0000-7000-8000-0000000000aa", "Once");
    let first = fixture.book.commit(&change).unwrap();
    let again = fixture.book.commit(&change).unwrap();
    assert_eq!((first.entry, &first.edits, first.changed), (again.entry, &again.edits, again.changed));
    assert_eq!(fixture.book.changes().unwrap().len(), 2);
}

#[test]
fn invariant_7_another_change_with_the_id_of_an_entry_is_blocked() {
    let fixture = Fixture::new();
    fixture.book.commit(&change("00000000-0000-7000-8000-0000000000aa", "Once")).unwrap();
    let outcome = fixture.book.commit(&change("00000000-0000-7000-8000-0000000000aa", "Twice")).unwrap();
    assert_eq!((outcome.entry, objects(&outcome, Reason::IdInvalid).len()), (None, 1));
    assert_eq!(fixture.book.changes().unwrap().len(), 2);
}

#[test]
fn invariant_7_the_id_of_a_change_is_a_lowercase_uuid() {
    let fixture = Fixture::new();
    for id in [
        "",
        "1",
        "00000000-0000-7000-8000-0000000000AA",
        "000000000000700080000000000000aa",
        "{00000000-0000-7000-8000-0000000000aa}",
        "urn:uuid:00000000-0000-7000-8000-0000000000aa",
        "00000000-0000-7000-8000-0000000000ag",
        "00000000-0000-7000-8000-0000000000aaa",
        "00000000-0000-7000-8000-000000000é",
        "a\0b",
    ] {
        for outcome in [fixture.book.preview(&change(id, "x")), fixture.book.commit(&change(id, "x"))] {
            let outcome = outcome.unwrap();
            assert_eq!((outcome.entry, outcome.blockers[0].reason), (None, Reason::IdInvalid), "{id:?}");
            assert_eq!(outcome.blockers[0].object.kind, ObjectKind::Change);
            assert_eq!(outcome.blockers[0].text, format!("The ID {} can't be used.", partner::plain(id)));
        }
    }
    assert_eq!(fixture.book.changes().unwrap().len(), 1);
}

#[test]
fn invariant_7_the_actor_of_a_change_is_a_valid_name() {
    let fixture = Fixture::new();
    for actor in ["", "  ", "a\nb", "\u{202E}nimda"] {
        let change = Change::now(actor, allocate(&[pair(1, 1, 1)]));
        let outcome = fixture.book.commit(&change).unwrap();
        assert_eq!((outcome.entry, outcome.blockers[0].reason), (None, Reason::NameInvalid), "{actor:?}");
    }
}

#[test]
fn a_change_that_alters_nothing_adds_no_entry() {
    let fixture = Fixture::new();
    for action in [
        allocate(&[]),
        deallocate(&[pair(1, 1, 1)], &[hand(1, None)]),
        campaigns(advertiser(1, 1), &[], &[(1, 1)]),
        audiences(1, advertiser(1, 1), &[], &[1]),
        Action::RemoveGoals(RemoveGoals { goals: vec![] }),
        archive(&[], &[]),
        Action::AddToDirectory(AddToDirectory { accounts: vec![], advertisers: vec![] }),
    ] {
        assert_eq!(fixture.refused(action).0, [Reason::NothingToDo]);
    }
    assert_eq!(fixture.book.changes().unwrap().len(), 1);
}
