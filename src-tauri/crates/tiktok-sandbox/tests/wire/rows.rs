//! The rows of listings: selected, null, absent, irregular and hostile fields.

use std::collections::BTreeSet;

use crate::harness::{Harness, text};
use crate::listings::{LISTINGS, ids};
use serde_json::{Value, json};

/// Returns all rows of a listing, including deleted ones.
async fn all_rows(harness: &Harness, path: &str, account: &str) -> Vec<Value> {
    harness.list_all(path, account, "1000", json!({"primary_status": "STATUS_ALL"})).await
}

#[tokio::test]
async fn rows_have_the_requested_fields_and_can_omit_nulls() {
    let harness = Harness::unlimited().await;
    let account = harness.account_with_status("STATUS_ENABLE").await;
    for (path, id) in &LISTINGS[..3] {
        let fields = json!([id, "secondary_status", "operation_status"]).to_string();
        let envelope = harness.list(path, &account, &[("fields", &fields)]).await;
        let row = envelope["data"]["list"][0].as_object().unwrap();
        let names: BTreeSet<&str> = row.keys().map(String::as_str).collect();
        assert_eq!(names, BTreeSet::from([*id, "secondary_status", "operation_status"]));
        let query = [("page_size", "1000"), ("exclude_field_types_in_response", "[\"NULL_FIELD\"]")];
        let envelope = harness.list(path, &account, &query).await;
        let rows = envelope["data"]["list"].as_array().unwrap();
        assert!(rows.iter().flat_map(|row| row.as_object().unwrap().values()).all(|value| !value.is_null()));
        let with_nulls = all_rows(&harness, path, &account).await;
        assert!(with_nulls.iter().flat_map(|row| row.as_object().unwrap().values()).any(Value::is_null));
    }
}

