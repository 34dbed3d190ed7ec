//! Preview and commit: one function, all or nothing, each change once (invariant 7).

use partner::decisions::change::{Action, Change, Renamed};
use partner::decisions::outcome::Reason;
use partner::ids::ChangeId;
use partner::named::ObjectKind;

use crate::fixture::*;

fn change(id: &str, name: &str) -> Change {
    Change {
        id: ChangeId(id.into()),
        ..Change::now("admin", Action::Rename { object: Renamed::XpoAccount(xpo(1)), name: name.into() })
    }
}

#[test]
fn a_preview_changes_nothing_and_says_what_commit_will() {
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
fn invariant_7_the_same_change_twice_is_done_once() {
    let fixture = Fixture::new();
    let change = change("00000000-0000-7000-8000-0000000000aa", "Once");
    let first = fixture.book.commit(&change).unwrap();
    let again = fixture.book.commit(&change).unwrap();
    assert_eq!((first.entry, &first.edits, first.changed), (again.entry, &again.edits, again.changed));
    assert_eq!(fixture.book.changes().unwrap().len(), 2);
}

#[test]
fn invariant_7_another_change_with_a_known_id_is_refused() {
    let fixture = Fixture::new();
    fixture.book.commit(&change("00000000-0000-7000-8000-0000000000aa", "Once")).unwrap();
    let outcome = fixture.book.commit(&change("00000000-0000-7000-8000-0000000000aa", "Twice")).unwrap();
    assert_eq!((outcome.entry, objects(&outcome, Reason::IdInvalid).len()), (None, 1));
    assert_eq!(fixture.book.changes().unwrap().len(), 2);
}

#[test]
fn invariant_7_a_change_id_is_a_uuid_in_small_letters() {
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
        }
    }
    assert_eq!(fixture.book.changes().unwrap().len(), 1);
}

#[test]
fn invariant_7_who_decided_is_a_name() {
    let fixture = Fixture::new();
    for actor in ["", "  ", "a\nb", "\u{202E}nimda"] {
        let change = Change::now(actor, allocate(&[pair(1, 1, 1)]));
        let outcome = fixture.book.commit(&change).unwrap();
        assert_eq!((outcome.entry, outcome.blockers[0].reason), (None, Reason::NameInvalid), "{actor:?}");
    }
}

#[test]
fn a_change_of_nothing_is_no_entry() {
    let fixture = Fixture::new();
    for action in [
        allocate(&[]),
        deallocate(&[pair(1, 1, 1)], &[hand(1, None)]),
        campaigns(advertiser(1, 1), &[], &[(1, 1)]),
        audiences(1, advertiser(1, 1), &[], &[1]),
        Action::RemoveGoals { goals: vec![] },
        archive(&[], &[]),
        Action::AddToDirectory { accounts: vec![], advertisers: vec![] },
    ] {
        assert_eq!(fixture.refused(action).0, [Reason::NothingToDo]);
    }
    assert_eq!(fixture.book.changes().unwrap().len(), 1);
}
