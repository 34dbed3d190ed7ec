//! Failures: their kinds, and which requests are retried.

use std::time::Duration;

use serde_json::json;
use tiktok_business::{AuthorizationCode, Error, ErrorKind};

use crate::stub::{Reply, Stub, app, client, token};

async fn user_error(stub: &Stub) -> Error {
    stub.client().user_info(&token()).await.unwrap_err()
}

fn rejection(code: i64, message: &str) -> Reply {
    Reply::json(json!({ "code": code, "message": message, "request_id": "R1", "data": {} }))
}

#[tokio::test]
async fn an_error_contains_code_message_and_request_id() {
    let stub = Stub::start(|_, _| rejection(40105, "Access token is incorrect or has been revoked.")).await;
    let error = user_error(&stub).await;
    assert_eq!((error.kind, error.code), (ErrorKind::SignInRequired, Some(40105)));
    assert_eq!(
        error.to_string(),
        "user/info/: Access token is incorrect or has been revoked. (code 40105) (request R1)"
    );
    assert_eq!(stub.requests().len(), 1, "the request is not retried");
}

#[tokio::test]
async fn reads_an_error_without_data_and_request_id_and_with_its_code_as_text() {
    let stub = Stub::json(json!({ "code": "40104", "message": null })).await;
    let error = user_error(&stub).await;
    assert_eq!((error.kind, error.request_id), (ErrorKind::SignInRequired, None));
}

#[tokio::test]
async fn an_error_whose_code_cannot_be_read_keeps_its_message_and_request_id() {
    for code in [json!("E_LIMIT"), json!(1.5), json!(null), json!({})] {
        let stub = Stub::json(json!({ "code": code, "message": "Something new", "request_id": "R1" })).await;
        let error = user_error(&stub).await;
        assert_eq!(error.to_string(), "user/info/: HTTP 200: Something new (request R1)");
    }
}

#[tokio::test]
async fn the_code_takes_precedence_over_the_http_status() {
    let body = json!({ "code": 40105, "message": "revoked" }).to_string();
    let stub = Stub::start(move |_, _| Reply::http("502 Bad Gateway", "application/json", &body)).await;
    assert_eq!(user_error(&stub).await.kind, ErrorKind::SignInRequired);

    let body = json!({ "code": 0, "message": "ok", "data": { "core_user_id": "7" } }).to_string();
    let stub = Stub::start(move |_, _| Reply::http("500 Oops", "application/json", &body)).await;
    assert!(stub.client().user_info(&token()).await.is_ok());
}

