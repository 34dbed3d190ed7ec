//! From nothing to imported ad accounts, and the same list later.

use serde_json::json;

use crate::harness::Harness;
use crate::{IMPORTED, import, next, set_up};
use tiktok_sandbox::Action;

#[tokio::test(flavor = "multi_thread")]
async fn r6_to_r10_accounts_come_by_popup_and_stay_when_tiktok_is_gone() {
    let mut harness = Harness::new().await;
    let window = harness.start().await;
    set_up(&window, &harness).await;
    next(&harness, Action::Confirm);
    let user = harness.sandbox().users()[0].clone();

    window.press("Import TikTok Account").await;
    window.dialog(IMPORTED).await;
    window.shows(&format!("{} added", user.accounts)).await;
    window.press("Confirm").await;

    let counted = format!("{0} of {0}", user.accounts);
    window.shows(&counted).await;
    for column in
        ["TikTok Ad Account ID", "Name", "TikTok Ad account allocated to Advertisers", "Status", "Action"]
    {
        window.shows(column).await;
    }
    window.shows(&user.name).await;
    window.close().await;

    harness.sandbox.take().unwrap().stop().await;
    let window = harness.start().await;
    window.press("TikTok Accounts").await;
    window.shows(&counted).await;
    window.shows(&user.name).await;
    window.press("Import TikTok Account").await;
    window.shows("You're offline").await;
    window.press("Close").await;
    window.shows(&counted).await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a22_a_second_import_tells_what_was_gained_and_lost() {
    let harness = Harness::new().await;
    let window = harness.start().await;
    set_up(&window, &harness).await;
    import(&window, &harness).await;

    let user = harness.sandbox().users()[0].clone();
    harness.control(&format!("users/{}/accounts", user.id), json!({"gain": 3, "lose": 2})).await;
    next(&harness, Action::Confirm);
    window.press("Import TikTok Account").await;
    window.dialog(IMPORTED).await;
    window.shows("3 added").await;
    window.shows("2 no longer accessible").await;
    window.press("Confirm").await;
    let all = user.accounts + 3;
    window.shows(&format!("{all} of {all}")).await;
    window.shows("No access").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_from_tiktok_are_shown_as_text() {
    let harness = Harness::new().await;
    let account = harness.sandbox().users()[0].id.clone();
    let listed = reqwest::get(format!("{}/sandbox/users/{account}/accounts", harness.sandbox().address()));
    let listed: serde_json::Value = listed.await.unwrap().json().await.unwrap();
    let id = listed["accounts"][0]["id"].as_str().unwrap();
    let name = "<img src=x onerror=\"window.hacked=1\">Zz";
    harness.control(&format!("accounts/{id}"), json!({"name": name})).await;

    let window = harness.start().await;
    set_up(&window, &harness).await;
    import(&window, &harness).await;
    window.fill("Search TikTok accounts", "window.hacked").await;
    window.shows(name).await;
    window.shows("1 of ").await;
    assert!(window.run("return window.hacked ?? null").await.unwrap().is_null());
    window.close().await;
}
