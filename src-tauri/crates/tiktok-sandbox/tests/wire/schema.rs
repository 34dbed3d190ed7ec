//! Every row of the sandbox has the fields, types and nulls that TikTok documents and that recorded responses have.

use std::collections::{BTreeMap, BTreeSet};

use crate::harness::{Harness, text};
use serde_json::{Value, json};

struct Field {
    types: Vec<&'static str>,
    is_required: bool,
}

/// The fields of one kind of row, by name.
type Schema = BTreeMap<&'static str, Field>;

fn schemas() -> BTreeMap<&'static str, Schema> {
    let mut schemas = BTreeMap::new();
    let mut current = None;
    let lines = include_str!("fields.txt").lines();
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[') {
            current = Some(schemas.entry(name.trim_end_matches(']')).or_insert_with(Schema::new));
            continue;
        }
        let words: Vec<&str> = line.split(' ').collect();
        let is_required = words.get(2) == Some(&"always");
        let field = Field { types: words[1].split('|').collect(), is_required };
        assert!(current.as_mut().unwrap().insert(words[0], field).is_none(), "{line}");
    }
    schemas
}

fn has_type(value: &Value, name: &str) -> bool {
    let digits = |text: &str, pattern: &str| {
        text.len() == pattern.len()
            && text.bytes().zip(pattern.bytes()).all(|(byte, expected)| match expected {
                b'0' => byte.is_ascii_digit(),
                expected => byte == expected,
            })
    };
    match (name.strip_suffix("[]"), value) {
        (Some(item), Value::Array(items)) => items.iter().all(|value| has_type(value, item)),
        (Some(_), _) => false,
        (None, Value::String(text)) => match name {
            "id" => (9..=19).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()),
            "time" => digits(text, "0000-00-00 00:00:00"),
            "iso" => digits(text, "0000-00-00T00:00:00Z"),
            name => name == "text",
        },
        (None, Value::Number(number)) => name == "number" || (name == "integer" && !number.is_f64()),
        (None, Value::Bool(_)) => name == "boolean",
        (None, Value::Object(_)) => name == "object",
        (None, Value::Null) => name == "null",
        (None, Value::Array(_)) => false,
    }
}

/// What is wrong with a row.
fn faults(schema: &Schema, row: &Value) -> Vec<String> {
    let Value::Object(row) = row else { return vec![format!("not an object: {row}")] };
    let wrong = row.iter().filter_map(|(name, value)| match schema.get(name.as_str()) {
        None => Some(format!("{name} is not a field of TikTok's")),
        Some(field) if field.types.iter().any(|one| has_type(value, one)) => None,
        Some(field) => Some(format!("{name} is {value}, not {}", field.types.join(" or "))),
    });
    let missing = schema
        .iter()
        .filter(|(name, field)| field.is_required && !row.contains_key(**name))
        .map(|(name, _)| format!("{name} is missing"));
    wrong.chain(missing).collect()
}

struct Check {
    schemas: BTreeMap<&'static str, Schema>,
    /// The number of rows checked, by schema.
    rows: BTreeMap<&'static str, usize>,
    faults: BTreeSet<String>,
}

impl Check {
    fn new() -> Check {
        Check { schemas: schemas(), rows: BTreeMap::new(), faults: BTreeSet::new() }
    }

    fn row(&mut self, name: &'static str, row: &Value) {
        *self.rows.entry(name).or_default() += 1;
        let found = faults(&self.schemas[name], row);
        self.faults.extend(found.into_iter().map(|fault| format!("{name}: {fault}")));
    }

    fn list(&mut self, name: &'static str, list: &Value) {
        list.as_array().unwrap().iter().for_each(|row| self.row(name, row));
    }
}

