//! Requests, the request form and the mail settings.

use fantoccini::key::Key;

use crate::harness::book::{self, ACCOUNTS, PARTNER};
use crate::harness::free_port;
use crate::harness::requests::{self, ARRIVED, REFUSED, WAITING};
use crate::tour::{Inspection, Tour};

const BUTTON: &str = "Request New TikTok Account";

pub async fn tour(inspection: Inspection) {
    let tour = Tour::of_book(inspection, |data| {
        book::seed_book(data, 40);
        requests::seed_requests(data);
    })
    .await;
    tour.requests().await;
    tour.request().await;
    tour.mail_settings().await;
    tour.practice_mails().await;
    tour.finish().await;
}

impl Tour {
    async fn requests(&self) {
        let window = &self.window;
        window.click("Requests").await;
        window.wait_for_row(&[ARRIVED, "· arrived"]).await;
        self.inspect("requests-full").await;
        window.click(&format!("Actions for {REFUSED}")).await;
        window.wait_for_text("Resend").await;
        self.inspect("requests-menu").await;
        window.click("Details").await;
        window.click("Details").await;
        window.wait_for_text("550 5.1.1 no such mailbox").await;
        self.inspect("request-refused").await;
        window.click("Close").await;
        window.choose_action(WAITING, "Details").await;
        window.click("The mail").await;
        window.wait_for_text("Please hurry.").await;
        self.inspect("request-mail").await;
        window.click("Close").await;
        window.choose_action(ARRIVED, "Withdraw…").await;
        window.wait_for_text("Knorex may already have the email").await;
        self.inspect("request-withdraw").await;
        window.click("Cancel").await;
        window.choose_action(ARRIVED, "Mark fulfilled…").await;
        window.wait_for_text("Without an account").await;
        self.inspect("request-fulfil").await;
        window.click("Cancel").await;
        window.click("Filter by State").await;
        window.click("Failed").await;
        window.press_key(Key::Escape).await;
        window.wait_for_text("Clear filters").await;
        self.inspect("requests-filtered").await;
        window.click("Clear filters").await;
        window.fill("Search requests", "nobody is called this").await;
        window.wait_for_text("Nothing matches").await;
        self.inspect("requests-nomatch").await;
        window.click("Clear search and filters").await;
    }

    async fn request(&self) {
        let window = &self.window;
        window.click("TikTok Accounts").await;
        window.click(BUTTON).await;
        window.wait_for_dialog(BUTTON).await;
        window.fill("Ad Account name", ACCOUNTS[0]).await;
        window.select_option("Industry", "Games").await;
        window.select_option("Country", "Singapore").await;
        window.select_option("Timezone", "Kathmandu").await;
        window.wait_for_text("Asia/Kathmandu isn't available there").await;
        self.inspect("request-warnings").await;
        window.open_picker("Timezone", "05:45").await;
        window.wait_for_text("UTC+05:45, not on TikTok").await;
        self.inspect("request-picker").await;
        window.press_key(Key::Escape).await;
        window.fill("Ad Account name", &"a".repeat(101)).await;
        window.wait_for_text("Enter 1 to 100 visible characters").await;
        self.inspect("request-error").await;
        window.click("Cancel").await;
        window.click("Discard").await;
    }

    /// Draws the mail settings of a new partner.
    async fn mail_settings(&self) {
        let window = &self.window;
        window.close_partner(PARTNER).await;
        window.create_partner("Nothing yet").await;
        window.click("Requests").await;
        window.wait_for_text("No requests yet").await;
        self.inspect("requests-empty").await;
        window.click(BUTTON).await;
        window.wait_for_text("No recipient set").await;
        self.inspect("request-empty").await;
        window.click("Open mail settings").await;
        window.wait_for_text("Send test email").await;
        self.inspect("mail-empty").await;
        window.click("Save mail settings").await;
        window.wait_for_text("the team or both").await;
        self.inspect("mail-error").await;
        window.fill("SMTP server", "localhost").await;
        window.fill("Port", &free_port().to_string()).await;
        window.select_by_label("Security", "None (this computer only)").await;
        window.fill("From", "xpo@partner.example").await;
        window.fill("Account manager", "anna@knorex.example").await;
        // The errors disappear a moment after the last key, which moves the buttons.
        window.wait_until_gone("the team or both").await;
        window.click("Send test email").await;
        window.wait_for_text("Can't connect to the mail server").await;
        self.inspect("mail-refused").await;
        window.click("Save mail settings").await;
        window.wait_until_gone("Unsaved changes").await;
        self.inspect("mail-full").await;
    }

    async fn practice_mails(&self) {
        let window = &self.window;
        window.close_partner("Nothing yet").await;
        window.click("Try with demo data").await;
        window.click("Requests").await;
        window.click(BUTTON).await;
        window.wait_for_dialog(BUTTON).await;
        window.fill("Ad Account name", "Lantern Games SG").await;
        window.select_option("Industry", "Games").await;
        window.select_option("Country", "Singapore").await;
        window.wait_until_enabled("Submit").await;
        self.inspect("request-full").await;
        window.click("Submit").await;
        window.wait_for_row(&["Lantern Games SG", "Sent"]).await;
        self.inspect("requests-practice").await;
        window.click("Emails of the practice partner").await;
        window.wait_for_text("Subject: New TikTok ad account: Lantern Games SG").await;
        self.inspect("practice-mails").await;
    }
}
