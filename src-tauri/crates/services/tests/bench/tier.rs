//! Syncs within the rate limits of the Basic tier and with slow responses. The lower bound of the time is the number of
//! calls divided by the limit, and TikTok must not reject any call.

use std::time::Instant;

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
    let url = format!("{}/sandbox/log?endpoint=dmp/custom_audience/list", simulator.access.address);
    let log = reqwest::Client::builder().no_proxy().build().unwrap().get(url).send().await.unwrap();
    let log: Vec<Value> = log.json().await.unwrap();
    let rejected = log.iter().filter(|entry| entry["code"] != 0).count();
    assert_eq!(rejected, 0, "of {} calls", log.len());
    vec![Measure {
        name: format!("sync: {} calls within the Basic tier's limits", log.len()),
        value: duration,
        unit: "s",
        floor: log.len() as f64 / CALLS_PER_SECOND,
        aim: 1.05,
        limit: None,
    }]
}
