//! Imports of ad accounts.

use serde_json::json;

use crate::harness::Harness;
use crate::{import_accounts, start_configured};
use tiktok_sandbox::Action;

#[tokio::test(flavor = "multi_thread")]
async fn r6_to_r10_accounts_are_imported_through_the_popup_and_stay_without_tiktok() {
    let mut harness = Harness::new().await;
    let window = start_configured(&harness).await;
    harness.script_sign_in(Action::Confirm);
    let user = harness.sandbox().users()[0].clone();

    window.import().await;
    window.wait_for_text(&format!("{} added", user.accounts)).await;
    window.confirm_import().await;

    let all_rows = format!("{0} of {0}", user.accounts);
    window.wait_for_text(&all_rows).await;
    for column in
        ["TikTok Ad Account ID", "Name", "TikTok Ad account allocated to Advertisers", "Status", "Action"]
    {
        window.wait_for_text(column).await;
    }
    window.wait_for_text(&user.name).await;
    window.close().await;

    harness.sandbox.take().unwrap().stop().await;
    let window = harness.start_app().await;
    window.click("TikTok Accounts").await;
    window.wait_for_text(&all_rows).await;
    window.wait_for_text(&user.name).await;
    window.click("Import TikTok Account").await;
    window.wait_for_text("Can't reach TikTok").await;
    window.click("Close").await;
    window.wait_for_text(&all_rows).await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a22_a_second_import_reports_gained_and_lost_accounts() {
    let harness = Harness::new().await;
    let window = start_configured(&harness).await;
    import_accounts(&window, &harness).await;

    let user = harness.sandbox().users()[0].clone();
    harness.post_to_sandbox(&format!("users/{}/accounts", user.id), json!({"gain": 3, "lose": 2})).await;
    harness.script_sign_in(Action::Confirm);
    window.import().await;
    window.wait_for_text("3 added").await;
    window.wait_for_text("2 no longer accessible").await;
    window.confirm_import().await;
    let all = user.accounts + 3;
    window.wait_for_text(&format!("{all} of {all}")).await;
    window.wait_for_text("No access").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_from_tiktok_are_shown_as_text() {
    let harness = Harness::new().await;
    let (id, _) = harness.sandbox_accounts().await.remove(0);
    let name = "<img src=x onerror=\"window.hacked=1\">Zz";
    harness.post_to_sandbox(&format!("accounts/{id}"), json!({"name": name})).await;

    let window = start_configured(&harness).await;
    import_accounts(&window, &harness).await;
    window.fill("Search TikTok accounts", "window.hacked").await;
    window.wait_for_text(name).await;
    window.wait_for_text("1 of ").await;
    assert!(window.run_script("return window.hacked ?? null").await.unwrap().is_null());
    window.close().await;
}
