//! Syncs that nobody asked for.

use std::time::Duration;

use partner::sync_jobs::job::{JobKind, JobState};
use partner::queries::syncs::SyncQuery;
use partner::sync_jobs::settings::{Schedule, SyncSettings};
use services::sync::{Activity, Surroundings};

use crate::house::{House, small, until};

fn save(house: &House, settings: SyncSettings) {
    house.book.save_sync_settings(settings).unwrap();
    house.syncs().settings_changed();
}

fn automatic(house: &House, state: JobState) -> Vec<Activity> {
    let query = SyncQuery { automatic: Some(true), states: vec![state], ..SyncQuery::default() };
    let listing = house.book.list(&query).unwrap().map(Activity::from);
    listing.page.rows
}

async fn done(house: &House, count: usize) {
    until("automatic syncs are done", || (automatic(house, JobState::Done).len() == count).then_some(()))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_schedule_asks_for_every_ad_account_when_its_time_has_come_and_not_before() {
    for (schedule, minutes) in [(Schedule::HalfHourly, 30), (Schedule::Hourly, 60), (Schedule::Daily, 1_440)]
    {
        let house = House::new(small()).await;
        let each = 2 * house.accounts().len(); // Sync Account and Sync Audiences.
        save(&house, SyncSettings { schedule, ..SyncSettings::default() });
        done(&house, each).await;
        // Nine tenths of the time: nobody is due. Looked at by asking for something, which is answered after it.
        house.clock.advance(Duration::from_secs(minutes * 54));
        house.sync(JobKind::Campaigns, &house.account()).await;
        assert_eq!(
            house.book.list(&SyncQuery { automatic: Some(true), ..SyncQuery::default() }).unwrap().total
                as usize,
            each
        );
        // With the longest delay by chance, a tenth more, all are.
        house.clock.advance(Duration::from_secs(minutes * 12 + 120));
        done(&house, 2 * each).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_battery_and_over_a_metered_network_the_schedule_rests_unless_told_otherwise() {
    let battery = Surroundings { on_battery: true, on_metered: false };
    let metered = Surroundings { on_battery: false, on_metered: true };
    for (around, on_battery, on_metered) in [(battery, true, false), (metered, false, true)] {
        let house = House::new(small()).await;
        let each = 2 * house.accounts().len();
        *house.surroundings.lock().unwrap() = around;
        let settings = SyncSettings { schedule: Schedule::Hourly, ..SyncSettings::default() };
        save(&house, settings);
        // What the admin asks for runs all the same, and comes after the schedule was looked at.
        assert_eq!(house.sync(JobKind::Campaigns, &house.account()).await.job.state, JobState::Done);
        assert_eq!(
            house.book.list(&SyncQuery { automatic: Some(true), ..SyncQuery::default() }).unwrap().total,
            0
        );
        save(&house, SyncSettings { on_battery, on_metered, ..settings });
        done(&house, each).await;
    }
}
