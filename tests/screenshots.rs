//! Tours through every screen and dialog in the real window, in both themes. `make screenshots` takes pictures in two sizes;
//! `make test` runs axe, which must find no violation.
//!
//! The pictures are in `target/screenshots/`, named after screen, state, theme and width.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "screenshots/accounts.rs"]
mod accounts;
#[path = "screenshots/allocations.rs"]
mod allocations;
#[path = "screenshots/guide.rs"]
mod guide;
mod harness;
#[path = "screenshots/history.rs"]
mod history;
#[path = "screenshots/requests.rs"]
mod requests;
#[path = "screenshots/tour.rs"]
mod tour;
#[path = "screenshots/xpo_accounts.rs"]
mod xpo_accounts;

use fantoccini::Locator;
use fantoccini::key::Key;
use harness::{Harness, HarnessOptions, IMPORT_SUCCESS, Keychain, wait_for};
use serde_json::json;
use tiktok_sandbox::{Action, Fault, SignInScript, Times};
use tour::{Inspection, SCREENSHOTS, Tour};

/// Declares two tests for each tour.
macro_rules! tours {
    ($($tour:path: $pictures:ident, $axe:ident;)*) => {$(
        #[ignore = "takes pictures: make screenshots"]
        #[tokio::test(flavor = "multi_thread")]
        async fn $pictures() {
            for inspection in SCREENSHOTS {
                $tour(inspection).await;
            }
        }

        #[tokio::test(flavor = "multi_thread")]
        async fn $axe() {
            $tour(Inspection::Axe).await;
        }
    )*};
}

tours! {
    first_start: screenshots_of_the_first_start, axe_finds_no_violation_from_the_first_start_to_the_import;
    no_keychain: screenshots_without_a_keychain, axe_finds_no_violation_without_a_keychain;
    accounts::tour: screenshots_of_tiktok_accounts, axe_finds_no_violation_in_tiktok_accounts;
    allocations::tour: screenshots_of_the_allocations, axe_finds_no_violation_in_the_allocations;
    xpo_accounts::tour: screenshots_of_xpo_accounts, axe_finds_no_violation_in_xpo_accounts;
    history::tour: screenshots_of_overview_history_and_activity, axe_finds_no_violation_in_overview_history_and_activity;
    requests::tour: screenshots_of_the_requests, axe_finds_no_violation_in_the_requests;
}

#[ignore = "takes pictures: make screenshots"]
#[tokio::test(flavor = "multi_thread")]
async fn pictures_of_the_guide() {
    guide::tour(SCREENSHOTS[0]).await;
}

/// Draws the screens from the first start to imported ad accounts, including the failures on the way.
async fn first_start(inspection: Inspection) {
    let tour = Tour::start(harness(inspection, Keychain::Open).await, inspection).await;
    tour.set_up().await;
    tour.failures().await;
    tour.imports().await;
    tour.list().await;
    tour.partners().await;
    tour.practice().await;
    tour.finish().await;
}

async fn no_keychain(inspection: Inspection) {
    let tour = Tour::start(harness(inspection, Keychain::Missing).await, inspection).await;
    tour.without_keychain().await;
    tour.finish().await;
}

async fn harness(inspection: Inspection, keychain: Keychain) -> Harness {
    Harness::with_options(HarnessOptions {
        accounts: 250,
        size: inspection.size(),
        keychain,
        // The guide shows a picture of the import.
        hostile_names: inspection == Inspection::Axe,
        ..HarnessOptions::default()
    })
    .await
}

