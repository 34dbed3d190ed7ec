//! The API: envelope, parameters, grants and refusals.

use crate::bench::{Bench, refusal, text};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn an_answer_has_the_envelope_and_the_log_id() {
    let bench = Bench::new().await;
    let response = bench.answer("user/info/", &bench.token(json!({})).await, &[]).await;
    assert_eq!(response.status(), 200);
    let log_id = response.headers()["x-tt-logid"].to_str().unwrap().to_owned();
    let answer: Value = response.json().await.unwrap();
    assert_eq!(
        (&answer["code"], &answer["message"], &answer["request_id"]),
        (&json!(0), &json!("OK"), &json!(log_id))
    );
    assert_eq!(log_id.len(), 34);
    assert!(log_id[..14].bytes().all(|digit| digit.is_ascii_digit()));
    let user = &bench.sandbox.users()[0];
    let data = &answer["data"];
    assert_eq!(data["core_user_id"], json!(user.id));
    assert_eq!(data["display_name"], json!(user.name));
    assert_eq!(data["email"], "j***e@example.com");
    assert!(data["create_time"].is_u64() && data["avatar_url"].is_string());
}

#[tokio::test]
async fn paths_end_with_a_slash_and_methods_matter() {
    let bench = Bench::new().await;
    let token = bench.token(json!({})).await;
    assert_eq!(bench.get("user/info", &token, &[]).await["code"], 0);
    for path in ["advertiser/info", "oauth2/advertiser/get", "nothing/", ""] {
        let response = bench.answer(path, &token, &[]).await;
        assert_eq!(response.status(), 404);
        assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/plain"));
        assert_eq!(response.text().await.unwrap(), "404 page not found");
    }
    for (method, path) in [(Method::GET, "oauth2/access_token/"), (Method::POST, "user/info/")] {
        let url = format!("{}/{path}", bench.sandbox.api_address());
        assert_eq!(bench.http.request(method, url).send().await.unwrap().status(), 405);
    }
}

#[tokio::test]
async fn a_code_becomes_a_token_once() {
    let bench = Bench::new().await;
    let code = bench.code(json!({})).await;
    let answer = bench.exchange(&code).await;
    let mut fields: Vec<&String> = answer["data"].as_object().unwrap().keys().collect();
    fields.sort();
    assert_eq!(fields, ["access_token", "advertiser_ids", "scope"]);
    assert_eq!(answer["data"]["advertiser_ids"], json!(bench.reached(&bench.user(0)).await));
    let scope = answer["data"]["scope"].as_array().unwrap();
    assert!(scope.iter().any(|id| id.as_u64().unwrap() > 1 << 53));
    let used = "The auth_code is canceled. Please re-authorize and try again with a new auth_code.";
    assert_eq!(refusal(&bench.exchange(&code).await), (40110, used));
}

#[tokio::test]
async fn a_code_lives_one_hour() {
    let bench = Bench::new().await;
    bench.order("clock", json!({"set": "2026-03-01T12:00:00Z"})).await;
    let [early, late] = [bench.code(json!({})).await, bench.code(json!({})).await];
    bench.order("clock", json!({"advance_seconds": 3599})).await;
    assert_eq!(bench.exchange(&early).await["code"], 0);
    bench.order("clock", json!({"advance_seconds": 1})).await;
    assert_eq!(bench.exchange(&late).await["code"], 40110);
}

#[tokio::test]
async fn the_list_of_accounts_can_be_left_out() {
    let bench = Bench::new().await;
    let code = bench.code(json!({})).await;
    let body = bench.with_app(json!({"auth_code": code, "return_advertiser_ids": false}));
    let answer = bench.post("oauth2/access_token/", body).await;
    assert_eq!((&answer["code"], &answer["data"]["advertiser_ids"]), (&json!(0), &json!([])));
}

