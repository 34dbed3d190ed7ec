//! Listings of campaigns, ad groups, ads and audiences: pages, parameters, permissions and statuses.

use std::collections::{BTreeMap, BTreeSet};

use crate::harness::{Harness, api_error, text};
use serde_json::{Value, json};
use tiktok_sandbox::{Options, Sizes};

pub const LISTINGS: [(&str, &str); 4] = [
    ("campaign/get/", "campaign_id"),
    ("adgroup/get/", "adgroup_id"),
    ("ad/get/", "ad_id"),
    ("dmp/custom_audience/list/", "audience_id"),
];

pub fn ids(rows: &[Value], field: &str) -> Vec<String> {
    rows.iter().map(|row| text(&row[field])).collect()
}

#[tokio::test]
async fn pages_of_any_size_contain_every_object_once_newest_first() {
    let harness = Harness::unlimited().await;
    let account = harness.account_with_status("STATUS_ENABLE").await;
    for (path, id) in LISTINGS {
        let most = if id == "audience_id" { "100" } else { "1000" };
        let whole = harness.list_all(path, &account, most, json!({})).await;
        assert!(whole.len() > 5, "{path}");
        assert_eq!(harness.list_all(path, &account, "7", json!({})).await, whole);
        let listed = ids(&whole, id);
        assert_eq!(listed.iter().collect::<BTreeSet<_>>().len(), listed.len());
        let times: Vec<String> = whole.iter().map(|row| text(&row["create_time"])).collect();
        assert!(times.is_sorted_by(|one, next| one >= next), "{path}");
        let first = harness.list(path, &account, &[]).await;
        assert_eq!(first["data"]["list"], json!(whole[..10]), "a page has ten objects by default");
        let beyond = harness.list(path, &account, &[("page", "100000")]).await;
        assert_eq!(beyond["data"]["list"], json!([]));
        assert_eq!(beyond["data"]["page_info"]["page"], 100_000);
    }
}

#[tokio::test]
async fn a_listing_of_an_empty_account_has_no_pages() {
    let harness = Harness::with(Options { sizes: Sizes::each(0, 5, 5, 0), ..Options::default() }).await;
    let account = harness.accounts_of(&harness.user(0)).await.remove(0);
    for (path, _) in LISTINGS {
        let envelope = harness.list(path, &account, &[("page_size", "100")]).await;
        let empty = json!({"page": 1, "page_size": 100, "total_number": 0, "total_page": 0});
        assert_eq!(envelope["data"], json!({"list": [], "page_info": empty}));
    }
}

#[tokio::test]
async fn parameters_out_of_range_are_refused() {
    let harness = Harness::unlimited().await;
    let account = harness.account_with_status("STATUS_ENABLE").await;
    let many = json!(vec!["1"; 101]);
    let filters = [
        ("filtering", json!("[]"), "filtering: Not a valid object."),
        ("filtering", json!({"primary_status": "ENABLE"}), "filtering.primary_status: Must be one of"),
        ("filtering", json!({"secondary_status": "STATUS_ALL"}), "filtering.secondary_status: Not a valid"),
        (
            "filtering",
            json!({"buying_types": ["AUCTION", "RESERVATION_TOP_VIEW"]}),
            "filtering.buying_types: RES",
        ),
        (
            "filtering",
            json!({"campaign_ids": many}),
            "filtering.campaign_ids: Longer than maximum length 100.",
        ),
        ("filtering", json!({"campaign_ids": ["x"]}), "filtering.campaign_ids.0: Not a valid integer."),
        ("filtering", json!({"creation_filter_start_time": "2025-01-01"}), "filtering.creation_filter_start"),
        ("fields", json!(["campaign_id", "nonsense"]), "fields: nonsense is not a valid field."),
        ("exclude_field_types_in_response", json!(["NULL"]), "exclude_field_types_in_response: NULL"),
        ("page", json!(0), "page: Must be greater than or equal to 1."),
        ("page", json!("x"), "page: Not a valid integer."),
        ("page_size", json!(0), "page_size: Must be between 1 and 1000."),
        ("page_size", json!(1001), "page_size: Must be between 1 and 1000."),
    ];
    for (path, _) in &LISTINGS[..3] {
        for (name, value, message) in &filters {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let envelope = harness.list(path, &account, &[(name, &value)]).await;
            let (code, text) = api_error(&envelope);
            assert!(text.starts_with(message), "{path} {name}={value}: {text}");
            assert_eq!(code, if message.contains("Longer") { 40011 } else { 40002 });
        }
    }
    let envelope = harness.list("dmp/custom_audience/list/", &account, &[("page_size", "101")]).await;
    assert_eq!(api_error(&envelope), (40002, "page_size: Must be between 1 and 100."));
    let top_view = json!({"buying_types": ["RESERVATION_TOP_VIEW"]}).to_string();
    let query = [("page_size", "101"), ("filtering", &top_view)];
    let envelope = harness.list("adgroup/get/", &account, &query).await;
    assert_eq!(api_error(&envelope), (40002, "page_size: Must be between 1 and 100."));
    assert_eq!(harness.list("campaign/get/", &account, &query).await["code"], 0);
}

