//! Faults of listings: restricted to an account or page, before or after processing, wrong data, and chaos.

use std::collections::BTreeSet;

use crate::harness::{Harness, api_error, text};
use crate::listings::ids;
use reqwest::Method;
use serde_json::{Value, json};
use tiktok_sandbox::{Chaos, Fault, Mangle, Options, Times, error_codes};

const LIST: &str = "campaign/get/";

async fn page(harness: &Harness, account: &str, page: u32) -> Value {
    harness.list(LIST, account, &[("page", &page.to_string())]).await
}

#[tokio::test]
async fn a_fault_can_respond_with_every_known_code_and_its_message() {
    let harness = Harness::unlimited().await;
    let account = harness.account_with_status("STATUS_ENABLE").await;
    assert!(error_codes().count() > 95);
    for code in error_codes() {
        harness.post_control("faults", json!({"endpoint": "campaign/get", "code": code})).await;
        let envelope = page(&harness, &account, 1).await;
        assert_eq!(envelope["code"], code);
        assert!(text(&envelope["message"]).len() > 3);
    }
}

#[tokio::test]
async fn a_fault_can_be_restricted_to_an_account_and_a_page() {
    let harness = Harness::unlimited().await;
    let [one, other] = [
        harness.account_with_status("STATUS_ENABLE").await,
        harness.account_with_status("STATUS_LIMIT").await,
    ];
    let fault = json!({"endpoint": "campaign/get", "account": one, "page": 2, "code": 50000});
    harness.post_control("faults", fault).await;
    for (account, number, code) in [(&one, 1, 0), (&other, 2, 0), (&one, 2, 50000), (&one, 2, 0)] {
        assert_eq!(page(&harness, account, number).await["code"], code);
    }
    harness.post_control("faults", json!({"endpoint": "campaign/get", "page": 1, "code": 51001})).await;
    assert_eq!(harness.list(LIST, &one, &[]).await["code"], 51001, "a request without a page is for page 1");
}

#[tokio::test]
async fn a_fault_with_a_percentage_affects_the_same_requests_in_every_run() {
    let run = async || {
        let harness = Harness::unlimited().await;
        let account = harness.account_with_status("STATUS_ENABLE").await;
        let fault = json!({"endpoint": "campaign/get", "percent": 30, "times": "forever", "code": 50000});
        harness.post_control("faults", fault).await;
        let mut codes = Vec::new();
        for _ in 0..60 {
            codes.push(page(&harness, &account, 1).await["code"].as_i64().unwrap());
        }
        codes
    };
    let codes = run().await;
    let wrong = codes.iter().filter(|code| **code == 50000).count();
    assert!((8..30).contains(&wrong), "{wrong}");
    assert_eq!(run().await, codes);
}

#[tokio::test]
async fn a_connection_can_be_dropped_before_and_after_processing() {
    let harness = Harness::unlimited().await;
    for (after, code_left) in [(false, 40105), (true, 40110)] {
        let code = harness.code(json!({})).await;
        let fault = Fault { endpoint: "oauth2/access_token".into(), drop: true, after, ..Fault::default() };
        harness.sandbox.inject_fault(fault);
        let url = format!("{}/oauth2/access_token/", harness.sandbox.api_address());
        let body = harness.with_app(json!({"auth_code": code}));
        assert!(harness.http.post(url).json(&body).send().await.is_err());
        let again = harness.exchange(&code).await["code"].as_i64().unwrap();
        assert_eq!(again, if after { code_left } else { 0 }, "a processed request has used up the code");
    }
}

#[tokio::test]
async fn a_connection_can_be_reset() {
    let harness = Harness::unlimited().await;
    let token = harness.token(json!({})).await;
    for (fault, is_reset) in [("reset", true), ("drop", false)] {
        harness.post_control("faults", json!({"endpoint": "user/info", fault: true})).await;
        let url = format!("{}/user/info/", harness.sandbox.api_address());
        let error = harness.http.get(url).send().await.unwrap_err();
        let mut causes = std::iter::successors(std::error::Error::source(&error), |cause| cause.source());
        let reset = causes.any(|cause| {
            let io = cause.downcast_ref::<std::io::Error>();
            io.is_some_and(|io| io.kind() == std::io::ErrorKind::ConnectionReset)
        });
        assert_eq!(reset, is_reset, "{error:?}");
    }
    assert_eq!(harness.get("user/info/", &token, &[]).await["code"], 0);
}

