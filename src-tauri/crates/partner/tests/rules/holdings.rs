//! Deallocating and moving across advertisers and TikTok ad accounts, and offboarding (product.md, 10; invariants 1 to 4).

use partner::decisions::{
    Action, AddGoals, Change, DecisionKind, EditCount, GoalKind, Holder, NewGoal, Outcome, PaymentMode,
    Reason, WarningKind,
};

use crate::fixture::*;

/// Client 1 has ad accounts 1 (both advertisers) and 2 (the first), with campaigns, audiences and a goal. Client 2 has ad
/// account 1 with a campaign and the first audience.
fn fixture() -> Fixture {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(1, 1, 2), pair(2, 1, 1), pair(1, 2, 1)]);
    fixture.done(campaigns(advertiser(1, 1), &[(1, 1), (1, 2), (2, 1)], &[]));
    fixture.done(campaigns(advertiser(1, 2), &[(1, 3)], &[]));
    fixture.done(campaigns(advertiser(2, 1), &[(1, 4)], &[]));
    for to in [advertiser(1, 1), advertiser(1, 2), advertiser(2, 1)] {
        fixture.done(audiences(1, to, &[1, 2], &[]));
    }
    fixture.done(audiences(2, advertiser(1, 1), &[1], &[]));
    fixture
}

fn add(goal: NewGoal) -> Action {
    Action::AddGoals(AddGoals { goals: vec![goal] })
}

fn client(n: u32) -> Option<Holder> {
    Some(Holder::XpoAccount(xpo(n)))
}

fn removed(outcome: &Outcome, kind: DecisionKind) -> u32 {
    outcome.kinds.iter().find(|count| count.kind == kind).map_or(0, |count| count.removed)
}

#[test]
fn campaigns_and_audiences_of_several_advertisers_and_ad_accounts_are_deallocated_in_one_change() {
    let fixture = fixture();
    let before = fixture.book.decisions().unwrap();
    let what = holdings(client(1), &[], &[(1, 1), (1, 3), (2, 1)], &[(1, 1), (2, 1)]);
    let (change, outcome) = fixture.done(take(what, &[]));
    let of = |kind, removed| EditCount { kind, added: 0, removed, changed: 0, moved: 0 };
    assert_eq!(
        outcome.kinds,
        [of(DecisionKind::CampaignAllocation, 3), of(DecisionKind::AudienceAllocation, 3)]
    );
    assert!(fixture.holds_campaign(&advertiser(1, 1), 1, 2));
    assert!(fixture.holds_audience(&advertiser(2, 1), 1, 1), "another client keeps the same audience");
    fixture.done(undo(&change));
    assert_eq!(fixture.book.decisions().unwrap(), before);
}

#[test]
fn a_deallocation_never_takes_what_another_client_has_meanwhile() {
    let fixture = fixture();
    let action = take(holdings(client(1), &[], &[(1, 4), (1, 1)], &[]), &[]);
    let (reasons, outcome) = fixture.refused(action.clone());
    assert_eq!(reasons, [Reason::CampaignAllocatedElsewhere]);
    fixture.done(action.unblocked(&outcome.blockers).unwrap());
    assert!(fixture.holds_campaign(&advertiser(2, 1), 1, 4));
    assert!(!fixture.holds_campaign(&advertiser(1, 1), 1, 1));
    let brand = Some(Holder::Advertiser(advertiser(1, 1)));
    let (reasons, _) = fixture.refused(take(holdings(brand, &[], &[(1, 3)], &[(1, 3)]), &[]));
    assert_eq!(reasons, [Reason::CampaignAllocatedElsewhere]);
}