#[tokio::test]
async fn classifies_responses_without_an_envelope() {
    let html = "<html>504 Gateway Time-out</html>";
    for (status, content_type, body, kind) in [
        ("504 Gateway Time-out", "text/html", html, ErrorKind::Unavailable),
        ("429 Too Many Requests", "text/plain", "slow down", ErrorKind::Unavailable),
        ("503 Service Unavailable", "application/json", "{}", ErrorKind::Unavailable),
        ("200 OK", "text/html", html, ErrorKind::Unavailable),
        ("404 Not Found", "text/plain", "404 page not found", ErrorKind::Unexpected),
        ("200 OK", "application/json", "", ErrorKind::Unexpected),
        ("200 OK", "application/json", r#"{"code":0,"data":{"core_us"#, ErrorKind::Unexpected),
        ("200 OK", "application/json", "[]", ErrorKind::Unexpected),
        ("200 OK", "application/json", r#"{"message":"OK"}"#, ErrorKind::Unexpected),
        ("200 OK", "application/json", r#"{"code":0,"message":"OK"}"#, ErrorKind::Unexpected),
        ("200 OK", "application/json", r#"{"code":0,"data":[]}"#, ErrorKind::Unexpected),
        ("200 OK", "application/json", r#"{"code":0,"data":{"core_user_id":7.5e18}}"#, ErrorKind::Unexpected),
        ("200 OK", "application/json", r#"{"code":0,"data":{"core_user_id":"../7"}}"#, ErrorKind::Unexpected),
    ] {
        let stub = Stub::start(move |_, _| Reply::http(status, content_type, body)).await;
        let error = user_error(&stub).await;
        assert_eq!(error.kind, kind, "{status} {body}: {error}");
    }
}

#[tokio::test]
async fn rejects_a_deeply_nested_response() {
    let stub = Stub::json("[".repeat(1 << 20)).await;
    assert_eq!(user_error(&stub).await.kind, ErrorKind::Unexpected);
}

#[tokio::test]
async fn stops_reading_a_response_that_is_too_large() {
    let stub = Stub::json("x".repeat(5 << 20)).await;
    let client = client(stub.api.clone(), |options| options.max_response_bytes = 1 << 20);
    let error = client.user_info(&token()).await.unwrap_err();
    assert_eq!((error.kind, &*error.message), (ErrorKind::Unexpected, "the response is too large"));
}

#[tokio::test]
async fn does_not_follow_redirects() {
    let elsewhere = Stub::json(json!({ "code": 0, "data": { "core_user_id": "7" } })).await;
    let to = elsewhere.api.to_string();
    let stub = Stub::start(move |_, _| {
        Reply::Bytes(
            format!("HTTP/1.1 307 Go\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                .into(),
        )
    })
    .await;
    assert_eq!(user_error(&stub).await.kind, ErrorKind::Unexpected);
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn retries_a_broken_connection_and_then_reports_unavailable() {
    for bytes in ["", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"code\""] {
        let stub = Stub::start(move |_, _| Reply::Bytes(bytes.into())).await;
        let error = user_error(&stub).await;
        assert_eq!(error.kind, ErrorKind::Unavailable, "{bytes}: {error}");
        assert_eq!(stub.requests().len(), 3, "{bytes}");
    }
}

#[tokio::test]
async fn a_timeout_is_not_retried_after_max_elapsed() {
    let stub = Stub::start(|_, _| Reply::Never).await;
    let client = client(stub.api.clone(), |options| {
        options.timeout = Duration::from_millis(50);
        options.retries.max_elapsed = Duration::ZERO;
    });
    assert_eq!(client.user_info(&token()).await.unwrap_err().kind, ErrorKind::Timeout);
    assert_eq!(stub.requests().len(), 1);
}

#[tokio::test]
async fn a_closed_port_and_an_unknown_host_are_reported_as_offline() {
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    for api in [format!("http://{free}/v1.3"), "http://no-such-name.invalid/v1.3".into()] {
        let client = client(api.parse().unwrap(), |_| {});
        assert_eq!(client.user_info(&token()).await.unwrap_err().kind, ErrorKind::Offline, "{api}");
        let code = AuthorizationCode::new("code".into());
        assert_eq!(client.access_token(&app(), &code).await.unwrap_err().kind, ErrorKind::Offline, "{api}");
    }
}

#[tokio::test]
async fn retries_transient_failures_until_success() {
    let stub = Stub::start(|number, _| match number {
        0 => rejection(40100, "App reaches the QPS limit 10"),
        1 => Reply::http("504 Gateway Time-out", "text/html", "<html>"),
        _ => Reply::json(json!({ "code": 0, "data": { "core_user_id": "7" } })),
    })
    .await;
    assert_eq!(stub.client().user_info(&token()).await.unwrap().id.as_str(), "7");
    assert_eq!(stub.requests().len(), 3);
}

#[tokio::test]
async fn reports_a_persistent_failure_after_three_attempts() {
    for (code, kind) in
        [(40100, ErrorKind::RateLimited), (40133, ErrorKind::RateLimited), (50000, ErrorKind::ServerError)]
    {
        let stub = Stub::start(move |_, _| rejection(code, "wait")).await;
        assert_eq!(user_error(&stub).await.kind, kind);
        assert_eq!(stub.requests().len(), 3);
    }
}

#[tokio::test]
async fn never_sends_an_auth_code_again() {
    let html = || Reply::http("502 Bad Gateway", "text/html", "<html>");
    let stub = Stub::start(move |number, _| match number {
        0 => rejection(40100, "slow down"),
        1 => Reply::Bytes(Vec::new()),
        _ => html(),
    })
    .await;
    let client = stub.client();
    for kind in [ErrorKind::RateLimited, ErrorKind::Unavailable, ErrorKind::Unavailable] {
        let before = stub.requests().len();
        let code = AuthorizationCode::new("code".into());
        assert_eq!(client.access_token(&app(), &code).await.unwrap_err().kind, kind);
        assert_eq!(stub.requests().len(), before + 1);
    }
}

#[tokio::test]
async fn an_exchange_without_a_token_fails() {
    for data in [json!({}), json!({ "access_token": "" }), json!({ "access_token": null })] {
        let stub = Stub::json(json!({ "code": 0, "data": data })).await;
        let code = AuthorizationCode::new("code".into());
        let error = stub.client().access_token(&app(), &code).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unexpected);
    }
}

#[tokio::test]
async fn a_damaged_token_requires_a_new_sign_in_and_is_not_sent() {
    let stub = Stub::json("{}").await;
    let damaged = tiktok_business::AccessToken::new("a\r\nb".into());
    let error = stub.client().user_info(&damaged).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::SignInRequired);
    assert!(stub.requests().is_empty());
}

#[tokio::test]
async fn a_rate_limit_that_outlasts_the_retries_is_reported_with_tiktoks_code() {
    let stub = Stub::start(|_, _| rejection(40100, "App reaches the QPS limit 10")).await;
    let client = client(stub.api.clone(), |options| options.retries.max_elapsed = Duration::from_millis(1));
    let error = client.user_info(&token()).await.unwrap_err();
    assert_eq!((error.kind, error.code), (ErrorKind::RateLimited, Some(40100)), "{error}");
    assert!(error.retry_at.is_some());
}

fn edge(status: &str, retry_after: &str) -> Reply {
    Reply::Bytes(
        format!(
            "HTTP/1.1 {status}\r\nRetry-After: {retry_after}\r\nContent-Length: 9\r\nConnection: close\r\n\r\nslow down"
        )
        .into(),
    )
}

#[tokio::test]
async fn a_server_that_asks_to_wait_is_asked_again_only_then() {
    for (status, kind) in [
        ("429 Too Many Requests", ErrorKind::RateLimited),
        ("503 Service Unavailable", ErrorKind::Unavailable),
    ] {
        for (retry_after, until) in
            [("90", "2026-03-01T12:01:30Z"), ("Sun, 01 Mar 2026 12:30:00 GMT", "2026-03-01T12:30:00Z")]
        {
            let stub = Stub::start(move |_, _| edge(status, retry_after)).await;
            let error = user_error(&stub).await;
            assert_eq!((error.kind, error.retry_at), (kind, Some(until.parse().unwrap())), "{status}");
            assert_eq!(stub.requests().len(), 1, "{status} {retry_after}");
        }
        // A wait that the retries outlast.
        let stub = Stub::start(move |number, _| match number {
            0 => edge(status, "3"),
            _ => Reply::json(json!({ "code": 0, "data": { "core_user_id": "7" } })),
        })
        .await;
        assert!(stub.client().user_info(&token()).await.is_ok(), "{status}");
        assert_eq!(stub.requests().len(), 2, "{status}");
    }
}
