//! The allocation of campaigns to advertisers (R31–R38, A2–A5, A18, invariants 2 and 4).

use std::collections::HashSet;

use jiff::Timestamp;
use partner::decisions::{
    Action, AllocateCampaigns, AllocateToSeveral, Change, InitializeCampaigns, Reason, WarningKind,
};
use partner::facts::objects::CampaignFacts;
use partner::ids::CampaignId;

use crate::fixture::*;

/// Account 1 is allocated to the advertisers 1-1, 1-2 and 2-1.
fn fixture() -> Fixture {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(1, 1, 2), pair(1, 2, 1)]);
    fixture
}

#[test]
fn r37_r38_a3_a_campaign_goes_to_one_advertiser_and_an_advertiser_can_have_many() {
    let fixture = fixture();
    fixture.done(campaigns(advertiser(1, 1), &[(1, 1), (1, 2)], &[]));
    let (reasons, outcome) = fixture.refused(campaigns(advertiser(2, 1), &[(1, 1), (1, 2), (1, 3)], &[]));
    assert_eq!(reasons, [Reason::CampaignAllocatedElsewhere; 2]);
    assert_eq!(outcome.blockers[0].holder.as_ref().unwrap().id, advertiser(1, 1).0);
    fixture.refused(campaigns(advertiser(1, 2), &[(1, 1)], &[]));
    // A14.
    let action = campaigns(advertiser(2, 1), &[(1, 1), (1, 2), (1, 3)], &[]);
    fixture.done(action.unblocked(&outcome.blockers).unwrap());
    assert!(fixture.holds_campaign(&advertiser(2, 1), 1, 3));
}

#[test]
fn r33_invariant_2_a_campaign_needs_an_allocation_of_its_account_to_the_advertiser() {
    let fixture = fixture();
    let (reasons, _) = fixture.refused(campaigns(advertiser(1, 1), &[(2, 1), (2, 2), (1, 1)], &[]));
    assert_eq!(reasons, [Reason::NotAllocated; 2]);
    let (reasons, _) = fixture.refused(campaigns(advertiser(3, 1), &[(1, 1)], &[]));
    assert_eq!(reasons, [Reason::NotAllocated]);
}

#[test]
fn an_outcome_lists_every_blocker() {
    let fixture = fixture();
    fixture.done(campaigns(advertiser(1, 1), &[(1, 1)], &[]));
    fixture.done(archive(&[], &[(3, 1)]));
    let (reasons, _) = fixture.refused(campaigns(advertiser(3, 1), &[(1, 1), (1, 2), (9, 9)], &[]));
    let expected = [
        Reason::Unknown,
        Reason::CampaignAllocatedElsewhere,
        Reason::Archived,
        Reason::NotAllocated,
        Reason::NotAllocated,
    ];
    assert_eq!(reasons, expected);
}

#[test]
fn an_id_that_is_only_the_same_number_is_unknown() {
    let fixture = fixture();
    fixture.done(campaigns(advertiser(1, 1), &[(1, 1)], &[]));
    let number = |id: &str| CampaignId(format!("0{id}"));
    for (allocate, deallocate) in
        [(vec![number(&campaign(1, 2))], vec![]), (vec![], vec![number(&campaign(1, 1))])]
    {
        let action = AllocateCampaigns { advertiser: advertiser(1, 1), allocate, deallocate };
        let (reasons, _) = fixture.refused(Action::AllocateCampaigns(action));
        assert_eq!(reasons, [Reason::Unknown]);
    }
}

#[test]
fn r36_a4_a_campaign_can_be_deallocated_until_it_is_initialized() {
    let fixture = fixture();
    fixture.done(campaigns(advertiser(1, 1), &[(1, 1), (1, 2)], &[]));
    fixture.done(campaigns(advertiser(1, 1), &[], &[(1, 1)]));
    fixture.done(initialize(&[(1, 2)]));
    let (reasons, outcome) = fixture.refused(campaigns(advertiser(1, 1), &[(1, 3)], &[(1, 2)]));
    assert_eq!(reasons, [Reason::CampaignInitialized]);
    fixture.done(campaigns(advertiser(1, 1), &[(1, 3)], &[(1, 2)]).unblocked(&outcome.blockers).unwrap());
    let (reasons, _) = fixture.refused(campaigns(advertiser(1, 2), &[], &[(1, 2)]));
    assert_eq!(reasons, [Reason::CampaignAllocatedElsewhere]);
}

