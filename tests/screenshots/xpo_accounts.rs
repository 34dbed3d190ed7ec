//! XPO Accounts, the page of an XPO account, both imports, and the screens of an empty partner.

use std::fs;

use fantoccini::key::Key;
use serde_json::json;

use crate::harness::book::{PARTNER, campaign_id};
use crate::tour::{Inspection, Tour};

const CSV: &str = "XPO account,Advertiser,State
Orbit Media,Orbit Films,Active
\"=HYPERLINK(\"\"http://evil.example\"\")\",+Brand,
1.23E+18,Rounded,
Orbit Media,Orbit Films,
Client 1,Brand 1,
,Nobody's,
";

pub async fn tour(inspection: Inspection) {
    let tour = Tour::of_allocated_book(inspection, 40).await;
    tour.xpo_accounts().await;
    tour.csv_import().await;
    tour.allocation_import().await;
    tour.xpo_account().await;
    tour.empty_partner().await;
    tour.finish().await;
}

impl Tour {
    async fn xpo_accounts(&self) {
        let window = &self.window;
        window.click("XPO Accounts").await;
        window.wait_for_row(&["Client 1"]).await;
        self.inspect("xpo-full").await;
        window.toggle("Client 1").await;
        window.wait_for_text("1 selected").await;
        self.inspect("xpo-selected").await;
        window.click("Clear selection").await;
        window.click("Actions for Client 1").await;
        window.wait_for_text("Rename…").await;
        self.inspect("xpo-menu").await;
        window.click("Rename…").await;
        window.fill("Name", "Client 2").await;
        window.wait_for_text("The name “Client 2” is taken.").await;
        self.inspect("xpo-rename").await;
        self.cancel("is taken").await;
        window.choose_action("Client 1", "Archive…").await;
        window.wait_for_text("new ones are blocked until you restore it").await;
        self.inspect("xpo-archive").await;
        window.click("Cancel").await;
        window.click("Add XPO account").await;
        window.fill("Name", "Orbit Media").await;
        window.wait_for_text("1 added").await;
        self.inspect("xpo-add").await;
        self.cancel("1 added").await;
        window.fill("Search XPO accounts", "nobody is called this").await;
        window.wait_for_text("Nothing matches").await;
        self.inspect("xpo-nomatch").await;
        window.click("Clear search and filters").await;
    }

    async fn csv_import(&self) {
        let window = &self.window;
        window.click("Help").await;
        window.click("Keyboard shortcuts").await;
        window.wait_for_dialog("Keyboard shortcuts").await;
        self.inspect("shortcuts").await;
        window.click("Close").await;
        window.click("Import…").await;
        window.click("XPO accounts and advertisers…").await;
        window.wait_for_text("Columns of the file").await;
        self.inspect("import-csv").await;
        let file = self.harness.home().join("clients.csv");
        fs::write(&file, "Name,Colour\nOrbit,red\n").unwrap();
        window.attach_file(&file).await;
        window.wait_for_text("XPO account").await;
        self.inspect("import-csv-error").await;
        fs::write(&file, CSV).unwrap();
        window.attach_file(&file).await;
        window.wait_for_row(&["Orbit Films", "Will be added"]).await;
        self.inspect("import-csv-preview").await;
        // Three notices: the encoding is guessed, a number is rounded, and the partner changes meanwhile.
        let guessed = [CSV.as_bytes(), b"Caf\xe9 M\xfcller,,\n"].concat();
        fs::write(&file, guessed).unwrap();
        window.attach_file(&file).await;
        window.wait_for_text("Check the names before saving").await;
        let id = |n: u32| format!("00000000-0000-7000-8000-9000000{n:05}");
        let action = json!({
            "action": "add_to_directory",
            "accounts": [{ "id": id(1), "name": "Orbit Media", "state": "active" }],
            "advertisers": [{ "id": id(2), "xpoAccount": id(1), "name": "Orbit Films" }],
        });
        window.invoke("commit", json!({ "action": action })).await;
        window.wait_for_text("Changed elsewhere").await;
        self.inspect("import-csv-notices").await;
        window.click("Cancel").await;
    }

