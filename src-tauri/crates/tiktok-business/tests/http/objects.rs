//! Requests for single objects, and how their responses are read.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tiktok_business::{AdvertiserId, AuthorizationCode, Error, ErrorKind, MissingReason};
use url::Url;

use crate::stub::{Reply, SECRET, Stub, TOKEN, app, token};

fn ok(data: Value) -> Value {
    json!({ "code": 0, "message": "OK", "request_id": "R1", "data": data })
}

fn query(request: &str) -> BTreeMap<String, String> {
    let target = request.split(' ').nth(1).unwrap();
    Url::parse(&format!("http://x{target}")).unwrap().query_pairs().into_owned().collect()
}

fn requested_ids(request: &str) -> Vec<String> {
    serde_json::from_str(&query(request)["advertiser_ids"]).unwrap()
}

fn body(request: &str) -> Value {
    serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap()
}

fn ids(range: std::ops::Range<u64>) -> Vec<AdvertiserId> {
    range.map(|n| (7_000_000_000_000_000_000 + n).to_string().parse().unwrap()).collect()
}

/// Starts a server that rejects a batch with `code` if it contains one of the `bad` ids.
async fn batch_server(bad: &'static [&'static str], code: i64) -> Stub {
    Stub::start(move |_, request| {
        let ids = requested_ids(request);
        if ids.iter().any(|id| bad.contains(&id.as_str())) {
            return Reply::json(json!({ "code": code, "message": "No permission to operate advertiser" }));
        }
        let list: Vec<Value> = ids.iter().map(|id| json!({ "advertiser_id": id })).collect();
        Reply::json(ok(json!({ "list": list })))
    })
    .await
}

#[tokio::test]
async fn reads_the_examples_of_tiktoks_documentation() {
    let stub = Stub::json(include_str!("samples/doc-oauth2_access_token.json")).await;
    let token_granted =
        stub.client().access_token(&app(), &AuthorizationCode::new("c".into())).await.unwrap();
    assert_eq!(token_granted.secret(), "xxxxxxxxxxxxx");

    // The example has a word in place of the id.
    let stub = Stub::json(include_str!("samples/doc-oauth2_advertiser_get.json")).await;
    let advertisers = stub.client().advertisers(&app(), &token()).await.unwrap();
    assert_eq!((advertisers.list.len(), advertisers.unreadable), (0, 1));

    let stub = Stub::json(include_str!("samples/doc-oauth2_revoke_token.json")).await;
    stub.client().revoke(&app(), &token()).await.unwrap();

    let stub = Stub::json(include_str!("samples/doc-user_info.json")).await;
    assert_eq!(stub.client().user_info(&token()).await.unwrap().id.as_str(), "75960823000");

    let stub = Stub::json(include_str!("samples/made-user_info.json")).await;
    let user = stub.client().user_info(&token()).await.unwrap();
    assert_eq!(user.id.as_str(), "7111111111111111111");
    assert_eq!(user.display_name, "Jane Doe");
    assert_eq!(user.email.as_deref(), Some("j***e@example.org"));

    let stub = Stub::json(include_str!("samples/doc-advertiser_info.json")).await;
    let requested = ["7002238017842757633".parse().unwrap()];
    let infos = stub.client().advertiser_info(&token(), &requested, |_| {}).await.unwrap();
    let [account] = infos.list.as_slice() else { panic!("{infos:?}") };
    assert_eq!(account.name.as_deref(), Some("Ad account A"));
    assert_eq!(account.status.as_deref(), Some("STATUS_ENABLE"));
    assert_eq!(account.display_timezone.as_deref(), Some("America/Los_Angeles"));
    assert_eq!(account.owner_bc_id.as_deref(), Some("7000000000000000001"));
    assert_eq!((account.balance, account.create_time), (Some(0.0), Some(1_630_335_591)));
    assert_eq!(account.contacter, None);
    assert_eq!(account.other_fields["promotion_area"], "0", "deprecated fields are kept");
    assert!(!account.other_fields.contains_key("contacter"), "null fields are not kept");
}

