//! Conversion goals and remarketing tags (A1, R25).

use partner::decisions::{Action, AddGoals, GoalKind, Reason, RemoveGoals, Rename, Renamed};

use crate::fixture::*;

fn fixture() -> Fixture {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(1, 1, 2)]);
    fixture
}

fn add(goals: Vec<partner::decisions::NewGoal>) -> Action {
    Action::AddGoals(AddGoals { goals })
}

#[test]
fn a1_a_goal_needs_an_account_of_its_advertiser() {
    let fixture = fixture();
    let goals = vec![
        goal(1, GoalKind::ConversionGoal, "Purchase", advertiser(1, 1), 1),
        goal(2, GoalKind::RemarketingTag, "Purchase", advertiser(1, 1), 1),
        goal(3, GoalKind::ConversionGoal, "Purchase", advertiser(1, 2), 1),
    ];
    fixture.done(add(goals));
    let (reasons, _) = fixture.refused(add(vec![
        goal(4, GoalKind::ConversionGoal, "PURCHASE", advertiser(1, 1), 1),
        goal(8, GoalKind::RemarketingTag, "Visitors", advertiser(1, 1), 1),
        goal(9, GoalKind::RemarketingTag, "visitors", advertiser(1, 1), 1),
        goal(5, GoalKind::ConversionGoal, "Other", advertiser(1, 1), 2),
        goal(1, GoalKind::ConversionGoal, "Again", advertiser(1, 1), 1),
        goal(6, GoalKind::ConversionGoal, "", advertiser(9, 1), 1),
    ]));
    let expected = [
        Reason::NameTaken,
        Reason::NameRepeated,
        Reason::NotAllocated,
        Reason::IdInvalid,
        Reason::Unknown,
        Reason::NotAllocated,
        Reason::NameInvalid,
    ];
    assert_eq!(reasons, expected);
    let capitals = partner::decisions::NewGoal {
        id: "00000000-0000-7000-8000-90000000000A".into(),
        ..goal(7, GoalKind::ConversionGoal, "Capitals", advertiser(1, 1), 1)
    };
    assert_eq!(fixture.refused(add(vec![capitals])).0, [Reason::IdInvalid]);
}

#[test]
fn r25_removing_a_goal_unblocks_its_account_and_undo_needs_the_account_again() {
    let fixture = fixture();
    fixture.done(add(vec![goal(1, GoalKind::RemarketingTag, "Visitors", advertiser(1, 1), 1)]));
    let before = fixture.book.decisions().unwrap();
    // A goal that is named twice is removed once.
    let (removal, outcome) =
        fixture.done(Action::RemoveGoals(RemoveGoals { goals: vec![goal_id(1), goal_id(1)] }));
    assert_eq!(outcome.removed, 1);
    let (gone, _) = fixture.done(deallocate(&[pair(1, 1, 1)], &[]));
    assert_eq!(fixture.refused(undo(&removal)).0, [Reason::NotAllocated]);
    fixture.done(undo(&gone));
    fixture.done(undo(&removal));
    assert_eq!(fixture.book.decisions().unwrap(), before);
}

#[test]
fn a1_the_name_of_a_goal_is_unique_within_its_kind_and_advertiser() {
    let fixture = fixture();
    fixture.done(add(vec![
        goal(1, GoalKind::ConversionGoal, "One", advertiser(1, 1), 1),
        goal(2, GoalKind::ConversionGoal, "Two", advertiser(1, 1), 1),
    ]));
    let rename =
        |n, name: &str| Action::Rename(Rename { object: Renamed::Goal(goal_id(n)), name: name.into() });
    assert_eq!(fixture.refused(rename(2, "ONE")).0, [Reason::NameTaken]);
    assert_eq!(fixture.refused(rename(9, "Nine")).0, [Reason::Unknown]);
    let (change, _) = fixture.done(rename(2, "Zwei"));
    fixture.done(undo(&change));
    let value = fixture.decision("goal", goal_id(2).as_str(), account(1).as_str(), advertiser(1, 1).as_str());
    assert!(value.unwrap().contains("Two"));
}

#[test]
fn a14_the_unblocked_part_leaves_unknown_goals_out() {
    let fixture = fixture();
    fixture.done(add(vec![goal(1, GoalKind::ConversionGoal, "One", advertiser(1, 1), 1)]));
    let action = Action::RemoveGoals(RemoveGoals { goals: vec![goal_id(1), goal_id(9)] });
    let (reasons, outcome) = fixture.refused(action.clone());
    assert_eq!(reasons, [Reason::Unknown]);
    fixture.done(action.unblocked(&outcome.blockers).unwrap());
}
