//! The API: the envelope, parameters, grants and errors.

use crate::harness::{Harness, api_error, text};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_response_has_the_envelope_and_the_log_id() {
    let harness = Harness::new().await;
    let response = harness.response("user/info/", &harness.token(json!({})).await, &[]).await;
    assert_eq!(response.status(), 200);
    let log_id = response.headers()["x-tt-logid"].to_str().unwrap().to_owned();
    let envelope: Value = response.json().await.unwrap();
    assert_eq!(
        (&envelope["code"], &envelope["message"], &envelope["request_id"]),
        (&json!(0), &json!("OK"), &json!(log_id))
    );
    assert_eq!(log_id.len(), 34);
    assert!(log_id[..14].bytes().all(|digit| digit.is_ascii_digit()));
    let user = &harness.sandbox.users()[0];
    let data = &envelope["data"];
    assert_eq!(data["core_user_id"], json!(user.id));
    assert_eq!(data["display_name"], json!(user.name));
    assert_eq!(data["email"], "j***e@example.com");
    assert!(data["create_time"].is_u64() && data["avatar_url"].is_string());
}

#[tokio::test]
async fn a_path_without_its_slash_or_a_wrong_method_is_refused() {
    let harness = Harness::new().await;
    let token = harness.token(json!({})).await;
    assert_eq!(harness.get("user/info", &token, &[]).await["code"], 0);
    for path in ["advertiser/info", "oauth2/advertiser/get", "nothing/", ""] {
        let response = harness.response(path, &token, &[]).await;
        assert_eq!(response.status(), 404);
        assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/plain"));
        assert_eq!(response.text().await.unwrap(), "404 page not found");
    }
    for (method, path) in [(Method::GET, "oauth2/access_token/"), (Method::POST, "user/info/")] {
        let url = format!("{}/{path}", harness.sandbox.api_address());
        assert_eq!(harness.http.request(method, url).send().await.unwrap().status(), 405);
    }
}

#[tokio::test]
async fn a_code_can_be_exchanged_once() {
    let harness = Harness::new().await;
    let code = harness.code(json!({})).await;
    let envelope = harness.exchange(&code).await;
    let mut fields: Vec<&String> = envelope["data"].as_object().unwrap().keys().collect();
    fields.sort();
    assert_eq!(fields, ["access_token", "advertiser_ids", "scope"]);
    assert_eq!(envelope["data"]["advertiser_ids"], json!(harness.accounts_of(&harness.user(0)).await));
    let scope = envelope["data"]["scope"].as_array().unwrap();
    assert!(scope.iter().any(|id| id.as_u64().unwrap() > 1 << 53));
    let used = "The auth_code is canceled. Please re-authorize and try again with a new auth_code.";
    assert_eq!(api_error(&harness.exchange(&code).await), (40110, used));
}

#[tokio::test]
async fn a_code_expires_after_an_hour() {
    let harness = Harness::new().await;
    harness.post_control("clock", json!({"set": "2026-03-01T12:00:00Z"})).await;
    let [early, late] = [harness.code(json!({})).await, harness.code(json!({})).await];
    harness.post_control("clock", json!({"advance_seconds": 3599})).await;
    assert_eq!(harness.exchange(&early).await["code"], 0);
    harness.post_control("clock", json!({"advance_seconds": 1})).await;
    assert_eq!(harness.exchange(&late).await["code"], 40110);
}

#[tokio::test]
async fn the_list_of_accounts_is_optional_when_exchanging_a_code() {
    let harness = Harness::new().await;
    let code = harness.code(json!({})).await;
    let body = harness.with_app(json!({"auth_code": code, "return_advertiser_ids": false}));
    let envelope = harness.post("oauth2/access_token/", body).await;
    assert_eq!((&envelope["code"], &envelope["data"]["advertiser_ids"]), (&json!(0), &json!([])));
}

#[tokio::test]
async fn wrong_app_credentials_are_refused() {
    let harness = Harness::new().await;
    let code = harness.code(json!({})).await;
    let exchange = async |app_id: &str, secret: &str| {
        let body = json!({"app_id": app_id, "secret": secret, "auth_code": code});
        harness.post("oauth2/access_token/", body).await["code"].clone()
    };
    let (app_id, secret) = (harness.sandbox.app_id(), harness.sandbox.secret());
    assert_eq!(exchange(app_id, "guessed").await, 40101);
    assert_eq!(exchange("7300000000000000001", secret).await, 40113);
    let other = harness.get_control("state").await["other_app"].clone();
    let as_other = exchange(&text(&other["app_id"]), &text(&other["secret"])).await;
    assert_eq!(as_other, 40110, "a code is valid only for its own app");
    assert_eq!(exchange(app_id, secret).await, 0, "a refused call does not use up the code");
}

