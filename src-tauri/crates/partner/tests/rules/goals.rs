//! Conversion goals and remarketing tags (A1, R25).

use partner::decisions::change::{Action, GoalKind, Renamed};
use partner::decisions::outcome::Reason;

use crate::house::*;

fn house() -> House {
    let house = House::new();
    house.allocate(&[pair(1, 1, 1), pair(1, 1, 2)]);
    house
}

fn add(goals: Vec<partner::decisions::change::NewGoal>) -> Action {
    Action::AddGoals { goals }
}

#[test]
fn a1_a_goal_is_created_with_an_account_of_its_advertiser() {
    let house = house();
    let goals = vec![
        goal(1, GoalKind::ConversionGoal, "Purchase", advertiser(1, 1), 1),
        goal(2, GoalKind::RemarketingTag, "Purchase", advertiser(1, 1), 1),
        goal(3, GoalKind::ConversionGoal, "Purchase", advertiser(1, 2), 1),
    ];
    house.done(add(goals));
    let (reasons, _) = house.refused(add(vec![
        goal(4, GoalKind::ConversionGoal, "PURCHASE", advertiser(1, 1), 1),
        goal(5, GoalKind::ConversionGoal, "Other", advertiser(1, 1), 2),
        goal(1, GoalKind::ConversionGoal, "Again", advertiser(1, 1), 1),
        goal(6, GoalKind::ConversionGoal, "", advertiser(9, 1), 1),
    ]));
    let expected = [
        Reason::NameTaken,
        Reason::NotAllocated,
        Reason::IdInvalid,
        Reason::Unknown,
        Reason::NotAllocated,
        Reason::NameInvalid,
    ];
    assert_eq!(reasons, expected);
    let capitals = partner::decisions::change::NewGoal {
        id: "00000000-0000-7000-8000-90000000000A".into(),
        ..goal(7, GoalKind::ConversionGoal, "Capitals", advertiser(1, 1), 1)
    };
    assert_eq!(house.refused(add(vec![capitals])).0, [Reason::IdInvalid]);
}

#[test]
fn r25_a_removed_goal_frees_its_account_and_comes_back_with_undo_only_while_the_account_is_there() {
    let house = house();
    house.done(add(vec![goal(1, GoalKind::RemarketingTag, "Visitors", advertiser(1, 1), 1)]));
    let before = house.book.decisions().unwrap();
    // The same one twice is once.
    let (removal, outcome) = house.done(Action::RemoveGoals { goals: vec![goal_id(1), goal_id(1)] });
    assert_eq!(outcome.removed, 1);
    let (gone, _) = house.done(deallocate(&[pair(1, 1, 1)], &[]));
    assert_eq!(house.refused(undo(&removal)).0, [Reason::NotAllocated]);
    house.done(undo(&gone));
    house.done(undo(&removal));
    assert_eq!(house.book.decisions().unwrap(), before);
}

#[test]
fn a1_a_goal_is_renamed_unlike_every_other_of_its_kind_and_advertiser() {
    let house = house();
    house.done(add(vec![
        goal(1, GoalKind::ConversionGoal, "One", advertiser(1, 1), 1),
        goal(2, GoalKind::ConversionGoal, "Two", advertiser(1, 1), 1),
    ]));
    let rename = |n, name: &str| Action::Rename { object: Renamed::Goal(goal_id(n)), name: name.into() };
    assert_eq!(house.refused(rename(2, "ONE")).0, [Reason::NameTaken]);
    assert_eq!(house.refused(rename(9, "Nine")).0, [Reason::Unknown]);
    let (change, _) = house.done(rename(2, "Zwei"));
    house.done(undo(&change));
    let value = house.decision("goal", goal_id(2).as_str(), account(1).as_str(), advertiser(1, 1).as_str());
    assert!(value.unwrap().contains("Two"));
}

#[test]
fn a14_unknown_goals_stay_behind() {
    let house = house();
    house.done(add(vec![goal(1, GoalKind::ConversionGoal, "One", advertiser(1, 1), 1)]));
    let action = Action::RemoveGoals { goals: vec![goal_id(1), goal_id(9)] };
    let (reasons, outcome) = house.refused(action.clone());
    assert_eq!(reasons, [Reason::Unknown]);
    house.done(action.without(&outcome.blockers).unwrap());
}
