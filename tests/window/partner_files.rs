//! Partner names and files that are rejected, closing the file, and backups.

use std::fs::{self, OpenOptions, Permissions};
use std::io::{Seek, SeekFrom, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::fixture::Fixture;
use crate::harness::book::PARTNER;
use crate::harness::{Harness, RETURN, Window, wait_for};
use crate::{import_accounts, start_configured, start_with_partner};

#[tokio::test(flavor = "multi_thread")]
async fn invalid_partner_names_are_rejected() {
    let harness = Harness::new().await;
    let window = harness.start_app().await;
    for (name, text) in [
        ("", "Enter a name for the partner."),
        (&*"x".repeat(300), "Use at most 100 characters"),
        ("../x", "Remove slashes"),
    ] {
        window.fill("Partner name", name).await;
        window.click("Create partner").await;
        window.wait_for_text(text).await;
    }
    assert!(!harness.data_dir().join("partners").exists(), "nothing was created");

    window.create_partner(PARTNER).await;
    window.close_partner(PARTNER).await;
    window.fill("Partner name", "KNOREX ASIA").await;
    window.click("Create partner").await;
    window.wait_for_text("A partner named").await;
    window.click("Open Knorex Asia").await;
    window.click("TikTok Accounts").await;
    window.wait_for_text("TikTok isn't set up yet").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_opened_is_explained_and_left_unchanged() {
    let harness = Harness::new().await;
    let window = start_with_partner(&harness).await;
    window.close().await;
    let file = partner_file(&harness);

    let lock = OpenOptions::new().write(true).open(format!("{}.lock", file.display())).unwrap();
    lock.try_lock().unwrap();
    let window = harness.start_app().await;
    wait_for_refusal(&window, "This partner's file is in use").await;
    drop(lock);
    window.click("Open Knorex Asia").await;
    window.click("TikTok Accounts").await;
    window.wait_for_text("TikTok isn't set up yet").await;
    window.close().await;

    fs::set_permissions(&file, Permissions::from_mode(0o444)).unwrap();
    let window = harness.start_app().await;
    wait_for_refusal(&window, "This partner's file is read-only").await;
    window.close().await;
    fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();

    // `user_version`, the schema version, is at byte 60 of the SQLite header.
    let mut newer = OpenOptions::new().write(true).open(&file).unwrap();
    newer.seek(SeekFrom::Start(60)).unwrap();
    newer.write_all(&999_u32.to_be_bytes()).unwrap();
    drop(newer);
    let before = fs::read(&file).unwrap();
    let window = harness.start_app().await;
    wait_for_refusal(&window, "This partner needs a newer version of XPO Admin").await;
    window.close().await;
    assert_eq!(fs::read(&file).unwrap(), before);

    fs::write(&file, "shopping list").unwrap();
    let window = harness.start_app().await;
    wait_for_refusal(&window, "This file isn't a partner").await;
    window.close().await;
    assert_eq!(fs::read(&file).unwrap(), b"shopping list");
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_the_window_closes_the_file_so_that_the_next_start_does_not_check_it() {
    let harness = Harness::new().await;
    let window = start_with_partner(&harness).await;
    let with_suffix = |suffix: &str| PathBuf::from(format!("{}{suffix}", partner_file(&harness).display()));
    assert!(with_suffix("-wal").exists(), "an open file has a WAL");
    window.close().await;
    assert!(!with_suffix("-wal").exists(), "closing checkpoints and removes the WAL");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_restores_the_partner_in_three_presses_and_the_replaced_file_can_be_restored_too() {
    let fixture = Fixture::from_file(&["Summer"]).await;
    let window = &fixture.window;
    window.click("Settings").await;
    window.click("Back up now").await;
    window.wait_for_text("Backed up.").await;
    fixture.allocate("Harbor Coffee", &["Bluebird Tea"]).await;
    window.click("TikTok Accounts").await;
    window.wait_for_row(&["Harbor Coffee", "Bluebird Foods"]).await;

    window.count_presses().await;
    restore_newest(window, "1 change is not in this backup").await;
    window.assert_presses("i: go back to a backup", 3).await;
    window.click("TikTok Accounts").await;
    window.wait_for_row(&["Harbor Coffee"]).await;
    window.wait_until_no_row(&["Harbor Coffee", "Bluebird Foods"]).await;
    window.click("Change history").await;
    window.wait_for_text("1 of 1").await;

    // The restored book accepts changes, and the copy of the replaced one is now the newest backup.
    restore_newest(window, "The backup has every change in the history.").await;
    window.click("TikTok Accounts").await;
    window.wait_for_row(&["Harbor Coffee", "Bluebird Foods"]).await;
    fixture.allocate("Pine Bikes", &["Bluebird Tea"]).await;
    window.wait_for_row(&["Pine Bikes", "Bluebird Foods"]).await;
    fixture.close().await;
}

/// Allocates an ad account, backs the partner up, and closes the application.
async fn closed_after_a_backup() -> Harness {
    let fixture = Fixture::from_file(&["Summer"]).await;
    fixture.allocate("Harbor Coffee", &["Bluebird Tea"]).await;
    fixture.window.click("Settings").await;
    fixture.window.click("Back up now").await;
    fixture.window.wait_for_text("Backed up.").await;
    let Fixture { harness, window, .. } = fixture;
    window.close().await;
    harness
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_that_cannot_be_opened_is_restored_from_the_list_of_partners() {
    let harness = closed_after_a_backup().await;
    let file = partner_file(&harness);
    fs::write(&file, "shopping list").unwrap();

    let window = harness.start_app().await;
    wait_for_refusal(&window, "This file isn't a partner").await;
    window.wait_for_text("Restore a backup. The file that doesn't open is kept as a copy.").await;
    window.click_first("Restore the backup of ").await;
    window.click("Restore").await;
    window.click("TikTok Accounts").await;
    window.wait_for_row(&["Harbor Coffee", "Bluebird Foods"]).await;
    window.close().await;
    let folders =
        ["partners", "backups"].map(|folder| fs::read_dir(harness.data_dir().join(folder)).unwrap());
    let mut files = folders.into_iter().flatten().map(|entry| fs::read(entry.unwrap().path()).unwrap());
    assert!(files.any(|content| content == b"shopping list"), "the replaced file was not kept");

    // The next start opens the restored partner.
    let window = harness.start_app().await;
    window.click("TikTok Accounts").await;
    window.wait_for_row(&["Harbor Coffee", "Bluebird Foods"]).await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_without_the_file_of_the_last_partner_says_so_and_restores_a_backup() {
    let harness = closed_after_a_backup().await;
    fs::remove_file(partner_file(&harness)).unwrap();

    let window = harness.start_app().await;
    wait_for_refusal(&window, "This partner's file is missing").await;
    window.click_first("Restore the backup of ").await;
    window.wait_for_text("takes the place of the missing file").await;
    window.click("Cancel").await;
    window.wait_until_gone("takes the place of the missing file").await;
    assert_eq!(partner_files(&harness), NONE, "restored without an answer");

    window.click_first("Restore the backup of ").await;
    window.wait_for_text("takes the place of the missing file").await;
    window.click("Restore").await;
    window.click("TikTok Accounts").await;
    window.wait_for_row(&["Harbor Coffee", "Bluebird Foods"]).await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_of_another_computer_is_restored_from_a_backup_below_the_list_of_partners() {
    let harness = closed_after_a_backup().await;
    let [backup, other] = ["stick.sqlite", "other.sqlite"].map(|name| harness.home().join(name));
    fs::rename(
        fs::read_dir(harness.data_dir().join("backups")).unwrap().next().unwrap().unwrap().path(),
        &backup,
    )
    .unwrap();
    fs::remove_file(partner_file(&harness)).unwrap();
    fs::remove_file(harness.data_dir().join("last-partner")).unwrap();
    fs::write(&other, "shopping list").unwrap();

    let window = harness.start_app().await;
    window.wait_for_text("Create your first partner").await;
    restore_from(&harness, &window, &other).await;
    window.wait_for_text("This file isn't a partner").await;
    window.wait_for_text("Create your first partner").await;
    assert_eq!(partner_files(&harness), NONE);

    restore_from(&harness, &window, &backup).await;
    window.click("TikTok Accounts").await;
    window.wait_for_row(&["Harbor Coffee", "Bluebird Foods"]).await;
    window.close_partner(PARTNER).await;
    restore_from(&harness, &window, &backup).await;
    window.wait_for_text("This partner is already on this computer").await;
    assert_eq!(partner_files(&harness).len(), 1);
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_from_elsewhere_are_refused_in_their_rows_and_the_partner_beside_them_opens() {
    let harness = closed_after_a_backup().await;
    let partner = fs::read(partner_file(&harness)).unwrap();
    let folder = harness.data_dir().join("partners");
    let window = harness.start_app().await;
    window.click("TikTok Accounts").await;
    let files = [
        ("notes.sqlite", &b"shopping list"[..], "This file isn't a partner"),
        ("cut.sqlite", &partner[..partner.len() / 2], "This partner's file is damaged"),
        ("Copy of it.sqlite", &partner, "This file is a copy"),
    ];
    for (name, content, _) in files {
        fs::write(folder.join(name), content).unwrap();
    }
    window.close_partner(PARTNER).await;
    for (_, _, refusal) in files {
        window.wait_for_text(refusal).await;
    }
    window.click("Open Knorex Asia").await;
    window.click("TikTok Accounts").await;
    window.wait_for_row(&["Harbor Coffee", "Bluebird Foods"]).await;
    window.close().await;
    for (name, content, _) in files {
        assert_eq!(fs::read(folder.join(name)).unwrap(), content, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daily_backup_is_taken_soon_after_opening_and_settings_says_when_and_where() {
    let harness = Harness::new().await;
    let window = start_with_partner(&harness).await;
    window.click("Settings").await;
    let folder = harness.data_dir().join("backups");
    let backup = wait_for("the daily backup", async || {
        let mut paths = fs::read_dir(&folder).ok()?.map(|entry| entry.unwrap().path());
        paths.find(|path| path.extension().is_some_and(|extension| extension == "sqlite"))
    })
    .await;
    assert!(backup.file_name().unwrap().to_string_lossy().contains("-daily-"), "{}", backup.display());
    assert_eq!(backup.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    window.wait_for_text("Last backup: ").await;
    window.wait_for_text(&folder.to_string_lossy()).await;
    window.close().await;
    assert!(backup.exists());

    // Opening the partner again on the same day takes no other backup.
    let window = harness.start_app().await;
    window.click("Settings").await;
    window.wait_for_text("Last backup: ").await;
    window.close().await;
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_is_renamed_and_deleted_with_its_sign_ins_its_file_and_its_backups() {
    let harness = Harness::new().await;
    let window = start_configured(&harness).await;
    import_accounts(&window, &harness).await;
    window.click("Settings").await;
    window.click("Back up now").await;
    window.wait_for_text("Backed up.").await;
    window.fill("Partner name", "Knorex Europe").await;
    window.click("Rename").await;
    window.wait_for_text("Renamed.").await;
    wait_for("the new name", async || {
        let path = "//button[@aria-label='Partner: Knorex Europe']";
        window.page.find(fantoccini::Locator::XPath(path)).await.ok()
    })
    .await;
    assert_eq!(harness.sandbox().tokens().len(), 1);

    window.click("Settings").await;
    window.click("Delete partner…").await;
    let user = harness.sandbox().users()[0].name.clone();
    window.wait_for_text(&format!("the permission at TikTok of {user}")).await;
    window.fill("Type the partner's name to confirm", "Knorex Europe").await;
    window.click("Delete partner").await;
    window.wait_for_text("Create your first partner").await;
    assert_eq!(harness.sandbox().tokens(), [], "revoked at TikTok");
    let left: Vec<_> = ["partners", "backups"]
        .into_iter()
        .flat_map(|folder| fs::read_dir(harness.data_dir().join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    assert!(left.is_empty(), "{left:?}");
    window.close().await;
}

/// `lost` is what the dialog says about changes since the backup.
async fn restore_newest(window: &Window, lost: &str) {
    window.click("Settings").await;
    window.click_first("Restore the backup of ").await;
    window.wait_for_text(lost).await;
    window.click("Restore").await;
    window.wait_for_text("Restored the backup of ").await;
}

/// Waits until the start page explains why the last partner was not opened.
async fn wait_for_refusal(window: &Window, title: &str) {
    window.wait_for_text(title).await;
    window.wait_for_text("Create partner").await;
}

/// Chooses a file in the system's dialog that *Restore a backup…* opens.
async fn restore_from(harness: &Harness, window: &Window, backup: &Path) {
    window.click("Restore a backup…").await;
    harness.answer_dialog("Restore a backup", backup.to_str().unwrap(), RETURN).await;
}

const NONE: [PathBuf; 0] = [];

fn partner_files(harness: &Harness) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(harness.data_dir().join("partners")).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.extension().is_some_and(|extension| extension == "sqlite")).collect()
}

fn partner_file(harness: &Harness) -> PathBuf {
    partner_files(harness).remove(0)
}
