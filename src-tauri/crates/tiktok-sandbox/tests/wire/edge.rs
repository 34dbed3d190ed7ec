//! HTTPS, and faults as they come from what stands in front of TikTok's servers.

use reqwest::{Certificate, Client};
use serde_json::json;

use crate::harness::{Harness, api_error, text};

#[tokio::test]
async fn https_is_served_on_the_same_port_and_only_clients_that_trust_the_certificate_use_it() {
    let harness = Harness::unlimited().await;
    let url = format!("{}/user/info/", harness.sandbox.https_api_address());
    assert!(harness.http.get(&url).send().await.is_err());
    let root = Certificate::from_der(&harness.sandbox.certificate()).unwrap();
    let trusting = || Client::builder().no_proxy().tls_certs_only([root.clone()]).build().unwrap();
    let envelope: serde_json::Value = trusting().get(&url).send().await.unwrap().json().await.unwrap();
    assert_eq!(envelope["code"], 40104);
    for certificate in ["expired", "not_yet_valid", "other_host"] {
        harness.post_control("behaviour", json!({ "certificate": certificate })).await;
        assert!(trusting().get(&url).send().await.is_err(), "{certificate}");
    }
}

#[tokio::test]
async fn a_connection_over_https_can_be_dropped_and_reset() {
    let harness = Harness::unlimited().await;
    let root = Certificate::from_der(&harness.sandbox.certificate()).unwrap();
    let client = Client::builder().no_proxy().tls_certs_only([root]).build().unwrap();
    let url = format!("{}/user/info/", harness.sandbox.https_api_address());
    for kind in ["drop", "reset"] {
        harness.post_control("faults", json!({ "endpoint": "user/info", (kind): true })).await;
        assert!(client.get(&url).send().await.is_err(), "{kind}");
        assert!(client.get(&url).send().await.is_ok(), "{kind}");
    }
}

#[tokio::test]
async fn a_fault_can_ask_to_wait() {
    let harness = Harness::unlimited().await;
    for body in [json!({ "status": 429 }), json!({ "status": 503, "html": "<p>" }), json!({ "code": 40100 })]
    {
        let mut fault = body.clone();
        fault["endpoint"] = json!("user/info");
        fault["retry_after"] = json!("120");
        harness.post_control("faults", fault).await;
        let response = harness.response("user/info/", "token", &[]).await;
        assert_eq!(response.headers()["retry-after"], "120", "{body}");
    }
}

#[tokio::test]
async fn a_refusal_has_the_texts_seen_in_production() {
    let harness = Harness::unlimited().await;
    let account = harness.account_with_status("STATUS_ENABLE").await;
    let ids = json!([account]).to_string();
    for (refusal, message) in [
        ("account", format!("No permission to operate advertiser {account}")),
        ("deleted", format!("The advertiser {account} doesn't exist or has been deleted.")),
        ("endpoint", "advertiser does not grant you /advertiser/info/:GET permission".to_owned()),
        (
            "scope",
            "The access token lacks the required scope for endpoint /open_api/v1.3/advertiser/info/"
                .to_owned(),
        ),
        ("plain", "You do not have permission to access this resource.".to_owned()),
    ] {
        harness.post_control("faults", json!({ "endpoint": "advertiser/info", "refusal": refusal })).await;
        let envelope = harness.get("advertiser/info/", "token", &[("advertiser_ids", &ids)]).await;
        assert_eq!(api_error(&envelope), (40001, &*message));
    }
}

#[tokio::test]
async fn a_name_can_end_in_half_an_emoji() {
    let harness = Harness::unlimited().await;
    harness.post_control("faults", json!({ "endpoint": "user/info", "mangle": "half_emoji" })).await;
    let token = harness.token(json!({})).await;
    let body = harness.response("user/info/", &token, &[]).await.text().await.unwrap();
    assert!(body.contains("\\ud83d\""), "{body}");
    assert!(serde_json::from_str::<serde_json::Value>(&body).is_err(), "strict parsers refuse it");
    let name = harness.get("user/info/", &token, &[]).await["data"]["display_name"].clone();
    assert!(body.contains(&text(&name)), "the rest of the name is unchanged");
}
