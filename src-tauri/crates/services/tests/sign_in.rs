//! Complete sign-ins in the system browser, with the simulator in place of TikTok.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::atomic::{AtomicU16, Ordering};

use services::tiktok::loopback::LoopbackListener;
use services::tiktok::sign_in::{SignInAttempt, SignInError};
use tiktok_sandbox::{Action, Options, Sandbox, SignInScript, Via};

/// Returns a free port below the range from which the system assigns ports, so that no other socket takes it before it is
/// used.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 20_000 + (std::process::id() % 10_000) as u16;
    let mut ports = std::iter::repeat_with(|| first + NEXT.fetch_add(1, Ordering::Relaxed) % 2_000);
    ports.find(|port| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok()).unwrap()
}

/// Signs in with a browser that follows all redirects. Returns the auth code and the last page.
async fn sign_in(action: Action) -> (Result<String, SignInError>, String) {
    let redirect = format!("http://localhost:{}/callback", free_port());
    let options = Options { redirect_urls: vec![redirect.clone()], ..Options::default() };
    let sandbox = Sandbox::start(options).await.unwrap();
    sandbox.script_sign_in(SignInScript { action, via: Via::Redirects, ..SignInScript::default() });
    let address = sandbox.sign_in_address().parse().unwrap();
    let attempt = SignInAttempt::new(&address, sandbox.app_id(), &redirect).unwrap();
    let url = attempt.authorization_url();
    let waiting = tokio::spawn(LoopbackListener::bind(attempt).await.unwrap().wait());
    let browser = reqwest::Client::builder().no_proxy().build().unwrap();
    let page = browser.get(url).send().await.unwrap().text().await.unwrap();
    (waiting.await.unwrap().map(|code| code.into_secret()), page)
}

#[tokio::test]
async fn a_sign_in_in_the_system_browser_returns_a_code() {
    for action in [Action::Confirm, Action::AuthCodeOnly, Action::CodeOnly] {
        let (code, page) = sign_in(action).await;
        assert!(!code.unwrap().is_empty(), "{action:?}");
        assert!(page.contains("You can close this tab and return to XPO Admin"), "{page}");
    }
}

#[tokio::test]
async fn a_failed_sign_in_reports_the_reason() {
    for (action, expected) in [
        (Action::Cancel, "the sign-in was cancelled"),
        (Action::NoCode, "the sign-in was cancelled"),
        (Action::WrongState, "the response belongs to another sign-in"),
        (Action::WrongPath, "TikTok redirected to "),
    ] {
        let (code, page) = sign_in(action).await;
        let error = code.unwrap_err().to_string();
        assert!(error.starts_with(expected), "{action:?} {error}");
        assert!(page.contains("Sign-in failed"), "{action:?} {page}");
    }
}
