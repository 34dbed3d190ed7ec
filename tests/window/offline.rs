//! Without a network, after a restart: everything reads, and what needs TikTok waits and says so.

use tiktok_sandbox::{ObjectKind, Sizes};

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn r19_a15_a17_all_that_was_synced_reads_after_a_restart_without_tiktok_and_a_sync_waits() {
    let mut world = World::connected(Sizes::each(4, 6, 8, 3)).await;
    let window = &world.window;
    // R19: details, campaigns, ad groups and ads come with one action.
    let id = world.account("Northwind Shoes").to_owned();
    window.menu("Northwind Shoes", "Sync Account").await;
    window
        .shows(&format!(
            "Sync account Northwind Shoes ({id})? Its details, campaigns, ad groups and ads will be in XPO within 30 minutes."
        ))
        .await;
    window.press("Sync Account").await;
    window.shows("Success: ").await;
    world.syncs_end().await;
    world.add("Northwind Shoes", ObjectKind::Campaign, &["Summer Sale"]);
    world.add("Northwind Shoes", ObjectKind::Audience, &["Repeat buyers"]);
    world.sync("campaigns", "Northwind Shoes").await;
    world.sync("audiences", "Northwind Shoes").await;
    world.allocate("Northwind Shoes", &["Aurora Flights"]).await;

    let sandbox = world.harness.sandbox.take().unwrap();
    world.window.close().await;
    sandbox.stop().await;
    world.window = world.harness.start().await;
    let window = &world.window;

    window.shows("Knorex Asia").await;
    window.press("TikTok Accounts").await;
    window.row(&["Northwind Shoes", "Aurora Flights", "Synced"]).await;
    window.press("Allocate Campaigns").await;
    window.pick("TikTok Account", "Northwind").await;
    window.row(&["Summer Sale"]).await;
    window.press("Allocate Audiences").await;
    window.row(&["Repeat buyers"]).await;
    window.press("XPO Accounts").await;
    window.row(&["Aurora Travel"]).await;
    window.menu("Aurora Travel", "Open").await;
    window.tab("TikTok ad accounts").await;
    window.row(&["Northwind Shoes"]).await;
    window.press("Sync activity").await;
    window.row(&["Account", "Northwind Shoes", "Done"]).await;
    window.press("Change history").await;
    window.row(&["Account allocations", "Northwind Shoes"]).await;
    window.press("Settings").await;
    window.shows("Test connection").await;

    // A decision needs no network.
    window.press("TikTok Accounts").await;
    window.menu("Harbor Coffee", "Allocate Account").await;
    window.tick("Bluebird Foods").await;
    window.press("Save").await;
    window.row(&["Harbor Coffee", "Bluebird Tea"]).await;
    // A sync does: it waits, and says for what and until when.
    window.menu("Harbor Coffee", "Sync Campaigns").await;
    window.press("Sync Campaigns").await;
    window.row(&["Harbor Coffee", "Queued, waits for the network", "due by"]).await;
    window.press("Sync activity").await;
    window.row(&["Harbor Coffee", "Queued", "Waits for the network"]).await;
    world.end().await;
}
