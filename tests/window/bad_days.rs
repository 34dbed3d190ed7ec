//! Each way in which an import can fail has its own text and leaves nothing behind.

use serde_json::json;
use tiktok_sandbox::{Action, Fault, GrantSelection, SignInScript, Times};

use crate::harness::{Harness, Window, until};
use crate::{IMPORTED, enter_app, import, next, save, set_up};

/// Press the button, and see the failure that is expected and nothing imported.
async fn fails(window: &Window, text: &str) {
    window.press("Import TikTok Account").await;
    window.dialog("TikTok accounts were not imported").await;
    window.shows(text).await;
    window.press("Close").await;
    window.shows("No TikTok ad accounts yet").await;
}

/// Begin an import, and wait until the popup shows a log-in page that waits for a person.
async fn open_log_in_page(window: &Window, harness: &Harness) {
    let visits = || harness.sandbox().log(Some("portal")).len();
    let before = visits();
    next(harness, Action::Stay);
    window.press("Import TikTok Account").await;
    // One look whether the page is there, and the popup itself.
    until("the log-in page", async || (visits() >= before + 2).then_some(())).await;
}

fn fault(endpoint: &str) -> Fault {
    Fault { endpoint: endpoint.into(), times: Times::Forever, ..Fault::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_wrong_while_logging_in() {
    let harness = Harness::new().await;
    let window = harness.start().await;
    set_up(&window, &harness).await;

    for (action, text) in [
        (Action::Cancel, "Sign-in cancelled"),
        (Action::NoCode, "Sign-in cancelled"),
        (Action::WrongState, "The response doesn't belong to this sign-in"),
        (Action::WrongHost, "TikTok redirected to a different address"),
        (Action::WrongPath, "TikTok redirected to a different address"),
        (Action::UsedCode, "This sign-in was already used or has expired"),
    ] {
        next(&harness, action);
        fails(&window, text).await;
    }

    let none = GrantSelection::None;
    harness.sandbox().script_sign_in(SignInScript { grant: none, ..SignInScript::default() });
    fails(&window, "No ad account was selected").await;

    open_log_in_page(&window, &harness).await;
    harness.close_popup().await;
    window.shows("The sign-in window was closed").await;
    window.press("Close").await;

    // An import while one is under way, as a second click in a slow moment would ask for.
    open_log_in_page(&window, &harness).await;
    let second = "const done = arguments[arguments.length - 1];
        window.__TAURI_INTERNALS__.invoke('import_accounts', { way: 'popup', userId: null })
            .then(() => done('imported'), (problem) => done(problem.code))";
    let second = window.page.execute_async(second, vec![]).await.unwrap();
    assert_eq!(second, json!("sign_in_pending"));
    window.press("Cancel").await;
    window.hides("Sign in to TikTok in the window").await;

    import(&window, &harness).await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_tiktok_answers_instead() {
    let harness = Harness::new().await;
    let window = harness.start().await;
    set_up(&window, &harness).await;
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
        next(&harness, Action::Confirm);
        fails(&window, text).await;
        sandbox.clear_faults();
    }

    // Throttled after the log-in: no need to log in again.
    sandbox.inject_fault(Fault { code: Some(40100), ..fault("advertiser/info") });
    next(&harness, Action::Confirm);
    window.press("Import TikTok Account").await;
    window.shows("TikTok's rate limit was reached").await;
    window.press("Details").await;
    window.shows("40100").await;
    sandbox.clear_faults();
    window.press("Continue").await;
    window.dialog(IMPORTED).await;
    window.press("Confirm").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_do_not_fit() {
    let harness = Harness::new().await;
    let window = harness.start().await;
    set_up(&window, &harness).await;

    enter_app(&window, &harness).await;
    window.fill("Secret", "wrong").await;
    window.press("Test connection").await;
    window.shows("TikTok rejected the App ID or secret").await;
    save(&window).await;
    window.press("TikTok Accounts").await;
    next(&harness, Action::Confirm);
    fails(&window, "TikTok rejected the App ID or secret").await;

    // TikTok's page refuses an app it does not know, and stays until the admin closes it.
    enter_app(&window, &harness).await;
    window.fill("App ID", "7000000000000000999").await;
    save(&window).await;
    window.press("TikTok Accounts").await;
    window.press("Import TikTok Account").await;
    harness.close_popup().await;
    window.shows("The sign-in window was closed").await;
    window.press("Close").await;

    enter_app(&window, &harness).await;
    for (field, bad, text) in [
        ("App ID", "12x", "An App ID has only digits"),
        ("API address", "http://example.com", "Enter a full address"),
        ("Redirect URL", "not an address", "Enter a full address"),
    ] {
        let good = window.value(field).await;
        window.fill(field, bad).await;
        window.press("Save").await;
        window.shows(text).await;
        window.fill(field, &good).await;
    }
    window.press("Test connection").await;
    window.shows("The connection works.").await;
    window.close().await;
}
