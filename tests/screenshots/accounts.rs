//! TikTok Accounts, the page of an ad account, and their dialogs.

use fantoccini::key::Key;

use crate::harness::book::ACCOUNTS;
use crate::tour::{Inspection, Tour};

pub async fn tour(inspection: Inspection) {
    let tour = Tour::of_allocated_book(inspection, 1_200).await;
    tour.accounts().await;
    tour.allocate_account().await;
    tour.defaults_and_syncs().await;
    tour.account().await;
    tour.finish().await;
}

impl Tour {
    async fn accounts(&self) {
        let window = &self.window;
        window.click("TikTok Accounts").await;
        window.wait_for_text("3 of 3").await;
        self.inspect("accounts-allocated").await;
        window.toggle(ACCOUNTS[0]).await;
        window.toggle(ACCOUNTS[1]).await;
        window.wait_for_text("2 selected").await;
        self.inspect("accounts-selected").await;
        window.click("Clear selection").await;
        window.click(&format!("Actions for {}", ACCOUNTS[0])).await;
        window.wait_for_text("Add Payment").await;
        self.inspect("accounts-actions").await;
        window.press_key(Key::Escape).await;
        window.wait_until_gone("Add Payment").await;
    }

    async fn allocate_account(&self) {
        let window = &self.window;
        window.click("Allocate Account").await;
        window.wait_for_text("Pick a TikTok ad account").await;
        self.inspect("allocate-none").await;
        window.select_option("TikTok ad account", ACCOUNTS[0]).await;
        window.wait_for_text("Client 2").await;
        self.inspect("allocate-full").await;
        window.toggle("Brand 1").await;
        window.toggle("Brand 3").await;
        window.wait_for_text("Fix these 9 first:").await;
        self.inspect("allocate-blocked").await;
        window.toggle("Brand 1").await;
        window.wait_until_gone("Fix these").await;
        window.toggle("Client 2").await;
        window.choose_radio("Knorex").await;
        window.wait_for_text("1 added, 1 removed").await;
        self.inspect("allocate-edited").await;
        window.click("Save").await;
        window.wait_for_dialog("Manage Default TikTok Accounts").await;
        self.inspect("allocate-defaults").await;
        window.click("Cancel").await;
        window.wait_until_gone("Manage Default TikTok Accounts").await;
        window.click("Cancel").await;
        window.wait_for_text("Leave without saving?").await;
        self.inspect("allocate-unsaved").await;
        window.click("Discard").await;
        window.toggle(ACCOUNTS[0]).await;
        window.toggle(ACCOUNTS[1]).await;
        window.click("Allocate Account").await;
        window.wait_for_text("2 TikTok ad accounts").await;
        window.wait_for_text("Client 2").await;
        self.inspect("allocate-many").await;
        window.click("Cancel").await;
        window.click("Clear selection").await;
    }

    async fn defaults_and_syncs(&self) {
        let window = &self.window;
        window.click(&format!("Actions for {}", ACCOUNTS[1])).await;
        window.click("Set as Default").await;
        window.wait_for_text("1 changed").await;
        self.inspect("set-default").await;
        window.click("Cancel").await;
        for (action, name) in [("Sync Account", "sync-account"), ("Sync Campaigns", "sync-campaigns")] {
            window.click(&format!("Actions for {}", ACCOUNTS[1])).await;
            window.click(action).await;
            window.wait_for_text("within 30 minutes").await;
            self.inspect(name).await;
            window.click("Cancel").await;
            window.wait_until_gone("within 30 minutes").await;
        }
    }

    async fn account(&self) {
        let window = &self.window;
        window.click(&format!("Actions for {}", ACCOUNTS[0])).await;
        window.click("Open").await;
        window.wait_for_text("From TikTok").await;
        self.inspect("account-details").await;
        window.open_tab("Campaigns").await;
        window.wait_for_text("Brand 1 (Client 1)").await;
        self.inspect("account-campaigns").await;
        window.click("Actions for Campaign 0001").await;
        window.click("All fields").await;
        window.wait_for_dialog("Campaign Campaign 0001").await;
        self.inspect("account-fields").await;
        window.click("Close").await;
        window.click("All ads").await;
        window.wait_for_text("The ads haven't been synced yet").await;
        self.inspect("account-ads-empty").await;
        window.open_tab("Audiences").await;
        window.wait_for_text("Customer File").await;
        self.inspect("account-audiences").await;
        window.open_tab("History").await;
        window.wait_for_text("Allocated ").await;
        self.inspect("account-history").await;
    }
}
