//! What a test can order: faults, limits, time, changes.

use std::time::Duration;

use crate::bench::{Bench, refusal};
use reqwest::Method;
use serde_json::json;
use tiktok_sandbox::{Fault, Options, Times};

#[tokio::test]
async fn a_code_on_order_comes_as_often_as_ordered() {
    let bench = Bench::new().await;
    let token = bench.token(json!({})).await;
    bench.order("faults", json!({"endpoint": "user/info", "code": 40100, "skip": 1, "times": 2})).await;
    let mut codes = Vec::new();
    for _ in 0..4 {
        codes.push(bench.get("user/info/", &token, &[]).await["code"].as_i64().unwrap());
    }
    assert_eq!(codes, [0, 40100, 40100, 0]);
    assert_eq!(bench.ask("faults").await, json!([]));
}

#[tokio::test]
async fn the_edge_can_answer_html_with_a_status() {
    let bench = Bench::new().await;
    let fault = json!({"endpoint": "/open_api/v1.3/user/info/", "status": 504, "html": "<h1>Gateway</h1>", "times": "forever"});
    bench.order("faults", fault).await;
    let response = bench.answer("user/info", "", &[]).await;
    assert_eq!(response.status(), 504);
    assert_eq!(response.text().await.unwrap(), "<h1>Gateway</h1>");
    bench.control(Method::DELETE, "faults", json!({})).await;
    assert_eq!(bench.answer("user/info", "", &[]).await.status(), 200);
}

