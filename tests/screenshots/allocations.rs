//! Allocate Campaigns and Allocate Audiences, and their dialogs.

use fantoccini::key::Key;

use crate::harness::book::ACCOUNTS;
use crate::tour::{Inspection, Tour};

pub async fn tour(inspection: Inspection) {
    let tour = Tour::of_allocated_book(inspection, 1_200).await;
    tour.campaigns().await;
    tour.audiences().await;
    tour.several_accounts().await;
    tour.finish().await;
}

impl Tour {
    async fn campaigns(&self) {
        let window = &self.window;
        window.click("Allocate Campaigns").await;
        window.wait_for_text("Choose a TikTok account").await;
        self.inspect("campaigns-none").await;
        window.select_option("TikTok Account", ACCOUNTS[2]).await;
        window.wait_for_text("The campaigns haven't been synced yet").await;
        self.inspect("campaigns-empty").await;
        window.select_option("TikTok Account", ACCOUNTS[0]).await;
        window.select_option("XPO Account", "Client 1").await;
        window.open_picker("Advertiser", "").await;
        window.wait_for_text("not allocated – allocate first").await;
        self.inspect("campaigns-picker").await;
        window.press_key(Key::Escape).await;
        window.select_option("Advertiser", "Brand 1").await;
        window.wait_for_text("Select all").await;
        self.inspect("campaigns-full").await;
        window.click("Select all 1188").await;
        window.wait_for_text("1,188 added").await;
        self.inspect("campaigns-edited").await;
        window.open_tab("Allocated").await;
        window.wait_for_text("by Maria").await;
        window.toggle("Allocated: Campaign 0002").await;
        window.wait_for_text("1 removed").await;
        self.inspect("campaigns-allocated").await;
        window.click("Overview").await;
        window.wait_for_dialog("Save your changes?").await;
        self.inspect("campaigns-unsaved").await;
        window.click("Keep editing").await;
        window.click("Discard").await;
        window.toggle("Campaign 0002").await;
        window.toggle("Campaign 0004").await;
        window.click("Initialize…").await;
        window.wait_for_dialog("Initialize 2 campaigns?").await;
        window.wait_for_text("2 campaigns can never").await;
        self.inspect("campaigns-initialize").await;
        self.cancel("Initialize 2 campaigns?").await;
        window.click("Actions for Campaign 0002").await;
        window.wait_for_text("Move to another advertiser").await;
        self.inspect("campaigns-menu").await;
        window.click("Move to another advertiser…").await;
        window.wait_for_dialog("Move “Campaign 0002” to another advertiser").await;
        window.select_option("To advertiser", "Brand 2").await;
        window.wait_for_text("1 moved").await;
        self.inspect("campaigns-move").await;
        self.cancel("Move “Campaign 0002” to another advertiser").await;
        window.click("Sync Campaigns").await;
        window.wait_for_text("within 30 minutes").await;
        self.inspect("campaigns-sync").await;
        window.click("Cancel").await;
        window.wait_until_gone("within 30 minutes").await;
    }

    async fn audiences(&self) {
        let window = &self.window;
        window.click("Allocate Audiences").await;
        window.wait_for_text("also Brand 2").await;
        self.inspect("audiences-full").await;
        // An audience that is not ready for use adds a warning.
        window.toggle("Allocated: Audience 07").await;
        window.toggle("Allocated: Audience 01").await;
        window.wait_for_text("is not ready for use").await;
        self.inspect("audiences-edited").await;
        window.click("Discard").await;
        window.click("Actions for Audience 02").await;
        window.click("Exclude from XPO…").await;
        window.wait_for_dialog("Exclude “Audience 02” from XPO?").await;
        window.wait_for_text("1 excluded, 2 removed").await;
        self.inspect("audiences-exclude").await;
        window.click("Exclude from XPO").await;
        window.wait_for_text("Success").await;
        window.click("Filter by Excluded").await;
        window.click("Excluded from XPO").await;
        window.press_key(Key::Escape).await;
        window.wait_for_row(&["Audience 02", "Excluded from XPO"]).await;
        self.inspect("audiences-excluded").await;
        window.select_option("TikTok Account", ACCOUNTS[1]).await;
        window.wait_for_text("The audiences haven't been synced yet").await;
        self.inspect("audiences-empty").await;
    }

    async fn several_accounts(&self) {
        let window = &self.window;
        window.click("Allocate Campaigns").await;
        window.click("Several TikTok accounts…").await;
        window.wait_for_dialog("Choose TikTok accounts").await;
        window.wait_for_text("3 of 3").await;
        // The ad account that is shown is chosen already.
        window.toggle(ACCOUNTS[0]).await;
        self.inspect("campaigns-several-choose").await;
        window.click("Choose 2 accounts").await;
        window.select_option("XPO Account", "Client 2").await;
        window.select_option("Advertiser", "Brand 4").await;
        window.wait_for_text("lacks 1 of these 2").await;
        self.inspect("campaigns-several").await;
    }

    /// Cancels a dialog, which may ask about unsaved changes.
    pub async fn cancel(&self, title: &str) {
        self.window.click("Cancel").await;
        self.window.click_if_present("Discard").await;
        self.window.wait_until_gone(title).await;
    }
}
