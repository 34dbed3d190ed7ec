//! Whole stories in the real window: real keychain daemon, real files, TikTok's simulator over HTTP.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../harness/mod.rs"]
mod harness;

mod accounts;
mod allocation;
mod audiences;
mod bad_days;
mod browser;
mod campaigns;
mod crashes;
mod desktop;
mod directory;
mod files;
mod help;
mod history;
mod imports;
mod keyboard;
mod keychains;
mod moved;
mod offline;
mod practice;
mod remote_pages;
mod requests;
mod users;
mod world;

use harness::{Harness, Window};
use tiktok_sandbox::{Action, SignInScript};

/// What is said after an import.
const IMPORTED: &str = "Successfully added TikTok Accounts to Partner";

/// Create a partner and enter the TikTok app.
async fn set_up(window: &Window, harness: &Harness) {
    create_partner(window).await;
    enter_app(window, harness).await;
    save(window).await;
    window.press("TikTok Accounts").await;
}

async fn create_partner(window: &Window) {
    window.fill("Partner name", "Knorex Asia").await;
    window.press("Create partner").await;
    window.press("TikTok Accounts").await;
    window.shows("TikTok isn't set up yet").await;
}

/// Fill the form of the TikTok app in.
async fn enter_app(window: &Window, harness: &Harness) {
    let sandbox = harness.sandbox();
    window.press("Settings").await;
    window.fill("App ID", sandbox.app_id()).await;
    window.fill("Secret", sandbox.secret()).await;
    window.fill("Redirect URL", &sandbox.redirect_urls()[0]).await;
    window.fill("API address", &sandbox.api_address()).await;
    window.fill("Log-in address", &sandbox.sign_in_address()).await;
}

/// Save the settings, and wait until they are: the message of an earlier time may still be there.
async fn save(window: &Window) {
    window.press("Save").await;
    window.hides("Not saved yet").await;
    window.shows("Saved.").await;
}

/// Let the sandbox's first user log in and do `action`.
fn next(harness: &Harness, action: Action) {
    harness.sandbox().script_sign_in(SignInScript { action, ..SignInScript::default() });
}

/// Import what the sandbox's first user has.
async fn import(window: &Window, harness: &Harness) {
    next(harness, Action::Confirm);
    window.press("Import TikTok Account").await;
    window.dialog(IMPORTED).await;
    window.press("Confirm").await;
    window.hides(IMPORTED).await;
}
