//! Sync Audiences, Allocate Audiences and Exclude from XPO (article, D and F).

use tiktok_sandbox::{ObjectKind, Sizes};

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn r30_r39_to_r45_a13_a19_a20_audiences_are_synced_shared_taken_back_and_excluded() {
    let world = World::connected(Sizes::each(0, 0, 0, 0)).await;
    let window = &world.window;
    world.add("Northwind Shoes", ObjectKind::Audience, &["Repeat buyers", "Cart leavers"]);
    world.allocate("Northwind Shoes", &["Aurora Flights", "Aurora Hotels"]).await;

    window.menu("Northwind Shoes", "Sync Audiences").await;
    let id = world.account("Northwind Shoes");
    window
        .shows(&format!("Sync audiences of Northwind Shoes ({id})? They will be in XPO within 30 minutes."))
        .await;
    window.press("Sync Audiences").await;
    window.shows("Success: the audiences of Northwind Shoes will be in XPO by ").await;
    window.row(&["Northwind Shoes", "Synced"]).await;

    window.press("Allocate Audiences").await;
    window.pick("TikTok Account", "Northwind").await;
    window.pick("Advertiser", "Flights").await;
    for column in ["Audience ID", "Audience Name", "Type", "Allocated"] {
        window.shows(column).await;
    }
    window.tick("Repeat buyers").await;
    window.tick("Cart leavers").await;
    window.press("Save").await;
    window.shows("Success: 2 added for “Aurora Flights”.").await;
    window.row(&["Repeat buyers", "Aurora Flights"]).await;

    // A19: also another advertiser's; the tick is the chosen one's.
    window.pick("Advertiser", "Hotels").await;
    window.ticked("Repeat buyers", false).await;
    window.tick("Repeat buyers").await;
    window.press("Save").await;
    window.row(&["Repeat buyers", "Aurora Hotels", "also Aurora Flights"]).await;

    // R45: taken back from this advertiser only.
    window.tick("Repeat buyers").await;
    window.press("Save").await;
    window.shows("Success: 1 removed for “Aurora Hotels”.").await;
    window.no_row(&["Repeat buyers", "Aurora Hotels"]).await;

    // A20: excluded from everybody, also after the next sync.
    window.menu("Repeat buyers", "Exclude from XPO…").await;
    window.dialog("Exclude from XPO").await;
    window.press("Exclude from XPO").await;
    window.shows("Success: 1 audience excluded from XPO.").await;
    window.no_row(&["Repeat buyers"]).await;
    world.add("Northwind Shoes", ObjectKind::Audience, &["New visitors"]);
    world.sync("audiences", "Northwind Shoes").await;
    window.row(&["New visitors"]).await;
    window.no_row(&["Repeat buyers"]).await;
    window.press("Filter by Excluded").await;
    window.press("Excluded from XPO").await;
    window.key(fantoccini::key::Key::Escape).await;
    window.menu("Repeat buyers", "Include in XPO…").await;
    window.dialog("Include in XPO").await;
    window.press("Include in XPO").await;
    window.shows("Success: 1 audience included in XPO.").await;
    window.press("Clear filters").await;
    window.row(&["Repeat buyers", "–"]).await;

    // A13: they do not hold the ad account back; they go with it, and come back with it.
    window.press("TikTok Accounts").await;
    window.menu("Northwind Shoes", "Allocate Account").await;
    window.tick("Aurora Flights").await;
    window.shows("1 audience allocation of “Aurora Flights” goes too. Undo brings them back.").await;
    window.press("Save").await;
    window.row(&["Northwind Shoes", "Aurora Hotels"]).await;
    window.no_row(&["Northwind Shoes", "Aurora Flights"]).await;
    window.press("Undo").await;
    window.row(&["Northwind Shoes", "Aurora Flights"]).await;
    window.press("Allocate Audiences").await;
    window.pick("Advertiser", "Flights").await;
    window.ticked("Cart leavers", true).await;
    world.end().await;
}
