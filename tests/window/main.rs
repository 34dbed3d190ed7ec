//! Complete stories in the real window, with a real keychain daemon, real files and the TikTok sandbox over HTTP.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../harness/mod.rs"]
mod harness;

mod accounts;
mod allocation;
mod allocation_files;
mod audiences;
mod backups;
mod browser;
mod bulk;
mod campaigns;
mod clients;
mod command_line;
mod concurrent_changes;
mod crashes;
mod desktop;
mod exports;
mod first_start;
mod fixture;
mod history;
mod import_failures;
mod imports;
mod keyboard;
mod offline;
mod partner_files;
mod practice;
mod proxies;
mod remote_pages;
mod requests;
mod screen_sizes;
mod screens;
mod secret_storage;
mod suggestions;
mod support_report;
mod theme;
mod tiktok_users;
mod xpo_accounts_csv;

use harness::book::PARTNER;
use harness::{Harness, Window};
use tiktok_sandbox::Action;

/// Starts the application and creates a partner.
async fn start_with_partner(harness: &Harness) -> Window {
    let window = harness.start_app().await;
    window.create_partner(PARTNER).await;
    window
}

/// Starts the application, creates a partner and saves the settings of the TikTok app. The window shows TikTok Accounts.
async fn start_configured(harness: &Harness) -> Window {
    let window = start_with_partner(harness).await;
    fill_app_settings(&window, harness).await;
    save_settings(&window).await;
    window.click("TikTok Accounts").await;
    window
}

/// Opens Settings and fills in the form of the TikTok app.
async fn fill_app_settings(window: &Window, harness: &Harness) {
    window.click("Settings").await;
    window.fill_app_settings(harness.sandbox(), harness.sandbox().secret()).await;
}

/// Saves the settings. A message from an earlier save may still be shown, so this also waits for the form.
async fn save_settings(window: &Window) {
    window.click("Save").await;
    window.wait_until_gone("Unsaved changes").await;
    window.wait_for_text("Saved.").await;
}

/// Imports the ad accounts of the sandbox's first user.
async fn import_accounts(window: &Window, harness: &Harness) {
    harness.script_sign_in(Action::Confirm);
    window.import().await;
    window.confirm_import().await;
}
