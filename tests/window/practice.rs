//! The practice partner: a TikTok of its own inside the application.

use serde_json::json;

use crate::IMPORTED;
use crate::harness::{Harness, HarnessOptions, Keychain, control};

#[tokio::test(flavor = "multi_thread")]
async fn the_practice_partner_needs_nothing_and_remembers() {
    let harness =
        Harness::with(HarnessOptions { keychain: Keychain::Missing, ..HarnessOptions::default() }).await;
    let window = harness.start().await;
    window.press("Explore the practice partner").await;
    window.press("TikTok Accounts").await;
    window.shows("No TikTok ad accounts yet").await;
    window.shows("Practice").await;

    // Its simulator is steered as any other: its address is in Settings.
    window.press("Settings").await;
    let api = window.value("API address").await;
    let address = api.strip_suffix("/open_api/v1.3").unwrap();
    control(address, "login", json!({})).await;
    window.press("TikTok Accounts").await;
    window.press("Import TikTok Account").await;
    window.dialog(IMPORTED).await;
    window.press("Confirm").await;
    window.shows("Connected").await;
    window.close().await;

    // The log-in is still good after a restart: the simulator remembers its tokens.
    let window = harness.start().await;
    window.shows("Practice").await;
    window.press("TikTok Accounts").await;
    window.shows("Connected").await;
    window.press("Settings").await;
    let api = window.value("API address").await;
    let state = format!("{}/sandbox/state", api.strip_suffix("/open_api/v1.3").unwrap());
    let state: serde_json::Value = reqwest::get(state).await.unwrap().json().await.unwrap();
    assert_eq!(state["tokens"], 1);
    window.close().await;
}
