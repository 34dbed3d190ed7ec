//! Sync Audiences, Allocate Audiences and Exclude from XPO.

use fantoccini::key::Key;
use tiktok_sandbox::{ObjectKind, Sizes};

use crate::fixture::Fixture;

#[tokio::test(flavor = "multi_thread")]
async fn r30_r39_to_r45_a13_a19_a20_audiences_are_synced_shared_deallocated_and_excluded() {
    let fixture = Fixture::imported(Sizes::each(0, 0, 0, 0)).await;
    let window = &fixture.window;
    fixture.add_on_tiktok("Northwind Shoes", ObjectKind::Audience, &["Repeat buyers", "Cart leavers"]);
    fixture.allocate("Northwind Shoes", &["Aurora Flights", "Aurora Hotels"]).await;

    window.choose_action("Northwind Shoes", "Sync Audiences").await;
    let id = fixture.account_id("Northwind Shoes");
    window
        .wait_for_text(&format!(
            "Sync audiences of Northwind Shoes ({id})? They will be in XPO within 30 minutes."
        ))
        .await;
    window.click("Sync Audiences").await;
    window.wait_for_text("Success: the audiences of Northwind Shoes will be in XPO by ").await;
    window.wait_for_row(&["Northwind Shoes", "Synced"]).await;

    window.click("Allocate Audiences").await;
    window.select_option("TikTok Account", "Northwind").await;
    window.select_option("Advertiser", "Flights").await;
    for column in ["Audience ID", "Audience Name", "Type", "Allocated"] {
        window.wait_for_text(column).await;
    }
    window.toggle("Allocated: Repeat buyers").await;
    window.toggle("Allocated: Cart leavers").await;
    window.click("Save").await;
    window.wait_for_text("Success: allocated 2 audiences to Aurora Flights of Aurora Travel.").await;
    window.wait_for_row(&["Repeat buyers", "Aurora Flights"]).await;

    // A19: an audience may go to several advertisers. The checkbox shows the chosen one's allocation.
    window.select_option("Advertiser", "Hotels").await;
    window.wait_until_unchecked("Allocated: Repeat buyers").await;
    window.toggle("Allocated: Repeat buyers").await;
    window.click("Save").await;
    window.wait_for_row(&["Repeat buyers", "Aurora Hotels", "also Aurora Flights"]).await;

    // R45: deallocated from this advertiser only. Unticking is an edit until it is saved.
    window.toggle("Allocated: Repeat buyers").await;
    window.wait_for_text("1 to be deallocated").await;
    window.click("Save").await;
    window.wait_for_text("Success: deallocated Repeat buyers from Aurora Hotels of Aurora Travel.").await;
    window.wait_until_no_row(&["Repeat buyers", "Aurora Hotels"]).await;

    // A20: excluded from all advertisers, also after the next sync.
    window.choose_action("Repeat buyers", "Exclude from XPO…").await;
    window.wait_for_dialog("Exclude “Repeat buyers” from XPO?").await;
    window.click("Exclude from XPO").await;
    window.wait_for_text("excluded Repeat buyers from XPO.").await;
    window.wait_until_no_row(&["Repeat buyers"]).await;
    fixture.add_on_tiktok("Northwind Shoes", ObjectKind::Audience, &["New visitors"]);
    fixture.sync("audiences", "Northwind Shoes").await;
    window.wait_for_row(&["New visitors"]).await;
    window.wait_until_no_row(&["Repeat buyers"]).await;
    window.click("Filter by Excluded").await;
    window.click("Excluded from XPO").await;
    window.press_key(Key::Escape).await;
    window.choose_action("Repeat buyers", "Include in XPO…").await;
    window.wait_for_dialog("Include “Repeat buyers” in XPO?").await;
    window.click("Include in XPO").await;
    window.wait_for_text("Success: included Repeat buyers in XPO.").await;
    window.click("Clear filters").await;
    window.wait_for_row(&["Repeat buyers", "–"]).await;

    // A13: audience allocations do not block the ad account. They are removed with it, and undo restores both.
    window.click("TikTok Accounts").await;
    window.choose_action("Northwind Shoes", "Allocate Account").await;
    window.toggle("Aurora Flights").await;
    window
        .wait_for_text("1 audience allocation of “Aurora Flights” will also be removed. Undo restores it.")
        .await;
    window.click("Save").await;
    window.wait_for_row(&["Northwind Shoes", "Aurora Hotels"]).await;
    window.wait_until_no_row(&["Northwind Shoes", "Aurora Flights"]).await;
    window.click("Undo").await;
    window.wait_for_row(&["Northwind Shoes", "Aurora Flights"]).await;
    window.click("Allocate Audiences").await;
    window.select_option("Advertiser", "Flights").await;
    window.wait_until_checked("Allocated: Cart leavers").await;
    fixture.close().await;
}
