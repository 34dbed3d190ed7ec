//! The first start: the profile that is asked for once, and the setup guide.

use std::fs;

use fantoccini::Locator;
use fantoccini::key::Key;
use tiktok_sandbox::Action;

use crate::harness::book::PARTNER;
use crate::harness::{Harness, Window, wait_for};

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

#[tokio::test(flavor = "multi_thread")]
async fn the_setup_guide_leads_from_the_first_start_to_the_first_allocation_in_25_presses() {
    let harness = Harness::new().await;
    fs::remove_file(harness.data_dir().join("preferences.json")).unwrap();
    let sandbox = harness.sandbox();
    let window = harness.start_app().await;
    window.wait_for_text("About you").await;
    window.count_presses().await;
    window.fill("Your name", "Ana Lima").await;
    window.click("Continue").await;
    window.fill("Partner name", PARTNER).await;
    window.click("Create partner").await;

    window.wait_for_text("Get started in five steps").await;
    window.click("Open Settings").await;
    window.fill("App ID", sandbox.app_id()).await;
    window.fill("Secret", sandbox.secret()).await;
    window.fill("Redirect URL", &sandbox.redirect_urls()[0]).await;
    // TikTok's addresses are filled in already; only the sandbox has others.
    window.run_script("window.kept = window.presses").await.unwrap();
    window.show_addresses().await;
    window.fill("API address", &sandbox.api_address()).await;
    window.fill("Sign-in address", &sandbox.sign_in_address()).await;
    window.run_script("window.presses = window.kept").await.unwrap();
    window.click("Save").await;
    window.wait_for_text("Saved.").await;

    window.click("Overview").await;
    harness.script_sign_in(Action::Confirm);
    window.import().await;
    window.confirm_import().await;

    window.click("Overview").await;
    window.wait_for_text("Get started in five steps").await;
    // The save tested the settings.
    window.wait_for_text("Tested on ").await;
    click_step(&window, "XPO Accounts").await;
    window.click("Add XPO account").await;
    window.fill("Name", "Aurora Travel").await;
    window.press_key(Key::Tab).await;
    window.press_key(Key::Tab).await;
    window.send_keys("Aurora Flights").await;
    window.wait_for_text("2 added").await;
    window.click("Add").await;
    window.wait_for_text("Success: added XPO account Aurora Travel and advertiser Aurora Flights.").await;

    window.click("Overview").await;
    window.click("Allocate Account").await;
    window.wait_for_dialog("Allocate Account").await;
    let (id, _) = harness.sandbox_accounts().await.remove(0);
    window.send_keys(&id).await;
    window.press_key(Key::Enter).await;
    window.toggle("Aurora Travel").await;
    window.wait_for_text("1 added").await;
    window.click("Save").await;
    window.wait_for_text("to Aurora Flights of Aurora Travel.").await;
    window.assert_presses("a: from the first start to the first allocation", 25).await;
    window.wait_for_row(&[&id, "Aurora Flights"]).await;
    window.close().await;
}

/// Clicks the button of a step of the setup guide.
async fn click_step(window: &Window, button: &str) {
    let path = format!("//ol//button[normalize-space(.)='{button}']");
    wait_for(button, async || window.page.find(Locator::XPath(&path)).await.ok()?.click().await.ok()).await;
}
