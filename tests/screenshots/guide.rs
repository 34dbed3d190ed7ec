//! The pictures of the guide and of software centers that show clients and their campaigns: the practice partner's.

use std::fs;

use serde_json::json;

use crate::harness::{Harness, HarnessOptions, Keychain, wait_for};
use crate::tour::{Inspection, Tour};

/// The default account of Aurora Travel, allocated to Aurora Flights. The practice partner's data is always the same.
const FLIGHTS: &str = "7000003718722867794";

const CSV: &str = "XPO account,Advertiser,State
Orbit Media,Orbit Films,Active
Orbit Media,Orbit Music,Active
Aurora Travel,Aurora Cruises,Active
Aurora Travel,Aurora Hotels,Active
Tidewater Sports,Tidewater Sailing,Active
";

pub async fn tour(inspection: Inspection) {
    let options =
        HarnessOptions { size: inspection.size(), keychain: Keychain::Missing, ..HarnessOptions::default() };
    let tour = Tour::start(Harness::with_options(options).await, inspection).await;
    tour.open_practice().await;
    tour.guide_defaults().await;
    tour.guide_campaigns().await;
    tour.guide_audiences().await;
    tour.guide_allocations().await;
    tour.guide_csv_import().await;
    tour.guide_lists().await;
    tour.finish().await;
}

impl Tour {
    async fn open_practice(&self) {
        let window = &self.window;
        window.click("Try with demo data").await;
        window.click("TikTok Accounts").await;
        window.wait_for_row(&["Aurora Flights", "Synced"]).await;
        wait_for("the syncs to end", async || {
            let counts = window.invoke("sync_counts", json!({})).await;
            (counts["running"] == 0 && counts["queued"] == 0).then_some(())
        })
        .await;
        self.inspect("guide-accounts").await;
    }

    async fn guide_campaigns(&self) {
        let window = &self.window;
        window.click("Allocate Campaigns").await;
        window.select_option("TikTok Account", FLIGHTS).await;
        window.select_option("XPO Account", "Aurora Travel").await;
        window.select_option("Advertiser", "Aurora Flights").await;
        window.wait_for_text("Select all").await;
        self.tick_rows(4, "").await;
        window.wait_for_text("4 added").await;
        self.inspect("guide-campaigns").await;
        window.click("Save").await;
        window.wait_for_text("Success").await;
    }

    async fn guide_audiences(&self) {
        let window = &self.window;
        window.click("Allocate Audiences").await;
        window.select_option("TikTok Account", FLIGHTS).await;
        window.select_option("XPO Account", "Aurora Travel").await;
        window.select_option("Advertiser", "Aurora Flights").await;
        self.tick_rows(3, "Allocated: ").await;
        window.wait_for_text("3 added").await;
        self.inspect("guide-audiences").await;
        window.click("Save").await;
        window.wait_for_text("Success").await;
    }

    /// Checks the first checkboxes of the list whose label starts with `label`.
    async fn tick_rows(&self, count: usize, label: &str) {
        let tick = format!(
            "const boxes = [...document.querySelectorAll('[role=row]:not([hidden]) input[type=checkbox]')]
                .filter((box) => !box.closest('[role=columnheader]') && box.ariaLabel.startsWith('{label}'));
            if (boxes.length < {count}) return false;
            boxes.slice(0, {count}).forEach((box) => box.click());
            return true;"
        );
        wait_for("rows", async || (self.window.run_script(&tick).await.ok()? == true).then_some(())).await;
    }

    async fn guide_allocations(&self) {
        let window = &self.window;
        window.click("TikTok Accounts").await;
        window.click("Allocate Account").await;
        window.select_option("TikTok ad account", FLIGHTS).await;
        window.wait_for_text("Aurora Hotels").await;
        window.toggle("Aurora Flights").await;
        window.wait_for_text("Fix these 4 first:").await;
        self.inspect("guide-allocate-blocked").await;
        window.toggle("Aurora Flights").await;
        window.toggle("Aurora Hotels").await;
        window.wait_for_text("1 added").await;
        self.inspect("guide-allocate").await;
        self.cancel("1 added").await;
    }

    async fn guide_defaults(&self) {
        let window = &self.window;
        window.click("Allocate Account").await;
        window.select_option("TikTok ad account", FLIGHTS).await;
        window.wait_for_text("Aurora Hotels").await;
        window.toggle("Aurora Flights").await;
        window.wait_for_text("1 removed").await;
        window.click("Save").await;
        window.wait_for_dialog("Manage Default TikTok Accounts").await;
        self.inspect("guide-defaults").await;
        window.click("Cancel").await;
        self.cancel("1 removed").await;
    }

    async fn guide_csv_import(&self) {
        let window = &self.window;
        window.click("XPO Accounts").await;
        window.click("Import…").await;
        window.click("XPO accounts and advertisers…").await;
        window.wait_for_text("Columns of the file").await;
        let file = self.harness.home().join("clients.csv");
        fs::write(&file, CSV).unwrap();
        window.attach_file(&file).await;
        window.wait_for_row(&["Aurora Cruises", "Will be added"]).await;
        self.inspect("guide-csv-import").await;
        window.click("Cancel").await;
    }

    async fn guide_lists(&self) {
        let window = &self.window;
        window.click("Sync activity").await;
        window.wait_for_row(&["Audiences", "Done"]).await;
        self.inspect("guide-activity").await;
        window.click("Requests").await;
        window.wait_for_row(&["Lantern Games Japan", "Sent"]).await;
        self.inspect("guide-requests").await;
        window.click("Change history").await;
        window.wait_for_row(&["Practice partner"]).await;
        self.inspect("guide-history").await;
        window.click("Overview").await;
        window.click_if_present("Hide setup guide").await;
        window.wait_until_gone("Get started").await;
        self.inspect("guide-overview").await;
    }
}