#[tokio::test]
async fn every_row_has_the_fields_types_and_nulls_of_tiktoks() {
    let harness = Harness::unlimited().await;
    let mut check = Check::new();
    let token = harness.token(json!({})).await;
    let user = harness.get("user/info/", &token, &[]).await;
    check.row("user/info", &user["data"]);
    let app = [("app_id", harness.sandbox.app_id()), ("secret", harness.sandbox.secret())];
    let listed = harness.get("oauth2/advertiser/get/", &token, &app).await;
    check.list("oauth2/advertiser/get", &listed["data"]["list"]);
    let accounts = harness.granted_accounts(&token).await;
    check.list("advertiser/info", &harness.account_info(&token, &accounts).await["data"]["list"]);
    for account in &accounts {
        for (path, name, size) in [
            ("campaign/get/", "campaign/get", "1000"),
            ("adgroup/get/", "adgroup/get", "1000"),
            ("ad/get/", "ad/get", "1000"),
            ("dmp/custom_audience/list/", "dmp/custom_audience/list", "100"),
            ("file/image/ad/search/", "file/image/ad/search", "100"),
            ("file/video/ad/search/", "file/video/ad/search", "100"),
        ] {
            let filtering = json!({ "primary_status": "STATUS_ALL" });
            let rows = Value::from(harness.list_all(path, account, size, filtering).await);
            check.list(name, &rows);
            let media = match name {
                "file/image/ad/search" => ("file/image/ad/info", "image_ids", "image_id", 100),
                "file/video/ad/search" => ("file/video/ad/info", "video_ids", "video_id", 60),
                "dmp/custom_audience/list" => {
                    ("dmp/custom_audience/get", "custom_audience_ids", "audience_id", 100)
                }
                _ => continue,
            };
            let (name, parameter, id, most) = media;
            let ids: Vec<&Value> = rows.as_array().unwrap().iter().map(|row| &row[id]).take(most).collect();
            if ids.is_empty() {
                continue;
            }
            let query = [(parameter, &*json!(ids).to_string())];
            let envelope = harness.list(&format!("{name}/"), account, &query).await;
            let rows = envelope["data"]["list"].as_array().unwrap();
            assert_eq!(rows.len(), ids.len(), "{name}");
            for row in rows {
                if id != "audience_id" {
                    check.row(name, row);
                    continue;
                }
                check.row("dmp/custom_audience/get audience_details", &row["audience_details"]);
                check.list("dmp/custom_audience/get audience_history", &row["audience_history"]);
            }
        }
        let pixels = harness.list("pixel/list/", account, &[("page_size", "20")]).await;
        let pixels = &pixels["data"]["pixels"];
        check.list("pixel/list", pixels);
        for pixel in pixels.as_array().unwrap() {
            check.row("pixel/list asset_ownership", &pixel["asset_ownership"]);
        }
    }
    let zones = harness.list("tool/timezone/", &accounts[0], &[]).await;
    check.list("tool/timezone", &zones["data"]["timezones"]);
    for user in harness.get_control("state").await["users"].as_array().unwrap() {
        let token = harness.sandbox.authorize(&text(&user["id"])).unwrap();
        let centers = harness.get("bc/get/", &token, &[("page_size", "50")]).await;
        for center in centers["data"]["list"].as_array().unwrap() {
            check.row("bc/get bc_info", &center["bc_info"]);
            let id = text(&center["bc_info"]["bc_id"]);
            let query = [("bc_id", &*id), ("page_size", "50")];
            let balances = harness.get("advertiser/balance/get/", &token, &query).await;
            // Without a finance role the balances are refused.
            if balances["code"] == 0 {
                check.list("advertiser/balance/get", &balances["data"]["advertiser_account_list"]);
            }
        }
    }
    assert!(check.faults.is_empty(), "{:#?}", check.faults);
    let checked: Vec<_> = check.rows.keys().collect();
    assert_eq!(checked, check.schemas.keys().collect::<Vec<_>>(), "every kind of row was checked");
}

/// So the table does not merely describe the sandbox.
#[test]
fn the_examples_of_tiktoks_documentation_fit_the_same_table() {
    let mut check = Check::new();
    for (name, example) in [
        ("campaign/get", include_str!("../../../tiktok-business/tests/http/samples/doc-campaign_get.json")),
        ("adgroup/get", include_str!("../../../tiktok-business/tests/http/samples/doc-adgroup_get.json")),
        ("ad/get", include_str!("../../../tiktok-business/tests/http/samples/doc-ad_get.json")),
        (
            "advertiser/info",
            include_str!("../../../tiktok-business/tests/http/samples/doc-advertiser_info.json"),
        ),
        (
            "dmp/custom_audience/list",
            include_str!("../../../tiktok-business/tests/http/samples/doc-dmp_custom_audience_list.json"),
        ),
        (
            "file/image/ad/info",
            include_str!("../../../tiktok-business/tests/http/samples/doc-file_image_ad_info.json"),
        ),
        (
            "file/video/ad/info",
            include_str!("../../../tiktok-business/tests/http/samples/doc-file_video_ad_info.json"),
        ),
    ] {
        // Two of the examples have a placeholder for the id.
        let example = example.replace("\"audience_id\": \"123\"", "\"audience_id\": \"123456789\"");
        let example: Value = serde_json::from_str(&example).unwrap();
        check.list(name, &example["data"]["list"]);
    }
    assert!(check.faults.is_empty(), "{:#?}", check.faults);
}

#[test]
fn a_wrong_row_is_noticed() {
    let schema = &schemas()["campaign/get"];
    let row = json!({ "campaign_id": 1, "budget": "5", "create_time": "2026-01-01T00:00:00Z", "new": null });
    let faults = faults(schema, &row);
    for expected in [
        "campaign_id is 1, not id",
        "budget is \"5\", not number",
        "create_time is \"2026-01-01T00:00:00Z\", not time",
        "new is not a field of TikTok's",
        "campaign_name is missing",
    ] {
        assert!(faults.iter().any(|fault| fault == expected), "{expected}: {faults:?}");
    }
}