#[tokio::test]
async fn a_listing_requires_an_existing_account_of_the_token() {
    let harness = Harness::unlimited().await;
    let reached = harness.accounts_of(&harness.user(0)).await;
    let token = harness.token(json!({"grant": reached[..2]})).await;
    harness.control(reqwest::Method::DELETE, &format!("accounts/{}", reached[1]), json!({})).await;
    for (path, _) in LISTINGS {
        let envelope = async |account: &str| harness.get(path, &token, &[("advertiser_id", account)]).await;
        assert_eq!(envelope(&reached[0]).await["code"], 0);
        let text = format!("The advertiser {} doesn't exist or has been deleted.", reached[1]);
        assert_eq!(api_error(&envelope(&reached[1]).await), (40001, &*text));
        let text = format!("No permission to operate advertiser {}", reached[2]);
        assert_eq!(api_error(&envelope(&reached[2]).await), (40001, &*text));
        assert_eq!(api_error(&envelope("x").await), (40002, "advertiser_id: Not a valid integer."));
        let missing = harness.get(path, &token, &[]).await;
        assert_eq!(api_error(&missing), (40002, "Missing required field(s): advertiser_id."));
        assert_eq!(api_error(&harness.get(path, "", &[]).await).0, 40104);
    }
    harness.sandbox.revoke_user(&harness.user(0));
    let envelope = harness.get("ad/get/", &token, &[("advertiser_id", &reached[0])]).await;
    assert_eq!(api_error(&envelope), (40105, "Access token is incorrect or has been revoked."));
}

#[tokio::test]
async fn deleted_objects_are_listed_only_on_request() {
    let harness = Harness::unlimited().await;
    let account = harness.account_with_status("STATUS_ENABLE").await;
    for ((path, id), level) in LISTINGS[..3].iter().zip(["CAMPAIGN", "ADGROUP", "AD"]) {
        let listed = async |filtering: Value| harness.list_all(path, &account, "1000", filtering).await;
        let default = listed(json!({})).await;
        assert!(default.iter().all(|row| !text(&row["secondary_status"]).ends_with("_DELETE")));
        let deleted = listed(json!({"primary_status": "STATUS_DELETE"})).await;
        assert!(!deleted.is_empty());
        assert!(deleted.iter().all(|row| text(&row["secondary_status"]).ends_with("_DELETE")));
        let all = listed(json!({"primary_status": "STATUS_ALL"})).await;
        assert_eq!(all.len(), default.len() + deleted.len());
        assert_eq!(listed(json!({"secondary_status": format!("{level}_STATUS_ALL")})).await, all);
        assert_eq!(listed(json!({"secondary_status": format!("{level}_STATUS_NOT_DELETE")})).await, default);
        let own = listed(json!({"secondary_status": format!("{level}_STATUS_DELETE")})).await;
        assert!(own.iter().all(|row| row["operation_status"] == "DELETE") && !own.is_empty());
        let by_id = listed(json!({format!("{id}s"): [deleted[0][id]]})).await;
        assert_eq!(by_id, [] as [Value; 0], "filtering by id does not include deleted objects");
        let query =
            json!({format!("{id}s"): [deleted[0][id], default[0][id]], "primary_status": "STATUS_ALL"});
        assert_eq!(listed(query).await.len(), 2);
    }
}

#[tokio::test]
async fn objects_inherit_the_status_of_their_parents() {
    let harness = Harness::unlimited().await;
    let account = harness.account_with_status("STATUS_ENABLE").await;
    let all = json!({"primary_status": "STATUS_ALL"});
    let campaigns = harness.list_all("campaign/get/", &account, "1000", all.clone()).await;
    let state: BTreeMap<String, String> =
        campaigns.iter().map(|row| (text(&row["campaign_id"]), text(&row["operation_status"]))).collect();
    for (path, level) in [("adgroup/get/", "ADGROUP"), ("ad/get/", "AD")] {
        let mut seen = BTreeSet::new();
        for row in harness.list_all(path, &account, "1000", all.clone()).await {
            let parent = state.get(&text(&row["campaign_id"])).map(String::as_str);
            seen.extend(parent.map(str::to_owned));
            match parent {
                Some("DELETE") => {
                    assert_eq!(row["secondary_status"], format!("{level}_STATUS_CAMPAIGN_DELETE"));
                    assert!(
                        ["ENABLE", "DISABLE", "DELETE", "FROZEN"]
                            .contains(&row["operation_status"].as_str().unwrap())
                    );
                }
                Some("DISABLE") if !text(&row["secondary_status"]).ends_with("_DELETE") => {
                    assert_eq!(row["secondary_status"], format!("{level}_STATUS_CAMPAIGN_DISABLE"));
                }
                _ => {}
            }
        }
        assert_eq!(seen.len(), 3, "{path}");
    }
    let punished = harness.account_with_status("STATUS_LIMIT").await;
    let rows = harness.list_all("campaign/get/", &punished, "1000", json!({})).await;
    assert!(rows.iter().all(|row| row["secondary_status"] == "ADVERTISER_ACCOUNT_PUNISH"));
    let denied = harness.account_with_status("STATUS_CONFIRM_FAIL").await;
    let rows =
        harness.list_all("ad/get/", &denied, "1000", json!({"primary_status": "STATUS_NOT_DELIVERY"})).await;
    assert!(rows.iter().all(|row| row["secondary_status"] == "AD_STATUS_ADVERTISER_AUDIT_DENY"));
}
