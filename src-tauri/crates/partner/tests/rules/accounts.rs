//! TikTok ad accounts to advertisers.

use partner::change::{Action, HandOver};
use partner::ids::CampaignId;
use partner::outcome::{HandOverChoice, Reason};

use crate::house::{House, account, advertiser, allocate, campaign, deallocate, pair, undo, xpo};

fn default_line(house: &House, n: u32) -> Option<String> {
    let lines = house.book.decisions().unwrap();
    let start = format!("[\"default\",\"\",\"\",\"{}\"", xpo(n));
    lines.lines().find(|line| line.starts_with(&start)).map(str::to_owned)
}

#[test]
fn r3_the_first_account_of_an_xpo_account_becomes_its_default() {
    let house = House::new();
    house.allocate(&[pair(2, 1, 1), pair(1, 1, 1), pair(1, 2, 1)]);
    assert!(default_line(&house, 1).unwrap().contains(account(2).as_str()));
    assert!(default_line(&house, 2).unwrap().contains(account(1).as_str()));
    assert_eq!(default_line(&house, 3), None);
}

#[test]
fn r22_to_r24_a_lost_default_is_handed_over_to_another_of_its_own() {
    let house = House::new();
    house.allocate(&[pair(1, 1, 1), pair(2, 1, 2)]);
    let before = house.book.decisions().unwrap();
    let (reasons, outcome) = house.refused(deallocate(&[pair(1, 1, 1)], &[]));
    assert_eq!(reasons, []);
    assert_eq!(outcome.hand_overs.len(), 1);
    assert_eq!(outcome.hand_overs[0].options[0].id, account(2).0);
    let (change, outcome) =
        house.done(deallocate(&[pair(1, 1, 1)], &[HandOver { xpo_account: xpo(1), to: Some(account(2)) }]));
    assert_eq!(outcome.hand_overs[0].choice, Some(HandOverChoice::Account(account(2))));
    house.done(undo(&change));
    assert_eq!(house.book.decisions().unwrap(), before);
}

#[test]
fn r20_a_campaign_keeps_its_account_and_every_one_is_named() {
    let house = House::new();
    house.allocate(&[pair(1, 1, 1), pair(2, 1, 1)]);
    house.done(Action::AllocateCampaigns {
        advertiser: advertiser(1, 1),
        allocate: vec![CampaignId(campaign(1, 1)), CampaignId(campaign(1, 2)), CampaignId(campaign(2, 1))],
        deallocate: vec![],
    });
    let (reasons, _) = house
        .refused(deallocate(&[pair(1, 1, 1)], &[HandOver { xpo_account: xpo(1), to: Some(account(2)) }]));
    assert_eq!(reasons, [Reason::CampaignAllocated; 2]);
}

#[test]
fn the_history_alone_gives_the_same_decisions() {
    let house = House::new();
    let (first, _) = house.allocate(&[pair(1, 1, 1), pair(2, 1, 2)]);
    house.done(undo(&first));
    house.done(allocate(&[pair(3, 2, 2)]));
    let other = House::new();
    other.book.replay(house.book.changes().unwrap().into_iter().skip(1)).unwrap();
    assert_eq!(other.book.decisions().unwrap(), house.book.decisions().unwrap());
}
