//! Undo (invariant 7): an entry is undone completely, or not at all and with the reasons.

use partner::decisions::{
    Action, AddGoals, AllocateAccounts, AllocateCampaigns, DecisionKind, DefaultReplacement, GoalKind,
    ImportAllocations, Outcome, PaymentMode, Reason, Remedy, Rename, Renamed, Undo, WarningKind,
};
use partner::ids::{CampaignId, ChangeId};
use partner::queries::edits::EditLock;
use partner::queries::history::{HistoryQuery, HistoryRow, UndoState};

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
        default_replacements: vec![],
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
        default_replacements: vec![],
    }));
    fixture.done(deallocate(&[pair(1, 1, 1)], &[]));
    let undo = Action::Undo(Undo {
        change,
        keep: vec![],
        also: vec![],
        default_replacements: vec![hand(1, Some(2))],
    });
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
    assert_eq!((reasons, outcome.default_replacements.len()), (vec![], 1));
    fixture.done(Action::Undo(Undo {
        change: first,
        keep: vec![],
        also: vec![],
        default_replacements: vec![hand(1, Some(2))],
    }));
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

fn undo_but(change: &ChangeId, keep: &[u32]) -> Action {
    Action::Undo(Undo {
        change: change.clone(),
        keep: keep.to_vec(),
        also: vec![],
        default_replacements: vec![],
    })
}

/// Returns the number of an entry's edit about the TikTok ad account.
fn number_of(fixture: &Fixture, entry: i64, kind: DecisionKind, of: u32) -> u32 {
    let id = account(of).0;
    let edits = fixture.edits_of(entry, "").into_iter();
    let about = |named: Option<partner::named::Named>| named.is_some_and(|account| account.id == id);
    edits
        .filter(|edit| edit.edit.kind == kind)
        .find(|edit| about(edit.edit.ad_account.clone()))
        .unwrap()
        .number
}

fn undo_with(change: &ChangeId, refused: &Outcome, default_replacements: &[DefaultReplacement]) -> Action {
    let also = refused.blockers.iter().filter_map(|blocker| blocker.remedy.clone()).collect();
    Action::Undo(Undo {
        change: change.clone(),
        keep: vec![],
        also,
        default_replacements: default_replacements.to_vec(),
    })
}

fn row(fixture: &Fixture, change: &ChangeId) -> HistoryRow {
    let rows = fixture.book.list(&HistoryQuery::default()).unwrap().page.rows;
    rows.into_iter().find(|row| row.entry.id == *change).unwrap()
}

#[test]
fn an_undo_can_leave_out_edits_which_can_be_undone_later() {
    let fixture = Fixture::new();
    let before = fixture.book.decisions().unwrap();
    let (change, outcome) = fixture.allocate(&[pair(1, 1, 1), pair(2, 2, 1), pair(3, 3, 1)]);
    let after = fixture.book.decisions().unwrap();
    let entry = outcome.entry.unwrap();
    let edits = fixture.edits_of(entry, "");
    let second = number_of(&fixture, entry, DecisionKind::AccountAllocation, 2);
    let locks: Vec<_> = edits.iter().filter(|edit| edit.lock.is_none()).map(|edit| edit.edit.kind).collect();
    assert_eq!(locks, [DecisionKind::AccountAllocation; 3], "payment modes and defaults follow");

    // What only follows is undone with the allocation, whatever is asked.
    let everything_else = number_of(&fixture, entry, DecisionKind::Payment, 1);
    let (part, outcome) = fixture.done(undo_but(&change, &[second, everything_else]));
    assert_eq!(
        (outcome.removed, outcome.summary.as_str()),
        (2, "Partly undid: allocated 3 ad accounts to 3 advertisers of 3 XPO accounts")
    );
    assert_eq!((fixture.mode(1, 1), fixture.mode(2, 2).is_some()), (None, true));
    assert_eq!(row(&fixture, &change).undo, UndoState::Partly);
    let entry = row(&fixture, &change).entry.seq;
    let undone = fixture.edits_of(entry, "").into_iter().filter(|edit| edit.lock == Some(EditLock::Undone));
    assert_eq!(undone.count(), 2);

    let (rest, _) = fixture.done(undo(&change));
    assert_eq!(fixture.book.decisions().unwrap(), before);
    assert_eq!(row(&fixture, &change).undo, UndoState::Undone);
    fixture.done(undo(&rest));
    fixture.done(undo(&part));
    assert_eq!(fixture.book.decisions().unwrap(), after);
    assert_eq!(row(&fixture, &change).undo, UndoState::Possible);
}

