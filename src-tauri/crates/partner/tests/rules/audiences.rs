//! The allocation of audiences to advertisers, and their exclusion from XPO (R39–R45, A19, A20, invariant 3).

use std::collections::HashSet;

use jiff::Timestamp;
use partner::decisions::{Action, AllocateAudiences, AudienceChoice, Reason, WarningKind};
use partner::facts::objects::AudienceFacts;
use partner::facts::status::Availability;
use partner::ids::AudienceId;
use partner::queries::audiences::{AudienceQuery, AudiencesOf};

use crate::fixture::*;

/// Accounts 1 and 2 are allocated to advertiser 1-1, account 1 also to 2-1.
fn fixture() -> Fixture {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(2, 1, 1), pair(1, 2, 1)]);
    fixture
}

#[test]
fn a19_an_audience_can_go_to_several_advertisers_and_be_deallocated_from_one() {
    let fixture = fixture();
    fixture.done(audiences(1, advertiser(1, 1), &[1, 2], &[]));
    fixture.done(audiences(1, advertiser(2, 1), &[1], &[]));
    let (_, outcome) = fixture.done(audiences(1, advertiser(1, 1), &[3, 2], &[1]));
    assert_eq!((outcome.added, outcome.removed), (1, 1));
    assert!(
        fixture.holds_audience(&advertiser(2, 1), 1, 1) && !fixture.holds_audience(&advertiser(1, 1), 1, 1)
    );
    assert_eq!(fixture.refused(audiences(1, advertiser(1, 1), &[], &[1])).0, [Reason::NothingToDo]);
}

#[test]
fn invariant_3_an_audience_needs_an_allocation_of_its_account_to_the_advertiser() {
    let fixture = fixture();
    assert_eq!(fixture.refused(audiences(2, advertiser(2, 1), &[1, 2], &[])).0, [Reason::NotAllocated; 2]);
    assert_eq!(fixture.refused(audiences(1, advertiser(1, 1), &[9], &[])).0, [Reason::Unknown]);
    fixture.done(exclude(&[1]));
    let (reasons, _) = fixture.refused(audiences(2, advertiser(2, 1), &[1], &[]));
    assert_eq!(reasons, [Reason::NotAllocated, Reason::AudienceExcluded], "both blockers are listed");
}

#[test]
fn r45_a20_excluding_an_audience_removes_every_allocation_and_outlasts_the_next_sync() {
    let fixture = fixture();
    fixture.done(audiences(1, advertiser(1, 1), &[1, 2], &[]));
    fixture.done(audiences(2, advertiser(1, 1), &[1], &[]));
    fixture.done(audiences(1, advertiser(2, 1), &[1], &[]));
    let before = fixture.book.decisions().unwrap();
    let (change, outcome) = fixture.done(exclude(&[1]));
    assert_eq!((outcome.added, outcome.removed), (1, 3));
    assert_eq!(outcome.difference, "1 excluded, 3 removed");
    let excluded = fixture.book.decisions().unwrap();

    let facts = AudienceFacts { id: audience(1), name: "Renamed".into(), valid: true, ..Default::default() };
    fixture.book.record(&account(1), &[facts]).unwrap();
    let listed: HashSet<String> = [audience(1)].into();
    fixture
        .book
        .complete(partner::facts::objects::FactKind::Audience, &account(1), &listed, Timestamp::UNIX_EPOCH)
        .unwrap();
    assert_eq!(fixture.book.decisions().unwrap(), excluded);

    assert_eq!(fixture.refused(audiences(1, advertiser(1, 1), &[1], &[])).0, [Reason::AudienceExcluded]);
    assert_eq!(fixture.refused(exclude(&[1])).0, [Reason::NothingToDo]);
    fixture.done(undo(&change));
    assert_eq!(fixture.book.decisions().unwrap(), before);
    fixture.done(exclude(&[1]));
    fixture.done(include(&[1]));
    assert!(!fixture.holds_audience(&advertiser(1, 1), 1, 1), "inclusion does not allocate");
    fixture.done(audiences(1, advertiser(1, 1), &[1], &[]));
}

#[test]
fn a14_the_unblocked_part_leaves_blocked_audiences_out() {
    let fixture = fixture();
    fixture.done(audiences(1, advertiser(1, 1), &[3], &[]));
    fixture.done(exclude(&[1]));
    let action = audiences(1, advertiser(1, 1), &[1, 2], &[3]);
    let (_, outcome) = fixture.refused(action.clone());
    let (_, outcome) = fixture.done(action.unblocked(&outcome.blockers).unwrap());
    assert_eq!((outcome.added, outcome.removed), (1, 1));
    let (reasons, outcome) = fixture.refused(exclude(&[2, 9]));
    assert_eq!(reasons, [Reason::Unknown]);
    assert_eq!(exclude(&[2, 9]).unblocked(&outcome.blockers), Some(exclude(&[2])));
}

