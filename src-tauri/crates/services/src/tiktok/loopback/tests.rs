use reqwest::Client;
use url::Url;

use super::*;

/// A port nobody else uses, as a redirect URL.
async fn free_redirect(host: &str) -> String {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    format!("http://{host}:{}/callback", free.local_addr().unwrap().port())
}

fn attempt(redirect: &str) -> LoginAttempt {
    LoginAttempt::new(&tiktok_business::urls::AUTHORIZATION_PAGE.parse().unwrap(), "7", redirect).unwrap()
}

/// What TikTok would send the browser to.
fn come_back(attempt: &LoginAttempt) -> Url {
    let state =
        attempt.authorization_url().query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    let mut url = attempt.redirect_url().clone();
    url.query_pairs_mut().append_pair("auth_code", "the-code").append_pair("state", &state);
    url
}

fn browser() -> Client {
    Client::builder().no_proxy().build().unwrap()
}

#[tokio::test]
async fn the_browser_brings_the_code_and_gets_a_page_without_script() {
    let redirect = free_redirect("localhost").await;
    let loopback = Loopback::bind(attempt(&redirect)).await.unwrap();
    let url = come_back(loopback.attempt());
    let elsewhere = [
        (redirect.replace("callback", "favicon.ico"), 404),
        (redirect.replace("callback", ""), 404),
        (format!("{redirect}/deeper?auth_code=X&state=other"), 404),
    ];
    let waiting = tokio::spawn(loopback.wait(PATIENCE));
    for (address, status) in elsewhere {
        assert_eq!(browser().get(&address).send().await.unwrap().status(), status, "{address}");
    }
    assert_eq!(browser().post(url.clone()).send().await.unwrap().status(), 404);

    let answer = browser().get(url).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert_eq!(answer.headers()["content-security-policy"], "default-src 'none'");
    assert_eq!(answer.headers()["referrer-policy"], "no-referrer");
    let text = answer.text().await.unwrap();
    assert!(text.contains("You can close this tab and return to XPO Admin"), "{text}");
    assert!(!text.contains("the-code") && !text.contains("<script"), "{text}");
    assert_eq!(waiting.await.unwrap().unwrap().secret(), "the-code");
    Loopback::bind(attempt(&redirect)).await.expect("the port is free again");
}

#[tokio::test]
async fn localhost_answers_on_both_kinds_of_address() {
    let redirect = free_redirect("localhost").await;
    for host in ["127.0.0.1", "[::1]"] {
        let loopback = Loopback::bind(attempt(&redirect)).await.unwrap();
        if loopback.listeners.len() == 1 {
            continue; // This computer is without IPv6.
        }
        let url = come_back(loopback.attempt()).as_str().replace("localhost", host);
        let waiting = tokio::spawn(loopback.wait(PATIENCE));
        assert_eq!(browser().get(url).send().await.unwrap().status(), 200, "{host}");
        assert!(waiting.await.unwrap().is_ok(), "{host}");
    }
}

#[tokio::test]
async fn failures_are_told_in_the_browser_and_to_the_caller() {
    for (query, expected) in [
        ("auth_code=X&state=other", "StateMismatch"),
        ("", "Cancelled { reason: None }"),
        ("error=access_denied", "Cancelled { reason: Some(\"access_denied\") }"),
    ] {
        let redirect = free_redirect("127.0.0.1").await;
        let loopback = Loopback::bind(attempt(&redirect)).await.unwrap();
        let waiting = tokio::spawn(loopback.wait(PATIENCE));
        let answer = browser().get(format!("{redirect}?{query}")).send().await.unwrap();
        assert_eq!(answer.status(), 400);
        assert!(answer.text().await.unwrap().contains("did not succeed"));
        assert_eq!(format!("{:?}", waiting.await.unwrap().unwrap_err()), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_coming_back_ends_after_five_minutes() {
    let loopback = Loopback::bind(attempt(&free_redirect("localhost").await)).await.unwrap();
    let started = tokio::time::Instant::now();
    assert!(matches!(loopback.wait(PATIENCE).await, Err(LoginError::TimedOut)));
    assert!((PATIENCE..PATIENCE + 2 * FAREWELL).contains(&started.elapsed()));
}

#[tokio::test]
async fn a_silent_connection_does_not_hold_up_the_end() {
    let redirect = free_redirect("127.0.0.1").await;
    let loopback = Loopback::bind(attempt(&redirect)).await.unwrap();
    let url = come_back(loopback.attempt());
    let _silent = tokio::net::TcpStream::connect(url.socket_addrs(|| None).unwrap()[0]).await.unwrap();
    let waiting = tokio::spawn(loopback.wait(PATIENCE));
    assert_eq!(browser().get(url).send().await.unwrap().status(), 200);
    assert!(waiting.await.unwrap().is_ok());
}

#[tokio::test]
async fn giving_up_frees_the_port() {
    let redirect = free_redirect("localhost").await;
    let loopback = Loopback::bind(attempt(&redirect)).await.unwrap();
    let waiting = tokio::spawn(loopback.wait(PATIENCE));
    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    Loopback::bind(attempt(&redirect)).await.unwrap();
}

#[tokio::test]
async fn a_port_in_use_is_told_with_its_number() {
    let redirect = free_redirect("localhost").await;
    let first = Loopback::bind(attempt(&redirect)).await.unwrap();
    let expected = first.attempt().redirect_url().port().unwrap();
    let second = Loopback::bind(attempt(&redirect)).await;
    assert!(matches!(second, Err(LoginError::PortInUse { port }) if port == expected));
}

#[tokio::test]
async fn only_http_to_this_computer_can_be_listened_for() {
    for redirect in ["https://localhost:3456/cb", "https://xpo.example/cb", "http://xpo.example/cb"] {
        let bound = Loopback::bind(attempt(redirect)).await;
        assert!(matches!(bound, Err(LoginError::NeedsLoopback)), "{redirect}");
    }
}