#[test]
fn a_blocked_undo_names_the_edits_that_can_be_left_out() {
    let fixture = Fixture::new();
    let (change, _) = fixture.allocate(&[pair(1, 1, 1), pair(2, 2, 1)]);
    fixture.done(deallocate(&[pair(1, 1, 1)], &[hand(1, None)]));
    let (reasons, outcome) = fixture.refused(undo(&change));
    assert_eq!((reasons, outcome.blocked_edits.len()), (vec![Reason::ChangedSince], 1));
    fixture.done(undo_but(&change, &outcome.blocked_edits));
    assert_eq!((fixture.mode(1, 1), fixture.mode(2, 2)), (None, None));
}

#[test]
fn an_undo_that_leaves_out_a_client_keeps_its_default() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(2, 1, 1), pair(3, 1, 1), pair(1, 2, 1), pair(2, 2, 1)]);
    let all = [pair(1, 1, 1), pair(3, 1, 1), pair(1, 2, 1)];
    let (change, _) = fixture.done(deallocate(&all, &[hand(1, Some(2)), hand(2, Some(2))]));
    fixture.allocate(&[pair(1, 1, 1)]);
    let (_, outcome) = fixture.refused(undo(&change));
    fixture.done(undo_but(&change, &outcome.blocked_edits));
    assert!(fixture.mode(3, 1).is_some(), "another ad account of the client is restored");
    assert_eq!(fixture.default_of(1), Some(account(2).0));
    assert_eq!(fixture.default_of(2), Some(account(1).0), "the other client is restored with its default");
}

#[test]
fn a_partial_undo_together_with_deallocations_is_one() {
    let fixture = Fixture::new();
    let (change, outcome) = fixture.allocate(&[pair(1, 1, 1), pair(2, 2, 1)]);
    let second = number_of(&fixture, outcome.entry.unwrap(), DecisionKind::AccountAllocation, 2);
    fixture.done(campaigns(advertiser(1, 1), &[(1, 1)], &[]));
    fixture.done(first(&[(1, 1)], &[], first(&[], &[], undo_but(&change, &[second]))));
    assert_eq!(row(&fixture, &change).undo, UndoState::Partly);
    fixture.done(undo(&change));
    assert_eq!((fixture.mode(1, 1), fixture.mode(2, 2)), (None, None));
    assert_eq!(row(&fixture, &change).undo, UndoState::Undone);
}

#[test]
fn a_change_that_was_undone_in_two_parts_can_be_undone_again_once_one_is_redone() {
    let fixture = Fixture::new();
    let before = fixture.book.decisions().unwrap();
    let (change, outcome) = fixture.allocate(&[pair(1, 1, 1), pair(2, 2, 1)]);
    let second = number_of(&fixture, outcome.entry.unwrap(), DecisionKind::AccountAllocation, 2);
    let (part, _) = fixture.done(undo_but(&change, &[second]));
    let (rest, _) = fixture.done(undo(&change));
    assert_eq!(row(&fixture, &change).undo, UndoState::Undone);
    fixture.done(undo(&part));
    let shown = row(&fixture, &change);
    assert_eq!((shown.undo, shown.undone_by.unwrap().id), (UndoState::Partly, rest));
    let (again, _) = fixture.done(undo(&change));
    assert_eq!(fixture.book.decisions().unwrap(), before);
    assert_eq!(row(&fixture, &change).undo, UndoState::Undone);
    fixture.done(undo(&again));
    assert_eq!((fixture.mode(1, 1).is_some(), fixture.mode(2, 2)), (true, None));
    assert_eq!(row(&fixture, &change).undo, UndoState::Partly);
}

