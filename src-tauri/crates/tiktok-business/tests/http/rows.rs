//! Tests of decoding rows: the examples of TikTok's documentation, and unusual or invalid ones.

use serde_json::{Value, json};
use tiktok_business::{AdvertiserId, ErrorKind, Listing, Page, Row};

use crate::stub::{Reply, Stub, token};

const SAMPLES: [(&str, &str); 4] = [
    ("campaign", include_str!("samples/doc-campaign_get.json")),
    ("ad group", include_str!("samples/doc-adgroup_get.json")),
    ("ad", include_str!("samples/doc-ad_get.json")),
    ("audience", include_str!("samples/doc-dmp_custom_audience_list.json")),
];

pub fn account() -> AdvertiserId {
    "7002238017842757633".parse().unwrap()
}

pub async fn first_page<T: Row>(mut listing: Listing<T>) -> Page<T> {
    listing.next().await.unwrap().unwrap()
}

fn page(rows: Value) -> String {
    let total = rows.as_array().unwrap().len();
    let info = json!({ "page": 1, "page_size": 1000, "total_number": total, "total_page": 1 });
    json!({ "code": 0, "message": "OK", "data": { "list": rows, "page_info": info } }).to_string()
}

#[tokio::test]
async fn reads_tiktoks_examples_of_campaigns_ad_groups_and_ads() {
    let stub = Stub::json(SAMPLES[0].1).await;
    let rows = first_page(stub.client().campaigns(&token(), &account())).await.rows;
    let [row] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!((row.id.as_str(), row.name.as_deref()), ("1779923887578145", Some("Campaign A")));
    assert_eq!(row.operation_status.as_deref(), Some("ENABLE"));
    assert_eq!(row.secondary_status.as_deref(), Some("CAMPAIGN_STATUS_ENABLE"));
    assert_eq!((row.budget, row.budget_mode.as_deref()), (Some(50.0), Some("BUDGET_MODE_TOTAL")));
    assert_eq!(row.objective_type.as_deref(), Some("TRAFFIC"));
    assert_eq!(row.create_time.as_deref(), Some("2023-10-16 14:48:26"));
    assert_eq!(row.modify_time.as_deref(), Some("2023-10-17 14:33:35"));
    let all: Value = serde_json::from_str(row.json.as_str()).unwrap();
    assert_eq!(all["roas_bid"], 0, "fields that are not read are kept");

    let stub = Stub::json(SAMPLES[1].1).await;
    let rows = first_page(stub.client().ad_groups(&token(), &account())).await.rows;
    let [row] = rows.as_slice() else { panic!("the example contains the same ad group twice: {rows:?}") };
    assert_eq!((row.id.as_str(), row.campaign_id.as_str()), ("1779923881029666", "1779923887578145"));
    assert_eq!(row.optimization_goal.as_deref(), Some("CLICK"));
    assert_eq!((row.bid_type.as_deref(), row.bid_price), (Some("BID_TYPE_NO_BID"), Some(0.0)));
    assert_eq!(row.schedule_end_time.as_deref(), Some("2033-10-13 15:35:45"));

    let stub = Stub::json(SAMPLES[2].1).await;
    let rows = first_page(stub.client().ads(&token(), &account())).await.rows;
    let [row] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!((row.id.as_str(), row.ad_group_id.as_str()), ("1779923894511665", "1779923881029666"));
    assert_eq!(row.video_id.as_deref(), Some("v10033g50000ckmkpnbc77ucmin3t88g"));
    assert_eq!(row.image_ids, ["ad-site-i18n-sg/202110205d0d488b68ead898460bad74"]);
    assert_eq!(row.format.as_deref(), Some("SINGLE_VIDEO"));
}

