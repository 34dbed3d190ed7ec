//! Syncs without failures.

use partner::facts::media::MediaKind;
use partner::sync_jobs::job::{JobKind, JobState};
use serde_json::json;
use services::sync::SyncEvent;
use tiktok_sandbox::{Change, ObjectKind, SnapshotObject};

use crate::fixture::{Fixture, small};

#[tokio::test(flavor = "multi_thread")]
async fn r19_sync_account_imports_details_campaigns_ad_groups_ads_and_media() {
    let fixture = Fixture::new(small()).await;
    let account = fixture.account();
    let sync = fixture.sync(JobKind::Account, &account).await;
    assert_eq!((sync.job.state, sync.problem), (JobState::Done, None));
    fixture.assert_equal(
        std::slice::from_ref(&account),
        &[ObjectKind::Campaign, ObjectKind::AdGroup, ObjectKind::Ad],
    );
    let counts = sync.job.counts;
    assert_eq!((counts.changed, counts.unchanged, counts.deleted, counts.unreadable), (0, 0, 0, 0));
    assert_eq!((sync.job.done, sync.job.total), (counts.added, counts.added));
    for kind in [MediaKind::Image, MediaKind::Video] {
        assert!(fixture.book.missing_media(&account, kind, "").unwrap().ids.is_empty());
    }
    let media: u32 = fixture.sql().query_row("SELECT count(*) FROM media", [], |row| row.get(0)).unwrap();
    assert!(media > 50, "{media}");

    let again = fixture.sync(JobKind::Account, &account).await.job;
    assert_eq!((again.counts.added, again.counts.changed, again.counts.unchanged), (0, 0, counts.added));
}

#[tokio::test(flavor = "multi_thread")]
async fn images_and_videos_are_requested_again_after_an_ad_changed_or_while_tiktok_lacks_them() {
    let fixture = Fixture::new(small()).await;
    let account = fixture.account();
    let requests = || {
        let images = fixture.sandbox.log(Some("file/image/ad/info")).len();
        (images, fixture.sandbox.log(Some("file/video/ad/info")).len())
    };
    let change = |change: Change| fixture.sandbox.change(account.as_str(), change).unwrap();
    let complete = || {
        [MediaKind::Image, MediaKind::Video].map(|kind| fixture.book.has_all_media(&account, kind).unwrap())
    };
    fixture.sync(JobKind::Account, &account).await;
    let first = requests();
    assert!(first.0 > 0 && first.1 > 0, "{first:?}");
    assert_eq!(complete(), [true, true]);
    fixture.sync(JobKind::Account, &account).await;
    assert_eq!(requests(), first);

    change(Change::add(ObjectKind::Ad, 40, json!({})));
    fixture.sync(JobKind::Account, &account).await;
    let added = requests();
    assert!(added.0 > first.0 && added.1 > first.1, "{added:?}");
    for kind in [MediaKind::Image, MediaKind::Video] {
        assert!(fixture.book.missing_media(&account, kind, "").unwrap().ids.is_empty());
    }
    assert_eq!(complete(), [true, true]);

    let is_synced =
        |ad: &SnapshotObject| ad.listed && ad.buying_type == "AUCTION" && ad.origin == "TT_ADS_PLATFORM";
    let ad = fixture.sandbox.snapshot(account.as_str(), ObjectKind::Ad).unwrap().find(is_synced).unwrap();
    change(Change::set(ObjectKind::Ad, ad.id, json!({ "image_ids": ["ad-site-i18n-sg/gone"] })));
    for sync in 1..3 {
        fixture.sync(JobKind::Account, &account).await;
        assert_eq!(requests(), (added.0 + sync, added.1));
        assert_eq!(complete(), [false, true]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r26_to_r30_sync_campaigns_and_sync_audiences_import_nothing_else() {
    let fixture = Fixture::new(small()).await;
    let account = fixture.account();
    assert_eq!(fixture.sync(JobKind::Campaigns, &account).await.job.state, JobState::Done);
    fixture.assert_equal(std::slice::from_ref(&account), &[ObjectKind::Campaign, ObjectKind::AdGroup]);
    let count = |table: &str| -> u32 {
        fixture.sql().query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    };
    assert_eq!((count("ad"), count("audience")), (0, 0));
    assert_eq!(fixture.sync(JobKind::Audiences, &account).await.job.state, JobState::Done);
    fixture.assert_equal(&[account], &[ObjectKind::Audience]);
    assert_eq!(count("ad"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a17_syncs_start_immediately_and_report_their_progress_and_end() {
    let fixture = Fixture::new(small()).await;
    let accounts = fixture.accounts();
    let jobs = fixture.request(JobKind::Account, &accounts).await;
    for job in &jobs {
        fixture.ended(*job).await;
    }
    let mut fixture = fixture;
    fixture.stop().await;
    let events = fixture.events.lock().unwrap();
    let ended: Vec<i64> = events
        .iter()
        .filter_map(|event| match event {
            SyncEvent::Ended { sync, .. } => Some(sync.job.id),
            _ => None,
        })
        .collect();
    assert_eq!(ended.len(), jobs.len());
    let updates = events.iter().filter(|event| matches!(event, SyncEvent::Updated { .. })).count();
    let last = events.iter().rev().find_map(|event| match event {
        SyncEvent::Updated { syncs } => syncs.last().map(|sync| sync.job.state),
        _ => None,
    });
    assert!(updates > 0);
    assert_eq!(last, Some(JobState::Done), "the last update is the final state");
}