#[test]
fn a_change_whose_undo_was_redone_in_part_can_be_undone_again() {
    let fixture = Fixture::new();
    let before = fixture.book.decisions().unwrap();
    let (change, _) = fixture.allocate(&[pair(1, 1, 1), pair(2, 2, 1)]);
    let (undone, outcome) = fixture.done(undo(&change));
    let second = number_of(&fixture, outcome.entry.unwrap(), DecisionKind::AccountAllocation, 2);
    fixture.done(undo_but(&undone, &[second]));
    assert_eq!((fixture.mode(1, 1).is_some(), fixture.mode(2, 2)), (true, None));
    assert_eq!(row(&fixture, &change).undo, UndoState::Partly);
    fixture.done(undo(&change));
    assert_eq!(fixture.book.decisions().unwrap(), before);
}

#[test]
fn a9_an_undo_restores_the_last_payment_mode_of_a_pair_that_was_removed_later() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(1, 1, 2)]);
    fixture.done(modes(&[(1, 1, PaymentMode::Knorex)]));
    fixture.done(campaigns(advertiser(1, 1), &[(1, 1)], &[]));
    let (taken, _) = fixture.done(campaigns(advertiser(1, 1), &[], &[(1, 1)]));
    let (change, _) = fixture.done(deallocate(&[pair(1, 1, 1)], &[]));
    let (last, _) = fixture.done(deallocate(&[pair(1, 1, 2)], &[hand(1, None)]));
    let knorex = Some("knorex".to_owned());
    fixture.done(undo(&change));
    assert_eq!(fixture.mode(1, 1), knorex);
    fixture.done(deallocate(&[pair(1, 1, 1)], &[hand(1, None)]));
    let (_, outcome) = fixture.refused(undo(&taken));
    let (with_account, _) = fixture.done(undo_with(&taken, &outcome, &[]));
    assert_eq!(fixture.mode(1, 1), knorex);
    fixture.done(undo(&with_account));
    fixture.done(undo(&last));
    assert_eq!(fixture.mode(1, 1), knorex);
}

#[test]
fn an_undo_can_also_deallocate_the_campaigns_and_remove_the_goals_that_block_it() {
    let fixture = Fixture::new();
    let before = fixture.book.decisions().unwrap();
    let (change, _) = fixture.allocate(&[pair(1, 1, 1)]);
    fixture.done(campaigns(advertiser(1, 1), &[(1, 1), (1, 2)], &[]));
    let signup = goal(1, GoalKind::ConversionGoal, "Sign-up", advertiser(1, 1), 1);
    fixture.done(Action::AddGoals(AddGoals { goals: vec![signup] }));
    let allocated = fixture.book.decisions().unwrap();
    let entries = fixture.book.changes().unwrap().len();

    let (reasons, outcome) = fixture.refused(undo(&change));
    assert_eq!(reasons, [Reason::CampaignAllocated, Reason::CampaignAllocated, Reason::GoalCreated]);
    let (undone, _) = fixture.done(undo_with(&change, &outcome, &[]));
    assert_eq!(fixture.book.decisions().unwrap(), before);
    assert_eq!(fixture.book.changes().unwrap().len(), entries + 1, "one entry");
    fixture.done(undo(&undone));
    assert_eq!(fixture.book.decisions().unwrap(), allocated);
}

