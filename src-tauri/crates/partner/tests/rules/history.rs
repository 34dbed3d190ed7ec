//! The change history, and its replay in another book (invariant 7).

use partner::Folder;
use partner::decisions::{
    Action, AddGoals, AddToDirectory, Change, DefaultChoice, DefaultReplacement, GoalKind, NewAdvertiser,
    NewXpoAccount, PaymentMode, RemoveGoals, Rename, Renamed, SetDefaults, SetState, XpoState,
};
use partner::queries::history::HistoryQuery;
use partner::requests::mail_settings::MailSettings;

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
    fixture.done(deallocate(
        &[pair(1, 2, 2)],
        &[DefaultReplacement { xpo_account: xpo(2), to: Some(account(3)) }],
    ));
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
    assert_eq!(other.book.replay(fixture.book.changes().unwrap()).unwrap(), None);
    assert_eq!(other.book.decisions().unwrap(), fixture.book.decisions().unwrap());
    assert_eq!(other.book.changes().unwrap(), fixture.book.changes().unwrap());
    // A second replay changes nothing.
    assert_eq!(other.book.replay(fixture.book.changes().unwrap()).unwrap(), None);
    assert_eq!(other.book.changes().unwrap().len(), fixture.book.changes().unwrap().len());
}

#[test]
fn invariant_7_a_replay_without_the_facts_stops_at_the_first_change_that_needs_them() {
    let fixture = with_history();
    let changes = fixture.book.changes().unwrap();
    let place = tempfile::tempdir().unwrap();
    let (_, bare) = Folder::at(place.path()).create("Bare").unwrap();
    assert_eq!(bare.replay(changes.clone()).unwrap().as_ref(), Some(&changes[1].id));
    assert_eq!(bare.changes().unwrap(), changes[..1]);
}

#[test]
fn invariant_7_every_entry_records_time_actor_action_and_the_values_before_and_after() {
    let fixture = Fixture::new();
    let (id, outcome) = fixture.allocate(&[pair(1, 1, 1)]);
    let edits: Vec<_> =
        fixture.edits_of(outcome.entry.unwrap(), "").into_iter().map(|edit| edit.edit).collect();
    assert_eq!(edits, outcome.edits);
    let allocation = &edits[0];
    assert_eq!(allocation.ad_account.as_ref().unwrap().id, account(1).0);
    assert_eq!(allocation.holder.as_ref().unwrap().id, advertiser(1, 1).0);
    assert_eq!((&allocation.before, allocation.after.as_deref()), (&None, Some("Allocated")));
    let client = &fixture.edits_of(1, "")[0].edit;
    assert_eq!((&client.object, client.holder.as_ref().unwrap().id.as_str()), (&None, xpo(1).as_str()));
    let change: &Change = &fixture.book.changes().unwrap()[1];
    assert_eq!(
        (&change.id, change.actor.as_str(), &change.action),
        (&id, "admin", &allocate(&[pair(1, 1, 1)]))
    );
    assert_eq!(fixture.book.actors().unwrap(), ["admin"]);
}

