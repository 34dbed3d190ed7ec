//! Syncs within the rate limits of the Basic tier and with slow responses. The lower bound of the time is the number of
//! calls divided by the limit, and TikTok must not reject any call.

use std::time::{Duration, Instant};

use partner::queries::syncs::SyncQuery;
use partner::sync_jobs::job::{JobKind, JobState};
use serde_json::Value;
use services::sync::{Setup, SyncEvent};

use crate::simulator::{Partner, Scenario, Simulator};
use crate::speed::start;
use crate::table::Measure;

const CALLS_PER_SECOND: f64 = 10.0;

pub async fn basic() -> Vec<Measure> {
    let simulator = Simulator::start(Scenario {
        accounts: 30,
        sizes: [0, 0, 0, 2_000],
        rate_limits: true,
        max_delay_ms: 600,
    });
    let partner = Partner::new(&simulator.access).await;
    let (syncs, mut ends) = start(Setup::new(partner.book.clone(), partner.secrets.clone(), "Bench/1")).await;
    let started = Instant::now();
    syncs.request(JobKind::Audiences, partner.accounts.clone()).await.unwrap();
    for _ in &partner.accounts {
        let SyncEvent::Ended { sync, .. } = ends.recv().await.unwrap() else { continue };
        assert_eq!(sync.job.state, JobState::Done, "{sync:#?}");
    }
    let duration = started.elapsed().as_secs_f64();
    syncs.stop().await.unwrap();
    let calls = calls(&simulator, "dmp/custom_audience/list").await;
    vec![Measure {
        name: format!("sync: {calls} calls within the Basic tier's limits"),
        value: duration,
        unit: "s",
        floor: calls as f64 / CALLS_PER_SECOND,
        aim: 1.05,
        limit: None,
    }]
}

/// Measures how long it takes until the lists of all ad accounts were read, of which most of the calls are for media.
pub async fn lists_before_media() -> Measure {
    let simulator = Simulator::start(Scenario {
        accounts: 30,
        sizes: [20, 50, 2_000, 0],
        rate_limits: true,
        max_delay_ms: 600,
    });
    let partner = Partner::new(&simulator.access).await;
    let (syncs, _ends) = start(Setup::new(partner.book.clone(), partner.secrets.clone(), "Bench/1")).await;
    let started = Instant::now();
    let requested = syncs.request(JobKind::Account, partner.accounts.clone()).await.unwrap();
    let jobs: Vec<i64> = requested.queued.iter().map(|job| job.id).collect();
    let have_lists = || {
        let syncs = partner.book.rows::<SyncQuery>(&jobs).unwrap();
        syncs.iter().all(|sync| sync.job.only_media_left || sync.job.ended_at.is_some())
    };
    while !have_lists() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let duration = started.elapsed().as_secs_f64();
    syncs.stop().await.unwrap();
    let calls = calls(&simulator, "ad/get").await;
    Measure {
        name: format!("sync: lists of {} ad accounts, {calls} calls for ads", jobs.len()),
        value: duration,
        unit: "s",
        floor: calls as f64 / CALLS_PER_SECOND,
        aim: 1.5,
        limit: None,
    }
}

/// Returns the number of calls of an endpoint, none of which may have been rejected.
async fn calls(simulator: &Simulator, endpoint: &str) -> usize {
    let url = format!("{}/sandbox/log?endpoint={endpoint}", simulator.access.address);
    let log = reqwest::Client::builder().no_proxy().build().unwrap().get(url).send().await.unwrap();
    let log: Vec<Value> = log.json().await.unwrap();
    let rejected = log.iter().filter(|entry| entry["code"] != 0).count();
    assert_eq!(rejected, 0, "of {} calls", log.len());
    log.len()
}