#[test]
fn a2_initializing_needs_an_allocation_warns_and_cannot_be_undone() {
    let fixture = fixture();
    fixture.done(campaigns(advertiser(1, 1), &[(1, 1)], &[]));
    let (reasons, outcome) = fixture.refused(initialize(&[(1, 1), (1, 2)]));
    assert_eq!(reasons, [Reason::CampaignNotAllocated]);
    let rest = initialize(&[(1, 1), (1, 2)]).unblocked(&outcome.blockers).unwrap();
    let (change, outcome) = fixture.done(rest);
    assert_eq!(warning_kinds(&outcome), [WarningKind::CannotBeUndone]);
    assert_eq!(fixture.refused(undo(&change)).0, [Reason::CampaignInitialized]);
    assert_eq!(fixture.refused(initialize(&[(1, 1)])).0, [Reason::NothingToDo]);
    let (reasons, _) = fixture.refused(deallocate(&[pair(1, 1, 1)], &[hand(1, None)]));
    assert_eq!(reasons, [Reason::CampaignInitialized], "the reason does not ask for the impossible");
}

#[test]
fn a5_a_move_is_one_change_and_only_possible_before_initialization() {
    let fixture = fixture();
    fixture.done(campaigns(advertiser(1, 1), &[(1, 1), (1, 2)], &[]));
    fixture.done(initialize(&[(1, 2)]));
    let before = fixture.book.decisions().unwrap();
    let (reasons, outcome) = fixture.refused(move_campaigns(advertiser(2, 1), &[(1, 1), (1, 2), (1, 3)]));
    assert_eq!(reasons, [Reason::CampaignInitialized, Reason::CampaignNotAllocated]);
    let rest =
        move_campaigns(advertiser(2, 1), &[(1, 1), (1, 2), (1, 3)]).unblocked(&outcome.blockers).unwrap();
    let (change, outcome) = fixture.done(rest);
    assert_eq!((outcome.added, outcome.removed), (1, 1));
    assert_eq!(outcome.difference, "1 moved");
    assert!(
        fixture.holds_campaign(&advertiser(2, 1), 1, 1) && !fixture.holds_campaign(&advertiser(1, 1), 1, 1)
    );
    fixture.done(undo(&change));
    assert_eq!(fixture.book.decisions().unwrap(), before);
    assert_eq!(fixture.refused(move_campaigns(advertiser(3, 1), &[(1, 1)])).0, [Reason::NotAllocated]);
}

#[test]
fn campaigns_are_allocated_to_several_advertisers_as_one_change() {
    let fixture = fixture();
    let several = |parts: &[Action]| {
        let campaigns = parts.iter().filter_map(|part| match part {
            Action::AllocateCampaigns(part) => Some(part.clone()),
            _ => None,
        });
        Action::AllocateToSeveral(AllocateToSeveral { campaigns: campaigns.collect(), audiences: vec![] })
    };
    let before = fixture.book.decisions().unwrap();
    let both = several(&[
        campaigns(advertiser(1, 1), &[(1, 1), (1, 2)], &[]),
        campaigns(advertiser(1, 2), &[(1, 3)], &[]),
    ]);
    let (change, outcome) = fixture.done(both);
    assert_eq!(outcome.summary, "Allocated 3 campaigns to Client 1");
    assert!(fixture.holds_campaign(&advertiser(1, 2), 1, 3));
    fixture.done(undo(&change));
    assert_eq!(fixture.book.decisions().unwrap(), before);

    // A14: what is blocked for one advertiser is left out, and the others get theirs.
    fixture.done(archive(&[], &[(1, 2)]));
    fixture.done(campaigns(advertiser(2, 1), &[(1, 2)], &[]));
    let action = several(&[
        campaigns(advertiser(1, 1), &[(1, 1), (1, 2)], &[]),
        campaigns(advertiser(1, 2), &[(1, 3)], &[]),
    ]);
    let (_, outcome) = fixture.refused(action.clone());
    let rest = action.unblocked(&outcome.blockers).unwrap();
    assert_eq!(rest, several(&[campaigns(advertiser(1, 1), &[(1, 1)], &[])]));
    fixture.done(rest);
}

