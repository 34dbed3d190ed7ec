//! The lower bound: fetches the same pages with the same HTTP client and discards them.

use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use serde_json::json;

use crate::simulator::{Access, Partner};

/// Path and query.
pub type Request = (&'static str, Vec<(&'static str, String)>);

/// The lowest tier allows ten requests a second, and TikTok takes about a second for a page of a thousand rows.
const CONCURRENT_REQUESTS: usize = 10;

/// Returns the pages that the syncs fetched.
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
            let ids = media(partner, account.as_str(), kind);
            for ids in ids.chunks(batch) {
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

/// Fetches the pages. Returns the duration and the number of bytes.
pub async fn fetch(access: &Access, pages: &[Request]) -> (Duration, usize) {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let fetch = |(path, query): &Request| {
        let url = format!("{}/{path}", access.api);
        let request = http.get(url).query(query).header("Access-Token", &access.token);
        async move {
            let mut response = request.send().await.unwrap();
            let mut bytes = 0;
            while let Some(chunk) = response.chunk().await.unwrap() {
                bytes += chunk.len();
            }
            bytes
        }
    };
    let started = Instant::now();
    // On all threads of the runtime, as the syncs do.
    let mut bytes = 0;
    let mut responses =
        stream::iter(pages.iter().map(fetch).map(tokio::spawn)).buffer_unordered(CONCURRENT_REQUESTS);
    while let Some(received) = responses.next().await {
        bytes += received.unwrap();
    }
    (started.elapsed(), bytes)
}
