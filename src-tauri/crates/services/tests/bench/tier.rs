//! With the limits of TikTok's Basic tier and answers that take their time: total time beside calls ÷ limit, and no call refused.

use std::time::Instant;

use partner::sync_jobs::job::{JobKind, JobState};
use serde_json::Value;
use services::sync::{Setup, SyncEvent};

use crate::speed::begin;
use crate::table::Measure;
use crate::world::{Partner, Simulator, Wanted};

/// Calls per second.
const LIMIT: f64 = 10.0;

pub async fn measure() -> Vec<Measure> {
    let simulator =
        Simulator::start(Wanted { accounts: 30, each: [0, 0, 0, 2_000], limits: true, delay: 600 });
    let partner = Partner::new(&simulator.told).await;
    let (syncs, mut ends) = begin(Setup::new(partner.book.clone(), partner.keys.clone(), "Bench/1")).await;
    let started = Instant::now();
    syncs.request(JobKind::Audiences, partner.accounts.clone()).await.unwrap();
    for _ in &partner.accounts {
        let SyncEvent::Ended { sync } = ends.recv().await.unwrap() else { continue };
        assert_eq!(sync.job.state, JobState::Done, "{sync:#?}");
    }
    let took = started.elapsed().as_secs_f64();
    syncs.stop().await.unwrap();
    let url = format!("{}/sandbox/log?endpoint=dmp/custom_audience/list", simulator.told.address);
    let log = reqwest::Client::builder().no_proxy().build().unwrap().get(url).send().await.unwrap();
    let log: Vec<Value> = log.json().await.unwrap();
    let refused = log.iter().filter(|entry| entry["code"] != 0).count();
    assert_eq!(refused, 0, "of {} calls", log.len());
    vec![Measure {
        name: format!("sync: {} calls within the Basic tier's limits", log.len()),
        value: took,
        unit: "s",
        floor: log.len() as f64 / LIMIT,
        aim: 1.05,
        limit: None,
    }]
}
