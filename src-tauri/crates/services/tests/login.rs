//! A whole log-in in the system browser, against TikTok's side as `tiktok-sandbox` plays it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use services::tiktok::loopback::{Loopback, PATIENCE};
use services::tiktok::sign_in::{LoginAttempt, LoginError};
use tiktok_sandbox::{Action, Options, Sandbox, SignInScript, Via};
use tokio::net::TcpListener;

/// Logs in as a user whose browser follows all redirects; the code, and what the browser showed last.
async fn log_in(action: Action) -> (Result<String, LoginError>, String) {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let redirect = format!("http://localhost:{free}/callback");
    let options = Options { redirect_urls: vec![redirect.clone()], ..Options::default() };
    let sandbox = Sandbox::start(options).await.unwrap();
    sandbox.script_sign_in(SignInScript { action, via: Via::Redirects, ..SignInScript::default() });
    let page = sandbox.sign_in_address().parse().unwrap();
    let attempt = LoginAttempt::new(&page, sandbox.app_id(), &redirect).unwrap();
    let url = attempt.authorization_url();
    let waiting = tokio::spawn(Loopback::bind(attempt).await.unwrap().wait(PATIENCE));
    let browser = reqwest::Client::builder().no_proxy().build().unwrap();
    let shown = browser.get(url).send().await.unwrap().text().await.unwrap();
    (waiting.await.unwrap().map(|code| code.into_secret()), shown)
}

#[tokio::test]
async fn a_log_in_in_the_system_browser_brings_a_code() {
    for action in [Action::Confirm, Action::AuthCodeOnly, Action::CodeOnly] {
        let (code, shown) = log_in(action).await;
        assert!(!code.unwrap().is_empty(), "{action:?}");
        assert!(shown.contains("You can close this tab and return to XPO Admin"), "{shown}");
    }
}

#[tokio::test]
async fn log_ins_that_fail_say_how() {
    for (action, expected) in [
        (Action::Cancel, "the log-in was cancelled"),
        (Action::NoCode, "the log-in was cancelled"),
        (Action::WrongState, "the answer belongs to another log-in"),
        (Action::WrongPath, "TikTok redirected to "),
    ] {
        let (code, shown) = log_in(action).await;
        let error = code.unwrap_err().to_string();
        assert!(error.starts_with(expected), "{action:?} {error}");
        assert!(shown.contains("did not succeed"), "{action:?} {shown}");
    }
}
