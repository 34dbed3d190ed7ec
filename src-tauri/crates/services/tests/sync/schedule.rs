//! Syncs that nobody asked for.

use std::time::Duration;

use partner::queries::syncs::SyncQuery;
use partner::sync_jobs::job::{JobKind, JobState};
use partner::sync_jobs::settings::{Schedule, SyncSettings};
use services::sync::{Activity, Surroundings};

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
async fn the_schedule_asks_for_every_ad_account_when_its_time_has_come_and_not_before() {
    for (schedule, minutes) in [(Schedule::HalfHourly, 30), (Schedule::Hourly, 60), (Schedule::Daily, 1_440)]
    {
        let fixture = Fixture::new(small()).await;
        let each = 2 * fixture.accounts().len(); // Sync Account and Sync Audiences.
        save(&fixture, SyncSettings { schedule, ..SyncSettings::default() });
        done(&fixture, each).await;
        // Nine tenths of the time: nobody is due. Looked at by asking for something, which is answered after it.
        fixture.clock.advance(Duration::from_secs(minutes * 54));
        fixture.sync(JobKind::Campaigns, &fixture.account()).await;
        assert_eq!(
            fixture.book.list(&SyncQuery { automatic: Some(true), ..SyncQuery::default() }).unwrap().total
                as usize,
            each
        );
        // With the longest delay by chance, a tenth more, all are.
        fixture.clock.advance(Duration::from_secs(minutes * 12 + 120));
        done(&fixture, 2 * each).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_battery_and_over_a_metered_network_the_schedule_rests_unless_told_otherwise() {
    let battery = Surroundings { on_battery: true, on_metered: false };
    let metered = Surroundings { on_battery: false, on_metered: true };
    for (around, on_battery, on_metered) in [(battery, true, false), (metered, false, true)] {
        let fixture = Fixture::new(small()).await;
        let each = 2 * fixture.accounts().len();
        *fixture.surroundings.lock().unwrap() = around;
        let settings = SyncSettings { schedule: Schedule::Hourly, ..SyncSettings::default() };
        save(&fixture, settings);
        // What the admin asks for runs all the same, and comes after the schedule was looked at.
        assert_eq!(fixture.sync(JobKind::Campaigns, &fixture.account()).await.job.state, JobState::Done);
        assert_eq!(
            fixture.book.list(&SyncQuery { automatic: Some(true), ..SyncQuery::default() }).unwrap().total,
            0
        );
        save(&fixture, SyncSettings { on_battery, on_metered, ..settings });
        done(&fixture, each).await;
    }
}
