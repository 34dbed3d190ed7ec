//! Sync Campaigns and Allocate Campaigns.

use fantoccini::key::Key;
use tiktok_sandbox::{Fault, ObjectKind, Sizes, Times};

use crate::fixture::{Fixture, campaign_id};
use crate::harness::{RETURN, Window};

#[tokio::test(flavor = "multi_thread")]
async fn r26_to_r29_campaigns_are_synced_after_a_confirmation_by_one_job_at_a_time() {
    let fixture = Fixture::imported(Sizes::each(0, 0, 0, 0)).await;
    let window = &fixture.window;
    fixture.add_on_tiktok("Northwind Shoes", ObjectKind::Campaign, &["Summer Sale", "Winter Boots"]);
    let hang =
        Fault { endpoint: "campaign/get".into(), hang: true, times: Times::Forever, ..Fault::default() };
    fixture.harness.sandbox().inject_fault(hang);

    window.choose_action("Northwind Shoes", "Sync Campaigns").await;
    window.wait_for_dialog("Sync Campaigns").await;
    let id = fixture.account_id("Northwind Shoes");
    window
        .wait_for_text(&format!(
            "Sync campaigns of Northwind Shoes ({id})? They will be in XPO within 30 minutes."
        ))
        .await;
    window.click("Sync Campaigns").await;
    window.wait_for_text("Success: the campaigns of Northwind Shoes will be in XPO by ").await;
    window.wait_for_row(&["Northwind Shoes", "Syncing", "due by"]).await;

    // The running job is named, and no second one is started.
    window.choose_action("Northwind Shoes", "Sync Campaigns").await;
    window.wait_for_dialog("Sync Campaigns").await;
    window.click("Sync Campaigns").await;
    window.wait_for_text("This sync is already running").await;
    window.click("Close").await;
    fixture.harness.sandbox().clear_faults();
    window.wait_for_row(&["Northwind Shoes", "Synced"]).await;

    window.click("Sync activity").await;
    window.wait_for_row(&["Campaigns", "Northwind Shoes", "Done", "2 added"]).await;
    window.wait_for_text("1 of 1").await;
    window.click("Allocate Campaigns").await;
    window.select_option("TikTok Account", "Northwind").await;
    window.wait_for_row(&["Summer Sale"]).await;
    window.wait_for_row(&["Winter Boots"]).await;
    fixture.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r31_to_r38_a2_to_a5_a11_a_campaign_has_one_advertiser_and_is_deallocated_only_until_initialized() {
    let fixture = Fixture::from_file(&["Summer Sale", "Winter Boots", "Spring Launch"]).await;
    let window = &fixture.window;
    fixture.allocate("Northwind Shoes", &["Aurora Flights", "Bluebird Tea"]).await;

    window.click("Allocate Campaigns").await;
    choose_advertiser(window).await;
    window.open_tab("Available").await;
    for column in ["Campaign ID", "Campaign Name", "Objective", "Status", "Budget", "Last synced"] {
        window.wait_for_text(column).await;
    }
    window.toggle("Summer Sale").await;
    window.toggle("Winter Boots").await;
    window.wait_for_text("2 added").await;
    window.click("Save").await;
    window.wait_for_text("Success: allocated 2 campaigns to Aurora Flights of Aurora Travel.").await;
    // R38: an allocated campaign is no longer offered.
    window.wait_until_no_row(&["Summer Sale"]).await;
    window.wait_for_row(&["Spring Launch"]).await;

    // R36: unticking under Allocated deallocates on Save. Selecting a row is not an edit.
    window.open_tab("Allocated").await;
    window.wait_until_checked("Allocated: Summer Sale").await;
    window.toggle("Summer Sale").await;
    window.wait_for_text("1 selected").await;
    window.toggle("Allocated: Winter Boots").await;
    window.wait_for_text("1 to be deallocated").await;
    window.wait_for_text("1 removed").await;
    window.click("Save").await;
    window.wait_for_text("Success: deallocated Winter Boots from Aurora Flights of Aurora Travel.").await;
    window.wait_until_no_row(&["Winter Boots"]).await;
    window.open_tab("Available").await;
    window.wait_for_row(&["Winter Boots"]).await;
    window.toggle("Winter Boots").await;
    window.click("Save").await;
    window.wait_until_no_row(&["Winter Boots"]).await;

    // A2: Initialize asks for confirmation, cannot be undone, and locks the campaign with the reason.
    window.open_tab("Allocated").await;
    window.choose_action("Summer Sale", "Initialize…").await;
    window.wait_for_dialog("Initialize “Summer Sale”?").await;
    window.wait_for_text("1 campaign can never be deallocated again. This cannot be undone.").await;
    window.click("Initialize").await;
    window.wait_for_text("Success: initialized Summer Sale.").await;
    window.wait_until_checked("Allocated: Summer Sale: Initialized: it can no longer be deallocated").await;

    // R37, A5: a move to another advertiser is one change.
    window.choose_action("Winter Boots", "Move to another advertiser…").await;
    window.wait_for_dialog("Move “Winter Boots” to another advertiser").await;
    window.select_option("To advertiser", "Bluebird Tea").await;
    window.click("Move").await;
    let moved = "Winter Boots from Aurora Flights of Aurora Travel to Bluebird Tea of Bluebird Foods";
    window.wait_for_text(&format!("Success: moved {moved}.")).await;
    window.wait_until_no_row(&["Winter Boots"]).await;

    // R35: each XPO account shows its campaign.
    for (client, campaign, id) in [
        ("Aurora Travel", "Summer Sale", &campaign_id(0)),
        ("Bluebird Foods", "Winter Boots", &campaign_id(1)),
    ] {
        window.click("XPO Accounts").await;
        window.choose_action(client, "Open").await;
        window.open_tab("Campaigns").await;
        window.wait_for_row(&[campaign, id]).await;
        window.wait_for_text("1 of 1").await;
    }
    fixture.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ticked_campaigns_are_exported_without_the_others() {
    let fixture = Fixture::from_file(&["Summer Sale", "Winter Boots", "Spring Launch"]).await;
    let (window, harness) = (&fixture.window, &fixture.harness);
    fixture.allocate("Northwind Shoes", &["Aurora Flights", "Bluebird Tea"]).await;
    window.click("Allocate Campaigns").await;
    choose_advertiser(window).await;
    window.open_tab("Available").await;
    window.toggle("Summer Sale").await;
    window.toggle("Winter Boots").await;
    window.wait_for_text("2 added").await;
    window.click("Save").await;
    window.open_tab("Allocated").await;
    window.toggle("Winter Boots").await;
    window.wait_for_text("1 selected").await;
    window.click("Export").await;
    window.click("CSV…").await;
    let path = harness.home().join("ticked.csv");
    harness.answer_file_dialog(path.to_str().unwrap(), RETURN).await;
    window.wait_for_text(&format!("Exported to {}", path.display())).await;
    let csv = std::fs::read_to_string(path).unwrap();
    assert!(csv.contains("Winter Boots") && !csv.contains("Summer Sale"), "{csv}");
    fixture.close().await;
}

/// R31–R33, A11: the pickers offer only XPO accounts and advertisers that have an allocation of the TikTok ad account.
async fn choose_advertiser(window: &Window) {
    window.select_option("TikTok Account", "Northwind").await;
    window.open_picker("XPO Account", "Lantern").await;
    window.wait_for_text("Nothing matches.").await;
    window.press_key(Key::Escape).await;
    window.select_option("XPO Account", "Aurora").await;
    window.open_picker("Advertiser", "").await;
    window.wait_for_disabled_option("Advertiser", "Aurora Hotels", "not allocated – allocate first").await;
    window.press_key(Key::Escape).await;
    window.select_option("Advertiser", "Flights").await;
}