#[test]
fn invariant_4_an_undo_offers_no_remedy_for_an_initialized_campaign_and_refuses_one() {
    let fixture = Fixture::new();
    let (change, _) = fixture.allocate(&[pair(1, 1, 1)]);
    fixture.done(campaigns(advertiser(1, 1), &[(1, 1)], &[]));
    fixture.done(initialize(&[(1, 1)]));
    let (reasons, outcome) = fixture.refused(undo(&change));
    assert_eq!((reasons, outcome.blockers[0].remedy.clone()), (vec![Reason::CampaignInitialized], None));
    let forced = Remedy {
        kind: DecisionKind::CampaignAllocation,
        object: campaign(1, 1),
        ad_account: account(1).0,
        holder: advertiser(1, 1).0,
        remove: true,
    };
    let undo = Action::Undo(Undo { change, keep: vec![], also: vec![forced], default_replacements: vec![] });
    assert_eq!(fixture.refused(undo).0, [Reason::CampaignInitialized]);
}

#[test]
fn an_undo_is_blocked_by_a_campaign_that_was_allocated_elsewhere_since() {
    for is_initialized in [false, true] {
        let fixture = Fixture::new();
        fixture.allocate(&[pair(1, 2, 1)]);
        fixture.done(campaigns(advertiser(2, 1), &[(1, 1)], &[]));
        let (change, _) = fixture.done(Action::ImportAllocations(ImportAllocations {
            allocate: vec![pair(1, 1, 1)],
            campaigns: vec![AllocateCampaigns {
                advertiser: advertiser(2, 1),
                allocate: vec![],
                deallocate: vec![CampaignId(campaign(1, 1))],
            }],
            ..ImportAllocations::default()
        }));
        fixture.done(campaigns(advertiser(1, 1), &[(1, 1)], &[]));
        if is_initialized {
            fixture.done(initialize(&[(1, 1)]));
        }
        // The undo takes the ad account from the advertiser, and returns the campaign that now depends on that.
        let (reasons, outcome) = fixture.refused(undo(&change));
        if is_initialized {
            assert_eq!(reasons, [Reason::CampaignInitialized]);
        } else {
            assert_eq!(reasons, [Reason::CampaignAllocated]);
            fixture.done(undo_with(&change, &outcome, &[hand(1, None)]));
            assert!(fixture.holds_campaign(&advertiser(2, 1), 1, 1));
        }
    }
}

#[test]
fn an_undo_can_also_allocate_the_account_that_its_campaigns_need_or_take_them_from_another_advertiser() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(1, 2, 1)]);
    fixture.done(campaigns(advertiser(1, 1), &[(1, 1), (1, 2)], &[]));
    let (taken, _) = fixture.done(campaigns(advertiser(1, 1), &[], &[(1, 1), (1, 2)]));
    fixture.done(campaigns(advertiser(2, 1), &[(1, 2)], &[]));
    fixture.done(deallocate(&[pair(1, 1, 1)], &[hand(1, None)]));
    let (_, outcome) = fixture.refused(undo(&taken));
    fixture.done(undo_with(&taken, &outcome, &[]));
    assert!(fixture.mode(1, 1).is_some() && fixture.holds_campaign(&advertiser(1, 1), 1, 2));
    assert!(!fixture.holds_campaign(&advertiser(2, 1), 1, 2));
}

#[test]
fn an_undo_of_added_clients_can_also_deallocate_all_that_they_have() {
    let fixture = Fixture::new();
    let first = fixture.book.changes().unwrap()[0].id.clone();
    fixture.allocate(&[pair(1, 1, 1), pair(2, 3, 2)]);
    fixture.done(campaigns(advertiser(1, 1), &[(1, 1)], &[]));
    let all = fixture.book.decisions().unwrap();
    let (_, outcome) = fixture.refused(undo(&first));
    let kinds: Vec<_> =
        outcome.blockers.iter().filter_map(|blocker| Some(blocker.remedy.as_ref()?.kind)).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == DecisionKind::AccountAllocation).count(), 2);
    assert_eq!(kinds.iter().filter(|kind| **kind == DecisionKind::CampaignAllocation).count(), 1);
    assert_eq!(kinds.len(), 3, "the advertisers are a part of the change");
    let (undone, _) = fixture.done(undo_with(&first, &outcome, &[]));
    assert_eq!(fixture.book.decisions().unwrap(), "");
    fixture.done(undo(&undone));
    assert_eq!(fixture.book.decisions().unwrap(), all);
}

