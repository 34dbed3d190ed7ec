//! XPO Accounts, one XPO account with what it has, and the import of a table.

use std::fs;

use fantoccini::key::Key;

use crate::harness::book::{self, PARTNER};
use crate::harness::{Harness, HarnessOptions, Keychain};
use crate::look::{Look, Tour};

const TABLE: &str = "XPO account,Advertiser,State
Orbit Media,Orbit Films,Active
\"=HYPERLINK(\"\"http://evil.example\"\")\",+Brand,
1.23E+18,Rounded,
Orbit Media,Orbit Films,
Client 1,Brand 1,
,Nobody's,
";

pub async fn show(look: Look) {
    let options =
        HarnessOptions { size: look.size(), keychain: Keychain::Missing, ..HarnessOptions::default() };
    let harness = Harness::with(options).await;
    book::furnish(&harness.data(), 40);
    book::hand_out(&harness.data());
    let tour = Tour::at(harness, look).await;
    tour.window.press(&format!("Open {PARTNER}")).await;
    tour.clients().await;
    tour.table().await;
    tour.client().await;
    tour.nobody().await;
    tour.end().await;
}

impl Tour {
    async fn clients(&self) {
        let window = &self.window;
        window.press("XPO Accounts").await;
        window.row(&["Client 1"]).await;
        self.shot("xpo-full").await;
        window.tick("Client 1").await;
        window.shows("1 selected").await;
        self.shot("xpo-selected").await;
        window.press("Clear selection").await;
        window.press("Actions of Client 1").await;
        window.shows("Rename…").await;
        self.shot("xpo-menu").await;
        window.press("Rename…").await;
        window.fill("Name", "Client 2").await;
        window.shows("The name “Client 2” is taken.").await;
        self.shot("xpo-rename").await;
        self.cancel("is taken").await;
        window.menu("Client 1", "Archive…").await;
        window.shows("nothing new can be given to it").await;
        self.shot("xpo-archive").await;
        window.press("Cancel").await;
        window.press("Add XPO account").await;
        window.fill("Name", "Orbit Media").await;
        window.shows("1 added").await;
        self.shot("xpo-add").await;
        self.cancel("1 added").await;
        window.fill("Search XPO accounts", "nobody is called this").await;
        window.shows("Nothing matches").await;
        self.shot("xpo-nomatch").await;
        window.press("Clear search and filters").await;
    }

    async fn table(&self) {
        let window = &self.window;
        window.press("Import CSV").await;
        window.shows("Columns of the file").await;
        self.shot("import-csv").await;
        let file = self.harness.home().join("clients.csv");
        fs::write(&file, "Name,Colour\nOrbit,red\n").unwrap();
        window.attach(&file).await;
        window.shows("XPO account").await;
        self.shot("import-csv-error").await;
        fs::write(&file, TABLE).unwrap();
        window.attach(&file).await;
        window.row(&["Orbit Films", "Will be added"]).await;
        self.shot("import-csv-preview").await;
        window.press("Cancel").await;
    }

    async fn client(&self) {
        let window = &self.window;
        window.menu("Client 1", "Open").await;
        window.shows("Brand 3").await;
        self.shot("client-advertisers").await;
        for (tab, shown, name) in [
            ("TikTok ad accounts", "Northwind", "client-ad-accounts"),
            ("Campaigns", "Campaign 0001", "client-campaigns"),
            ("Audiences", "Audience 01", "client-audiences"),
            ("Goals and tags", "Add goal or tag", "client-goals-empty"),
        ] {
            window.tab(tab).await;
            window.shows(shown).await;
            self.shot(name).await;
        }
        window.press("Add goal or tag").await;
        window.dialog("Add goal or tag").await;
        window.fill("Name", "Booked a room").await;
        window.pick("Advertiser", "Brand 1").await;
        window.shows("1 added").await;
        self.shot("client-goal-add").await;
        window.press("Add").await;
        window.row(&["Booked a room"]).await;
        self.shot("client-goals").await;
        window.menu("Booked a room", "Remove…").await;
        window.shows("1 removed").await;
        self.shot("client-goal-remove").await;
        window.press("Cancel").await;
    }

    /// A partner without anything.
    async fn nobody(&self) {
        let window = &self.window;
        window.press(&format!("Partner: {PARTNER}")).await;
        window.press("Close partner").await;
        window.fill("Partner name", "Nothing yet").await;
        window.press("Create partner").await;
        window.press("Overview").await;
        for (place, words, name) in [
            ("Overview", "Overview", "overview-empty"),
            ("XPO Accounts", "No XPO accounts yet", "xpo-empty"),
            ("Allocate Campaigns", "No TikTok ad accounts yet", "campaigns-no-accounts"),
            ("Allocate Audiences", "No TikTok ad accounts yet", "audiences-no-accounts"),
            ("Sync activity", "No syncs yet", "activity-empty"),
            ("Change history", "Nothing was decided yet", "history-empty"),
        ] {
            window.press(place).await;
            window.shows(words).await;
            self.shot(name).await;
        }
        window.page.active_element().await.unwrap().send_keys(&(Key::Control + "k")).await.unwrap();
        window.dialog_open().await;
        self.shot("search-empty").await;
    }
}
