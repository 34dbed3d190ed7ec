//! "Use my browser instead": the system's browser and a listener on the registered port.

use serde_json::json;
use tiktok_sandbox::{SignInScript, Via};

use crate::harness::{Harness, HarnessOptions, free_port};
use crate::{IMPORTED, set_up};

#[tokio::test(flavor = "multi_thread")]
async fn the_systems_browser_brings_the_log_in_back() {
    let redirect = format!("http://localhost:{}/callback", free_port());
    let harness =
        Harness::with(HarnessOptions { redirect_urls: vec![redirect.clone()], ..HarnessOptions::default() })
            .await;
    let window = harness.start().await;
    set_up(&window, &harness).await;

    window.press("Use my browser instead").await;
    let page = harness.opened().await;
    assert!(page.starts_with(&harness.sandbox().sign_in_address()), "{page}");

    // Anything else that finds the port gets nowhere.
    let stranger = reqwest::get(redirect.replace("/callback", "/")).await.unwrap();
    assert_eq!(stranger.status(), 404);

    harness.sandbox().script_sign_in(SignInScript { via: Via::Redirects, ..SignInScript::default() });
    let end = reqwest::get(&page).await.unwrap();
    assert!(end.url().as_str().starts_with(&redirect));
    assert!(end.text().await.unwrap().contains("return to XPO Admin"));
    window.dialog(IMPORTED).await;
    window.press("Confirm").await;

    let users = harness.sandbox().users();
    window.shows(&format!("{0} of {0}", users[0].accounts)).await;
    assert!(reqwest::get(&redirect).await.is_err(), "the port is free again");
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r5_a25_add_payment_opens_tiktoks_page_in_the_browser() {
    let harness = Harness::new().await;
    let id = {
        let users = harness.sandbox().users();
        let url = format!("{}/sandbox/users/{}/accounts", harness.sandbox().address(), users[0].id);
        let listed: serde_json::Value = reqwest::get(url).await.unwrap().json().await.unwrap();
        listed["accounts"][0]["id"].as_str().unwrap().to_owned()
    };
    harness
        .control(
            &format!("accounts/{id}"),
            json!({"name": "Paid by its owner", "owner_bc_id": "7000000000000000055"}),
        )
        .await;
    let window = harness.start().await;
    set_up(&window, &harness).await;
    crate::import(&window, &harness).await;
    window.fill("Search TikTok accounts", &id).await;
    window.shows("1 of ").await;
    window.press("Actions of Paid by its owner").await;
    window.press("Add Payment").await;
    assert_eq!(
        harness.opened().await,
        "https://business.tiktok.com/manage/payment/v2?org_id=7000000000000000055"
    );
    window.close().await;
}
