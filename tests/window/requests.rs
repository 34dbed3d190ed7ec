//! Request New TikTok Account: the form, a real mail server, and the account that answers the request.

use std::fs;

use serde_json::json;
use tiktok_sandbox::{Action, Sizes};

use crate::harness::exim::{Exim, NOBODY, PASSWORD, USER};
use crate::harness::{Harness, HarnessOptions, Window, free_port, wait_for};
use crate::{import_accounts, start_configured, start_with_partner};

const BUTTON: &str = "Request New TikTok Account";
const SENT: &str = "Your request has been sent to Knorex.";
const MANAGER: &str = "Anna Tan <anna@knorex.example>";

/// Fills in the mail settings, without the recipients.
async fn fill_mail_server(window: &Window, port: u16, password: &str) {
    window.fill("SMTP server", "localhost").await;
    window.fill("Port", &port.to_string()).await;
    window.select_by_label("Security", "STARTTLS").await;
    window.fill("User", USER).await;
    window.fill("Password", password).await;
    window.fill("From", "XPO <xpo@partner.example>").await;
    window.fill("Reply-To", "maria@partner.example").await;
}

async fn save_mail(window: &Window) {
    window.click("Save mail settings").await;
    window.wait_until_gone("Unsaved changes").await;
}

/// Creates a partner whose mail settings name this account manager and a port that nothing listens on.
async fn start_without_mail_server(exim: &Exim, manager: &str) -> (Harness, Window) {
    let mut harness = Harness::new().await;
    harness.trusted = Some(exim.certificate_file());
    let window = start_with_partner(&harness).await;
    window.click("Settings").await;
    fill_mail_server(&window, free_port(), PASSWORD).await;
    window.fill("Account manager", manager).await;
    save_mail(&window).await;
    (harness, window)
}

/// Opens the request form and fills it in, keeping the defaults.
async fn fill_request(window: &Window, name: &str) {
    window.click(BUTTON).await;
    window.wait_for_dialog(BUTTON).await;
    window.select_option("Industry", "Games").await;
    window.select_option("Country", "Singapore").await;
    window.fill("Ad Account name", name).await;
    window.wait_until_enabled("Submit").await;
}

async fn submit(window: &Window) {
    window.click("Submit").await;
    window.wait_until_gone("TikTok does not let region").await;
}

