//! Allocate Campaigns and Allocate Audiences: full, empty, edited, blocked, and their dialogs.

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
    tour.campaigns().await;
    tour.audiences().await;
    tour.end().await;
}

impl Tour {
    async fn campaigns(&self) {
        let window = &self.window;
        window.press("Allocate Campaigns").await;
        window.shows("Choose a TikTok account").await;
        self.shot("campaigns-none").await;
        window.pick("TikTok Account", ACCOUNTS[2]).await;
        window.shows("The campaigns were not synced yet").await;
        self.shot("campaigns-empty").await;
        window.pick("TikTok Account", ACCOUNTS[0]).await;
        window.pick("XPO Account", "Client 1").await;
        window.open_picker("Advertiser", "").await;
        window.shows("not allocated – allocate first").await;
        self.shot("campaigns-picker").await;
        window.key(Key::Escape).await;
        window.pick("Advertiser", "Brand 1").await;
        window.shows("Select all").await;
        self.shot("campaigns-full").await;
        window.press("Select all 1188").await;
        window.shows("1188 added").await;
        self.shot("campaigns-edited").await;
        window.tab("Allocated").await;
        window.shows("by Maria").await;
        window.tick("Campaign 0002").await;
        window.shows("1 removed").await;
        self.shot("campaigns-allocated").await;
        window.press("Overview").await;
        window.dialog("Save your changes?").await;
        self.shot("campaigns-unsaved").await;
        window.press("Keep editing").await;
        window.press("Discard").await;
        window.press("Initialize…").await;
        window.dialog("Initialize campaigns").await;
        window.shows("Untick all 8").await;
        window.press("Select all 8").await;
        window.shows("8 campaigns can never").await;
        self.shot("campaigns-initialize").await;
        self.cancel("Initialize campaigns").await;
        window.press("Actions of Campaign 0002").await;
        window.shows("Move to another advertiser").await;
        self.shot("campaigns-menu").await;
        window.press("Move to another advertiser…").await;
        window.dialog("Move campaigns to another advertiser").await;
        window.pick("To advertiser", "Brand 2").await;
        window.shows("1 added, 1 removed").await;
        self.shot("campaigns-move").await;
        self.cancel("Move campaigns to another advertiser").await;
        window.press("Sync Campaigns").await;
        window.shows("within 30 minutes").await;
        self.shot("campaigns-sync").await;
        window.press("Cancel").await;
        window.hides("within 30 minutes").await;
    }

    async fn audiences(&self) {
        let window = &self.window;
        window.press("Allocate Audiences").await;
        window.shows("also Brand 2").await;
        self.shot("audiences-full").await;
        // Not ready for use: a warning.
        window.tick("Audience 07").await;
        window.tick("Audience 01").await;
        window.shows("is not ready for use").await;
        self.shot("audiences-edited").await;
        window.press("Discard").await;
        window.press("Actions of Audience 02").await;
        window.press("Exclude from XPO…").await;
        window.dialog("Exclude from XPO").await;
        window.shows("1 added, 2 removed").await;
        self.shot("audiences-exclude").await;
        window.press("Exclude from XPO").await;
        window.shows("Success").await;
        window.press("Filter by Excluded").await;
        window.press("Excluded from XPO").await;
        window.key(Key::Escape).await;
        window.shows("Excluded audiences are hidden").await;
        self.shot("audiences-excluded").await;
        window.pick("TikTok Account", ACCOUNTS[1]).await;
        window.shows("The audiences were not synced yet").await;
        self.shot("audiences-empty").await;
    }

    /// Close a dialog, which may ask whether that is meant.
    pub async fn cancel(&self, title: &str) {
        self.window.press("Cancel").await;
        self.window.press_if("Discard").await;
        self.window.hides(title).await;
    }
}