#[tokio::test]
async fn reads_tiktoks_examples_of_audiences_images_and_videos() {
    let stub = Stub::json(SAMPLES[3].1).await;
    let rows = first_page(stub.client().audiences(&token(), &account())).await.rows;
    assert_eq!(rows[0].audience_type.as_deref(), Some("Lookalike Audience"));
    assert_eq!((rows[0].size, rows[0].is_valid), (Some(6_489_086), Some(false)));
    assert_eq!((rows[0].shared, rows[0].is_creator), (Some(true), Some(false)));
    assert_eq!(rows[0].is_expiring, Some(false));

    let stub = Stub::json(include_str!("samples/doc-file_image_ad_info.json")).await;
    let rows = stub.client().images(&token(), &account(), &["a/b"]).await.unwrap().rows;
    assert_eq!((rows[0].width, rows[0].height, rows[0].size), (Some(750), Some(422), Some(39_779)));

    let stub = Stub::json(include_str!("samples/doc-file_video_ad_info.json")).await;
    let rows = stub.client().videos(&token(), &account(), &["v"]).await.unwrap().rows;
    assert_eq!((rows[0].id.as_str(), rows[0].duration), ("v070331c0000bup3cb66kkoqaktb5psg", Some(5.312)));
}

#[tokio::test]
async fn reads_numeric_ids_numbers_as_text_and_unknown_statuses() {
    let stub = Stub::json(page(json!([{
        "campaign_id": 1_779_923_887_578_145_u64, "campaign_name": 7, "budget": "12.50", "secondary_status": "BRAND_NEW",
        "operation_status": null, "unheard_of": { "x": [1] },
    }])))
    .await;
    let rows = first_page(stub.client().campaigns(&token(), &account())).await.rows;
    assert_eq!((rows[0].id.as_str(), rows[0].name.as_deref()), ("1779923887578145", Some("7")));
    assert_eq!((rows[0].budget, rows[0].secondary_status.as_deref()), (Some(12.5), Some("BRAND_NEW")));
    assert_eq!((&rows[0].operation_status, &rows[0].modify_time), (&None, &None));
}

#[tokio::test]
async fn reports_an_invalid_row_with_its_reason_and_reads_the_others() {
    let stub = Stub::json(page(json!([
        { "campaign_id": "1", "campaign_name": ["wrong"] },
        { "campaign_id": "2", "campaign_name": "a \"quoted\" \u{1F600} name", "budget": null },
        { "campaign_name": "no id" },
        { "campaign_id": 1.5e18 },
        "not an object",
        null,
    ])))
    .await;
    let page = first_page(stub.client().campaigns(&token(), &account())).await;
    assert_eq!(page.rows.len(), 1);
    assert_eq!(page.rows[0].name.as_deref(), Some("a \"quoted\" \u{1F600} name"));
    let invalid: Vec<_> = page.invalid.iter().map(|row| (row.id.as_deref(), row.reason.as_str())).collect();
    assert_eq!(invalid[0].0, Some("1"));
    assert!(invalid[0].1.starts_with("campaign_name: invalid type: sequence, expected text"), "{invalid:?}");
    assert!(invalid[1..].iter().all(|(id, reason)| id.is_none() && !reason.is_empty()), "{invalid:?}");
    assert_eq!(invalid.len(), 5);
    assert_eq!(page.invalid[3].json.as_str(), "\"not an object\"");
}

#[tokio::test]
async fn a_row_can_be_decoded_later_and_is_then_as_strict() {
    let body = page(json!([
        { "campaign_name": "later", "campaign_id": 5 },
        { "campaign_id": "6", "campaign_name": ["wrong"] },
        { "campaign_id": "no id" },
        { "campaign_name": "no id" },
    ]));
    let stub = Stub::json(&body).await;
    let page = first_page(stub.client().campaigns(&token(), &account()).undecoded()).await;
    let [later, wrong] = &page.rows[..] else { panic!("{page:?}") };
    assert_eq!((later.id(), wrong.id(), page.invalid.len()), ("5", "6", 2));
    let row = later.read().unwrap();
    assert_eq!((row.id(), row.name.as_deref(), &row.json), ("5", Some("later"), later.json()));
    let invalid = wrong.read().unwrap_err();
    assert_eq!(invalid.id.as_deref(), Some("6"));
    assert!(invalid.reason.starts_with("campaign_name: invalid type"), "{}", invalid.reason);
}

