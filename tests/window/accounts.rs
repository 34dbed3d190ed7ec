//! Allocate Account (B), defaults and syncs (C, D): from the window into the file and back.

use fantoccini::Locator;
use fantoccini::key::Key;
use partner::Folder;
use partner::account_list::AccountRow;

use crate::allocations::{choose, keys, open, tab_to};
use crate::desk::book::{ACCOUNTS, account};
use crate::desk::{Desk, Window, until};

/// What the file says of an ad account. The window has to be closed.
fn row(desk: &Desk, n: u32) -> AccountRow {
    let folder = Folder::at(desk.data());
    let book = folder.open(&folder.list().unwrap()[0].file).unwrap();
    book.account_rows(&[account(n).0]).unwrap().remove(0)
}

/// "Client 1: Brand 1, Brand 2", with a star where it is the default.
fn holders(row: &AccountRow) -> Vec<String> {
    let line = |holding: &partner::account_list::Holding| {
        let names: Vec<&str> = holding.advertisers.iter().map(|named| named.name.as_str()).collect();
        let star = if holding.default { "*" } else { "" };
        format!("{}{star}: {}", holding.xpo_account.name, names.join(", "))
    };
    row.holdings.iter().map(line).collect()
}

/// Press the tick box with this name in the topmost dialog.
async fn tick(window: &Window, name: &str) {
    let path = format!("//*[@role='dialog']//input[@type='checkbox'][@aria-label='{name}']");
    until(name, async || window.page.find(Locator::XPath(&path)).await.ok()?.click().await.ok()).await;
}

/// Wait until the tree has that many rows.
async fn rows(window: &Window, count: u32) {
    let shown = "return document.querySelector('[role=treegrid]')?.getAttribute('aria-rowcount')";
    until(&format!("{count} rows"), async || {
        (window.run(shown).await.ok()? == serde_json::json!(count.to_string())).then_some(())
    })
    .await;
}

