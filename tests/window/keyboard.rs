//! The keyboard alone: an ad account is allocated, and a thousand campaigns.

use fantoccini::key::Key;
use partner::Folder;
use partner::queries::accounts::AccountRow;
use partner::queries::campaigns::{CampaignQuery, CampaignsOf};
use serde_json::json;

use crate::harness::book::{self, PARTNER, account};
use crate::harness::{Harness, HarnessOptions, Keychain, Window, until};

const CAMPAIGNS: u32 = 1_000;
const BRAND_1: &str = "00000000-0000-7000-8000-100001000001";

/// A partner with some things in it, open in the window.
pub async fn open(hand_out: bool) -> (Harness, Window) {
    let harness =
        Harness::with(HarnessOptions { keychain: Keychain::Missing, ..HarnessOptions::default() }).await;
    book::furnish(&harness.data(), CAMPAIGNS);
    if hand_out {
        book::hand_out(&harness.data());
    }
    let window = harness.start().await;
    window.press(&format!("Open {PARTNER}")).await;
    window.shows("Overview").await;
    (harness, window)
}

#[tokio::test(flavor = "multi_thread")]
async fn r11_to_r16_an_account_is_allocated_with_the_keyboard_alone() {
    let (harness, window) = open(false).await;
    tab_to(&window, "TikTok Accounts").await;
    window.key(Key::Enter).await;
    window.shows("3 of 3").await;
    tab_to(&window, "Allocate Account").await;
    window.key(Key::Enter).await;
    window.dialog("Allocate Account").await;
    keys(&window, &account(3).0).await;
    window.key(Key::Enter).await;
    rows(&window, 2).await;
    tab_to(&window, "Search XPO accounts and advertisers").await;
    keys(&window, "brand 3").await;
    rows(&window, 2).await;
    window.shows("Brand 3").await;
    window.key(Key::Enter).await;
    window.key(Key::Down).await;
    keys(&window, " ").await;
    window.shows("1 added").await;
    keys(&window, "p").await;
    window.key(Key::Enter).await;
    window.shows("Success: 1 added").await;
    window.hides("Payment mode").await;
    window.close().await;
    let row = row(&harness, 3);
    assert_eq!(holders(&row), ["Client 1: Brand 3"]);
    assert_eq!(row.holdings[0].mode, partner::decisions::PaymentMode::Knorex);
}

#[tokio::test(flavor = "multi_thread")]
async fn r31_to_r35_a_thousand_campaigns_are_allocated_with_the_keyboard_alone_and_undone() {
    let (harness, window) = open(false).await;
    tab_to(&window, "Allocate Campaigns").await;
    window.key(Key::Enter).await;
    window.shows("Choose a TikTok account").await;
    tab_to(&window, "TikTok Account").await;
    // R31: by a part of its id.
    keys(&window, "00001").await;
    window.shows(book::ACCOUNTS[0]).await;
    window.key(Key::Enter).await;
    window.shows("Campaign 0001").await;
    tab_to(&window, "XPO Account").await;
    keys(&window, "Client 1").await;
    window.key(Key::Enter).await;
    tab_to(&window, "Advertiser").await;
    keys(&window, "Brand 1").await;
    window.key(Key::Enter).await;
    window.shows("Select all 1000").await;
    tab_to(&window, "Available campaigns").await;
    keys(&window, &(Key::Control + "a")).await;
    window.shows("1000 added").await;
    keys(&window, &(Key::Control + "s")).await;
    window.shows("Success: 1000 added for “Brand 1”.").await;
    // R38: an allocated campaign is no longer offered.
    window.shows("Every campaign is allocated").await;
    tab_to(&window, "Undo").await;
    window.key(Key::Enter).await;
    window.shows("Undone.").await;
    window.shows("Campaign 0001").await;
    tab_to(&window, "Redo").await;
    window.key(Key::Enter).await;
    window.shows("Every campaign is allocated").await;
    window.close().await;
    assert_eq!(campaigns_of(&harness, BRAND_1), CAMPAIGNS as usize);
}

/// Press Tab until what has the focus is called so.
async fn tab_to(window: &Window, name: &str) {
    let focused = "const one = document.activeElement;
        const label = one.id && document.querySelector(`label[for='${one.id}']`);
        return one.getAttribute('aria-label') ?? label?.textContent?.trim() ?? one.textContent.trim()";
    until(&format!("the keyboard reaches {name:?}"), async || {
        if window.run(focused).await.ok()? == json!(name) {
            return Some(());
        }
        window.key(Key::Tab).await;
        None
    })
    .await;
}

/// Send keys to what has the focus.
async fn keys(window: &Window, keys: &str) {
    window.page.active_element().await.unwrap().send_keys(keys).await.unwrap();
}

/// Wait until the tree has that many rows.
async fn rows(window: &Window, count: u32) {
    let shown = "return document.querySelector('[role=treegrid]')?.getAttribute('aria-rowcount')";
    until(&format!("{count} rows"), async || {
        (window.run(shown).await.ok()? == json!(count.to_string())).then_some(())
    })
    .await;
}

/// What the file says of an ad account. The window has to be closed.
fn row(harness: &Harness, n: u32) -> AccountRow {
    let folder = Folder::at(harness.data());
    let book = folder.open(&folder.list().unwrap()[0].file).unwrap();
    book.account_rows(&[account(n).0]).unwrap().remove(0)
}

/// "Client 1: Brand 1, Brand 2", with a star where it is the default.
fn holders(row: &AccountRow) -> Vec<String> {
    let line = |holding: &partner::queries::accounts::Holding| {
        let names: Vec<&str> = holding.advertisers.iter().map(|named| named.name.as_str()).collect();
        let star = if holding.default { "*" } else { "" };
        format!("{}{star}: {}", holding.xpo_account.name, names.join(", "))
    };
    row.holdings.iter().map(line).collect()
}

/// Which campaigns the file says that an advertiser has. The window has to be closed.
fn campaigns_of(harness: &Harness, advertiser: &str) -> usize {
    let folder = Folder::at(harness.data());
    let book = folder.open(&folder.list().unwrap()[0].file).unwrap();
    let of = CampaignsOf::Allocated { ad_account: account(1), advertiser: advertiser.into() };
    book.ids(&CampaignQuery::all(of)).unwrap().len()
}
