//! Secrets on a system without a keychain: kept for this run only, or in a file encrypted with a passphrase.

use serde_json::{Value, json};

use crate::harness::{Harness, Window, files_below, wait_for};
use crate::{fill_app_settings, import_accounts, start_with_partner};

const MAIL_PASSWORD: &str = "mail-pa55word";

/// Waits until the TikTok app is saved, saves a mail server, imports and closes the application. No file may then contain a
/// secret.
async fn import_and_check_files(window: Window, harness: &Harness) {
    window.wait_until_app_saved().await;
    let mut mail = window.invoke("mail_settings", json!({})).await["settings"].take();
    mail["host"] = json!("mail.partner.example");
    mail["user"] = json!("jo");
    mail["sender"] = json!("jo@partner.example");
    mail["team"] = json!("team@knorex.example");
    let saved = json!({ "settings": mail, "password": MAIL_PASSWORD });
    assert_eq!(window.invoke("save_mail_settings", saved).await["hasPassword"], true);
    window.click("TikTok Accounts").await;
    import_accounts(&window, harness).await;
    window.close().await;
    let secret = harness.sandbox().secret().to_owned();
    let token = harness.sandbox().tokens()[0].1.clone();
    assert_eq!(files_with(&harness.data_dir(), &[&secret, &token, MAIL_PASSWORD]), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_can_be_kept_for_this_run_only() {
    let harness = Harness::without_keychain().await;
    let window = start_with_partner(&harness).await;
    fill_app_settings(&window, &harness).await;
    window.click("Save").await;
    window.wait_for_text("No keychain found on this computer").await;
    window.click("Keep until I quit").await;
    import_and_check_files(window, &harness).await;

    let window = harness.start_app().await;
    window.click("TikTok Accounts").await;
    window.wait_for_text("ad accounts").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_can_be_encrypted_with_a_passphrase() {
    let harness = Harness::without_keychain().await;
    let window = start_with_partner(&harness).await;
    fill_app_settings(&window, &harness).await;
    window.click("Save").await;
    window.click("Encrypt with a passphrase").await;
    window.fill("Passphrase", "correct horse").await;
    window.fill("Repeat passphrase", "correct horse").await;
    window.click("Encrypt").await;
    import_and_check_files(window, &harness).await;

    let window = harness.start_app().await;
    window.wait_for_text("Your saved sign-ins are locked").await;
    let (account, _) = harness.sandbox_accounts().await.remove(0);
    let sync = json!({ "kind": "campaigns", "accounts": [account] });
    let job = window.invoke("request_syncs", sync.clone()).await["queued"][0]["id"].clone();
    wait_for_counts(&window, |counts| counts["waiting"] == 1).await;
    window.click("Unlock").await;
    window.fill("Passphrase", "wrong horse").await;
    window.click("Unlock").await;
    window.wait_for_text("Wrong passphrase").await;
    window.fill("Passphrase", "correct horse").await;
    window.click("Unlock").await;
    window.wait_until_gone("Your saved sign-ins are locked").await;
    // The sync continues by itself.
    wait_for_counts(&window, |counts| {
        ["waiting", "queued", "running", "failed"].iter().all(|state| counts[*state] == 0)
    })
    .await;
    let next = window.invoke("request_syncs", sync).await["queued"][0]["id"].clone();
    assert!(next.as_f64() > job.as_f64(), "the first sync ended");
    window.click("TikTok Accounts").await;
    import_accounts(&window, &harness).await;
    window.close().await;
}

async fn wait_for_counts(window: &Window, condition: impl Fn(&Value) -> bool) {
    wait_for("the syncs", async || condition(&window.invoke("sync_counts", json!({})).await).then_some(()))
        .await;
}

/// Returns the files in `folder` and its subfolders that contain one of `secrets`.
fn files_with(folder: &std::path::Path, secrets: &[&str]) -> Vec<String> {
    let holds =
        |content: &[u8], secret: &str| content.windows(secret.len()).any(|part| part == secret.as_bytes());
    let found = files_below(folder).into_iter().filter(|path| {
        let content = std::fs::read(path).unwrap_or_default();
        secrets.iter().any(|secret| holds(&content, secret))
    });
    found.map(|path| path.display().to_string()).collect()
}
