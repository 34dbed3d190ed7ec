//! Sync Campaigns and Allocate Campaigns (article, C and E).

use tiktok_sandbox::{Fault, ObjectKind, Sizes, Times};

use crate::harness::Window;
use crate::world::{World, campaign};

#[tokio::test(flavor = "multi_thread")]
async fn r26_to_r29_campaigns_are_synced_after_a_confirmation_and_not_twice_at_once() {
    let world = World::connected(Sizes::each(0, 0, 0, 0)).await;
    let window = &world.window;
    world.add("Northwind Shoes", ObjectKind::Campaign, &["Summer Sale", "Winter Boots"]);
    let hang =
        Fault { endpoint: "campaign/get".into(), hang: true, times: Times::Forever, ..Fault::default() };
    world.harness.sandbox().inject_fault(hang);

    window.menu("Northwind Shoes", "Sync Campaigns").await;
    window.dialog("Sync Campaigns").await;
    let id = world.account("Northwind Shoes");
    window
        .shows(&format!("Sync campaigns of Northwind Shoes ({id})? They will be in XPO within 30 minutes."))
        .await;
    window.press("Sync Campaigns").await;
    window.shows("Success: the campaigns of Northwind Shoes will be in XPO by ").await;
    window.row(&["Northwind Shoes", "Syncing", "due by"]).await;

    // The running job is named, and no second one asked for.
    window.menu("Northwind Shoes", "Sync Campaigns").await;
    window.dialog("Sync Campaigns").await;
    window.press("Sync Campaigns").await;
    window.shows("This sync is under way already").await;
    window.press("Close").await;
    world.harness.sandbox().clear_faults();
    window.row(&["Northwind Shoes", "Synced"]).await;

    window.press("Sync activity").await;
    window.row(&["Campaigns", "Northwind Shoes", "Done", "2 added"]).await;
    window.shows("1 of 1").await;
    window.press("Allocate Campaigns").await;
    window.pick("TikTok Account", "Northwind").await;
    window.row(&["Summer Sale"]).await;
    window.row(&["Winter Boots"]).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r31_to_r38_a2_to_a5_a11_campaigns_go_to_one_advertiser_and_come_back_until_initialized() {
    let world = World::new(&["Summer Sale", "Winter Boots", "Spring Launch"]).await;
    let window = &world.window;
    world.allocate("Northwind Shoes", &["Aurora Flights", "Bluebird Tea"]).await;

    window.press("Allocate Campaigns").await;
    pick(window).await;
    window.tab("Available").await;
    for column in ["Campaign ID", "Campaign Name", "Objective", "Status", "Budget", "Last synced"] {
        window.shows(column).await;
    }
    window.tick("Summer Sale").await;
    window.tick("Winter Boots").await;
    window.shows("2 added").await;
    window.press("Save").await;
    window.shows("Success: 2 added for “Aurora Flights”.").await;
    // R38: no longer offered.
    window.no_row(&["Summer Sale"]).await;
    window.row(&["Spring Launch"]).await;

    // R36: unticked under Allocated.
    window.tab("Allocated").await;
    window.ticked("Summer Sale", true).await;
    window.tick("Winter Boots").await;
    window.shows("1 removed").await;
    window.press("Save").await;
    window.shows("Success: 1 removed for “Aurora Flights”.").await;
    window.no_row(&["Winter Boots"]).await;
    window.tab("Available").await;
    window.row(&["Winter Boots"]).await;
    window.tick("Winter Boots").await;
    window.press("Save").await;
    window.no_row(&["Winter Boots"]).await;

    // A2: one way, with a confirmation; then locked, with the reason.
    window.tab("Allocated").await;
    window.menu("Summer Sale", "Initialize…").await;
    window.dialog("Initialize campaigns").await;
    window.ticked("Summer Sale", true).await;
    window.shows("1 campaign can never be deallocated again. This cannot be undone.").await;
    window.press("Initialize").await;
    window.shows("Success: 1 campaign of “Aurora Flights” initialized.").await;
    window.ticked("Summer Sale: Initialized: it can no longer be deallocated", true).await;

    // R37, A5: to another advertiser in one change; what is initialized is not offered.
    window.menu("Winter Boots", "Move to another advertiser…").await;
    window.dialog("Move campaigns to another advertiser").await;
    window.pick("To XPO account", "Bluebird").await;
    window.pick("To advertiser", "Bluebird Tea").await;
    window.press("Move").await;
    window.shows("Success: 1 campaign moved from “Aurora Flights” to “Bluebird Tea”.").await;
    window.no_row(&["Winter Boots"]).await;

    // R35: each shows in its XPO account.
    for (client, campaign, id) in
        [("Aurora Travel", "Summer Sale", &campaign(0)), ("Bluebird Foods", "Winter Boots", &campaign(1))]
    {
        window.press("XPO Accounts").await;
        window.menu(client, "Open").await;
        window.tab("Campaigns").await;
        window.row(&[campaign, id]).await;
        window.shows("1 of 1").await;
    }
    world.end().await;
}

/// R31–R33, A11: the TikTok ad account; of the XPO accounts only those that have it; of the advertisers only those.
async fn pick(window: &Window) {
    window.pick("TikTok Account", "Northwind").await;
    window.open_picker("XPO Account", "Lantern").await;
    window.shows("Nothing matches.").await;
    window.key(fantoccini::key::Key::Escape).await;
    window.pick("XPO Account", "Aurora").await;
    window.open_picker("Advertiser", "").await;
    window.greyed("Advertiser", "Aurora Hotels", "not allocated – allocate first").await;
    window.key(fantoccini::key::Key::Escape).await;
    window.pick("Advertiser", "Flights").await;
}
