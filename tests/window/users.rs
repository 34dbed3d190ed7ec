//! TikTok users: a log-in that dies, re-authorization, disconnecting.

use serde_json::json;
use tiktok_sandbox::{Action, SignInScript};

use crate::desk::Desk;
use crate::{IMPORTED, import, next, set_up};

#[tokio::test(flavor = "multi_thread")]
async fn a_log_in_that_died_is_seen_at_the_next_start_and_renewed() {
    let desk = Desk::new().await;
    let window = desk.start().await;
    set_up(&window, &desk).await;
    import(&window, &desk).await;
    window.close().await;

    let users = desk.sandbox().users();
    assert_eq!(desk.sandbox().revoke_user(&users[0].id), 1);
    let window = desk.start().await;
    window.press("TikTok Accounts").await;
    window.shows("Needs re-authorization").await;

    // Somebody else logs in: imported all the same, and said.
    let renew = format!("Re-authorize {}", users[0].name);
    let other = SignInScript { user: Some(users[1].id.clone()), ..SignInScript::default() };
    desk.sandbox().script_sign_in(other);
    window.press(&renew).await;
    window.dialog(IMPORTED).await;
    window.shows("Another TikTok user logged in").await;
    window.press("Confirm").await;

    next(&desk, Action::Confirm);
    window.press(&renew).await;
    window.dialog(IMPORTED).await;
    window.press("Confirm").await;
    window.hides("Needs re-authorization").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn disconnecting_revokes_at_tiktok_and_keeps_the_accounts() {
    let desk = Desk::new().await;
    let window = desk.start().await;
    set_up(&window, &desk).await;
    import(&window, &desk).await;
    let user = desk.sandbox().users()[0].clone();
    let disconnect = format!("Disconnect {}", user.name);

    // TikTok does not answer: nothing happens unless the admin insists.
    desk.control("faults", json!({"endpoint": "oauth2/revoke_token", "status": 504, "times": "forever"}))
        .await;
    window.press(&disconnect).await;
    window.press("Disconnect").await;
    window.shows("TikTok is not available").await;
    window.press("Cancel").await;
    assert_eq!(desk.sandbox().tokens().len(), 1);
    desk.sandbox().clear_faults();

    window.press(&disconnect).await;
    window.press("Disconnect").await;
    window.shows("Disconnected").await;
    assert_eq!(desk.sandbox().tokens(), [], "revoked");
    window.shows(&format!("{0} of {0}", user.accounts)).await;
    window.close().await;
}