#[test]
fn a18_an_audience_that_is_not_ready_or_deleted_can_be_allocated_with_a_warning() {
    let fixture = fixture();
    let facts = |n, valid, size| AudienceFacts {
        id: audience(n),
        name: format!("Audience {n}"),
        valid,
        size: Some(size),
        ..Default::default()
    };
    let changed = [facts(2, false, 5_000), facts(3, true, 999), facts(4, true, 1_000)];
    fixture.book.record(&account(1), &changed).unwrap();
    let listed: HashSet<String> = (2..=4).map(audience).collect();
    fixture
        .book
        .complete(partner::facts::objects::FactKind::Audience, &account(1), &listed, Timestamp::UNIX_EPOCH)
        .unwrap();
    let (_, outcome) = fixture.done(audiences(1, advertiser(1, 1), &[1, 2, 3, 4], &[]));
    let warnings: Vec<_> = outcome.warnings.iter().map(|warning| (warning.kind, warning.count)).collect();
    assert_eq!(warnings, [(WarningKind::DeletedOnTiktok, 1), (WarningKind::AudienceNotValid, 2)]);
    let listed = |availability| {
        let all = AudienceQuery::all(AudiencesOf::AdAccounts { ad_accounts: vec![account(1)] });
        fixture.book.ids(&AudienceQuery { availability: vec![availability], ..all }).unwrap()
    };
    for (n, availability) in [
        (1, Availability::DeletedOnTiktok),
        (2, Availability::NotReady),
        (3, Availability::TooSmall),
        (4, Availability::Ready),
    ] {
        let ids: Vec<String> = listed(availability).into_iter().map(|key| key.audience.0).collect();
        assert_eq!(ids, [audience(n)], "{availability:?}");
    }
}

#[test]
fn a18_the_warning_counts_the_audiences_of_all_ad_accounts_once() {
    let fixture = fixture();
    let facts = |n| AudienceFacts { id: audience(n), name: format!("Audience {n}"), ..Default::default() };
    fixture.book.record(&account(1), &[facts(1), facts(2)]).unwrap();
    fixture.book.record(&account(2), &[facts(1), facts(3)]).unwrap();
    let choice = |of, which: [u32; 2]| AudienceChoice {
        ad_account: account(of),
        allocate: which.iter().map(|&n| AudienceId(audience(n))).collect(),
        deallocate: Vec::new(),
    };
    let accounts = vec![choice(1, [1, 2]), choice(2, [1, 3])];
    let action = Action::AllocateAudiences(AllocateAudiences { advertiser: advertiser(1, 1), accounts });
    let (_, outcome) = fixture.done(action);
    let warnings: Vec<_> = outcome.warnings.iter().map(|warning| (warning.kind, warning.count)).collect();
    assert_eq!(warnings, [(WarningKind::AudienceNotValid, 3)]);
}

#[test]
fn r39_audiences_of_several_ad_accounts_are_one_change_and_one_undo() {
    let fixture = fixture();
    let before = fixture.book.decisions().unwrap();
    let choice = |of: u32, which: &[u32]| AudienceChoice {
        ad_account: account(of),
        allocate: which.iter().map(|&n| AudienceId(audience(n))).collect(),
        deallocate: Vec::new(),
    };
    let action =
        |accounts| Action::AllocateAudiences(AllocateAudiences { advertiser: advertiser(1, 2), accounts });
    fixture.allocate(&[pair(1, 1, 2)]);
    // A11: the advertiser has no allocation of the second ad account, which has the same audience.
    let both = action(vec![choice(1, &[1]), choice(2, &[1])]);
    let (reasons, outcome) = fixture.refused(both.clone());
    assert_eq!(reasons, [Reason::NotAllocated]);
    assert_eq!(both.unblocked(&outcome.blockers), Some(action(vec![choice(1, &[1])])));

    fixture.allocate(&[pair(2, 1, 2)]);
    let allocated = fixture.book.decisions().unwrap();
    let (change, outcome) = fixture.done(both);
    assert_eq!(outcome.added, 2);
    assert!(
        fixture.holds_audience(&advertiser(1, 2), 1, 1) && fixture.holds_audience(&advertiser(1, 2), 2, 1)
    );
    fixture.done(undo(&change));
    assert_eq!(fixture.book.decisions().unwrap(), allocated);
    assert_ne!(before, allocated);
}
