//! Pixels, pictures, time zones, Business Centers and their money.

use std::collections::BTreeSet;

use crate::bench::{Bench, refusal, text};
use crate::listings::bench;
use serde_json::{Value, json};

#[tokio::test]
async fn pixels_are_paged_by_twenty_and_called_pixels() {
    let bench = bench().await;
    let mut numbers = BTreeSet::new();
    for account in bench.reached(&bench.user(0)).await {
        let answer = bench.list("pixel/list/", &account, &[("page_size", "20")]).await;
        let pixels = answer["data"]["pixels"].as_array().unwrap();
        let total = answer["data"]["page_info"]["total_number"].as_u64().unwrap();
        assert_eq!(pixels.len() as u64, total.min(20));
        numbers.insert(total);
        let Some(first) = pixels.first() else { continue };
        for (name, field) in [("pixel_id", "pixel_id"), ("code", "pixel_code"), ("name", "pixel_name")] {
            let one = text(&first[field]);
            let found = bench.list("pixel/list/", &account, &[(name, &one)]).await;
            assert_eq!(found["data"]["pixels"][0], *first);
        }
        let latest =
            bench.list("pixel/list/", &account, &[("order_by", "LATEST_CREATE"), ("page_size", "1")]).await;
        assert_eq!(latest["data"]["pixels"][0] == *first, total == 1);
    }
    assert!(numbers.contains(&0) && numbers.contains(&27), "{numbers:?}");
    let account = bench.account("STATUS_ENABLE").await;
    for (query, message) in [
        (("page_size", "21"), "page_size: Must be between 1 and 20."),
        (("order_by", "x"), "order_by: Must be one of EARLIEST_CREATE, LATEST_CREATE."),
    ] {
        assert_eq!(refusal(&bench.list("pixel/list/", &account, &[query]).await), (40002, message));
    }
}

#[tokio::test]
async fn pictures_of_ads_are_found_by_their_ids() {
    let bench = bench().await;
    let account = bench.account("STATUS_ENABLE").await;
    let ads = bench.all("ad/get/", &account, "1000", json!({})).await;
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
        let ask = async |ids: Value| bench.list(path, &account, &[(name, &ids.to_string())]).await;
        let answer = ask(json!(ids)).await;
        let list = answer["data"]["list"].as_array().unwrap();
        assert_eq!(list.iter().map(|row| &row[name.trim_end_matches('s')]).collect::<Vec<_>>(), ids);
        assert!(list.iter().any(|row| text(&row["modify_time"]) < text(&row["create_time"])));
        assert!(list.iter().all(|row| text(&row["create_time"]).ends_with('Z')));
        assert_eq!(ask(json!(["unknown", ids[0]])).await["data"]["list"], json!([list[0]]));
        let message = format!("{name}: Longer than maximum length {most}.");
        assert_eq!(refusal(&ask(json!(vec!["x"; most + 1])).await), (40011, &*message));
        let missing = bench.list(path, &account, &[]).await;
        assert_eq!(refusal(&missing), (40002, &*format!("Missing required field(s): {name}.")));
    }
}

#[tokio::test]
async fn time_zones_need_an_account_and_have_whole_and_half_hours() {
    let bench = bench().await;
    let account = bench.account("STATUS_ENABLE").await;
    let answer = bench.list("tool/timezone/", &account, &[]).await;
    let zones = answer["data"]["timezones"].as_array().unwrap();
    assert!(zones.contains(&json!({"timezone": "Pacific/Auckland", "gmt_offset": "GMT+12:00"})));
    for zone in zones {
        let offset = text(&zone["gmt_offset"]);
        assert!(offset.starts_with("GMT") && (offset.ends_with(":00") || offset.ends_with(":30")));
    }
    let token = bench.token(json!({})).await;
    assert_eq!(refusal(&bench.get("tool/timezone/", &token, &[]).await).0, 40002);
}

async fn centers(bench: &Bench, token: &str) -> Vec<Value> {
    let answer = bench.get("bc/get/", token, &[("page_size", "50")]).await;
    answer["data"]["list"].as_array().unwrap().clone()
}

#[tokio::test]
async fn business_centers_are_those_that_own_the_accounts() {
    let bench = bench().await;
    let token = bench.token(json!({})).await;
    let granted = bench.granted(&token).await;
    let info = bench.info(&token, &granted).await;
    let owners: BTreeSet<String> = info["data"]["list"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|account| account["owner_bc_id"].as_str().map(str::to_owned))
        .collect();
    let centers = centers(&bench, &token).await;
    assert_eq!(
        centers.iter().map(|center| text(&center["bc_info"]["bc_id"])).collect::<BTreeSet<_>>(),
        owners
    );
    let one = text(&centers[0]["bc_info"]["bc_id"]);
    let answer = bench.get("bc/get/", &token, &[("bc_id", &one)]).await;
    assert_eq!(answer["data"]["list"], json!([centers[0]]));
    assert_eq!(answer["data"]["page_info"]["total_number"], 1);
    let none = bench.token(json!({"grant": "none"})).await;
    assert_eq!(self::centers(&bench, &none).await, [] as [Value; 0]);
}

#[tokio::test]
async fn money_is_shown_to_those_with_a_finance_role() {
    let bench = bench().await;
    let token = bench.token(json!({})).await;
    let granted = bench.granted(&token).await;
    let info = bench.info(&token, &granted).await;
    let mut roles = BTreeSet::new();
    for center in centers(&bench, &token).await {
        let id = text(&center["bc_info"]["bc_id"]);
        let answer =
            bench.get("advertiser/balance/get/", &token, &[("bc_id", &id), ("page_size", "50")]).await;
        let role = &center["ext_user_role"]["finance_role"];
        roles.insert(role.to_string());
        if role.is_null() {
            assert_eq!(refusal(&answer).0, 40001);
            continue;
        }
        let list = answer["data"]["advertiser_account_list"].as_array().unwrap();
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
        let found = bench.get("advertiser/balance/get/", &token, &query).await;
        assert_eq!(found["data"]["page_info"]["total_number"], 1);
        assert!(found["data"]["advertiser_account_list"][0]["budget_remaining"].is_number());
        let wrong = [("bc_id", &*id), ("filtering", r#"{"advertiser_status":["x"]}"#)];
        assert_eq!(refusal(&bench.get("advertiser/balance/get/", &token, &wrong).await).0, 40002);
    }
    assert_eq!(roles.len(), 3);
    let missing = bench.get("advertiser/balance/get/", &token, &[]).await;
    assert_eq!(refusal(&missing), (40002, "Missing required field(s): bc_id."));
    let others = bench.get("advertiser/balance/get/", &token, &[("bc_id", "7")]).await;
    assert_eq!(refusal(&others).0, 40001);
}
