//! The control endpoints: faults, limits, the clock, accounts and the log.

use std::time::Duration;

use crate::harness::{Harness, api_error};
use reqwest::Method;
use serde_json::json;
use tiktok_sandbox::{Fault, Times};

#[tokio::test]
async fn a_fault_skips_requests_and_then_happens_the_given_number_of_times() {
    let harness = Harness::new().await;
    let token = harness.token(json!({})).await;
    harness
        .post_control("faults", json!({"endpoint": "user/info", "code": 40100, "skip": 1, "times": 2}))
        .await;
    let mut codes = Vec::new();
    for _ in 0..4 {
        codes.push(harness.get("user/info/", &token, &[]).await["code"].as_i64().unwrap());
    }
    assert_eq!(codes, [0, 40100, 40100, 0]);
    assert_eq!(harness.get_control("faults").await, json!([]));
}

#[tokio::test]
async fn a_fault_can_respond_with_a_status_and_html() {
    let harness = Harness::new().await;
    let fault = json!({"endpoint": "/open_api/v1.3/user/info/", "status": 504, "html": "<h1>Gateway</h1>", "times": "forever"});
    harness.post_control("faults", fault).await;
    let response = harness.response("user/info", "", &[]).await;
    assert_eq!(response.status(), 504);
    assert_eq!(response.text().await.unwrap(), "<h1>Gateway</h1>");
    harness.control(Method::DELETE, "faults", json!({})).await;
    assert_eq!(harness.response("user/info", "", &[]).await.status(), 200);
}

