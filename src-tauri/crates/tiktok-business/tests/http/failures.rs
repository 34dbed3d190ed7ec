//! Bad days: what each kind of trouble is called, and what is asked again.

use std::time::Duration;

use serde_json::json;
use tiktok_business::{AuthorizationCode, Error, Kind};

use crate::stub::{Reply, Stub, app, client, token};

async fn user_error(stub: &Stub) -> Error {
    stub.client().user_info(&token()).await.unwrap_err()
}

fn refusal(code: i64, message: &str) -> Reply {
    Reply::json(json!({ "code": code, "message": message, "request_id": "R1", "data": {} }))
}

#[tokio::test]
async fn a_refusal_carries_code_text_and_request_id() {
    let stub = Stub::start(|_, _| refusal(40105, "Access token is incorrect or has been revoked.")).await;
    let error = user_error(&stub).await;
    assert_eq!((error.kind, error.code), (Kind::LoginNeeded, Some(40105)));
    assert_eq!(
        error.to_string(),
        "user/info/: Access token is incorrect or has been revoked. (code 40105) (request R1)"
    );
    assert_eq!(stub.requests().len(), 1, "asking again would change nothing");
}

#[tokio::test]
async fn a_refusal_may_lack_data_and_request_id_and_write_its_code_as_text() {
    let stub = Stub::json(json!({ "code": "40104", "message": null })).await;
    let error = user_error(&stub).await;
    assert_eq!((error.kind, error.request_id), (Kind::LoginNeeded, None));
}

#[tokio::test]
async fn the_code_wins_over_the_http_status() {
    let body = json!({ "code": 40105, "message": "revoked" }).to_string();
    let stub = Stub::start(move |_, _| Reply::http("502 Bad Gateway", "application/json", &body)).await;
    assert_eq!(user_error(&stub).await.kind, Kind::LoginNeeded);

    let body = json!({ "code": 0, "message": "ok", "data": { "core_user_id": "7" } }).to_string();
    let stub = Stub::start(move |_, _| Reply::http("500 Oops", "application/json", &body)).await;
    assert!(stub.client().user_info(&token()).await.is_ok());
}

