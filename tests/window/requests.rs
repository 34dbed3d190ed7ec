//! Request New TikTok Account (article, G): from the popup to a real mail server, and to the account that arrives.

use std::fs;

use serde_json::{Value, json};
use tiktok_sandbox::{Action, Sizes};

use crate::harness::exim::{Exim, NOBODY, PASSWORD, USER};
use crate::harness::{Harness, HarnessOptions, Keychain, Window, free_port, until};
use crate::{IMPORTED, create_partner, import, next, set_up};

const BUTTON: &str = "Request New TikTok Account";
const SENT: &str = "Your request has been sent to Knorex.";
const MANAGER: &str = "Anna Tan <anna@knorex.example>";

/// Fill the form of mail in, but for who gets it.
async fn enter_server(window: &Window, port: u16, password: &str) {
    window.fill("SMTP server", "localhost").await;
    window.fill("Port", &port.to_string()).await;
    window.select("Security", "STARTTLS").await;
    window.fill("User", USER).await;
    window.fill("Password", password).await;
    window.fill("Sender", "XPO <xpo@partner.example>").await;
    window.fill("Answers to", "maria@partner.example").await;
}

async fn save_mail(window: &Window) {
    window.press("Save mail settings").await;
    window.hides("Not saved yet").await;
}

/// Fill the form of a request in, with the defaults that it has.
async fn ask_for(window: &Window, name: &str) {
    window.press(BUTTON).await;
    window.dialog(BUTTON).await;
    window.pick("Industry", "Games").await;
    window.pick("Country", "Singapore").await;
    window.fill("Ad Account name", name).await;
    window.pressable("Submit", true).await;
}

async fn submit(window: &Window) {
    window.press("Submit").await;
    window.hides("TikTok does not let region").await;
}

/// The names of the ad accounts that TikTok's first user reaches.
async fn names(harness: &Harness) -> Vec<String> {
    let user = &harness.sandbox().users()[0].id;
    let url = format!("{}/sandbox/users/{user}/accounts", harness.sandbox().address());
    let listed: Value = reqwest::get(url).await.unwrap().json().await.unwrap();
    let accounts = listed["accounts"].as_array().unwrap();
    accounts.iter().map(|account| account["name"].as_str().unwrap().to_owned()).collect()
}

