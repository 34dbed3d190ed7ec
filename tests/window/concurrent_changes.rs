//! Changes by other windows, syncs or a full disk while a dialog is open.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use serde_json::json;
use tiktok_sandbox::{Change, ObjectKind, Sizes};

use crate::fixture::Fixture;

const CHANGED_ELSEWHERE: &str = "Changed elsewhere. Review before saving.";

#[tokio::test(flavor = "multi_thread")]
async fn an_open_dialog_shows_what_other_windows_and_the_sync_have_changed() {
    let fixture = Fixture::imported(Sizes::each(0, 0, 0, 0)).await;
    let window = &fixture.window;
    let campaigns =
        fixture.add_on_tiktok("Northwind Shoes", ObjectKind::Campaign, &["Summer Sale", "Winter Boots"]);
    fixture.sync("campaigns", "Northwind Shoes").await;
    fixture.allocate("Northwind Shoes", &["Aurora Flights", "Aurora Hotels"]).await;

    // Allocate Account: a new blocker and another window's allocation appear.
    window.choose_action("Northwind Shoes", "Allocate Account").await;
    window.toggle("Aurora Flights").await;
    window.wait_for_text("1 removed").await;
    window.wait_until_enabled("Save").await;
    fixture.allocate_campaigns("Aurora Flights", &campaigns[..1]).await;
    window.wait_for_text(CHANGED_ELSEWHERE).await;
    window
        .wait_for_text("Campaign “Summer Sale” is allocated to “Aurora Flights”. Deallocate it first.")
        .await;
    window.wait_until_disabled("Save").await;
    fixture.allocate("Northwind Shoes", &["Bluebird Tea"]).await;
    window.toggle("Selected only").await;
    window.wait_until_checked("Bluebird Foods").await;
    window.wait_until_checked("Aurora Hotels").await;
    window.click("Cancel").await;
    window.click("Discard").await;

    // Allocate Campaigns: the sync finds that a campaign is deleted on TikTok, then another window allocates it.
    window.click("Allocate Campaigns").await;
    window.select_option("TikTok Account", "Northwind").await;
    window.select_option("XPO Account", "Aurora").await;
    window.select_option("Advertiser", "Hotels").await;
    window.toggle("Winter Boots").await;
    window.wait_for_text("1 added").await;
    let deleted = Change::delete(ObjectKind::Campaign, &campaigns[1]);
    fixture.harness.sandbox().change(fixture.account_id("Northwind Shoes"), deleted).unwrap();
    fixture.sync("campaigns", "Northwind Shoes").await;
    window.wait_for_text(CHANGED_ELSEWHERE).await;
    window.wait_for_text("“Winter Boots” is deleted on TikTok.").await;
    fixture.allocate_campaigns("Bluebird Tea", &campaigns[1..]).await;
    window.wait_for_text("Campaign “Winter Boots” is allocated to “Bluebird Tea”.").await;
    window.wait_until_disabled("Save").await;
    fixture.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fills_up_under_an_open_dialog_is_reported_and_nothing_is_lost() {
    let fixture = Fixture::from_file(&[]).await;
    let account = fixture.account_id("Northwind Shoes").to_owned();
    let Fixture { harness, window, .. } = fixture;
    window.close().await;
    // Opens the same partner on a small file system of its own, so that it can be filled.
    let program = harness.home().join("on-a-small-disk");
    let data = harness.data_dir();
    let script = format!(
        "#!/bin/sh\nexec unshare --user --mount --map-current-user --keep-caps sh -c '\
         cp -a \"$1\" \"$1.copy\" && mount -t tmpfs -o size=32m tmpfs \"$1\" && cp -a \"$1.copy/.\" \"$1\" && exec \"$2\"' sh '{}' '{}'\n",
        data.display(),
        env!("CARGO_BIN_EXE_xpo-admin"),
    );
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let window = harness.start_program(&program).await;
    window.click("TikTok Accounts").await;
    window.choose_action("Northwind Shoes", "Allocate Account").await;
    window.toggle("Bluebird Foods").await;
    window.wait_for_text("1 added").await;

    let filler = Path::new(&format!("/proc/{}/root", window.process))
        .join(data.strip_prefix("/").unwrap())
        .join("filler");
    fill_disk(&filler);
    window.click("Save").await;
    window.wait_for_text("The disk is full").await;
    window.click("Save").await;
    let query = json!({ "ids": [account] });
    let rows = window.invoke("account_rows", query).await;
    assert_eq!(rows[0]["holdings"], json!([]), "nothing was written");

    // The selection is kept, so once there is space, Save succeeds.
    fs::remove_file(&filler).unwrap();
    window.wait_until_checked("Bluebird Foods").await;
    window.click("Save").await;
    window.wait_for_text("Success: allocated Northwind Shoes to Bluebird Tea of Bluebird Foods.").await;
    window.wait_for_row(&["Northwind Shoes", "Bluebird Tea"]).await;
    window.close().await;
}

/// Fills the disk to the last byte.
fn fill_disk(filler: &Path) {
    let mut file = File::create(filler).unwrap();
    for size in [65_536, 4_096, 1] {
        while file.write_all(&vec![1; size]).is_ok() {}
    }
}
