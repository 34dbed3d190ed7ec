//! Where there is no keychain: secrets stay for this run, or in a file sealed with a passphrase.

use crate::harness::{Harness, HarnessOptions, Keychain};
use crate::{create_partner, enter_app, import};

async fn without_keychain() -> Harness {
    Harness::with(HarnessOptions { keychain: Keychain::Missing, ..HarnessOptions::default() }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_can_stay_for_this_run_only() {
    let harness = without_keychain().await;
    let window = harness.start().await;
    create_partner(&window).await;
    enter_app(&window, &harness).await;
    window.press("Save").await;
    window.shows("No keychain found on this computer").await;
    window.press("Keep for this run only").await;
    window.hides("No keychain found on this computer").await;
    window.press_if("Save").await;
    window.shows("Saved.").await;
    window.press("TikTok Accounts").await;
    import(&window, &harness).await;
    window.close().await;

    // Nothing secret was left on the disk.
    let secret = harness.sandbox().secret().to_owned();
    let token = harness.sandbox().tokens()[0].1.clone();
    assert_eq!(files_with(&harness.data(), &[&secret, &token]), Vec::<String>::new());

    let window = harness.start().await;
    window.press("TikTok Accounts").await;
    window.shows("ad accounts").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_can_be_sealed_with_a_passphrase() {
    let harness = without_keychain().await;
    let window = harness.start().await;
    create_partner(&window).await;
    enter_app(&window, &harness).await;
    window.press("Save").await;
    window.press("Seal with a passphrase").await;
    window.fill("Passphrase", "correct horse").await;
    window.fill("Repeat passphrase", "correct horse").await;
    window.press("Seal").await;
    window.hides("No keychain found on this computer").await;
    window.press_if("Save").await;
    window.shows("Saved.").await;
    window.press("TikTok Accounts").await;
    import(&window, &harness).await;
    window.close().await;
    let secret = harness.sandbox().secret().to_owned();
    let token = harness.sandbox().tokens()[0].1.clone();
    assert_eq!(files_with(&harness.data(), &[&secret, &token]), Vec::<String>::new());

    let window = harness.start().await;
    window.shows("Your saved log-ins are sealed").await;
    window.press("Unlock").await;
    window.fill("Passphrase", "wrong horse").await;
    window.press("Unlock").await;
    window.shows("Wrong passphrase").await;
    window.fill("Passphrase", "correct horse").await;
    window.press("Unlock").await;
    window.hides("Your saved log-ins are sealed").await;
    window.press("TikTok Accounts").await;
    import(&window, &harness).await;
    window.close().await;
}

/// The files below `folder` in which one of `secrets` stands.
fn files_with(folder: &std::path::Path, secrets: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, secrets));
        } else if let Ok(content) = std::fs::read(&path) {
            let holds = |secret: &&str| content.windows(secret.len()).any(|part| part == secret.as_bytes());
            if secrets.iter().any(holds) {
                found.push(path.display().to_string());
            }
        }
    }
    found
}