/// Knorex opens an ad account with this name for TikTok's first user. Gives its id.
async fn open_account(harness: &Harness, name: &str) -> String {
    let user = &harness.sandbox().users()[0].id;
    let gained = harness.control(&format!("users/{user}/accounts"), json!({ "gain": 1 })).await;
    let id = gained["gained"][0].as_str().unwrap().to_owned();
    harness.control(&format!("accounts/{id}"), json!({ "name": name })).await;
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn r46_to_r48_a26_a_request_reaches_the_mail_server_and_the_account_that_arrives_fulfils_it() {
    let exim = Exim::start();
    let mut harness = Harness::with(HarnessOptions {
        accounts: 8,
        sizes: Sizes::each(0, 0, 0, 0),
        ..HarnessOptions::default()
    })
    .await;
    harness.trusted = Some(exim.certificate_file());
    let window = harness.start().await;
    set_up(&window, &harness).await;
    import(&window, &harness).await;

    // A26: nobody to write to yet; what was typed is still there afterwards.
    window.press(BUTTON).await;
    window.dialog(BUTTON).await;
    window.fill("Ad Account name", "Aurora SG").await;
    window.shows("There is nobody to write to").await;
    window.pressable("Submit", false).await;
    window.press("Go there: mail settings").await;
    enter_server(&window, exim.port, "wrong").await;
    window.press("Send a test mail").await;
    window.shows("Enter the account manager, the team or both.").await;
    window.fill("Account manager", MANAGER).await;
    window.fill("Team", "tiktok@knorex.example, ops@knorex.example").await;
    window.hides("the team or both").await;
    window.press("Send a test mail").await;
    window.shows("The mail server rejected the user or password").await;
    window.fill("Password", PASSWORD).await;
    window.press("Send a test mail").await;
    window.shows("The mail server took the test mail").await;
    save_mail(&window).await;
    assert_eq!(window.value("Password").await, "");

    // R47: the fields, their defaults, the hint, and the warning about a name that exists.
    window.press("TikTok Accounts").await;
    window.press(BUTTON).await;
    window.dialog(BUTTON).await;
    assert_eq!(window.value("Ad Account name").await, "Aurora SG");
    assert_eq!(window.value("Currency").await, "USD");
    assert_eq!(window.value("Timezone").await, "Asia/Singapore");
    window.shows("TikTok does not let region, business name, currency or timezone be changed later.").await;
    let known = names(&harness).await.remove(0);
    window.fill("Ad Account name", &known).await;
    window.shows(&format!("There is a TikTok ad account named “{known}” already.")).await;
    window.fill("Ad Account name", "Aurora SG").await;
    window.hides("There is a TikTok ad account named").await;
    window.pick("Industry", "Games").await;
    window.pick("Country", "SG").await;
    window.pick("Timezone", "Kathmandu").await;
    window.shows("does not have Asia/Kathmandu").await;
    window.pick("Timezone", "Asia/Singapore").await;
    window.hides("does not have Asia/Kathmandu").await;
    window.pressable("Submit", true).await;
    submit(&window).await;
    window.shows(SENT).await;

    // R48: the mail is with the server: To the account manager, Cc the team, answers to the requester.
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
    window.press("Requests").await;
    window.row(&["Aurora SG", "Sent", "1"]).await;
    window.menu("Aurora SG", "Details").await;
    window.press("The mail").await;
    window.shows("Industry: Games").await;
    window.press("Close").await;
    window.press(BUTTON).await;
    window.fill("Ad Account name", "aurora sg").await;
    window.shows("There is an open request for “Aurora SG” already.").await;
    window.press("Cancel").await;
    window.press("Discard").await;

    // The account arrives with the next import, and is suggested as the answer.
    let id = open_account(&harness, "Aurora SG").await;
    window.press("TikTok Accounts").await;
    next(&harness, Action::Confirm);
    window.press("Import TikTok Account").await;
    window.dialog(IMPORTED).await;
    window.press("Mark fulfilled: the request for Aurora SG").await;
    window.shows("Success: the request for “Aurora SG” is fulfilled by Aurora SG.").await;
    window.press("Confirm").await;
    window.hides(IMPORTED).await;
    window.press("Requests").await;
    window.row(&["Aurora SG", "Fulfilled"]).await;
    window.press("Undo").await;
    window.row(&["Aurora SG", "Sent", "Arrived"]).await;
    window.press("Mark fulfilled").await;
    window.row(&["Aurora SG", "Fulfilled"]).await;
    window.press("Change history").await;
    window.row(&["Marked a request fulfilled", "Aurora SG"]).await;
    window.row(&["Requested an account", "Aurora SG"]).await;
    window.press("Requests").await;
    let link = "//*[@role='row']//button[normalize-space(.)='Aurora SG']";
    let link = fantoccini::Locator::XPath(link);
    until("the account's link", async || window.page.find(link).await.ok()?.click().await.ok()).await;
    window.shows(&id).await;
    window.close().await;
    assert_eq!(exim.mails().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn r48_what_is_not_sent_is_kept_over_restarts_says_why_and_is_sent_once() {
    let exim = Exim::start();
    let mut harness = Harness::new().await;
    harness.trusted = Some(exim.certificate_file());
    let window = harness.start().await;
    create_partner(&window).await;
    window.press("Settings").await;
    enter_server(&window, free_port(), PASSWORD).await;
    window.fill("Account manager", NOBODY).await;
    save_mail(&window).await;

    // Nothing listens there: it is saved, and says that it is not sent.
    window.press("Requests").await;
    window.shows("No requests yet").await;
    ask_for(&window, "Harbor SG").await;
    submit(&window).await;
    window.shows("Your request is saved, but is not sent yet. Can't connect to the mail server.").await;
    window.row(&["Harbor SG", "Queued", "Can't connect to the mail server. Next try "]).await;
    window.close().await;
    let window = harness.start().await;
    window.press("Requests").await;
    window.row(&["Harbor SG", "Queued", "Can't connect to the mail server"]).await;

    // With the right port it is tried at once; a recipient that is not known is no matter of time.
    window.press("Settings").await;
    window.fill("Port", &exim.port.to_string()).await;
    save_mail(&window).await;
    window.press("Requests").await;
    window.row(&["Harbor SG", "Failed", "The mail server rejected a recipient"]).await;
    window.menu("Harbor SG", "Resend").await;
    window.shows("Your request is saved, but was not sent. The mail server rejected a recipient.").await;
    window.row(&["Harbor SG", "Failed"]).await;
    window.menu("Harbor SG", "Details").await;
    window.press("Details").await;
    window.shows("no such mailbox").await;
    window.press("Mail settings").await;
    window.fill("Account manager", MANAGER).await;
    save_mail(&window).await;
    window.press("Requests").await;
    window.row(&["Harbor SG", "Sent"]).await;
    assert_eq!(exim.delivered(1).await.len(), 1);

    // What was sent is mailed once more only when somebody says so.
    window.menu("Harbor SG", "Resend…").await;
    window.shows("Knorex gets another one, as a reminder.").await;
    window.press("Resend").await;
    window.shows(SENT).await;
    let mails = exim.delivered(2).await;
    let reminders = mails.iter().filter(|mail| String::from_utf8_lossy(mail).contains("Subject: Reminder: "));
    assert_eq!((reminders.count(), mails.len()), (1, 2));

    // What was sent is withdrawn, not undone: the mail cannot be taken back.
    window.press("Change history").await;
    window.press("Undo requested an account, no. 1").await;
    window.dialog("This cannot be undone as it is").await;
    window.shows("a mail cannot be taken back. Withdraw the request instead.").await;
    window.press("Close").await;
    window.press("Requests").await;
    window.menu("Harbor SG", "Withdraw…").await;
    window.shows("Knorex may have the mail already").await;
    window.press("Withdraw").await;
    window.shows("Success: the request for “Harbor SG” is withdrawn.").await;
    window.row(&["Harbor SG", "Withdrawn"]).await;
    window.close().await;
    assert_eq!(exim.mails().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn r48_a_request_that_waits_is_taken_back_by_undo_and_never_mailed() {
    let exim = Exim::start();
    let mut harness = Harness::new().await;
    harness.trusted = Some(exim.certificate_file());
    let window = harness.start().await;
    create_partner(&window).await;
    window.press("Settings").await;
    enter_server(&window, free_port(), PASSWORD).await;
    window.fill("Account manager", MANAGER).await;
    save_mail(&window).await;

    window.press("Requests").await;
    for name in ["Taken back", "Kept"] {
        ask_for(&window, name).await;
        submit(&window).await;
        window.row(&[name, "Queued", "Next try "]).await;
    }
    window.menu("Taken back", "Withdraw…").await;
    window.press("Withdraw").await;
    window.row(&["Taken back", "Withdrawn"]).await;
    // The withdrawal can be taken back, and that too.
    window.press("Undo").await;
    window.row(&["Taken back", "Queued"]).await;
    window.press("Change history").await;
    window.press("Undo requested an account, no. 1").await;
    window.shows("Undone.").await;
    window.press("Requests").await;
    window.row(&["Taken back", "Withdrawn"]).await;

    window.press("Settings").await;
    window.fill("Port", &exim.port.to_string()).await;
    save_mail(&window).await;
    window.press("Requests").await;
    window.row(&["Kept", "Sent"]).await;
    window.row(&["Taken back", "Withdrawn"]).await;
    window.close().await;
    let mails = exim.mails();
    assert_eq!(mails.len(), 1);
    assert!(String::from_utf8_lossy(&mails[0]).contains("Subject: New TikTok ad account: Kept"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_practice_partner_writes_its_mails_as_files_and_shows_them() {
    let harness =
        Harness::with(HarnessOptions { keychain: Keychain::Missing, ..HarnessOptions::default() }).await;
    let window = harness.start().await;
    window.press("Explore the practice partner").await;
    window.press("Requests").await;
    window.shows("No requests yet").await;
    ask_for(&window, "Lantern Games SG").await;
    submit(&window).await;
    window.shows(SENT).await;
    window.row(&["Lantern Games SG", "Sent"]).await;
    window.press("Mails of the practice partner").await;
    window.shows("Subject: New TikTok ad account: Lantern Games SG").await;
    window.shows("To: ").await;
    window.close().await;
    let files: Vec<_> = fs::read_dir(harness.data().join("practice/mails")).unwrap().collect();
    assert_eq!(files.len(), 1);
}
