//! The page of one ad account, and unsaved changes in Allocate Account.

use fantoccini::key::Key;

use crate::harness::book::{ACCOUNTS, account_id};
use crate::keyboard::open_seeded_book;

#[tokio::test(flavor = "multi_thread")]
async fn r35_the_page_of_an_account_shows_its_details_and_campaigns_without_a_network() {
    let (_harness, window) = open_seeded_book(true).await;
    window.click("TikTok Accounts").await;
    window.fill("Search TikTok accounts", &account_id(1).0).await;
    window.wait_for_text("1 of 3").await;
    window.press_key(Key::Enter).await;
    window.press_key(Key::Enter).await;
    window.wait_for_text("From TikTok").await;
    window.wait_for_text("Default account").await;
    window.open_tab("Campaigns").await;
    window.wait_for_text("Brand 1 (Client 1)").await;
    window.fill("Search campaigns", "0012").await;
    window.wait_for_text("1 of 1000").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r12_checkboxes_show_the_edits_and_closing_the_dialog_asks_about_unsaved_changes() {
    let (_harness, window) = open_seeded_book(false).await;
    window.click("TikTok Accounts").await;
    window.choose_action(ACCOUNTS[0], "Allocate Account").await;
    window.toggle("Brand 2").await;
    window.wait_for_text("1 removed").await;
    // A10: the first press selects all advertisers, the second none.
    window.toggle("Client 1").await;
    window.wait_for_text("1 added").await;
    window.toggle("Client 1").await;
    window.wait_for_text("2 removed").await;
    window.toggle("Client 2").await;
    window.wait_for_text("3 removed").await;
    let checked = "return document.querySelectorAll('[role=treegrid] input:checked').length";
    assert_eq!(window.run_script(checked).await.unwrap(), 0);
    window.press_key(Key::Escape).await;
    window.wait_for_text("Leave without saving?").await;
    window.click("Keep editing").await;
    window.wait_for_text("3 removed").await;
    window.click("Cancel").await;
    window.click("Discard").await;
    window.wait_until_gone("Payment mode").await;
    window.click("Allocate Account").await;
    window.select_option("TikTok ad account", ACCOUNTS[1]).await;
    window.wait_for_text("Default: Northwind").await;
    window.press_key(Key::Escape).await;
    window.wait_until_gone("Payment mode").await;
    window.close().await;
}

/// Records from now on where the parts of TikTok Accounts are, after each change of the page.
const RECORD_PLACES: &str = "
    window.places = {};
    const parts = { table: '[role=grid]', search: 'main .toolbar input', import: 'main .import', allocate: 'main header .buttons' };
    const record = () => Object.entries(parts).forEach(([part, selector]) => {
        const box = document.querySelector(selector)?.getBoundingClientRect();
        if (box && document.querySelector('main h1')?.textContent === 'TikTok Accounts')
            (window.places[part] ??= new Set()).add(`${Math.round(box.left)}, ${Math.round(box.top)}`);
    });
    new MutationObserver(record).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });";

#[tokio::test(flavor = "multi_thread")]
async fn tiktok_accounts_do_not_move_while_they_load() {
    let (_harness, window) = open_seeded_book(false).await;
    window.run_script(RECORD_PLACES).await.unwrap();
    window.click("TikTok Accounts").await;
    window.wait_for_text("3 of 3").await;
    window.wait_for_text("Maria").await;
    window.click("Filter by Status").await;
    window.press_key(Key::Escape).await;
    let places = "return Object.entries(window.places).map(([part, places]) => [part, ...places])";
    let places = window.run_script(places).await.unwrap();
    assert_eq!(places.as_array().unwrap().len(), 4, "{places}");
    assert!(places.as_array().unwrap().iter().all(|part| part.as_array().unwrap().len() == 2), "{places}");
    window.close().await;
}