#[test]
fn undoing_an_undo_is_a_redo_and_the_history_says_what_was_redone() {
    let fixture = Fixture::new();
    let (change, outcome) = fixture.allocate(&[pair(1, 1, 1), pair(2, 1, 1)]);
    assert_eq!(outcome.summary, "Allocated 2 ad accounts to Brand 1 of Client 1");
    let summary = |change: &ChangeId| row(&fixture, change).entry.summary;
    let next = || {
        let next = fixture.book.next_undo().unwrap();
        assert!(!next.skips);
        (next.undo.map(|row| row.entry.id), next.redo.map(|row| row.entry.id))
    };
    let added = fixture.book.changes().unwrap()[0].id.clone();
    assert_eq!(next(), (Some(change.clone()), None));
    let (undone, _) = fixture.done(undo(&change));
    assert_eq!(summary(&undone), "Undid: allocated 2 ad accounts to Brand 1 of Client 1");
    assert_eq!(next(), (Some(added), Some(undone.clone())));
    let (redone, _) = fixture.done(undo(&undone));
    assert_eq!(summary(&redone), "Redid: allocated 2 ad accounts to Brand 1 of Client 1");
    assert_eq!(next(), (Some(change.clone()), None));
    let (again, _) = fixture.done(undo(&redone));
    assert_eq!(summary(&again), "Undid: allocated 2 ad accounts to Brand 1 of Client 1");
    assert_eq!((row(&fixture, &undone).is_undo, row(&fixture, &redone).is_undo), (true, false));
    assert_eq!(row(&fixture, &change).undo, UndoState::Undone);
    assert_eq!(next().1, Some(again.clone()));
    let undoable = || fixture.book.undoable(&[change.clone(), undone.clone(), again.clone()]).unwrap();
    assert_eq!(undoable(), std::slice::from_ref(&again));
    // Another decision ends what can be redone.
    let (renamed, _) = fixture.done(rename(1, "First"));
    assert_eq!(next(), (Some(renamed.clone()), None));
    assert_eq!(undoable(), []);
    assert_eq!(fixture.book.undoable(std::slice::from_ref(&renamed)).unwrap(), [renamed]);
}

#[test]
fn redo_follows_several_undos_in_reverse_order() {
    let fixture = Fixture::new();
    let (first, _) = fixture.done(rename(1, "First"));
    let (second, _) = fixture.done(rename(1, "Second"));
    let (undo_second, _) = fixture.done(undo(&second));
    let (undo_first, _) = fixture.done(undo(&first));
    let redo = || fixture.book.next_undo().unwrap().redo.map(|row| row.entry.id);
    assert_eq!(redo(), Some(undo_first.clone()));
    fixture.done(undo(&undo_first));
    assert_eq!(redo(), Some(undo_second.clone()));
    fixture.done(undo(&undo_second));
    assert_eq!(redo(), None);
}

#[test]
fn a2_initializing_campaigns_offers_no_undo() {
    let fixture = Fixture::new();
    let (allocated, _) = fixture.allocate(&[pair(1, 1, 1)]);
    fixture.done(campaigns(advertiser(1, 1), &[(1, 1)], &[]));
    let (change, _) = fixture.done(initialize(&[(1, 1)]));
    assert_eq!(row(&fixture, &change).undo, UndoState::Permanent);
    assert_ne!(fixture.book.next_undo().unwrap().undo.unwrap().entry.id, change);
    assert_eq!(row(&fixture, &allocated).undo, UndoState::Possible);
}
