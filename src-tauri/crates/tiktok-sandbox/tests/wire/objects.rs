//! Changes to the objects of an account, and snapshots.

use std::collections::BTreeSet;

use crate::harness::{Harness, text};
use crate::listings::{LISTINGS, ids};
use serde_json::{Value, json};
use tiktok_sandbox::{Change, ObjectKind, SnapshotObject};

#[tokio::test]
async fn changes_take_effect_immediately_and_shift_pages() {
    let harness = Harness::unlimited().await;
    let account = harness.account_with_status("STATUS_ENABLE").await;
    let before = harness.list_all("campaign/get/", &account, "1000", json!({})).await;
    let added = harness
        .sandbox
        .change(&account, Change::add(ObjectKind::Campaign, 2, json!({"campaign_name": "New"})))
        .unwrap()
        .ids;
    let second = harness.list("campaign/get/", &account, &[("page", "2"), ("page_size", "2")]).await;
    assert_eq!(second["data"]["list"], json!(before[..2]), "the objects of page 1 are on page 2 now");
    let first = harness.list("campaign/get/", &account, &[("page_size", "2")]).await;
    assert_eq!(
        ids(first["data"]["list"].as_array().unwrap(), "campaign_id"),
        [added[1].clone(), added[0].clone()]
    );
    assert_eq!(first["data"]["list"][0]["campaign_name"], "New");

    let enabled = before.iter().find(|row| row["secondary_status"] == "CAMPAIGN_STATUS_ENABLE").unwrap();
    let id = text(&enabled["campaign_id"]);
    let group = Change::add(ObjectKind::AdGroup, 1, json!({"campaign_id": id}));
    let group = harness.sandbox.change(&account, group).unwrap().ids.remove(0);
    let shown = async || {
        let filtering = json!({"adgroup_ids": [group]});
        harness.list_all("adgroup/get/", &account, "10", filtering).await.pop()
    };
    let own = text(&shown().await.unwrap()["secondary_status"]);
    assert!(!own.contains("CAMPAIGN"), "{own}");
    let set = |fields| Change::set(ObjectKind::Campaign, &id, fields);
    harness.sandbox.change(&account, set(json!({"operation_status": "DISABLE"}))).unwrap();
    assert_eq!(shown().await.unwrap()["secondary_status"], "ADGROUP_STATUS_CAMPAIGN_DISABLE");
    harness.sandbox.change(&account, Change::delete(ObjectKind::Campaign, &id)).unwrap();
    assert_eq!(shown().await, None);
    let all = json!({"primary_status": "STATUS_ALL"});
    let with_deleted = harness.list_all("campaign/get/", &account, "1000", all.clone()).await;
    assert!(ids(&with_deleted, "campaign_id").contains(&id));
    harness.sandbox.change(&account, Change::remove(ObjectKind::Campaign, &id)).unwrap();
    let without_removed = harness.list_all("campaign/get/", &account, "1000", all.clone()).await;
    assert_eq!(without_removed.len(), with_deleted.len() - 1);
    let groups = harness.list_all("adgroup/get/", &account, "1000", all).await;
    assert!(!ids(&groups, "adgroup_id").contains(&group), "its children are removed too");
    assert!(harness.sandbox.change(&account, Change::delete(ObjectKind::Campaign, &id)).is_err());
}

#[tokio::test]
async fn a_change_during_a_listing_skips_or_repeats_objects() {
    let harness = Harness::unlimited().await;
    let account = harness.account_with_status("STATUS_ENABLE").await;
    let before = ids(&harness.list_all("campaign/get/", &account, "1000", json!({})).await, "campaign_id");
    let read = async |change: Change| {
        let fault = json!({"endpoint": "campaign/get", "account": account, "page": 2, "change": change});
        harness.post_control("faults", fault).await;
        let mut listed = Vec::new();
        for page in ["1", "2"] {
            let envelope =
                harness.list("campaign/get/", &account, &[("page", page), ("page_size", "5")]).await;
            listed.extend(ids(envelope["data"]["list"].as_array().unwrap(), "campaign_id"));
        }
        listed
    };
    let skipping = read(Change::delete(ObjectKind::Campaign, &before[0])).await;
    assert_eq!(skipping, [&before[..5], &before[6..11]].concat(), "the sixth object was skipped");
    let repeating = read(Change::add(ObjectKind::Campaign, 1, json!({}))).await;
    assert_eq!(repeating[4], repeating[5], "one object was repeated");
}

