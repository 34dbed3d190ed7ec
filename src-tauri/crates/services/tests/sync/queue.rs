//! Requesting, cancelling and retrying syncs.

use std::sync::atomic::Ordering;
use std::time::Duration;

use partner::facts::media::MediaKind;
use partner::sync_jobs::job::{JobKind, JobState};
use serde_json::json;
use services::sync::SyncEvent;
use tiktok_sandbox::{Change, Fault, ObjectKind, Options as SandboxOptions, Sizes, Times};

use crate::fixture::{Fixture, small, until};

#[tokio::test(flavor = "multi_thread")]
async fn a15_requesting_a_running_sync_returns_the_running_job() {
    let fixture = Fixture::new(small()).await;
    let account = fixture.account();
    fixture.fault("campaign/get", Times::Forever, Fault { hang: true, ..Fault::default() });
    let job = fixture.request(JobKind::Campaigns, std::slice::from_ref(&account)).await[0];
    fixture.until(job, |sync| sync.job.state == JobState::Running).await;
    let again = fixture.syncs().request(JobKind::Campaigns, vec![account.clone()]).await.unwrap();
    assert_eq!((again.queued.len(), again.running[0].id), (0, job));
    // A job of another kind for the same ad account waits for this one.
    let other = fixture.request(JobKind::Audiences, std::slice::from_ref(&account)).await[0];
    assert_eq!(fixture.job(other).job.state, JobState::Queued);
    fixture.sandbox.clear_faults();
    for job in [job, other] {
        assert_eq!(fixture.ended(job).await.job.state, JobState::Done);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn images_and_videos_are_read_when_no_other_sync_can_run() {
    // More ad accounts than jobs that run at a time.
    let fixture = Fixture::new(SandboxOptions { accounts: 12, ..small() }).await;
    fixture.fault("file/image/ad/info", Times::Forever, Fault { hang: true, ..Fault::default() });
    let accounts = fixture.accounts();
    let jobs = fixture.request(JobKind::Account, &accounts).await;
    for job in &jobs {
        fixture.until(*job, |sync| sync.job.only_media_left).await;
    }
    fixture.assert_equal(&accounts, &[ObjectKind::Campaign, ObjectKind::AdGroup, ObjectKind::Ad]);
    fixture.sandbox.clear_faults();
    for job in jobs {
        assert_eq!(fixture.ended(job).await.job.state, JobState::Done);
    }
    assert!(accounts.iter().all(|account| fixture.book.has_all_media(account, MediaKind::Image).unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_of_campaigns_does_not_wait_for_the_images_of_its_ad_account() {
    let sizes = Sizes::each(1, 1, 3_000, 0);
    let fixture = Fixture::new(SandboxOptions { users: 1, accounts: 1, sizes, ..small() }).await;
    let account = fixture.account();
    fixture.fault("file/image/ad/info", Times::Number(1), Fault { hang: true, ..Fault::default() });
    let job = fixture.request(JobKind::Account, std::slice::from_ref(&account)).await[0];
    until("an image request", || fixture.sandbox.log(Some("file/image/ad/info")).pop()).await;
    let campaigns = fixture.request(JobKind::Campaigns, std::slice::from_ref(&account)).await[0];
    fixture.sandbox.clear_faults();
    for job in [campaigns, job] {
        assert_eq!(fixture.ended(job).await.job.state, JobState::Done);
    }
    let number = |endpoint| fixture.sandbox.log(Some(endpoint)).last().unwrap().number;
    assert!(number("campaign/get") < number("file/image/ad/info"));
    for kind in [MediaKind::Image, MediaKind::Video] {
        assert!(fixture.book.has_all_media(&account, kind).unwrap(), "{kind:?}: it went on where it was");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_requested_while_images_are_read_reads_the_lists_again() {
    let fixture = Fixture::new(small()).await;
    let account = fixture.account();
    fixture.fault("file/image/ad/info", Times::Forever, Fault { hang: true, ..Fault::default() });
    let first = fixture.request(JobKind::Account, std::slice::from_ref(&account)).await[0];
    fixture.until(first, |sync| sync.job.only_media_left).await;
    fixture.sandbox.change(account.as_str(), Change::add(ObjectKind::Campaign, 1, json!({}))).unwrap();
    let second = fixture.request(JobKind::Account, std::slice::from_ref(&account)).await[0];
    let replaced = fixture.job(first);
    assert_eq!((replaced.job.state, replaced.problem), (JobState::Done, None));
    fixture.until(second, |sync| sync.job.only_media_left).await;
    fixture.assert_equal(std::slice::from_ref(&account), &[ObjectKind::Campaign]);
    fixture.sandbox.clear_faults();
    assert_eq!(fixture.ended(second).await.job.state, JobState::Done);
    assert!(fixture.book.has_all_media(&account, MediaKind::Image).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_can_be_cancelled_during_a_request_and_retried() {
    let fixture = Fixture::new(small()).await;
    let account = fixture.account();
    fixture.fault("adgroup/get", Times::Forever, Fault { hang: true, ..Fault::default() });
    let job = fixture.request(JobKind::Campaigns, std::slice::from_ref(&account)).await[0];
    fixture.until(job, |sync| sync.job.step == 1).await;
    assert!(fixture.syncs().cancel(job).await.unwrap());
    assert!(!fixture.syncs().cancel(job).await.unwrap());
    let cancelled = fixture.job(job);
    assert_eq!((cancelled.job.state, cancelled.job.counts.deleted), (JobState::Cancelled, 0));
    fixture.sandbox.clear_faults();
    let again = fixture.syncs().retry(job).await.unwrap().queued.remove(0);
    assert_eq!(fixture.ended(again.id).await.job.state, JobState::Done);
    fixture.assert_equal(&[account], &[ObjectKind::Campaign, ObjectKind::AdGroup]);
    assert_eq!(fixture.job(job).job.counts, cancelled.job.counts, "a cancelled job wrote to the book");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_syncs_that_end_together_only_the_last_is_reported_as_the_last() {
    let fixture = Fixture::new(SandboxOptions { accounts: 40, ..small() }).await;
    fixture.fault("campaign/get", Times::Forever, Fault { hang: true, ..Fault::default() });
    let jobs = fixture.request(JobKind::Campaigns, &fixture.accounts()).await;
    let cancelled = jobs.iter().map(|job| fixture.syncs().cancel(*job));
    for cancelled in futures_util::future::join_all(cancelled).await {
        assert!(cancelled.unwrap());
    }
    let events = fixture.events.lock().unwrap();
    let left: Vec<u32> = events
        .iter()
        .filter_map(|event| match event {
            SyncEvent::Ended { left, .. } => Some(*left),
            _ => None,
        })
        .collect();
    assert_eq!(left, (0..jobs.len() as u32).rev().collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_whose_end_cannot_be_saved_runs_again_and_blocks_no_other_sync() {
    let fixture = Fixture::new(small()).await;
    let account = fixture.account();
    // Stands for a full disk that only the last write meets.
    let file = fixture.writable_sql();
    file.execute_batch(
        "CREATE TRIGGER no_end BEFORE UPDATE ON sync_job WHEN new.ended_at IS NOT NULL
         BEGIN SELECT raise(ABORT, 'disk full'); END",
    )
    .unwrap();
    let job = fixture.request(JobKind::Campaigns, std::slice::from_ref(&account)).await[0];
    fixture.until(job, |sync| sync.job.state == JobState::Queued && sync.job.step == 2).await;
    file.execute_batch("DROP TRIGGER no_end").unwrap();
    let other = fixture.sync(JobKind::Audiences, &account).await;
    assert_eq!(other.job.state, JobState::Done);
    fixture.clock.advance(Duration::from_secs(61));
    assert_eq!(fixture.ended(job).await.job.state, JobState::Done);
    fixture.assert_equal(&[account], &[ObjectKind::Campaign, ObjectKind::AdGroup]);
}

#[tokio::test(flavor = "multi_thread")]
async fn syncs_that_cannot_start_say_why_and_start_once_they_can() {
    let fixture = Fixture::new(small()).await;
    let account = fixture.account();
    // Stands for a full disk.
    let file = fixture.writable_sql();
    file.execute_batch(
        "CREATE TRIGGER no_start BEFORE UPDATE ON sync_job WHEN new.state = 'running'
         BEGIN SELECT raise(ABORT, 'disk full'); END",
    )
    .unwrap();
    let job = fixture.request(JobKind::Campaigns, std::slice::from_ref(&account)).await[0];
    until("the reason", || fixture.syncs().stall()).await;
    file.execute_batch("DROP TRIGGER no_start").unwrap();
    fixture.clock.advance(Duration::from_secs(61));
    assert_eq!(fixture.ended(job).await.job.state, JobState::Done);
    until("no reason", || fixture.syncs().stall().is_none().then_some(())).await;
    let events = fixture.events.lock().unwrap();
    let stalled: Vec<bool> = events
        .iter()
        .filter_map(|event| match event {
            SyncEvent::Stalled(stall) => Some(stall.is_some()),
            _ => None,
        })
        .collect();
    assert_eq!(stalled, [true, false]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_that_panics_runs_again() {
    let fixture = Fixture::new(small()).await;
    let account = fixture.account();
    fixture.fault("campaign/get", Times::Number(1), Fault { revoke: true, ..Fault::default() });
    // The observer is called by the job itself.
    fixture.panic_at_sign_in.store(true, Ordering::Relaxed);
    let job = fixture.request(JobKind::Campaigns, std::slice::from_ref(&account)).await[0];
    fixture.until(job, |sync| sync.job.state == JobState::Queued && sync.job.started_at.is_some()).await;
    assert!(!fixture.panic_at_sign_in.load(Ordering::Relaxed));
    fixture.import(0).await;
    fixture.clock.advance(Duration::from_secs(61));
    assert_eq!(fixture.ended(job).await.job.state, JobState::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn a18_syncs_change_no_decision() {
    use partner::decisions::{
        AccountPair, Action, AddToDirectory, AllocateAccounts, AllocateAudiences, AllocateCampaigns,
        AudienceChoice, Change, NewAdvertiser, NewXpoAccount, XpoState,
    };
    use partner::ids::{AdvertiserId, AudienceId, CampaignId, XpoAccountId};
    let fixture = Fixture::new(small()).await;
    let account = fixture.account();
    fixture.sync(JobKind::Account, &account).await;
    fixture.sync(JobKind::Audiences, &account).await;
    let (xpo, advertiser) = (
        XpoAccountId("00000000-0000-7000-8000-000000000001".into()),
        AdvertiserId("00000000-0000-7000-9000-000000000001".into()),
    );
    let ids = |table: &str| -> Vec<String> {
        let book = fixture.sql();
        let mut all =
            book.prepare(&format!("SELECT CAST(id AS TEXT) FROM {table} WHERE account_id = ?")).unwrap();
        let ids = all.query_map([&account], |row| row.get(0)).unwrap();
        ids.collect::<Result<_, _>>().unwrap()
    };
    let (campaigns, audiences) = (ids("campaign"), ids("audience"));
    for action in [
        Action::AddToDirectory(AddToDirectory {
            accounts: vec![NewXpoAccount { id: xpo.clone(), name: "Client".into(), state: XpoState::Active }],
            advertisers: vec![NewAdvertiser {
                id: advertiser.clone(),
                xpo_account: xpo,
                name: "Brand".into(),
            }],
        }),
        Action::AllocateAccounts(AllocateAccounts {
            allocate: vec![AccountPair { ad_account: account.clone(), advertiser: advertiser.clone() }],
            deallocate: Vec::new(),
            modes: Vec::new(),
            default_replacements: Vec::new(),
        }),
        Action::AllocateCampaigns(AllocateCampaigns {
            advertiser: advertiser.clone(),
            allocate: campaigns.iter().take(10).map(|id| CampaignId(id.clone())).collect(),
            deallocate: Vec::new(),
        }),
        Action::AllocateAudiences(AllocateAudiences {
            advertiser,
            accounts: vec![AudienceChoice {
                ad_account: account.clone(),
                allocate: audiences.iter().take(10).map(|id| AudienceId(id.clone())).collect(),
                deallocate: Vec::new(),
            }],
        }),
    ] {
        assert!(fixture.book.commit(&Change::now("ana", action)).unwrap().entry.is_some());
    }
    let decisions = fixture.book.decisions().unwrap();
    for id in &campaigns[..5] {
        let remove = tiktok_sandbox::Change::Remove { kind: ObjectKind::Campaign, id: id.clone() };
        fixture.sandbox.change(account.as_str(), remove).unwrap();
    }
    for kind in [JobKind::Account, JobKind::Audiences] {
        let sync = fixture.sync(kind, &account).await;
        assert_eq!(sync.job.state, JobState::Done);
    }
    fixture.assert_equal(&[account], &ObjectKind::ALL);
    assert_eq!(fixture.book.decisions().unwrap(), decisions);
}
