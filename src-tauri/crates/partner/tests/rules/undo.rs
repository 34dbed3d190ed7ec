//! Undo (invariant 7): an old entry goes back fully, or not at all and with the reasons.

use partner::decisions::change::{Action, PaymentMode, Renamed};
use partner::decisions::outcome::{Caution, Reason};
use partner::ids::ChangeId;

use crate::house::*;

fn rename(of: u32, name: &str) -> Action {
    Action::Rename { object: Renamed::XpoAccount(xpo(of)), name: name.into() }
}

#[test]
fn invariant_7_edits_go_back_in_reverse_order_and_the_payment_mode_survives() {
    let house = House::new();
    house.allocate(&[pair(1, 1, 1), pair(2, 1, 1)]);
    house.done(modes(&[(1, 1, PaymentMode::Knorex)]));
    let before = house.book.decisions().unwrap();
    // One advertiser hands over to the other: the pair with the XPO account stays.
    let (change, _) = house.done(Action::AllocateAccounts {
        allocate: vec![pair(1, 1, 2)],
        deallocate: vec![pair(1, 1, 1)],
        modes: vec![],
        hand_overs: vec![],
    });
    let between = house.book.decisions().unwrap();
    let (back, outcome) = house.done(undo(&change));
    assert_eq!(house.book.decisions().unwrap(), before);
    assert_eq!((outcome.added, outcome.removed, outcome.changed), (1, 1, 0));
    house.done(undo(&back));
    assert_eq!(house.book.decisions().unwrap(), between);
}

#[test]
fn invariant_7_a_mode_that_was_altered_goes_back_even_when_its_pair_goes_too() {
    let house = House::new();
    house.allocate(&[pair(1, 1, 1), pair(2, 1, 1)]);
    let (change, _) = house.done(Action::AllocateAccounts {
        allocate: vec![pair(1, 1, 2)],
        deallocate: vec![],
        modes: vec![modes_of(1, 1, PaymentMode::Knorex)],
        hand_overs: vec![],
    });
    house.done(deallocate(&[pair(1, 1, 1)], &[]));
    let undo = Action::Undo { change, hand_overs: vec![hand(1, Some(2))] };
    house.done(undo);
    assert_eq!((house.mode(1, 1), house.default_of(1)), (None, Some(account(2).0)));
}

fn modes_of(a: u32, of: u32, mode: PaymentMode) -> partner::decisions::change::PaymentChoice {
    partner::decisions::change::PaymentChoice { ad_account: account(a), xpo_account: xpo(of), mode }
}

#[test]
fn invariant_7_an_old_entry_goes_back_over_many_later_ones() {
    let house = House::new();
    let (old, _) = house.allocate(&[pair(1, 1, 1), pair(1, 2, 1)]);
    for n in 0..20 {
        house.done(rename(3, &format!("Name {n}")));
        house.allocate(&[pair(2, 3, 1 + n % 2)]);
        house.done(deallocate(&[pair(2, 3, 1 + n % 2)], &[hand(3, None)]));
    }
    house.done(undo(&old));
    assert_eq!((house.default_of(1), house.default_of(2), house.mode(1, 1)), (None, None, None));
}

#[test]
fn invariant_7_what_was_changed_since_refuses_the_undo_and_names_the_entry_and_writes_nothing() {
    let house = House::new();
    let (first, _) = house.done(rename(1, "First"));
    let (second, _) = house.done(rename(1, "Second"));
    let (reasons, outcome) = house.refused(undo(&first));
    assert_eq!(reasons, [Reason::ChangedSince]);
    assert_eq!(outcome.blockers[0].entry.as_ref().unwrap().id, second);
    house.done(undo(&second));
    house.done(undo(&first));
}

#[test]
fn invariant_7_an_undo_is_refused_whole_with_every_reason() {
    let house = House::new();
    let (change, _) = house.allocate(&[pair(1, 1, 1), pair(1, 2, 1), pair(1, 3, 1)]);
    house.done(campaigns(advertiser(1, 1), &[(1, 1), (1, 2)], &[]));
    house.done(deallocate(&[pair(1, 2, 1)], &[hand(2, None)]));
    let (reasons, _) = house.refused(undo(&change));
    assert_eq!(reasons, [Reason::ChangedSince, Reason::CampaignAllocated, Reason::CampaignAllocated]);
}