#[tokio::test]
async fn ignores_whitespace_and_the_order_of_the_envelopes_fields() {
    let stub = Stub::json(
        " {\n \"data\" : { \"page_info\" : {\"total_number\":\"1\",\"total_page\":1} , \"list\" : [ {\"audience_id\" : \"5\"} ] } ,\
         \"x\":[{}], \"message\":\"OK\", \"code\" : \"0\" }\n",
    )
    .await;
    let rows = first_page(stub.client().audiences(&token(), &account())).await.rows;
    assert_eq!((rows[0].id.as_str(), rows[0].json.as_str()), ("5", "{\"audience_id\" : \"5\"}"));
}

#[tokio::test]
async fn a_name_truncated_within_a_character_does_not_invalidate_the_page() {
    let mut body = page(json!([{ "audience_id": "5", "name": "cut?" }, { "audience_id": "6" }])).into_bytes();
    let at = body.iter().position(|byte| *byte == b'?').unwrap();
    body[at] = 0xC3;
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    let stub = Stub::start(move |_, _| Reply::Bytes([head.as_bytes(), &body].concat())).await;
    let rows = first_page(stub.client().audiences(&token(), &account())).await.rows;
    assert_eq!((rows[0].name.as_deref(), rows.len()), (Some("cut\u{FFFD}"), 2));
}

#[tokio::test]
async fn a_response_without_a_list_or_its_page_info_is_unexpected() {
    for body in [
        r#"{"code":0,"data":{}}"#,
        r#"{"code":0,"data":null}"#,
        r#"{"code":0}"#,
        r#"{"code":0,"data":{"list":{}}}"#,
        r#"{"code":0,"data":{"list":[]}}"#,
        r#"{"code":0,"data":{"list":[],"page_info":{"total_number":-1,"total_page":0}}}"#,
        r#"{"code":0,"data":{"list":[{"audience_id":"5"#,
        r#"{"code":0,"data":{"list":[],"page_info":{"total_number":0,"total_page":0}}} x"#,
        r#"{"code":{},"data":{"list":[]}}"#,
    ] {
        let stub = Stub::json(body).await;
        let error = stub.client().audiences(&token(), &account()).next().await.unwrap().unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unexpected, "{body}: {error}");
    }
}

#[tokio::test]
async fn requests_images_and_videos_in_batches() {
    let stub = Stub::json(r#"{"code":0,"data":{"list":[]}}"#).await;
    let ids: Vec<String> = (1..=130).map(|n| n.to_string()).collect();
    stub.client().videos(&token(), &account(), &ids).await.unwrap();
    assert_eq!(stub.requests().len(), 3);
    stub.client().images(&token(), &account(), &ids).await.unwrap();
    assert_eq!(stub.requests().len(), 5);
}

#[tokio::test]
async fn the_id_of_an_unreadable_row_is_found_inside_other_objects() {
    const ID: &str = "7002238017842757633";
    for (row, id) in [
        (json!({ "campaign_id": ID, "budget": {} }), Some(ID)),
        (json!({ "campaign": { "campaign_id": ID } }), Some(ID)),
        (
            json!({ "data": [{ "x": 1 }, { "base": { "campaign_id": 7_002_238_017_842_757_633_u64 } }] }),
            Some(ID),
        ),
        (json!({ "campaign_id": [ID] }), None),
        (json!({ "campaign_id": { "value": ID } }), Some(ID)),
        (json!([{ "campaign_id": ID }]), Some(ID)),
        (json!({ "campaign_id": { "old": ID, "new": "1" } }), None),
        (json!({ "campaign_id": 7.002e18, "adgroup_id": ID }), None),
        (json!({ "campaign_id": "../7" }), None),
        (json!("text"), None),
    ] {
        let stub = Stub::json(page(json!([row]))).await;
        let page = first_page(stub.client().campaigns(&token(), &account())).await;
        let [invalid] = page.invalid.as_slice() else { panic!("{row}: {page:?}") };
        assert_eq!(invalid.id.as_deref(), id, "{row}");
    }
}
