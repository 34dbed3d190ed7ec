//! An ad account's own page, and what the dialog of its allocations asks before edits are lost.

use fantoccini::key::Key;

use crate::harness::book::{ACCOUNTS, account};
use crate::keyboard::open;

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
    window.tab("Campaigns").await;
    window.shows("Brand 1 (Client 1)").await;
    window.fill("Search campaigns", "0012").await;
    window.shows("1 of 1000").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r12_boxes_show_what_is_ticked_and_edits_are_asked_about() {
    let (_desk, window) = open(false).await;
    window.press("TikTok Accounts").await;
    window.menu(ACCOUNTS[0], "Allocate Account").await;
    window.tick("Brand 2").await;
    window.shows("1 removed").await;
    window.tick("Client 1").await;
    window.shows("2 removed").await;
    window.tick("Client 2").await;
    window.shows("3 removed").await;
    let ticked = "return document.querySelectorAll('[role=treegrid] input:checked').length";
    assert_eq!(window.run(ticked).await.unwrap(), 0);
    window.key(Key::Escape).await;
    window.shows("Leave without saving?").await;
    window.press("Go on editing").await;
    window.shows("3 removed").await;
    window.press("Cancel").await;
    window.press("Discard").await;
    window.hides("Payment mode").await;
    window.press("Allocate Account").await;
    window.pick("TikTok ad account", ACCOUNTS[1]).await;
    window.shows("Default: Northwind").await;
    window.key(Key::Escape).await;
    window.hides("Payment mode").await;
    window.close().await;
}
