//! Pixels, images, videos, time zones, Business Centers and balances.

use std::collections::BTreeSet;

use crate::harness::{Harness, api_error, text};
use serde_json::{Value, json};

#[tokio::test]
async fn pixels_are_listed_in_pages_of_up_to_twenty() {
    let harness = Harness::unlimited().await;
    let mut numbers = BTreeSet::new();
    for account in harness.accounts_of(&harness.user(0)).await {
        let envelope = harness.list("pixel/list/", &account, &[("page_size", "20")]).await;
        let pixels = envelope["data"]["pixels"].as_array().unwrap();
        let total = envelope["data"]["page_info"]["total_number"].as_u64().unwrap();
        assert_eq!(pixels.len() as u64, total.min(20));
        numbers.insert(total);
        let Some(first) = pixels.first() else { continue };
        for (name, field) in [("pixel_id", "pixel_id"), ("code", "pixel_code"), ("name", "pixel_name")] {
            let one = text(&first[field]);
            let found = harness.list("pixel/list/", &account, &[(name, &one)]).await;
            assert_eq!(found["data"]["pixels"][0], *first);
        }
        let latest =
            harness.list("pixel/list/", &account, &[("order_by", "LATEST_CREATE"), ("page_size", "1")]).await;
        assert_eq!(latest["data"]["pixels"][0] == *first, total == 1);
    }
    assert!(numbers.contains(&0) && numbers.contains(&27), "{numbers:?}");
    let account = harness.account_with_status("STATUS_ENABLE").await;
    for (query, message) in [
        (("page_size", "21"), "page_size: Must be between 1 and 20."),
        (("order_by", "x"), "order_by: Must be one of EARLIEST_CREATE, LATEST_CREATE."),
    ] {
        assert_eq!(api_error(&harness.list("pixel/list/", &account, &[query]).await), (40002, message));
    }
}

#[tokio::test]
async fn images_and_videos_of_ads_are_found_by_their_ids() {
    let harness = Harness::unlimited().await;
    // Rows state until when their addresses can be used.
    harness.post_control("clock", json!({"set": "2026-03-01T12:00:00Z"})).await;
    let account = harness.account_with_status("STATUS_ENABLE").await;
    let ads = harness.list_all("ad/get/", &account, "1000", json!({})).await;
    let of = |field: &str| -> Vec<&Value> {
        ads.iter()
            .map(|ad| if field == "image_ids" { &ad[field][0] } else { &ad[field] })
            .filter(|id| !id.is_null())
            .collect()
    };
    for (path, name, ad_field, most) in [
        ("file/image/ad/info/", "image_ids", "image_ids", 100),
        ("file/video/ad/info/", "video_ids", "video_id", 60),
    ] {
        let ids: Vec<&Value> = of(ad_field).into_iter().take(most).collect();
        let ask = async |ids: Value| harness.list(path, &account, &[(name, &ids.to_string())]).await;
        let envelope = ask(json!(ids)).await;
        let list = envelope["data"]["list"].as_array().unwrap();
        assert_eq!(list.iter().map(|row| &row[name.trim_end_matches('s')]).collect::<Vec<_>>(), ids);
        assert!(list.iter().any(|row| text(&row["modify_time"]) < text(&row["create_time"])));
        assert!(list.iter().all(|row| text(&row["create_time"]).ends_with('Z')));
        assert_eq!(ask(json!(["unknown", ids[0]])).await["data"]["list"], json!([list[0]]));
        let message = format!("{name}: Longer than maximum length {most}.");
        assert_eq!(api_error(&ask(json!(vec!["x"; most + 1])).await), (40011, &*message));
        let missing = harness.list(path, &account, &[]).await;
        assert_eq!(api_error(&missing), (40002, &*format!("Missing required field(s): {name}.")));
    }
}

