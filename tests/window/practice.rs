//! The practice partner, with a sandbox inside the application.

use serde_json::json;

use crate::harness::{Harness, Window, files_below};

#[tokio::test(flavor = "multi_thread")]
async fn the_practice_partner_has_something_on_every_screen_survives_a_restart_and_can_be_reset() {
    let harness = Harness::without_keychain().await;
    let window = harness.start_app().await;
    window.click("Try with demo data").await;
    window.wait_for_text("Practice").await;
    wait_for_samples(&window).await;
    let names = window.invoke("account_names", json!({})).await.to_string();
    assert!(!names.contains('<') && !names.contains("DROP TABLE"), "{names}");
    window.click("XPO Accounts").await;
    window.wait_for_row(&["Aurora Travel"]).await;
    window.click("Add XPO account").await;
    window.fill("Name", "Added by me").await;
    window.click("Add").await;
    window.wait_for_row(&["Added by me"]).await;
    window.close().await;

    // The sandbox keeps its tokens, so the sign-in is still valid after a restart.
    let window = harness.start_app().await;
    window.wait_for_text("Practice").await;
    window.click("TikTok Accounts").await;
    window.wait_for_text("Connected").await;
    let state = format!("{}/sandbox/state", window.practice_sandbox().await);
    let state: serde_json::Value = reqwest::get(state).await.unwrap().json().await.unwrap();
    assert_eq!(state["tokens"], 1);

    // The simulator stores its own sign-ins, so nothing is said about the keychain.
    window.click("Settings").await;
    window.wait_for_text("Reset demo data").await;
    assert!(!window.text().await.contains("Secure storage"));
    window.click("Reset demo data…").await;
    window.click("Reset demo data").await;
    window.wait_for_text("The demo data was reset.").await;
    wait_for_samples(&window).await;
    window.click("XPO Accounts").await;
    window.wait_for_row(&["Aurora Travel"]).await;
    window.wait_until_no_row(&["Added by me"]).await;
    window.close().await;
    let partners = files_below(&harness.data_dir().join("partners"));
    let is_partner = |path: &&std::path::PathBuf| path.extension().is_some_and(|end| end == "sqlite");
    assert_eq!(partners.iter().filter(is_partner).count(), 1, "{partners:?}");
}

/// Waits until each screen shows its sample data.
async fn wait_for_samples(window: &Window) {
    window.click("TikTok Accounts").await;
    window.wait_for_row(&["Aurora Flights", "Synced"]).await;
    window.click("Sync activity").await;
    window.wait_for_row(&["Audiences", "Done"]).await;
    window.click("Requests").await;
    window.wait_for_row(&["Lantern Games Japan", "Sent"]).await;
    window.click("Change history").await;
    window.wait_for_row(&["Practice partner"]).await;
    assert!(window.invoke("coverage", json!({ "of": "campaigns" })).await["of"].as_u64() > Some(0));
    assert!(window.invoke("coverage", json!({ "of": "audiences" })).await["of"].as_u64() > Some(0));
    window.click("Overview").await;
    window.wait_for_text("7 ad accounts have a suggestion").await;
}
