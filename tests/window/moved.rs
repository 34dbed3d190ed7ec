//! A dialog is open while something else changes what it shows: it says so, and nothing is overwritten unseen.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use serde_json::json;
use tiktok_sandbox::{Change, ObjectKind, Sizes};

use crate::world::World;

const MOVED: &str = "Something was changed elsewhere meanwhile";

#[tokio::test(flavor = "multi_thread")]
async fn a_dialog_that_is_open_shows_what_others_and_the_sync_changed_meanwhile() {
    let world = World::connected(Sizes::each(0, 0, 0, 0)).await;
    let window = &world.window;
    let campaigns = world.add("Northwind Shoes", ObjectKind::Campaign, &["Summer Sale", "Winter Boots"]);
    world.sync("campaigns", "Northwind Shoes").await;
    world.allocate("Northwind Shoes", &["Aurora Flights", "Aurora Hotels"]).await;

    // Allocate Account: a blocker appears, and what others ticked is there.
    window.menu("Northwind Shoes", "Allocate Account").await;
    window.tick("Aurora Flights").await;
    window.shows("1 removed").await;
    window.pressable("Save", true).await;
    world.allocate_campaigns("Aurora Flights", &campaigns[..1]).await;
    window.shows(MOVED).await;
    window.shows("Campaign “Summer Sale” is allocated to “Aurora Flights”. Deallocate it first.").await;
    window.pressable("Save", false).await;
    world.allocate("Northwind Shoes", &["Bluebird Tea"]).await;
    window.tick("Ticked only").await;
    window.ticked("Bluebird Foods", true).await;
    window.ticked("Aurora Hotels", true).await;
    window.press("Cancel").await;
    window.press("Discard").await;

    // Allocate Campaigns: the sync finds that one is deleted on TikTok, another window takes it.
    window.press("Allocate Campaigns").await;
    window.pick("TikTok Account", "Northwind").await;
    window.pick("XPO Account", "Aurora").await;
    window.pick("Advertiser", "Hotels").await;
    window.tick("Winter Boots").await;
    window.shows("1 added").await;
    let deleted = Change::delete(ObjectKind::Campaign, &campaigns[1]);
    world.harness.sandbox().change(world.account("Northwind Shoes"), deleted).unwrap();
    world.sync("campaigns", "Northwind Shoes").await;
    window.shows(MOVED).await;
    window.shows("“Winter Boots” is deleted on TikTok.").await;
    world.allocate_campaigns("Bluebird Tea", &campaigns[1..]).await;
    window.shows("Campaign “Winter Boots” is allocated to “Bluebird Tea”.").await;
    window.pressable("Save", false).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fills_up_under_an_open_dialog_is_told_and_loses_nothing() {
    let world = World::new(&[]).await;
    let account = world.account("Northwind Shoes").to_owned();
    let World { harness, window, .. } = world;
    window.close().await;
    // The same partner on a disk of its own, small enough to be filled.
    let program = harness.home().join("on-a-small-disk");
    let data = harness.data();
    let script = format!(
        "#!/bin/sh\nexec unshare --user --mount --map-current-user --keep-caps sh -c '\
         cp -a \"$1\" \"$1.copy\" && mount -t tmpfs -o size=32m tmpfs \"$1\" && cp -a \"$1.copy/.\" \"$1\" && exec \"$2\"' sh '{}' '{}'\n",
        data.display(),
        env!("CARGO_BIN_EXE_xpo-admin"),
    );
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let window = harness.start_program(&program).await;
    window.press("TikTok Accounts").await;
    window.menu("Northwind Shoes", "Allocate Account").await;
    window.tick("Bluebird Foods").await;
    window.shows("1 added").await;

    let filler = Path::new(&format!("/proc/{}/root", window.process))
        .join(data.strip_prefix("/").unwrap())
        .join("filler");
    fill(&filler);
    window.press("Save").await;
    window.shows("The disk is full").await;
    window.press("Save").await;
    let query = json!({ "ids": [account] });
    let rows = window.command("account_rows", query).await;
    assert_eq!(rows[0]["holdings"], json!([]), "nothing was written");

    // The ticks are where they were: once there is room, Save saves them.
    fs::remove_file(&filler).unwrap();
    window.ticked("Bluebird Foods", true).await;
    window.press("Save").await;
    window.shows("Success: 1 added").await;
    window.row(&["Northwind Shoes", "Bluebird Tea"]).await;
    window.close().await;
}

/// Fill the disk up to the last byte.
fn fill(filler: &Path) {
    let mut file = File::create(filler).unwrap();
    for size in [65_536, 4_096, 1] {
        while file.write_all(&vec![1; size]).is_ok() {}
    }
}
