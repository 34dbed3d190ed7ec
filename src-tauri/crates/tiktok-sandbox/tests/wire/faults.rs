//! Bad days of the listings: by account, by page, before and after, lies, and chance.

use std::collections::BTreeSet;

use crate::bench::{Bench, refusal, text};
use crate::listings::{bench, ids};
use reqwest::Method;
use serde_json::{Value, json};
use tiktok_sandbox::{Chaos, Fault, Mangle, Options, Times, error_codes};

const LIST: &str = "campaign/get/";

async fn page(bench: &Bench, account: &str, page: u32) -> Value {
    bench.list(LIST, account, &[("page", &page.to_string())]).await
}

#[tokio::test]
async fn every_code_can_be_had_with_a_text() {
    let bench = bench().await;
    let account = bench.account("STATUS_ENABLE").await;
    assert!(error_codes().count() > 95);
    for code in error_codes() {
        bench.order("faults", json!({"endpoint": "campaign/get", "code": code})).await;
        let answer = page(&bench, &account, 1).await;
        assert_eq!(answer["code"], code);
        assert!(text(&answer["message"]).len() > 3);
    }
}

#[tokio::test]
async fn a_fault_is_for_one_account_and_one_page() {
    let bench = bench().await;
    let [one, other] = [bench.account("STATUS_ENABLE").await, bench.account("STATUS_LIMIT").await];
    let fault = json!({"endpoint": "campaign/get", "account": one, "page": 2, "code": 50000});
    bench.order("faults", fault).await;
    for (account, number, code) in [(&one, 1, 0), (&other, 2, 0), (&one, 2, 50000), (&one, 2, 0)] {
        assert_eq!(page(&bench, account, number).await["code"], code);
    }
    bench.order("faults", json!({"endpoint": "campaign/get", "page": 1, "code": 51001})).await;
    assert_eq!(bench.list(LIST, &one, &[]).await["code"], 51001, "no page is page 1");
}

#[tokio::test]
async fn some_of_a_hundred_go_wrong_the_same_ones_in_every_run() {
    let run = async || {
        let bench = bench().await;
        let account = bench.account("STATUS_ENABLE").await;
        let fault = json!({"endpoint": "campaign/get", "percent": 30, "times": "forever", "code": 50000});
        bench.order("faults", fault).await;
        let mut codes = Vec::new();
        for _ in 0..60 {
            codes.push(page(&bench, &account, 1).await["code"].as_i64().unwrap());
        }
        codes
    };
    let codes = run().await;
    let wrong = codes.iter().filter(|code| **code == 50000).count();
    assert!((8..30).contains(&wrong), "{wrong}");
    assert_eq!(run().await, codes);
}

#[tokio::test]
async fn an_answer_can_be_lost_before_and_after_the_work() {
    let bench = bench().await;
    for (after, left) in [(false, 40105), (true, 40110)] {
        let code = bench.code(json!({})).await;
        let fault = Fault { endpoint: "oauth2/access_token".into(), drop: true, after, ..Fault::default() };
        bench.sandbox.order_fault(fault);
        let url = format!("{}/oauth2/access_token/", bench.sandbox.api_address());
        let body = bench.with_app(json!({"auth_code": code}));
        assert!(bench.http.post(url).json(&body).send().await.is_err());
        let again = bench.exchange(&code).await["code"].as_i64().unwrap();
        assert_eq!(again, if after { left } else { 0 }, "a code works once");
    }
}

#[tokio::test]
async fn a_connection_can_be_reset() {
    let bench = bench().await;
    let token = bench.token(json!({})).await;
    for (fault, is_reset) in [("reset", true), ("drop", false)] {
        bench.order("faults", json!({"endpoint": "user/info", fault: true})).await;
        let url = format!("{}/user/info/", bench.sandbox.api_address());
        let error = bench.http.get(url).send().await.unwrap_err();
        let mut causes = std::iter::successors(std::error::Error::source(&error), |cause| cause.source());
        let reset = causes.any(|cause| {
            let io = cause.downcast_ref::<std::io::Error>();
            io.is_some_and(|io| io.kind() == std::io::ErrorKind::ConnectionReset)
        });
        assert_eq!(reset, is_reset, "{error:?}");
    }
    assert_eq!(bench.get("user/info/", &token, &[]).await["code"], 0);
}

