//! Rate limits that other programs have used up.

use std::time::Duration;

use jiff::SignedDuration;
use partner::sync_jobs::job::{JobKind, JobState, WaitsFor};
use services::problem::ProblemCode;
use services::sync::Activity;
use tiktok_sandbox::{ObjectKind, Options, Sizes};

use crate::fixture::{Fixture, small, without_retries};

async fn limited(per_minute: u32, per_day: u32) -> Fixture {
    let sizes = Sizes::each(0, 0, 0, 3_000);
    let mut fixture = Fixture::new(Options { users: 1, accounts: 1, sizes, ..small() }).await;
    fixture.stop().await;
    fixture.configure_client = without_retries(&fixture.clock);
    fixture.start().await;
    fixture
        .control(
            "limits",
            serde_json::json!({
                "per_second": 0, "per_minute": per_minute, "per_day": per_day, "per_advertiser": 0
            }),
        )
        .await;
    // The simulator counts calls per calendar minute, so begin with a new one.
    let second = tiktok_business::Clock::now(&fixture.clock).as_second().rem_euclid(60);
    advance(&fixture, Duration::from_secs(60 - second.unsigned_abs()));
    fixture
}

/// Advances the clocks of the simulator and of the syncs.
fn advance(fixture: &Fixture, by: Duration) {
    fixture.sandbox.advance(SignedDuration::try_from(by).unwrap());
    fixture.clock.advance(by);
}

fn waits_for_quota(sync: &Activity) -> bool {
    sync.job.waits_for == Some(WaitsFor::Quota)
}

#[tokio::test(flavor = "multi_thread")]
async fn a17_a_used_up_minute_quota_pauses_the_job_and_it_continues_where_it_was() {
    let fixture = limited(20, 0).await;
    let account = fixture.account();
    let job = fixture.request(JobKind::Audiences, std::slice::from_ref(&account)).await[0];
    let mut waited = Duration::ZERO;
    loop {
        let sync = fixture.until(job, |sync| waits_for_quota(sync) || sync.job.ended_at.is_some()).await;
        if sync.job.ended_at.is_some() {
            break;
        }
        assert_eq!(sync.problem.unwrap().code, ProblemCode::Throttled);
        // Retrying earlier would prolong TikTok's block.
        let until = jiff::Timestamp::from_millisecond(sync.job.wait_until.unwrap()).unwrap();
        let now = tiktok_business::Clock::now(&fixture.clock);
        let remaining = Duration::try_from(until.duration_since(now)).unwrap_or_default();
        advance(&fixture, remaining);
        waited += remaining;
        fixture.until(job, |after| after.job.wait_until != sync.job.wait_until).await;
    }
    let sync = fixture.job(job);
    assert_eq!((sync.job.state, sync.job.counts.added), (JobState::Done, 3_000));
    assert!(waited >= Duration::from_secs(300), "{waited:?}");
    fixture.assert_equal(&[account], &[ObjectKind::Audience]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a17_a_used_up_daily_quota_pauses_the_job_until_midnight_utc() {
    let fixture = limited(0, 20).await;
    let account = fixture.account();
    let job = fixture.request(JobKind::Audiences, std::slice::from_ref(&account)).await[0];
    let midnight = loop {
        let sync = fixture.until(job, waits_for_quota).await;
        let until = jiff::Timestamp::from_millisecond(sync.job.wait_until.unwrap()).unwrap();
        let now = tiktok_business::Clock::now(&fixture.clock);
        let remaining = Duration::try_from(until.duration_since(now)).unwrap_or_default();
        if remaining > Duration::from_secs(600) {
            assert_eq!(until.as_second() % 86_400, 0, "{until}");
            break remaining;
        }
        if now.as_second() % 86_400 > 86_400 - 1_200 {
            return; // The day ends while the test runs.
        }
        advance(&fixture, remaining);
        fixture.until(job, |after| after.job.wait_until != sync.job.wait_until).await;
    };
    advance(&fixture, midnight + Duration::from_secs(1));
    fixture.control("limits", serde_json::json!({ "per_second": 0, "per_minute": 0, "per_day": 0 })).await;
    let sync = fixture.ended(job).await;
    assert_eq!((sync.job.state, sync.job.counts.added), (JobState::Done, 3_000));
    fixture.assert_equal(&[account], &[ObjectKind::Audience]);
}
