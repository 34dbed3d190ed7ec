//! TikTok users: expired sign-ins, re-authorization and disconnecting.

use fantoccini::Locator;
use serde_json::json;
use tiktok_sandbox::{Action, SignInScript};

use crate::harness::{Harness, IMPORT_SUCCESS, wait_for};
use crate::{import_accounts, start_configured};

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_sign_in_is_noticed_at_the_next_start_and_renewed() {
    let harness = Harness::new().await;
    let window = start_configured(&harness).await;
    import_accounts(&window, &harness).await;
    window.close().await;

    let users = harness.sandbox().users();
    assert_eq!(harness.sandbox().revoke_user(&users[0].id), 1);
    let window = harness.start_app().await;
    // The navigation says so on every screen.
    wait_for("the mark", async || window.page.find(Locator::XPath(MARKED)).await.ok()).await;
    window.click("TikTok Accounts").await;
    window.wait_for_text("Needs re-authorization").await;
    // The first of the list that has no hostile name.
    let plain = |name: &String| name.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ');
    let names = harness.sandbox_accounts().await.into_iter().map(|(_, name)| name);
    let name = names.filter(plain).min().unwrap();
    window.choose_action(&name, "Sync Campaigns").await;
    window.click("Sync Campaigns").await;
    window.wait_for_text("Queued: sign in again to continue.").await;
    assert!(!window.text().await.contains("Success"));

    // Another user signs in: the accounts are imported, and the dialog says so.
    let renew = format!("Re-authorize {}", users[0].name);
    let other = SignInScript { user: Some(users[1].id.clone()), ..SignInScript::default() };
    harness.sandbox().script_sign_in(other);
    window.click(&renew).await;
    window.wait_for_dialog(IMPORT_SUCCESS).await;
    window.wait_for_text("Another TikTok user signed in").await;
    window.confirm_import().await;

    harness.script_sign_in(Action::Confirm);
    window.click(&renew).await;
    window.wait_for_dialog("Signed in again").await;
    window.click("Confirm").await;
    window.wait_until_gone("Needs re-authorization").await;
    wait_for("the mark to disappear", async || window.page.find(Locator::XPath(MARKED)).await.err()).await;
    window.click("Sync activity").await;
    window.wait_for_row(&["Campaigns", "Done"]).await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_sign_in_is_noticed_and_repaired_in_three_presses() {
    let harness = Harness::new().await;
    let window = start_configured(&harness).await;
    import_accounts(&window, &harness).await;
    let user = harness.sandbox().users()[0].clone();
    window.click("Overview").await;
    harness.sandbox().revoke_user(&user.id);
    // A sync of the schedule or of a colleague meets the revoked sign-in.
    let accounts: Vec<String> = harness.sandbox_accounts().await.into_iter().map(|(id, _)| id).collect();
    window.invoke("request_syncs", json!({ "kind": "campaigns", "accounts": accounts[..1] })).await;

    window.count_presses().await;
    wait_for("the mark", async || window.page.find(Locator::XPath(MARKED)).await.ok()).await;
    window.click("TikTok Accounts").await;
    harness.script_sign_in(Action::Confirm);
    window.click(&format!("Re-authorize {}", user.name)).await;
    window.wait_for_dialog("Signed in again").await;
    window.click("Confirm").await;
    wait_for("the mark to disappear", async || window.page.find(Locator::XPath(MARKED)).await.err()).await;
    window.assert_presses("m: notice a revoked sign-in and repair it", 3).await;
    // The sync that waited continues.
    window.click("Sync activity").await;
    window.wait_for_row(&["Campaigns", "Done"]).await;
    window.close().await;
}

/// The navigation's TikTok Accounts while a sign-in is needed.
const MARKED: &str = "//nav//button[@title='TikTok Accounts: 1 TikTok user has to sign in again']";

#[tokio::test(flavor = "multi_thread")]
async fn disconnecting_revokes_the_token_at_tiktok_and_keeps_the_accounts() {
    let harness = Harness::new().await;
    let window = start_configured(&harness).await;
    import_accounts(&window, &harness).await;
    let user = harness.sandbox().users()[0].clone();
    let disconnect = format!("Disconnect {}", user.name);

    // TikTok does not respond: nothing happens unless the admin insists.
    harness
        .post_to_sandbox(
            "faults",
            json!({"endpoint": "oauth2/revoke_token", "status": 504, "times": "forever"}),
        )
        .await;
    window.click(&disconnect).await;
    window.click("Disconnect").await;
    window.wait_for_text("TikTok is temporarily unavailable").await;
    window.click("Cancel").await;
    assert_eq!(harness.sandbox().tokens().len(), 1);
    harness.sandbox().clear_faults();

    window.click(&disconnect).await;
    window.click("Disconnect").await;
    window.wait_for_text("Disconnected").await;
    assert_eq!(harness.sandbox().tokens(), [], "revoked");
    window.wait_for_text(&format!("{0} of {0}", user.accounts)).await;
    window.close().await;
}
