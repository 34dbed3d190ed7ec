//! Complete sign-ins in the system browser, with the simulator in place of TikTok.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::task::Poll;
use std::time::{Duration, Instant};

use partner::Folder;
use services::secrets::{SecretStore, Settings};
use services::tiktok::import::Importer;
use services::tiktok::loopback::LoopbackListener;
use services::tiktok::sign_in::{Navigation, SignInAttempt, SignInError};
use tiktok_business::{App, AuthorizationCode, Client, ClientSecret, Options as ClientOptions};
use tiktok_sandbox::{Action, Fault, Options, Sandbox, SignInScript, Times, Via};

/// Returns a free port below the range from which the system assigns ports, so that no other socket takes it before it is
/// used.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 20_000 + (std::process::id() % 10_000) as u16;
    let mut ports = std::iter::repeat_with(|| first + NEXT.fetch_add(1, Ordering::Relaxed) % 2_000);
    ports.find(|port| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_during_the_code_exchange_leaves_no_token_behind() {
    let options = Options { redirect_urls: vec!["http://localhost:1/".to_owned()], ..Options::default() };
    let sandbox = Sandbox::start(options).await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let secrets = SecretStore::new(dir.path().join("secrets.age"), Settings::default());
    secrets.keep_in_memory().await;
    let (_, book) = Folder::at(dir.path()).create("Knorex").unwrap();
    let api = sandbox.api_address().parse().unwrap();
    let secret = ClientSecret::new(sandbox.secret().to_owned());
    let importer = Importer {
        book: Arc::new(book),
        secrets,
        client: Client::new(ClientOptions::new(api, "Test/1")).unwrap(),
        app: App { id: sandbox.app_id().to_owned(), secret },
    };
    for (delivered, revoked) in [(false, 1), (true, 2)] {
        sandbox.script_sign_in(SignInScript { via: Via::Redirects, ..SignInScript::default() });
        let code = code(&sandbox).await;
        let endpoint = "oauth2/access_token".to_owned();
        let hang = Fault { endpoint, hang: !delivered, times: Times::Number(1), ..Fault::default() };
        sandbox.inject_fault(hang);
        let exchanges = || sandbox.log(Some("oauth2/access_token")).len();
        let before = exchanges();
        let mut exchange = Box::pin(importer.exchange(code));
        // Starts the exchange, and cancels it before its result is read.
        assert!(
            std::future::poll_fn(|context| Poll::Ready(exchange.as_mut().poll(context))).await.is_pending()
        );
        if delivered {
            until(|| exchanges() > before).await;
        }
        drop(exchange);
        sandbox.clear_faults();
        until(|| sandbox.log(Some("oauth2/revoke_token")).len() == revoked && sandbox.tokens().is_empty())
            .await;
    }
}

/// The code that a browser is redirected with.
async fn code(sandbox: &Sandbox) -> AuthorizationCode {
    let address = sandbox.sign_in_address().parse().unwrap();
    let attempt = SignInAttempt::new(&address, sandbox.app_id(), "http://localhost:1/").unwrap();
    let browser =
        reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let mut url = attempt.authorization_url();
    loop {
        if let Navigation::Finish(outcome) = attempt.classify(&url) {
            return outcome.unwrap();
        }
        let response = browser.get(url.clone()).send().await.unwrap();
        url = url.join(response.headers()["location"].to_str().unwrap()).unwrap();
    }
}

async fn until(condition: impl Fn() -> bool) {
    let started = Instant::now();
    while !condition() {
        assert!(started.elapsed() < Duration::from_secs(30), "timed out");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
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
async fn a_response_to_another_sign_in_does_not_end_this_one() {
    let redirect = format!("http://localhost:{}/callback", free_port());
    let options = Options { redirect_urls: vec![redirect.clone()], ..Options::default() };
    let sandbox = Sandbox::start(options).await.unwrap();
    for action in [Action::WrongState, Action::Confirm] {
        sandbox.script_sign_in(SignInScript { action, via: Via::Redirects, ..SignInScript::default() });
    }
    let address = sandbox.sign_in_address().parse().unwrap();
    let attempt = SignInAttempt::new(&address, sandbox.app_id(), &redirect).unwrap();
    let url = attempt.authorization_url();
    let waiting = tokio::spawn(LoopbackListener::bind(attempt).await.unwrap().wait());
    let browser = reqwest::Client::builder().no_proxy().build().unwrap();
    let page = browser.get(url.clone()).send().await.unwrap();
    assert_eq!(page.status(), 400);
    let page = browser.get(url).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("You can close this tab and return to XPO Admin"), "{page}");
    assert!(!waiting.await.unwrap().unwrap().secret().is_empty());
}

#[tokio::test]
async fn a_failed_sign_in_reports_the_reason() {
    for (action, expected) in [
        (Action::Cancel, "the sign-in was cancelled"),
        (Action::NoCode, "the sign-in was cancelled"),
        (Action::WrongPath, "TikTok redirected to "),
    ] {
        let (code, page) = sign_in(action).await;
        let error = code.unwrap_err().to_string();
        assert!(error.starts_with(expected), "{action:?} {error}");
        assert!(page.contains("Sign-in failed"), "{action:?} {page}");
    }
}
