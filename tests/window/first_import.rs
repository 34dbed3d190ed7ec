//! From nothing to imported ad accounts, and the list again when TikTok is gone.

use crate::desk::{Desk, Window};

/// Create a partner and enter the TikTok app.
pub async fn set_up(window: &Window, desk: &Desk) {
    window.fill("Partner name", "Knorex Asia").await;
    window.press("Create partner").await;
    window.shows("TikTok Accounts").await;
    window.press("Settings").await;
    let sandbox = desk.sandbox();
    window.fill("App ID", sandbox.app_id()).await;
    window.fill("Secret", sandbox.secret()).await;
    window.fill("API address", &sandbox.api_address()).await;
    window.fill("Log-in address", &sandbox.log_in_address()).await;
    window.press("Save").await;
    window.shows("Saved.").await;
    window.press("TikTok Accounts").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r6_to_r10_accounts_are_imported_by_popup_and_stay_without_tiktok() {
    let desk = Desk::new().await;
    let window = desk.start().await;
    set_up(&window, &desk).await;
    window.press("Import TikTok Account").await;
    window.dialog("Successfully added TikTok Accounts to Partner").await;
}
