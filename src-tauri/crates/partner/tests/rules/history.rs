//! The change history, and the same book from it alone (invariant 7).

use partner::decisions::change::{Action, Change, GoalKind, HandOver, PaymentMode};
use partner::requests::mail_settings::MailSettings;
use partner::{Error, Folder};

use crate::house::*;

/// A bit of everything, with undos.
fn lived_in() -> House {
    let house = House::new();
    let (first, _) = house.allocate(&[pair(1, 1, 1), pair(2, 1, 2), pair(1, 2, 1)]);
    house.done(undo(&first));
    house.allocate(&[pair(3, 2, 2), pair(1, 2, 2), pair(2, 1, 1)]);
    house.done(modes(&[(3, 2, PaymentMode::Knorex)]));
    house.done(campaigns(advertiser(2, 2), &[(3, 1), (3, 2), (1, 1)], &[]));
    house.done(initialize(&[(3, 1)]));
    house.done(audiences(2, advertiser(1, 1), &[1, 2], &[]));
    house.done(exclude(&[3]));
    house.done(Action::AddGoals {
        goals: vec![goal(1, GoalKind::ConversionGoal, "Kauf \"Ä\"", advertiser(1, 1), 2)],
    });
    let (given_back, _) = house.done(campaigns(advertiser(2, 2), &[], &[(1, 1)]));
    house.done(deallocate(&[pair(1, 2, 2)], &[HandOver { xpo_account: xpo(2), to: Some(account(3)) }]));
    house.refused(undo(&given_back));
    house.done(archive(&[3], &[(1, 2)]));
    house
        .book
        .save_mail_settings(&MailSettings { team: "team@knorex.example".into(), ..MailSettings::default() })
        .unwrap();
    crate::requests::request(&house, "New");
    house
}

#[test]
fn invariant_7_the_history_alone_gives_the_same_decisions_byte_for_byte() {
    let house = lived_in();
    // The same facts of TikTok's, and no decision.
    let other = House::empty();
    assert_eq!(other.book.decisions().unwrap(), "");
    other.book.replay(house.book.changes().unwrap()).unwrap();
    assert_eq!(other.book.decisions().unwrap(), house.book.decisions().unwrap());
    assert_eq!(other.book.changes().unwrap(), house.book.changes().unwrap());
    // Once more is the same.
    other.book.replay(house.book.changes().unwrap()).unwrap();
    assert_eq!(other.book.changes().unwrap().len(), house.book.changes().unwrap().len());
}

#[test]
fn invariant_7_a_replay_without_the_facts_stops_at_the_first_change_that_needs_them() {
    let house = lived_in();
    let changes = house.book.changes().unwrap();
    let place = tempfile::tempdir().unwrap();
    let (_, bare) = Folder::at(place.path()).create("Bare").unwrap();
    match bare.replay(changes.clone()) {
        Err(Error::CannotReplay(id)) => assert_eq!(id, changes[1].id.0),
        other => panic!("{other:?}"),
    }
    assert_eq!(bare.changes().unwrap(), changes[..1]);
}

#[test]
fn invariant_7_every_entry_says_when_who_what_before_and_after() {
    let house = House::new();
    let (id, outcome) = house.allocate(&[pair(1, 1, 1)]);
    let edits = house.book.edits(outcome.entry.unwrap(), 0).unwrap();
    assert_eq!(edits, outcome.edits);
    let allocation = &edits[0];
    assert_eq!(allocation.ad_account.as_ref().unwrap().id, account(1).0);
    assert_eq!(allocation.holder.as_ref().unwrap().id, advertiser(1, 1).0);
    assert_eq!((&allocation.before, allocation.after.as_deref()), (&None, Some("Allocated")));
    let change: &Change = &house.book.changes().unwrap()[1];
    assert_eq!(
        (&change.id, change.actor.as_str(), &change.action),
        (&id, "admin", &allocate(&[pair(1, 1, 1)]))
    );
    assert_eq!(house.book.actors().unwrap(), ["admin"]);
}
