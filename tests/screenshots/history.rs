//! Overview, Change history with its dialogs, Sync activity, and the global search.

use fantoccini::key::Key;
use serde_json::json;

use crate::harness::book::{ACCOUNTS, account_id};
use crate::tour::{Inspection, Tour};

pub async fn tour(inspection: Inspection) {
    let tour = Tour::of_allocated_book(inspection, 40).await;
    tour.overview().await;
    tour.history().await;
    tour.as_of().await;
    tour.activity().await;
    tour.search().await;
    tour.settings().await;
    tour.finish().await;
}

impl Tour {
    async fn overview(&self) {
        let window = &self.window;
        window.click("Overview").await;
        window.wait_for_text("Client 1").await;
        window.click("Hide setup guide").await;
        window.wait_until_gone("Get started").await;
        self.inspect("overview-full").await;
    }

    async fn history(&self) {
        let window = &self.window;
        window.click("Change history").await;
        window.wait_for_row(&["Initialized "]).await;
        self.inspect("history-full").await;
        let undo = "[...document.querySelectorAll('button')]
            .findLast((one) => one.ariaLabel?.startsWith('Undo: allocated')).click();";
        window.run_script(undo).await.unwrap();
        window.wait_for_text("Also deallocate").await;
        self.inspect("history-undo").await;
        window.click("Cancel").await;
        let entry = "const row = [...document.querySelectorAll('[role=row]:not([hidden])')]
            .find((one) => one.innerText.includes('Allocated 2'));
            row.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));";
        window.run_script(entry).await.unwrap();
        window.wait_for_any_dialog().await;
        self.inspect("history-entry").await;
        window.click("Close").await;
        window.wait_until_gone("Edits").await;
    }

    async fn as_of(&self) {
        let window = &self.window;
        window.click("Allocations on…").await;
        window.fill("Date and time", "31 February").await;
        window.click("Show").await;
        window.wait_for_text("Enter a date and a time").await;
        self.inspect("as-of-dialog").await;
        window.click("Yesterday").await;
        window.click("Show").await;
        window.wait_for_text("No data at that time").await;
        self.inspect("as-of-empty").await;
        window.click("Back to now").await;
    }

    async fn activity(&self) {
        let window = &self.window;
        let accounts = json!([account_id(1), account_id(2)]);
        window.invoke("request_syncs", json!({ "kind": "account", "accounts": accounts })).await;
        window.click("Sync activity").await;
        window.wait_for_row(&[ACCOUNTS[1], "Queued"]).await;
        self.inspect("activity-waiting").await;
        window.click(&format!("Actions for Account of {}", ACCOUNTS[1])).await;
        window.click("Details").await;
        window.wait_for_dialog("Sync Account").await;
        self.inspect("activity-details").await;
        window.click("Cancel this sync").await;
        window.wait_for_row(&[ACCOUNTS[1], "Cancelled"]).await;
        self.inspect("activity-cancelled").await;
    }

    async fn settings(&self) {
        let window = &self.window;
        window.click("Settings").await;
        window.click("Back up now").await;
        window.wait_for_text("Backed up.").await;
        window.click_first("Restore the backup of ").await;
        window.wait_for_text("The backup has every change in the history.").await;
        self.inspect("settings-restore").await;
        window.click("Cancel").await;
        window.wait_until_gone("The backup has every change").await;
        window.click("Delete partner…").await;
        window.wait_for_text("Type the partner's name to confirm").await;
        self.inspect("settings-delete").await;
        self.cancel("Type the partner's name to confirm").await;
    }

    async fn search(&self) {
        let window = &self.window;
        window.send_keys(&(Key::Control + "k")).await;
        window.wait_for_any_dialog().await;
        window.send_keys("brand").await;
        window.wait_for_text("Brand 2").await;
        self.inspect("search-found").await;
        window.press_key(Key::Escape).await;
    }
}