#[test]
fn r20_r25_a12_invariant_4_an_ad_account_is_deallocated_with_what_blocks_it_unless_initialized() {
    let fixture = fixture();
    fixture.done(add(goal(1, GoalKind::RemarketingTag, "Tag", advertiser(1, 2), 1)));
    let action = take(holdings(client(1), &[1], &[], &[]), &[hand(1, Some(2))]);
    let (reasons, _) = fixture.refused(action.clone());
    assert_eq!(reasons, [[Reason::CampaignAllocated; 3].as_slice(), &[Reason::GoalCreated]].concat());
    let all = first(&[(1, 1), (1, 2), (1, 3)], &[1], action.clone());
    let (change, outcome) = fixture.done(all.clone());
    assert_eq!(removed(&outcome, DecisionKind::AccountAllocation), 2);
    assert_eq!(warning_kinds(&outcome), [WarningKind::AudienceAllocationsRemoved; 2]);
    assert_eq!(fixture.default_of(1), Some(account(2).0));
    fixture.done(undo(&change));
    assert_eq!(fixture.default_of(1), Some(account(1).0));

    fixture.done(initialize(&[(1, 2)]));
    let (reasons, outcome) = fixture.refused(all.clone());
    assert_eq!(reasons, [Reason::CampaignInitialized; 2], "as a campaign, and for its ad account");
    assert_eq!(all.unblocked(&outcome.blockers), None, "nothing but the ad account was to be deallocated");
}

#[test]
fn a14_what_was_to_be_deallocated_for_a_blocked_part_stays() {
    let fixture = fixture();
    fixture.allocate(&[pair(3, 1, 1)]);
    fixture.done(initialize(&[(1, 2)]));
    let rest = |action| fixture.book.unblocked_part(&Change::draft("admin", action)).unwrap();
    // The first advertiser keeps ad account 1, because a campaign is initialized.
    let both = first(&[(1, 1), (1, 3)], &[], deallocate(&[pair(1, 1, 1), pair(1, 1, 2)], &[]));
    assert_eq!(rest(both), Some(first(&[(1, 3)], &[], deallocate(&[pair(1, 1, 2)], &[]))));
    let other = first(&[(1, 1)], &[], deallocate(&[pair(1, 1, 1), pair(3, 1, 1)], &[]));
    assert_eq!(rest(other), Some(deallocate(&[pair(3, 1, 1)], &[])));
    assert_eq!(rest(first(&[(1, 1)], &[], deallocate(&[pair(1, 1, 1)], &[]))), None);
}

#[test]
fn an_undo_takes_along_the_campaigns_that_block_it_as_an_entry_that_undoes() {
    let fixture = Fixture::new();
    let (change, _) = fixture.allocate(&[pair(1, 1, 1)]);
    fixture.done(campaigns(advertiser(1, 1), &[(1, 1), (1, 2)], &[]));
    assert_eq!(fixture.refused(undo(&change)).0, [Reason::CampaignAllocated; 2]);
    let (both, _) = fixture.done(first(&[(1, 1), (1, 2)], &[], undo(&change)));
    assert_eq!(fixture.default_of(1), None);
    fixture.done(undo(&both));
    assert!(fixture.holds_campaign(&advertiser(1, 1), 1, 1));
}

#[test]
fn a5_an_ad_account_moves_with_its_campaigns_audiences_and_payment_mode() {
    let fixture = fixture();
    fixture.done(modes(&[(2, 1, PaymentMode::Knorex)]));
    let before = fixture.book.decisions().unwrap();
    let action = move_to(advertiser(3, 1), holdings(client(1), &[1, 2], &[], &[]), &[]);
    let (reasons, outcome) = fixture.refused(action);
    assert_eq!(
        (reasons, outcome.default_replacements.len()),
        (vec![], 1),
        "the client is left without an ad account"
    );
    let action = move_to(advertiser(3, 1), holdings(client(1), &[1, 2], &[], &[]), &[hand(1, None)]);
    let (change, outcome) = fixture.done(action);
    assert_eq!(warning_kinds(&outcome), [], "no audience is lost");
    let moved = |kind| outcome.kinds.iter().find(|count| count.kind == kind).map(|count| count.moved);
    assert_eq!(moved(DecisionKind::AccountAllocation), Some(2));
    assert!(
        fixture.holds_campaign(&advertiser(3, 1), 1, 3) && fixture.holds_campaign(&advertiser(3, 1), 2, 1)
    );
    assert!(
        fixture.holds_audience(&advertiser(3, 1), 2, 1) && fixture.holds_audience(&advertiser(2, 1), 1, 1)
    );
    assert_eq!((fixture.default_of(1), fixture.default_of(3)), (None, Some(account(1).0)));
    assert_eq!(fixture.mode(2, 3).as_deref(), Some("knorex"));
    fixture.done(undo(&change));
    assert_eq!(fixture.book.decisions().unwrap(), before);
}