#[tokio::test]
async fn missing_and_malformed_parameters_are_named() {
    let harness = Harness::new().await;
    let envelope = harness.post("oauth2/access_token/", harness.with_app(json!({}))).await;
    assert_eq!(api_error(&envelope), (40002, "Missing required field(s): auth_code."));
    let envelope = harness.post("oauth2/access_token/", json!(["no object"])).await;
    assert_eq!(api_error(&envelope), (40002, "The request body is not a valid JSON object."));
    let url = format!("{}/oauth2/access_token/", harness.sandbox.api_address());
    let sent = harness.http.post(url).body("app_id=1").send().await.unwrap();
    assert_eq!(sent.json::<Value>().await.unwrap()["code"], 40002);
}

#[tokio::test]
async fn a_body_may_contain_ids_as_numbers() {
    let harness = Harness::new().await;
    let code = harness.code(json!({})).await;
    let app_id: u64 = harness.sandbox.app_id().parse().unwrap();
    let body = json!({"app_id": app_id, "secret": harness.sandbox.secret(), "auth_code": code, "unknown": 1});
    assert_eq!(harness.post("oauth2/access_token/", body).await["code"], 0);
}

#[tokio::test]
async fn a_missing_or_unknown_token_is_refused() {
    let harness = Harness::new().await;
    let missing = "Access token is null, you should set it in http header with key Access-Token.";
    assert_eq!(api_error(&harness.get("user/info/", "", &[]).await), (40104, missing));
    let wrong = "Access token is incorrect or has been revoked.";
    assert_eq!(api_error(&harness.get("user/info/", "nobody's", &[]).await), (40105, wrong));
}

#[tokio::test]
async fn accounts_are_listed_by_ascending_ids_of_19_digits() {
    let harness = Harness::new().await;
    let listed = harness.granted_accounts(&harness.token(json!({})).await).await;
    assert!(listed.len() > 13 && listed.is_sorted());
    assert!(listed.iter().all(|id| id.len() == 19 && id.parse::<u64>().unwrap() > 1 << 53));
}

#[tokio::test]
async fn a_token_of_another_app_is_refused() {
    let harness = Harness::new().await;
    let other = harness.get_control("state").await["other_app"].clone();
    let query = [("app_id", &*text(&other["app_id"])), ("secret", &*text(&other["secret"]))]
        .map(|(name, value)| (name, value.to_owned()));
    let query = [(query[0].0, query[0].1.as_str()), (query[1].0, query[1].1.as_str())];
    let token = harness.token(json!({})).await;
    let text =
        "The app_id is inconsistent with the token's app information. Please retry after correcting it.";
    let envelope = harness.get("oauth2/advertiser/get/", &token, &query).await;
    assert_eq!(api_error(&envelope), (40113, text));
    let body = json!({"app_id": query[0].1, "secret": query[1].1, "access_token": token});
    assert_eq!(api_error(&harness.post("oauth2/revoke_token/", body).await), (40113, text));
}

#[tokio::test]
async fn a_revoked_token_is_refused() {
    let harness = Harness::new().await;
    let [token, other_token] = [harness.token(json!({})).await, harness.token(json!({})).await];
    let body = harness.with_app(json!({"access_token": token}));
    let envelope = harness.post("oauth2/revoke_token/", body.clone()).await;
    assert_eq!(envelope["data"]["app_id"], harness.sandbox.app_id());
    assert_eq!(envelope["data"]["advertiser_ids"], json!(harness.granted_accounts(&other_token).await));
    assert_eq!(harness.get("user/info/", &token, &[]).await["code"], 40105);
    assert_eq!(harness.post("oauth2/revoke_token/", body).await["code"], 40105);
}

