//! Undo (invariant 7): an entry is undone completely, or not at all and with the reasons.

use partner::decisions::{Action, AllocateAccounts, PaymentMode, Reason, Rename, Renamed, Undo, WarningKind};
use partner::ids::ChangeId;

use crate::fixture::*;

fn rename(of: u32, name: &str) -> Action {
    Action::Rename(Rename { object: Renamed::XpoAccount(xpo(of)), name: name.into() })
}

#[test]
fn invariant_7_undo_reverts_edits_in_reverse_order_and_keeps_the_payment_mode() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(2, 1, 1)]);
    fixture.done(modes(&[(1, 1, PaymentMode::Knorex)]));
    let before = fixture.book.decisions().unwrap();
    // The ad account moves to another advertiser of the same XPO account, so its payment mode stays.
    let (change, _) = fixture.done(Action::AllocateAccounts(AllocateAccounts {
        allocate: vec![pair(1, 1, 2)],
        deallocate: vec![pair(1, 1, 1)],
        modes: vec![],
        hand_overs: vec![],
    }));
    let between = fixture.book.decisions().unwrap();
    let (back, outcome) = fixture.done(undo(&change));
    assert_eq!(fixture.book.decisions().unwrap(), before);
    assert_eq!((outcome.added, outcome.removed, outcome.changed), (1, 1, 0));
    fixture.done(undo(&back));
    assert_eq!(fixture.book.decisions().unwrap(), between);
}

#[test]
fn invariant_7_undo_restores_a_payment_mode_even_if_it_then_removes_the_pair() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(2, 1, 1)]);
    let (change, _) = fixture.done(Action::AllocateAccounts(AllocateAccounts {
        allocate: vec![pair(1, 1, 2)],
        deallocate: vec![],
        modes: vec![modes_of(1, 1, PaymentMode::Knorex)],
        hand_overs: vec![],
    }));
    fixture.done(deallocate(&[pair(1, 1, 1)], &[]));
    let undo = Action::Undo(Undo { change, hand_overs: vec![hand(1, Some(2))] });
    fixture.done(undo);
    assert_eq!((fixture.mode(1, 1), fixture.default_of(1)), (None, Some(account(2).0)));
}

fn modes_of(a: u32, of: u32, mode: PaymentMode) -> partner::decisions::PaymentChoice {
    partner::decisions::PaymentChoice { ad_account: account(a), xpo_account: xpo(of), mode }
}

#[test]
fn invariant_7_an_old_entry_can_be_undone_after_many_later_ones() {
    let fixture = Fixture::new();
    let (old, _) = fixture.allocate(&[pair(1, 1, 1), pair(1, 2, 1)]);
    for n in 0..20 {
        fixture.done(rename(3, &format!("Name {n}")));
        fixture.allocate(&[pair(2, 3, 1 + n % 2)]);
        fixture.done(deallocate(&[pair(2, 3, 1 + n % 2)], &[hand(3, None)]));
    }
    fixture.done(undo(&old));
    assert_eq!((fixture.default_of(1), fixture.default_of(2), fixture.mode(1, 1)), (None, None, None));
}

#[test]
fn invariant_7_a_later_change_blocks_the_undo_and_its_entry_is_named() {
    let fixture = Fixture::new();
    let (first, _) = fixture.done(rename(1, "First"));
    let (second, _) = fixture.done(rename(1, "Second"));
    let (reasons, outcome) = fixture.refused(undo(&first));
    assert_eq!(reasons, [Reason::ChangedSince]);
    assert_eq!(outcome.blockers[0].entry.as_ref().unwrap().id, second);
    fixture.done(undo(&second));
    fixture.done(undo(&first));
}

#[test]
fn invariant_7_a_blocked_undo_changes_nothing_and_lists_every_reason() {
    let fixture = Fixture::new();
    let (change, _) = fixture.allocate(&[pair(1, 1, 1), pair(1, 2, 1), pair(1, 3, 1)]);
    fixture.done(campaigns(advertiser(1, 1), &[(1, 1), (1, 2)], &[]));
    fixture.done(deallocate(&[pair(1, 2, 1)], &[hand(2, None)]));
    let (reasons, _) = fixture.refused(undo(&change));
    assert_eq!(reasons, [Reason::ChangedSince, Reason::CampaignAllocated, Reason::CampaignAllocated]);
}