#[tokio::test]
async fn wrong_app_keys_are_refused() {
    let bench = Bench::new().await;
    let code = bench.code(json!({})).await;
    let exchange = async |app_id: &str, secret: &str| {
        let body = json!({"app_id": app_id, "secret": secret, "auth_code": code});
        bench.post("oauth2/access_token/", body).await["code"].clone()
    };
    let (app_id, secret) = (bench.sandbox.app_id(), bench.sandbox.secret());
    assert_eq!(exchange(app_id, "guessed").await, 40101);
    assert_eq!(exchange("7300000000000000001", secret).await, 40113);
    let other = bench.ask("state").await["other_app"].clone();
    let as_other = exchange(&text(&other["app_id"]), &text(&other["secret"])).await;
    assert_eq!(as_other, 40110, "a code is for its own app");
    assert_eq!(exchange(app_id, secret).await, 0, "a refusal uses no code up");
}

#[tokio::test]
async fn missing_and_malformed_parameters_are_named() {
    let bench = Bench::new().await;
    let answer = bench.post("oauth2/access_token/", bench.with_app(json!({}))).await;
    assert_eq!(refusal(&answer), (40002, "Missing required field(s): auth_code."));
    let answer = bench.post("oauth2/access_token/", json!(["no object"])).await;
    assert_eq!(refusal(&answer), (40002, "The request body is not a valid JSON object."));
    let url = format!("{}/oauth2/access_token/", bench.sandbox.api_address());
    let sent = bench.http.post(url).body("app_id=1").send().await.unwrap();
    assert_eq!(sent.json::<Value>().await.unwrap()["code"], 40002);
}

#[tokio::test]
async fn numbers_do_for_ids_in_a_body() {
    let bench = Bench::new().await;
    let code = bench.code(json!({})).await;
    let app_id: u64 = bench.sandbox.app_id().parse().unwrap();
    let body = json!({"app_id": app_id, "secret": bench.sandbox.secret(), "auth_code": code, "unknown": 1});
    assert_eq!(bench.post("oauth2/access_token/", body).await["code"], 0);
}

#[tokio::test]
async fn the_header_carries_the_token() {
    let bench = Bench::new().await;
    let missing = "Access token is null, you should set it in http header with key Access-Token.";
    assert_eq!(refusal(&bench.get("user/info/", "", &[]).await), (40104, missing));
    let wrong = "Access token is incorrect or has been revoked.";
    assert_eq!(refusal(&bench.get("user/info/", "nobody's", &[]).await), (40105, wrong));
}

#[tokio::test]
async fn accounts_are_listed_ascending_with_long_string_ids() {
    let bench = Bench::new().await;
    let listed = bench.granted(&bench.token(json!({})).await).await;
    assert!(listed.len() > 13 && listed.is_sorted());
    assert!(listed.iter().all(|id| id.len() == 19 && id.parse::<u64>().unwrap() > 1 << 53));
}

#[tokio::test]
async fn a_token_of_another_app_is_refused() {
    let bench = Bench::new().await;
    let other = bench.ask("state").await["other_app"].clone();
    let query = [("app_id", &*text(&other["app_id"])), ("secret", &*text(&other["secret"]))]
        .map(|(name, value)| (name, value.to_owned()));
    let query = [(query[0].0, query[0].1.as_str()), (query[1].0, query[1].1.as_str())];
    let token = bench.token(json!({})).await;
    let text =
        "The app_id is inconsistent with the token's app information. Please retry after correcting it.";
    let answer = bench.get("oauth2/advertiser/get/", &token, &query).await;
    assert_eq!(refusal(&answer), (40113, text));
    let body = json!({"app_id": query[0].1, "secret": query[1].1, "access_token": token});
    assert_eq!(refusal(&bench.post("oauth2/revoke_token/", body).await), (40113, text));
}

#[tokio::test]
async fn a_revoked_token_is_dead() {
    let bench = Bench::new().await;
    let [token, kept] = [bench.token(json!({})).await, bench.token(json!({})).await];
    let body = bench.with_app(json!({"access_token": token}));
    let answer = bench.post("oauth2/revoke_token/", body.clone()).await;
    assert_eq!(answer["data"]["app_id"], bench.sandbox.app_id());
    assert_eq!(answer["data"]["advertiser_ids"], json!(bench.granted(&kept).await));
    assert_eq!(bench.get("user/info/", &token, &[]).await["code"], 40105);
    assert_eq!(bench.post("oauth2/revoke_token/", body).await["code"], 40105);
}

