//! What an account holds changes, and what the complete listing is then.

use std::collections::BTreeSet;

use crate::bench::text;
use crate::listings::{LISTINGS, bench, ids};
use serde_json::{Value, json};
use tiktok_sandbox::{Change, Fact, Kind};

#[tokio::test]
async fn changes_show_at_once_and_move_pages() {
    let bench = bench().await;
    let account = bench.account("STATUS_ENABLE").await;
    let before = bench.all("campaign/get/", &account, "1000", json!({})).await;
    let added = bench
        .sandbox
        .change(&account, Change::add(Kind::Campaign, 2, json!({"campaign_name": "New"})))
        .unwrap()
        .ids;
    let second = bench.list("campaign/get/", &account, &[("page", "2"), ("page_size", "2")]).await;
    assert_eq!(second["data"]["list"], json!(before[..2]), "what was page 1 is page 2");
    let first = bench.list("campaign/get/", &account, &[("page_size", "2")]).await;
    assert_eq!(
        ids(first["data"]["list"].as_array().unwrap(), "campaign_id"),
        [added[1].clone(), added[0].clone()]
    );
    assert_eq!(first["data"]["list"][0]["campaign_name"], "New");

    let enabled = before.iter().find(|row| row["secondary_status"] == "CAMPAIGN_STATUS_ENABLE").unwrap();
    let id = text(&enabled["campaign_id"]);
    let group = Change::add(Kind::AdGroup, 1, json!({"campaign_id": id}));
    let group = bench.sandbox.change(&account, group).unwrap().ids.remove(0);
    let shown = async || {
        let filtering = json!({"adgroup_ids": [group]});
        bench.all("adgroup/get/", &account, "10", filtering).await.pop()
    };
    let own = text(&shown().await.unwrap()["secondary_status"]);
    assert!(!own.contains("CAMPAIGN"), "{own}");
    let set = |fields| Change::set(Kind::Campaign, &id, fields);
    bench.sandbox.change(&account, set(json!({"operation_status": "DISABLE"}))).unwrap();
    assert_eq!(shown().await.unwrap()["secondary_status"], "ADGROUP_STATUS_CAMPAIGN_DISABLE");
    bench.sandbox.change(&account, Change::delete(Kind::Campaign, &id)).unwrap();
    assert_eq!(shown().await, None);
    let all = json!({"primary_status": "STATUS_ALL"});
    let still = bench.all("campaign/get/", &account, "1000", all.clone()).await;
    assert!(ids(&still, "campaign_id").contains(&id));
    bench.sandbox.change(&account, Change::vanish(Kind::Campaign, &id)).unwrap();
    let gone = bench.all("campaign/get/", &account, "1000", all.clone()).await;
    assert_eq!(gone.len(), still.len() - 1);
    let groups = bench.all("adgroup/get/", &account, "1000", all).await;
    assert!(!ids(&groups, "adgroup_id").contains(&group), "what hangs below goes with it");
    assert!(bench.sandbox.change(&account, Change::delete(Kind::Campaign, &id)).is_err());
}

#[tokio::test]
async fn a_listing_that_changes_under_way_skips_and_repeats() {
    let bench = bench().await;
    let account = bench.account("STATUS_ENABLE").await;
    let before = ids(&bench.all("campaign/get/", &account, "1000", json!({})).await, "campaign_id");
    let read = async |change: Change| {
        let fault = json!({"endpoint": "campaign/get", "account": account, "page": 2, "change": change});
        bench.order("faults", fault).await;
        let mut listed = Vec::new();
        for page in ["1", "2"] {
            let answer = bench.list("campaign/get/", &account, &[("page", page), ("page_size", "5")]).await;
            listed.extend(ids(answer["data"]["list"].as_array().unwrap(), "campaign_id"));
        }
        listed
    };
    let skipping = read(Change::delete(Kind::Campaign, &before[0])).await;
    assert_eq!(skipping, [&before[..5], &before[6..11]].concat(), "the sixth was never seen");
    let repeating = read(Change::add(Kind::Campaign, 1, json!({}))).await;
    assert_eq!(repeating[4], repeating[5], "one was seen twice");
}

