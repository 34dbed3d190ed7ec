//! The practice partner, with a sandbox inside the application.

use serde_json::json;

use crate::harness::{Harness, post_to_sandbox};

#[tokio::test(flavor = "multi_thread")]
async fn the_practice_partner_needs_no_setup_and_stays_connected_after_a_restart() {
    let harness = Harness::without_keychain().await;
    let window = harness.start_app().await;
    window.click("Try with demo data").await;
    window.click("TikTok Accounts").await;
    window.wait_for_text("No TikTok ad accounts yet").await;
    window.wait_for_text("Practice").await;

    post_to_sandbox(&window.practice_sandbox().await, "login", json!({})).await;
    window.click("TikTok Accounts").await;
    window.import().await;
    window.confirm_import().await;
    window.wait_for_text("Connected").await;
    window.close().await;

    // The sandbox keeps its tokens, so the sign-in is still valid after a restart.
    let window = harness.start_app().await;
    window.wait_for_text("Practice").await;
    window.click("TikTok Accounts").await;
    window.wait_for_text("Connected").await;
    let state = format!("{}/sandbox/state", window.practice_sandbox().await);
    let state: serde_json::Value = reqwest::get(state).await.unwrap().json().await.unwrap();
    assert_eq!(state["tokens"], 1);
    window.close().await;
}
