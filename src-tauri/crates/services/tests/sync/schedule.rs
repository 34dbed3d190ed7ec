//! The automatic sync schedule.

use std::time::Duration;

use partner::queries::syncs::SyncQuery;
use partner::sync_jobs::job::{JobKind, JobState};
use partner::sync_jobs::settings::{Schedule, SyncSettings};
use services::sync::{Activity, DeviceState};

use crate::fixture::{Fixture, small, until};

fn save(fixture: &Fixture, settings: SyncSettings) {
    fixture.book.save_sync_settings(settings).unwrap();
    fixture.syncs().settings_changed();
}

fn automatic(fixture: &Fixture, state: JobState) -> Vec<Activity> {
    let query = SyncQuery { automatic: Some(true), states: vec![state], ..SyncQuery::default() };
    let listing = fixture.book.list(&query).unwrap().map(Activity::from);
    listing.page.rows
}

async fn done(fixture: &Fixture, count: usize) {
    until("automatic syncs are done", || (automatic(fixture, JobState::Done).len() == count).then_some(()))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_schedule_requests_every_ad_account_when_it_is_due_and_not_earlier() {
    for (schedule, minutes) in [(Schedule::HalfHourly, 30), (Schedule::Hourly, 60), (Schedule::Daily, 1_440)]
    {
        let fixture = Fixture::new(small()).await;
        let each = 2 * fixture.accounts().len(); // Sync Account and Sync Audiences.
        save(&fixture, SyncSettings { schedule, ..SyncSettings::default() });
        done(&fixture, each).await;
        // After 90 % of the interval, no account is due. The scheduler checks that before it runs another sync.
        fixture.clock.advance(Duration::from_secs(minutes * 54));
        fixture.sync(JobKind::Campaigns, &fixture.account()).await;
        assert_eq!(
            fixture.book.list(&SyncQuery { automatic: Some(true), ..SyncQuery::default() }).unwrap().total
                as usize,
            each
        );
        // The random delay is at most 10 % of the interval.
        fixture.clock.advance(Duration::from_secs(minutes * 12 + 120));
        done(&fixture, 2 * each).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_schedule_pauses_on_battery_and_on_metered_networks_unless_allowed() {
    let battery = DeviceState { on_battery: true, on_metered: false };
    let metered = DeviceState { on_battery: false, on_metered: true };
    for (device_state, on_battery, on_metered) in [(battery, true, false), (metered, false, true)] {
        let fixture = Fixture::new(small()).await;
        let each = 2 * fixture.accounts().len();
        *fixture.device_state.lock().unwrap() = device_state;
        let settings = SyncSettings { schedule: Schedule::Hourly, ..SyncSettings::default() };
        save(&fixture, settings);
        // A manual sync still runs, after the scheduler has checked the schedule.
        assert_eq!(fixture.sync(JobKind::Campaigns, &fixture.account()).await.job.state, JobState::Done);
        assert_eq!(
            fixture.book.list(&SyncQuery { automatic: Some(true), ..SyncQuery::default() }).unwrap().total,
            0
        );
        save(&fixture, SyncSettings { on_battery, on_metered, ..settings });
        done(&fixture, each).await;
    }
}
