//! Partners' names and files that cannot be.

use std::fs::{self, OpenOptions, Permissions};
use std::io::{Seek, SeekFrom, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use crate::create_partner;
use crate::harness::{Harness, Window, until};
use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn names_that_cannot_be_are_refused() {
    let harness = Harness::new().await;
    let window = harness.start().await;
    for (name, text) in [
        ("", "Type a name for the partner."),
        (&*"x".repeat(300), "Use a shorter name"),
        ("../x", "Leave out slashes"),
    ] {
        window.fill("Partner name", name).await;
        window.press("Create partner").await;
        window.shows(text).await;
    }
    assert!(!harness.data().join("partners").exists(), "nothing was made");

    create_partner(&window).await;
    window.press("Partner: Knorex Asia").await;
    window.press("Close partner").await;
    window.fill("Partner name", "KNOREX ASIA").await;
    window.press("Create partner").await;
    window.shows("There is already a partner named").await;
    window.press("Open Knorex Asia").await;
    window.press("TikTok Accounts").await;
    window.shows("TikTok is not set up yet").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_opened_says_why_and_stays_as_it_is() {
    let harness = Harness::new().await;
    let window = harness.start().await;
    create_partner(&window).await;
    window.close().await;
    let file = partner_file(&harness);

    let elsewhere = OpenOptions::new().write(true).open(format!("{}.lock", file.display())).unwrap();
    elsewhere.try_lock().unwrap();
    let window = harness.start().await;
    refused(&window, "This partner is open elsewhere").await;
    drop(elsewhere);
    window.press("Open Knorex Asia").await;
    window.press("TikTok Accounts").await;
    window.shows("TikTok is not set up yet").await;
    window.close().await;

    fs::set_permissions(&file, Permissions::from_mode(0o444)).unwrap();
    let window = harness.start().await;
    refused(&window, "This partner's file cannot be written to").await;
    window.close().await;
    fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();

    // The version of the file, in the header of every SQLite file.
    let mut newer = OpenOptions::new().write(true).open(&file).unwrap();
    newer.seek(SeekFrom::Start(60)).unwrap();
    newer.write_all(&999_u32.to_be_bytes()).unwrap();
    drop(newer);
    let before = fs::read(&file).unwrap();
    let window = harness.start().await;
    refused(&window, "This partner was used with a newer XPO Admin").await;
    window.close().await;
    assert_eq!(fs::read(&file).unwrap(), before);

    fs::write(&file, "shopping list").unwrap();
    let window = harness.start().await;
    refused(&window, "This file is not a partner").await;
    window.close().await;
    assert_eq!(fs::read(&file).unwrap(), b"shopping list");
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_the_window_closes_the_file_so_that_the_next_start_need_not_check_it() {
    let harness = Harness::new().await;
    let window = harness.start().await;
    create_partner(&window).await;
    let beside = |ending: &str| PathBuf::from(format!("{}{ending}", partner_file(&harness).display()));
    assert!(beside("-wal").exists(), "the log of an open file");
    window.close().await;
    assert!(!beside("-wal").exists(), "everything is in the file itself");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_put_back_gives_the_partner_as_it_was_and_what_was_there_can_be_put_back_too() {
    let world = World::new(&["Summer"]).await;
    let window = &world.window;
    window.press("Settings").await;
    window.press("Back up now").await;
    window.shows("Backed up.").await;
    world.allocate("Harbor Coffee", &["Bluebird Tea"]).await;
    window.press("TikTok Accounts").await;
    window.row(&["Harbor Coffee", "Bluebird Foods"]).await;

    restore_newest(window).await;
    window.press("TikTok Accounts").await;
    window.row(&["Harbor Coffee"]).await;
    window.no_row(&["Harbor Coffee", "Bluebird Foods"]).await;
    window.press("Change history").await;
    window.shows("1 of 1").await;

    // A book as before: it can be decided in, and the copy of what was there is the newest now.
    restore_newest(window).await;
    window.press("TikTok Accounts").await;
    window.row(&["Harbor Coffee", "Bluebird Foods"]).await;
    world.allocate("Pine Bikes", &["Bluebird Tea"]).await;
    window.row(&["Pine Bikes", "Bluebird Foods"]).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daily_backup_is_taken_soon_after_opening_and_settings_says_when_and_where() {
    let harness = Harness::new().await;
    let window = harness.start().await;
    create_partner(&window).await;
    window.press("Settings").await;
    window.shows("No backups yet").await;
    let folder = harness.data().join("backups");
    let backup = until("the daily backup", async || {
        let entries = fs::read_dir(&folder).ok()?;
        let mut complete = entries.map(|entry| entry.unwrap().path());
        complete.find(|path| path.extension().is_some_and(|extension| extension == "sqlite"))
    })
    .await;
    assert!(backup.file_name().unwrap().to_string_lossy().contains("-daily-"), "{}", backup.display());
    assert_eq!(backup.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    window.shows("Last backup: ").await;
    window.shows(&folder.to_string_lossy()).await;
    window.close().await;
    assert!(backup.exists());

    // Opening the partner again on the same day takes no other backup.
    let window = harness.start().await;
    window.press("Settings").await;
    window.shows("Last backup: ").await;
    window.close().await;
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
}

async fn restore_newest(window: &Window) {
    window.press("Settings").await;
    let newest = "(//button[starts-with(@aria-label, 'Restore the backup of ')])[1]";
    until("the question about a backup", async || {
        let find = async |path| window.page.find(fantoccini::Locator::XPath(path)).await.ok();
        find(newest).await?.click().await.ok();
        find("//*[@role='dialog']").await.map(drop)
    })
    .await;
    window.press("Restore").await;
    window.shows("The partner is as it was on ").await;
}

/// The start could not open the last partner, and says why.
async fn refused(window: &Window, title: &str) {
    window.shows(title).await;
    window.shows("Create partner").await;
}

fn partner_file(harness: &Harness) -> PathBuf {
    let entries = fs::read_dir(harness.data().join("partners")).unwrap().map(|entry| entry.unwrap().path());
    entries.into_iter().find(|path| path.extension().is_some_and(|ending| ending == "sqlite")).unwrap()
}