#[tokio::test]
async fn a_deleted_audience_is_not_listed() {
    let harness = Harness::unlimited().await;
    let account = harness.account_with_status("STATUS_ENABLE").await;
    let rows = harness.list_all("dmp/custom_audience/list/", &account, "100", json!({})).await;
    let id = text(&rows[1]["audience_id"]);
    harness.sandbox.change(&account, Change::delete(ObjectKind::Audience, &id)).unwrap();
    let after = harness.list_all("dmp/custom_audience/list/", &account, "100", json!({})).await;
    assert_eq!(after.len(), rows.len() - 1);
    assert!(!ids(&after, "audience_id").contains(&id));
    let one = json!([id]).to_string();
    let details = harness.list("dmp/custom_audience/get/", &account, &[("custom_audience_ids", &one)]).await;
    assert_eq!(details["data"]["list"], json!([]));
}

#[tokio::test]
async fn a_snapshot_equals_the_complete_listing() {
    let harness = Harness::unlimited().await;
    let account = harness.account_with_status("STATUS_ENABLE").await;
    for ((path, id), kind) in LISTINGS.into_iter().zip(ObjectKind::ALL) {
        harness.sandbox.change(&account, Change::add(kind, 3, json!({}))).unwrap();
        let most = if kind == ObjectKind::Audience { "100" } else { "1000" };
        let snapshot: Vec<SnapshotObject> = harness.sandbox.snapshot(&account, kind).unwrap().collect();
        let default: Vec<Value> =
            snapshot.iter().filter(|object| object.listed).map(SnapshotObject::row).collect();
        assert_eq!(harness.list_all(path, &account, most, json!({})).await, default);
        if kind == ObjectKind::Audience {
            continue;
        }
        let mut all = BTreeSet::new();
        for buying in [json!(["AUCTION", "RESERVATION_RF"]), json!(["RESERVATION_TOP_VIEW"])] {
            let origins = ["TT_ADS_PLATFORM", "PROMOTE"];
            let filtering = json!({"primary_status": "STATUS_ALL", "buying_types": buying, "campaign_system_origins": origins});
            let size = if kind == ObjectKind::AdGroup { "100" } else { "1000" };
            all.extend(ids(&harness.list_all(path, &account, size, filtering).await, id));
        }
        assert_eq!(all, snapshot.iter().map(|object| object.id.clone()).collect());
        assert!(snapshot.iter().any(|object| object.deleted));
        for object in snapshot {
            assert_eq!(text(&object.row()[id]), object.id);
        }
    }
    assert!(harness.sandbox.snapshot("17", ObjectKind::Ad).is_err());
}

#[tokio::test]
async fn changes_and_snapshots_are_available_over_http() {
    let harness = Harness::unlimited().await;
    let account = harness.account_with_status("STATUS_ENABLE").await;
    let path = format!("objects/{account}");
    let added = harness.post_control(&path, json!({"add": {"kind": "ad", "fields": {"ad_name": "N"}}})).await;
    let id = text(&added["ids"][0]);
    harness.post_control(&path, json!({"set": {"kind": "ad", "id": id, "fields": {"ad_text": 7}}})).await;
    let url = harness.url(&format!("/sandbox/{path}?kind=ad"));
    let lines = harness.http.get(url).send().await.unwrap().text().await.unwrap();
    let first: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!((&first["row"]["ad_id"], &first["row"]["ad_text"]), (&json!(id), &json!(7)));
    assert_eq!(lines.lines().count(), harness.sandbox.snapshot(&account, ObjectKind::Ad).unwrap().count());
    harness.post_control(&path, json!({"remove": {"kind": "ad", "id": id}})).await;
    for (path, body) in [
        ("objects/17", json!({"add": {"kind": "ad"}})),
        (path.as_str(), json!({"delete": {"kind": "ad", "id": id}})),
        (path.as_str(), json!({"delete": {"kind": "campaign", "id": "x"}})),
        (path.as_str(), json!({"add": {"kind": "ad", "fields": {"adgroup_id": "1"}}})),
        (path.as_str(), json!({"add": {"kind": "ad", "number": 10_000_000}})),
    ] {
        let url = harness.url(&format!("/sandbox/{path}"));
        let response = harness.http.post(url).json(&body).send().await.unwrap();
        assert_eq!(response.status(), 400, "{path} {body}");
    }
}
