//! Each failure of an import has its own text, and nothing is imported.

use serde_json::json;
use tiktok_sandbox::{Action, Fault, GrantSelection, SignInScript, Times};

use crate::harness::{Harness, IMPORT_SUCCESS, Window, wait_for};
use crate::{fill_app_settings, import_accounts, start_configured};

/// Starts an import, and waits for its error and for a list that is still empty.
async fn assert_import_fails(window: &Window, text: &str) {
    window.click("Import TikTok Account").await;
    window.wait_for_dialog("TikTok accounts were not imported").await;
    window.wait_for_text(text).await;
    window.click("Close").await;
    window.wait_for_text("No TikTok ad accounts yet").await;
}

/// Starts an import, and waits until the popup shows a sign-in page that does nothing by itself.
async fn open_sign_in_page(window: &Window, harness: &Harness) {
    let visits = || harness.sandbox().log(Some("portal")).len();
    let before = visits();
    harness.script_sign_in(Action::Stay);
    window.click("Import TikTok Account").await;
    // One request checks that the page exists, and one comes from the popup.
    wait_for("the sign-in page", async || (visits() >= before + 2).then_some(())).await;
}

fn fault(endpoint: &str) -> Fault {
    Fault { endpoint: endpoint.into(), times: Times::Forever, ..Fault::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_while_signing_in_are_explained() {
    let harness = Harness::new().await;
    let window = start_configured(&harness).await;

    for (action, text) in [
        (Action::Cancel, "Sign-in cancelled"),
        (Action::NoCode, "Sign-in cancelled"),
        (Action::WrongHost, "TikTok redirected to a different address"),
        (Action::WrongPath, "TikTok redirected to a different address"),
        (Action::UsedCode, "This sign-in was already used or has expired"),
    ] {
        harness.script_sign_in(action);
        assert_import_fails(&window, text).await;
    }

    let none = GrantSelection::None;
    harness.sandbox().script_sign_in(SignInScript { grant: none, ..SignInScript::default() });
    assert_import_fails(&window, "No ad account was selected").await;

    open_sign_in_page(&window, &harness).await;
    harness.close_sign_in_popup().await;
    window.wait_for_text("The sign-in window was closed").await;
    window.click("Close").await;

    // A second import is refused while one runs, as after a second click.
    open_sign_in_page(&window, &harness).await;
    let second = "const done = arguments[arguments.length - 1];
        window.__TAURI_INTERNALS__.invoke('import_accounts', { way: 'popup', userId: null })
            .then(() => done('imported'), (problem) => done(problem.code))";
    let second = window.page.execute_async(second, vec![]).await.unwrap();
    assert_eq!(second, json!("sign_in_pending"));
    window.click("Cancel").await;
    window.wait_until_gone("Sign in to TikTok in the window").await;

    import_accounts(&window, &harness).await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unexpected_responses_from_tiktok_are_explained() {
    let harness = Harness::new().await;
    let window = start_configured(&harness).await;
    let sandbox = harness.sandbox();

    for (fault, text) in [
        (
            Fault { html: Some("<h1>Bad gateway</h1>".into()), ..fault("oauth2/access_token") },
            "TikTok is temporarily unavailable",
        ),
        (Fault { status: Some(504), ..fault("oauth2/advertiser/get") }, "TikTok is temporarily unavailable"),
        (Fault { drop: true, ..fault("user/info") }, "TikTok is temporarily unavailable"),
        (Fault { cut: true, ..fault("oauth2/access_token") }, "TikTok is temporarily unavailable"),
        // The token is revoked between two steps.
        (Fault { code: Some(40105), ..fault("advertiser/info") }, "Sign in to TikTok again"),
    ] {
        sandbox.inject_fault(fault);
        harness.script_sign_in(Action::Confirm);
        assert_import_fails(&window, text).await;
        sandbox.clear_faults();
    }

    // After a rate limit, the import continues without another sign-in.
    sandbox.inject_fault(Fault { code: Some(40100), ..fault("advertiser/info") });
    harness.script_sign_in(Action::Confirm);
    window.click("Import TikTok Account").await;
    window.wait_for_text("TikTok's rate limit was reached").await;
    window.click("Details").await;
    window.wait_for_text("40100").await;
    sandbox.clear_faults();
    window.click("Continue").await;
    window.wait_for_dialog(IMPORT_SUCCESS).await;
    window.confirm_import().await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_settings_are_explained() {
    let harness = Harness::new().await;
    let window = start_configured(&harness).await;

    fill_app_settings(&window, &harness).await;
    window.fill("Secret", "wrong").await;
    window.click("Test connection").await;
    window.wait_for_text("TikTok rejected the App ID or secret").await;
    window.click("Save").await;
    window.wait_for_text("Saved, but it doesn't work yet. TikTok rejected the App ID or secret.").await;
    window.click("TikTok Accounts").await;
    harness.script_sign_in(Action::Confirm);
    assert_import_fails(&window, "TikTok rejected the App ID or secret").await;

    // A wrong App ID is said when it is saved. TikTok's page also rejects it, in the popup.
    fill_app_settings(&window, &harness).await;
    window.fill("App ID", "7000000000000000999").await;
    window.click("Save").await;
    // The message of the save before may still be shown.
    window.wait_until_gone("Unsaved changes").await;
    window.wait_for_text("The connection doesn't work yet.").await;
    window.wait_for_text("Saved, but it doesn't work yet. TikTok rejected the App ID or secret.").await;
    window.click("TikTok Accounts").await;
    window.click("Import TikTok Account").await;
    window.wait_for_text("TikTok's sign-in page shows an error").await;
    window.click("Open Settings").await;
    window.wait_for_text("Test connection").await;

    fill_app_settings(&window, &harness).await;
    for (field, bad, text) in [
        ("App ID", "12x", "An App ID has only digits"),
        ("API address", "http://example.com", "Enter a full address"),
        ("Redirect URL", "not an address", "Enter a full address"),
    ] {
        let good = window.value(field).await;
        window.fill(field, bad).await;
        window.click("Save").await;
        window.wait_for_text(text).await;
        window.fill(field, &good).await;
    }
    window.click("Test connection").await;
    window.wait_for_text("The connection works.").await;
    window.close().await;
}