impl Tour {
    async fn set_up(&self) {
        let window = &self.window;
        window.wait_for_text("Create your first partner").await;
        self.inspect("partners-empty").await;
        window.create_partner("Knorex Asia").await;
        self.inspect("accounts-unset").await;
        window.click("Overview").await;
        window.wait_for_text("Get started in five steps").await;
        self.inspect("overview-first").await;
        window.click("Help").await;
        window.click("Save a report for support").await;
        window.wait_for_dialog("Save a report for support").await;
        self.inspect("support-report").await;
        window.click("Cancel").await;
        window.wait_until_gone("It doesn't contain").await;

        window.click("Settings").await;
        window.wait_for_text("Test connection").await;
        self.inspect("settings-empty").await;
        window.fill("App ID", "not a number").await;
        window.show_addresses().await;
        window.fill("API address", "ftp://example.com").await;
        window.click("Save").await;
        wait_for("validation errors", async || {
            window.page.find(Locator::Css("[aria-invalid=true]")).await.ok()
        })
        .await;
        self.inspect("settings-error").await;

        window.fill_app_settings(self.harness.sandbox(), "wrong").await;
        window.click("Test connection").await;
        window.wait_for_text("The connection doesn't work yet.").await;
        self.inspect("settings-refused").await;
        window.fill("Secret", self.harness.sandbox().secret()).await;
        window.click("Test connection").await;
        window.wait_for_text("The connection works.").await;
        self.inspect("settings-tested").await;
        window.click("Save").await;
        window.wait_for_text("Saved.").await;
        self.inspect("settings-full").await;
        window.click("TikTok Accounts").await;
        window.wait_for_text("No TikTok ad accounts yet").await;
        self.inspect("accounts-empty").await;
    }

    async fn failures(&self) {
        let window = &self.window;
        self.script_sign_in(0, Action::Stay);
        window.click("Import TikTok Account").await;
        window.wait_for_dialog("Sign in to TikTok in the window that has opened").await;
        self.inspect("import-login").await;
        window.click("Cancel").await;
        window.wait_until_gone("Sign in to TikTok in the window").await;
        // A popup that was closed before it loaded its page has left its script behind.
        let script = format!("{}/sandbox/login", self.harness.sandbox().address());
        reqwest::Client::new().delete(script).send().await.unwrap().error_for_status().unwrap();

        self.script_sign_in(0, Action::Cancel);
        window.click("Import TikTok Account").await;
        window.wait_for_text("Sign-in cancelled").await;
        self.inspect("import-cancelled").await;
        window.click("Close").await;
        window.wait_until_gone("Sign-in cancelled").await;

        let refused = Fault { code: Some(40001), ..fault("oauth2/advertiser/get") };
        self.harness.sandbox().inject_fault(refused);
        self.script_sign_in(0, Action::Confirm);
        window.click("Import TikTok Account").await;
        window.click("Details").await;
        window.wait_for_text("Request ID").await;
        self.inspect("import-error").await;
        self.harness.sandbox().clear_faults();
        window.click("Close").await;
        window.wait_until_gone("Request ID").await;
    }

    async fn imports(&self) {
        let window = &self.window;
        self.harness.sandbox().inject_fault(Fault { hang: true, skip: 1, ..fault("advertiser/info") });
        self.script_sign_in(0, Action::Confirm);
        window.click("Import TikTok Account").await;
        window.wait_for_text("100 of").await;
        self.inspect("import-running").await;
        self.harness.sandbox().clear_faults();
        window.wait_for_dialog(IMPORT_SUCCESS).await;
        self.inspect("import-full").await;
        window.confirm_import().await;
        for user in [1, 2] {
            self.import_as(user).await;
            window.confirm_import().await;
        }

        let first = &self.harness.sandbox().users()[0].id;
        self.harness.post_to_sandbox(&format!("users/{first}/accounts"), json!({"gain": 3, "lose": 2})).await;
        self.import_as(0).await;
        self.inspect("import-changed").await;
        window.confirm_import().await;
    }

    async fn list(&self) {
        let window = &self.window;
        self.inspect("accounts-full").await;
        window.click("Filter by Status").await;
        let choice = wait_for("a choice", async || {
            window.page.find(Locator::Css("[role=menuitemcheckbox]")).await.ok()
        })
        .await;
        self.inspect("accounts-menu").await;
        choice.click().await.unwrap();
        window.press_key(Key::Escape).await;
        window.wait_for_text("Clear filters").await;
        self.inspect("accounts-filtered").await;
        window.fill("Search TikTok accounts", "nobody is called this").await;
        window.wait_for_text("Nothing matches").await;
        self.inspect("accounts-nomatch").await;
        window.click("Clear search and filters").await;
        window.wait_until_gone("Nothing matches").await;

        let user = self.harness.sandbox().users()[2].name.clone();
        window.click(&format!("Disconnect {user}")).await;
        window.wait_for_dialog(&format!("Disconnect {user}?")).await;
        self.inspect("disconnect-full").await;
        window.click("Cancel").await;
        window.wait_until_gone("is revoked at TikTok").await;
    }

