//! The least that can be done: the same pages, fetched by the same HTTP client and thrown away.

use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use serde_json::json;

use crate::world::{Partner, Told};

/// A request: its path and its query.
pub type Request = (&'static str, Vec<(&'static str, String)>);

/// Ten a second are what the lowest tier allows, and a page of a thousand takes TikTok about a second.
const AT_A_TIME: usize = 10;

/// What the syncs asked for.
pub fn pages(partner: &Partner) -> Vec<Request> {
    let mut pages = Vec::new();
    for account in &partner.accounts {
        for (path, kind) in [("campaign/get/", "campaign"), ("adgroup/get/", "ad_group"), ("ad/get/", "ad")] {
            let objects = partner.count(account, kind);
            let filters = [
                (json!({ "primary_status": "STATUS_ALL" }), objects),
                (json!({ "primary_status": "STATUS_ALL", "buying_types": ["RESERVATION_TOP_VIEW"] }), 0),
            ];
            for (filtering, objects) in filters {
                for page in 1..=objects.div_ceil(1_000).max(1) {
                    let query = vec![
                        ("advertiser_id", account.to_string()),
                        ("filtering", filtering.to_string()),
                        ("exclude_field_types_in_response", json!(["NULL_FIELD"]).to_string()),
                        ("page", page.to_string()),
                        ("page_size", "1000".into()),
                    ];
                    pages.push((path, query));
                }
            }
        }
        for page in 1..=partner.count(account, "audience").div_ceil(100) {
            let query = vec![
                ("advertiser_id", account.to_string()),
                ("page", page.to_string()),
                ("page_size", "100".into()),
            ];
            pages.push(("dmp/custom_audience/list/", query));
        }
        for (path, name, kind, batch) in [
            ("file/image/ad/info/", "image_ids", "image", 100),
            ("file/video/ad/info/", "video_ids", "video", 60),
        ] {
            let known = media(partner, account.as_str(), kind);
            for ids in known.chunks(batch) {
                let query = vec![("advertiser_id", account.to_string()), (name, json!(ids).to_string())];
                pages.push((path, query));
            }
        }
    }
    pages
}

fn media(partner: &Partner, account: &str, kind: &str) -> Vec<String> {
    let book = rusqlite::Connection::open(&partner.path).unwrap();
    let mut media = book.prepare("SELECT id FROM media WHERE account_id = ? AND kind = ?").unwrap();
    let ids = media.query_map([account, kind], |row| row.get(0)).unwrap();
    ids.collect::<Result<_, _>>().unwrap()
}

/// How long they take, and how many bytes there are.
pub async fn fetch(told: &Told, pages: &[Request]) -> (Duration, usize) {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let fetch = |(path, query): &Request| {
        let url = format!("{}/{path}", told.api);
        let request = http.get(url).query(query).header("Access-Token", &told.token);
        async move {
            let mut answer = request.send().await.unwrap();
            let mut bytes = 0;
            while let Some(chunk) = answer.chunk().await.unwrap() {
                bytes += chunk.len();
            }
            bytes
        }
    };
    let started = Instant::now();
    // On threads of their own, as those of the syncs are.
    let mut bytes = 0;
    let mut asked = stream::iter(pages.iter().map(fetch).map(tokio::spawn)).buffer_unordered(AT_A_TIME);
    while let Some(got) = asked.next().await {
        bytes += got.unwrap();
    }
    (started.elapsed(), bytes)
}
