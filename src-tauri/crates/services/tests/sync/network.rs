//! Without a network, with an unresponsive server, and after changes of the system clock.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use partner::sync_jobs::job::{JobKind, JobState, WaitsFor};
use services::problem::ProblemCode;
use services::sync::{Reachability, SyncEvent};
use tiktok_business::{Options, RetryPolicy};
use tiktok_sandbox::{Fault, ObjectKind, Times};

use crate::fixture::{Fixture, small, until};

#[tokio::test(flavor = "multi_thread")]
async fn a17_jobs_wait_while_offline_and_continue_after_a_probe_or_when_woken() {
    for woken in [false, true] {
        let fixture = Fixture::new(small()).await;
        let (accounts, api) = (fixture.accounts(), fixture.sandbox.api_address());
        fixture.set_api_address("https://no-such-name.invalid/open_api/v1.3").await;
        let jobs = fixture.request(JobKind::Campaigns, &accounts).await;
        for job in &jobs {
            let paused = fixture.until(*job, |sync| sync.job.waits_for == Some(WaitsFor::Network)).await;
            assert_eq!(paused.job.state, JobState::Queued);
        }
        let first = fixture.job(jobs[0]);
        assert_eq!(first.problem.unwrap().code, ProblemCode::Offline);
        // A job requested while offline waits, too.
        let later = fixture.request(JobKind::Audiences, &accounts[..1]).await[0];
        fixture.until(later, |sync| sync.job.waits_for == Some(WaitsFor::Network)).await;
        fixture.set_api_address(&api).await;
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
                SyncEvent::Reachability(now) => Some(*now == Reachability::Online),
                _ => None,
            })
            .collect();
        // The check at the start may find TikTok online before the address changes.
        assert_eq!(online[online.len().saturating_sub(2)..], [false, true]);
        assert!(online.len() == 2 || online == [true, false, true], "{online:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreachable_tiktok_is_noticed_without_a_sync_and_a_new_sync_says_what_it_waits_for() {
    let fixture = Fixture::new(small()).await;
    let account = fixture.account();
    let online = async |expected: bool| {
        until("the connection", || match fixture.syncs().reachability() {
            Reachability::Online => expected.then_some(()),
            Reachability::Unreachable(reason) if !expected => {
                assert_eq!(reason.waits_for, WaitsFor::Network);
                assert_eq!(reason.problem.code, ProblemCode::Offline);
                Some(())
            }
            _ => None,
        })
        .await;
    };
    online(true).await;
    let api = fixture.sandbox.api_address();
    fixture.set_api_address("https://no-such-name.invalid/open_api/v1.3").await;
    fixture.clock.advance(Duration::from_secs(61));
    online(false).await;
    let requested = fixture.syncs().request(JobKind::Campaigns, vec![account]).await.unwrap();
    let job = requested.queued[0].id;
    assert_eq!(requested.queued[0].waits_for, Some(WaitsFor::Network));
    // The window hears of it.
    until("the event", || {
        let events = fixture.events.lock().unwrap();
        let waits = |event: &SyncEvent| match event {
            SyncEvent::Updated { syncs } => {
                syncs.iter().any(|sync| sync.job.id == job && sync.job.waits_for == Some(WaitsFor::Network))
            }
            _ => false,
        };
        events.iter().any(waits).then_some(())
    })
    .await;
    fixture.set_api_address(&api).await;
    fixture.clock.advance(Duration::from_secs(61));
    online(true).await;
    assert_eq!(fixture.ended(job).await.job.state, JobState::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn pauses_the_job_when_the_server_never_responds() {
    let mut fixture = Fixture::new(small()).await;
    fixture.stop().await;
    fixture.configure_client = Arc::new({
        let configure = fixture.configure_client.clone();
        move |options| Options {
            read_timeout: Duration::from_millis(100),
            retries: RetryPolicy {
                max_retries: 1,
                initial_delay: Duration::ZERO,
                max_elapsed: Duration::from_secs(5),
            },
            ..configure(options)
        }
    });
    fixture.start().await;
    let account = fixture.account();
    fixture.fault("adgroup/get", Times::Forever, Fault { hang: true, ..Fault::default() });
    let job = fixture.request(JobKind::Campaigns, std::slice::from_ref(&account)).await[0];
    let paused = fixture.until(job, |sync| sync.job.wait_until.is_some()).await;
    assert_eq!(paused.problem.unwrap().code, ProblemCode::TiktokTimeout);
    assert_eq!(paused.job.step, 1, "the campaigns step is done");
    fixture.sandbox.clear_faults();
    fixture.clock.advance(Duration::from_secs(20));
    assert_eq!(fixture.ended(job).await.job.state, JobState::Done);
    fixture.assert_equal(&[account], &[ObjectKind::Campaign, ObjectKind::AdGroup]);
}

#[tokio::test(flavor = "multi_thread")]
async fn setting_the_clock_neither_loses_nor_delays_a_job() {
    let day = SignedDuration::from_hours(24);
    for jump in [day * 400, -day * 400] {
        let fixture = Fixture::new(small()).await;
        let account = fixture.account();
        let down = Fault { code: Some(60001), ..Fault::default() };
        fixture.fault("campaign/get", Times::Forever, down);
        let job = fixture.request(JobKind::Campaigns, std::slice::from_ref(&account)).await[0];
        fixture.until(job, |sync| sync.job.wait_until.is_some()).await;
        fixture.clock.shift(jump);
        fixture.sandbox.clear_faults();
        // Longer than the pause for TikTok's maintenance.
        fixture.clock.advance(Duration::from_secs(400));
        let sync = fixture.ended(job).await;
        assert_eq!((sync.job.state, sync.problem), (JobState::Done, None), "{jump}");
        assert_eq!(fixture.sync(JobKind::Audiences, &account).await.job.state, JobState::Done);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_delayed_for_years_by_a_wrong_clock_runs_after_a_restart() {
    let mut fixture = Fixture::new(small()).await;
    let account = fixture.account();
    fixture.clock.shift(SignedDuration::from_hours(24 * 4_000));
    fixture.fault("campaign/get", Times::Forever, Fault { code: Some(60001), ..Fault::default() });
    let job = fixture.request(JobKind::Campaigns, std::slice::from_ref(&account)).await[0];
    fixture.until(job, |sync| sync.job.wait_until.is_some()).await;
    fixture.stop().await;
    fixture.clock.shift(SignedDuration::from_hours(-24 * 4_000));
    fixture.sandbox.clear_faults();
    fixture.start().await;
    assert_eq!(fixture.ended(job).await.job.state, JobState::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn a17_a_stopped_sync_continues_at_the_same_page() {
    let sizes = tiktok_sandbox::Sizes::each(0, 0, 0, 3_000);
    let mut fixture = Fixture::new(tiktok_sandbox::Options { users: 1, accounts: 1, sizes, ..small() }).await;
    let account = fixture.account();
    fixture.fault(
        "dmp/custom_audience/list",
        Times::Forever,
        Fault { page: Some(20), hang: true, ..Fault::default() },
    );
    let job = fixture.request(JobKind::Audiences, std::slice::from_ref(&account)).await[0];
    fixture.until(job, |sync| sync.job.done == 1_900).await;
    fixture.stop().await;
    assert_eq!(fixture.job(job).job.state, JobState::Queued);
    fixture.sandbox.clear_faults();
    let before = fixture.sandbox.log(Some("dmp/custom_audience/list")).len();
    fixture.start().await;
    let sync = fixture.ended(job).await;
    assert_eq!((sync.job.state, sync.job.counts.added), (JobState::Done, 3_000));
    // Page 19 is fetched again to see whether the list has changed. No earlier page is.
    let pages: BTreeSet<u32> = fixture.sandbox.log(Some("dmp/custom_audience/list"))[before..]
        .iter()
        .map(|entry| entry.query.iter().find(|(name, _)| name == "page").unwrap().1.parse().unwrap())
        .collect();
    assert_eq!(pages, (19..=30).collect());
    fixture.assert_equal(&[account], &[ObjectKind::Audience]);
}
