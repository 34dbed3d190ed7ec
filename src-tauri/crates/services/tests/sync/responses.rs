//! Malformed, incomplete and inconsistent responses.

use std::time::Duration;

use partner::ids::AdAccountId;
use partner::sync_jobs::job::{JobKind, JobState};
use serde_json::json;
use services::problem::ProblemCode;
use services::sync::Activity;
use tiktok_sandbox::{Change, Fault, Mangle, ObjectKind, Options, Sizes, Times};

use crate::fixture::{Fixture, small};

/// Creates an ad account with three pages of campaigns and little else.
async fn three_pages() -> (Fixture, AdAccountId) {
    let sizes = Sizes::each(2_300, 3, 3, 0);
    let fixture = Fixture::new(Options { users: 1, accounts: 1, sizes, ..small() }).await;
    let account = fixture.account();
    (fixture, account)
}

async fn sync_with(fixture: &Fixture, account: &AdAccountId, times: Times, fault: Fault) -> Activity {
    fixture.fault("campaign/get", times, fault);
    let sync = fixture.sync(JobKind::Campaigns, account).await;
    fixture.sandbox.clear_faults();
    sync
}

fn deleted_campaigns(fixture: &Fixture) -> u32 {
    fixture
        .sql()
        .query_row("SELECT count(*) FROM campaign WHERE deleted_on_tiktok", [], |row| row.get(0))
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn retries_after_html_and_broken_responses_and_pauses_when_they_persist() {
    let fixture = Fixture::new(small()).await;
    let account = fixture.account();
    let html = Some("<html><h1>Gateway</h1></html>".to_owned());
    for fault in [
        Fault { html: html.clone(), ..Fault::default() },
        Fault { status: Some(504), html: html.clone(), ..Fault::default() },
        Fault { status: Some(429), html, ..Fault::default() },
        Fault { cut: true, ..Fault::default() },
        Fault { drop: true, ..Fault::default() },
        Fault { reset: true, ..Fault::default() },
    ] {
        let sync = sync_with(&fixture, &account, Times::Number(2), fault.clone()).await;
        assert_eq!((sync.job.state, sync.problem), (JobState::Done, None), "{fault:?}");
        fixture.fault("campaign/get", Times::Forever, fault.clone());
        let job = fixture.request(JobKind::Campaigns, std::slice::from_ref(&account)).await[0];
        let paused = fixture.until(job, |sync| sync.job.wait_until.is_some()).await;
        assert_eq!(paused.problem.unwrap().code, ProblemCode::TiktokUnavailable, "{fault:?}");
        fixture.sandbox.clear_faults();
        fixture.clock.advance(Duration::from_secs(20));
        assert_eq!(fixture.ended(job).await.job.state, JobState::Done, "{fault:?}");
    }
    fixture.assert_equal(&[account], &[ObjectKind::Campaign, ObjectKind::AdGroup]);
}

#[tokio::test(flavor = "multi_thread")]
async fn skips_a_step_after_five_unusable_responses_and_completes_the_others() {
    let fixture = Fixture::new(small()).await;
    let account = fixture.account();
    for fault in [
        Fault { mangle: Some(Mangle::NoData), ..Fault::default() },
        Fault { pad: 100 << 20, ..Fault::default() },
    ] {
        fixture.fault("campaign/get", Times::Forever, fault);
        let job = fixture.request(JobKind::Campaigns, std::slice::from_ref(&account)).await[0];
        for attempt in 1..5 {
            let condition = |sync: &Activity| sync.job.wait_until.is_some() && sync.job.attempts == attempt;
            let paused = fixture.until(job, condition).await;
            assert_eq!(paused.problem.unwrap().code, ProblemCode::TiktokUnexpected);
            fixture.clock.advance(Duration::from_secs(300));
        }
        let sync = fixture.ended(job).await;
        assert_eq!(sync.job.state, JobState::PartlyDone);
        assert_eq!(sync.problem.unwrap().code, ProblemCode::TiktokUnexpected);
        assert_eq!(sync.job.counts.deleted, 0);
        fixture.assert_equal(std::slice::from_ref(&account), &[ObjectKind::AdGroup]);
        fixture.sandbox.clear_faults();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn maintenance_uses_up_none_of_the_five_attempts() {
    let fixture = Fixture::new(small()).await;
    let account = fixture.account();
    fixture.fault("campaign/get", Times::Forever, Fault { code: Some(60001), ..Fault::default() });
    let job = fixture.request(JobKind::Campaigns, std::slice::from_ref(&account)).await[0];
    let mut last = None;
    for _ in 0..6 {
        let paused = fixture.until(job, |sync| sync.job.wait_until > last).await;
        assert_eq!(paused.problem.unwrap().code, ProblemCode::Maintenance);
        last = paused.job.wait_until;
        fixture.clock.advance(Duration::from_secs(300));
    }
    fixture.until(job, |sync| sync.job.wait_until > last).await;
    fixture.sandbox.clear_faults();
    fixture.fault(
        "campaign/get",
        Times::Number(1),
        Fault { mangle: Some(Mangle::NoData), ..Fault::default() },
    );
    fixture.clock.advance(Duration::from_secs(300));
    let paused = fixture.until(job, |sync| sync.job.wait_until.is_some() && sync.job.attempts == 1).await;
    assert_eq!(paused.problem.unwrap().code, ProblemCode::TiktokUnexpected);
    fixture.clock.advance(Duration::from_secs(300));
    assert_eq!(fixture.ended(job).await.job.state, JobState::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn reads_numeric_ids_to_their_last_digit() {
    let (fixture, account) = three_pages().await;
    let fault = Fault { mangle: Some(Mangle::IdsAsNumbers), ..Fault::default() };
    let sync = sync_with(&fixture, &account, Times::Forever, fault).await;
    assert_eq!((sync.job.state, sync.problem), (JobState::Done, None));
    let ids = |sql: &str| -> Vec<String> {
        let book = fixture.sql();
        let mut statement = book.prepare(sql).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    };
    let facts = fixture.sandbox.snapshot(account.as_str(), ObjectKind::Campaign).unwrap();
    let mut expected: Vec<String> =
        facts.filter(|fact| fact.origin != "PROMOTE").map(|fact| fact.id).collect();
    expected.sort();
    assert!(expected.len() > 2_000);
    assert_eq!(ids("SELECT CAST(id AS TEXT) FROM campaign ORDER BY id"), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_unreadable_rows_and_leaves_their_objects_unchanged() {
    let (fixture, account) = three_pages().await;
    let fault = Fault { mangle: Some(Mangle::BadRow), page: Some(2), ..Fault::default() };
    let sync = sync_with(&fixture, &account, Times::Forever, fault).await;
    assert_eq!(sync.job.state, JobState::PartlyDone);
    assert!(sync.job.counts.unreadable > 0, "{sync:#?}");
    // When every value has the wrong type, even the ids are unreadable, so no object can be considered deleted.
    let complete = fixture.sync(JobKind::Campaigns, &account).await;
    assert_eq!(complete.job.state, JobState::Done);
    let fault = Fault { mangle: Some(Mangle::WrongTypes), page: Some(2), ..Fault::default() };
    let sync = sync_with(&fixture, &account, Times::Forever, fault).await;
    assert_eq!(sync.job.state, JobState::PartlyDone, "{sync:#?}");
    assert_eq!((sync.job.counts.deleted, deleted_campaigns(&fixture)), (0, 0));
    fixture.assert_equal(&[account], &[ObjectKind::Campaign, ObjectKind::AdGroup]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_keeps_its_details_while_tiktok_sends_invalid_ones() {
    let (fixture, account) = three_pages().await;
    assert_eq!(fixture.sync(JobKind::Campaigns, &account).await.job.state, JobState::Done);
    let kind = ObjectKind::Campaign;
    let campaign = fixture.sandbox.snapshot(account.as_str(), kind).unwrap().last().unwrap();
    let name = || -> String {
        let sql = "SELECT name FROM campaign WHERE id = ?";
        fixture.sql().query_row(sql, [campaign.id.parse::<i64>().unwrap()], |row| row.get(0)).unwrap()
    };
    let known = name();
    for (sent, state, unreadable, stored) in [
        (json!(["an", "array"]), JobState::PartlyDone, 1, known.as_str()),
        (json!("Another name"), JobState::Done, 0, "Another name"),
    ] {
        let change = Change::set(kind, &campaign.id, json!({ "campaign_name": sent }));
        fixture.sandbox.change(account.as_str(), change).unwrap();
        let sync = fixture.sync(JobKind::Campaigns, &account).await;
        let counts = sync.job.counts;
        assert_eq!((sync.job.state, counts.unreadable, counts.deleted), (state, unreadable, 0));
        assert_eq!(name(), stored);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn empty_pages_repeated_pages_and_wrong_totals_mark_nothing_as_deleted() {
    let (fixture, account) = three_pages().await;
    assert_eq!(fixture.sync(JobKind::Campaigns, &account).await.job.state, JobState::Done);
    for fault in [
        Fault { mangle: Some(Mangle::EmptyPage), page: Some(2), ..Fault::default() },
        Fault { mangle: Some(Mangle::RepeatPage), page: Some(2), ..Fault::default() },
        Fault { total_number: Some(9_000), ..Fault::default() },
        Fault { total_number: Some(7), ..Fault::default() },
    ] {
        let once = sync_with(&fixture, &account, Times::Number(1), fault.clone()).await;
        let result = (once.job.state, once.problem, deleted_campaigns(&fixture));
        assert_eq!(result, (JobState::Done, None, 0), "{fault:?}");
        let sync = sync_with(&fixture, &account, Times::Forever, fault.clone()).await;
        let result = (sync.job.state, deleted_campaigns(&fixture));
        assert_eq!(result, (JobState::PartlyDone, 0), "{fault:?}: {sync:#?}");
        assert_eq!(sync.problem.unwrap().code, ProblemCode::ListIncomplete, "{fault:?}");
    }
    fixture.assert_equal(&[account], &[ObjectKind::Campaign, ObjectKind::AdGroup]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a18_objects_added_and_deleted_during_a_listing_end_up_correct() {
    let (fixture, account) = three_pages().await;
    assert_eq!(fixture.sync(JobKind::Campaigns, &account).await.job.state, JobState::Done);
    let oldest = fixture.sandbox.snapshot(account.as_str(), ObjectKind::Campaign).unwrap().last().unwrap().id;
    for (page, change) in [
        (2, Change::Add { kind: ObjectKind::Campaign, number: 1_200, fields: Default::default() }),
        (3, Change::Remove { kind: ObjectKind::Campaign, id: oldest }),
    ] {
        let fault = Fault { page: Some(page), change: Some(change), ..Fault::default() };
        let sync = sync_with(&fixture, &account, Times::Number(1), fault).await;
        assert_eq!((sync.job.state, sync.problem), (JobState::Done, None));
        fixture.assert_equal(std::slice::from_ref(&account), &[ObjectKind::Campaign]);
    }
    assert_eq!(deleted_campaigns(&fixture), 1);
}
