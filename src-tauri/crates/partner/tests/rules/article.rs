//! The article's stories B, E and F, as the screens present them: the options, the choices, the message after a Save, and
//! what is shown afterwards (R11–R21, R31–R35, R39–R44, A6, A10, A11).

use partner::decisions::{
    Action, AllocateAccounts, DefaultChoice, PaymentChoice, PaymentMode, Reason, SetDefaults,
};
use partner::ids::{AdvertiserId, XpoAccountId};
use partner::queries::accounts::Holding;
use partner::queries::allocation_tree::{TreeAccount, TreeQuery};
use partner::queries::audiences::{AudienceQuery, AudiencesOf};
use partner::queries::campaigns::{CampaignQuery, CampaignsOf};

use crate::fixture::*;

fn tree(fixture: &Fixture, of: u32) -> Vec<TreeAccount> {
    fixture
        .book
        .allocation_tree(&TreeQuery { ad_accounts: vec![account(of)], search: String::new() })
        .unwrap()
}

/// Returns the advertisers that the ad account is allocated to, with its payment mode.
fn ticked(fixture: &Fixture, of: u32) -> Vec<(AdvertiserId, PaymentMode)> {
    let of_account = |xpo: TreeAccount| {
        let mode = xpo.modes.first().copied();
        let ticked = xpo.advertisers.into_iter().filter(|advertiser| advertiser.allocated == 1);
        ticked.map(move |advertiser| (advertiser.id, mode.unwrap())).collect::<Vec<_>>()
    };
    tree(fixture, of).into_iter().flat_map(of_account).collect()
}

/// Returns the XPO accounts that have the ad account, with the advertisers that have it.
fn offered(fixture: &Fixture, of: u32) -> Vec<(XpoAccountId, Vec<AdvertiserId>)> {
    let with_it = |xpo: TreeAccount| {
        let advertisers = xpo.advertisers.into_iter().filter(|advertiser| advertiser.allocated > 0);
        (xpo.id, advertisers.map(|advertiser| advertiser.id).collect())
    };
    tree(fixture, of).into_iter().filter(|xpo| !xpo.modes.is_empty()).map(with_it).collect()
}

#[test]
fn r11_to_r16_an_allocated_account_shows_its_advertisers_and_payment_modes_when_picked_again() {
    let fixture = Fixture::new();
    assert_eq!(ticked(&fixture, 1), []);
    let save = Action::AllocateAccounts(AllocateAccounts {
        allocate: vec![pair(1, 1, 1), pair(1, 2, 1), pair(1, 2, 2)],
        deallocate: Vec::new(),
        modes: vec![PaymentChoice { ad_account: account(1), xpo_account: xpo(2), mode: PaymentMode::Knorex }],
        default_replacements: Vec::new(),
    });
    let (_, outcome) = fixture.done(save);
    assert_eq!((outcome.added, outcome.removed, outcome.changed), (3, 0, 0), "the live diff");
    assert_eq!(
        ticked(&fixture, 1),
        [
            (advertiser(1, 1), PaymentMode::Client),
            (advertiser(2, 1), PaymentMode::Knorex),
            (advertiser(2, 2), PaymentMode::Knorex)
        ]
    );
    assert_eq!(ticked(&fixture, 2), []);
}

#[test]
fn r20_r21_deselecting_deallocates_an_account_unless_one_of_its_campaigns_is_allocated() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(1, 1, 2), pair(1, 2, 1), pair(2, 1, 2)]);
    fixture.done(campaigns(advertiser(1, 1), &[(1, 1)], &[]));
    fixture.done(campaigns(advertiser(1, 2), &[(2, 1)], &[]));
    // A campaign of another ad account does not block.
    fixture.done(deallocate(&[pair(1, 1, 2)], &[]));
    let (reasons, _) = fixture.refused(deallocate(&[pair(1, 1, 1)], &[hand(1, Some(2))]));
    assert_eq!(reasons, [Reason::CampaignAllocated]);
    fixture.done(campaigns(advertiser(1, 1), &[], &[(1, 1)]));
    fixture.done(deallocate(&[pair(1, 1, 1)], &[hand(1, Some(2))]));
    assert_eq!(ticked(&fixture, 1), [(advertiser(2, 1), PaymentMode::Client)]);
}

#[test]
fn r31_to_r35_r38_campaigns_are_picked_by_account_xpo_account_and_advertiser_and_listed_there() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 2), pair(1, 3, 1)]);
    assert_eq!(
        offered(&fixture, 1),
        [(xpo(1), vec![advertiser(1, 2)]), (xpo(3), vec![advertiser(3, 1)])],
        "only those that have the account"
    );
    let list = |of| {
        let rows = fixture.book.list(&CampaignQuery::all(of)).unwrap().page.rows;
        rows.into_iter().map(|row| row.id.0).collect::<Vec<_>>()
    };
    let available = || list(CampaignsOf::Available { ad_accounts: vec![account(1)] });
    assert_eq!(available(), [1, 2, 3, 4, 5].map(|n| campaign(1, n)));
    fixture.done(campaigns(advertiser(1, 2), &[(1, 2), (1, 4)], &[]));
    assert_eq!(available(), [1, 3, 5].map(|n| campaign(1, n)), "R38: no longer offered");
    assert_eq!(list(CampaignsOf::XpoAccount { xpo_account: xpo(1) }), [2, 4].map(|n| campaign(1, n)));
    assert_eq!(list(CampaignsOf::XpoAccount { xpo_account: xpo(3) }), Vec::<String>::new());
    let allocated = |advertiser| list(CampaignsOf::Allocated { ad_accounts: vec![account(1)], advertiser });
    assert_eq!(allocated(advertiser(1, 2)), [2, 4].map(|n| campaign(1, n)));
    assert_eq!(allocated(advertiser(1, 1)), Vec::<String>::new());
}

