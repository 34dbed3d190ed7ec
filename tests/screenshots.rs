//! Every screen and dialog in the real window, looked at in two ways: as pictures, light and dark, in two sizes
//! (`make screenshots`); and by axe in both themes, which has to find nothing (`make test`).
//!
//! The pictures are in `target/screenshots/`, named screen, state, theme and width.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "screenshots/accounts.rs"]
mod accounts;
#[path = "screenshots/allocations.rs"]
mod allocations;
#[path = "screenshots/clients.rs"]
mod clients;
mod harness;
#[path = "screenshots/look.rs"]
mod look;
#[path = "screenshots/past.rs"]
mod past;
#[path = "screenshots/requests.rs"]
mod requests;

use fantoccini::Locator;
use fantoccini::key::Key;
use harness::{Harness, HarnessOptions, Keychain, control, until};
use look::{Look, PICTURES, Tour};
use serde_json::json;
use tiktok_sandbox::{Action, Fault, SignInScript, Times};

const IMPORTED: &str = "Successfully added TikTok Accounts to Partner";

/// Two tests for each part of the way round.
macro_rules! shown {
    ($($part:path: $pictures:ident, $axe:ident;)*) => {$(
        #[ignore = "draws pictures: make screenshots"]
        #[tokio::test(flavor = "multi_thread")]
        async fn $pictures() {
            for look in PICTURES {
                $part(look).await;
            }
        }

        #[tokio::test(flavor = "multi_thread")]
        async fn $axe() {
            $part(Look::Axe).await;
        }
    )*};
}

shown! {
    first_day: pictures_of_the_first_day, axe_finds_nothing_on_the_first_day;
    no_keychain: pictures_without_a_keychain, axe_finds_nothing_without_a_keychain;
    accounts::show: pictures_of_the_accounts, axe_finds_nothing_among_the_accounts;
    allocations::show: pictures_of_the_allocations, axe_finds_nothing_in_the_allocations;
    clients::show: pictures_of_the_clients, axe_finds_nothing_among_the_clients;
    past::show: pictures_of_the_past, axe_finds_nothing_in_overview_history_and_activity;
    requests::show: pictures_of_the_requests, axe_finds_nothing_among_the_requests;
}

/// From the first start to imported ad accounts, with everything that fails on the way.
async fn first_day(look: Look) {
    let tour = Tour::at(Harness::with(options(look, Keychain::Open)).await, look).await;
    tour.set_up().await;
    tour.failures().await;
    tour.imports().await;
    tour.list().await;
    tour.partners().await;
    tour.practice().await;
    tour.end().await;
}

async fn no_keychain(look: Look) {
    let tour = Tour::at(Harness::with(options(look, Keychain::Missing)).await, look).await;
    tour.without_keychain().await;
    tour.end().await;
}

fn options(look: Look, keychain: Keychain) -> HarnessOptions {
    HarnessOptions { accounts: 250, size: look.size(), keychain, ..HarnessOptions::default() }
}

impl Tour {
    async fn set_up(&self) {
        let window = &self.window;
        window.shows("Create your first partner").await;
        self.shot("partners-empty").await;
        self.create_partner("Knorex Asia").await;
        self.shot("accounts-unset").await;
        window.press("Overview").await;
        window.shows("Get started in five steps").await;
        self.shot("overview-first").await;
        window.press("Help").await;
        window.press("Save a report for support").await;
        window.dialog("Save a report for support").await;
        self.shot("support-report").await;
        window.press("Cancel").await;
        window.hides("It does not say").await;

        window.press("Settings").await;
        window.shows("Test connection").await;
        self.shot("settings-empty").await;
        window.fill("App ID", "not a number").await;
        window.fill("API address", "ftp://example.com").await;
        window.press("Save").await;
        until("faults are shown", async || window.page.find(Locator::Css("[aria-invalid=true]")).await.ok())
            .await;
        self.shot("settings-error").await;

        self.enter_app("wrong").await;
        window.press("Test connection").await;
        window.shows("The connection does not work yet.").await;
        self.shot("settings-refused").await;
        window.fill("Secret", self.harness.sandbox().secret()).await;
        window.press("Test connection").await;
        window.shows("The connection works.").await;
        self.shot("settings-tested").await;
        window.press("Save").await;
        window.shows("Saved.").await;
        self.shot("settings-full").await;
        window.press("TikTok Accounts").await;
        window.shows("No TikTok ad accounts yet").await;
        self.shot("accounts-empty").await;
    }

    async fn failures(&self) {
        let window = &self.window;
        self.next(0, Action::Stay);
        window.press("Import TikTok Account").await;
        window.dialog("Sign in to TikTok in the window that has opened").await;
        self.shot("import-login").await;
        window.press("Cancel").await;
        window.hides("Sign in to TikTok in the window").await;
        // A popup that was closed before it asked for its page left its orders behind.
        let orders = format!("{}/sandbox/login", self.harness.sandbox().address());
        reqwest::Client::new().delete(orders).send().await.unwrap().error_for_status().unwrap();

        self.next(0, Action::Cancel);
        window.press("Import TikTok Account").await;
        window.shows("Sign-in cancelled").await;
        self.shot("import-cancelled").await;
        window.press("Close").await;
        window.hides("Sign-in cancelled").await;

        let refused = Fault { code: Some(40001), ..fault("oauth2/advertiser/get") };
        self.harness.sandbox().inject_fault(refused);
        self.next(0, Action::Confirm);
        window.press("Import TikTok Account").await;
        window.press("Details").await;
        window.shows("Request ID").await;
        self.shot("import-error").await;
        self.harness.sandbox().clear_faults();
        window.press("Close").await;
        window.hides("Request ID").await;
    }

