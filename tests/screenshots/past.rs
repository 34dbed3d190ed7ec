//! Overview, Change history with its dialogs, Sync activity, and the search over everything.

use fantoccini::key::Key;
use serde_json::json;

use crate::harness::book::{self, ACCOUNTS, PARTNER, account};
use crate::harness::{Harness, HarnessOptions, Keychain};
use crate::look::{Look, Tour};

pub async fn show(look: Look) {
    let options =
        HarnessOptions { size: look.size(), keychain: Keychain::Missing, ..HarnessOptions::default() };
    let harness = Harness::with(options).await;
    book::furnish(&harness.data(), 40);
    book::hand_out(&harness.data());
    let tour = Tour::at(harness, look).await;
    tour.window.press(&format!("Open {PARTNER}")).await;
    tour.overview().await;
    tour.history().await;
    tour.as_of().await;
    tour.activity().await;
    tour.search().await;
    tour.end().await;
}

impl Tour {
    async fn overview(&self) {
        let window = &self.window;
        window.press("Overview").await;
        window.shows("Client 1").await;
        window.press("Put the first steps away").await;
        window.hides("Get started").await;
        self.shot("overview-full").await;
    }

    async fn history(&self) {
        let window = &self.window;
        window.press("Change history").await;
        window.row(&["Initialized campaigns"]).await;
        self.shot("history-full").await;
        window.press("Undo initialized campaigns, no. 5").await;
        window.dialog("This cannot be undone as it is").await;
        self.shot("history-refused").await;
        window.press("Close").await;
        window.row(&["Campaign allocations"]).await;
        let entry = "const row = [...document.querySelectorAll('[role=row]')]
            .find((one) => one.innerText.includes('Campaign allocations'));
            row.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));";
        window.run(entry).await.unwrap();
        window.dialog("Campaign allocations").await;
        self.shot("history-entry").await;
        window.press("Close").await;
        window.hides("What it changed").await;
    }

    async fn as_of(&self) {
        let window = &self.window;
        window.press("As of a date…").await;
        window.fill("Date and time", "31 February").await;
        window.press("Show").await;
        window.shows("Type a date and a time").await;
        self.shot("as-of-dialog").await;
        window.press("Yesterday").await;
        window.press("Show").await;
        window.shows("There was nothing yet").await;
        self.shot("as-of-empty").await;
        window.press("Back to now").await;
    }

    async fn activity(&self) {
        let window = &self.window;
        let accounts = json!([account(1), account(2)]);
        window.command("request_syncs", json!({ "kind": "account", "accounts": accounts })).await;
        window.press("Sync activity").await;
        window.row(&[ACCOUNTS[1], "Queued"]).await;
        self.shot("activity-waiting").await;
        window.press(&format!("Actions for Account of {}", ACCOUNTS[1])).await;
        window.press("Details").await;
        window.dialog("Sync Account").await;
        self.shot("activity-details").await;
        window.press("Cancel this sync").await;
        window.row(&[ACCOUNTS[1], "Cancelled"]).await;
        self.shot("activity-cancelled").await;
    }

    async fn search(&self) {
        let window = &self.window;
        window.page.active_element().await.unwrap().send_keys(&(Key::Control + "k")).await.unwrap();
        window.dialog_open().await;
        window.page.active_element().await.unwrap().send_keys("brand").await.unwrap();
        window.shows("Brand 2").await;
        self.shot("search-found").await;
        window.key(Key::Escape).await;
    }
}