#[tokio::test]
async fn every_field_of_a_row_can_be_requested() {
    let harness = Harness::unlimited().await;
    let account = harness.account_with_status("STATUS_ENABLE").await;
    for (path, _) in &LISTINGS[..3] {
        let rows = all_rows(&harness, path, &account).await;
        let names: BTreeSet<&String> = rows.iter().flat_map(|row| row.as_object().unwrap().keys()).collect();
        let fields = json!(names).to_string();
        let query = [
            ("page_size", "1000"),
            ("fields", &*fields),
            ("filtering", r#"{"primary_status":"STATUS_ALL"}"#),
        ];
        let envelope = harness.list(path, &account, &query).await;
        assert_eq!(envelope["data"]["list"], json!(rows));
    }
}

#[tokio::test]
async fn all_ids_but_two_are_strings() {
    let harness = Harness::unlimited().await;
    let account = harness.account_with_status("STATUS_ENABLE").await;
    for (path, _) in LISTINGS {
        let most = if path.starts_with("dmp") { "100" } else { "1000" };
        for row in harness.list_all(path, &account, most, json!({})).await {
            for (name, value) in row.as_object().unwrap() {
                let is_number = ["page_id", "tracking_pixel_id"].contains(&name.as_str());
                if name.ends_with("_id") && !value.is_null() && name != "app_id" {
                    assert_eq!(value.is_number(), is_number, "{name}");
                }
            }
        }
    }
    let ads = all_rows(&harness, "ad/get/", &account).await;
    assert!(ads.iter().any(|ad| ad["tracking_pixel_id"].as_u64().unwrap() > 1 << 53));
    assert!(ads.iter().any(|ad| ad["page_id"].is_u64()) && ads.iter().any(|ad| ad["page_id"].is_null()));
    let shown = ads.iter().map(|ad| text(&ad["image_ids"][0]));
    assert!(shown.into_iter().all(|id| id.contains('/')));
    assert!(
        ads.iter().any(|ad| ad["video_id"].is_null())
            && ads.iter().any(|ad| ad.get("call_to_action").is_none())
    );
}

#[tokio::test]
async fn old_campaigns_lack_newer_fields() {
    let harness = Harness::unlimited().await;
    let account = harness.account_with_status("STATUS_ENABLE").await;
    let rows = all_rows(&harness, "campaign/get/", &account).await;
    let has = |field: &str| rows.iter().filter(|row| row.get(field).is_some()).count();
    for field in ["app_promotion_type", "rf_campaign_type", "sales_destination"] {
        assert!(0 < has(field) && has(field) < rows.len(), "{field}");
    }
    assert!(rows.last().unwrap().get("rf_campaign_type").is_none());
    let budgets: Vec<&Value> = rows.iter().map(|row| &row["budget"]).collect();
    assert!(budgets.iter().any(|budget| budget.is_f64()) && budgets.iter().any(|budget| budget.is_u64()));
}

#[tokio::test]
async fn ad_groups_have_the_irregularities_of_recorded_ones() {
    let harness = Harness::unlimited().await;
    let account = harness.account_with_status("STATUS_ENABLE").await;
    let rows = all_rows(&harness, "adgroup/get/", &account).await;
    for row in &rows {
        let hours = text(&row["dayparting"]);
        assert!(hours.len() == 336 && hours.bytes().all(|half| b"01".contains(&half)));
        assert!(row["category_id"] == "0" || row["category_id"].is_null());
        if row["schedule_type"] == "SCHEDULE_FROM_NOW" {
            let year = |field: &str| text(&row[field])[..4].parse::<u32>().unwrap();
            assert!(year("schedule_end_time") >= year("create_time") + 9);
        }
    }
    let kinds = |field: &str| rows.iter().map(|row| row[field].to_string()).collect::<BTreeSet<_>>();
    assert!(kinds("skip_learning_phase").is_superset(&["0".to_owned(), "false".to_owned()].into()));
    assert!(kinds("placements").contains("null"));
    assert!(kinds("category_id").is_superset(&["null".to_owned(), "\"0\"".to_owned()].into()));
    assert!(kinds("pixel_id").len() > 1 && kinds("device_price_ranges").contains("[250,1000]"));
    assert!(rows.iter().any(|row| row["frequency"].is_u64()) && kinds("frequency").contains("null"));
    assert!(kinds("operation_status").len() == 4, "all four statuses occur, FROZEN among them");
}

#[tokio::test]
async fn names_are_in_many_scripts_and_can_be_filtered_by_a_part() {
    let harness = Harness::unlimited().await;
    let account = harness.account_with_status("STATUS_ENABLE").await;
    let rows = all_rows(&harness, "campaign/get/", &account).await;
    let names: Vec<String> = rows.iter().map(|row| text(&row["campaign_name"])).collect();
    let among = |script: std::ops::RangeInclusive<char>| {
        names.iter().any(|name| name.chars().any(|letter| script.contains(&letter)))
    };
    for script in ['a'..='z', 'а'..='я', 'ก'..='ฮ', '一'..='龥', '\u{621}'..='\u{64a}', '가'..='힣']
    {
        assert!(among(script.clone()), "{script:?}");
    }
    let wanted: Vec<String> = rows
        .iter()
        .filter(|row| text(&row["campaign_name"]).to_lowercase().contains("sale"))
        .map(|row| text(&row["campaign_id"]))
        .collect();
    let filtering = json!({"primary_status": "STATUS_ALL", "campaign_name": "sAle"});
    let found = harness.list_all("campaign/get/", &account, "1000", filtering).await;
    assert!(!found.is_empty());
    assert_eq!(ids(&found, "campaign_id"), wanted);
}

#[tokio::test]
async fn every_common_status_occurs() {
    let harness = Harness::unlimited().await;
    let mut seen = BTreeSet::new();
    for account in harness.accounts_of(&harness.user(0)).await {
        for (path, _) in &LISTINGS[..3] {
            for row in all_rows(&harness, path, &account).await {
                seen.insert(text(&row["secondary_status"]));
            }
        }
    }
    let common = "CAMPAIGN_STATUS_ENABLE CAMPAIGN_STATUS_DISABLE CAMPAIGN_STATUS_DELETE CAMPAIGN_STATUS_BUDGET_EXCEED
        CAMPAIGN_STATUS_ADVERTISER_AUDIT CAMPAIGN_STATUS_ADVERTISER_AUDIT_DENY ADGROUP_STATUS_DELIVERY_OK
        ADGROUP_STATUS_DISABLE ADGROUP_STATUS_CAMPAIGN_DISABLE ADGROUP_STATUS_NOT_START ADGROUP_STATUS_TIME_DONE
        ADGROUP_STATUS_BALANCE_EXCEED ADGROUP_STATUS_AUDIT ADGROUP_STATUS_AUDIT_DENY ADGROUP_STATUS_CREATE
        ADGROUP_STATUS_DELETE ADGROUP_STATUS_CAMPAIGN_DELETE ADGROUP_STATUS_FROZEN AD_STATUS_DELIVERY_OK AD_STATUS_DISABLE
        AD_STATUS_CAMPAIGN_DISABLE AD_STATUS_ADGROUP_DISABLE AD_STATUS_AUDIT AD_STATUS_AUDIT_DENY AD_STATUS_DONE
        AD_STATUS_DELETE AD_STAUS_PIXEL_UNBIND ADVERTISER_ACCOUNT_PUNISH ADVERTISER_CONTRACT_PENDING";
    let missing: Vec<&str> = common.split_whitespace().filter(|status| !seen.contains(*status)).collect();
    assert_eq!(missing, [] as [&str; 0]);
}

#[tokio::test]
async fn topview_and_promoted_campaigns_are_listed_only_on_request() {
    let harness = Harness::unlimited().await;
    let account = harness.account_with_status("STATUS_ENABLE").await;
    let count =
        async |filtering: Value| harness.list_all("campaign/get/", &account, "1000", filtering).await.len();
    let default = count(json!({})).await;
    let auction = count(json!({"buying_types": ["AUCTION"]})).await;
    let reserved = count(json!({"buying_types": ["RESERVATION_RF"]})).await;
    let promoted = json!({"campaign_system_origins": ["PROMOTE"]});
    let origins = json!({"campaign_system_origins": ["TT_ADS_PLATFORM", "PROMOTE"]});
    assert_eq!(default, auction + reserved);
    assert!(auction > 0 && reserved > 0);
    assert_eq!(count(origins).await, default + count(promoted).await);
    let mut top_view = Vec::new();
    for account in harness.accounts_of(&harness.user(0)).await {
        let filtering = json!({"buying_types": ["RESERVATION_TOP_VIEW"]});
        top_view.extend(harness.list_all("campaign/get/", &account, "1000", filtering).await);
    }
    assert!(!top_view.is_empty());
    assert!(top_view.iter().all(|row| row["objective_type"] == "TOPVIEW_REACH"));
}

#[tokio::test]
async fn ads_can_be_filtered_by_modification_time_and_some_have_none() {
    let harness = Harness::unlimited().await;
    let account = harness.account_with_status("STATUS_ENABLE").await;
    let rows = harness.list_all("ad/get/", &account, "1000", json!({})).await;
    assert!(rows.iter().any(|ad| ad["modify_time"].is_null()));
    let after = "2025-03-01 00:00:00";
    let changed = harness.list_all("ad/get/", &account, "1000", json!({"modified_after": after})).await;
    assert!(!changed.is_empty() && changed.len() < rows.len());
    let time = |ad: &Value| {
        ad["modify_time"].as_str().unwrap_or_else(|| ad["create_time"].as_str().unwrap()).to_owned()
    };
    let wanted: Vec<Value> = rows.into_iter().filter(|ad| time(ad).as_str() >= after).collect();
    assert_eq!(changed, wanted);
}

#[tokio::test]
async fn audiences_have_the_irregularities_of_recorded_ones() {
    let harness = Harness::unlimited().await;
    let (mut types, mut states) = (BTreeSet::new(), BTreeSet::new());
    let (mut digits, mut offsets) = (BTreeSet::new(), BTreeSet::new());
    let token = harness.token(json!({})).await;
    for account in harness.accounts_of(&harness.user(0)).await {
        let info = harness.account_info(&token, std::slice::from_ref(&account)).await;
        let zone = text(&info["data"]["list"][0]["timezone"]);
        let zone = jiff::tz::TimeZone::get(&zone).unwrap().to_offset(jiff::Timestamp::now());
        let rows = harness.list_all("dmp/custom_audience/list/", &account, "100", json!({})).await;
        for row in &rows {
            types.insert(text(&row["audience_type"]));
            states.insert((row["is_valid"].to_string(), row["is_expiring"].to_string()));
            digits.insert(text(&row["audience_id"]).len());
            // An audience that has expired is expiring, too.
            let expired = time::parse(&row["expired_time"]) < jiff::Timestamp::now();
            assert!(!expired || row["is_expiring"] == true, "{row}");
        }
        let Some(row) = rows.first() else { continue };
        let one = json!([row["audience_id"]]).to_string();
        let query = [("custom_audience_ids", &*one), ("history_size", "1")];
        let envelope = harness.list("dmp/custom_audience/get/", &account, &query).await;
        let details = &envelope["data"]["list"][0];
        assert_eq!(details["audience_details"]["type"], row["audience_type"]);
        assert_eq!(details["audience_details"]["cover_num"], row["cover_num"]);
        assert_eq!(details["audience_history"].as_array().unwrap().len(), 1);
        // The list is in UTC, the details in the account's time zone.
        for field in ["create_time", "expired_time"] {
            let local = time::parse(&details["audience_details"][field]);
            let seconds = local.duration_since(time::parse(&row[field])).as_secs();
            assert_eq!(seconds, i64::from(zone.seconds()), "{account} {field}");
            offsets.insert(seconds);
        }
    }
    assert_eq!(types.len(), 11);
    assert!(states.len() >= 3, "{states:?}");
    assert_eq!(digits, [9, 19].into());
    assert!(offsets.len() > 3, "{offsets:?}");
}

mod time {
    /// Reads `YYYY-MM-DD HH:MM:SS` as if it were UTC.
    pub fn parse(time: &serde_json::Value) -> jiff::Timestamp {
        format!("{}Z", time.as_str().unwrap().replace(' ', "T")).parse().unwrap()
    }
}

#[tokio::test]
async fn ads_and_campaigns_have_the_irregularities_of_recorded_ones() {
    let harness = Harness::unlimited().await;
    let account = harness.account_with_status("STATUS_ENABLE").await;
    let kinds = |rows: &[Value], field: &str| -> BTreeSet<String> {
        rows.iter().filter_map(|row| row.get(field)).map(Value::to_string).collect()
    };
    let ads = harness.list_all("ad/get/", &account, "1000", json!({})).await;
    for field in ["call_to_action_id", "music_id"] {
        let kinds = kinds(&ads, field);
        assert!(kinds.contains("null") && kinds.len() == 2, "{field}: {kinds:?}");
    }
    assert!(kinds(&ads, "identity_id").contains("\"\""));
    let campaigns = harness.list_all("campaign/get/", &account, "1000", json!({})).await;
    let skan = kinds(&campaigns, "disable_skan_campaign");
    assert!(skan.contains("null") && skan.contains("false"), "{skan:?}");
}