#[tokio::test]
async fn pages_can_be_empty_repeated_or_have_a_wrong_total() {
    let harness = Harness::unlimited().await;
    let account = harness.account_with_status("STATUS_ENABLE").await;
    let [first, second] = [page(&harness, &account, 1).await, page(&harness, &account, 2).await];
    let page_with = async |fault: Value| {
        let mut fault = fault;
        fault["endpoint"] = json!("campaign/get");
        harness.post_control("faults", fault).await;
        page(&harness, &account, 2).await["data"].clone()
    };
    let empty = page_with(json!({"mangle": "empty_page"})).await;
    assert_eq!((&empty["list"], &empty["page_info"]), (&json!([]), &second["data"]["page_info"]));
    let repeated = page_with(json!({"mangle": "repeat_page"})).await;
    assert_eq!(repeated["list"], first["data"]["list"]);
    assert_eq!(repeated["page_info"], second["data"]["page_info"]);
    let wrong_total = page_with(json!({"total_number": 7})).await;
    assert_eq!(
        (&wrong_total["page_info"]["total_number"], &wrong_total["page_info"]["total_page"]),
        (&json!(7), &json!(1))
    );
    assert_eq!(wrong_total["list"], second["data"]["list"]);
    assert_eq!(page(&harness, &account, 2).await["data"], second["data"]);
}

#[tokio::test]
async fn values_can_have_wrong_types() {
    let harness = Harness::unlimited().await;
    let account = harness.account_with_status("STATUS_ENABLE").await;
    let good = page(&harness, &account, 1).await;
    let page_with = async |mangle: Mangle| {
        let mangle = Some(mangle);
        harness.sandbox.inject_fault(Fault { endpoint: "campaign/get".into(), mangle, ..Fault::default() });
        page(&harness, &account, 1).await
    };
    let numbers = page_with(Mangle::IdsAsNumbers).await;
    let id: u64 = text(&good["data"]["list"][0]["campaign_id"]).parse().unwrap();
    assert_eq!(numbers["data"]["list"][0]["campaign_id"], json!(id));
    let wrong = page_with(Mangle::WrongTypes).await;
    let rows = wrong["data"]["list"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["campaign_name"].is_array() && row["budget"].is_object()));
    let bad = page_with(Mangle::BadRow).await;
    assert!(bad["data"]["list"][0]["campaign_name"].is_array());
    assert_eq!(bad["data"]["list"][1], good["data"]["list"][1]);
    assert_eq!(page_with(Mangle::NoData).await.get("data"), None);
}

#[tokio::test]
async fn a_body_can_be_padded_to_any_size() {
    let harness = Harness::unlimited().await;
    let token = harness.token(json!({})).await;
    let good = harness.get("user/info/", &token, &[]).await["data"].clone();
    harness.post_control("faults", json!({"endpoint": "user/info", "pad": 3_000_001})).await;
    let body = harness.response("user/info/", &token, &[]).await.text().await.unwrap();
    assert!(body.len() > 3_000_001);
    assert_eq!(body.find('{'), Some(3_000_001));
    assert_eq!(serde_json::from_str::<Value>(&body).unwrap()["data"], good);
    harness.post_control("faults", json!({"endpoint": "user/info", "pad": 100_000_000_000_u64})).await;
    let mut endless = harness.response("user/info/", &token, &[]).await;
    assert!(endless.chunk().await.unwrap().unwrap().iter().all(|byte| *byte == b' '));
}

#[tokio::test]
async fn a_fault_can_revoke_the_token_or_remove_access_at_a_page() {
    let harness = Harness::unlimited().await;
    let account = harness.account_with_status("STATUS_ENABLE").await;
    let token = harness.sandbox.authorize(&harness.user(0)).unwrap();
    let ask = async |number: &str| {
        harness.get(LIST, &token, &[("advertiser_id", &account), ("page", number)]).await
    };
    harness.post_control("faults", json!({"endpoint": "campaign/get", "page": 2, "lose": true})).await;
    assert_eq!(ask("1").await["code"], 0);
    let text = format!("No permission to operate advertiser {account}");
    assert_eq!(api_error(&ask("2").await), (40001, &*text));
    assert_eq!(ask("1").await["code"], 40001);
    harness.post_control(&format!("users/{}/accounts", harness.user(0)), json!({"gain": [account]})).await;
    harness.post_control("faults", json!({"endpoint": "campaign/get", "page": 2, "revoke": true})).await;
    assert_eq!(ask("1").await["code"], 0);
    assert_eq!(ask("2").await["code"], 40105);
    assert_eq!(ask("1").await["code"], 40105);
}

