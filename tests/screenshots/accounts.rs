//! TikTok Accounts, an ad account's own page, and their dialogs: full, edited, blocked, empty.

use fantoccini::key::Key;

use crate::harness::book::{self, ACCOUNTS, PARTNER};
use crate::harness::{Harness, HarnessOptions, Keychain};
use crate::look::{Look, Tour};

pub async fn show(look: Look) {
    let options =
        HarnessOptions { size: look.size(), keychain: Keychain::Missing, ..HarnessOptions::default() };
    let harness = Harness::with(options).await;
    book::furnish(&harness.data(), 1_200);
    book::hand_out(&harness.data());
    let tour = Tour::at(harness, look).await;
    tour.window.press(&format!("Open {PARTNER}")).await;
    tour.accounts().await;
    tour.allocate_account().await;
    tour.defaults_and_syncs().await;
    tour.account().await;
    tour.end().await;
}

impl Tour {
    async fn accounts(&self) {
        let window = &self.window;
        window.press("TikTok Accounts").await;
        window.shows("3 of 3").await;
        self.shot("accounts-allocated").await;
        window.tick(ACCOUNTS[0]).await;
        window.tick(ACCOUNTS[1]).await;
        window.shows("2 selected").await;
        self.shot("accounts-selected").await;
        window.press("Clear selection").await;
        window.press(&format!("Actions of {}", ACCOUNTS[0])).await;
        window.shows("Add Payment").await;
        self.shot("accounts-actions").await;
        window.key(Key::Escape).await;
        window.hides("Add Payment").await;
    }

    async fn allocate_account(&self) {
        let window = &self.window;
        window.press("Allocate Account").await;
        window.shows("Pick a TikTok ad account").await;
        self.shot("allocate-none").await;
        window.pick("TikTok ad account", ACCOUNTS[0]).await;
        window.shows("Client 2").await;
        self.shot("allocate-full").await;
        window.tick("Brand 1").await;
        window.tick("Brand 3").await;
        window.shows("9 things are in the way").await;
        self.shot("allocate-blocked").await;
        window.tick("Brand 1").await;
        window.hides("in the way").await;
        window.tick("Client 2").await;
        window.choose("Knorex").await;
        window.shows("1 added, 1 removed").await;
        self.shot("allocate-edited").await;
        window.press("Save").await;
        window.dialog("Manage Default TikTok Accounts").await;
        self.shot("allocate-defaults").await;
        window.press("Cancel").await;
        window.hides("Manage Default TikTok Accounts").await;
        window.press("Cancel").await;
        window.shows("Leave without saving?").await;
        self.shot("allocate-unsaved").await;
        window.press("Discard").await;
        window.tick(ACCOUNTS[0]).await;
        window.tick(ACCOUNTS[1]).await;
        window.press("Allocate Account").await;
        window.shows("2 TikTok ad accounts").await;
        window.shows("Client 2").await;
        self.shot("allocate-many").await;
        window.press("Cancel").await;
        window.press("Clear selection").await;
    }

    async fn defaults_and_syncs(&self) {
        let window = &self.window;
        window.press(&format!("Actions of {}", ACCOUNTS[1])).await;
        window.press("Set as Default").await;
        window.shows("1 changed").await;
        self.shot("set-default").await;
        window.press("Cancel").await;
        for (action, name) in [("Sync Account", "sync-account"), ("Sync Campaigns", "sync-campaigns")] {
            window.press(&format!("Actions of {}", ACCOUNTS[1])).await;
            window.press(action).await;
            window.shows("within 30 minutes").await;
            self.shot(name).await;
            window.press("Cancel").await;
            window.hides("within 30 minutes").await;
        }
    }

    async fn account(&self) {
        let window = &self.window;
        window.press(&format!("Actions of {}", ACCOUNTS[0])).await;
        window.press("Open").await;
        window.shows("From TikTok").await;
        self.shot("account-details").await;
        window.tab("Campaigns").await;
        window.shows("Brand 1 (Client 1)").await;
        self.shot("account-campaigns").await;
        window.press("Actions of Campaign 0001").await;
        window.press("All fields").await;
        window.dialog("Campaign Campaign 0001").await;
        self.shot("account-fields").await;
        window.press("Close").await;
        window.press("All ads").await;
        window.shows("The ads were not synced yet").await;
        self.shot("account-ads-empty").await;
        window.tab("Audiences").await;
        window.shows("Customer File").await;
        self.shot("account-audiences").await;
        window.tab("History").await;
        window.shows("Account allocations").await;
        self.shot("account-history").await;
    }
}
