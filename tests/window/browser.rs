//! "Use my browser instead": the system's browser and a listener on the registered port.

use serde_json::json;
use tiktok_sandbox::{SignInScript, Via};

use crate::desk::{Desk, Furniture, free_port};
use crate::{IMPORTED, set_up};

#[tokio::test(flavor = "multi_thread")]
async fn the_systems_browser_brings_the_log_in_back() {
    let redirect = format!("http://localhost:{}/callback", free_port());
    let desk = Desk::with(Furniture { redirect_urls: vec![redirect.clone()], ..Furniture::default() }).await;
    let window = desk.start().await;
    set_up(&window, &desk).await;

    window.press("Use my browser instead").await;
    let page = desk.opened().await;
    assert!(page.starts_with(&desk.sandbox().sign_in_address()), "{page}");

    // Anything else that finds the port gets nowhere.
    let stranger = reqwest::get(redirect.replace("/callback", "/")).await.unwrap();
    assert_eq!(stranger.status(), 404);

    desk.sandbox().script_sign_in(SignInScript { via: Via::Redirects, ..SignInScript::default() });
    let end = reqwest::get(&page).await.unwrap();
    assert!(end.url().as_str().starts_with(&redirect));
    assert!(end.text().await.unwrap().contains("return to XPO Admin"));
    window.dialog(IMPORTED).await;
    window.press("Confirm").await;

    let users = desk.sandbox().users();
    window.shows(&format!("{0} of {0}", users[0].accounts)).await;
    assert!(reqwest::get(&redirect).await.is_err(), "the port is free again");
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r5_a25_add_payment_opens_tiktoks_page_in_the_browser() {
    let desk = Desk::new().await;
    let id = {
        let users = desk.sandbox().users();
        let url = format!("{}/sandbox/users/{}/accounts", desk.sandbox().address(), users[0].id);
        let listed: serde_json::Value = reqwest::get(url).await.unwrap().json().await.unwrap();
        listed["accounts"][0]["id"].as_str().unwrap().to_owned()
    };
    desk.control(
        &format!("accounts/{id}"),
        json!({"name": "Paid by its owner", "owner_bc_id": "7000000000000000055"}),
    )
    .await;
    let window = desk.start().await;
    set_up(&window, &desk).await;
    crate::import(&window, &desk).await;
    window.fill("Search TikTok accounts", &id).await;
    window.shows("1 of ").await;
    window.press("Actions of Paid by its owner").await;
    window.press("Add Payment").await;
    assert_eq!(
        desk.opened().await,
        "https://business.tiktok.com/manage/payment/v2?org_id=7000000000000000055"
    );
    window.close().await;
}
