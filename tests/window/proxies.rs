//! The proxy in Settings.

use serde_json::json;
use tiktok_sandbox::Sizes;

use crate::harness::proxy_server::{self, HOST, Kind};
use crate::harness::{Harness, HarnessOptions};
use crate::{fill_app_settings, import_accounts, start_with_partner};

#[tokio::test(flavor = "multi_thread")]
async fn imports_and_syncs_go_through_the_proxy_whose_password_is_not_in_its_address() {
    let sizes = Sizes::each(2, 0, 0, 0);
    let mut harness =
        Harness::with_options(HarnessOptions { accounts: 8, sizes, ..Default::default() }).await;
    harness.trust_sandbox();
    let target = harness.sandbox().address().trim_start_matches("http://").parse().unwrap();
    let proxy = proxy_server::start(Kind::Http, true, target).await;
    let window = start_with_partner(&harness).await;

    // Only the proxy knows where the API is.
    fill_app_settings(&window, &harness).await;
    window.fill("API address", &format!("https://{HOST}/open_api/v1.3")).await;
    window.click("Save").await;
    window.wait_for_message("Saved, but it doesn't work yet.").await;

    window.fill("Proxy address", &format!("http://jo:p%40ss@{proxy}")).await;
    window.click("Save proxy settings").await;
    window.wait_for_text("Enter a user name and password in their own fields.").await;
    assert!(!harness.data_dir().join("proxy.json").exists(), "the address was saved");

    window.fill("Proxy address", &format!("http://{proxy}")).await;
    window.click("Test connection through proxy").await;
    window.wait_for_text("The proxy asks for a user name and password").await;
    window.fill("Proxy user name", "jo").await;
    window.fill("Proxy password", "p@ss").await;
    window.click("Test connection through proxy").await;
    window.wait_for_text("The connection works.").await;
    window.click("Save proxy settings").await;
    window.wait_for_message("Saved.").await;
    let saved = std::fs::read_to_string(harness.data_dir().join("proxy.json")).unwrap();
    assert!(saved.contains("jo") && !saved.contains("p@ss") && !saved.contains("p%40ss"), "{saved}");

    window.click("TikTok Accounts").await;
    import_accounts(&window, &harness).await;
    let (id, name) = harness.sandbox_accounts().await.remove(0);
    window.invoke("request_syncs", json!({ "kind": "campaigns", "accounts": [id] })).await;
    window.click("Sync activity").await;
    window.wait_for_row(&["Campaigns", &name, "Done", "2 added"]).await;
    window.close().await;
}
