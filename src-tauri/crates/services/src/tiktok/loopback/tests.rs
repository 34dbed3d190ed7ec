use reqwest::Client;
use url::Url;

use super::*;

/// Returns a redirect URL with a free port.
async fn free_redirect(host: &str) -> String {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    format!("http://{host}:{}/callback", free.local_addr().unwrap().port())
}

fn attempt(redirect: &str) -> SignInAttempt {
    SignInAttempt::new(&"https://business-api.tiktok.com/portal/auth".parse().unwrap(), "7", redirect)
        .unwrap()
}

/// Returns the URL that TikTok redirects to after a successful sign-in.
fn redirect_with_code(attempt: &SignInAttempt) -> Url {
    let mut url = attempt.redirect_url().clone();
    url.query_pairs_mut().append_pair("auth_code", "the-code").append_pair("state", &state(attempt));
    url
}

fn state(attempt: &SignInAttempt) -> String {
    attempt.authorization_url().query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned()
}

fn http() -> Client {
    Client::builder().no_proxy().build().unwrap()
}

#[tokio::test]
async fn receives_the_code_and_responds_with_a_page_without_scripts() {
    let redirect = free_redirect("localhost").await;
    let loopback = LoopbackListener::bind(attempt(&redirect)).await.unwrap();
    let url = redirect_with_code(&loopback.attempt);
    let other_urls = [
        (redirect.replace("callback", "favicon.ico"), 404),
        (redirect.replace("callback", ""), 404),
        (format!("{redirect}/deeper?auth_code=X&state=other"), 404),
    ];
    let waiting = tokio::spawn(loopback.wait());
    for (address, status) in other_urls {
        assert_eq!(http().get(&address).send().await.unwrap().status(), status, "{address}");
    }
    assert_eq!(http().post(url.clone()).send().await.unwrap().status(), 404);

    let response = http().get(url).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(response.headers()["content-security-policy"], "default-src 'none'");
    assert_eq!(response.headers()["referrer-policy"], "no-referrer");
    let text = response.text().await.unwrap();
    assert!(text.contains("You can close this tab and return to XPO Admin"), "{text}");
    assert!(!text.contains("the-code") && !text.contains("<script"), "{text}");
    assert_eq!(waiting.await.unwrap().unwrap().secret(), "the-code");
    LoopbackListener::bind(attempt(&redirect)).await.expect("the port is still in use");
}

#[tokio::test]
async fn localhost_responds_on_ipv4_and_ipv6() {
    let redirect = free_redirect("localhost").await;
    for host in ["127.0.0.1", "[::1]"] {
        let loopback = LoopbackListener::bind(attempt(&redirect)).await.unwrap();
        if loopback.listeners.len() == 1 {
            continue; // This computer has no IPv6.
        }
        let url = redirect_with_code(&loopback.attempt).as_str().replace("localhost", host);
        let waiting = tokio::spawn(loopback.wait());
        assert_eq!(http().get(url).send().await.unwrap().status(), 200, "{host}");
        assert!(waiting.await.unwrap().is_ok(), "{host}");
    }
}

#[tokio::test]
async fn failures_are_shown_in_the_browser_and_returned() {
    for (query, expected) in [
        ("", "Cancelled"),
        (
            "&error=access_denied",
            "Refused(Explanation { refusal: Cancelled, code: None, text: Some(\"access_denied\") })",
        ),
    ] {
        let redirect = free_redirect("127.0.0.1").await;
        let loopback = LoopbackListener::bind(attempt(&redirect)).await.unwrap();
        let state = state(&loopback.attempt);
        let waiting = tokio::spawn(loopback.wait());
        let response = http().get(format!("{redirect}?state={state}{query}")).send().await.unwrap();
        assert_eq!(response.status(), 400);
        assert!(response.text().await.unwrap().contains("Sign-in failed"));
        assert_eq!(format!("{:?}", waiting.await.unwrap().unwrap_err()), expected);
    }
}

#[tokio::test]
async fn the_browser_is_opened_without_the_state_and_redirected_to_tiktok_once() {
    let redirect = free_redirect("localhost").await;
    let loopback = LoopbackListener::bind(attempt(&redirect)).await.unwrap();
    let (start, state) = (loopback.start_url().clone(), state(&loopback.attempt));
    let (tiktok, end) = (loopback.attempt.authorization_url(), redirect_with_code(&loopback.attempt));
    assert!(!start.as_str().contains(&state), "{start}");
    let waiting = tokio::spawn(loopback.wait());
    let browser = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let response = browser.get(start.clone()).send().await.unwrap();
    assert_eq!(response.status(), 303);
    assert_eq!(response.headers()["location"], tiktok.as_str());
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(http().get(end).send().await.unwrap().status(), 200);
    assert!(waiting.await.unwrap().is_ok());
}

/// Somebody who read the page's address from the list of processes may be the first or the second.
#[tokio::test]
async fn a_second_request_for_the_start_page_ends_the_sign_in() {
    let redirect = free_redirect("localhost").await;
    let loopback = LoopbackListener::bind(attempt(&redirect)).await.unwrap();
    let start = loopback.start_url().clone();
    let waiting = tokio::spawn(loopback.wait());
    let browser = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    assert_eq!(browser.head(start.clone()).send().await.unwrap().status(), 404);
    assert_eq!(browser.get(start.clone()).send().await.unwrap().status(), 303);
    let second = browser.get(start).send().await.unwrap();
    assert_eq!((second.status().as_u16(), second.headers().get("location")), (400, None));
    assert!(second.text().await.unwrap().contains("Sign-in failed"));
    assert!(matches!(waiting.await.unwrap(), Err(SignInError::StartedTwice)));
}