#[tokio::test]
async fn account_details_have_the_requested_fields() {
    let harness = Harness::new().await;
    let token = harness.token(json!({})).await;
    let ids = harness.granted_accounts(&token).await;
    let envelope = harness.account_info(&token, &ids).await;
    let list = envelope["data"]["list"].as_array().unwrap();
    assert_eq!(list.len(), ids.len());
    let mut nulls = 0;
    for account in list {
        for name in ["advertiser_id", "name", "status", "currency", "timezone"] {
            assert!(account[name].is_string(), "{name} of {account}");
        }
        for name in ["company", "role", "industry", "rejection_reason"] {
            assert!(account[name].is_string() || account[name].is_null(), "{name} of {account}");
            nulls += u32::from(account[name].is_null());
        }
        assert!(account["create_time"].is_u64() && account["balance"].is_f64());
        assert!(account.get("company_name_editable").is_none());
    }
    assert!(nulls > 0);
    let some = json!(ids[..2]).to_string();
    let fields = async |fields: &str| {
        let query = [("advertiser_ids", some.as_str()), ("fields", fields), ("page_size", "1")];
        harness.get("advertiser/info/", &token, &query).await
    };
    let named = fields(r#"["name", "advertiser_id"]"#).await;
    assert_eq!(named["data"]["list"][0].as_object().unwrap().len(), 2);
    let editable = fields(r#"["name","company_name_editable"]"#).await;
    let keys: Vec<&String> = editable["data"]["list"][0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["advertiser_id", "company_name_editable"]);
    let unknown = fields(r#"["nonsense"]"#).await;
    assert_eq!(api_error(&unknown), (40002, "fields: nonsense is not a valid field."));
}

#[tokio::test]
async fn malformed_lists_of_accounts_are_refused() {
    let harness = Harness::new().await;
    let token = harness.token(json!({})).await;
    let many = json!(vec!["1"; 101]).to_string();
    for (ids, code) in [("[7", 40002), ("7", 40002), ("[]", 40002), (r#"["x"]"#, 40002), (&many, 40011)] {
        let envelope = harness.get("advertiser/info/", &token, &[("advertiser_ids", ids)]).await;
        assert_eq!(api_error(&envelope).0, code, "{ids}");
    }
    let envelope = harness.get("advertiser/info/", &token, &[]).await;
    assert_eq!(api_error(&envelope), (40002, "Missing required field(s): advertiser_ids."));
}

#[tokio::test]
async fn an_id_without_permission_fails_the_batch_or_is_left_out() {
    let harness = Harness::new().await;
    let ids = harness.accounts_of(&harness.user(0)).await;
    let token = harness.token(json!({"grant": [ids[0]]})).await;
    let envelope = harness.account_info(&token, &ids[..2]).await;
    let text = format!("No permission to operate advertiser {}", ids[1]);
    assert_eq!(api_error(&envelope), (40001, text.as_str()));
    harness.post_control("behaviour", json!({"bad_id": "leave_out"})).await;
    let envelope = harness.account_info(&token, &ids[..2]).await;
    assert_eq!(envelope["data"]["list"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_removed_account_does_not_exist_for_any_user() {
    let harness = Harness::new().await;
    let token = harness.token(json!({})).await;
    let ids = harness.granted_accounts(&token).await;
    harness.control(Method::DELETE, &format!("accounts/{}", ids[3]), json!({})).await;
    assert!(!harness.granted_accounts(&token).await.contains(&ids[3]));
    let text = format!("The advertiser {} doesn't exist or has been deleted.", ids[3]);
    assert_eq!(api_error(&harness.account_info(&token, &ids).await), (40001, text.as_str()));
}

#[tokio::test]
async fn a_grant_of_all_accounts_includes_accounts_gained_later_and_a_grant_of_some_does_not() {
    let harness = Harness::new().await;
    let ids = harness.accounts_of(&harness.user(0)).await;
    let all = harness.token(json!({"grant": "all"})).await;
    let some = harness.token(json!({"grant": ids[..2]})).await;
    let none = harness.token(json!({"grant": "none"})).await;
    let path = format!("users/{}/accounts", harness.user(0));
    let change = harness.post_control(&path, json!({"gain": 2, "lose": [ids[0]]})).await;
    let gained: Vec<String> = change["gained"].as_array().unwrap().iter().map(text).collect();
    assert_eq!(harness.granted_accounts(&all).await, [&ids[1..], &gained[..]].concat());
    assert_eq!(harness.granted_accounts(&some).await, [ids[1].clone()]);
    assert!(harness.granted_accounts(&none).await.is_empty());
    assert_eq!(harness.account_info(&all, &gained).await["code"], 0);
    assert_eq!(harness.account_info(&all, &ids[..1]).await["code"], 40001);
}
