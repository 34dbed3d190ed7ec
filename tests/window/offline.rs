//! After a restart without a network, everything can be read, and syncs wait and say why.

use tiktok_sandbox::{Fault, ObjectKind, Sizes, Times};

use crate::fixture::Fixture;

#[tokio::test(flavor = "multi_thread")]
async fn r19_a15_a17_synced_data_is_shown_after_a_restart_without_tiktok_and_a_new_sync_waits() {
    let mut fixture = Fixture::imported(Sizes::each(4, 6, 8, 3)).await;
    let window = &fixture.window;
    // R19: one action syncs details, campaigns, ad groups and ads.
    let id = fixture.account_id("Northwind Shoes").to_owned();
    window.choose_action("Northwind Shoes", "Sync Account").await;
    window
        .wait_for_text(&format!(
            "Sync account Northwind Shoes ({id})? Its details, campaigns, ad groups and ads will be in XPO within 30 minutes."
        ))
        .await;
    let sandbox = fixture.harness.sandbox();
    let endpoint = "file/image/ad/info".into();
    sandbox.inject_fault(Fault { endpoint, times: Times::Forever, hang: true, ..Fault::default() });
    window.click("Sync Account").await;
    window.wait_for_text("Success: ").await;
    // It is synced before its pictures and videos are read.
    window.wait_for_row(&["Northwind Shoes", "Synced"]).await;
    window.click("Sync activity").await;
    window.wait_for_row(&["Account", "Northwind Shoes", "Syncing", "Only pictures and videos left"]).await;
    sandbox.clear_faults();
    window.wait_for_row(&["Account", "Northwind Shoes", "Done"]).await;
    window.click("TikTok Accounts").await;
    fixture.wait_for_syncs().await;
    fixture.add_on_tiktok("Northwind Shoes", ObjectKind::Campaign, &["Summer Sale"]);
    fixture.add_on_tiktok("Northwind Shoes", ObjectKind::Audience, &["Repeat buyers"]);
    fixture.sync("campaigns", "Northwind Shoes").await;
    fixture.sync("audiences", "Northwind Shoes").await;
    fixture.allocate("Northwind Shoes", &["Aurora Flights"]).await;

    let sandbox = fixture.harness.sandbox.take().unwrap();
    fixture.window.close().await;
    sandbox.stop().await;
    fixture.window = fixture.harness.start_app().await;
    let window = &fixture.window;

    window.wait_for_text("Knorex Asia").await;
    window.click("TikTok Accounts").await;
    window.wait_for_row(&["Northwind Shoes", "Aurora Flights", "Synced"]).await;
    window.click("Allocate Campaigns").await;
    window.select_option("TikTok Account", "Northwind").await;
    window.wait_for_row(&["Summer Sale"]).await;
    window.click("Allocate Audiences").await;
    window.wait_for_row(&["Repeat buyers"]).await;
    window.click("XPO Accounts").await;
    window.wait_for_row(&["Aurora Travel"]).await;
    window.choose_action("Aurora Travel", "Open").await;
    window.open_tab("TikTok ad accounts").await;
    window.wait_for_row(&["Northwind Shoes"]).await;
    window.click("Sync activity").await;
    window.wait_for_row(&["Account", "Northwind Shoes", "Done"]).await;
    window.click("Change history").await;
    window.wait_for_row(&["Allocated Northwind Shoes to "]).await;
    window.click("Settings").await;
    window.wait_for_text("Test connection").await;

    // An allocation needs no network.
    window.click("TikTok Accounts").await;
    window.choose_action("Harbor Coffee", "Allocate Account").await;
    window.toggle("Bluebird Foods").await;
    window.click("Save").await;
    window.wait_for_row(&["Harbor Coffee", "Bluebird Tea"]).await;
    // A sync waits for the network, and shows when it is due.
    window.choose_action("Harbor Coffee", "Sync Campaigns").await;
    window.wait_for_text("TikTok unreachable").await;
    window.click("Sync Campaigns").await;
    window.wait_for_text("Queued: TikTok can't be reached. Syncing starts when it can.").await;
    window.wait_for_row(&["Harbor Coffee", "Queued, due by", "waits for the network"]).await;
    window.click("Sync activity").await;
    window.wait_for_row(&["Harbor Coffee", "Queued, due by", "Waits for the network"]).await;
    fixture.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a15_a_day_offline_takes_nine_presses_and_the_next_day_syncs_what_waited() {
    let mut fixture = Fixture::imported(Sizes::each(4, 6, 8, 3)).await;
    fixture.sync("campaigns", "Northwind Shoes").await;
    fixture.window.click("Overview").await;
    fixture.harness.stop_sandbox().await;

    let window = &fixture.window;
    window.count_presses().await;
    window.click("TikTok Accounts").await;
    window.choose_action("Northwind Shoes", "Allocate Account").await;
    window.toggle("Bluebird Foods").await;
    window.wait_for_text("1 added").await;
    window.click("Save").await;
    window.wait_for_row(&["Northwind Shoes", "Bluebird Tea"]).await;
    window.choose_action("Northwind Shoes", "Sync Campaigns").await;
    window.wait_for_text("will be in XPO within 30 minutes").await;
    window.click("Sync Campaigns").await;
    window.wait_for_text("Queued: TikTok can't be reached. Syncing starts when it can.").await;
    window.wait_for_text("TikTok unreachable").await;
    window.assert_presses("n: allocate and sync while offline; back online, it continues by itself", 9).await;
    fixture.window.close().await;

    // The next day.
    fixture.harness.start_sandbox().await;
    fixture.window = fixture.harness.start_app().await;
    let window = &fixture.window;
    window.wait_for_text("Online").await;
    fixture.wait_for_syncs().await;
    window.click("Sync activity").await;
    window.wait_for_row(&["Campaigns", "Northwind Shoes", "Done"]).await;
    window.wait_until_no_row(&["Queued"]).await;
    window.click("TikTok Accounts").await;
    window.wait_for_row(&["Northwind Shoes", "Bluebird Tea", "Synced"]).await;
    fixture.close().await;
}