#[test]
fn invariant_7_an_advertiser_that_has_been_archived_since_does_not_block_an_undo() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(2, 2, 1)]);
    fixture.done(campaigns(advertiser(1, 1), &[(1, 1)], &[]));
    fixture.done(audiences(1, advertiser(1, 1), &[1], &[]));
    let (campaign_gone, _) = fixture.done(campaigns(advertiser(1, 1), &[], &[(1, 1)]));
    let (account_gone, _) = fixture.done(deallocate(&[pair(1, 1, 1)], &[hand(1, None)]));
    fixture.done(archive(&[1], &[(1, 1)]));
    fixture.done(undo(&account_gone));
    fixture.done(undo(&campaign_gone));
    assert!(
        fixture.holds_campaign(&advertiser(1, 1), 1, 1) && fixture.holds_audience(&advertiser(1, 1), 1, 1)
    );
}

#[test]
fn invariants_2_and_3_undoing_a_deallocation_needs_the_allocation_of_the_account() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(1, 2, 1)]);
    fixture.done(campaigns(advertiser(1, 1), &[(1, 1), (1, 2)], &[]));
    fixture.done(audiences(1, advertiser(1, 1), &[1], &[]));
    let (taken, _) = fixture.done(campaigns(advertiser(1, 1), &[], &[(1, 1), (1, 2)]));
    let (lost, _) = fixture.done(audiences(1, advertiser(1, 1), &[], &[1]));
    fixture.done(campaigns(advertiser(2, 1), &[(1, 2)], &[]));
    fixture.done(deallocate(&[pair(1, 1, 1)], &[hand(1, None)]));
    let (mut reasons, _) = fixture.refused(undo(&taken));
    reasons.sort();
    assert_eq!(reasons, [Reason::CampaignAllocatedElsewhere, Reason::NotAllocated, Reason::NotAllocated]);
    assert_eq!(fixture.refused(undo(&lost)).0, [Reason::NotAllocated]);
}

#[test]
fn invariant_1_an_undo_that_removes_a_default_needs_a_hand_over() {
    let fixture = Fixture::new();
    let (first, _) = fixture.allocate(&[pair(1, 1, 1)]);
    fixture.allocate(&[pair(2, 1, 1)]);
    let (reasons, outcome) = fixture.refused(undo(&first));
    assert_eq!((reasons, outcome.hand_overs.len()), (vec![], 1));
    fixture.done(Action::Undo(Undo { change: first, hand_overs: vec![hand(1, Some(2))] }));
    assert_eq!(fixture.default_of(1), Some(account(2).0));
}

#[test]
fn r3_an_undo_keeps_a_later_default_and_warns() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1)]);
    let (left, _) = fixture.done(deallocate(&[pair(1, 1, 1)], &[hand(1, None)]));
    fixture.allocate(&[pair(2, 1, 1)]);
    let (_, outcome) = fixture.done(undo(&left));
    assert_eq!(warning_kinds(&outcome), [WarningKind::DefaultUnchanged]);
    assert_eq!(fixture.default_of(1), Some(account(2).0));
}

#[test]
fn a20_an_inclusion_cannot_be_undone_once_the_audience_is_allocated() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1)]);
    fixture.done(exclude(&[1]));
    let (included, _) = fixture.done(include(&[1]));
    let (given, _) = fixture.done(audiences(1, advertiser(1, 1), &[1], &[]));
    let (reasons, outcome) = fixture.refused(undo(&included));
    assert_eq!(reasons, [Reason::ChangedSince]);
    assert_eq!(outcome.blockers[0].entry.as_ref().unwrap().id, given);
}

#[test]
fn a1_undo_does_not_remove_xpo_accounts_and_advertisers_in_use() {
    let fixture = Fixture::new();
    let first = fixture.book.changes().unwrap()[0].id.clone();
    fixture.allocate(&[pair(1, 1, 1)]);
    let (reasons, outcome) = fixture.refused(undo(&first));
    assert!(reasons.contains(&Reason::InUse));
    assert!(outcome.blockers.iter().any(|b| b.object.id == account(1).0));
}

#[test]
fn undoing_an_unknown_change_is_blocked() {
    let fixture = Fixture::new();
    for id in ["00000000-0000-7000-8000-0000000000ff", "", "no id"] {
        assert_eq!(fixture.refused(undo(&ChangeId(id.into()))).0, [Reason::Unknown], "{id:?}");
    }
}