#[test]
fn a14_the_unblocked_part_of_a_change_still_deallocates_from_an_archived_advertiser() {
    let fixture = fixture();
    fixture.done(campaigns(advertiser(1, 1), &[(1, 1)], &[]));
    fixture.done(archive(&[], &[(1, 1)]));
    let action = campaigns(advertiser(1, 1), &[(1, 2)], &[(1, 1)]);
    let (reasons, outcome) = fixture.refused(action.clone());
    assert_eq!(reasons, [Reason::Archived]);
    let rest = action.unblocked(&outcome.blockers).unwrap();
    assert_eq!(rest, campaigns(advertiser(1, 1), &[], &[(1, 1)]));
    fixture.done(rest);
}

#[test]
fn a18_invariant_6_a_campaign_deleted_on_tiktok_keeps_its_allocation_and_can_be_allocated_with_a_warning() {
    let fixture = fixture();
    fixture.done(campaigns(advertiser(1, 1), &[(1, 1)], &[]));
    let before = fixture.book.decisions().unwrap();
    fixture
        .book
        .complete(
            partner::facts::objects::FactKind::Campaign,
            &account(1),
            &HashSet::new(),
            Timestamp::UNIX_EPOCH,
        )
        .unwrap();
    assert_eq!(fixture.book.decisions().unwrap(), before);
    let (_, outcome) = fixture.done(campaigns(advertiser(1, 1), &[(1, 2), (1, 3)], &[]));
    assert_eq!((warning_kinds(&outcome), outcome.warnings[0].count), (vec![WarningKind::DeletedOnTiktok], 2));
    // TikTok also lists deleted campaigns, with this status.
    let listed =
        CampaignFacts { id: campaign(1, 4), operation_status: "DELETE".into(), ..Default::default() };
    fixture.book.record(&account(1), &[listed]).unwrap();
    let (_, outcome) = fixture.done(campaigns(advertiser(1, 1), &[(1, 4)], &[]));
    assert_eq!(warning_kinds(&outcome), [WarningKind::DeletedOnTiktok]);
    // New campaigns are not allocated.
    let new = CampaignFacts { id: campaign(1, 77), name: "New".into(), ..Default::default() };
    let before = fixture.book.decisions().unwrap();
    fixture.book.record(&account(1), &[new]).unwrap();
    assert_eq!(fixture.book.decisions().unwrap(), before);
}

#[test]
fn a14_five_thousand_campaigns_in_one_change_are_saved_completely_or_not_at_all() {
    let fixture = fixture();
    let facts: Vec<CampaignFacts> = (1_000..6_000)
        .map(|n| CampaignFacts { id: campaign(1, n), name: format!("Campaign {n}"), ..Default::default() })
        .collect();
    fixture.book.record(&account(1), &facts).unwrap();
    fixture.done(campaigns(advertiser(2, 1), &[(1, 5_999)], &[]));
    let ids = (1_000..6_000).map(|n| CampaignId(campaign(1, n))).collect();
    let action = Action::AllocateCampaigns(AllocateCampaigns {
        advertiser: advertiser(1, 1),
        allocate: ids,
        deallocate: vec![],
    });
    let (reasons, outcome) = fixture.refused(action.clone());
    assert_eq!(reasons, [Reason::CampaignAllocatedElsewhere]);
    let (change, outcome) = fixture.done(action.unblocked(&outcome.blockers).unwrap());
    assert_eq!((outcome.added, outcome.difference.as_str()), (4_999, "4,999 added"));
    let campaigns = (1_000..5_999).map(|n| CampaignId(campaign(1, n))).collect();
    let initialize = Action::InitializeCampaigns(InitializeCampaigns { campaigns });
    let warned = fixture.book.preview(&Change::now("admin", initialize)).unwrap().warnings.remove(0);
    assert_eq!(warned.text, "4,999 campaigns can never be deallocated again. This cannot be undone.");
    let (_, outcome) = fixture.done(undo(&change));
    assert_eq!(outcome.removed, 4_999);
    let unallocated: Vec<_> = (1_000..5_999).map(|n| (1, n)).collect();
    let (reasons, _) = fixture.refused(move_campaigns(advertiser(1, 1), &unallocated));
    assert_eq!(reasons, [Reason::CampaignNotAllocated; 4_999], "every one is named");
}
