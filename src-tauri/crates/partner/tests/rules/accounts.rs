//! The allocation of TikTok ad accounts to advertisers (R11–R25, A9–A14, A27, A28).

use jiff::Timestamp;
use partner::decisions::{Action, AddGoals, AllocateAccounts, GoalKind, PaymentMode, Reason, WarningKind};
use partner::facts::accounts::{AccountDetails, AccountFacts, AccountResponse, UserFacts};

use crate::fixture::*;

#[test]
fn r17_r18_an_advertiser_can_have_several_accounts_and_an_account_several_advertisers() {
    let fixture = Fixture::new();
    let (_, outcome) = fixture.allocate(&[pair(1, 1, 1), pair(2, 1, 1), pair(1, 1, 2), pair(1, 2, 1)]);
    assert_eq!((outcome.added, outcome.removed, outcome.changed), (4, 0, 0));
    let (_, again) = fixture.allocate(&[pair(1, 1, 1), pair(3, 1, 1)]);
    assert_eq!(again.added, 1, "an allocated pair is skipped");
}

#[test]
fn r20_every_allocated_campaign_blocks_the_deallocation_of_its_account_by_name() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(2, 1, 1)]);
    fixture.done(campaigns(advertiser(1, 1), &[(1, 1), (1, 2), (2, 1)], &[]));
    let (_, outcome) = fixture.refused(deallocate(&[pair(1, 1, 1)], &[hand(1, Some(2))]));
    assert_eq!(objects(&outcome, Reason::CampaignAllocated), [campaign(1, 1), campaign(1, 2)]);
    for blocker in &outcome.blockers {
        assert_eq!(blocker.ad_account.as_ref().unwrap().id, account(1).0);
        assert_eq!(blocker.holder.as_ref().unwrap().id, advertiser(1, 1).0);
        assert_eq!(blocker.xpo_account.as_ref().unwrap().name, "Client 1", "the link needs it");
        assert!(!blocker.object.name.is_empty());
    }
    fixture.done(campaigns(advertiser(1, 1), &[], &[(1, 1), (1, 2)]));
    fixture.done(deallocate(&[pair(1, 1, 1)], &[hand(1, Some(2))]));
}

#[test]
fn r25_a12_lists_the_blocking_campaigns_goals_and_tags_of_every_pair() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(1, 1, 2), pair(1, 2, 1)]);
    fixture.done(campaigns(advertiser(1, 1), &[(1, 1)], &[]));
    fixture.done(Action::AddGoals(AddGoals {
        goals: vec![
            goal(1, GoalKind::ConversionGoal, "Purchase", advertiser(1, 2), 1),
            goal(2, GoalKind::RemarketingTag, "Visitors", advertiser(1, 2), 1),
        ],
    }));
    let (reasons, outcome) =
        fixture.refused(deallocate(&[pair(1, 1, 1), pair(1, 1, 2), pair(1, 2, 1)], &[hand(2, None)]));
    assert_eq!(reasons, [Reason::CampaignAllocated, Reason::GoalCreated, Reason::GoalCreated]);
    assert_eq!(objects(&outcome, Reason::GoalCreated), [goal_id(1).0, goal_id(2).0]);
    assert_eq!(outcome.default_replacements.len(), 2, "new defaults are listed beside the blockers");
    // A12: blockers are counted per pair.
    fixture.done(deallocate(&[pair(1, 2, 1)], &[hand(2, None)]));
}

