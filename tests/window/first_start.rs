//! The profile that is asked for once.

use std::fs;

use crate::harness::Harness;
use crate::harness::book::PARTNER;

#[tokio::test(flavor = "multi_thread")]
async fn the_first_start_asks_who_the_admin_is_and_the_history_says_so() {
    let harness = Harness::without_keychain().await;
    fs::remove_file(harness.data_dir().join("preferences.json")).unwrap();
    let window = harness.start_app().await;
    window.wait_for_text("About you").await;
    assert_ne!(window.value("Your name").await, "root");
    window.fill("Your name", " ").await;
    window.click("Continue").await;
    window.wait_for_text("Enter your name.").await;
    window.fill("Your name", "Ana Lima").await;
    window.fill("Email (optional)", "ana").await;
    window.click("Continue").await;
    window.wait_for_text("Enter one email address").await;
    window.fill("Email (optional)", "ana@partner.example").await;
    window.click("Continue").await;

    window.create_partner(PARTNER).await;
    window.click("Settings").await;
    assert_eq!(window.value("Reply-To").await, "ana@partner.example");
    window.click("XPO Accounts").await;
    window.click("Add XPO account").await;
    window.fill("Name", "Aurora Travel").await;
    window.click("Add").await;
    window.wait_for_text("1 of 1").await;
    window.click("Change history").await;
    window.wait_for_row(&["Ana Lima"]).await;
    window.close().await;

    let window = harness.start_app().await;
    window.wait_for_text("Overview").await;
    window.close().await;
}