#[tokio::test]
async fn retrying_overcomes_chaos() {
    let harness = Harness::unlimited().await;
    let account = harness.account_with_status("STATUS_ENABLE").await;
    let whole = harness.list_all(LIST, &account, "1000", json!({})).await;
    let token = harness.sandbox.authorize(&harness.user(0)).unwrap();
    harness.sandbox.set_chaos(Some(Chaos { percent: 60, seed: 5, ..Chaos::default() }));
    let (mut seen, mut listed) = (BTreeSet::new(), Vec::new());
    while listed.len() < whole.len() {
        let number = (listed.len() / 10 + 1).to_string();
        let url = format!("{}/{LIST}", harness.sandbox.api_address());
        let query = [("advertiser_id", account.as_str()), ("page", &number)];
        let sent = harness.http.get(url).query(&query).header("Access-Token", &token).send().await;
        let outcome = match sent {
            Err(_) => "broken".to_owned(),
            Ok(response) if response.status() != 200 => response.status().to_string(),
            Ok(response) => match response.json::<Value>().await {
                Err(_) => "cut".to_owned(),
                Ok(envelope) => {
                    listed.extend(envelope["data"]["list"].as_array().cloned().unwrap_or_default());
                    envelope["code"].to_string()
                }
            },
        };
        seen.insert(outcome);
    }
    assert_eq!(ids(&listed, "campaign_id"), ids(&whole, "campaign_id"));
    assert!(seen.len() > 4 && seen.contains("broken") && seen.contains("0"), "{seen:?}");
    harness.control(Method::DELETE, "chaos", json!({})).await;
    assert_eq!(harness.get_control("chaos").await, Value::Null);
    assert_eq!(page(&harness, &account, 1).await["code"], 0);
}

#[tokio::test]
async fn chaos_returns_wrong_data_only_on_request() {
    let harness = Harness::unlimited().await;
    let account = harness.account_with_status("STATUS_ENABLE").await;
    let good = page(&harness, &account, 1).await["data"].clone();
    let wrong_data = async |wrong_data: bool| {
        harness.post_control("chaos", json!({"percent": 100, "wrong_data": wrong_data})).await;
        let token = harness.sandbox.authorize(&harness.user(0)).unwrap();
        let mut number = 0;
        for _ in 0..60 {
            let url = format!("{}/{LIST}", harness.sandbox.api_address());
            let query = [("advertiser_id", account.as_str()), ("page", "1")];
            let Ok(sent) = harness.http.get(url).query(&query).header("Access-Token", &token).send().await
            else {
                continue;
            };
            let envelope = sent.json::<Value>().await.unwrap_or_default();
            number += u32::from(envelope["code"] == 0 && envelope["data"] != good);
        }
        harness.control(Method::DELETE, "chaos", json!({})).await;
        number
    };
    assert_eq!(wrong_data(false).await, 0);
    assert!(wrong_data(true).await > 3);
}

#[tokio::test]
async fn an_ad_account_has_its_own_rate_limit() {
    let harness = Harness::with(Options { tier: tiktok_sandbox::Tier::Ultimate, ..Options::default() }).await;
    let [one, other] = [
        harness.account_with_status("STATUS_ENABLE").await,
        harness.account_with_status("STATUS_LIMIT").await,
    ];
    harness.post_control("clock", json!({"set": "2026-03-01T12:00:00Z"})).await;
    for _ in 0..20 {
        assert_eq!(page(&harness, &one, 1).await["code"], 0);
    }
    let text = format!(
        "Advertiser ({one})'s QPS (21) reaches QPS limit 20 for current path, request is temporarily restricted."
    );
    assert_eq!(api_error(&page(&harness, &one, 1).await), (40133, &*text));
    assert_eq!(page(&harness, &other, 1).await["code"], 0);
    harness.post_control("clock", json!({"advance_seconds": 1})).await;
    assert_eq!(page(&harness, &one, 1).await["code"], 0);
    assert_eq!(harness.get_control("limits").await["per_minute"], 3000);
}

#[tokio::test]
async fn invalid_faults_are_refused() {
    let harness = Harness::unlimited().await;
    let invalid = [
        ("faults", json!({"endpoint": "*", "percent": 101})),
        ("chaos", json!({"percent": 101})),
        ("faults", json!({"endpoint": "*", "mangle": "nonsense"})),
    ];
    for (path, body) in invalid {
        let response =
            harness.http.post(harness.url(&format!("/sandbox/{path}"))).json(&body).send().await.unwrap();
        assert!([400, 422].contains(&response.status().as_u16()), "{path} {body}");
    }
    let fault = Fault { endpoint: "*".into(), times: Times::Forever, ..Fault::default() };
    harness.sandbox.inject_fault(fault);
    assert_eq!(harness.get_control("faults").await[0]["times"], "forever");
}