#[test]
fn every_change_is_named_by_one_sentence_in_its_outcome_and_in_the_history() {
    let fixture = Fixture::new();
    let said = |action: Action| {
        let (change, outcome) = fixture.done(action);
        let rows = fixture.book.list(&HistoryQuery::default()).unwrap().page.rows;
        assert_eq!((&rows[0].entry.id, &rows[0].entry.summary), (&change, &outcome.summary));
        let found = HistoryQuery { search: outcome.summary.clone(), ..HistoryQuery::default() };
        assert_eq!(fixture.book.list(&found).unwrap().page.rows[0].entry.id, change);
        outcome.summary
    };
    let both = |a| [pair(a, 1, 1), pair(a, 1, 2)];
    assert_eq!(said(allocate(&both(1))), "Allocated Account 1 to 2 advertisers of Client 1");
    assert_eq!(said(allocate(&[both(2), both(3)].concat())), "Allocated 2 ad accounts to Client 1");
    assert_eq!(
        said(allocate(&[pair(1, 2, 1), pair(2, 3, 1)])),
        "Allocated 2 ad accounts to 2 advertisers of 2 XPO accounts"
    );
    assert_eq!(
        said(deallocate(&[pair(2, 3, 1)], &[hand(3, None)])),
        "Deallocated Account 2 from Brand 1 of Client 3"
    );
    assert_eq!(
        said(modes(&[(1, 2, PaymentMode::Knorex)])),
        "Changed the payment mode of Account 1 for Client 2 to Knorex"
    );
    assert_eq!(
        said(campaigns(advertiser(1, 1), &[(1, 1), (1, 2)], &[])),
        "Allocated 2 campaigns to Brand 1 of Client 1"
    );
    assert_eq!(
        said(campaigns(advertiser(1, 1), &[(1, 3)], &[(1, 1)])),
        "Allocated Campaign 1-3 to Brand 1 of Client 1, deallocated Campaign 1-1 from Brand 1 of Client 1"
    );
    assert_eq!(
        said(move_campaigns(advertiser(1, 2), &[(1, 2), (1, 3)])),
        "Moved 2 campaigns from Brand 1 of Client 1 to Brand 2 of Client 1"
    );
    assert_eq!(said(initialize(&[(1, 2)])), "Initialized Campaign 1-2");
    assert_eq!(
        said(audiences(1, advertiser(1, 1), &[1, 2], &[])),
        "Allocated 2 audiences to Brand 1 of Client 1"
    );
    assert_eq!(
        said(exclude(&[1])),
        "Deallocated Audience 1 from Brand 1 of Client 1, excluded Audience 1 from XPO"
    );
    assert_eq!(said(include(&[1])), "Included Audience 1 in XPO");
    let tag = goal(1, GoalKind::RemarketingTag, "Visitors", advertiser(1, 1), 1);
    assert_eq!(
        said(Action::AddGoals(AddGoals { goals: vec![tag] })),
        "Added Visitors to Brand 1 of Client 1"
    );
    assert_eq!(
        said(Action::RemoveGoals(RemoveGoals { goals: vec![goal_id(1)] })),
        "Removed Visitors from Brand 1 of Client 1"
    );
    let name = Rename { object: Renamed::XpoAccount(xpo(2)), name: " Acme ".into() };
    assert_eq!(said(Action::Rename(name)), "Renamed XPO account Client 2 to Acme");
    assert_eq!(said(archive(&[3], &[(2, 1)])), "Archived XPO account Client 3 and advertiser Brand 1");
    let state = SetState { accounts: vec![xpo(1), xpo(2)], state: XpoState::Suspended };
    assert_eq!(said(Action::SetState(state)), "Set 2 XPO accounts to Suspended");
    let defaults = vec![DefaultChoice { xpo_account: xpo(1), ad_account: account(3) }];
    assert_eq!(said(Action::SetDefaults(SetDefaults { defaults })), "Made Account 3 the default of Client 1");
}

#[test]
fn a_large_change_is_found_by_the_name_of_each_of_its_objects() {
    let fixture = Fixture::new();
    let clients = 10..=310;
    let accounts = clients
        .clone()
        .map(|n| NewXpoAccount { id: xpo(n), name: format!("Shop {n}"), state: XpoState::Active })
        .collect();
    let advertisers = clients
        .clone()
        .map(|n| NewAdvertiser { id: advertiser(n, 1), xpo_account: xpo(n), name: format!("Label {n}") })
        .collect();
    fixture.done(Action::AddToDirectory(AddToDirectory { accounts, advertisers }));
    let pairs: Vec<_> = clients.map(|n| pair(1, n, 1)).collect();
    let (change, outcome) = fixture.allocate(&pairs);
    assert!(pairs.len() > outcome.edits.len());
    for name in ["Shop 10", "Shop 310", "Label 309"] {
        let query = HistoryQuery { search: name.into(), ..HistoryQuery::default() };
        let rows = fixture.book.list(&query).unwrap().page.rows;
        assert_eq!(rows.first().map(|row| &row.entry.id), Some(&change), "{name}");
    }
}