#[test]
fn r14_a9_invariant_5_the_payment_mode_defaults_to_self_and_is_removed_with_the_last_allocation() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(1, 1, 2), pair(1, 2, 1)]);
    assert_eq!((fixture.mode(1, 1).as_deref(), fixture.mode(1, 3)), (Some("self"), None));
    let (_, outcome) = fixture.done(modes(&[(1, 1, PaymentMode::Knorex), (1, 3, PaymentMode::Knorex)]));
    assert_eq!((outcome.changed, fixture.mode(1, 1).as_deref()), (1, Some("knorex")));
    assert_eq!(warning_kinds(&outcome), [WarningKind::MixedModes]);
    let (_, outcome) = fixture.done(modes(&[(1, 2, PaymentMode::Knorex)]));
    assert_eq!(warning_kinds(&outcome), []);
    fixture.done(deallocate(&[pair(1, 1, 1)], &[]));
    assert_eq!(fixture.mode(1, 1).as_deref(), Some("knorex"));
    fixture.done(deallocate(&[pair(1, 1, 2)], &[hand(1, None)]));
    assert_eq!(fixture.mode(1, 1), None);
    fixture.allocate(&[pair(1, 1, 1)]);
    assert_eq!(fixture.mode(1, 1).as_deref(), Some("self"));
}

#[test]
fn a9_warns_if_a_new_allocation_gives_an_account_both_payment_modes() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1)]);
    fixture.done(modes(&[(1, 1, PaymentMode::Knorex)]));
    let (_, outcome) = fixture.allocate(&[pair(1, 2, 1)]);
    assert_eq!(warning_kinds(&outcome), [WarningKind::MixedModes]);
    assert_eq!(outcome.warnings[0].object.id, account(1).0);
}

#[test]
fn a13_audiences_are_deallocated_with_their_account_with_a_warning_and_restored_by_undo() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(2, 1, 1)]);
    fixture.done(audiences(1, advertiser(1, 1), &[1, 2], &[]));
    fixture.done(audiences(2, advertiser(1, 1), &[1], &[]));
    let before = fixture.book.decisions().unwrap();
    let (change, outcome) = fixture.done(deallocate(&[pair(1, 1, 1)], &[hand(1, Some(2))]));
    let warning = &outcome.warnings[0];
    assert_eq!((warning.kind, warning.count), (WarningKind::AudienceAllocationsRemoved, 2));
    let text = "2 audience allocations of “Brand 1” will also be removed. Undo restores them.";
    assert_eq!(warning.text, text);
    assert!(!fixture.holds_audience(&advertiser(1, 1), 1, 1));
    assert!(fixture.holds_audience(&advertiser(1, 1), 2, 1));
    fixture.done(undo(&change));
    assert_eq!(fixture.book.decisions().unwrap(), before);
}

#[test]
fn a14_a_partly_blocked_change_writes_nothing_and_its_other_rows_can_be_saved() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(1, 2, 1), pair(2, 2, 1)]);
    fixture.done(campaigns(advertiser(1, 1), &[(1, 1)], &[]));
    fixture.done(archive(&[], &[(3, 1)]));
    let action = Action::AllocateAccounts(AllocateAccounts {
        allocate: vec![pair(3, 3, 1), pair(3, 3, 2)],
        deallocate: vec![pair(1, 1, 1), pair(1, 2, 1)],
        modes: vec![],
        default_replacements: vec![hand(1, None), hand(2, Some(2))],
    });
    let (reasons, outcome) = fixture.refused(action.clone());
    assert_eq!(reasons, [Reason::Archived, Reason::CampaignAllocated]);
    let rest = action.unblocked(&outcome.blockers).unwrap();
    let (_, outcome) = fixture.done(rest);
    assert_eq!((outcome.added, outcome.removed), (1, 1));
    assert_eq!(fixture.default_of(2), Some(account(2).0));
    assert_eq!(fixture.default_of(1), Some(account(1).0));
}

#[test]
fn a14_a_change_whose_rows_are_all_blocked_has_no_unblocked_part() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1)]);
    fixture.done(campaigns(advertiser(1, 1), &[(1, 1)], &[]));
    let action = deallocate(&[pair(1, 1, 1)], &[]);
    let (_, outcome) = fixture.refused(action.clone());
    assert_eq!(action.unblocked(&outcome.blockers), None);
    let (_, outcome) = fixture.refused(allocate(&[pair(1, 1, 1)]));
    assert_eq!(
        allocate(&[pair(1, 1, 1)]).unblocked(&outcome.blockers),
        None,
        "a change that does nothing has no rows"
    );
}

