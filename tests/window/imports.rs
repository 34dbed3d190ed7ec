//! From nothing to imported ad accounts, and the same list later.

use serde_json::json;

use crate::desk::Desk;
use crate::{IMPORTED, import, next, set_up};
use tiktok_sandbox::Action;

#[tokio::test(flavor = "multi_thread")]
async fn r6_to_r10_accounts_come_by_popup_and_stay_when_tiktok_is_gone() {
    let mut desk = Desk::new().await;
    let window = desk.start().await;
    set_up(&window, &desk).await;
    next(&desk, Action::Confirm);
    let user = desk.sandbox().users()[0].clone();

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

    desk.sandbox.take().unwrap().stop().await;
    let window = desk.start().await;
    window.press("TikTok Accounts").await;
    window.shows(&counted).await;
    window.shows(&user.name).await;
    window.press("Import TikTok Account").await;
    window.shows("You are offline").await;
    window.press("Close").await;
    window.shows(&counted).await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a22_a_second_import_tells_what_was_gained_and_lost() {
    let desk = Desk::new().await;
    let window = desk.start().await;
    set_up(&window, &desk).await;
    import(&window, &desk).await;

    let user = desk.sandbox().users()[0].clone();
    desk.control(&format!("users/{}/accounts", user.id), json!({"gain": 3, "lose": 2})).await;
    next(&desk, Action::Confirm);
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
    let desk = Desk::new().await;
    let account = desk.sandbox().users()[0].id.clone();
    let listed = reqwest::get(format!("{}/sandbox/users/{account}/accounts", desk.sandbox().address()));
    let listed: serde_json::Value = listed.await.unwrap().json().await.unwrap();
    let id = listed["accounts"][0]["id"].as_str().unwrap();
    let name = "<img src=x onerror=\"window.hacked=1\">Zz";
    desk.control(&format!("accounts/{id}"), json!({"name": name})).await;

    let window = desk.start().await;
    set_up(&window, &desk).await;
    import(&window, &desk).await;
    window.fill("Search TikTok accounts", "window.hacked").await;
    window.shows(name).await;
    window.shows("1 of ").await;
    assert!(window.run("return window.hacked ?? null").await.unwrap().is_null());
    window.close().await;
}
