//! Allocate Account, Manage Default TikTok Accounts and Set as Default.

use serde_json::json;

use crate::fixture::{Fixture, advertiser_id, campaign_id};
use crate::harness::Window;

#[tokio::test(flavor = "multi_thread")]
async fn r3_r11_to_r18_a9_a10_accounts_are_allocated_to_advertisers_and_the_first_becomes_the_default() {
    let fixture = Fixture::from_file(&["Summer Sale"]).await;
    let window = &fixture.window;

    window.click("Allocate Account").await;
    window.wait_for_dialog("Allocate Account").await;
    window.select_option("TikTok ad account", "Northwind").await;
    // A10: selecting an XPO account selects all of its advertisers.
    window.toggle("Bluebird Foods").await;
    window.click("Expand Bluebird Foods").await;
    window.wait_until_checked("Bluebird Tea").await;
    window.toggle("Aurora Travel").await;
    window.click("Expand Aurora Travel").await;
    window.wait_until_checked("Aurora Flights").await;
    window.wait_until_checked("Aurora Hotels").await;
    // R14, A9: one control sets the payment mode of all XPO accounts, and each may override it.
    window.choose_radio("Knorex").await;
    window.select_by_label("Payment mode of Bluebird Foods", "Self").await;
    window.wait_for_text("will have both payment modes, Self and Knorex").await;
    window.wait_for_text("3 added").await;
    window.click("Save").await;
    window.wait_for_text("Success: allocated Northwind Shoes to 3 advertisers of 2 XPO accounts.").await;
    window
        .wait_for_row(&[
            "Northwind Shoes",
            "Aurora Travel",
            "default",
            "Knorex",
            "Aurora Flights, Aurora Hotels",
        ])
        .await;
    window.wait_for_row(&["Northwind Shoes", "Bluebird Foods", "Self"]).await;

    // R16: the dialog opens with the current allocations selected.
    window.choose_action("Northwind Shoes", "Allocate Account").await;
    window.wait_for_dialog("Allocate Account").await;
    window.wait_until_checked("Bluebird Tea").await;
    window.wait_until_checked("Aurora Hotels").await;
    window.wait_for_text("Default account").await;
    window.click("Cancel").await;

    // R17: a second ad account for the same advertiser. The first stays the default.
    window.choose_action("Harbor Coffee", "Allocate Account").await;
    window.click("Expand Aurora Travel").await;
    window.toggle("Aurora Flights").await;
    window.wait_for_text("1 added").await;
    window.click("Save").await;
    window.wait_for_text("Success: allocated Harbor Coffee to Aurora Flights of Aurora Travel.").await;
    window.wait_for_row(&["Harbor Coffee", "Aurora Travel", "Aurora Flights"]).await;
    window.wait_until_no_row(&["Harbor Coffee", "default"]).await;

    window.click("Undo").await;
    window.wait_for_text("Undid: ").await;
    window.wait_for_row(&["Harbor Coffee", "Not allocated"]).await;
    window.click("Redo").await;
    window.wait_for_row(&["Harbor Coffee", "Aurora Flights"]).await;
    fixture.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r20_r21_r25_a12_a14_all_blockers_are_named_and_the_other_changes_can_be_saved() {
    let fixture = Fixture::from_file(&["Summer Sale"]).await;
    let window = &fixture.window;
    let sale = [campaign_id(0)];
    fixture.allocate("Northwind Shoes", &["Aurora Flights", "Aurora Hotels", "Bluebird Tea"]).await;
    fixture.allocate_campaigns("Aurora Flights", &sale).await;
    let goal = uuid::Uuid::now_v7().to_string();
    fixture
        .commit(json!({ "action": "add_goals", "goals": [{
            "id": goal, "kind": "conversion_goal", "name": "Booked a room",
            "advertiser": advertiser_id("Aurora Hotels"), "adAccount": fixture.account_id("Northwind Shoes"),
        }] }))
        .await;

    // Both kinds of blockers are named before Save.
    window.choose_action("Northwind Shoes", "Allocate Account").await;
    window.toggle("Aurora Flights").await;
    window.toggle("Aurora Hotels").await;
    window.toggle("Bluebird Tea").await;
    window.wait_for_text("Fix these 2 first:").await;
    window
        .wait_for_text("Campaign “Summer Sale” is allocated to “Aurora Flights”. Deallocate it first.")
        .await;
    window
        .wait_for_text("“Booked a room” was created in XPO with this TikTok ad account for “Aurora Hotels”.")
        .await;
    window.wait_until_disabled("Save").await;

    // A14: nothing is written until the admin chooses to save the other changes.
    window.wait_for_row(&["Aurora Flights", "Summer Sale"]).await;
    window.click("Save the other changes").await;
    window.wait_for_text("Manage Default TikTok Accounts").await;
    window.toggle("Leave Bluebird Foods without a TikTok account").await;
    window.click("Save").await;
    window.wait_for_text("Success: ").await;
    window.wait_for_row(&["Northwind Shoes", "Aurora Flights, Aurora Hotels"]).await;
    window.wait_until_no_row(&["Northwind Shoes", "Bluebird Foods"]).await;

    // The link of a blocker leads to the campaign, where it can be deallocated.
    window.choose_action("Northwind Shoes", "Allocate Account").await;
    window.toggle("Aurora Flights").await;
    window.click(&format!("Show campaign {}", sale[0])).await;
    window.click("Discard").await;
    window.wait_for_row(&[&sale[0], "Summer Sale"]).await;
    window.toggle("Allocated: Summer Sale").await;
    window.click("Save").await;
    window.wait_for_text("Success: deallocated Summer Sale from Aurora Flights of Aurora Travel.").await;

    window.click("TikTok Accounts").await;
    window.choose_action("Northwind Shoes", "Allocate Account").await;
    window.toggle("Aurora Flights").await;
    window.wait_for_text("1 removed").await;
    window.click("Save").await;
    window.wait_for_row(&["Northwind Shoes", "Aurora Hotels"]).await;
    window.wait_until_no_row(&["Northwind Shoes", "Aurora Flights"]).await;
    fixture.close().await;
}

/// Deselects an XPO account that has the ad account for one of its two advertisers: the first press selects the other.
async fn deselect_aurora_travel(window: &Window) {
    window.toggle("Aurora Travel").await;
    window.wait_until_checked("Aurora Travel").await;
    window.toggle("Aurora Travel").await;
    window.wait_until_unchecked("Aurora Flights").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r4_r22_to_r24_a6_to_a8_a24_a_default_is_replaced_before_it_is_deallocated() {
    let fixture = Fixture::from_file(&["Summer Sale"]).await;
    let window = &fixture.window;
    let replacement = "Manage Default TikTok Accounts";
    fixture.allocate("Northwind Shoes", &["Aurora Flights", "Bluebird Tea"]).await;
    fixture.allocate("Harbor Coffee", &["Aurora Flights", "Aurora Hotels"]).await;

    // A7: one dialog with a row for each XPO account.
    window.choose_action("Northwind Shoes", "Allocate Account").await;
    deselect_aurora_travel(window).await;
    window.toggle("Bluebird Foods").await;
    window.click("Save").await;
    window.wait_for_dialog(replacement).await;
    window.wait_for_text("2 left to choose").await;
    window.wait_until_disabled("Save").await;
    window.click("Cancel").await;
    window.wait_until_gone(replacement).await;
    window.click("Cancel").await;
    window.click("Discard").await;
    window.wait_for_row(&["Northwind Shoes", "Aurora Travel", "default", "Bluebird Foods"]).await;

    window.choose_action("Northwind Shoes", "Allocate Account").await;
    deselect_aurora_travel(window).await;
    window.click("Save").await;
    window.wait_for_dialog(replacement).await;
    window
        .select_by_label("New default", &format!("Harbor Coffee ({})", fixture.account_id("Harbor Coffee")))
        .await;
    window.click("Save").await;
    window.wait_for_text("Success: ").await;
    window.wait_for_row(&["Harbor Coffee", "Aurora Travel", "default"]).await;
    window.wait_until_no_row(&["Northwind Shoes", "Aurora Travel"]).await;

    // A8: the XPO account has no other TikTok ad account.
    window.choose_action("Northwind Shoes", "Allocate Account").await;
    window.toggle("Bluebird Foods").await;
    window.click("Save").await;
    window.wait_for_dialog(replacement).await;
    window.wait_for_text("It has no other TikTok ad account.").await;
    window.click("Allocate another account…").await;
    window.click("Discard").await;
    window.wait_for_text("Pick the TikTok ad account to allocate to Bluebird Foods.").await;
    window.select_option("TikTok ad account", "Pine Bikes").await;
    window.toggle("Bluebird Foods").await;
    window.click("Save").await;
    window.wait_for_row(&["Pine Bikes", "Bluebird Foods"]).await;
    window.wait_until_no_row(&["Pine Bikes", "default"]).await;

    // R4, A24: Set as Default in the Action menu.
    window.choose_action("Pine Bikes", "Set as Default").await;
    window.wait_for_dialog("Set as Default").await;
    window.wait_until_checked("Bluebird Foods").await;
    window.click("Save").await;
    window.wait_for_row(&["Pine Bikes", "Bluebird Foods", "default"]).await;
    window.wait_until_no_row(&["Northwind Shoes", "default"]).await;

    // An account that is not the default is deallocated without a question. After the last one, the next becomes the default.
    window.choose_action("Northwind Shoes", "Allocate Account").await;
    window.toggle("Bluebird Foods").await;
    window.click("Save").await;
    window.wait_for_row(&["Northwind Shoes", "Not allocated"]).await;
    window.choose_action("Pine Bikes", "Allocate Account").await;
    window.toggle("Bluebird Foods").await;
    window.click("Save").await;
    window.wait_for_dialog(replacement).await;
    window.toggle("Leave Bluebird Foods without a TikTok account").await;
    window.click("Save").await;
    window.wait_for_row(&["Pine Bikes", "Not allocated"]).await;
    window.choose_action("Northwind Shoes", "Allocate Account").await;
    window.toggle("Bluebird Foods").await;
    window.click("Save").await;
    window.wait_for_row(&["Northwind Shoes", "Bluebird Foods", "default"]).await;
    fixture.close().await;
}