#[tokio::test]
async fn the_portal_can_have_a_bad_day_too() {
    let bench = Bench::new().await;
    bench.order("faults", json!({"endpoint": "portal", "status": 503})).await;
    assert_eq!(bench.http.get(bench.log_in_url()).send().await.unwrap().status(), 503);
    assert_eq!(bench.http.get(bench.log_in_url()).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_body_can_be_cut_and_a_connection_dropped() {
    let bench = Bench::new().await;
    let token = bench.token(json!({})).await;
    bench.order("faults", json!({"endpoint": "user/info", "cut": true})).await;
    let response = bench.answer("user/info/", &token, &[]).await;
    assert!(response.content_length().unwrap() > 100);
    assert!(response.text().await.is_err());
    bench.order("faults", json!({"endpoint": "user/info", "drop": true})).await;
    let url = format!("{}/user/info/", bench.sandbox.api_address());
    assert!(bench.http.get(url).send().await.is_err());
    let log = bench.ask("log?endpoint=user/info").await;
    assert_eq!((&log[0]["status"], &log[1]["status"]), (&json!(200), &json!(null)));
    assert_eq!(bench.get("user/info/", &token, &[]).await["code"], 0);
}

#[tokio::test]
async fn a_hanging_request_is_in_the_log_and_goes_on_when_faults_are_cleared() {
    let bench = Bench::new().await;
    let token = bench.token(json!({})).await;
    bench.sandbox.order_fault(Fault {
        endpoint: "user/info".into(),
        hang: true,
        times: Times::FOREVER,
        ..Fault::default()
    });
    let clear = async {
        while bench.sandbox.log(Some("user/info")).is_empty() {
            tokio::task::yield_now().await;
        }
        assert_eq!(bench.sandbox.log(Some("user/info"))[0].status, None);
        bench.sandbox.clear_faults();
    };
    let (answer, ()) = tokio::join!(bench.get("user/info/", &token, &[]), clear);
    assert_eq!(answer["code"], 0);
}

#[tokio::test]
async fn stopping_ends_hanging_requests() {
    let bench = Bench::new().await;
    bench.order("faults", json!({"endpoint": "*", "hang": true})).await;
    let request = tokio::spawn(bench.http.get(bench.log_in_url()).send());
    while bench.sandbox.log(None).is_empty() {
        tokio::task::yield_now().await;
    }
    bench.sandbox.stop().await;
    assert!(request.await.unwrap().is_err());
}

#[tokio::test]
async fn the_basic_tier_allows_ten_calls_a_second_per_app_and_endpoint() {
    let bench = Bench::new().await;
    let token = bench.token(json!({})).await;
    bench.order("clock", json!({"set": "2026-03-01T12:00:00Z"})).await;
    for _ in 0..10 {
        assert_eq!(bench.get("user/info/", &token, &[]).await["code"], 0);
    }
    let answer = bench.get("user/info/", &token, &[]).await;
    assert_eq!(refusal(&answer), (40100, "App reaches the QPS limit 10"));
    assert!(!bench.granted(&token).await.is_empty(), "another endpoint has its own count");
    bench.order("clock", json!({"advance_seconds": 1})).await;
    assert_eq!(bench.get("user/info/", &token, &[]).await["code"], 0);
}

#[tokio::test]
async fn limits_can_be_set_and_lifted() {
    let bench = Bench::with(Options { qps: Some(0), ..Options::default() }).await;
    let token = bench.token(json!({})).await;
    bench.order("clock", json!({"set": "2026-03-01T12:00:00Z"})).await;
    for _ in 0..30 {
        assert_eq!(bench.get("user/info/", &token, &[]).await["code"], 0);
    }
    let quota = json!({"per_second": 0, "per_minute": 1, "per_day": 0, "per_advertiser": 0});
    bench.order("limits", quota.clone()).await;
    assert_eq!(bench.ask("limits").await, quota);
    assert_eq!(bench.get("user/info/", &token, &[]).await["code"], 0);
    let answer = bench.get("user/info/", &token, &[]).await;
    let text = format!(
        "Due to too many requests, requests from App {} are temporarily restricted.",
        bench.sandbox.app_id()
    );
    assert_eq!(refusal(&answer), (40100, text.as_str()));
    bench.order("clock", json!({"advance_seconds": 299})).await;
    assert_eq!(bench.get("user/info/", &token, &[]).await["code"], 40100);
    bench.order("clock", json!({"advance_seconds": 1})).await;
    assert_eq!(bench.get("user/info/", &token, &[]).await["code"], 0);
}

#[tokio::test]
async fn the_log_keeps_order_and_no_secrets() {
    let bench = Bench::new().await;
    let token = bench.token(json!({})).await;
    bench.granted(&token).await;
    bench.get("user/info/", "wrong", &[("access_token", &token)]).await;
    let log = bench.ask("log").await;
    let text = log.to_string();
    assert!(!text.contains(bench.sandbox.secret()) && !text.contains(&token));
    let last = log.as_array().unwrap().last().unwrap();
    assert_eq!((&last["path"], &last["code"]), (&json!("/open_api/v1.3/user/info/"), &json!(40105)));
    let listed = bench.ask("log?endpoint=oauth2/advertiser/get").await;
    assert_eq!(listed[0]["query"][1], json!(["secret", "***"]));
    bench.control(Method::DELETE, "log", json!({})).await;
    assert_eq!(bench.ask("log").await, json!([]));
}

#[tokio::test]
async fn accounts_change_as_ordered() {
    let bench = Bench::new().await;
    let token = bench.token(json!({})).await;
    let ids = bench.granted(&token).await;
    let path = format!("accounts/{}", ids[0]);
    bench.order(&path, json!({"status": "STATUS_BRAND_NEW", "name": "Renamed"})).await;
    let account = bench.info(&token, &ids[..1]).await["data"]["list"][0].clone();
    assert_eq!((&account["status"], &account["name"]), (&json!("STATUS_BRAND_NEW"), &json!("Renamed")));
    assert_eq!(bench.ask(&path).await["name"], "Renamed");
    for (path, body) in [
        (path.as_str(), json!({"advertiser_id": "1"})),
        (path.as_str(), json!({"stauts": "x"})),
        ("accounts/17", json!({"name": "x"})),
        ("users/17/accounts", json!({"gain": 1})),
        ("login", json!({"user": "17"})),
        ("faults", json!({"code": 40100})),
    ] {
        let url = bench.url(&format!("/sandbox/{path}"));
        let response = bench.http.post(url).json(&body).send().await.unwrap();
        assert_eq!(response.status(), 400, "{path} {body}");
    }
}

#[tokio::test]
async fn a_user_can_withdraw_every_token() {
    let bench = Bench::new().await;
    let mine = [bench.token(json!({})).await, bench.token(json!({})).await];
    let other = bench.token(json!({"user": bench.user(1)})).await;
    let answer = bench.order("revoke", json!({"user": bench.user(0)})).await;
    assert_eq!(answer, json!({"revoked": 2}));
    for token in &mine {
        assert_eq!(bench.get("user/info/", token, &[]).await["code"], 40105);
    }
    assert_eq!(bench.sandbox.tokens(), [(bench.user(1), other.clone())]);
    assert_eq!(bench.order("revoke", json!({"token": other})).await, json!({"revoked": 1}));
}

#[tokio::test]
async fn a_program_can_authorize_without_pages() {
    let bench = Bench::new().await;
    let token = bench.sandbox.authorize(&bench.user(2)).unwrap();
    assert_eq!(bench.granted(&token).await, bench.reached(&bench.user(2)).await);
    assert_eq!(bench.sandbox.authorize("nobody"), None);
}

#[tokio::test]
async fn an_answer_can_come_late() {
    let bench = Bench::new().await;
    bench.order("faults", json!({"endpoint": "user/info", "delay_ms": 60_000})).await;
    let url = format!("{}/user/info/", bench.sandbox.api_address());
    let request = bench.http.get(url).timeout(Duration::from_millis(50));
    assert!(request.send().await.unwrap_err().is_timeout());
}