#[tokio::test]
async fn exchanges_an_auth_code_without_a_token_header_and_without_account_ids() {
    let stub =
        Stub::json(ok(json!({ "access_token": "T", "scope": [7_543_056_879_933_489_153_u64, "4"] }))).await;
    stub.client().access_token(&app(), &AuthorizationCode::new("the-code".into())).await.unwrap();
    let request = &stub.requests()[0];
    assert!(request.starts_with("POST /open_api/v1.3/oauth2/access_token/ HTTP/1.1"));
    assert!(!request.to_ascii_lowercase().contains("access-token:"));
    assert_eq!(
        body(request),
        json!({
            "app_id": "7000000000000000003", "secret": SECRET, "auth_code": "the-code",
            "return_advertiser_ids": false,
        })
    );
}

#[tokio::test]
async fn sends_the_token_in_its_own_header_and_the_user_agent() {
    let stub = Stub::json(ok(json!({ "core_user_id": "7", "list": [] }))).await;
    stub.client().user_info(&token()).await.unwrap();
    stub.client().advertisers(&app(), &token()).await.unwrap();
    stub.client().revoke(&app(), &token()).await.unwrap();
    let requests = stub.requests();
    assert!(requests[0].starts_with("GET /open_api/v1.3/user/info/ HTTP/1.1"));
    assert!(requests[0].contains(&format!("access-token: {TOKEN}")));
    assert!(requests[0].contains("user-agent: Test/1"));
    assert!(requests[0].contains("accept-encoding: gzip"));
    assert_eq!(query(&requests[1])["secret"], SECRET);
    assert_eq!(query(&requests[1])["app_id"], "7000000000000000003");
    assert_eq!(
        body(&requests[2]),
        json!({ "app_id": "7000000000000000003", "secret": SECRET, "access_token": TOKEN })
    );
}

#[tokio::test]
async fn lists_accounts_despite_numeric_ids_duplicates_and_unreadable_rows() {
    let stub = Stub::json(ok(json!({ "list": [
        { "advertiser_id": 7_002_238_017_842_757_633_u64, "advertiser_name": "=A1 <b>" },
        { "advertiser_id": "7002238017842757633", "advertiser_name": "duplicate" },
        { "advertiser_id": "7002238017842757634", "advertiser_name": null },
        { "advertiser_id": 7.002e18, "advertiser_name": "a float" },
        { "advertiser_name": "no id" },
        "not an object",
        null,
    ]})))
    .await;
    let found = stub.client().advertisers(&app(), &token()).await.unwrap();
    let list: Vec<_> = found.list.iter().map(|row| (row.id.as_str(), row.name.as_str())).collect();
    assert_eq!(list, [("7002238017842757633", "=A1 <b>"), ("7002238017842757634", "")]);
    assert_eq!(found.unreadable, 4);
}

#[tokio::test]
async fn lists_no_accounts_if_the_user_granted_none() {
    let stub = Stub::json(ok(json!({ "list": [] }))).await;
    assert_eq!(stub.client().advertisers(&app(), &token()).await.unwrap(), Default::default());
}

#[tokio::test]
async fn account_details_keep_unknown_values_and_fields_of_wrong_types() {
    let stub = Stub::json(ok(json!({ "list": [{
        "advertiser_id": 7_000_000_000_000_000_001_u64, "name": "N", "status": "STATUS_BRAND_NEW",
        "industry": 291_905, "balance": "12.5", "create_time": "1630335591",
        "company": { "wrong": "type" }, "brand_new": [1],
    }]})))
    .await;
    let infos = stub.client().advertiser_info(&token(), &ids(1..2), |_| {}).await.unwrap();
    let account = &infos.list[0];
    assert_eq!(account.status.as_deref(), Some("STATUS_BRAND_NEW"));
    assert_eq!(account.industry.as_deref(), Some("291905"));
    assert_eq!((account.balance, account.create_time), (Some(12.5), Some(1_630_335_591)));
    assert_eq!(account.company, None);
    assert_eq!(
        Value::from(account.other_fields.clone()),
        json!({ "company": { "wrong": "type" }, "brand_new": [1] })
    );
}

