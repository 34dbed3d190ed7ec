//! Sign-in and payment pages in the system's browser.

use serde_json::json;
use tiktok_sandbox::{SignInScript, Via};

use crate::harness::{Harness, HarnessOptions, IMPORT_SUCCESS, free_port};
use crate::{import_accounts, start_configured};

#[tokio::test(flavor = "multi_thread")]
async fn the_systems_browser_completes_the_sign_in() {
    let redirect = format!("http://localhost:{}/callback", free_port());
    let harness = Harness::with_options(HarnessOptions {
        redirect_urls: vec![redirect.clone()],
        ..HarnessOptions::default()
    })
    .await;
    let window = start_configured(&harness).await;

    window.click("Use my browser instead").await;
    let page = harness.opened_url().await;
    // All users of the computer can read the command line of the browser.
    assert!(page.starts_with(&redirect.replace("/callback", "/start/")) && !page.contains("state"), "{page}");

    // Requests for other paths on the port are rejected.
    let other = reqwest::get(redirect.replace("/callback", "/")).await.unwrap();
    assert_eq!(other.status(), 404);

    harness.sandbox().script_sign_in(SignInScript { via: Via::Redirects, ..SignInScript::default() });
    let end = reqwest::get(&page).await.unwrap();
    assert!(end.url().as_str().starts_with(&redirect));
    assert!(end.text().await.unwrap().contains("return to XPO Admin"));
    window.wait_for_dialog(IMPORT_SUCCESS).await;
    window.confirm_import().await;

    let users = harness.sandbox().users();
    window.wait_for_text(&format!("{0} of {0}", users[0].accounts)).await;
    assert!(reqwest::get(&redirect).await.is_err(), "the listener is closed");
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r5_a25_add_payment_opens_tiktoks_page_in_the_browser() {
    let harness = Harness::new().await;
    let (id, _) = harness.sandbox_accounts().await.remove(0);
    harness
        .post_to_sandbox(
            &format!("accounts/{id}"),
            json!({"name": "Paid by its owner", "owner_bc_id": "7000000000000000055"}),
        )
        .await;
    let window = start_configured(&harness).await;
    import_accounts(&window, &harness).await;
    window.fill("Search TikTok accounts", &id).await;
    window.wait_for_text("1 of ").await;
    window.click("Actions for Paid by its owner").await;
    window.click("Add Payment").await;
    assert_eq!(
        harness.opened_url().await,
        "https://business.tiktok.com/manage/payment/v2?org_id=7000000000000000055"
    );
    window.close().await;
}