#[tokio::test]
async fn pages_can_be_empty_repeated_and_falsely_counted() {
    let bench = bench().await;
    let account = bench.account("STATUS_ENABLE").await;
    let [first, second] = [page(&bench, &account, 1).await, page(&bench, &account, 2).await];
    let order = async |fault: Value| {
        let mut fault = fault;
        fault["endpoint"] = json!("campaign/get");
        bench.order("faults", fault).await;
        page(&bench, &account, 2).await["data"].clone()
    };
    let empty = order(json!({"mangle": "empty_page"})).await;
    assert_eq!((&empty["list"], &empty["page_info"]), (&json!([]), &second["data"]["page_info"]));
    let repeated = order(json!({"mangle": "repeat_page"})).await;
    assert_eq!(repeated["list"], first["data"]["list"]);
    assert_eq!(repeated["page_info"], second["data"]["page_info"]);
    let lie = order(json!({"total_number": 7})).await;
    assert_eq!((&lie["page_info"]["total_number"], &lie["page_info"]["total_page"]), (&json!(7), &json!(1)));
    assert_eq!(lie["list"], second["data"]["list"]);
    assert_eq!(page(&bench, &account, 2).await["data"], second["data"]);
}

#[tokio::test]
async fn types_can_be_wrong() {
    let bench = bench().await;
    let account = bench.account("STATUS_ENABLE").await;
    let good = page(&bench, &account, 1).await;
    let order = async |mangle: Mangle| {
        let mangle = Some(mangle);
        bench.sandbox.order_fault(Fault { endpoint: "campaign/get".into(), mangle, ..Fault::default() });
        page(&bench, &account, 1).await
    };
    let numbers = order(Mangle::IdsAsNumbers).await;
    let id: u64 = text(&good["data"]["list"][0]["campaign_id"]).parse().unwrap();
    assert_eq!(numbers["data"]["list"][0]["campaign_id"], json!(id));
    let wrong = order(Mangle::WrongTypes).await;
    let rows = wrong["data"]["list"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["campaign_name"].is_array() && row["budget"].is_object()));
    let bad = order(Mangle::BadRow).await;
    assert!(bad["data"]["list"][0]["campaign_name"].is_array());
    assert_eq!(bad["data"]["list"][1], good["data"]["list"][1]);
    assert_eq!(order(Mangle::NoData).await.get("data"), None);
}

#[tokio::test]
async fn a_body_can_be_enormous() {
    let bench = bench().await;
    let token = bench.token(json!({})).await;
    let good = bench.get("user/info/", &token, &[]).await["data"].clone();
    bench.order("faults", json!({"endpoint": "user/info", "pad": 3_000_001})).await;
    let body = bench.answer("user/info/", &token, &[]).await.text().await.unwrap();
    assert!(body.len() > 3_000_001);
    assert_eq!(body.find('{'), Some(3_000_001));
    assert_eq!(serde_json::from_str::<Value>(&body).unwrap()["data"], good);
    bench.order("faults", json!({"endpoint": "user/info", "pad": 100_000_000_000_u64})).await;
    let mut endless = bench.answer("user/info/", &token, &[]).await;
    assert!(endless.chunk().await.unwrap().unwrap().iter().all(|byte| *byte == b' '));
}

#[tokio::test]
async fn a_token_dies_and_an_account_is_lost_at_a_page() {
    let bench = bench().await;
    let account = bench.account("STATUS_ENABLE").await;
    let token = bench.sandbox.authorize(&bench.user(0)).unwrap();
    let ask =
        async |number: &str| bench.get(LIST, &token, &[("advertiser_id", &account), ("page", number)]).await;
    bench.order("faults", json!({"endpoint": "campaign/get", "page": 2, "lose": true})).await;
    assert_eq!(ask("1").await["code"], 0);
    let text = format!("No permission to operate advertiser {account}");
    assert_eq!(refusal(&ask("2").await), (40001, &*text));
    assert_eq!(ask("1").await["code"], 40001);
    bench.order(&format!("users/{}/accounts", bench.user(0)), json!({"gain": [account]})).await;
    bench.order("faults", json!({"endpoint": "campaign/get", "page": 2, "revoke": true})).await;
    assert_eq!(ask("1").await["code"], 0);
    assert_eq!(ask("2").await["code"], 40105);
    assert_eq!(ask("1").await["code"], 40105);
}