#[test]
fn a5_a11_a_move_of_audiences_needs_the_ad_account_and_leaves_the_target_what_it_has() {
    let fixture = fixture();
    let (from, to) = (client(1), advertiser(2, 1));
    let action = move_to(to.clone(), holdings(from, &[], &[], &[(1, 1), (2, 1)]), &[]);
    let (reasons, outcome) = fixture.refused(action.clone());
    assert_eq!(reasons, [Reason::NotAllocated]);
    assert_eq!(action.unblocked(&outcome.blockers), None, "both ad accounts have the audience");
    let (_, outcome) = fixture.done(move_to(to.clone(), holdings(client(1), &[], &[], &[(1, 1)]), &[]));
    assert_eq!(outcome.difference, "2 removed", "it had the audience already");
    fixture.done(archive(&[], &[(2, 1)]));
    let action = move_to(to, holdings(client(1), &[], &[(1, 1)], &[]), &[]);
    let (reasons, outcome) = fixture.refused(action.clone());
    assert_eq!(reasons, [Reason::Archived]);
    assert_eq!(action.unblocked(&outcome.blockers), None);
}

#[test]
fn invariant_1_to_4_offboarding_takes_everything_but_initialized_campaigns_and_archives() {
    let fixture = fixture();
    fixture.done(initialize(&[(2, 1)]));
    fixture.done(add(goal(1, GoalKind::ConversionGoal, "Goal", advertiser(1, 1), 1)));
    let before = fixture.book.decisions().unwrap();
    let (change, outcome) = fixture.done(offboard(&[1]));
    assert_eq!(warning_kinds(&outcome), [WarningKind::InitializedStays, WarningKind::StillAllocated]);
    assert_eq!(outcome.warnings[0].object.id, campaign(2, 1));
    assert_eq!(removed(&outcome, DecisionKind::AccountAllocation), 2);
    assert_eq!(removed(&outcome, DecisionKind::CampaignAllocation), 3);
    assert_eq!(removed(&outcome, DecisionKind::AudienceAllocation), 5);
    assert_eq!(removed(&outcome, DecisionKind::Goal), 1);
    assert_eq!(fixture.default_of(1), Some(account(2).0), "invariant 1: what stays is the default");
    assert!(fixture.decision("xpo_account", xpo(1).as_str(), "", "").unwrap().contains("\"archived\":true"));
    assert!(fixture.holds_campaign(&advertiser(2, 1), 1, 4), "other clients keep theirs");
    assert_eq!(fixture.refused(offboard(&[1])).0, [Reason::NothingToDo]);
    fixture.done(undo(&change));
    assert_eq!(fixture.book.decisions().unwrap(), before);

    let (_, outcome) = fixture.done(offboard(&[2]));
    assert_eq!((warning_kinds(&outcome), fixture.default_of(2)), (vec![], None));
    assert_eq!(fixture.refused(offboard(&[9])).0, [Reason::Unknown]);
}

#[test]
fn offboarding_counts_the_initialized_campaigns_of_each_advertiser() {
    let fixture = fixture();
    fixture.done(initialize(&[(1, 1), (1, 2), (1, 3), (2, 1)]));
    let (_, outcome) = fixture.done(offboard(&[1]));
    let stay = outcome.warnings.iter().filter(|warning| warning.kind == WarningKind::InitializedStays);
    let stay: Vec<_> = stay.map(|warning| (warning.object.id.clone(), warning.count)).collect();
    assert_eq!(stay, [(campaign(1, 1), 3), (campaign(1, 3), 1)]);
}

#[test]
fn an_offboarding_names_clients_that_were_archived_before() {
    let fixture = fixture();
    fixture.allocate(&[pair(3, 3, 1)]);
    fixture.done(archive(&[1, 2], &[]));
    assert_eq!(fixture.done(offboard(&[1])).1.summary, "Offboarded XPO account Client 1");
    assert_eq!(fixture.done(offboard(&[2, 3])).1.summary, "Offboarded 2 XPO accounts");
}
