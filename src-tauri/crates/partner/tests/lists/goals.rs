//! Lists of conversion goals and remarketing tags.

use partner::decisions::{Action, AddGoals, GoalKind};
use partner::queries::goals::{GoalQuery, GoalSort, GoalsOf};

use crate::fixture::{Fixture, account, advertiser, goal, pair, xpo};
use crate::pages::walk;

fn of(of: GoalsOf) -> GoalQuery {
    GoalQuery { of, search: String::new(), sort: GoalSort::Name, descending: false, kinds: Vec::new() }
}

#[test]
fn a1_lists_the_goals_and_tags_of_an_xpo_account_an_advertiser_or_an_ad_account_in_every_order() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(2, 1, 1), pair(1, 1, 2), pair(1, 2, 1)]);
    let mut goals: Vec<_> = (0..120)
        .map(|n| {
            let kind = if n % 2 == 0 { GoalKind::ConversionGoal } else { GoalKind::RemarketingTag };
            goal(n, kind, &format!("Ziel {}", (n * 7) % 120), advertiser(1, 1), n % 2 + 1)
        })
        .collect();
    goals.push(goal(200, GoalKind::RemarketingTag, "購入者 Ziel", advertiser(1, 2), 1));
    goals.push(goal(201, GoalKind::RemarketingTag, "購入者", advertiser(2, 1), 1));
    fixture.done(Action::AddGoals(AddGoals { goals }));
    let all = of(GoalsOf::XpoAccount { xpo_account: xpo(1) });
    let rows = |query: &GoalQuery| walk(&fixture.book, query, |row| row.id.clone());
    let names = |query: &GoalQuery| rows(query).into_iter().map(|row| row.name).collect::<Vec<_>>();
    for sort in [GoalSort::Name, GoalSort::Kind, GoalSort::Advertiser, GoalSort::AdAccount] {
        for descending in [false, true] {
            assert_eq!(rows(&GoalQuery { sort, descending, ..all.clone() }).len(), 121);
        }
    }
    assert_eq!(rows(&of(GoalsOf::Advertiser { advertiser: advertiser(1, 1) })).len(), 120);
    assert_eq!(rows(&of(GoalsOf::AdAccount { ad_account: account(1) })).len(), 62);
    assert_eq!(names(&GoalQuery { search: "入者".into(), ..all.clone() }), ["購入者 Ziel"]);
    assert_eq!(names(&GoalQuery { search: "RAND 者".into(), ..all.clone() }), ["購入者 Ziel"]);
    let tags = rows(&GoalQuery { kinds: vec![GoalKind::RemarketingTag], ..all });
    assert!(tags.len() == 61 && tags.iter().all(|row| row.kind == GoalKind::RemarketingTag));
    let row = rows(&of(GoalsOf::Advertiser { advertiser: advertiser(2, 1) })).remove(0);
    assert_eq!((row.xpo_account.name.as_str(), row.advertiser.name.as_str()), ("Client 2", "Brand 1"));
    assert_eq!(row.ad_account.name, "Account 1");
}