    async fn partners(&self) {
        let window = &self.window;
        self.harness.sandbox().revoke_user(&self.harness.sandbox().users()[1].id);
        std::fs::write(self.harness.data_dir().join("partners/north.sqlite"), "no database at all").unwrap();
        let mut open = "Knorex Asia";
        for name in [
            "A partner whose name is as long as it may be, with all the words that nobody needs, 100",
            "عطور الشرق",
        ] {
            window.close_partner(open).await;
            window.create_partner(name).await;
            open = name;
        }
        window.close_partner(open).await;
        self.inspect("partners-full").await;
        window.click("Open Knorex Asia").await;
        window.click("TikTok Accounts").await;
        window.wait_for_text("Needs re-authorization").await;
        self.inspect("accounts-reauthorize").await;
        self.script_sign_in(1, Action::Confirm);
        window.click(&format!("Re-authorize {}", self.harness.sandbox().users()[1].name)).await;
        window.wait_for_dialog("Signed in again").await;
        self.inspect("import-again").await;
        window.click("Confirm").await;
        window.wait_until_gone("Signed in again").await;
        self.refused_app_id().await;
        window.click("Partner: Knorex Asia").await;
        window.click("Switch partner").await;
        window.wait_for_text("Choose the partner you work for.").await;
        self.inspect("partners-switch").await;
    }

    async fn refused_app_id(&self) {
        let window = &self.window;
        window.click("Settings").await;
        window.fill("App ID", "7000000000000000999").await;
        window.click("Save").await;
        window.wait_for_text("The connection doesn't work yet.").await;
        window.click("TikTok Accounts").await;
        window.click("Import TikTok Account").await;
        window.wait_for_text("TikTok's sign-in page shows an error").await;
        self.inspect("import-page-error").await;
        window.click("Cancel").await;
        window.wait_until_gone("TikTok's sign-in page shows an error").await;
    }

    async fn practice(&self) {
        let window = &self.window;
        window.click("Try with demo data").await;
        window.click("Settings").await;
        window.wait_for_text("Reset demo data").await;
        self.inspect("practice-settings").await;
        window.click("TikTok Accounts").await;
        window.wait_for_row(&["Synced"]).await;
        self.inspect("practice-full").await;

        let menu = window.page.find(Locator::Css("[data-row-menu]")).await.unwrap();
        menu.click().await.unwrap();
        window.wait_for_text("Add Payment").await;
        self.inspect("practice-menu").await;
        window.click("Add Payment").await;
        window.wait_for_dialog("Add Payment").await;
        self.inspect("payment-full").await;
    }

    async fn without_keychain(&self) {
        let window = &self.window;
        window.create_partner("Knorex Asia").await;
        window.click("Settings").await;
        window.fill_app_settings(self.harness.sandbox(), self.harness.sandbox().secret()).await;
        window.click("Save").await;
        window.wait_for_text("No keychain found on this computer").await;
        self.inspect("keys-missing").await;
        window.click("Keep until I quit").await;
        window.wait_until_app_saved().await;
        window.click("TikTok Accounts").await;
        window.wait_for_text("No TikTok ad accounts yet").await;
        self.inspect("keys-thisrun").await;
    }

    /// Lets one of the sandbox's users sign in and do `action`.
    fn script_sign_in(&self, user: usize, action: Action) {
        let user = Some(self.harness.sandbox().users()[user].id.clone());
        self.harness.sandbox().script_sign_in(SignInScript { user, action, ..SignInScript::default() });
    }

    async fn import_as(&self, user: usize) {
        self.script_sign_in(user, Action::Confirm);
        self.window.import().await;
    }
}

fn fault(endpoint: &str) -> Fault {
    Fault { endpoint: endpoint.into(), times: Times::Forever, ..Fault::default() }
}
