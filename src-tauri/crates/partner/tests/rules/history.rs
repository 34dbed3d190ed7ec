//! The change history, and its replay in another book (invariant 7).

use partner::decisions::{Action, AddGoals, Change, GoalKind, HandOver, PaymentMode};
use partner::requests::mail_settings::MailSettings;
use partner::{Error, Folder};

use crate::fixture::*;

/// Returns a book with decisions of every kind, and with undos.
fn with_history() -> Fixture {
    let fixture = Fixture::new();
    let (first, _) = fixture.allocate(&[pair(1, 1, 1), pair(2, 1, 2), pair(1, 2, 1)]);
    fixture.done(undo(&first));
    fixture.allocate(&[pair(3, 2, 2), pair(1, 2, 2), pair(2, 1, 1)]);
    fixture.done(modes(&[(3, 2, PaymentMode::Knorex)]));
    fixture.done(campaigns(advertiser(2, 2), &[(3, 1), (3, 2), (1, 1)], &[]));
    fixture.done(initialize(&[(3, 1)]));
    fixture.done(audiences(2, advertiser(1, 1), &[1, 2], &[]));
    fixture.done(exclude(&[3]));
    fixture.done(Action::AddGoals(AddGoals {
        goals: vec![goal(1, GoalKind::ConversionGoal, "Kauf \"Ä\"", advertiser(1, 1), 2)],
    }));
    let (given_back, _) = fixture.done(campaigns(advertiser(2, 2), &[], &[(1, 1)]));
    fixture.done(deallocate(&[pair(1, 2, 2)], &[HandOver { xpo_account: xpo(2), to: Some(account(3)) }]));
    fixture.refused(undo(&given_back));
    fixture.done(archive(&[3], &[(1, 2)]));
    fixture
        .book
        .save_mail_settings(&MailSettings { team: "team@knorex.example".into(), ..MailSettings::default() })
        .unwrap();
    crate::requests::request(&fixture, "New");
    fixture
}

#[test]
fn invariant_7_replaying_the_history_gives_the_same_decisions_byte_for_byte() {
    let fixture = with_history();
    // The same facts from TikTok, and no decisions.
    let other = Fixture::empty();
    assert_eq!(other.book.decisions().unwrap(), "");
    other.book.replay(fixture.book.changes().unwrap()).unwrap();
    assert_eq!(other.book.decisions().unwrap(), fixture.book.decisions().unwrap());
    assert_eq!(other.book.changes().unwrap(), fixture.book.changes().unwrap());
    // A second replay changes nothing.
    other.book.replay(fixture.book.changes().unwrap()).unwrap();
    assert_eq!(other.book.changes().unwrap().len(), fixture.book.changes().unwrap().len());
}

#[test]
fn invariant_7_a_replay_without_the_facts_stops_at_the_first_change_that_needs_them() {
    let fixture = with_history();
    let changes = fixture.book.changes().unwrap();
    let place = tempfile::tempdir().unwrap();
    let (_, bare) = Folder::at(place.path()).create("Bare").unwrap();
    match bare.replay(changes.clone()) {
        Err(Error::CannotReplay(id)) => assert_eq!(id, changes[1].id.0),
        other => panic!("{other:?}"),
    }
    assert_eq!(bare.changes().unwrap(), changes[..1]);
}

#[test]
fn invariant_7_every_entry_records_time_actor_action_and_the_values_before_and_after() {
    let fixture = Fixture::new();
    let (id, outcome) = fixture.allocate(&[pair(1, 1, 1)]);
    let edits = fixture.book.edits(outcome.entry.unwrap(), 0).unwrap();
    assert_eq!(edits, outcome.edits);
    let allocation = &edits[0];
    assert_eq!(allocation.ad_account.as_ref().unwrap().id, account(1).0);
    assert_eq!(allocation.holder.as_ref().unwrap().id, advertiser(1, 1).0);
    assert_eq!((&allocation.before, allocation.after.as_deref()), (&None, Some("Allocated")));
    let change: &Change = &fixture.book.changes().unwrap()[1];
    assert_eq!(
        (&change.id, change.actor.as_str(), &change.action),
        (&id, "admin", &allocate(&[pair(1, 1, 1)]))
    );
    assert_eq!(fixture.book.actors().unwrap(), ["admin"]);
}
