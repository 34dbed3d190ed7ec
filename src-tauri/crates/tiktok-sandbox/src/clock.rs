//! The sandbox's own time: what expires, expires by it, and a test can move or stop it.

use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};

use crate::lock;

/// Runs with the computer's clock until it is moved or stopped.
#[derive(Default)]
pub(crate) struct Clock(Mutex<Setting>);

#[derive(Default)]
struct Setting {
    ahead: SignedDuration,
    stopped_at: Option<Timestamp>,
}

impl Clock {
    pub(crate) fn now(&self) -> Timestamp {
        let setting = lock(&self.0);
        setting
            .stopped_at
            .unwrap_or_else(|| plus(Timestamp::now(), setting.ahead))
    }

    /// Moves the time by so much, running or stopped.
    pub(crate) fn advance(&self, by: SignedDuration) {
        let mut setting = lock(&self.0);
        setting.ahead = setting.ahead.saturating_add(by);
        setting.stopped_at = setting.stopped_at.map(|at| plus(at, by));
    }

    /// Stops the time at `at`.
    pub(crate) fn stop_at(&self, at: Timestamp) {
        lock(&self.0).stopped_at = Some(at);
    }

    /// Lets the time run again from where it stands.
    pub(crate) fn run(&self) {
        let mut setting = lock(&self.0);
        if let Some(at) = setting.stopped_at.take() {
            setting.ahead = at.duration_since(Timestamp::now());
        }
    }
}

fn plus(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}
