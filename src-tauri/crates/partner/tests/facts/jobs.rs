use jiff::{SignedDuration, Timestamp, ToSpan};
use partner::Error;
use partner::facts::objects::{CampaignFacts, FactKind};
use partner::queries::account_sync::AccountSyncState;
use partner::queries::accounts::AccountQuery;
use partner::queries::syncs::{SyncCounts, SyncQuery};
use partner::stored_problem::StoredProblem;
use partner::sync_jobs::job::{Job, JobKind, JobState, ListCheckpoint, PageProgress, StepCursor, WaitsFor};
use proptest::prelude::*;

use crate::fixture::{Fixture, account, campaign};

fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap() + minute.minutes()
}

fn request(fixture: &Fixture, kind: JobKind, accounts: &[u32], minute: i64) -> Vec<i64> {
    let accounts: Vec<_> = accounts.iter().map(|&n| account(n)).collect();
    let requested = fixture.book.request_syncs(kind, &accounts, false, at(minute)).unwrap();
    requested.queued.into_iter().map(|job| job.id).collect()
}

fn start(fixture: &Fixture, minute: i64) -> Option<Job> {
    fixture.book.start_job(at(minute), true).unwrap()
}

fn page(names: &[(u32, &str)]) -> Vec<CampaignFacts> {
    names
        .iter()
        .map(|(n, name)| CampaignFacts { id: campaign(1, *n), name: (*name).into(), ..Default::default() })
        .collect()
}

fn cursor(page: u32) -> StepCursor {
    StepCursor::List { done_before: 0, checkpoint: ListCheckpoint::new(&page) }
}

fn progress(done: u32) -> PageProgress {
    PageProgress {
        cursor: cursor(done),
        done,
        total: 10,
        unreadable: 0,
        unreadable_ids: Vec::new(),
        query: 0,
        is_first: false,
    }
}

fn problem(code: &str) -> StoredProblem {
    StoredProblem { code: code.into(), ..StoredProblem::default() }
}

#[test]
fn a17_a_repeated_request_returns_the_unfinished_job_and_jobs_are_due_after_thirty_minutes() {
    let fixture = Fixture::new();
    let first = request(&fixture, JobKind::Campaigns, &[1, 2], 0);
    assert_eq!(first.len(), 2);
    let again =
        fixture.book.request_syncs(JobKind::Campaigns, &[account(2), account(3)], false, at(1)).unwrap();
    assert_eq!(again.running[0].id, first[1]);
    assert_eq!((again.queued.len(), again.queued[0].due_at), (1, at(31).as_millisecond()));
    assert_eq!(
        request(&fixture, JobKind::Audiences, &[1], 1).len(),
        1,
        "a sync of another kind is a new job"
    );
    assert_eq!(request(&fixture, JobKind::Audiences, &[999], 1), Vec::<i64>::new());
}

#[test]
fn an_ad_account_has_one_running_job_and_manual_requests_come_first() {
    let fixture = Fixture::new();
    fixture.book.request_syncs(JobKind::Account, &[account(3)], true, at(0)).unwrap();
    request(&fixture, JobKind::Campaigns, &[1], 0);
    request(&fixture, JobKind::Audiences, &[1, 2], 0);
    let run: Vec<_> =
        std::iter::from_fn(|| start(&fixture, 1)).map(|job| (job.kind, job.ad_account)).collect();
    let expected =
        [(JobKind::Campaigns, account(1)), (JobKind::Audiences, account(2)), (JobKind::Account, account(3))];
    assert_eq!(run, expected);
}

