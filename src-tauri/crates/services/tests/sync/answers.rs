//! Answers that are not what they should be.

use std::time::Duration;

use partner::ids::AdAccountId;
use partner::sync_jobs::job::{JobKind, JobState};
use services::problem::ProblemCode;
use services::sync::Activity;
use tiktok_sandbox::{Change, Fault, Mangle, ObjectKind, Options, Sizes, Times};

use crate::fixture::{Fixture, small};

/// Three pages of campaigns and little else.
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

fn deleted(fixture: &Fixture) -> u32 {
    fixture
        .sql()
        .query_row("SELECT count(*) FROM campaign WHERE deleted_on_tiktok", [], |row| row.get(0))
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn html_and_broken_answers_pass_when_short_and_wait_when_long() {
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
        let job = fixture.ask(JobKind::Campaigns, std::slice::from_ref(&account)).await[0];
        let waits = fixture.until(job, |sync| sync.job.wait_until.is_some()).await;
        assert_eq!(waits.problem.unwrap().code, ProblemCode::TiktokUnavailable, "{fault:?}");
        fixture.sandbox.clear_faults();
        fixture.clock.advance(Duration::from_secs(20));
        assert_eq!(fixture.ended(job).await.job.state, JobState::Done, "{fault:?}");
    }
    fixture.assert_equal(&[account], &[ObjectKind::Campaign, ObjectKind::AdGroup]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stays_unreadable_or_endless_is_left_out_after_five_tries_and_the_rest_is_done() {
    let fixture = Fixture::new(small()).await;
    let account = fixture.account();
    for fault in [
        Fault { mangle: Some(Mangle::NoData), ..Fault::default() },
        Fault { pad: 100 << 20, ..Fault::default() },
    ] {
        fixture.fault("campaign/get", Times::Forever, fault);
        let job = fixture.ask(JobKind::Campaigns, std::slice::from_ref(&account)).await[0];
        for attempt in 1..5 {
            let is_so = |sync: &Activity| sync.job.wait_until.is_some() && sync.job.attempts == attempt;
            let waits = fixture.until(job, is_so).await;
            assert_eq!(waits.problem.unwrap().code, ProblemCode::TiktokUnexpected);
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
async fn ids_as_numbers_are_read_to_their_last_digit() {
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
    let mut truth: Vec<String> = facts.filter(|fact| fact.origin != "PROMOTE").map(|fact| fact.id).collect();
    truth.sort();
    assert!(truth.len() > 2_000);
    assert_eq!(ids("SELECT id FROM campaign ORDER BY id"), truth);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_cannot_be_read_is_left_as_it_was_and_said() {
    let (fixture, account) = three_pages().await;
    let fault = Fault { mangle: Some(Mangle::BadRow), page: Some(2), ..Fault::default() };
    let sync = sync_with(&fixture, &account, Times::Forever, fault).await;
    assert_eq!(sync.job.state, JobState::PartlyDone);
    assert!(sync.job.counts.unreadable > 0, "{sync:#?}");
    // With every value of another type, not even ids can be read: nothing is known to be deleted.
    let good = fixture.sync(JobKind::Campaigns, &account).await;
    assert_eq!(good.job.state, JobState::Done);
    let fault = Fault { mangle: Some(Mangle::WrongTypes), page: Some(2), ..Fault::default() };
    let sync = sync_with(&fixture, &account, Times::Forever, fault).await;
    assert_eq!(sync.job.state, JobState::PartlyDone, "{sync:#?}");
    assert_eq!((sync.job.counts.deleted, deleted(&fixture)), (0, 0));
    fixture.assert_equal(&[account], &[ObjectKind::Campaign, ObjectKind::AdGroup]);
}

#[tokio::test(flavor = "multi_thread")]
async fn empty_pages_repeated_pages_and_a_total_that_lies_mark_nothing_as_gone() {
    let (fixture, account) = three_pages().await;
    assert_eq!(fixture.sync(JobKind::Campaigns, &account).await.job.state, JobState::Done);
    for (fault, lasting) in [
        (Fault { mangle: Some(Mangle::EmptyPage), page: Some(2), ..Fault::default() }, JobState::PartlyDone),
        (Fault { mangle: Some(Mangle::RepeatPage), page: Some(2), ..Fault::default() }, JobState::PartlyDone),
        (Fault { total_number: Some(9_000), ..Fault::default() }, JobState::PartlyDone),
        (Fault { total_number: Some(7), ..Fault::default() }, JobState::PartlyDone),
    ] {
        let once = sync_with(&fixture, &account, Times::Number(1), fault.clone()).await;
        assert_eq!((once.job.state, once.problem, deleted(&fixture)), (JobState::Done, None, 0), "{fault:?}");
        let sync = sync_with(&fixture, &account, Times::Forever, fault.clone()).await;
        assert_eq!((sync.job.state, deleted(&fixture)), (lasting, 0), "{fault:?}: {sync:#?}");
        assert_eq!(sync.problem.unwrap().code, ProblemCode::ListIncomplete, "{fault:?}");
    }
    fixture.assert_equal(&[account], &[ObjectKind::Campaign, ObjectKind::AdGroup]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a18_what_comes_and_goes_during_a_listing_ends_up_as_it_is() {
    let (fixture, account) = three_pages().await;
    assert_eq!(fixture.sync(JobKind::Campaigns, &account).await.job.state, JobState::Done);
    let oldest = fixture.sandbox.snapshot(account.as_str(), ObjectKind::Campaign).unwrap().last().unwrap().id;
    for (page, change) in [
        (2, Change::Add { kind: ObjectKind::Campaign, number: 1_200, fields: Default::default() }),
        (3, Change::Vanish { kind: ObjectKind::Campaign, id: oldest }),
    ] {
        let fault = Fault { page: Some(page), change: Some(change), ..Fault::default() };
        let sync = sync_with(&fixture, &account, Times::Number(1), fault).await;
        assert_eq!((sync.job.state, sync.problem), (JobState::Done, None));
        fixture.assert_equal(std::slice::from_ref(&account), &[ObjectKind::Campaign]);
    }
    assert_eq!(deleted(&fixture), 1);
}
