//! The computer's clock, which a test can set, and whose waits it can shorten.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use tiktok_business::{Clock, Sleep};
use tokio::sync::watch;

#[derive(Debug, Clone)]
pub struct TestClock {
    start: (Instant, Timestamp),
    /// What a test added to the time that passed.
    ahead: watch::Sender<Duration>,
    /// By how much the time of day was set.
    set: Arc<Mutex<SignedDuration>>,
}

impl TestClock {
    pub fn new() -> TestClock {
        TestClock {
            start: (Instant::now(), Timestamp::now()),
            ahead: watch::Sender::new(Duration::ZERO),
            set: Arc::default(),
        }
    }

    /// Lets time pass.
    pub fn advance(&self, by: Duration) {
        self.ahead.send_modify(|ahead| *ahead += by);
    }

    /// Sets the time of day, and no time passes.
    pub fn set(&self, by: SignedDuration) {
        *self.set.lock().unwrap() += by;
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        self.start.1 + self.elapsed() + *self.set.lock().unwrap()
    }

    fn elapsed(&self) -> Duration {
        self.start.0.elapsed() + *self.ahead.borrow()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        let clock = self.clone();
        let until = self.elapsed() + duration;
        Box::pin(async move {
            let mut ahead = clock.ahead.subscribe();
            loop {
                ahead.mark_unchanged();
                let left = until.saturating_sub(clock.elapsed());
                if left.is_zero() {
                    return;
                }
                tokio::select! {
                    () = tokio::time::sleep(left) => return,
                    changed = ahead.changed() => if changed.is_err() { return },
                }
            }
        })
    }
}
