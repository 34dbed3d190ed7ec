//! Requests, the dialog that makes one, and the settings of mail.

use fantoccini::key::Key;

use crate::harness::book::{self, ACCOUNTS, PARTNER};
use crate::harness::mails::{self, ARRIVED, REFUSED, WAITING};
use crate::harness::{Harness, HarnessOptions, Keychain, free_port};
use crate::look::{Look, Tour};

const BUTTON: &str = "Request New TikTok Account";

pub async fn show(look: Look) {
    let options =
        HarnessOptions { size: look.size(), keychain: Keychain::Missing, ..HarnessOptions::default() };
    let harness = Harness::with(options).await;
    book::furnish(&harness.data(), 40);
    mails::ask(&harness.data());
    let tour = Tour::at(harness, look).await;
    tour.window.press(&format!("Open {PARTNER}")).await;
    tour.requests().await;
    tour.request().await;
    tour.mail_of_nobody().await;
    tour.mails_of_practice().await;
    tour.end().await;
}

impl Tour {
    async fn requests(&self) {
        let window = &self.window;
        window.press("Requests").await;
        window.row(&[ARRIVED, "Arrived"]).await;
        self.shot("requests-full").await;
        window.press(&format!("Actions of {REFUSED}")).await;
        window.shows("Resend").await;
        self.shot("requests-menu").await;
        window.press("Details").await;
        window.press("Details").await;
        window.shows("550 5.1.1 no such mailbox").await;
        self.shot("request-refused").await;
        window.press("Close").await;
        window.menu(WAITING, "Details").await;
        window.press("The mail").await;
        window.shows("Please hurry.").await;
        self.shot("request-mail").await;
        window.press("Close").await;
        window.menu(ARRIVED, "Withdraw…").await;
        window.shows("Knorex may have the mail already").await;
        self.shot("request-withdraw").await;
        window.press("Cancel").await;
        window.menu(ARRIVED, "Mark fulfilled…").await;
        window.shows("Without an account").await;
        self.shot("request-fulfil").await;
        window.press("Cancel").await;
        window.press("Filter by State").await;
        window.press("Failed").await;
        window.key(Key::Escape).await;
        window.shows("Clear filters").await;
        self.shot("requests-filtered").await;
        window.press("Clear filters").await;
        window.fill("Search requests", "nobody is called this").await;
        window.shows("Nothing matches").await;
        self.shot("requests-nomatch").await;
        window.press("Clear search and filters").await;
    }

    async fn request(&self) {
        let window = &self.window;
        window.press("TikTok Accounts").await;
        window.press(BUTTON).await;
        window.dialog(BUTTON).await;
        window.fill("Ad Account name", ACCOUNTS[0]).await;
        window.pick("Industry", "Games").await;
        window.pick("Country", "Singapore").await;
        window.pick("Timezone", "Kathmandu").await;
        window.shows("does not have Asia/Kathmandu").await;
        self.shot("request-warnings").await;
        window.open_picker("Timezone", "05:45").await;
        window.shows("UTC+05:45, not on TikTok").await;
        self.shot("request-picker").await;
        window.key(Key::Escape).await;
        window.fill("Ad Account name", &"a".repeat(101)).await;
        window.shows("type 1 to 100 characters").await;
        self.shot("request-error").await;
        window.press("Cancel").await;
        window.press("Discard").await;
    }

    /// A partner that nothing was entered for.
    async fn mail_of_nobody(&self) {
        let window = &self.window;
        window.press(&format!("Partner: {PARTNER}")).await;
        window.press("Close partner").await;
        window.fill("Partner name", "Nothing yet").await;
        window.press("Create partner").await;
        window.press("Requests").await;
        window.shows("No requests yet").await;
        self.shot("requests-empty").await;
        window.press(BUTTON).await;
        window.shows("There is nobody to write to").await;
        self.shot("request-empty").await;
        window.press("Go there: mail settings").await;
        window.shows("Send a test mail").await;
        self.shot("mail-empty").await;
        window.press("Save mail settings").await;
        window.shows("the team or both").await;
        self.shot("mail-error").await;
        window.fill("SMTP server", "localhost").await;
        window.fill("Port", &free_port().to_string()).await;
        window.select("Security", "None (this computer only)").await;
        window.fill("Sender", "xpo@partner.example").await;
        window.fill("Account manager", "anna@knorex.example").await;
        // What was shown as wrong goes a moment after the last key, and the buttons move.
        window.hides("the team or both").await;
        window.press("Send a test mail").await;
        window.shows("Can't connect to the mail server").await;
        self.shot("mail-refused").await;
        window.press("Save mail settings").await;
        window.hides("Not saved yet").await;
        self.shot("mail-full").await;
    }

    async fn mails_of_practice(&self) {
        let window = &self.window;
        window.press("Partner: Nothing yet").await;
        window.press("Close partner").await;
        window.press("Explore the practice partner").await;
        window.press("Requests").await;
        window.press(BUTTON).await;
        window.dialog(BUTTON).await;
        window.fill("Ad Account name", "Lantern Games SG").await;
        window.pick("Industry", "Games").await;
        window.pick("Country", "Singapore").await;
        window.pressable("Submit", true).await;
        self.shot("request-full").await;
        window.press("Submit").await;
        window.row(&["Lantern Games SG", "Sent"]).await;
        self.shot("requests-practice").await;
        window.press("Mails of the practice partner").await;
        window.shows("Subject: New TikTok ad account: Lantern Games SG").await;
        self.shot("practice-mails").await;
    }
}