#[tokio::test]
async fn a_deleted_audience_vanishes() {
    let bench = bench().await;
    let account = bench.account("STATUS_ENABLE").await;
    let rows = bench.all("dmp/custom_audience/list/", &account, "100", json!({})).await;
    let id = text(&rows[1]["audience_id"]);
    bench.sandbox.change(&account, Change::delete(Kind::Audience, &id)).unwrap();
    let after = bench.all("dmp/custom_audience/list/", &account, "100", json!({})).await;
    assert_eq!(after.len(), rows.len() - 1);
    assert!(!ids(&after, "audience_id").contains(&id));
    let one = json!([id]).to_string();
    let details = bench.list("dmp/custom_audience/get/", &account, &[("custom_audience_ids", &one)]).await;
    assert_eq!(details["data"]["list"], json!([]));
}

#[tokio::test]
async fn the_truth_is_the_complete_listing() {
    let bench = bench().await;
    let account = bench.account("STATUS_ENABLE").await;
    for ((path, id), kind) in LISTINGS.into_iter().zip(Kind::ALL) {
        bench.sandbox.change(&account, Change::add(kind, 3, json!({}))).unwrap();
        let most = if kind == Kind::Audience { "100" } else { "1000" };
        let facts: Vec<Fact> = bench.sandbox.truth(&account, kind).unwrap().collect();
        let usual: Vec<Value> = facts.iter().filter(|fact| fact.listed).map(Fact::row).collect();
        assert_eq!(bench.all(path, &account, most, json!({})).await, usual);
        if kind == Kind::Audience {
            continue;
        }
        let mut all = BTreeSet::new();
        for buying in [json!(["AUCTION", "RESERVATION_RF"]), json!(["RESERVATION_TOP_VIEW"])] {
            let origins = ["TT_ADS_PLATFORM", "PROMOTE"];
            let filtering = json!({"primary_status": "STATUS_ALL", "buying_types": buying, "campaign_system_origins": origins});
            let size = if kind == Kind::AdGroup { "100" } else { "1000" };
            all.extend(ids(&bench.all(path, &account, size, filtering).await, id));
        }
        assert_eq!(all, facts.iter().map(|fact| fact.id.clone()).collect());
        assert!(facts.iter().any(|fact| fact.deleted));
        for fact in facts {
            assert_eq!(text(&fact.row()[id]), fact.id);
        }
    }
    assert!(bench.sandbox.truth("17", Kind::Ad).is_err());
}

#[tokio::test]
async fn changes_and_the_truth_are_there_over_http_too() {
    let bench = bench().await;
    let account = bench.account("STATUS_ENABLE").await;
    let path = format!("objects/{account}");
    let added = bench.order(&path, json!({"add": {"kind": "ad", "fields": {"ad_name": "N"}}})).await;
    let id = text(&added["ids"][0]);
    bench.order(&path, json!({"set": {"kind": "ad", "id": id, "fields": {"ad_text": 7}}})).await;
    let url = bench.url(&format!("/sandbox/{path}?kind=ad"));
    let lines = bench.http.get(url).send().await.unwrap().text().await.unwrap();
    let first: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!((&first["row"]["ad_id"], &first["row"]["ad_text"]), (&json!(id), &json!(7)));
    assert_eq!(lines.lines().count(), bench.sandbox.truth(&account, Kind::Ad).unwrap().count());
    bench.order(&path, json!({"vanish": {"kind": "ad", "id": id}})).await;
    for (path, body) in [
        ("objects/17", json!({"add": {"kind": "ad"}})),
        (path.as_str(), json!({"delete": {"kind": "ad", "id": id}})),
        (path.as_str(), json!({"delete": {"kind": "campaign", "id": "x"}})),
        (path.as_str(), json!({"add": {"kind": "ad", "fields": {"adgroup_id": "1"}}})),
        (path.as_str(), json!({"add": {"kind": "ad", "number": 10_000_000}})),
    ] {
        let url = bench.url(&format!("/sandbox/{path}"));
        let response = bench.http.post(url).json(&body).send().await.unwrap();
        assert_eq!(response.status(), 400, "{path} {body}");
    }
}