#[tokio::test]
async fn chaos_passes_when_one_tries_again() {
    let bench = bench().await;
    let account = bench.account("STATUS_ENABLE").await;
    let whole = bench.all(LIST, &account, "1000", json!({})).await;
    let token = bench.sandbox.authorize(&bench.user(0)).unwrap();
    bench.sandbox.set_chaos(Some(Chaos { percent: 60, seed: 5, ..Chaos::default() }));
    let (mut seen, mut listed) = (BTreeSet::new(), Vec::new());
    while listed.len() < whole.len() {
        let number = (listed.len() / 10 + 1).to_string();
        let url = format!("{}/{LIST}", bench.sandbox.api_address());
        let query = [("advertiser_id", account.as_str()), ("page", &number)];
        let sent = bench.http.get(url).query(&query).header("Access-Token", &token).send().await;
        let outcome = match sent {
            Err(_) => "broken".to_owned(),
            Ok(response) if response.status() != 200 => response.status().to_string(),
            Ok(response) => match response.json::<Value>().await {
                Err(_) => "cut".to_owned(),
                Ok(answer) => {
                    listed.extend(answer["data"]["list"].as_array().cloned().unwrap_or_default());
                    answer["code"].to_string()
                }
            },
        };
        seen.insert(outcome);
    }
    assert_eq!(ids(&listed, "campaign_id"), ids(&whole, "campaign_id"));
    assert!(seen.len() > 4 && seen.contains("broken") && seen.contains("0"), "{seen:?}");
    bench.control(Method::DELETE, "chaos", json!({})).await;
    assert_eq!(bench.ask("chaos").await, Value::Null);
    assert_eq!(page(&bench, &account, 1).await["code"], 0);
}

#[tokio::test]
async fn lies_are_for_those_who_ask_for_them() {
    let bench = bench().await;
    let account = bench.account("STATUS_ENABLE").await;
    let good = page(&bench, &account, 1).await["data"].clone();
    let lies = async |lies: bool| {
        bench.order("chaos", json!({"percent": 100, "lies": lies})).await;
        let token = bench.sandbox.authorize(&bench.user(0)).unwrap();
        let mut number = 0;
        for _ in 0..60 {
            let url = format!("{}/{LIST}", bench.sandbox.api_address());
            let query = [("advertiser_id", account.as_str()), ("page", "1")];
            let Ok(sent) = bench.http.get(url).query(&query).header("Access-Token", &token).send().await
            else {
                continue;
            };
            let answer = sent.json::<Value>().await.unwrap_or_default();
            number += u32::from(answer["code"] == 0 && answer["data"] != good);
        }
        bench.control(Method::DELETE, "chaos", json!({})).await;
        number
    };
    assert_eq!(lies(false).await, 0);
    assert!(lies(true).await > 3);
}

#[tokio::test]
async fn an_ad_account_has_a_limit_of_its_own() {
    let bench = Bench::with(Options { tier: tiktok_sandbox::Tier::Ultimate, ..Options::default() }).await;
    let [one, other] = [bench.account("STATUS_ENABLE").await, bench.account("STATUS_LIMIT").await];
    bench.order("clock", json!({"set": "2026-03-01T12:00:00Z"})).await;
    for _ in 0..20 {
        assert_eq!(page(&bench, &one, 1).await["code"], 0);
    }
    let text = format!(
        "Advertiser ({one})'s QPS (21) reaches QPS limit 20 for current path, request is temporarily restricted."
    );
    assert_eq!(refusal(&page(&bench, &one, 1).await), (40133, &*text));
    assert_eq!(page(&bench, &other, 1).await["code"], 0);
    bench.order("clock", json!({"advance_seconds": 1})).await;
    assert_eq!(page(&bench, &one, 1).await["code"], 0);
    assert_eq!(bench.ask("limits").await["per_minute"], 3000);
}

#[tokio::test]
async fn wrong_orders_are_refused() {
    let bench = bench().await;
    let orders = [
        ("faults", json!({"endpoint": "*", "percent": 101})),
        ("chaos", json!({"percent": 101})),
        ("faults", json!({"endpoint": "*", "mangle": "nonsense"})),
    ];
    for (path, body) in orders {
        let response =
            bench.http.post(bench.url(&format!("/sandbox/{path}"))).json(&body).send().await.unwrap();
        assert!([400, 422].contains(&response.status().as_u16()), "{path} {body}");
    }
    let fault = Fault { endpoint: "*".into(), times: Times::FOREVER, ..Fault::default() };
    bench.sandbox.order_fault(fault);
    assert_eq!(bench.ask("faults").await[0]["times"], "forever");
}
