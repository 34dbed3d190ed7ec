//! What an admin does with everything that a client has: takes it away, moves it, and offboards the client. Each task is
//! done with the mouse and with the keyboard alone.

use fantoccini::key::Key;
use serde_json::json;

use crate::fixture::{Fixture, advertiser_id, campaign_id};
use crate::harness::Window;

/// "Northwind Shoes" is allocated to an advertiser of each of two clients; the first has 40 campaigns "Always On", and two
/// others of which one comes first.
async fn fixture() -> Fixture {
    let mut names: Vec<String> = (1..=40).map(|number| format!("Always On {number:02}")).collect();
    names.push("Aardvark Sale".into());
    names.push("Winter Boots".into());
    let fixture = Fixture::from_file(&names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    fixture.allocate("Northwind Shoes", &["Aurora Flights", "Bluebird Tea"]).await;
    let campaigns: Vec<String> = (0..names.len()).map(campaign_id).collect();
    fixture.allocate_campaigns("Aurora Flights", &campaigns).await;
    fixture
}

async fn find_client(window: &Window) {
    window.send_keys(&(Key::Control + "k")).await;
    window.send_keys("Aurora Travel").await;
    window.wait_for_option("Aurora Travel").await;
}

async fn focus_grid(window: &Window) {
    window.run_script("document.querySelector('[role=grid]').focus()").await.unwrap();
}

async fn wait_until_grid_has_focus(window: &Window, label: &str) {
    let script = format!("return document.activeElement.ariaLabel === '{label}'");
    window.wait_until(&script).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_is_taken_away_from_a_client_with_ctrl_k_and_three_presses() {
    let fixture = fixture().await;
    let window = &fixture.window;

    window.count_presses().await;
    find_client(window).await;
    window.click_option("Aurora Travel").await;
    // Everything that the client has is counted, and its campaigns are listed.
    for count in ["TikTok ad accounts1", "Campaigns42", "Audiences0", "Goals and tags0"] {
        window.wait_until_tab(count).await;
    }
    window.click("Deallocate Always On 01").await;
    window.wait_for_dialog("Deallocate “Always On 01” from “Aurora Travel”?").await;
    window.wait_for_text("1 removed").await;
    window.click("Deallocate").await;
    window.wait_for_text("Success: deallocated Always On 01 from Aurora Flights of Aurora Travel.").await;
    window.assert_presses("c: take one campaign away from a client", 4).await;
    window.wait_until_no_row(&["Always On 01"]).await;

    window.click("Overview").await;
    window.wait_for_text("TikTok ad accounts").await;
    window.count_presses().await;
    find_client(window).await;
    window.press_key(Key::Enter).await;
    wait_until_grid_has_focus(window, "Campaigns").await;
    window.press_key(Key::Delete).await;
    window.wait_for_dialog("Deallocate “Aardvark Sale” from “Aurora Travel”?").await;
    window.wait_for_text("1 removed").await;
    window.press_key(Key::Enter).await;
    window.wait_for_text("Success: deallocated Aardvark Sale from Aurora Flights of Aurora Travel.").await;
    window.assert_presses("j: take one campaign away from a client with the keyboard", 4).await;
    fixture.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a5_forty_campaigns_found_by_a_part_of_their_names_move_to_another_advertiser_in_four_presses() {
    let fixture = fixture().await;
    let window = &fixture.window;
    find_client(window).await;
    window.press_key(Key::Enter).await;
    wait_until_grid_has_focus(window, "Campaigns").await;

    window.count_presses().await;
    window.send_keys("always on").await;
    window.click("Select all 40 filtered").await;
    window.click("Move…").await;
    window.wait_for_dialog("Move 40 campaigns to another advertiser").await;
    window.wait_until("return document.activeElement.role === 'combobox'").await;
    window.send_keys("bluebird").await;
    window.wait_for_text("40 moved").await;
    window.click("Move").await;
    window
        .wait_for_text("Success: moved 40 campaigns from Aurora Flights of Aurora Travel to Bluebird Tea")
        .await;
    window.assert_presses("d: move 40 campaigns to another advertiser", 4).await;
    window.click("Undo").await;
    window.wait_for_text("Undid: ").await;
    window.click("Clear search").await;
    window.wait_for_text("42 of 42").await;
    focus_grid(window).await;

    window.count_presses().await;
    window.send_keys("Always On").await;
    window.wait_for_text("40 of 42").await;
    window.send_keys(&(Key::Shift + &Key::Enter.to_string())).await;
    window.wait_for_text("40 selected").await;
    window.send_keys(&(Key::Control + &(Key::Shift + "m"))).await;
    window.wait_for_dialog("Move 40 campaigns to another advertiser").await;
    window.wait_until("return document.activeElement.role === 'combobox'").await;
    window.send_keys("bluebird").await;
    window.wait_for_text("40 moved").await;
    window.press_key(Key::Enter).await;
    window.wait_for_text("Success: moved 40 campaigns").await;
    window.assert_presses("j: move 40 campaigns with the keyboard", 4).await;
    window.wait_for_text("0 of 2").await;
    fixture.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_4_a_client_leaves_in_four_presses_and_one_change_that_names_what_stays() {
    let fixture = fixture().await;
    let window = &fixture.window;
    fixture.allocate("Harbor Coffee", &["Aurora Hotels"]).await;
    fixture.commit(json!({ "action": "initialize_campaigns", "campaigns": [campaign_id(41)] })).await;
    fixture
        .commit(json!({ "action": "add_goals", "goals": [{
            "id": "00000000-0000-7000-a000-000000000001", "kind": "conversion_goal", "name": "Booking",
            "advertiser": advertiser_id("Aurora Hotels"), "adAccount": fixture.account_id("Harbor Coffee"),
        }] }))
        .await;
    window.click("XPO Accounts").await;
    window.wait_for_row(&["Aurora Travel"]).await;

    window.count_presses().await;
    window.click("Actions for Aurora Travel").await;
    window.click("Offboard client…").await;
    window.wait_for_dialog("Offboard “Aurora Travel”?").await;
    window.wait_for_text("41 campaigns, 1 goal or tag, 1 TikTok ad account allocation, 1 XPO account").await;
    window.wait_for_text("Campaign “Winter Boots” of “Aurora Flights” is initialized, so it stays").await;
    window.wait_for_text("“Aurora Travel” keeps 1 TikTok ad account and 1 campaign").await;
    window.click("Offboard").await;
    window.wait_for_text("Success: offboarded XPO account Aurora Travel.").await;
    window.assert_presses("g: a client leaves", 4).await;
    window.wait_for_row(&["Aurora Travel", "Archived"]).await;

    // It says Archived wherever it is shown, and one Undo restores everything.
    window.click("TikTok Accounts").await;
    window.wait_for_row(&["Northwind Shoes", "Aurora Travel", "Archived"]).await;
    window.click("Undo").await;
    window.wait_for_text("Undid: ").await;
    window.wait_for_row(&["Harbor Coffee", "Aurora Hotels"]).await;
    window.wait_until_no_row(&["Archived"]).await;

    window.click("XPO Accounts").await;
    window.wait_for_row(&["Aurora Travel"]).await;
    focus_grid(window).await;
    window.count_presses().await;
    window.send_keys("Aurora").await;
    window.wait_for_text("1 of 3").await;
    window.press_key(Key::Enter).await;
    window.press_key(Key::Delete).await;
    window.wait_for_dialog("Offboard “Aurora Travel”?").await;
    window.wait_for_text("43 removed").await;
    window.press_key(Key::Enter).await;
    window.wait_for_text("Success: offboarded XPO account Aurora Travel.").await;
    window.assert_presses("j: a client leaves with the keyboard", 4).await;
    fixture.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a12_an_ad_account_is_deallocated_with_the_campaigns_that_block_it_and_the_other_edits_stay() {
    let fixture = fixture().await;
    let window = &fixture.window;
    window.choose_action("Northwind Shoes", "Allocate Account").await;
    window.toggle("Aurora Hotels").await;
    window.toggle("Aurora Flights").await;
    window.wait_for_text("Fix these 42 first:").await;
    window.click("Deallocate these 42 campaigns too").await;
    window.wait_for_text("1 added, 43 removed").await;
    window.click("Save").await;
    window.wait_for_row(&["Northwind Shoes", "Aurora Hotels"]).await;
    window.wait_until_no_row(&["Northwind Shoes", "Aurora Flights"]).await;
    fixture.close().await;
}
