//! A clock that tests can set and advance.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use tiktok_business::{Clock, Sleep};
use tokio::sync::watch;

#[derive(Debug, Clone)]
pub struct TestClock {
    start: (Instant, Timestamp),
    /// Added to the elapsed time.
    advanced: watch::Sender<Duration>,
    /// Added to the time of day only.
    shift: Arc<Mutex<SignedDuration>>,
}

impl TestClock {
    pub fn new() -> TestClock {
        TestClock {
            start: (Instant::now(), Timestamp::now()),
            advanced: watch::Sender::new(Duration::ZERO),
            shift: Arc::default(),
        }
    }

    pub fn advance(&self, by: Duration) {
        self.advanced.send_modify(|advanced| *advanced += by);
    }

    /// Changes the time of day without advancing the elapsed time.
    pub fn shift(&self, by: SignedDuration) {
        *self.shift.lock().unwrap() += by;
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        self.start.1 + self.elapsed() + *self.shift.lock().unwrap()
    }

    fn elapsed(&self) -> Duration {
        self.start.0.elapsed() + *self.advanced.borrow()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        let clock = self.clone();
        let until = self.elapsed() + duration;
        Box::pin(async move {
            let mut advanced = clock.advanced.subscribe();
            loop {
                advanced.mark_unchanged();
                let remaining = until.saturating_sub(clock.elapsed());
                if remaining.is_zero() {
                    return;
                }
                tokio::select! {
                    () = tokio::time::sleep(remaining) => return,
                    changed = advanced.changed() => if changed.is_err() { return },
                }
            }
        })
    }
}
