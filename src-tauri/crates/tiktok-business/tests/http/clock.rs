//! A clock whose time advances only when the client sleeps, and then immediately.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use jiff::Timestamp;
use tiktok_business::{Clock, Sleep};

#[derive(Debug)]
pub struct TestClock {
    /// The date and time at the start, and the time elapsed since.
    state: Arc<Mutex<(Timestamp, Duration)>>,
}

impl TestClock {
    pub fn at(time: &str) -> Arc<Self> {
        Arc::new(TestClock { state: Arc::new(Mutex::new((time.parse().unwrap(), Duration::ZERO))) })
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        let state = self.state.lock().unwrap();
        state.0 + state.1
    }

    fn elapsed(&self) -> Duration {
        self.state.lock().unwrap().1
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        let state = self.state.clone();
        let until = state.lock().unwrap().1 + duration;
        Box::pin(async move {
            tokio::task::yield_now().await;
            let elapsed = &mut state.lock().unwrap().1;
            *elapsed = until.max(*elapsed);
        })
    }
}