    async fn allocation_import(&self) {
        let window = &self.window;
        let file = self.harness.home().join("allocations.csv");
        let rows = [campaign_id(20), campaign_id(21)].map(|id| format!("{id},Client 1,Brand 2\n"));
        let unreadable = "1.23E+18,Client 1,Brand 1\n";
        fs::write(&file, format!("Campaign ID,Client,Advertiser\n{}{unreadable}", rows.concat())).unwrap();
        window.click("Import…").await;
        window.click("Allocations…").await;
        window.wait_for_dialog("Import allocations").await;
        self.inspect("import-allocations").await;
        window.attach_file(&file).await;
        window.select_by_label("Client", "XPO account").await;
        self.inspect("import-allocations-columns").await;
        window.click("Continue").await;
        window.wait_for_row(&["Campaign 0020", "Brand 2", "Will be allocated"]).await;
        window.wait_until_enabled("Save").await;
        self.inspect("import-allocations-preview").await;
        window.click("Cancel").await;
        window.click("Discard").await;
    }

    async fn xpo_account(&self) {
        let window = &self.window;
        window.choose_action("Client 1", "Open").await;
        window.wait_for_text("Brand 3").await;
        self.inspect("client-advertisers").await;
        for (tab, shown, name) in [
            ("TikTok ad accounts", "Northwind", "client-ad-accounts"),
            ("Campaigns", "Campaign 0001", "client-campaigns"),
            ("Audiences", "Audience 01", "client-audiences"),
            ("Goals and tags", "Add goal or tag", "client-goals-empty"),
        ] {
            window.open_tab(tab).await;
            window.wait_for_text(shown).await;
            self.inspect(name).await;
        }
        self.take_back().await;
        window.open_tab("Goals and tags").await;
        window.click("Add goal or tag").await;
        window.wait_for_dialog("Add goal or tag").await;
        window.fill("Name", "Booked a room").await;
        window.select_option("Advertiser", "Brand 1").await;
        window.wait_for_text("1 added").await;
        self.inspect("client-goal-add").await;
        window.click("Add").await;
        window.wait_for_row(&["Booked a room"]).await;
        self.inspect("client-goals").await;
        window.choose_action("Booked a room", "Remove…").await;
        window.wait_for_text("1 removed").await;
        self.inspect("client-goal-remove").await;
        window.click("Cancel").await;
    }

    async fn take_back(&self) {
        let window = &self.window;
        window.open_tab("Campaigns").await;
        window.toggle("Campaign 0001").await;
        window.toggle("Campaign 0002").await;
        window.wait_for_text("2 selected").await;
        self.inspect("client-campaigns-selected").await;
        window.click("Move…").await;
        window.select_option("To advertiser", "Brand 2").await;
        window.wait_for_text("1 moved").await;
        self.inspect("client-move").await;
        self.cancel("to another advertiser").await;
        window.open_tab("TikTok ad accounts").await;
        window.choose_action("Northwind Trading Pte. Ltd.", "Deallocate…").await;
        window.wait_for_text("too").await;
        self.inspect("client-deallocate-blocked").await;
        self.cancel("Fix these").await;
        window.click("Offboard client…").await;
        window.wait_for_text("removed").await;
        self.inspect("client-offboard").await;
        self.cancel("Offboard “Client 1”?").await;
    }

    async fn empty_partner(&self) {
        let window = &self.window;
        window.close_partner(PARTNER).await;
        window.create_partner("Nothing yet").await;
        window.click("Overview").await;
        for (screen, text, name) in [
            ("Overview", "Overview", "overview-empty"),
            ("XPO Accounts", "No XPO accounts yet", "xpo-empty"),
            ("Allocate Campaigns", "No TikTok ad accounts yet", "campaigns-no-accounts"),
            ("Allocate Audiences", "No TikTok ad accounts yet", "audiences-no-accounts"),
            ("Sync activity", "No syncs yet", "activity-empty"),
            ("Change history", "No changes yet", "history-empty"),
        ] {
            window.click(screen).await;
            window.wait_for_text(text).await;
            self.inspect(name).await;
        }
        window.send_keys(&(Key::Control + "k")).await;
        window.wait_for_any_dialog().await;
        self.inspect("search-empty").await;
    }
}