#[tokio::test]
async fn a_link_preview_or_a_restored_tab_does_not_end_the_sign_in() {
    let redirect = free_redirect("127.0.0.1").await;
    let loopback = LoopbackListener::bind(attempt(&redirect)).await.unwrap();
    let url = redirect_with_code(&loopback.attempt);
    let waiting = tokio::spawn(loopback.wait());
    for query in ["", "auth_code=X&state=other", "auth_code=X", "state=other", "error=access_denied"] {
        let response = http().get(format!("{redirect}?{query}")).send().await.unwrap();
        assert_eq!(response.status(), 400, "{query}");
        assert!(response.text().await.unwrap().contains("doesn’t belong to the sign-in"), "{query}");
    }
    assert_eq!(http().get(url).send().await.unwrap().status(), 200);
    assert_eq!(waiting.await.unwrap().unwrap().secret(), "the-code");
}

#[tokio::test(start_paused = true)]
async fn times_out_after_five_minutes() {
    let loopback = LoopbackListener::bind(attempt(&free_redirect("localhost").await)).await.unwrap();
    let started = tokio::time::Instant::now();
    assert!(matches!(loopback.wait().await, Err(SignInError::TimedOut)));
    assert!((SIGN_IN_TIMEOUT..SIGN_IN_TIMEOUT + 2 * SHUTDOWN_TIMEOUT).contains(&started.elapsed()));
}

#[tokio::test]
async fn an_idle_connection_does_not_delay_the_result() {
    let redirect = free_redirect("127.0.0.1").await;
    let loopback = LoopbackListener::bind(attempt(&redirect)).await.unwrap();
    let url = redirect_with_code(&loopback.attempt);
    let _idle = tokio::net::TcpStream::connect(url.socket_addrs(|| None).unwrap()[0]).await.unwrap();
    let waiting = tokio::spawn(loopback.wait());
    assert_eq!(http().get(url).send().await.unwrap().status(), 200);
    assert!(waiting.await.unwrap().is_ok());
}

#[tokio::test]
async fn dropping_the_future_frees_the_port() {
    let redirect = free_redirect("localhost").await;
    let loopback = LoopbackListener::bind(attempt(&redirect)).await.unwrap();
    let waiting = tokio::spawn(loopback.wait());
    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    LoopbackListener::bind(attempt(&redirect)).await.unwrap();
}

#[tokio::test]
async fn a_port_in_use_is_reported_with_its_number() {
    let redirect = free_redirect("localhost").await;
    let first = LoopbackListener::bind(attempt(&redirect)).await.unwrap();
    let expected = first.attempt.redirect_url().port().unwrap();
    let second = LoopbackListener::bind(attempt(&redirect)).await;
    assert!(matches!(second, Err(SignInError::PortInUse { port }) if port == expected));
}

#[tokio::test]
async fn only_listens_for_http_redirects_to_this_computer() {
    for redirect in ["https://localhost:3456/cb", "https://xpo.example/cb", "http://xpo.example/cb"] {
        let bound = LoopbackListener::bind(attempt(redirect)).await;
        assert!(matches!(bound, Err(SignInError::NeedsLoopback)), "{redirect}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_port_that_an_ordinary_user_may_not_use_is_reported_with_its_number() {
    use std::os::unix::{fs::MetadataExt, process::CommandExt};

    let first_allowed = std::fs::read_to_string("/proc/sys/net/ipv4/ip_unprivileged_port_start").unwrap();
    if first_allowed.trim().parse::<u16>().unwrap() <= 80 {
        return; // Everybody may use port 80, as in some containers.
    }
    // The superuser may use every port, so the attempt runs as the user "nobody", who can read only the copy.
    let dir = tempfile::tempdir().unwrap();
    let copy = dir.path().join("tests");
    std::fs::copy(std::env::current_exe().unwrap(), &copy).unwrap();
    let mut attempt = std::process::Command::new(&copy);
    attempt.args(["--exact", "tiktok::loopback::tests::bind_port_80", "--ignored"]);
    if std::fs::metadata("/proc/self").unwrap().uid() == 0 {
        std::os::unix::fs::chown(dir.path(), Some(65_534), Some(65_534)).unwrap();
        attempt.uid(65_534).gid(65_534);
    }
    let ended = attempt.output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stdout));
}

/// Not a test, but the process that binds the port.
#[tokio::test]
#[ignore = "started by the test above"]
async fn bind_port_80() {
    for host in ["localhost", "127.0.0.1"] {
        let bound = LoopbackListener::bind(attempt(&format!("http://{host}/callback"))).await;
        let problem = crate::problem::Problem::from(bound.unwrap_err());
        assert_eq!(problem.code, crate::problem::ProblemCode::PortForbidden);
        assert_eq!(problem.subject.as_deref(), Some("80"));
        assert!(problem.details.unwrap().message.contains("ermission denied"));
    }
}

proptest::proptest! {
    #[test]
    fn no_request_without_the_state_ends_the_sign_in(
        method in "GET|POST|HEAD|[A-Z]{1,7}",
        uri in "/(callback)?(\\?((auth_code|code|state|error)=[!-~]{0,30}&?){0,5}|[!-~]{0,60})",
    ) {
        let Ok(uri) = uri.parse::<Uri>() else { return Ok(()) };
        let (sender, mut outcome) = mpsc::channel(1);
        let pages = Arc::new(Pages {
            attempt: attempt("http://localhost:3456/callback"),
            start_path: "/start/secret".to_owned(),
            started: AtomicBool::new(false),
            sender,
        });
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let response = runtime.block_on(respond(State(pages), method.parse().unwrap(), uri));
        assert!(response.status().is_client_error());
        assert!(outcome.try_recv().is_err());
    }
}