#[test]
fn r39_to_r45_allocated_audiences_remain_available_to_other_advertisers() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(1, 2, 1)]);
    assert_eq!(offered(&fixture, 1).len(), 2);
    fixture.done(audiences(1, advertiser(1, 1), &[1, 3], &[]));
    let list = |of| fixture.book.list(&AudienceQuery::all(of)).unwrap().page.rows;
    // R43: the columns ID, name, type and allocated.
    let rows = list(AudiencesOf::AdAccounts { ad_accounts: vec![account(1)] });
    let shown: Vec<_> = rows
        .iter()
        .map(|row| (row.id.0.clone(), row.name.as_str(), row.kind.as_str(), row.advertisers.len()))
        .collect();
    assert_eq!(
        shown,
        [
            (audience(1), "Audience 1", "", 1),
            (audience(2), "Audience 2", "", 0),
            (audience(3), "Audience 3", "", 1)
        ]
    );
    let of = |to: &AdvertiserId, allocated| {
        let of = AudiencesOf::Allocated { ad_accounts: vec![account(1)], advertiser: to.clone(), allocated };
        list(of).into_iter().map(|row| row.id.0).collect::<Vec<_>>()
    };
    assert_eq!(of(&advertiser(1, 1), true), [audience(1), audience(3)]);
    assert_eq!(of(&advertiser(2, 1), false), [audience(1), audience(2), audience(3)]);
    fixture.done(audiences(1, advertiser(1, 1), &[], &[3]));
    assert_eq!(of(&advertiser(1, 1), true), [audience(1)]);
}

fn holdings_of(fixture: &Fixture, n: u32) -> Vec<Holding> {
    fixture.book.xpo_account(&xpo(n)).unwrap().unwrap().holdings
}

#[test]
fn a6_an_xpo_account_with_an_ad_account_has_exactly_one_default() {
    let fixture = Fixture::new();
    let one = |n: u32| {
        let holdings = holdings_of(&fixture, n);
        let defaults = holdings.iter().filter(|holding| holding.default).count();
        assert_eq!(defaults, usize::from(!holdings.is_empty()));
        assert_eq!(fixture.default_of(n).is_some(), !holdings.is_empty());
    };
    let given = fixture.allocate(&[pair(1, 1, 1), pair(2, 1, 1), pair(2, 2, 1)]).0;
    (1..=3).for_each(one);
    let choice = DefaultChoice { xpo_account: xpo(1), ad_account: account(2) };
    fixture.done(Action::SetDefaults(SetDefaults { defaults: vec![choice] }));
    (1..=3).for_each(one);
    fixture.done(deallocate(&[pair(2, 1, 1)], &[hand(1, Some(1))]));
    (1..=3).for_each(one);
    fixture.done(deallocate(&[pair(1, 1, 1)], &[hand(1, None)]));
    (1..=3).for_each(one);
    fixture.refused(undo(&given));
    fixture.done(deallocate(&[pair(2, 2, 1)], &[hand(2, None)]));
    (1..=3).for_each(one);
    assert_eq!([1, 2, 3].map(|n| fixture.default_of(n)), [None, None, None]);
}

#[test]
fn a10_an_xpo_account_has_an_ad_account_only_through_one_of_its_advertisers() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(1, 1, 2)]);
    // A payment mode or a default does not allocate anything.
    assert_eq!(fixture.refused(modes(&[(1, 2, PaymentMode::Knorex)])).0, [Reason::NothingToDo]);
    let choice = DefaultChoice { xpo_account: xpo(2), ad_account: account(1) };
    assert_eq!(
        fixture.refused(Action::SetDefaults(SetDefaults { defaults: vec![choice] })).0,
        [Reason::AccountOfAnotherXpoAccount]
    );
    assert_eq!(holdings_of(&fixture, 2), []);
    let advertisers =
        |n| -> usize { holdings_of(&fixture, n).iter().map(|holding| holding.advertisers.len()).sum() };
    assert_eq!(advertisers(1), 2);
    fixture.done(deallocate(&[pair(1, 1, 1)], &[]));
    assert_eq!(advertisers(1), 1);
    fixture.done(deallocate(&[pair(1, 1, 2)], &[hand(1, None)]));
    assert_eq!(holdings_of(&fixture, 1), [], "the last deallocation removes the payment mode");
    assert_eq!(offered(&fixture, 1), []);
}