#[tokio::test]
async fn details_come_with_and_without_fields() {
    let bench = Bench::new().await;
    let token = bench.token(json!({})).await;
    let ids = bench.granted(&token).await;
    let answer = bench.info(&token, &ids).await;
    let list = answer["data"]["list"].as_array().unwrap();
    assert_eq!(list.len(), ids.len());
    for account in list {
        for name in ["advertiser_id", "name", "company", "status", "role", "currency", "timezone", "industry"]
        {
            assert!(account[name].is_string(), "{name} of {account}");
        }
        assert!(account["create_time"].is_u64() && account["balance"].is_f64());
        assert!(account.get("company_name_editable").is_none());
    }
    let some = json!(ids[..2]).to_string();
    let fields = async |fields: &str| {
        let query = [("advertiser_ids", some.as_str()), ("fields", fields), ("page_size", "1")];
        bench.get("advertiser/info/", &token, &query).await
    };
    let named = fields(r#"["name", "advertiser_id"]"#).await;
    assert_eq!(named["data"]["list"][0].as_object().unwrap().len(), 2);
    let editable = fields(r#"["name","company_name_editable"]"#).await;
    let keys: Vec<&String> = editable["data"]["list"][0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["advertiser_id", "company_name_editable"]);
    let unknown = fields(r#"["nonsense"]"#).await;
    assert_eq!(refusal(&unknown), (40002, "fields: nonsense is not a valid field."));
}

#[tokio::test]
async fn malformed_lists_of_accounts_are_refused() {
    let bench = Bench::new().await;
    let token = bench.token(json!({})).await;
    let many = json!(vec!["1"; 101]).to_string();
    for (ids, code) in [("[7", 40002), ("7", 40002), ("[]", 40002), (r#"["x"]"#, 40002), (&many, 40011)] {
        let answer = bench.get("advertiser/info/", &token, &[("advertiser_ids", ids)]).await;
        assert_eq!(refusal(&answer).0, code, "{ids}");
    }
    let answer = bench.get("advertiser/info/", &token, &[]).await;
    assert_eq!(refusal(&answer), (40002, "Missing required field(s): advertiser_ids."));
}

#[tokio::test]
async fn one_bad_id_fails_the_batch_or_is_left_out() {
    let bench = Bench::new().await;
    let ids = bench.reached(&bench.user(0)).await;
    let token = bench.token(json!({"grant": [ids[0]]})).await;
    let answer = bench.info(&token, &ids[..2]).await;
    let text = format!("No permission to operate advertiser {}", ids[1]);
    assert_eq!(refusal(&answer), (40001, text.as_str()));
    bench.order("behaviour", json!({"bad_id": "leave_out"})).await;
    let answer = bench.info(&token, &ids[..2]).await;
    assert_eq!(answer["data"]["list"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_removed_account_is_gone_for_everyone() {
    let bench = Bench::new().await;
    let token = bench.token(json!({})).await;
    let ids = bench.granted(&token).await;
    bench.control(Method::DELETE, &format!("accounts/{}", ids[3]), json!({})).await;
    assert!(!bench.granted(&token).await.contains(&ids[3]));
    let text = format!("The advertiser {} doesn't exist or has been deleted.", ids[3]);
    assert_eq!(refusal(&bench.info(&token, &ids).await), (40001, text.as_str()));
}

#[tokio::test]
async fn a_grant_of_all_follows_the_user_and_a_grant_of_some_does_not() {
    let bench = Bench::new().await;
    let ids = bench.reached(&bench.user(0)).await;
    let all = bench.token(json!({"grant": "all"})).await;
    let some = bench.token(json!({"grant": ids[..2]})).await;
    let none = bench.token(json!({"grant": "none"})).await;
    let path = format!("users/{}/accounts", bench.user(0));
    let change = bench.order(&path, json!({"gain": 2, "lose": [ids[0]]})).await;
    let gained: Vec<String> = change["gained"].as_array().unwrap().iter().map(text).collect();
    assert_eq!(bench.granted(&all).await, [&ids[1..], &gained[..]].concat());
    assert_eq!(bench.granted(&some).await, [ids[1].clone()]);
    assert!(bench.granted(&none).await.is_empty());
    assert_eq!(bench.info(&all, &gained).await["code"], 0);
    assert_eq!(bench.info(&all, &ids[..1]).await["code"], 40001);
}