/// An entry of the Action menu of a row.
async fn act(window: &Window, name: &str, action: &str) {
    window.press("TikTok Accounts").await;
    window.press(&format!("Actions of {name}")).await;
    window.press(action).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r11_to_r16_an_account_is_allocated_with_the_keyboard_alone() {
    let (desk, window) = open(false).await;
    window.press("TikTok Accounts").await;
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
    let row = row(&desk, 3);
    assert_eq!(holders(&row), ["Client 1: Brand 3"]);
    assert_eq!(row.holdings[0].mode, partner::change::PaymentMode::Knorex);
}

#[tokio::test(flavor = "multi_thread")]
async fn r20_to_r24_a8_what_loses_its_default_gets_another_and_undo_brings_all_of_it_back() {
    let (desk, window) = open(false).await;
    act(&window, ACCOUNTS[0], "Allocate Account").await;
    tick(&window, "Client 1").await;
    tick(&window, "Client 2").await;
    window.shows("3 removed").await;
    let ticked = "return document.querySelectorAll('[role=treegrid] input:checked').length";
    assert_eq!(window.run(ticked).await.unwrap(), 0);
    window.press("Save").await;
    window.dialog("Manage Default TikTok Accounts").await;
    window.shows("2 left to choose").await;
    let select =
        window.page.find(Locator::XPath("//label[.='New default']/following::select[1]")).await.unwrap();
    select.select_by_value(&account(2).0).await.unwrap();
    window.press_label("Leave Client 2 without a TikTok account").await;
    window.press("Save").await;
    window.shows("Success: 3 removed").await;
    window.hides("Manage Default TikTok Accounts").await;
    window.press("Undo").await;
    window.shows("Undone.").await;
    window.close().await;
    assert_eq!(holders(&row(&desk, 1)), ["Client 1*: Brand 1, Brand 2", "Client 2*: Brand 1"]);
    assert_eq!(holders(&row(&desk, 2)), ["Client 1: Brand 1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn r25_a12_a14_what_is_in_the_way_is_named_with_a_jump_and_the_others_are_saved() {
    let (desk, window) = open(true).await;
    act(&window, ACCOUNTS[0], "Allocate Account").await;
    tick(&window, "Brand 1").await;
    tick(&window, "Client 2").await;
    window.shows("9 things are in the way:").await;
    window.shows("Campaign “Campaign 0001” is allocated to “Brand 1”. Deallocate it first.").await;
    window.press("Save the other changes").await;
    window.dialog("Manage Default TikTok Accounts").await;
    window.press_label("Leave Client 2 without a TikTok account").await;
    window.press("Save").await;
    window.shows("Success: 1 removed").await;

    act(&window, ACCOUNTS[0], "Allocate Account").await;
    tick(&window, "Brand 1").await;
    window.shows("9 things are in the way:").await;
    window.press("Go to Campaign 1779923800010000001").await;
    window.press("Discard").await;
    window.shows("Allocate Campaigns").await;
    window.shows("Campaign 0001").await;
    window.close().await;
    assert_eq!(holders(&row(&desk, 1)), ["Client 1*: Brand 1, Brand 2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn r4_a24_another_account_becomes_the_default() {
    let (desk, window) = open(false).await;
    act(&window, ACCOUNTS[1], "Set as Default").await;
    window.dialog("Set as Default").await;
    window.shows("1 changed").await;
    window.press("Save").await;
    window.shows("Success: 1 changed").await;
    window.close().await;
    assert_eq!(holders(&row(&desk, 2)), ["Client 1*: Brand 1"]);
    assert_eq!(holders(&row(&desk, 1)), ["Client 1: Brand 1, Brand 2", "Client 2*: Brand 1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn r26_to_r30_a_sync_is_confirmed_and_a_second_one_is_refused_politely() {
    let (_desk, window) = open(false).await;
    let name = ACCOUNTS[1];
    act(&window, name, "Sync Campaigns").await;
    let question =
        format!("Sync campaigns of {name} ({})? They will be in XPO within 30 minutes.", account(2).0);
    window.shows(&question).await;
    window.press("Sync Campaigns").await;
    window.shows("Success: the campaigns of").await;
    window.shows("Queued").await;
    act(&window, name, "Sync Campaigns").await;
    window.shows(&question).await;
    window.press("Sync Campaigns").await;
    window.shows("This sync is under way already").await;
    window.press("Close").await;
    act(&window, name, "Sync Audiences").await;
    window.shows(&format!("Sync audiences of {name} ({})?", account(2).0)).await;
    window.press("Sync Audiences").await;
    window.shows("Success: the audiences of").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r35_an_accounts_page_shows_what_the_book_knows_of_it_without_a_network() {
    let (_desk, window) = open(true).await;
    window.press("TikTok Accounts").await;
    window.fill("Search TikTok accounts", &account(1).0).await;
    window.shows("1 of 3").await;
    window.key(Key::Enter).await;
    window.key(Key::Enter).await;
    window.shows("From TikTok").await;
    window.shows("Default account").await;
    let tab = "//*[@role='tab'][starts-with(normalize-space(.), 'Campaigns')]";
    window.page.find(Locator::XPath(tab)).await.unwrap().click().await.unwrap();
    window.shows("Brand 1 (Client 1)").await;
    window.fill("Search campaigns", "0012").await;
    window.shows("1 of 1000").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r12_the_dialog_says_so_when_another_choice_is_made_and_asks_about_edits() {
    let (_desk, window) = open(false).await;
    act(&window, ACCOUNTS[0], "Allocate Account").await;
    tick(&window, "Brand 2").await;
    window.shows("1 removed").await;
    window.key(Key::Escape).await;
    window.shows("Leave without saving?").await;
    window.press("Go on editing").await;
    window.shows("1 removed").await;
    window.press("Cancel").await;
    window.press("Discard").await;
    window.hides("Payment mode").await;
    window.press("Allocate Account").await;
    choose(&window, "TikTok ad account", ACCOUNTS[1]).await;
    window.shows("Default: Northwind").await;
    window.key(Key::Escape).await;
    window.hides("Payment mode").await;
    window.close().await;
}
