//! Backups that fail, and files that are not backups of the partner.

use std::fs;
use std::path::PathBuf;

use crate::fixture::Fixture;
use crate::harness::book::{PARTNER, seed_book};
use crate::harness::{Harness, RETURN, Window};

/// Opens a partner with a file where the folder of backups has to be, which is returned.
async fn start_without_backup_folder(harness: &Harness) -> (Window, PathBuf) {
    seed_book(&harness.data_dir(), 0);
    let folder = harness.data_dir().join("backups");
    fs::write(&folder, "").unwrap();
    let window = harness.start_app().await;
    window.click(&format!("Open {PARTNER}")).await;
    (window, folder)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daily_backup_that_failed_is_shown_in_overview_until_a_backup_succeeds() {
    let harness = Harness::without_keychain().await;
    let (window, folder) = start_without_backup_folder(&harness).await;
    window.click("Overview").await;
    window.wait_for_text("The daily backup failed").await;
    window.wait_for_text("See Backup and restore in Settings.").await;
    window.click_containing("The daily backup failed").await;
    window.wait_for_text("Back up now").await;
    window.wait_for_text("Can't write to this folder").await;

    fs::remove_file(folder).unwrap();
    window.click("Back up now").await;
    window.wait_for_text("Backed up.").await;
    window.wait_until_gone("Can't write to this folder").await;
    window.click("Overview").await;
    window.wait_for_text("Needs attention").await;
    window.wait_until_gone("The daily backup failed").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_message_stays_when_a_mild_one_follows() {
    let harness = Harness::without_keychain().await;
    let (window, _) = start_without_backup_folder(&harness).await;
    window.click("Settings").await;
    window.click("Back up now").await;
    window.wait_for_message("Can't write to this folder").await;
    window.click("Save profile").await;
    window.wait_for_message("Saved.").await;
    window.wait_for_message("Can't write to this folder").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_backup_of_the_partner_is_not_restored_and_the_partner_stays_open() {
    let fixture = Fixture::from_file(&["Summer"]).await;
    let (window, harness) = (&fixture.window, &fixture.harness);
    let elsewhere = tempfile::tempdir().unwrap();
    seed_book(elsewhere.path(), 0);
    let other = fs::read_dir(elsewhere.path().join("partners")).unwrap().map(|entry| entry.unwrap().path());
    let other = other.into_iter().find(|path| path.extension().is_some_and(|end| end == "sqlite")).unwrap();
    let [text, cut] = ["text.sqlite", "cut.sqlite"].map(|name| harness.home().join(name));
    let content = fs::read(&other).unwrap();
    fs::write(&text, "shopping list").unwrap();
    fs::write(&cut, &content[..content.len() / 2]).unwrap();

    window.click("Settings").await;
    for (file, refusal) in [
        (&text, "This file isn't a partner"),
        (&cut, "This partner's file is damaged"),
        (&other, "This backup is from another partner"),
    ] {
        window.click("Restore from a file…").await;
        harness.answer_dialog("Restore a backup", file.to_str().unwrap(), RETURN).await;
        window.wait_for_text(refusal).await;
        window.wait_until_disabled("Restore").await;
        window.click("Cancel").await;
        window.wait_until_gone(refusal).await;
    }
    fixture.allocate("Harbor Coffee", &["Bluebird Tea"]).await;
    window.click("TikTok Accounts").await;
    window.wait_for_row(&["Harbor Coffee", "Bluebird Foods"]).await;
    fixture.close().await;
}