#[test]
fn a_job_with_only_media_left_makes_way_and_is_neither_due_nor_shown_as_unfinished() {
    let fixture = Fixture::new();
    let (allowed, make_way) = (true, |id, automatic| fixture.book.make_way(id, at(40), automatic).unwrap());
    let media = request(&fixture, JobKind::Account, &[1], 0)[0];
    start(&fixture, 0).unwrap();
    request(&fixture, JobKind::Account, &[2], 0);
    for step in 0..4 {
        assert!(!make_way(media, allowed), "step {step}");
        let job = fixture.book.job(media).unwrap().unwrap();
        assert!(!job.only_media_left, "step {step}");
        fixture.book.skip_step(&job, &problem("offline")).unwrap();
    }
    assert!(fixture.book.job(media).unwrap().unwrap().only_media_left);
    let counts = fixture.book.sync_counts(at(40)).unwrap();
    assert_eq!((counts.running, counts.queued, counts.overdue), (1, 1, 1));
    let state = |n| {
        let row = fixture.book.rows::<AccountQuery>(&[account(n).0]).unwrap().remove(0);
        (row.sync.state, row.sync.due_at.is_some())
    };
    assert_eq!(state(1), (AccountSyncState::Synced, false));
    assert_eq!(state(2), (AccountSyncState::Queued, true));

    assert!(make_way(media, allowed));
    assert_eq!(start(&fixture, 40).unwrap().ad_account, account(2));
    assert_eq!(start(&fixture, 40).unwrap().id, media, "nothing else is queued");
    assert!(!make_way(media, allowed));
    // Those of the schedule too, if they can start, and those of the same ad account.
    let automatic =
        fixture.book.request_syncs(JobKind::Audiences, &[account(3)], true, at(40)).unwrap().queued[0].id;
    assert!(!make_way(media, !allowed));
    assert!(make_way(media, allowed));
    assert_eq!(start(&fixture, 40).unwrap().id, automatic);
    assert_eq!(start(&fixture, 40).unwrap().id, media);
    let campaigns = request(&fixture, JobKind::Campaigns, &[1], 40)[0];
    assert!(make_way(media, allowed));
    assert_eq!(start(&fixture, 40).unwrap().id, campaigns);
    assert_eq!(start(&fixture, 40), None, "an ad account has one running job");
    fixture.book.end_job(campaigns, JobState::Done, None, at(41)).unwrap();
    // A job that cannot start is not waited for.
    let waits = request(&fixture, JobKind::Campaigns, &[4], 41)[0];
    assert_eq!(start(&fixture, 41).unwrap().id, waits);
    fixture.book.pause_job(waits, Some(WaitsFor::SignIn), None, &problem("revoked")).unwrap();
    assert_eq!(start(&fixture, 41).unwrap().id, media);
    assert!(!make_way(media, allowed));

    // Its lists were read long ago, so another request reads them again.
    let due = fixture.book.due_for_sync(JobKind::Account, at(40), at(50), SignedDuration::ZERO).unwrap();
    assert!(due.contains(&account(1)) && !due.contains(&account(2)), "{due:?}");
    let again =
        fixture.book.request_syncs(JobKind::Account, &[account(1), account(2)], true, at(50)).unwrap();
    assert_eq!((again.replaced, again.queued.len(), again.running.len()), (vec![media], 1, 1));
    let replaced = fixture.book.job(media).unwrap().unwrap();
    assert_eq!((replaced.state, replaced.only_media_left), (JobState::PartlyDone, false));
    assert_eq!(replaced.shown_problem(), Some(&problem("offline")), "its lists could not be read");
    assert!(!make_way(media, allowed));
}

#[test]
fn a_job_continues_after_a_crash() {
    let fixture = Fixture::new();
    let ids = request(&fixture, JobKind::Campaigns, &[1], 0);
    let job = start(&fixture, 1).unwrap();
    fixture
        .book
        .record_page(&job, &page(&[(1, "Campaign 1-1"), (2, "New name"), (9, "Ninth")]), &progress(3))
        .unwrap();
    fixture.book.requeue_jobs(at(1)).unwrap();
    let job = start(&fixture, 2).unwrap();
    assert_eq!((job.id, job.step, job.done, job.total), (ids[0], 0, 3, 10));
    assert_eq!(job.cursor, Some(cursor(3)));
    assert_eq!(job.started_at, Some(at(1).as_millisecond()));
    let unreadable = PageProgress { unreadable: 2, unreadable_ids: vec![campaign(1, 4)], ..progress(6) };
    fixture.book.record_page(&job, &page(&[(3, "Campaign 1-3")]), &unreadable).unwrap();
    assert_eq!(
        fixture.book.finish_list(&job, FactKind::Campaign, None, at(3)).unwrap(),
        1,
        "campaign 5 is deleted"
    );
    assert!(fixture.book.end_job(job.id, JobState::PartlyDone, None, at(3)).unwrap());
    let job = fixture.book.job(job.id).unwrap().unwrap();
    let counts = job.counts;
    assert_eq!(
        (counts.added, counts.changed, counts.unchanged, counts.deleted, counts.unreadable),
        (1, 1, 2, 1, 2)
    );
    assert_eq!((job.state, job.step, job.cursor), (JobState::PartlyDone, 1, None));
}