#[tokio::test]
async fn requests_account_details_in_batches_of_100_without_duplicates() {
    let stub = batch_server(&[], 0).await;
    let mut requested = ids(0..250);
    requested.extend(ids(0..250));
    let mut progress = Vec::new();
    let infos =
        stub.client().advertiser_info(&token(), &requested, |done| progress.push(done)).await.unwrap();
    assert_eq!((infos.list.len(), infos.missing.len()), (250, 0));
    assert_eq!(progress, [100, 200, 250]);
    let requests = stub.requests();
    assert_eq!(
        requests.iter().map(|request| requested_ids(request).len()).collect::<Vec<_>>(),
        [100, 100, 50]
    );
    let fields: Vec<String> = serde_json::from_str(&query(&requests[0])["fields"]).unwrap();
    assert!(fields.contains(&"owner_bc_id".into()));
    assert!(!fields.contains(&"company_name_editable".into()), "TikTok would omit all other fields");
}

#[tokio::test]
async fn sends_no_request_for_details_of_no_accounts() {
    let stub = batch_server(&[], 0).await;
    assert_eq!(stub.client().advertiser_info(&token(), &[], |_| {}).await.unwrap(), Default::default());
    assert!(stub.requests().is_empty());
}

#[tokio::test]
async fn one_rejected_account_does_not_affect_the_other_99() {
    for code in [40001, 40002, 40300] {
        let stub = batch_server(&["7000000000000000037"], code).await;
        let infos = stub.client().advertiser_info(&token(), &ids(0..100), |_| {}).await.unwrap();
        assert_eq!(infos.list.len(), 99);
        let [missing] = infos.missing.as_slice() else { panic!("{:?}", infos.missing) };
        assert_eq!(missing.id.as_str(), "7000000000000000037");
        let MissingReason::Rejected(error) = &missing.reason else { panic!("{missing:?}") };
        assert_eq!(error.code, Some(code));
        assert!(stub.requests().len() <= 15, "batches are halved: {}", stub.requests().len());
    }
}

#[tokio::test]
async fn a_permission_that_is_not_granted_costs_three_requests_and_no_account_its_access() {
    for message in [
        "The access token lacks the required scope for endpoint /open_api/v1.3/advertiser/info/",
        "You do not have permission to access this resource.",
        "No permission to operate advertiser",
        "advertiser does not grant you /advertiser/info/:GET permission",
    ] {
        let stub = Stub::json(json!({ "code": 40001, "message": message })).await;
        let mut progress = 0;
        let infos =
            stub.client().advertiser_info(&token(), &ids(0..100), |done| progress = done).await.unwrap();
        assert_eq!((infos.list.len(), infos.missing.len(), progress), (0, 100, 100), "{message}");
        let given_up = |error: &Error| error.kind == ErrorKind::NoPermission;
        let reasons = infos
            .missing
            .iter()
            .filter(|missing| matches!(&missing.reason, MissingReason::Rejected(error) if given_up(error)));
        assert!(reasons.count() >= 98, "{message}");
        assert_eq!(stub.requests().len(), 3, "{message}");
    }
}

#[tokio::test]
async fn an_account_that_the_message_names_costs_one_more_request() {
    let stub = Stub::start(|_, request| {
        let ids = requested_ids(request);
        match ids.iter().find(|id| id.ends_with('7')) {
            Some(id) => Reply::json(
                json!({ "code": 40001, "message": format!("No permission to operate advertiser {id}") }),
            ),
            None => {
                let list: Vec<Value> = ids.iter().map(|id| json!({ "advertiser_id": id })).collect();
                Reply::json(ok(json!({ "list": list })))
            }
        }
    })
    .await;
    let infos = stub.client().advertiser_info(&token(), &ids(0..100), |_| {}).await.unwrap();
    assert_eq!((infos.list.len(), infos.missing.len()), (90, 10));
    assert!(infos.missing.iter().all(|missing| missing.id.as_str().ends_with('7')));
    assert_eq!(stub.requests().len(), 11);
}

