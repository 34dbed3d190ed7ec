//! Audiences to advertisers, and out of XPO (R39–R45, A19, A20, invariant 3).

use std::collections::HashSet;

use jiff::Timestamp;
use partner::decisions::outcome::{Caution, Reason};
use partner::facts::audiences::AudienceFacts;

use crate::house::*;

/// Accounts 1 and 2 at advertiser 1-1, account 1 at 2-1.
fn house() -> House {
    let house = House::new();
    house.allocate(&[pair(1, 1, 1), pair(2, 1, 1), pair(1, 2, 1)]);
    house
}

#[test]
fn a19_an_audience_goes_to_several_advertisers_and_is_taken_back_from_one() {
    let house = house();
    house.done(audiences(1, advertiser(1, 1), &[1, 2], &[]));
    house.done(audiences(1, advertiser(2, 1), &[1], &[]));
    let (_, outcome) = house.done(audiences(1, advertiser(1, 1), &[3, 2], &[1]));
    assert_eq!((outcome.added, outcome.removed), (1, 1));
    assert!(house.holds_audience(&advertiser(2, 1), 1, 1) && !house.holds_audience(&advertiser(1, 1), 1, 1));
    assert_eq!(house.refused(audiences(1, advertiser(1, 1), &[], &[1])).0, [Reason::NothingToDo]);
}

#[test]
fn invariant_3_an_audience_needs_its_account_at_the_advertiser() {
    let house = house();
    assert_eq!(house.refused(audiences(2, advertiser(2, 1), &[1, 2], &[])).0, [Reason::NotAllocated; 2]);
    assert_eq!(house.refused(audiences(1, advertiser(1, 1), &[9], &[])).0, [Reason::Unknown]);
    house.done(exclude(&[1]));
    let (reasons, _) = house.refused(audiences(2, advertiser(2, 1), &[1], &[]));
    assert_eq!(reasons, [Reason::NotAllocated, Reason::AudienceExcluded], "both, at once");
}

#[test]
fn r45_a20_excluding_removes_every_link_and_hides_also_after_the_next_sync() {
    let house = house();
    house.done(audiences(1, advertiser(1, 1), &[1, 2], &[]));
    house.done(audiences(2, advertiser(1, 1), &[1], &[]));
    house.done(audiences(1, advertiser(2, 1), &[1], &[]));
    let before = house.book.decisions().unwrap();
    let (change, outcome) = house.done(exclude(&[1]));
    assert_eq!((outcome.added, outcome.removed), (1, 3));
    let excluded = house.book.decisions().unwrap();

    let facts = AudienceFacts { id: audience(1), name: "Renamed".into(), valid: true, ..Default::default() };
    house.book.record(&account(1), &[facts]).unwrap();
    let listed: HashSet<String> = [audience(1)].into();
    house
        .book
        .complete(partner::facts::record::FactKind::Audience, &account(1), &listed, Timestamp::UNIX_EPOCH)
        .unwrap();
    assert_eq!(house.book.decisions().unwrap(), excluded);

    assert_eq!(house.refused(audiences(1, advertiser(1, 1), &[1], &[])).0, [Reason::AudienceExcluded]);
    assert_eq!(house.refused(exclude(&[1])).0, [Reason::NothingToDo]);
    house.done(undo(&change));
    assert_eq!(house.book.decisions().unwrap(), before);
    house.done(exclude(&[1]));
    house.done(include(&[1]));
    assert!(!house.holds_audience(&advertiser(1, 1), 1, 1), "included is not allocated");
    house.done(audiences(1, advertiser(1, 1), &[1], &[]));
}

#[test]
fn a14_of_audiences_the_blocked_rows_stay_behind() {
    let house = house();
    house.done(audiences(1, advertiser(1, 1), &[3], &[]));
    house.done(exclude(&[1]));
    let action = audiences(1, advertiser(1, 1), &[1, 2], &[3]);
    let (_, outcome) = house.refused(action.clone());
    let (_, outcome) = house.done(action.without(&outcome.blockers).unwrap());
    assert_eq!((outcome.added, outcome.removed), (1, 1));
    let (reasons, outcome) = house.refused(exclude(&[2, 9]));
    assert_eq!(reasons, [Reason::Unknown]);
    assert_eq!(exclude(&[2, 9]).without(&outcome.blockers), Some(exclude(&[2])));
}

#[test]
fn a18_what_is_gone_or_not_valid_is_allocated_with_a_warning() {
    let house = house();
    let facts =
        AudienceFacts { id: audience(2), name: "Computing".into(), valid: false, ..Default::default() };
    house.book.record(&account(1), &[facts]).unwrap();
    let listed: HashSet<String> = [audience(2)].into();
    house
        .book
        .complete(partner::facts::record::FactKind::Audience, &account(1), &listed, Timestamp::UNIX_EPOCH)
        .unwrap();
    let (_, outcome) = house.done(audiences(1, advertiser(1, 1), &[1, 2], &[]));
    assert_eq!(cautions(&outcome), [Caution::DeletedOnTiktok, Caution::AudienceNotValid]);
}