#[test]
fn invariant_7_an_advertiser_archived_since_does_not_forbid_an_undo() {
    let house = House::new();
    house.allocate(&[pair(1, 1, 1), pair(2, 2, 1)]);
    house.done(campaigns(advertiser(1, 1), &[(1, 1)], &[]));
    house.done(audiences(1, advertiser(1, 1), &[1], &[]));
    let (campaign_gone, _) = house.done(campaigns(advertiser(1, 1), &[], &[(1, 1)]));
    let (account_gone, _) = house.done(deallocate(&[pair(1, 1, 1)], &[hand(1, None)]));
    house.done(archive(&[1], &[(1, 1)]));
    house.done(undo(&account_gone));
    house.done(undo(&campaign_gone));
    assert!(house.holds_campaign(&advertiser(1, 1), 1, 1) && house.holds_audience(&advertiser(1, 1), 1, 1));
}

#[test]
fn invariants_2_and_3_an_undo_needs_the_account_that_its_campaigns_and_audiences_need() {
    let house = House::new();
    house.allocate(&[pair(1, 1, 1), pair(1, 2, 1)]);
    house.done(campaigns(advertiser(1, 1), &[(1, 1), (1, 2)], &[]));
    house.done(audiences(1, advertiser(1, 1), &[1], &[]));
    let (taken, _) = house.done(campaigns(advertiser(1, 1), &[], &[(1, 1), (1, 2)]));
    let (lost, _) = house.done(audiences(1, advertiser(1, 1), &[], &[1]));
    house.done(campaigns(advertiser(2, 1), &[(1, 2)], &[]));
    house.done(deallocate(&[pair(1, 1, 1)], &[hand(1, None)]));
    let (mut reasons, _) = house.refused(undo(&taken));
    reasons.sort();
    assert_eq!(reasons, [Reason::CampaignElsewhere, Reason::NotAllocated, Reason::NotAllocated]);
    assert_eq!(house.refused(undo(&lost)).0, [Reason::NotAllocated]);
}

#[test]
fn invariant_1_an_undo_that_takes_a_default_asks_for_another() {
    let house = House::new();
    let (first, _) = house.allocate(&[pair(1, 1, 1)]);
    house.allocate(&[pair(2, 1, 1)]);
    let (reasons, outcome) = house.refused(undo(&first));
    assert_eq!((reasons, outcome.hand_overs.len()), (vec![], 1));
    house.done(Action::Undo { change: first, hand_overs: vec![hand(1, Some(2))] });
    assert_eq!(house.default_of(1), Some(account(2).0));
}

#[test]
fn r3_an_undo_leaves_a_default_that_came_since_and_says_so() {
    let house = House::new();
    house.allocate(&[pair(1, 1, 1)]);
    let (left, _) = house.done(deallocate(&[pair(1, 1, 1)], &[hand(1, None)]));
    house.allocate(&[pair(2, 1, 1)]);
    let (_, outcome) = house.done(undo(&left));
    assert_eq!(cautions(&outcome), [Caution::DefaultStays]);
    assert_eq!(house.default_of(1), Some(account(2).0));
}

#[test]
fn a20_an_inclusion_is_not_taken_back_once_the_audience_is_allocated() {
    let house = House::new();
    house.allocate(&[pair(1, 1, 1)]);
    house.done(exclude(&[1]));
    let (included, _) = house.done(include(&[1]));
    let (given, _) = house.done(audiences(1, advertiser(1, 1), &[1], &[]));
    let (reasons, outcome) = house.refused(undo(&included));
    assert_eq!(reasons, [Reason::ChangedSince]);
    assert_eq!(outcome.blockers[0].entry.as_ref().unwrap().id, given);
}

#[test]
fn a1_what_an_undo_would_remove_from_the_directory_must_be_unused() {
    let house = House::new();
    let first = house.book.changes().unwrap()[0].id.clone();
    house.allocate(&[pair(1, 1, 1)]);
    let (reasons, outcome) = house.refused(undo(&first));
    assert!(reasons.contains(&Reason::InUse));
    assert!(outcome.blockers.iter().any(|b| b.object.id == account(1).0));
}

#[test]
fn an_undo_of_what_never_was_is_refused() {
    let house = House::new();
    for id in ["00000000-0000-7000-8000-0000000000ff", "", "no id"] {
        assert_eq!(house.refused(undo(&ChangeId(id.into()))).0, [Reason::Unknown], "{id:?}");
    }
}
