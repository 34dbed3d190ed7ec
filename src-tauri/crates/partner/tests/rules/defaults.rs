//! The default TikTok ad account of an XPO account (R3, R4, R22–R24, A6–A8, A24, invariant 1).

use partner::decisions::{
    Action, AllocateAccounts, DefaultChoice, DefaultReplacementChoice, Reason, SetDefaults,
};

use crate::fixture::*;

fn set_default(of: u32, to: u32) -> Action {
    Action::SetDefaults(SetDefaults {
        defaults: vec![DefaultChoice { xpo_account: xpo(of), ad_account: account(to) }],
    })
}

#[test]
fn r3_the_first_account_of_an_xpo_account_becomes_its_default() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(2, 1, 1), pair(1, 1, 1), pair(1, 2, 1)]);
    assert_eq!(fixture.default_of(1), Some(account(2).0));
    assert_eq!(fixture.default_of(2), Some(account(1).0));
    assert_eq!(fixture.default_of(3), None);
    fixture.allocate(&[pair(3, 1, 2)]);
    assert_eq!(fixture.default_of(1), Some(account(2).0), "a later one does not");
}

#[test]
fn r4_a24_the_default_can_only_be_one_of_the_xpo_accounts_own_ad_accounts() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(2, 1, 2), pair(3, 2, 1)]);
    fixture.done(set_default(1, 2));
    assert_eq!(fixture.default_of(1), Some(account(2).0));
    let (reasons, outcome) = fixture.refused(set_default(1, 3));
    assert_eq!(reasons, [Reason::AccountOfAnotherXpoAccount]);
    assert_eq!(outcome.blockers[0].holder.as_ref().unwrap().id, xpo(1).0);
    assert_eq!(fixture.refused(set_default(1, 2)).0, [Reason::NothingToDo]);
}

#[test]
fn r22_to_r24_a_lost_default_is_handed_over_to_another_ad_account_of_the_xpo_account() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(2, 1, 2), pair(3, 2, 1)]);
    let before = fixture.book.decisions().unwrap();
    let (reasons, outcome) = fixture.refused(deallocate(&[pair(1, 1, 1)], &[]));
    assert_eq!(reasons, []);
    let options: Vec<&str> =
        outcome.default_replacements[0].options.iter().map(|named| named.id.as_str()).collect();
    assert_eq!(options, [account(2).as_str()]);
    for wrong in [Some(1), Some(3), None] {
        fixture.refused(deallocate(&[pair(1, 1, 1)], &[hand(1, wrong)]));
    }
    let (change, outcome) = fixture.done(deallocate(&[pair(1, 1, 1)], &[hand(1, Some(2))]));
    assert_eq!(outcome.default_replacements[0].choice, Some(DefaultReplacementChoice::Account(account(2))));
    assert_eq!(fixture.default_of(1), Some(account(2).0));
    fixture.done(undo(&change));
    assert_eq!(fixture.book.decisions().unwrap(), before);
}

#[test]
fn a7_only_the_last_deallocation_of_a_default_needs_a_hand_over() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(1, 1, 2), pair(2, 1, 1)]);
    let (_, outcome) = fixture.done(deallocate(&[pair(1, 1, 1), pair(2, 1, 1)], &[]));
    assert_eq!(outcome.default_replacements, []);
    assert_eq!(fixture.default_of(1), Some(account(1).0));
}

#[test]
fn a7_a_change_of_several_xpo_accounts_has_one_hand_over_row_for_each() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(2, 1, 1), pair(1, 2, 1), pair(3, 2, 1), pair(1, 3, 1)]);
    let all = [pair(1, 1, 1), pair(1, 2, 1), pair(1, 3, 1)];
    let (_, outcome) = fixture.refused(deallocate(&all, &[hand(1, Some(2)), hand(3, None)]));
    let chosen: Vec<bool> = outcome.default_replacements.iter().map(|row| row.choice.is_some()).collect();
    assert_eq!(chosen, [true, false, true]);
    fixture.done(deallocate(&all, &[hand(3, None), hand(2, Some(3)), hand(1, Some(2))]));
    let defaults = [1, 2, 3].map(|n| fixture.default_of(n));
    assert_eq!(defaults, [Some(account(2).0), Some(account(3).0), None]);
}

#[test]
fn a7_an_account_allocated_in_the_same_change_can_become_the_default() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1)]);
    fixture.done(Action::AllocateAccounts(AllocateAccounts {
        allocate: vec![pair(2, 1, 1)],
        deallocate: vec![pair(1, 1, 1)],
        modes: vec![],
        default_replacements: vec![hand(1, Some(2))],
    }));
    assert_eq!(fixture.default_of(1), Some(account(2).0));
}

#[test]
fn a8_removing_the_only_account_needs_consent_and_the_next_account_becomes_the_default() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1)]);
    let (_, outcome) = fixture.refused(deallocate(&[pair(1, 1, 1)], &[]));
    assert_eq!(
        (outcome.default_replacements[0].options.len(), &outcome.default_replacements[0].choice),
        (0, &None)
    );
    let (_, outcome) = fixture.done(deallocate(&[pair(1, 1, 1)], &[hand(1, None)]));
    assert_eq!(outcome.default_replacements[0].choice, Some(DefaultReplacementChoice::Leave));
    assert_eq!(fixture.default_of(1), None);
    fixture.allocate(&[pair(4, 1, 2)]);
    assert_eq!(fixture.default_of(1), Some(account(4).0));
}