#[tokio::test]
async fn accounts_that_grant_less_than_others_are_found_without_asking_for_each() {
    let granted = |id: &String| id.as_str() < "7000000000000000060";
    let stub = Stub::start(move |_, request| {
        let ids = requested_ids(request);
        if !ids.iter().all(granted) {
            return Reply::json(json!({ "code": 40001, "message": "Scope 10 is not granted" }));
        }
        let list: Vec<Value> = ids.iter().map(|id| json!({ "advertiser_id": id })).collect();
        Reply::json(ok(json!({ "list": list })))
    })
    .await;
    let infos = stub.client().advertiser_info(&token(), &ids(0..100), |_| {}).await.unwrap();
    assert_eq!((infos.list.len(), infos.missing.len()), (60, 40));
    assert!(stub.requests().len() < 40, "{}", stub.requests().len());
}

#[tokio::test]
async fn half_an_emoji_in_one_name_leaves_the_name_and_all_other_accounts_readable() {
    let body = r#"{"code":0,"message":"OK","data":{"core_user_id":"7","display_name":"Shop \ud83d","list":[
        {"advertiser_id":"7000000000000000001","advertiser_name":"Shop \ud83d","name":"\ude00 Shop"},
        {"advertiser_id":"7000000000000000002","advertiser_name":"Shop \ud83d\ude00","name":"Shop"}]}}"#;
    let stub = Stub::json(body).await;
    let listed = stub.client().advertisers(&app(), &token()).await.unwrap();
    let names: Vec<_> = listed.list.iter().map(|row| row.name.as_str()).collect();
    assert_eq!((names, listed.unreadable), (vec!["Shop \u{fffd}", "Shop 😀"], 0));
    assert_eq!(stub.client().user_info(&token()).await.unwrap().display_name, "Shop \u{fffd}");
    let infos = stub.client().advertiser_info(&token(), &ids(1..3), |_| {}).await.unwrap();
    assert_eq!(infos.list[0].name.as_deref(), Some("\u{fffd} Shop"));

    let message = r#"{"code":40000,"message":"Name \ud83d is not allowed"}"#;
    let stub = Stub::json(message).await;
    let error = stub.client().user_info(&token()).await.unwrap_err();
    assert_eq!((error.code, &*error.message), (Some(40000), "Name \u{fffd} is not allowed"));
}

#[tokio::test]
async fn errors_that_concern_no_single_account_end_the_call() {
    for (code, kind) in [(40105, ErrorKind::SignInRequired), (40000, ErrorKind::Rejected)] {
        let stub = batch_server(&["7000000000000000002"], code).await;
        let error = stub.client().advertiser_info(&token(), &ids(0..5), |_| {}).await.unwrap_err();
        assert_eq!(error.kind, kind);
        assert_eq!(stub.requests().len(), 1);
    }
}

#[tokio::test]
async fn omitted_accounts_are_missing_and_unrequested_ones_ignored() {
    let stub = Stub::json(ok(json!({ "list": [
        { "advertiser_id": "7000000000000000000" }, { "advertiser_id": "7000000000000000000" },
        { "advertiser_id": "9" },
    ]})))
    .await;
    let infos = stub.client().advertiser_info(&token(), &ids(0..2), |_| {}).await.unwrap();
    assert_eq!(infos.list.len(), 1);
    let [missing] = infos.missing.as_slice() else { panic!("{:?}", infos.missing) };
    assert_eq!((missing.id.as_str(), &missing.reason), ("7000000000000000001", &MissingReason::Omitted));
}

#[tokio::test]
async fn an_account_missing_beside_an_unreadable_row_is_not_reported_as_omitted() {
    let stub =
        Stub::json(ok(json!({ "list": [{ "advertiser_id": "7000000000000000000" }, { "name": "?" }] })))
            .await;
    let infos = stub.client().advertiser_info(&token(), &ids(0..2), |_| {}).await.unwrap();
    assert_eq!(infos.missing[0].reason, MissingReason::Unreadable);
}
