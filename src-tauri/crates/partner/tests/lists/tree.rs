//! The tree of *Allocate Account* and the options of the other pickers.

use partner::decisions::{Action, AllocateAccounts, PaymentChoice, PaymentMode, Rename, Renamed};
use partner::ids::AdAccountId;
use partner::queries::accounts::AccountQuery;
use partner::queries::allocation_tree::{TreeAccount, TreeQuery};

use crate::fixture::{Fixture, account, advertiser, pair, xpo};

fn tree(fixture: &Fixture, ad_accounts: &[AdAccountId], search: &str) -> Vec<TreeAccount> {
    let query = TreeQuery { ad_accounts: ad_accounts.to_vec(), search: search.into() };
    fixture.book.allocation_tree(&query).unwrap()
}

/// Returns the names, and the number of allocated ad accounts of each advertiser.
fn shown(tree: &[TreeAccount]) -> Vec<(&str, Vec<(&str, u32)>)> {
    tree.iter()
        .map(|account| {
            let advertisers =
                account.advertisers.iter().map(|row| (row.name.as_str(), row.allocated)).collect();
            (account.name.as_str(), advertisers)
        })
        .collect()
}

#[test]
fn r16_the_tree_shows_the_allocations_of_an_ad_account() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(2, 1, 1), pair(2, 1, 2), pair(1, 1, 1), pair(1, 2, 2)]);
    let of_2 = tree(&fixture, &[account(2)], "");
    assert_eq!(
        shown(&of_2),
        [
            ("Client 1", vec![("Brand 1", 1), ("Brand 2", 1)]),
            ("Client 2", vec![("Brand 1", 0), ("Brand 2", 0)]),
            ("Client 3", vec![("Brand 1", 0), ("Brand 2", 0)]),
        ]
    );
    assert_eq!((&of_2[0].modes[..], &of_2[1].modes[..]), (&[PaymentMode::Client][..], &[][..]));
    let default = |n: usize| of_2[n].default.as_ref().map(|named| named.name.as_str());
    assert_eq!((default(0), default(1), default(2)), (Some("Account 2"), Some("Account 1"), None));
}

#[test]
fn r32_a11_parties_without_the_ad_account_have_no_payment_mode_and_no_allocation() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 2, 2)]);
    let offered: Vec<TreeAccount> =
        tree(&fixture, &[account(1)], "").into_iter().filter(|xpo| !xpo.modes.is_empty()).collect();
    assert_eq!(shown(&offered), [("Client 2", vec![("Brand 1", 0), ("Brand 2", 1)])]);
}

#[test]
fn counts_allocations_and_lists_payment_modes_of_several_ad_accounts() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(2, 1, 1), pair(3, 1, 2)]);
    let knorex = PaymentChoice { ad_account: account(2), xpo_account: xpo(1), mode: PaymentMode::Knorex };
    fixture.done(Action::AllocateAccounts(AllocateAccounts {
        allocate: Vec::new(),
        deallocate: Vec::new(),
        modes: vec![knorex],
        default_replacements: Vec::new(),
    }));
    let of_two = tree(&fixture, &[account(1), account(2)], "");
    assert_eq!(shown(&of_two[..1]), [("Client 1", vec![("Brand 1", 2), ("Brand 2", 0)])]);
    assert_eq!(of_two[0].modes, [PaymentMode::Client, PaymentMode::Knorex]);
    assert!(tree(&fixture, &[], "").iter().all(|xpo| xpo.modes.is_empty()));
}

#[test]
fn a_search_returns_a_matching_xpo_account_or_its_matching_advertisers() {
    let fixture = Fixture::new();
    fixture.done(Action::Rename(Rename {
        object: Renamed::Advertiser(advertiser(2, 1)),
        name: "Größe 株式会社".into(),
    }));
    fixture
        .done(Action::Rename(Rename {
            object: Renamed::XpoAccount(xpo(3)), name: "100% \"Größer\"".into()
        }));
    let found = |search| {
        let found = tree(&fixture, &[account(1)], search);
        shown(&found).into_iter().map(|(name, rows)| (name.to_owned(), rows.len())).collect::<Vec<_>>()
    };
    let some = |name: &str, advertisers| (name.to_owned(), advertisers);
    assert_eq!(found("LIENT"), [some("Client 1", 2), some("Client 2", 2)]);
    assert_eq!(found("式会"), [some("Client 2", 1)]);
    assert_eq!(found("client größe"), [some("Client 2", 1)], "one word in each name");
    for search in ["größe", "GRÖSSE", "grosse"] {
        assert_eq!(found(search), [some("100% \"Größer\"", 2), some("Client 2", 1)]);
    }
    assert_eq!(found("% \""), [some("100% \"Größer\"", 2)]);
    assert_eq!(found("nobody"), []);
    let empty = Fixture::empty();
    assert_eq!(shown(&tree(&empty, &[account(1)], "")), []);
}

#[test]
fn r12_r31_pickers_offer_all_ad_accounts_in_list_order() {
    let fixture = Fixture::new();
    let names = fixture.book.account_names().unwrap();
    let expected = fixture.book.list(&AccountQuery::default()).unwrap();
    let shown: Vec<(&str, &str)> =
        names.iter().map(|named| (named.id.as_str(), named.name.as_str())).collect();
    let rows: Vec<(&str, &str)> =
        expected.page.rows.iter().map(|row| (row.id.as_str(), row.name.as_str())).collect();
    assert_eq!(shown, rows);
    assert_eq!(shown.first(), Some(&(account(1).as_str(), "Account 1")));
}
