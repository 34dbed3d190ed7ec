//! XPO accounts and advertisers (A1).

use partner::decisions::{
    Action, AddToDirectory, KindCount, NewAdvertiser, NewXpoAccount, Reason, Rename, Renamed, Restore,
    SetState, WarningKind, XpoState,
};
use partner::ids::{AdvertiserId, XpoAccountId};
use partner::named::ObjectKind;

use crate::fixture::*;

fn client(id: XpoAccountId, name: &str) -> NewXpoAccount {
    NewXpoAccount { id, name: name.into(), state: XpoState::Active }
}

fn brand(id: AdvertiserId, of: u32, name: &str) -> NewAdvertiser {
    NewAdvertiser { id, xpo_account: xpo(of), name: name.into() }
}

fn add(accounts: Vec<NewXpoAccount>, advertisers: Vec<NewAdvertiser>) -> Action {
    Action::AddToDirectory(AddToDirectory { accounts, advertisers })
}

fn rename(of: u32, name: &str) -> Action {
    Action::Rename(Rename { object: Renamed::XpoAccount(xpo(of)), name: name.into() })
}

#[test]
fn a1_an_import_adds_thousands_of_rows_in_one_change_and_is_undone_in_one() {
    let fixture = Fixture::new();
    let before = fixture.book.decisions().unwrap();
    let accounts = (100..600).map(|n| client(xpo(n), &format!("Imported {n}"))).collect();
    let brands = (100..600)
        .flat_map(|of| (1..=4).map(move |n| brand(advertiser(of, n), of, &format!("Brand {n}"))))
        .collect();
    let (change, outcome) = fixture.done(add(accounts, brands));
    assert_eq!(outcome.added, 2_500);
    fixture.done(undo(&change));
    assert_eq!(fixture.book.decisions().unwrap(), before);
}

#[test]
fn a1_what_blocks_a_new_xpo_account_is_named_once_and_not_for_its_advertisers() {
    let fixture = Fixture::new();
    let brands = |names: &[&str]| {
        (1..).zip(names).map(|(n, name)| brand(advertiser(10, n), 10, name)).collect::<Vec<_>>()
    };
    for (name, reason) in [("CLIENT 1", Reason::NameTaken), (&*"x".repeat(101), Reason::NameInvalid)] {
        let action = add(vec![client(xpo(10), name)], brands(&["Brand 1", "Brand 2"]));
        assert_eq!(fixture.refused(action).0, [reason]);
        let action = add(vec![client(xpo(10), name)], brands(&["Brand 1", "\u{202E}"]));
        assert_eq!(fixture.refused(action).0, [reason, Reason::NameInvalid]);
    }
}

#[test]
fn a1_names_every_invalid_row_of_an_import() {
    let fixture = Fixture::new();
    let accounts = vec![
        client(xpo(10), "CLIENT 1"),
        client(xpo(1), "New"),
        client(xpo(11), " "),
        client("AAAAAAAA-0000-7000-8000-00000000000A".into(), "Capitals"),
        client("{00000000-0000-7000-8000-000000000012}".into(), "Braces"),
        client("00000000000070008000000000000013".into(), "Without hyphens"),
        client("".into(), "None"),
    ];
    let brands = vec![
        brand(advertiser(1, 9), 1, "brand 1"),
        brand(advertiser(9, 1), 9, "Orphan"),
        brand("7".into(), 1, "\u{202E}"),
        brand(advertiser(2, 9), 2, "Brand 9"),
        brand(advertiser(2, 9), 2, "Twice"),
    ];
    let (_, outcome) = fixture.refused(add(accounts, brands));
    assert_eq!(objects(&outcome, Reason::NameTaken), [xpo(1).0, advertiser(1, 1).0]);
    let holders: Vec<_> = outcome.blockers.iter().filter_map(|b| b.holder.as_ref()).map(|h| &h.id).collect();
    assert_eq!(holders, [&xpo(10).0, &advertiser(1, 9).0, &advertiser(9, 1).0], "the row of the table");
    assert_eq!(objects(&outcome, Reason::NameInvalid).len(), 2);
    assert_eq!(objects(&outcome, Reason::Unknown), [xpo(9).0]);
    assert_eq!(objects(&outcome, Reason::IdInvalid).len(), 7);
}

#[test]
fn a1_a_name_that_is_added_twice_is_not_called_taken() {
    let fixture = Fixture::new();
    let accounts = vec![client(xpo(10), "New"), client(xpo(11), "NEW"), client(xpo(12), "Client 1")];
    let brands = vec![
        brand(advertiser(1, 8), 1, "Brand 9"),
        brand(advertiser(1, 9), 1, "brand 9"),
        brand(advertiser(2, 9), 2, "Brand 9"),
        brand(advertiser(10, 1), 10, "Brand 9"),
        brand(advertiser(10, 2), 10, " Brand 9 "),
    ];
    let (_, outcome) = fixture.refused(add(accounts, brands));
    assert_eq!(objects(&outcome, Reason::NameTaken), [xpo(1).0]);
    let repeated = [xpo(10).0, advertiser(1, 8).0, advertiser(10, 1).0];
    assert_eq!(objects(&outcome, Reason::NameRepeated), repeated);
    assert_eq!(outcome.blockers[0].text, "You're adding the name “New” twice. Add it only once.");
}

