//! Imports of ad accounts.

use serde_json::json;
use tiktok_sandbox::{Action, Sizes};

use crate::fixture::Fixture;
use crate::harness::{Harness, is_running, wait_for};
use crate::{import_accounts, start_configured};

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

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_runs_is_left_and_the_window_closed_only_after_a_question() {
    let fixture = Fixture::imported(Sizes::default()).await;
    let (window, screen) = (&fixture.window, fixture.harness.screen());
    let popup = "Sign in to TikTok";
    // The message of a sync leads elsewhere while the import runs.
    let leave = async |account: &str| {
        window.choose_action(account, "Sync Campaigns").await;
        window.click("Sync Campaigns").await;
        window.wait_for_message("Success: the campaigns of ").await;
        fixture.harness.script_sign_in(Action::Stay);
        window.click("Import TikTok Account").await;
        wait_for("the sign-in window", async || screen.has_window(popup).then_some(())).await;
        window.click("Sync activity").await;
        window.wait_for_text("Leave and cancel the import?").await;
    };

    leave("Northwind Shoes").await;
    window.click("Stay").await;
    window.wait_until_gone("Leave and cancel the import?").await;
    window.wait_for_dialog("Sign in to TikTok in the window that has opened").await;
    assert!(screen.has_window(popup), "the import was cancelled");
    window.click("Cancel").await;
    window.wait_for_message("Import cancelled. Nothing was changed.").await;

    leave("Harbor Coffee").await;
    window.click("Leave").await;
    window.wait_for_row(&["Campaigns", "Harbor Coffee"]).await;
    wait_for("the sign-in window to close", async || (!screen.has_window(popup)).then_some(())).await;
    window.wait_until_gone("Sign in to TikTok in the window that has opened").await;

    window.click("TikTok Accounts").await;
    window.wait_for_row(&["Harbor Coffee"]).await;
    fixture.harness.script_sign_in(Action::Stay);
    window.click("Import TikTok Account").await;
    wait_for("the sign-in window", async || screen.has_window(popup).then_some(())).await;
    screen.close_window("XPO Admin").unwrap();
    window.wait_for_text("Leave and cancel the import?").await;
    // The click may end the application before it is answered.
    wait_for("the application to end", async || {
        window.click_if_present("Leave").await;
        (!is_running(window.process)).then_some(())
    })
    .await;
}
