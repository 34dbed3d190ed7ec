//! Allocate Account, Manage Default TikTok Accounts and Set as Default (article, B).

use serde_json::json;

use crate::world::{World, advertiser, campaign};

#[tokio::test(flavor = "multi_thread")]
async fn r3_r11_to_r18_a9_a10_accounts_are_handed_to_advertisers_and_the_first_is_the_default() {
    let world = World::new(&["Summer Sale"]).await;
    let window = &world.window;

    window.press("Allocate Account").await;
    window.dialog("Allocate Account").await;
    window.pick("TikTok ad account", "Northwind").await;
    // A10: the only advertiser is ticked with its XPO account; of several, which?
    window.tick("Bluebird Foods").await;
    window.press("Unfold Bluebird Foods").await;
    window.ticked("Bluebird Tea", true).await;
    window.tick("Aurora Travel").await;
    window.shows("Tick at least one advertiser").await;
    window.pressable("Save", false).await;
    window.tick("Aurora Flights").await;
    window.tick("Aurora Hotels").await;
    // R14, A9: one control for all, and each XPO account's own.
    window.choose("Knorex").await;
    window.select("Payment mode of Bluebird Foods", "Self").await;
    window.shows("ends up with both payment modes, Self and Knorex").await;
    window.shows("3 added").await;
    window.press("Save").await;
    window.shows("Success: 3 added").await;
    window
        .row(&["Northwind Shoes", "Aurora Travel", "default", "Knorex", "Aurora Flights, Aurora Hotels"])
        .await;
    window.row(&["Northwind Shoes", "Bluebird Foods", "Self"]).await;

    // R16: what is allocated is shown as soon as the account is picked.
    window.menu("Northwind Shoes", "Allocate Account").await;
    window.dialog("Allocate Account").await;
    window.ticked("Bluebird Tea", true).await;
    window.ticked("Aurora Hotels", true).await;
    window.shows("Default account").await;
    window.press("Cancel").await;

    // R17: a second one for the same advertiser; the default stays the first.
    window.menu("Harbor Coffee", "Allocate Account").await;
    window.press("Unfold Aurora Travel").await;
    window.tick("Aurora Flights").await;
    window.shows("1 added").await;
    window.press("Save").await;
    window.shows("Success: 1 added").await;
    window.row(&["Harbor Coffee", "Aurora Travel", "Aurora Flights"]).await;
    window.no_row(&["Harbor Coffee", "default"]).await;

    window.press("Undo").await;
    window.shows("Undone.").await;
    window.row(&["Harbor Coffee", "Not allocated"]).await;
    window.press("Redo").await;
    window.row(&["Harbor Coffee", "Aurora Flights"]).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r20_r21_r25_a12_a14_what_is_in_the_way_is_named_and_the_rest_can_be_saved() {
    let world = World::new(&["Summer Sale"]).await;
    let window = &world.window;
    let sale = [campaign(0)];
    world.allocate("Northwind Shoes", &["Aurora Flights", "Aurora Hotels", "Bluebird Tea"]).await;
    world.allocate_campaigns("Aurora Flights", &sale).await;
    let goal = uuid::Uuid::now_v7().to_string();
    world
        .decide(json!({ "action": "add_goals", "goals": [{
            "id": goal, "kind": "conversion_goal", "name": "Booked a room",
            "advertiser": advertiser("Aurora Hotels"), "adAccount": world.account("Northwind Shoes"),
        }] }))
        .await;

    // Both kinds of blockers are told before Save, by name.
    window.menu("Northwind Shoes", "Allocate Account").await;
    window.tick("Aurora Flights").await;
    window.tick("Aurora Hotels").await;
    window.tick("Bluebird Tea").await;
    window.shows("2 things are in the way").await;
    window.shows("Campaign “Summer Sale” is allocated to “Aurora Flights”. Deallocate it first.").await;
    window.shows("“Booked a room” was created in XPO with this TikTok ad account for “Aurora Hotels”.").await;
    window.pressable("Save", false).await;

    // A14: nothing of it is written, until the others are asked for.
    window.row(&["Aurora Flights", "Summer Sale"]).await;
    window.press("Save the other changes").await;
    window.shows("Manage Default TikTok Accounts").await;
    window.tick("Leave Bluebird Foods without a TikTok account").await;
    window.press("Save").await;
    window.shows("Success: ").await;
    window.row(&["Northwind Shoes", "Aurora Flights, Aurora Hotels"]).await;
    window.no_row(&["Northwind Shoes", "Bluebird Foods"]).await;

    // The jump to what is in the way, where it can be taken out of it.
    window.menu("Northwind Shoes", "Allocate Account").await;
    window.tick("Aurora Flights").await;
    window.press(&format!("Go there: Campaign {}", sale[0])).await;
    window.press("Discard").await;
    window.row(&[&sale[0], "Summer Sale"]).await;
    window.tick("Summer Sale").await;
    window.press("Save").await;
    window.shows("Success: 1 removed").await;

    window.press("TikTok Accounts").await;
    window.menu("Northwind Shoes", "Allocate Account").await;
    window.tick("Aurora Flights").await;
    window.shows("1 removed").await;
    window.press("Save").await;
    window.row(&["Northwind Shoes", "Aurora Hotels"]).await;
    window.no_row(&["Northwind Shoes", "Aurora Flights"]).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r4_r22_to_r24_a6_to_a8_a24_a_default_is_handed_over_before_it_goes() {
    let world = World::new(&["Summer Sale"]).await;
    let window = &world.window;
    let handing = "Manage Default TikTok Accounts";
    world.allocate("Northwind Shoes", &["Aurora Flights", "Bluebird Tea"]).await;
    world.allocate("Harbor Coffee", &["Aurora Flights", "Aurora Hotels"]).await;

    // A7: both XPO accounts in one popup, a row each.
    window.menu("Northwind Shoes", "Allocate Account").await;
    window.tick("Aurora Travel").await;
    window.tick("Bluebird Foods").await;
    window.press("Save").await;
    window.dialog(handing).await;
    window.shows("2 left to choose").await;
    window.pressable("Save", false).await;
    window.press("Cancel").await;
    window.hides(handing).await;
    window.press("Cancel").await;
    window.press("Discard").await;
    window.row(&["Northwind Shoes", "Aurora Travel", "default", "Bluebird Foods"]).await;

    window.menu("Northwind Shoes", "Allocate Account").await;
    window.tick("Aurora Travel").await;
    window.press("Save").await;
    window.dialog(handing).await;
    window.select("New default", &format!("Harbor Coffee ({})", world.account("Harbor Coffee"))).await;
    window.press("Save").await;
    window.shows("Success: ").await;
    window.row(&["Harbor Coffee", "Aurora Travel", "default"]).await;
    window.no_row(&["Northwind Shoes", "Aurora Travel"]).await;

    // A8: no other one there.
    window.menu("Northwind Shoes", "Allocate Account").await;
    window.tick("Bluebird Foods").await;
    window.press("Save").await;
    window.dialog(handing).await;
    window.shows("It has no other TikTok ad account.").await;
    window.press("Allocate another account…").await;
    window.press("Discard").await;
    window.shows("Pick the TikTok ad account to allocate to Bluebird Foods.").await;
    window.pick("TikTok ad account", "Pine Bikes").await;
    window.tick("Bluebird Foods").await;
    window.press("Save").await;
    window.row(&["Pine Bikes", "Bluebird Foods"]).await;
    window.no_row(&["Pine Bikes", "default"]).await;

    // R4, A24: the default from the Action menu.
    window.menu("Pine Bikes", "Set as Default").await;
    window.dialog("Set as Default").await;
    window.ticked("Bluebird Foods", true).await;
    window.press("Save").await;
    window.row(&["Pine Bikes", "Bluebird Foods", "default"]).await;
    window.no_row(&["Northwind Shoes", "default"]).await;

    // Not the default any more: it goes without a question. The last one leaves nobody, and the next is first again.
    window.menu("Northwind Shoes", "Allocate Account").await;
    window.tick("Bluebird Foods").await;
    window.press("Save").await;
    window.row(&["Northwind Shoes", "Not allocated"]).await;
    window.menu("Pine Bikes", "Allocate Account").await;
    window.tick("Bluebird Foods").await;
    window.press("Save").await;
    window.dialog(handing).await;
    window.tick("Leave Bluebird Foods without a TikTok account").await;
    window.press("Save").await;
    window.row(&["Pine Bikes", "Not allocated"]).await;
    window.menu("Northwind Shoes", "Allocate Account").await;
    window.tick("Bluebird Foods").await;
    window.press("Save").await;
    window.row(&["Northwind Shoes", "Bluebird Foods", "default"]).await;
    world.end().await;
}