#[test]
fn the_search_finds_names_before_and_after_they_are_in_its_index() {
    let fixture = Fixture::new();
    let found = |text: &str| -> Vec<String> {
        let hits = fixture.book.search(text).unwrap().into_iter().flat_map(|hits| hits.hits);
        hits.map(|hit| hit.named.id).collect()
    };
    request(&fixture, JobKind::Campaigns, &[1], 0);
    let job = start(&fixture, 1).unwrap();
    let record = |names| fixture.book.record_page(&job, &page(names), &progress(1)).unwrap();
    record(&[(9, "Ninth"), (1, "Renamed")]);
    for text in ["ninth", "inth", &campaign(1, 9)] {
        assert_eq!(found(text), [campaign(1, 9)], "{text}");
    }
    assert_eq!(found("renamed"), [campaign(1, 1)]);
    record(&[(9, "Tenth")]);
    assert_eq!((found("ninth"), found("tenth")), (vec![], vec![campaign(1, 9)]));
    fixture.book.finish_list(&job, FactKind::Campaign, None, at(1)).unwrap();
    assert_eq!((found("ninth"), found("tenth")), (vec![], vec![campaign(1, 9)]));
    record(&[(9, "Eleventh")]);
    assert_eq!((found("tenth"), found("eleventh")), (vec![], vec![campaign(1, 9)]));
}

#[test]
fn an_incomplete_list_marks_nothing_as_deleted() {
    let fixture = Fixture::new();
    request(&fixture, JobKind::Campaigns, &[1], 0);
    let job = start(&fixture, 1).unwrap();
    fixture.book.record_page(&job, &page(&[(1, "Campaign 1-1")]), &progress(1)).unwrap();
    assert_eq!(
        fixture.book.finish_list(&job, FactKind::Campaign, Some(&problem("list_incomplete")), at(1)).unwrap(),
        0
    );
    // The ids of the previous list do not count for the next one.
    assert_eq!(fixture.book.finish_list(&job, FactKind::Campaign, None, at(1)).unwrap(), 5);
}

#[test]
fn a_cancelled_job_writes_nothing() {
    let fixture = Fixture::new();
    request(&fixture, JobKind::Campaigns, &[1], 0);
    let job = start(&fixture, 1).unwrap();
    assert!(fixture.book.end_job(job.id, JobState::Cancelled, None, at(2)).unwrap());
    assert!(!fixture.book.end_job(job.id, JobState::Done, None, at(2)).unwrap());
    let written = fixture.book.record_page(&job, &page(&[(9, "Ninth")]), &progress(1));
    assert!(matches!(written, Err(Error::JobEnded)));
    let ended = fixture.book.finish_list(&job, FactKind::Campaign, None, at(1));
    assert!(matches!(ended, Err(Error::JobEnded)));
    assert!(fixture.book.search("ninth").unwrap().is_empty());
    assert_eq!(fixture.book.record(&account(1), &page(&[(5, "Campaign 1-5")])).unwrap().unchanged, 1);
}

#[test]
fn a_waiting_job_starts_at_its_time_or_when_it_is_woken() {
    let fixture = Fixture::new();
    request(&fixture, JobKind::Campaigns, &[1, 2], 0);
    for (waits_for, until) in [(WaitsFor::Quota, Some(at(10))), (WaitsFor::SignIn, Some(at(10_000)))] {
        let job = start(&fixture, 1).unwrap();
        fixture.book.pause_job(job.id, Some(waits_for), until, &problem("throttled")).unwrap();
    }
    assert_eq!(start(&fixture, 9), None);
    assert_eq!(fixture.book.next_job_at(at(9)).unwrap(), Some(at(10) + 1.millisecond()));
    let job = start(&fixture, 11).unwrap();
    assert_eq!((job.ad_account, job.waits_for, job.problem), (account(1), None, None));
    assert_eq!(start(&fixture, 11), None);
    assert_eq!(fixture.book.wake_jobs(WaitsFor::SignIn).unwrap(), 1);
    assert_eq!(start(&fixture, 11).unwrap().ad_account, account(2));
}