#[test]
fn a1_names_are_unique_and_stored_without_surrounding_blanks() {
    let fixture = Fixture::new();
    fixture.done(rename(1, "  Ärzte  "));
    let party = fixture.decision("xpo_account", xpo(1).as_str(), "", "").unwrap();
    assert!(party.contains("\"Ärzte\""), "{party}");
    fixture.done(rename(1, "ÄRZTE"));
    assert_eq!(fixture.refused(rename(2, "ärzte")).0, [Reason::NameTaken]);
    for bad in ["", "\u{200D}", "a\u{061C}b", "a\nb", &"x".repeat(101)] {
        assert_eq!(fixture.refused(rename(2, bad)).0, [Reason::NameInvalid], "{bad:?}");
    }
    fixture.done(rename(2, "می\u{200C}خواهم 👩\u{200D}💻"));
    // The names of advertisers are unique only within their XPO account.
    let brand = |of, n, name: &str| {
        Action::Rename(Rename { object: Renamed::Advertiser(advertiser(of, n)), name: name.into() })
    };
    assert_eq!(fixture.refused(brand(1, 2, "BRAND 1")).0, [Reason::NameTaken]);
    fixture.done(brand(1, 2, "Brand 3"));
    assert_eq!(fixture.refused(rename(9, "Nobody")).0, [Reason::Unknown]);
    let (_, outcome) = fixture.refused(rename(9, "Nobody"));
    assert_eq!(outcome.blockers[0].text, "This XPO account no longer exists.");
    let text = |name| fixture.refused(rename(2, name)).1.blockers.remove(0).text;
    assert_eq!(text(" "), "Enter a name of 1 to 100 visible characters.");
    assert_eq!(text("a\nb"), "This name can't be used. Enter 1 to 100 visible characters.");
    fixture.done(rename(3, "ממתקים"));
    assert_eq!(text("ממתקים"), "The name “\u{200E}ממתקים\u{200E}” is taken.");
}

#[test]
fn a1_archiving_keeps_allocations_with_a_warning_and_archiving_again_changes_nothing() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(1, 1, 2), pair(2, 1, 1)]);
    fixture.done(campaigns(advertiser(1, 1), &[(1, 1), (1, 2), (2, 1)], &[]));
    fixture.done(audiences(1, advertiser(1, 1), &[1], &[]));
    fixture.done(audiences(1, advertiser(1, 2), &[1], &[]));
    let (_, outcome) = fixture.done(archive(&[1], &[]));
    assert_eq!(warning_kinds(&outcome), [WarningKind::StillAllocated]);
    let kept = [(ObjectKind::AdAccount, 2), (ObjectKind::Campaign, 3), (ObjectKind::Audience, 1)];
    assert_eq!(outcome.warnings[0].kinds, kept.map(|(kind, count)| KindCount { kind, count }));
    let text =
        "“Client 1” keeps 2 TikTok ad accounts, 3 campaigns, and 1 audience; new allocations are blocked.";
    assert_eq!(outcome.warnings[0].text, text);
    assert_eq!(fixture.default_of(1), Some(account(1).0));
    let (reasons, outcome) = fixture.refused(archive(&[1], &[]));
    assert_eq!((reasons, warning_kinds(&outcome)), (vec![Reason::NothingToDo], vec![]));
    assert_eq!(archive(&[1], &[]).unblocked(&outcome.blockers), None);
    let (_, outcome) = fixture.done(archive(&[1, 2], &[(1, 1)]));
    assert_eq!(outcome.changed, 2, "archived ones are skipped");
    let accounts = vec![xpo(1)];
    fixture.done(Action::Restore(Restore { accounts: accounts.clone(), advertisers: vec![] }));
    let (reasons, _) = fixture.refused(Action::Restore(Restore { accounts, advertisers: vec![] }));
    assert_eq!(reasons, [Reason::NothingToDo]);
}

#[test]
fn a1_no_advertiser_can_be_added_to_an_archived_xpo_account() {
    let fixture = Fixture::new();
    fixture.done(archive(&[1], &[]));
    let (reasons, outcome) = fixture.refused(add(vec![], vec![brand(advertiser(1, 9), 1, "Late")]));
    assert_eq!(reasons, [Reason::Archived]);
    assert_eq!(outcome.blockers[0].holder.as_ref().unwrap().id, advertiser(1, 9).0);
}

#[test]
fn allocating_to_a_suspended_xpo_account_warns() {
    let fixture = Fixture::new();
    fixture.done(Action::SetState(SetState { accounts: vec![xpo(1), xpo(2)], state: XpoState::Suspended }));
    let (_, outcome) = fixture.allocate(&[pair(1, 1, 1), pair(1, 1, 2), pair(1, 2, 1)]);
    assert_eq!(warning_kinds(&outcome), [WarningKind::XpoAccountNotActive; 2]);
}