#[tokio::test]
async fn time_zones_require_an_account_and_have_offsets_in_half_hours() {
    let harness = Harness::unlimited().await;
    let account = harness.account_with_status("STATUS_ENABLE").await;
    let envelope = harness.list("tool/timezone/", &account, &[]).await;
    let zones = envelope["data"]["timezones"].as_array().unwrap();
    assert!(zones.contains(&json!({"timezone": "Pacific/Auckland", "gmt_offset": "GMT+12:00"})));
    for zone in zones {
        let offset = text(&zone["gmt_offset"]);
        assert!(offset.starts_with("GMT") && (offset.ends_with(":00") || offset.ends_with(":30")));
    }
    let token = harness.token(json!({})).await;
    assert_eq!(api_error(&harness.get("tool/timezone/", &token, &[]).await).0, 40002);
}

async fn centers(harness: &Harness, token: &str) -> Vec<Value> {
    let envelope = harness.get("bc/get/", token, &[("page_size", "50")]).await;
    envelope["data"]["list"].as_array().unwrap().clone()
}

#[tokio::test]
async fn the_business_centers_of_a_user_own_the_users_accounts() {
    let harness = Harness::unlimited().await;
    let token = harness.token(json!({})).await;
    let granted = harness.granted_accounts(&token).await;
    let info = harness.account_info(&token, &granted).await;
    let owners: BTreeSet<String> = info["data"]["list"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|account| account["owner_bc_id"].as_str().map(str::to_owned))
        .collect();
    let centers = centers(&harness, &token).await;
    assert_eq!(
        centers.iter().map(|center| text(&center["bc_info"]["bc_id"])).collect::<BTreeSet<_>>(),
        owners
    );
    let one = text(&centers[0]["bc_info"]["bc_id"]);
    let envelope = harness.get("bc/get/", &token, &[("bc_id", &one)]).await;
    assert_eq!(envelope["data"]["list"], json!([centers[0]]));
    assert_eq!(envelope["data"]["page_info"]["total_number"], 1);
    let none = harness.token(json!({"grant": "none"})).await;
    assert_eq!(self::centers(&harness, &none).await, [] as [Value; 0]);
}

#[tokio::test]
async fn balances_require_a_finance_role() {
    let harness = Harness::unlimited().await;
    let token = harness.token(json!({})).await;
    let granted = harness.granted_accounts(&token).await;
    let info = harness.account_info(&token, &granted).await;
    let mut roles = BTreeSet::new();
    for center in centers(&harness, &token).await {
        let id = text(&center["bc_info"]["bc_id"]);
        let envelope =
            harness.get("advertiser/balance/get/", &token, &[("bc_id", &id), ("page_size", "50")]).await;
        let role = &center["ext_user_role"]["finance_role"];
        roles.insert(role.to_string());
        if role.is_null() {
            assert_eq!(api_error(&envelope).0, 40001);
            continue;
        }
        let list = envelope["data"]["advertiser_account_list"].as_array().unwrap();
        let owned =
            info["data"]["list"].as_array().unwrap().iter().filter(|account| account["owner_bc_id"] == id);
        let owned: Vec<[&Value; 2]> =
            owned.map(|account| [&account["advertiser_id"], &account["balance"]]).collect();
        assert_eq!(
            list.iter().map(|row| [&row["advertiser_id"], &row["account_balance"]]).collect::<Vec<_>>(),
            owned
        );
        let filtering = json!({"keyword": list[0]["advertiser_id"]}).to_string();
        let fields = json!(["budget_remaining"]).to_string();
        let query = [("bc_id", &*id), ("filtering", &*filtering), ("fields", &*fields)];
        let found = harness.get("advertiser/balance/get/", &token, &query).await;
        assert_eq!(found["data"]["page_info"]["total_number"], 1);
        assert!(found["data"]["advertiser_account_list"][0]["budget_remaining"].is_number());
        let wrong = [("bc_id", &*id), ("filtering", r#"{"advertiser_status":["x"]}"#)];
        assert_eq!(api_error(&harness.get("advertiser/balance/get/", &token, &wrong).await).0, 40002);
    }
    assert_eq!(roles.len(), 3);
    let missing = harness.get("advertiser/balance/get/", &token, &[]).await;
    assert_eq!(api_error(&missing), (40002, "Missing required field(s): bc_id."));
    let others = harness.get("advertiser/balance/get/", &token, &[("bc_id", "7")]).await;
    assert_eq!(api_error(&others).0, 40001);
}