#[test]
fn an_archived_advertiser_gets_no_new_accounts_and_can_lose_those_it_has() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(1, 2, 1)]);
    fixture.done(archive(&[2], &[(1, 1)]));
    let (reasons, outcome) = fixture.refused(allocate(&[pair(2, 1, 1), pair(2, 2, 1), pair(2, 2, 2)]));
    assert_eq!(reasons, [Reason::Archived; 3]);
    assert_eq!(outcome.blockers[0].object.id, advertiser(1, 1).0);
    assert_eq!(outcome.blockers[1].object.id, xpo(2).0);
    // A pair that is already allocated is not new.
    let (_, outcome) = fixture.done(allocate(&[pair(1, 1, 1), pair(2, 1, 2)]));
    assert_eq!(outcome.added, 1);
    fixture.done(deallocate(&[pair(1, 1, 1), pair(1, 2, 1)], &[hand(1, Some(2)), hand(2, None)]));
}

#[test]
fn each_unknown_account_or_advertiser_is_named_once() {
    let fixture = Fixture::new();
    let (reasons, outcome) =
        fixture.refused(allocate(&[pair(9, 1, 1), pair(9, 1, 2), pair(1, 9, 9), pair(9, 9, 9)]));
    assert_eq!(reasons, [Reason::Unknown; 2]);
    assert_eq!(objects(&outcome, Reason::Unknown), [account(9).0, advertiser(9, 9).0]);
}

#[test]
fn a27_a28_a_suspended_or_inaccessible_account_can_be_allocated_with_a_warning() {
    let fixture = Fixture::new();
    let user = UserFacts { id: "7111".into(), name: "User".into(), email: String::new() };
    let answer = AccountResponse::Details(Box::new(AccountDetails {
        status: "STATUS_LIMIT".into(),
        ..Default::default()
    }));
    let facts = AccountFacts { id: account(1).0, name: "Account 1".into(), answer };
    // Account 2 is missing in a complete list, so no user has access to it.
    fixture.book.record_import(&user, &[facts], true, Timestamp::UNIX_EPOCH).unwrap();
    let (_, outcome) = fixture.allocate(&[pair(1, 1, 1), pair(2, 1, 1)]);
    assert_eq!(warning_kinds(&outcome), [WarningKind::AccountNotApproved, WarningKind::AccountNoAccess]);
    fixture.done(deallocate(&[pair(1, 1, 1), pair(2, 1, 1)], &[hand(1, None)]));
}

#[test]
fn a14_thousands_of_pairs_in_one_change_are_saved_completely_or_not_at_all() {
    let fixture = Fixture::new();
    let user = UserFacts { id: "7222".into(), name: "Large".into(), email: String::new() };
    let many: Vec<AccountFacts> = (1_000..2_500)
        .map(|n| AccountFacts {
            id: account(n).0,
            name: format!("Account {n}"),
            answer: AccountResponse::NoDetails,
        })
        .collect();
    fixture.book.record_import(&user, &many, true, Timestamp::UNIX_EPOCH).unwrap();
    let advertisers = [(1, 1), (2, 1)];
    let mut pairs: Vec<_> = (1_000..2_500).flat_map(|a| advertisers.map(|(of, n)| pair(a, of, n))).collect();
    pairs.push(pair(9_999, 1, 1));
    let (reasons, _) = fixture.refused(allocate(&pairs));
    assert_eq!(reasons, [Reason::Unknown]);
    pairs.pop();
    let (change, outcome) = fixture.allocate(&pairs);
    assert_eq!((outcome.added, outcome.edits.len()), (3_000, partner::decisions::EDITS_SHOWN));
    assert_eq!(fixture.default_of(1), Some(account(1_000).0));
    fixture.done(undo(&change));
    assert_eq!(fixture.default_of(1), None);
}
