//! Proxies, and certificates that are not trusted. The sandbox serves both http and https.

use std::net::SocketAddr;

use tiktok_business::{Client, Error, ErrorKind, Proxy};
use tiktok_sandbox::{Options, Sandbox};

use crate::proxy_server::{self, HOST, Kind};
use crate::stub::{client, token};

async fn call(api: &str, proxy: Option<Proxy>) -> Result<(), Error> {
    let client: Client = client(api.parse().unwrap(), |options| options.proxy = proxy);
    client.user_info(&token()).await.map(drop)
}

#[tokio::test]
async fn requests_go_through_http_and_socks_proxies_with_and_without_a_password() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let target: SocketAddr = sandbox.address().trim_start_matches("http://").parse().unwrap();
    for asks in [false, true] {
        let with_password = |address: String| {
            let proxy = Proxy::parse(&address).unwrap();
            if asks { proxy.with_credentials("jo", "p@ss").unwrap() } else { proxy }
        };
        // The sandbox answers that the token is wrong: the request arrived.
        let address = proxy_server::start(Kind::Socks, asks, target).await;
        let socks = with_password(format!("socks5h://{address}"));
        let error = call(&format!("http://{HOST}/open_api/v1.3"), Some(socks)).await.unwrap_err();
        assert_eq!(error.code, Some(40105), "{error}");
        // The certificate is not trusted: the request arrived through the tunnel.
        let address = proxy_server::start(Kind::Http, asks, target).await;
        let http = with_password(format!("http://{address}"));
        let error = call(&format!("https://{HOST}/open_api/v1.3"), Some(http)).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Certificate, "{error}");
    }
}

#[tokio::test]
async fn a_proxy_that_asks_for_a_password_or_does_not_connect_is_told_from_being_offline() {
    let nobody = "127.0.0.1:1".parse().unwrap();
    let api = format!("https://{HOST}/open_api/v1.3");
    for (kind, scheme) in [(Kind::Http, "http"), (Kind::Socks, "socks5h")] {
        let address = proxy_server::start(kind, true, nobody).await;
        let asked = Proxy::parse(&format!("{scheme}://{address}")).unwrap();
        let wrong = asked.clone().with_credentials("jo", "nope").unwrap();
        for proxy in [asked, wrong] {
            let error = call(&api, Some(proxy)).await.unwrap_err();
            assert_eq!(error.kind, ErrorKind::ProxySignIn, "{scheme}: {error}");
            assert!(!error.to_string().contains("nope"), "{error}");
        }
        let missing = Proxy::parse(&format!("{scheme}://{nobody}")).unwrap();
        let error = call(&api, Some(missing)).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Proxy, "{scheme}: {error}");
    }
}

#[tokio::test]
async fn this_computers_own_addresses_are_reached_without_the_proxy() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let nobody = Proxy::parse("http://127.0.0.1:9").unwrap();
    let error = call(&sandbox.api_address(), Some(nobody.clone())).await.unwrap_err();
    assert_eq!(error.code, Some(40105), "{error}");
    // Also a sign-in page here of an API elsewhere.
    let api = format!("https://{HOST}/open_api/v1.3").parse().unwrap();
    let client: Client = client(api, |options| options.proxy = Some(nobody));
    client.check_page(&sandbox.sign_in_address().parse().unwrap()).await.unwrap();
}

#[tokio::test]
async fn an_untrusted_certificate_and_a_wrong_clock_are_told_from_being_offline() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    for (certificate, kind) in [
        ("self_signed", ErrorKind::Certificate),
        ("other_host", ErrorKind::Certificate),
        ("expired", ErrorKind::Clock),
        ("not_yet_valid", ErrorKind::Clock),
    ] {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let url = format!("{}/sandbox/behaviour", sandbox.address());
        let body = serde_json::json!({ "certificate": certificate });
        assert!(http.post(url).json(&body).send().await.unwrap().status().is_success());
        let client = client(sandbox.https_api_address().parse().unwrap(), |_| {});
        assert_eq!(client.check_api().await.unwrap_err().kind, kind, "{certificate}");
        assert_eq!(client.user_info(&token()).await.unwrap_err().kind, kind, "{certificate}");
    }
}
