//! The sandbox's only clock. Everything that expires uses it, and tests can advance or stop it.

use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};

use crate::mutex::lock;

/// Follows the system clock until it is advanced or stopped.
#[derive(Default)]
pub(crate) struct Clock(Mutex<Setting>);

#[derive(Default)]
struct Setting {
    offset: SignedDuration,
    stopped_at: Option<Timestamp>,
}

impl Clock {
    pub(crate) fn now(&self) -> Timestamp {
        let setting = lock(&self.0);
        setting.stopped_at.unwrap_or_else(|| saturating_add(Timestamp::now(), setting.offset))
    }

    pub(crate) fn unix_seconds(&self) -> i64 {
        self.now().as_second()
    }

    /// Works on a running and on a stopped clock.
    pub(crate) fn advance(&self, by: SignedDuration) {
        let mut setting = lock(&self.0);
        setting.offset = setting.offset.saturating_add(by);
        setting.stopped_at = setting.stopped_at.map(|at| saturating_add(at, by));
    }

    pub(crate) fn stop_at(&self, at: Timestamp) {
        lock(&self.0).stopped_at = Some(at);
    }

    /// Continues from the time at which the clock was stopped.
    pub(crate) fn resume(&self) {
        let mut setting = lock(&self.0);
        if let Some(at) = setting.stopped_at.take() {
            setting.offset = at.duration_since(Timestamp::now());
        }
    }
}

fn saturating_add(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}
