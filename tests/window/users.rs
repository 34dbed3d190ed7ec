//! TikTok users: a log-in that dies, re-authorization, disconnecting.

use serde_json::json;
use tiktok_sandbox::{Action, SignInScript};

use crate::harness::Harness;
use crate::{IMPORTED, import, next, set_up};

#[tokio::test(flavor = "multi_thread")]
async fn a_log_in_that_died_is_seen_at_the_next_start_and_renewed() {
    let harness = Harness::new().await;
    let window = harness.start().await;
    set_up(&window, &harness).await;
    import(&window, &harness).await;
    window.close().await;

    let users = harness.sandbox().users();
    assert_eq!(harness.sandbox().revoke_user(&users[0].id), 1);
    let window = harness.start().await;
    window.press("TikTok Accounts").await;
    window.shows("Needs re-authorization").await;

    // Somebody else logs in: imported all the same, and said.
    let renew = format!("Re-authorize {}", users[0].name);
    let other = SignInScript { user: Some(users[1].id.clone()), ..SignInScript::default() };
    harness.sandbox().script_sign_in(other);
    window.press(&renew).await;
    window.dialog(IMPORTED).await;
    window.shows("Another TikTok user logged in").await;
    window.press("Confirm").await;

    next(&harness, Action::Confirm);
    window.press(&renew).await;
    window.dialog(IMPORTED).await;
    window.press("Confirm").await;
    window.hides("Needs re-authorization").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn disconnecting_revokes_at_tiktok_and_keeps_the_accounts() {
    let harness = Harness::new().await;
    let window = harness.start().await;
    set_up(&window, &harness).await;
    import(&window, &harness).await;
    let user = harness.sandbox().users()[0].clone();
    let disconnect = format!("Disconnect {}", user.name);

    // TikTok does not answer: nothing happens unless the admin insists.
    harness
        .control("faults", json!({"endpoint": "oauth2/revoke_token", "status": 504, "times": "forever"}))
        .await;
    window.press(&disconnect).await;
    window.press("Disconnect").await;
    window.shows("TikTok is temporarily unavailable").await;
    window.press("Cancel").await;
    assert_eq!(harness.sandbox().tokens().len(), 1);
    harness.sandbox().clear_faults();

    window.press(&disconnect).await;
    window.press("Disconnect").await;
    window.shows("Disconnected").await;
    assert_eq!(harness.sandbox().tokens(), [], "revoked");
    window.shows(&format!("{0} of {0}", user.accounts)).await;
    window.close().await;
}
