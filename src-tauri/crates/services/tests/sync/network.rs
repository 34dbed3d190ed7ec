//! No network, a server that keeps silent, and a clock that is set.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use partner::sync_jobs::job::{JobKind, JobState, WaitsFor};
use services::problem::ProblemCode;
use services::sync::SyncEvent;
use tiktok_business::{Options, Retries};
use tiktok_sandbox::{Fault, ObjectKind, Times};

use crate::fixture::{Fixture, small};

/// Point the book at another TikTok.
fn move_tiktok(fixture: &Fixture, api: &str) {
    let app = fixture.book.tiktok_app().unwrap();
    fixture
        .book
        .save_tiktok_app(&partner::facts::tiktok_app::TiktokApp { api_address: api.into(), ..app })
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a17_offline_all_jobs_wait_and_go_on_by_themselves_or_when_woken() {
    for woken in [false, true] {
        let fixture = Fixture::new(small()).await;
        let (accounts, api) = (fixture.accounts(), fixture.sandbox.api_address());
        move_tiktok(&fixture, "http://no-such-name.invalid/open_api/v1.3");
        let jobs = fixture.ask(JobKind::Campaigns, &accounts).await;
        for job in &jobs {
            let waits = fixture.until(*job, |sync| sync.job.waits_for == Some(WaitsFor::Network)).await;
            assert_eq!(waits.job.state, JobState::Queued);
        }
        let first = fixture.job(jobs[0]);
        assert_eq!(first.problem.unwrap().code, ProblemCode::Offline);
        // Asked for while offline: in line, and it says why.
        let later = fixture.ask(JobKind::Audiences, &accounts[..1]).await[0];
        fixture.until(later, |sync| sync.job.waits_for == Some(WaitsFor::Network)).await;
        move_tiktok(&fixture, &api);
        if woken {
            fixture.syncs().wake().await.unwrap();
        } else {
            fixture.clock.advance(Duration::from_secs(61));
        }
        for job in jobs.into_iter().chain([later]) {
            assert_eq!(fixture.ended(job).await.job.state, JobState::Done);
        }
        fixture.assert_equal(&accounts, &[ObjectKind::Campaign, ObjectKind::AdGroup]);
        let events = fixture.events.lock().unwrap();
        let online: Vec<bool> = events
            .iter()
            .filter_map(|event| match event {
                SyncEvent::Online { online } => Some(*online),
                _ => None,
            })
            .collect();
        assert_eq!(online, [false, true]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_accepts_and_never_answers_is_given_up_and_tried_later() {
    let mut fixture = Fixture::new(small()).await;
    fixture.stop().await;
    fixture.tune = Arc::new({
        let tune = fixture.tune.clone();
        move |options| Options {
            silence_timeout: Duration::from_millis(100),
            retries: Retries { most: 1, pause: Duration::ZERO, budget: Duration::from_secs(5) },
            ..tune(options)
        }
    });
    fixture.start().await;
    let account = fixture.account();
    fixture.fault("adgroup/get", Times::Forever, Fault { hang: true, ..Fault::default() });
    let job = fixture.ask(JobKind::Campaigns, std::slice::from_ref(&account)).await[0];
    let waits = fixture.until(job, |sync| sync.job.wait_until.is_some()).await;
    assert_eq!(waits.problem.unwrap().code, ProblemCode::TiktokTimeout);
    assert_eq!(waits.job.step, 1, "the campaigns are done and stay so");
    fixture.sandbox.clear_faults();
    fixture.clock.advance(Duration::from_secs(20));
    assert_eq!(fixture.ended(job).await.job.state, JobState::Done);
    fixture.assert_equal(&[account], &[ObjectKind::Campaign, ObjectKind::AdGroup]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_set_neither_loses_nor_delays_a_job() {
    let day = SignedDuration::from_hours(24);
    for jump in [day * 400, -day * 400] {
        let fixture = Fixture::new(small()).await;
        let account = fixture.account();
        let down = Fault { code: Some(60001), ..Fault::default() };
        fixture.fault("campaign/get", Times::Forever, down);
        let job = fixture.ask(JobKind::Campaigns, std::slice::from_ref(&account)).await[0];
        fixture.until(job, |sync| sync.job.wait_until.is_some()).await;
        fixture.clock.set(jump);
        fixture.sandbox.clear_faults();
        // TikTok's maintenance lasts minutes, whatever the clock says.
        fixture.clock.advance(Duration::from_secs(400));
        let sync = fixture.ended(job).await;
        assert_eq!((sync.job.state, sync.problem), (JobState::Done, None), "{jump}");
        // And what is asked for afterwards runs as ever.
        assert_eq!(fixture.sync(JobKind::Audiences, &account).await.job.state, JobState::Done);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_a_wrong_clock_put_off_for_years_runs_after_a_restart() {
    let mut fixture = Fixture::new(small()).await;
    let account = fixture.account();
    fixture.clock.set(SignedDuration::from_hours(24 * 4_000));
    fixture.fault("campaign/get", Times::Forever, Fault { code: Some(60001), ..Fault::default() });
    let job = fixture.ask(JobKind::Campaigns, std::slice::from_ref(&account)).await[0];
    fixture.until(job, |sync| sync.job.wait_until.is_some()).await;
    fixture.stop().await;
    fixture.clock.set(SignedDuration::from_hours(-24 * 4_000));
    fixture.sandbox.clear_faults();
    fixture.start().await;
    assert_eq!(fixture.ended(job).await.job.state, JobState::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn a17_a_sync_that_is_stopped_goes_on_at_the_page_where_it_was() {
    let sizes = tiktok_sandbox::Sizes::each(0, 0, 0, 3_000);
    let mut fixture = Fixture::new(tiktok_sandbox::Options { users: 1, accounts: 1, sizes, ..small() }).await;
    let account = fixture.account();
    fixture.fault(
        "dmp/custom_audience/list",
        Times::Forever,
        Fault { page: Some(20), hang: true, ..Fault::default() },
    );
    let job = fixture.ask(JobKind::Audiences, std::slice::from_ref(&account)).await[0];
    fixture.until(job, |sync| sync.job.done == 1_900).await;
    fixture.stop().await;
    assert_eq!(fixture.job(job).job.state, JobState::Queued);
    fixture.sandbox.clear_faults();
    let before = fixture.sandbox.log(Some("dmp/custom_audience/list")).len();
    fixture.start().await;
    let sync = fixture.ended(job).await;
    assert_eq!((sync.job.state, sync.job.counts.added), (JobState::Done, 3_000));
    // Page 19 is looked at once more, to see whether the list is still the same; nothing before it is.
    let asked: BTreeSet<u32> = fixture.sandbox.log(Some("dmp/custom_audience/list"))[before..]
        .iter()
        .map(|entry| entry.query.iter().find(|(name, _)| name == "page").unwrap().1.parse().unwrap())
        .collect();
    assert_eq!(asked, (19..=30).collect());
    fixture.assert_equal(&[account], &[ObjectKind::Audience]);
}