/// Gives the sandbox's first user a new ad account with this name, as Knorex would, and returns its id.
async fn add_sandbox_account(harness: &Harness, name: &str) -> String {
    let user = &harness.sandbox().users()[0].id;
    let gained = harness.post_to_sandbox(&format!("users/{user}/accounts"), json!({ "gain": 1 })).await;
    let id = gained["gained"][0].as_str().unwrap().to_owned();
    harness.post_to_sandbox(&format!("accounts/{id}"), json!({ "name": name })).await;
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn r46_to_r48_a26_a_request_reaches_the_mail_server_and_is_fulfilled_by_an_imported_account() {
    let exim = Exim::start();
    let mut harness = Harness::with_options(HarnessOptions {
        accounts: 8,
        sizes: Sizes::each(0, 0, 0, 0),
        ..HarnessOptions::default()
    })
    .await;
    harness.trusted = Some(exim.certificate_file());
    let window = start_configured(&harness).await;
    import_accounts(&window, &harness).await;

    // A26: there is no recipient yet. The form keeps its content while the admin sets one.
    window.click(BUTTON).await;
    window.wait_for_dialog(BUTTON).await;
    window.fill("Ad Account name", "Aurora SG").await;
    window.wait_for_text("No recipient set").await;
    window.wait_until_disabled("Submit").await;
    window.click("Open mail settings").await;
    fill_mail_server(&window, exim.port, "wrong").await;
    window.click("Send test email").await;
    window.wait_for_text("Enter the account manager, the team or both.").await;
    window.fill("Account manager", MANAGER).await;
    window.fill("Team", "tiktok@knorex.example, ops@knorex.example").await;
    window.wait_until_gone("the team or both").await;
    window.click("Send test email").await;
    window.wait_for_text("The mail server rejected the user or password").await;
    window.fill("Password", PASSWORD).await;
    window.click("Send test email").await;
    window.wait_for_text("Test email sent").await;
    save_mail(&window).await;
    assert_eq!(window.value("Password").await, "");
    // The other one is that of the TikTok app.
    let tests = async || (window.text().await.matches("Tested on ").count() == 2).then_some(());
    wait_for("the time of the test", tests).await;

    // R47: the fields, their defaults, the hint, and the warning about a name that exists.
    window.click("TikTok Accounts").await;
    window.click(BUTTON).await;
    window.wait_for_dialog(BUTTON).await;
    assert_eq!(window.value("Ad Account name").await, "Aurora SG");
    assert_eq!(window.value("Currency").await, "USD");
    assert_eq!(window.value("Timezone").await, "Asia/Singapore");
    window
        .wait_for_text("TikTok does not let region, business name, currency or timezone be changed later.")
        .await;
    let (_, known) = harness.sandbox_accounts().await.remove(0);
    window.fill("Ad Account name", &known).await;
    window.wait_for_text(&format!("There is already a TikTok ad account named “{known}”.")).await;
    window.fill("Ad Account name", "Aurora SG").await;
    window.wait_until_gone("There is already a TikTok ad account named").await;
    window.select_option("Industry", "Games").await;
    window.select_option("Country", "SG").await;
    window.select_option("Timezone", "Kathmandu").await;
    window.wait_for_text("Asia/Kathmandu isn't available there").await;
    window.select_option("Timezone", "Asia/Singapore").await;
    window.wait_until_gone("Asia/Kathmandu isn't available there").await;
    window.wait_until_enabled("Submit").await;
    // The form would say that something was changed elsewhere if two previews of the same data differed.
    let request = json!({ "action": {
        "action": "request_account", "name": "Aurora SG", "note": "", "industry": "Games", "country": "SG",
        "currency": "USD", "timezone": "Asia/Singapore",
    } });
    let preview = window.invoke("preview", request.clone()).await;
    assert_eq!(window.invoke("preview", request).await, preview);
    submit(&window).await;
    window.wait_for_text(SENT).await;

    // R48: the server has the mail: To the account manager, Cc the team, Reply-To the requester.
    let mails = exim.delivered(2).await;
    let mail = String::from_utf8_lossy(&mails[1]).into_owned();
    for part in [
        "Subject: New TikTok ad account: Aurora SG",
        "anna@knorex.example",
        "tiktok@knorex.example",
        "ops@knorex.example",
        "maria@partner.example",
        "Asia/Singapore (UTC+08:00)",
    ] {
        assert!(mail.contains(part), "{part} is not in {mail}");
    }
    window.click("Requests").await;
    window.wait_for_row(&["Aurora SG", "Sent", "1"]).await;
    window.choose_action("Aurora SG", "Details").await;
    window.click("The mail").await;
    window.wait_for_text("Industry: Games").await;
    window.click("Close").await;
    window.click(BUTTON).await;
    window.fill("Ad Account name", "aurora sg").await;
    window.wait_for_text("There is already an open request for “Aurora SG”.").await;
    window.click("Cancel").await;
    window.click("Discard").await;

    // The next import brings the account and suggests it for the request.
    let id = add_sandbox_account(&harness, "Aurora SG").await;
    window.click("TikTok Accounts").await;
    harness.script_sign_in(Action::Confirm);
    window.import().await;
    window.click("Mark fulfilled: the request for Aurora SG").await;
    window.wait_for_text("Success: marked the request for Aurora SG fulfilled by Aurora SG.").await;
    window.confirm_import().await;
    window.click("Requests").await;
    window.wait_for_row(&["Aurora SG", "Fulfilled"]).await;
    window.click("Undo").await;
    window.wait_for_row(&["Aurora SG", "Sent", "· arrived"]).await;
    window.click("Mark fulfilled").await;
    window.wait_for_row(&["Aurora SG", "Fulfilled"]).await;
    window.click("Change history").await;
    window.wait_for_row(&["Marked the request for Aurora SG fulfilled"]).await;
    window.wait_for_row(&["Requested the ad account Aurora SG"]).await;
    window.click("Requests").await;
    let link = "//*[@role='row']//button[normalize-space(.)='Aurora SG']";
    let link = fantoccini::Locator::XPath(link);
    wait_for("the account's link", async || window.page.find(link).await.ok()?.click().await.ok()).await;
    window.wait_for_text(&id).await;
    window.close().await;
    assert_eq!(exim.mails().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn r48_an_unsent_request_survives_restarts_shows_its_error_and_is_sent_once() {
    let exim = Exim::start();
    let (harness, window) = start_without_mail_server(&exim, NOBODY).await;

    // Nothing listens on the port: the request is saved and shown as unsent.
    window.click("Requests").await;
    window.wait_for_text("No requests yet").await;
    fill_request(&window, "Harbor SG").await;
    submit(&window).await;
    window
        .wait_for_text("Your request is saved, but is not sent yet. Can't connect to the mail server.")
        .await;
    window.wait_for_row(&["Harbor SG", "Queued · next try ", "Can't connect to the mail server"]).await;
    window.close().await;
    let window = harness.start_app().await;
    window.click("Requests").await;
    window.wait_for_row(&["Harbor SG", "Queued", "Can't connect to the mail server"]).await;

    // Saving the right port retries immediately. An unknown recipient is a permanent failure.
    window.click("Settings").await;
    window.fill("Port", &exim.port.to_string()).await;
    save_mail(&window).await;
    window.click("Requests").await;
    window.wait_for_row(&["Harbor SG", "Failed", "The mail server rejected a recipient"]).await;
    window.choose_action("Harbor SG", "Resend").await;
    window
        .wait_for_text("Your request is saved, but was not sent. The mail server rejected a recipient.")
        .await;
    window.wait_for_row(&["Harbor SG", "Failed"]).await;
    window.choose_action("Harbor SG", "Details").await;
    window.click("Details").await;
    window.wait_for_text("no such mailbox").await;
    window.click("Mail settings").await;
    window.fill("Account manager", MANAGER).await;
    save_mail(&window).await;
    window.click("Requests").await;
    window.wait_for_row(&["Harbor SG", "Sent"]).await;
    assert_eq!(exim.delivered(1).await.len(), 1);

    // A request that was sent is mailed again only on demand.
    window.choose_action("Harbor SG", "Resend…").await;
    window.wait_for_text("Knorex will receive another one as a reminder.").await;
    window.click("Resend").await;
    window.wait_for_text(SENT).await;
    let mails = exim.delivered(2).await;
    let reminders = mails.iter().filter(|mail| String::from_utf8_lossy(mail).contains("Subject: Reminder: "));
    assert_eq!((reminders.count(), mails.len()), (1, 2));

    // A request that was sent can be withdrawn but not undone, because the mail has been delivered.
    window.click("Change history").await;
    window.wait_for_row(&["Requested the ad account Harbor SG", "Emailed"]).await;
    window.click("Requests").await;
    window.choose_action("Harbor SG", "Withdraw…").await;
    window.wait_for_text("Knorex may already have the email").await;
    window.click("Withdraw").await;
    window.wait_for_text("Success: withdrew the request for Harbor SG.").await;
    window.wait_for_row(&["Harbor SG", "Withdrawn"]).await;
    window.close().await;
    assert_eq!(exim.mails().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn r48_a_request_that_was_not_sent_can_be_undone_and_is_then_never_mailed() {
    let exim = Exim::start();
    let (_harness, window) = start_without_mail_server(&exim, MANAGER).await;

    window.click("Requests").await;
    for name in ["Taken back", "Kept"] {
        fill_request(&window, name).await;
        submit(&window).await;
        window.wait_for_row(&[name, "Queued · next try "]).await;
    }
    window.choose_action("Taken back", "Withdraw…").await;
    window.click("Withdraw").await;
    window.wait_for_row(&["Taken back", "Withdrawn"]).await;
    // The withdrawal can be undone, and so can the request.
    window.click("Undo").await;
    window.wait_for_row(&["Taken back", "Queued"]).await;
    window.click("Change history").await;
    window.click("Undo: requested the ad account Taken back, no. 1").await;
    window.wait_for_dialog("Undo: requested the ad account Taken back").await;
    window.wait_for_text("1 changed").await;
    window.click("Undo").await;
    window.wait_for_text("Undid: ").await;
    window.click("Requests").await;
    window.wait_for_row(&["Taken back", "Withdrawn"]).await;

    window.click("Settings").await;
    window.fill("Port", &exim.port.to_string()).await;
    save_mail(&window).await;
    window.click("Requests").await;
    window.wait_for_row(&["Kept", "Sent"]).await;
    window.wait_for_row(&["Taken back", "Withdrawn"]).await;
    window.close().await;
    let mails = exim.mails();
    assert_eq!(mails.len(), 1);
    assert!(String::from_utf8_lossy(&mails[0]).contains("Subject: New TikTok ad account: Kept"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_waits_for_wrong_mail_settings_and_is_sent_once_they_are_right_in_25_presses() {
    let exim = Exim::start();
    let mut harness = Harness::new().await;
    harness.trusted = Some(exim.certificate_file());
    let window = start_with_partner(&harness).await;

    window.count_presses().await;
    window.click(BUTTON).await;
    window.wait_for_dialog(BUTTON).await;
    window.fill("Ad Account name", "Aurora SG").await;
    window.select_option("Industry", "Games").await;
    window.select_option("Country", "Singapore").await;
    window.click("Open mail settings").await;
    fill_mail_server(&window, exim.port, "wrong").await;
    window.fill("Account manager", MANAGER).await;
    save_mail(&window).await;
    window.click("TikTok Accounts").await;
    // The form is as it was left.
    window.click(BUTTON).await;
    window.wait_for_dialog(BUTTON).await;
    window.wait_until_enabled("Submit").await;
    submit(&window).await;
    window.wait_for_text("The mail server rejected the user or password").await;
    window.click("Mail settings").await;
    window.fill("Password", PASSWORD).await;
    save_mail(&window).await;
    window.click("Requests").await;
    window.wait_for_row(&["Aurora SG", "Sent"]).await;
    window.assert_presses("h: request an account with wrong mail settings, then right ones", 25).await;
    assert_eq!(exim.delivered(1).await.len(), 1);
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_practice_partner_writes_its_mails_as_files_and_shows_them() {
    let harness = Harness::without_keychain().await;
    let window = harness.start_app().await;
    window.click("Try with demo data").await;
    window.click("Requests").await;
    window.wait_for_row(&["Lantern Games Japan", "Sent"]).await;
    fill_request(&window, "Lantern Games SG").await;
    submit(&window).await;
    window.wait_for_text("Saved as a file, because the practice partner sends no email.").await;
    window.wait_for_row(&["Lantern Games SG", "Sent"]).await;
    window.click("Emails of the practice partner").await;
    window.wait_for_text("Subject: New TikTok ad account: Lantern Games SG").await;
    window.wait_for_text("To: ").await;
    window.close().await;
    let files: Vec<_> = fs::read_dir(harness.data_dir().join("practice/mails")).unwrap().collect();
    assert_eq!(files.len(), 2);
}