    async fn imports(&self) {
        let window = &self.window;
        self.harness.sandbox().inject_fault(Fault { hang: true, skip: 1, ..fault("advertiser/info") });
        self.next(0, Action::Confirm);
        window.press("Import TikTok Account").await;
        window.shows("100 of").await;
        self.shot("import-running").await;
        self.harness.sandbox().clear_faults();
        window.dialog(IMPORTED).await;
        self.shot("import-full").await;
        self.confirm().await;
        for user in [1, 2] {
            self.import(user).await;
            self.confirm().await;
        }

        let first = &self.harness.sandbox().users()[0].id;
        self.harness.control(&format!("users/{first}/accounts"), json!({"gain": 3, "lose": 2})).await;
        self.import(0).await;
        self.shot("import-changed").await;
        self.confirm().await;
    }

    async fn list(&self) {
        let window = &self.window;
        self.shot("accounts-full").await;
        window.press("Filter by Status").await;
        let choice =
            until("a choice", async || window.page.find(Locator::Css("[role=menuitemcheckbox]")).await.ok())
                .await;
        self.shot("accounts-menu").await;
        choice.click().await.unwrap();
        window.key(Key::Escape).await;
        window.shows("Clear filters").await;
        self.shot("accounts-filtered").await;
        window.fill("Search TikTok accounts", "nobody is called this").await;
        window.shows("Nothing matches").await;
        self.shot("accounts-nomatch").await;
        window.press("Clear search and filters").await;
        window.hides("Nothing matches").await;

        let user = self.harness.sandbox().users()[2].name.clone();
        window.press(&format!("Disconnect {user}")).await;
        window.dialog(&format!("Disconnect {user}?")).await;
        self.shot("disconnect-full").await;
        window.press("Cancel").await;
        window.hides("is revoked at TikTok").await;
    }

    async fn partners(&self) {
        let window = &self.window;
        self.harness.sandbox().revoke_user(&self.harness.sandbox().users()[1].id);
        std::fs::write(self.harness.data().join("partners/north.sqlite"), "no database at all").unwrap();
        let mut open = "Knorex Asia";
        for name in [
            "A partner whose name is as long as it may be, with all the words that nobody needs, 100",
            "عطور الشرق",
        ] {
            self.close_partner(open).await;
            self.create_partner(name).await;
            open = name;
        }
        self.close_partner(open).await;
        self.shot("partners-full").await;
        window.press("Open Knorex Asia").await;
        window.press("TikTok Accounts").await;
        window.shows("Needs re-authorization").await;
        self.shot("accounts-reauthorize").await;
        window.press("Partner: Knorex Asia").await;
        window.press("Switch partner").await;
        window.shows("Choose the partner you work for.").await;
        self.shot("partners-switch").await;
    }

    async fn practice(&self) {
        let window = &self.window;
        window.press("Explore the practice partner").await;
        window.press("TikTok Accounts").await;
        window.shows("No TikTok ad accounts yet").await;
        self.shot("practice-empty").await;
        window.press("Settings").await;
        let api = window.value("API address").await;
        self.shot("practice-settings").await;
        window.press("TikTok Accounts").await;
        control(api.strip_suffix("/open_api/v1.3").unwrap(), "login", json!({})).await;
        window.press("Import TikTok Account").await;
        window.dialog(IMPORTED).await;
        self.confirm().await;
        self.shot("practice-full").await;

        let menu = window.page.find(Locator::Css("[data-row-menu]")).await.unwrap();
        menu.click().await.unwrap();
        window.shows("Add Payment").await;
        self.shot("practice-menu").await;
        window.press("Add Payment").await;
        window.dialog("Add Payment").await;
        self.shot("payment-full").await;
    }

    async fn without_keychain(&self) {
        let window = &self.window;
        self.create_partner("Knorex Asia").await;
        window.press("Settings").await;
        self.enter_app(self.harness.sandbox().secret()).await;
        window.press("Save").await;
        window.shows("No keychain found on this computer").await;
        self.shot("keys-missing").await;
        window.press("Keep for this run only").await;
        window.hides("No keychain found on this computer").await;
        window.press_if("Save").await;
        window.shows("Saved.").await;
        window.press("TikTok Accounts").await;
        window.shows("No TikTok ad accounts yet").await;
        self.shot("keys-thisrun").await;
    }

    async fn create_partner(&self, name: &str) {
        self.window.fill("Partner name", name).await;
        self.window.press("Create partner").await;
        self.window.hides("Create partner").await;
        self.window.press("TikTok Accounts").await;
    }

    async fn close_partner(&self, name: &str) {
        self.window.press(&format!("Partner: {name}")).await;
        self.window.press("Close partner").await;
        self.window.shows("Choose the partner you work for.").await;
    }

    async fn enter_app(&self, secret: &str) {
        let (window, sandbox) = (&self.window, self.harness.sandbox());
        window.fill("App ID", sandbox.app_id()).await;
        window.fill("Secret", secret).await;
        window.fill("API address", &sandbox.api_address()).await;
        window.fill("Log-in address", &sandbox.sign_in_address()).await;
    }

    /// Let one of the sandbox's users log in and do `action`.
    fn next(&self, user: usize, action: Action) {
        let user = Some(self.harness.sandbox().users()[user].id.clone());
        self.harness.sandbox().script_sign_in(SignInScript { user, action, ..SignInScript::default() });
    }

    async fn import(&self, user: usize) {
        self.next(user, Action::Confirm);
        self.window.press("Import TikTok Account").await;
        self.window.dialog(IMPORTED).await;
    }

    async fn confirm(&self) {
        self.window.press("Confirm").await;
        self.window.hides(IMPORTED).await;
    }
}

fn fault(endpoint: &str) -> Fault {
    Fault { endpoint: endpoint.into(), times: Times::Forever, ..Fault::default() }
}