#[tokio::test]
async fn a_fault_can_affect_the_portal() {
    let harness = Harness::new().await;
    harness.post_control("faults", json!({"endpoint": "portal", "status": 503})).await;
    assert_eq!(harness.http.get(harness.sign_in_url()).send().await.unwrap().status(), 503);
    assert_eq!(harness.http.get(harness.sign_in_url()).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_fault_can_truncate_a_body_or_drop_the_connection() {
    let harness = Harness::new().await;
    let token = harness.token(json!({})).await;
    harness.post_control("faults", json!({"endpoint": "user/info", "cut": true})).await;
    let response = harness.response("user/info/", &token, &[]).await;
    assert!(response.content_length().unwrap() > 100);
    assert!(response.text().await.is_err());
    harness.post_control("faults", json!({"endpoint": "user/info", "drop": true})).await;
    let url = format!("{}/user/info/", harness.sandbox.api_address());
    assert!(harness.http.get(url).send().await.is_err());
    let log = harness.get_control("log?endpoint=user/info").await;
    assert_eq!((&log[0]["status"], &log[1]["status"]), (&json!(200), &json!(null)));
    assert_eq!(harness.get("user/info/", &token, &[]).await["code"], 0);
}

#[tokio::test]
async fn a_hanging_request_is_logged_and_continues_when_the_faults_are_cleared() {
    let harness = Harness::new().await;
    let token = harness.token(json!({})).await;
    harness.sandbox.inject_fault(Fault {
        endpoint: "user/info".into(),
        hang: true,
        times: Times::Forever,
        ..Fault::default()
    });
    let clear = async {
        while harness.sandbox.log(Some("user/info")).is_empty() {
            tokio::task::yield_now().await;
        }
        assert_eq!(harness.sandbox.log(Some("user/info"))[0].status, None);
        harness.sandbox.clear_faults();
    };
    let (envelope, ()) = tokio::join!(harness.get("user/info/", &token, &[]), clear);
    assert_eq!(envelope["code"], 0);
}

#[tokio::test]
async fn stopping_the_sandbox_ends_hanging_requests() {
    let harness = Harness::new().await;
    harness.post_control("faults", json!({"endpoint": "*", "hang": true})).await;
    let request = tokio::spawn(harness.http.get(harness.sign_in_url()).send());
    while harness.sandbox.log(None).is_empty() {
        tokio::task::yield_now().await;
    }
    harness.sandbox.stop().await;
    assert!(request.await.unwrap().is_err());
}

#[tokio::test]
async fn the_basic_tier_allows_ten_calls_per_second_for_each_app_and_endpoint() {
    let harness = Harness::new().await;
    let token = harness.token(json!({})).await;
    harness.post_control("clock", json!({"set": "2026-03-01T12:00:00Z"})).await;
    for _ in 0..10 {
        assert_eq!(harness.get("user/info/", &token, &[]).await["code"], 0);
    }
    let envelope = harness.get("user/info/", &token, &[]).await;
    assert_eq!(api_error(&envelope), (40100, "App reaches the QPS limit 10"));
    assert!(!harness.granted_accounts(&token).await.is_empty(), "another endpoint has its own counter");
    harness.post_control("clock", json!({"advance_seconds": 1})).await;
    assert_eq!(harness.get("user/info/", &token, &[]).await["code"], 0);
}

#[tokio::test]
async fn limits_can_be_set_and_removed() {
    let harness = Harness::unlimited().await;
    let token = harness.token(json!({})).await;
    harness.post_control("clock", json!({"set": "2026-03-01T12:00:00Z"})).await;
    for _ in 0..30 {
        assert_eq!(harness.get("user/info/", &token, &[]).await["code"], 0);
    }
    let quota = json!({"per_second": 0, "per_minute": 1, "per_day": 0, "per_advertiser": 0});
    harness.post_control("limits", quota.clone()).await;
    assert_eq!(harness.get_control("limits").await, quota);
    assert_eq!(harness.get("user/info/", &token, &[]).await["code"], 0);
    let envelope = harness.get("user/info/", &token, &[]).await;
    let text = format!(
        "Due to too many requests, requests from App {} are temporarily restricted.",
        harness.sandbox.app_id()
    );
    assert_eq!(api_error(&envelope), (40100, text.as_str()));
    harness.post_control("clock", json!({"advance_seconds": 299})).await;
    assert_eq!(harness.get("user/info/", &token, &[]).await["code"], 40100);
    harness.post_control("clock", json!({"advance_seconds": 1})).await;
    assert_eq!(harness.get("user/info/", &token, &[]).await["code"], 0);
}

#[tokio::test]
async fn the_log_is_in_order_and_redacts_secrets() {
    let harness = Harness::new().await;
    let token = harness.token(json!({})).await;
    harness.granted_accounts(&token).await;
    harness.get("user/info/", "wrong", &[("access_token", &token)]).await;
    let log = harness.get_control("log").await;
    let text = log.to_string();
    assert!(!text.contains(harness.sandbox.secret()) && !text.contains(&token));
    let last = log.as_array().unwrap().last().unwrap();
    assert_eq!((&last["path"], &last["code"]), (&json!("/open_api/v1.3/user/info/"), &json!(40105)));
    let listed = harness.get_control("log?endpoint=oauth2/advertiser/get").await;
    assert_eq!(listed[0]["query"][1], json!(["secret", "***"]));
    harness.control(Method::DELETE, "log", json!({})).await;
    assert_eq!(harness.get_control("log").await, json!([]));
}

#[tokio::test]
async fn accounts_can_be_changed_and_wrong_changes_are_refused() {
    let harness = Harness::new().await;
    let token = harness.token(json!({})).await;
    let ids = harness.granted_accounts(&token).await;
    let path = format!("accounts/{}", ids[0]);
    harness.post_control(&path, json!({"status": "STATUS_BRAND_NEW", "name": "Renamed"})).await;
    let account = harness.account_info(&token, &ids[..1]).await["data"]["list"][0].clone();
    assert_eq!((&account["status"], &account["name"]), (&json!("STATUS_BRAND_NEW"), &json!("Renamed")));
    assert_eq!(harness.get_control(&path).await["name"], "Renamed");
    for (path, body) in [
        (path.as_str(), json!({"advertiser_id": "1"})),
        (path.as_str(), json!({"stauts": "x"})),
        ("accounts/17", json!({"name": "x"})),
        ("users/17/accounts", json!({"gain": 1})),
        ("login", json!({"user": "17"})),
        ("faults", json!({"code": 40100})),
    ] {
        let url = harness.url(&format!("/sandbox/{path}"));
        let response = harness.http.post(url).json(&body).send().await.unwrap();
        assert_eq!(response.status(), 400, "{path} {body}");
    }
}

#[tokio::test]
async fn all_tokens_of_a_user_can_be_revoked() {
    let harness = Harness::new().await;
    let mine = [harness.token(json!({})).await, harness.token(json!({})).await];
    let other = harness.token(json!({"user": harness.user(1)})).await;
    let envelope = harness.post_control("revoke", json!({"user": harness.user(0)})).await;
    assert_eq!(envelope, json!({"revoked": 2}));
    for token in &mine {
        assert_eq!(harness.get("user/info/", token, &[]).await["code"], 40105);
    }
    assert_eq!(harness.sandbox.tokens(), [(harness.user(1), other.clone())]);
    assert_eq!(harness.post_control("revoke", json!({"token": other})).await, json!({"revoked": 1}));
}

#[tokio::test]
async fn a_program_can_authorize_without_the_portal() {
    let harness = Harness::new().await;
    let token = harness.sandbox.authorize(&harness.user(2)).unwrap();
    assert_eq!(harness.granted_accounts(&token).await, harness.accounts_of(&harness.user(2)).await);
    assert_eq!(harness.sandbox.authorize("nobody"), None);
}

#[tokio::test]
async fn a_fault_can_delay_a_response() {
    let harness = Harness::new().await;
    harness.post_control("faults", json!({"endpoint": "user/info", "delay_ms": 60_000})).await;
    let url = format!("{}/user/info/", harness.sandbox.api_address());
    let request = harness.http.get(url).timeout(Duration::from_millis(50));
    assert!(request.send().await.unwrap_err().is_timeout());
}