#[tokio::test]
async fn what_is_no_envelope_is_told_apart() {
    let html = "<html>504 Gateway Time-out</html>";
    for (status, kind_of_body, body, kind) in [
        ("504 Gateway Time-out", "text/html", html, Kind::Unavailable),
        ("429 Too Many Requests", "text/plain", "slow down", Kind::Unavailable),
        ("503 Service Unavailable", "application/json", "{}", Kind::Unavailable),
        ("200 OK", "text/html", html, Kind::Unavailable),
        ("404 Not Found", "text/plain", "404 page not found", Kind::Unexpected),
        ("200 OK", "application/json", "", Kind::Unexpected),
        ("200 OK", "application/json", r#"{"code":0,"data":{"core_us"#, Kind::Unexpected),
        ("200 OK", "application/json", "[]", Kind::Unexpected),
        ("200 OK", "application/json", r#"{"message":"OK"}"#, Kind::Unexpected),
        ("200 OK", "application/json", r#"{"code":0,"message":"OK"}"#, Kind::Unexpected),
        ("200 OK", "application/json", r#"{"code":0,"data":[]}"#, Kind::Unexpected),
        ("200 OK", "application/json", r#"{"code":0,"data":{"core_user_id":7.5e18}}"#, Kind::Unexpected),
        ("200 OK", "application/json", r#"{"code":0,"data":{"core_user_id":"../7"}}"#, Kind::Unexpected),
    ] {
        let stub = Stub::start(move |_, _| Reply::http(status, kind_of_body, body)).await;
        let error = user_error(&stub).await;
        assert_eq!(error.kind, kind, "{status} {body}: {error}");
    }
}

#[tokio::test]
async fn nesting_without_end_is_refused() {
    let stub = Stub::json("[".repeat(1 << 20)).await;
    assert_eq!(user_error(&stub).await.kind, Kind::Unexpected);
}

#[tokio::test]
async fn an_answer_beyond_the_limit_is_not_read_to_its_end() {
    let stub = Stub::json("x".repeat(5 << 20)).await;
    let client = client(stub.api.clone(), |options| options.largest_answer = 1 << 20);
    let error = client.user_info(&token()).await.unwrap_err();
    assert_eq!((error.kind, &*error.message), (Kind::Unexpected, "the answer is too large"));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Stub::json(json!({ "code": 0, "data": { "core_user_id": "7" } })).await;
    let to = elsewhere.api.to_string();
    let stub = Stub::start(move |_, _| {
        Reply::Bytes(
            format!("HTTP/1.1 307 Go\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                .into(),
        )
    })
    .await;
    assert_eq!(user_error(&stub).await.kind, Kind::Unexpected);
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn a_connection_that_breaks_is_tried_again_then_unavailable() {
    for bytes in ["", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"code\""] {
        let stub = Stub::start(move |_, _| Reply::Bytes(bytes.into())).await;
        let error = user_error(&stub).await;
        assert_eq!(error.kind, Kind::Unavailable, "{bytes}: {error}");
        assert_eq!(stub.requests().len(), 3, "{bytes}");
    }
}

#[tokio::test]
async fn silence_is_a_timeout_and_not_waited_for_again_past_the_budget() {
    let stub = Stub::start(|_, _| Reply::Never).await;
    let client = client(stub.api.clone(), |options| {
        options.timeout = Duration::from_millis(50);
        options.retries.budget = Duration::ZERO;
    });
    assert_eq!(client.user_info(&token()).await.unwrap_err().kind, Kind::Timeout);
    assert_eq!(stub.requests().len(), 1);
}

#[tokio::test]
async fn nobody_listening_and_no_such_name_are_offline() {
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    for api in [format!("http://{free}/v1.3"), "http://no-such-name.invalid/v1.3".into()] {
        let client = client(api.parse().unwrap(), |_| {});
        assert_eq!(client.user_info(&token()).await.unwrap_err().kind, Kind::Offline, "{api}");
        let code = AuthorizationCode::new("code".into());
        assert_eq!(client.access_token(&app(), &code).await.unwrap_err().kind, Kind::Offline, "{api}");
    }
}

#[tokio::test]
async fn temporary_trouble_passes_unnoticed() {
    let stub = Stub::start(|number, _| match number {
        0 => refusal(40100, "App reaches the QPS limit 10"),
        1 => Reply::http("504 Gateway Time-out", "text/html", "<html>"),
        _ => Reply::json(json!({ "code": 0, "data": { "core_user_id": "7" } })),
    })
    .await;
    assert_eq!(stub.client().user_info(&token()).await.unwrap().id.as_str(), "7");
    assert_eq!(stub.requests().len(), 3);
}

#[tokio::test]
async fn lasting_trouble_is_told_after_three_tries() {
    for (code, kind) in [(40100, Kind::Throttled), (40133, Kind::Throttled), (50000, Kind::Retry)] {
        let stub = Stub::start(move |_, _| refusal(code, "wait")).await;
        assert_eq!(user_error(&stub).await.kind, kind);
        assert_eq!(stub.requests().len(), 3);
    }
}

#[tokio::test]
async fn an_auth_code_is_sent_once_whatever_happens() {
    let html = || Reply::http("502 Bad Gateway", "text/html", "<html>");
    let stub = Stub::start(move |number, _| match number {
        0 => refusal(40100, "slow down"),
        1 => Reply::Bytes(Vec::new()),
        _ => html(),
    })
    .await;
    let client = stub.client();
    for kind in [Kind::Throttled, Kind::Unavailable, Kind::Unavailable] {
        let before = stub.requests().len();
        let code = AuthorizationCode::new("code".into());
        assert_eq!(client.access_token(&app(), &code).await.unwrap_err().kind, kind);
        assert_eq!(stub.requests().len(), before + 1);
    }
}

#[tokio::test]
async fn a_grant_without_a_token_is_no_grant() {
    for data in [json!({}), json!({ "access_token": "" }), json!({ "access_token": null })] {
        let stub = Stub::json(json!({ "code": 0, "data": data })).await;
        let code = AuthorizationCode::new("code".into());
        let error = stub.client().access_token(&app(), &code).await.unwrap_err();
        assert_eq!(error.kind, Kind::Unexpected);
    }
}

#[tokio::test]
async fn a_damaged_token_needs_a_new_log_in_and_is_not_sent() {
    let stub = Stub::json("{}").await;
    let damaged = tiktok_business::AccessToken::new("a\r\nb".into());
    let error = stub.client().user_info(&damaged).await.unwrap_err();
    assert_eq!(error.kind, Kind::LoginNeeded);
    assert!(stub.requests().is_empty());
}

#[tokio::test]
async fn a_wait_that_is_too_long_is_told_with_tiktoks_own_code() {
    let stub = Stub::start(|_, _| refusal(40100, "App reaches the QPS limit 10")).await;
    let client = client(stub.api.clone(), |options| options.retries.budget = Duration::from_millis(1));
    let error = client.user_info(&token()).await.unwrap_err();
    assert_eq!((error.kind, error.code), (Kind::Throttled, Some(40100)), "{error}");
    assert!(error.wait_until.is_some());
}