#[test]
fn the_counts_match_the_list() {
    let fixture = Fixture::new();
    for minute in [0, 1] {
        for id in request(&fixture, JobKind::Campaigns, &[1, 2], minute) {
            start(&fixture, minute).unwrap();
            fixture.book.end_job(id, JobState::Failed, Some(&problem("offline")), at(minute)).unwrap();
        }
    }
    // A new request for account 1 replaces its failed jobs.
    request(&fixture, JobKind::Campaigns, &[1, 3], 2);
    request(&fixture, JobKind::Audiences, &[4], 20);
    let waits = start(&fixture, 2).unwrap();
    fixture.book.pause_job(waits.id, Some(WaitsFor::Quota), Some(at(60)), &problem("throttled")).unwrap();
    start(&fixture, 2).unwrap();
    let counts = fixture.book.sync_counts(at(40)).unwrap();
    let expected = SyncCounts { running: 1, queued: 1, waiting: 1, overdue: 2, failed: 1 };
    assert_eq!(counts, expected);
    let failed = |last| SyncQuery { states: vec![JobState::Failed], last, ..Default::default() };
    assert_eq!(fixture.book.ids(&failed(Some(true))).unwrap().len(), 1);
    assert_eq!(fixture.book.ids(&failed(Some(false))).unwrap().len(), 3);
    assert_eq!(fixture.book.ids(&failed(None)).unwrap().len(), 4);
    let waiting = |states: &[JobState]| {
        let query = SyncQuery { states: states.to_vec(), waiting: Some(true), ..Default::default() };
        fixture.book.ids(&query).unwrap().len()
    };
    assert_eq!(waiting(&[]), 1);
    assert_eq!(waiting(&[JobState::Failed]), 5);
    assert_eq!(waiting(&[JobState::Queued]), 2);
}

#[test]
fn ad_accounts_without_a_recent_request_are_due_and_old_jobs_are_deleted() {
    let fixture = Fixture::new();
    for minute in 0..15 {
        for id in request(&fixture, JobKind::Account, &[1], minute) {
            start(&fixture, minute).unwrap();
            fixture.book.end_job(id, JobState::Done, None, at(minute)).unwrap();
        }
    }
    request(&fixture, JobKind::Account, &[2], 0);
    assert_eq!(
        fixture.book.due_for_sync(JobKind::Account, at(14), at(20), SignedDuration::ZERO).unwrap(),
        [account(3), account(4)]
    );
    assert_eq!(
        fixture.book.due_for_sync(JobKind::Account, at(15), at(20), SignedDuration::ZERO).unwrap(),
        [account(1), account(3), account(4)]
    );
    // Once, the clock was ahead. The next sync, which has the right time, is the last one.
    for minute in [900, 16] {
        for id in request(&fixture, JobKind::Account, &[3], minute) {
            start(&fixture, minute).unwrap();
            fixture.book.end_job(id, JobState::Done, None, at(minute)).unwrap();
        }
    }
    assert_eq!(
        fixture.book.due_for_sync(JobKind::Account, at(14), at(20), SignedDuration::ZERO).unwrap(),
        [account(4)]
    );
    assert_eq!(fixture.book.job(1).unwrap(), None, "old jobs are deleted");
    assert!(fixture.book.job(6).unwrap().is_some());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..Default::default() })]

    /// After pages of any sizes in any order, with crashes between them, the book contains what was listed.
    #[test]
    fn pages_and_crashes_lead_to_the_same_book(
        pages in prop::collection::vec((prop::collection::vec(1_u32..30, 0..8), any::<bool>()), 0..12)
    ) {
        let fixture = Fixture::new();
        request(&fixture, JobKind::Campaigns, &[1], 0);
        let mut job = start(&fixture, 0).unwrap();
        let mut listed = std::collections::BTreeSet::new();
        for (ids, crash) in pages {
            let facts: Vec<(u32, &str)> = ids.iter().map(|&n| (n, "Listed")).collect();
            fixture.book.record_page(&job, &page(&facts), &progress(0)).unwrap();
            listed.extend(ids);
            if crash {
                fixture.book.requeue_jobs(at(1)).unwrap();
                job = start(&fixture, 1).unwrap();
            }
        }
        let deleted = fixture.book.finish_list(&job, FactKind::Campaign, None, at(1)).unwrap();
        prop_assert_eq!(deleted as usize, (1..=5).filter(|n| !listed.contains(n)).count());
        let counts = fixture.book.job(job.id).unwrap().unwrap().counts;
        prop_assert_eq!(counts.added as usize, listed.iter().filter(|&&n| n > 5).count());
    }
}
