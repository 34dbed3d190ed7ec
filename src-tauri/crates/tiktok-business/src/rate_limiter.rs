//! Keeps an app within TikTok's rate limits, which apply per app and endpoint.
//!
//! Requests are paced evenly instead of sent in bursts: TikTok's limits per second, minute and day are the same rate, and
//! exceeding the one per minute blocks the app for five minutes. Source: `docs/tiktok-api.md`, section "2.3 Rate limits".

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;

use crate::{Clock, Error, ErrorKind, SystemClock, clock::later};

const SECONDS_PER_DAY: i64 = 86_400;

/// The quota that TikTok granted an app. New apps are [`Tier::Basic`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    Basic,
    Advanced,
    Premium,
    Ultimate,
}

impl Tier {
    fn requests_per_second(self) -> f64 {
        match self {
            Tier::Basic => 10.0,
            Tier::Advanced => 20.0,
            Tier::Premium => 30.0,
            Tier::Ultimate => 50.0,
        }
    }
}

/// How long to pause after consecutive rejections. TikTok lifts the limit per second in the next second and the one per
/// minute after five minutes, but does not say which one it applied. A further rejection means the daily limit.
const PAUSES: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(5), Duration::from_secs(300), Duration::from_secs(300)];

/// The rate limiter of one app. Clones share their state.
#[derive(Clone)]
pub struct RateLimiter(Arc<Shared>);

struct Shared {
    interval: Duration,
    clock: Arc<dyn Clock>,
    endpoints: Mutex<HashMap<&'static str, Endpoint>>,
}

/// The state of one endpoint. Durations are moments of [`Clock::elapsed`].
#[derive(Default)]
struct Endpoint {
    next_request: Duration,
    paused_until: Duration,
    consecutive_rejections: usize,
    rejected_at: Duration,
    /// The date of the latest request, in days since 1970 UTC.
    day: i64,
    day_used_up: bool,
}

impl fmt::Debug for RateLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimiter").field("interval", &self.0.interval).finish_non_exhaustive()
    }
}

impl Default for RateLimiter {
    fn default() -> Self {
        RateLimiter::new(Some(Tier::Basic), Arc::new(SystemClock))
    }
}

impl RateLimiter {
    /// Without a tier, requests are not paced, but TikTok's rejections are still obeyed.
    pub fn new(tier: Option<Tier>, clock: Arc<dyn Clock>) -> Self {
        // 3.5 % slower than the quota: requests arrive less evenly than they are sent. The last request of a second's
        // quota may then be 35 ms early.
        let interval = tier.map(|tier| Duration::from_secs_f64(1.035 / tier.requests_per_second()));
        let interval = interval.unwrap_or_default();
        RateLimiter(Arc::new(Shared { interval, clock, endpoints: Mutex::default() }))
    }

    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.clock
    }

    /// Waits until a request to `endpoint` may be sent, and returns the time at which it is.
    ///
    /// Fails with [`ErrorKind::RateLimited`] if a pause lasts beyond `deadline`, and with [`ErrorKind::DailyQuotaUsed`].
    pub(crate) async fn acquire(
        &self,
        endpoint: &'static str,
        deadline: Duration,
    ) -> Result<Duration, Error> {
        let clock = self.clock();
        loop {
            let (wait, reserved) = self.reserve(endpoint, deadline)?;
            if !wait.is_zero() {
                clock.sleep(wait).await;
            }
            let now = clock.elapsed();
            // A rejection during the wait applies to this request, too.
            if reserved && self.endpoints().get(endpoint).is_none_or(|state| state.paused_until <= now) {
                return Ok(now);
            }
        }
    }

    /// Returns how long to wait, and whether a request is reserved for the time after it.
    fn reserve(&self, endpoint: &'static str, deadline: Duration) -> Result<(Duration, bool), Error> {
        let (date, now) = (self.clock().now(), self.clock().elapsed());
        let mut endpoints = self.endpoints();
        let state = endpoints.entry(endpoint).or_default();
        if day(date) != state.day {
            (state.day, state.day_used_up) = (day(date), false);
        }
        if state.day_used_up {
            let error = Error::new(ErrorKind::DailyQuotaUsed, endpoint, "the daily quota is used up");
            return Err(Error { retry_at: Some(next_midnight(date)), ..error });
        }
        if state.paused_until > now {
            let wait = state.paused_until - now;
            if state.paused_until > deadline {
                let error = Error::new(ErrorKind::RateLimited, endpoint, "TikTok's rate limit was exceeded");
                return Err(Error { retry_at: Some(later(date, wait)), ..error });
            }
            return Ok((wait, false));
        }
        let send_at = now.max(state.next_request);
        state.next_request = send_at + self.0.interval;
        Ok((send_at - now, true))
    }

    /// Records that TikTok rejected the request sent at `sent_at` because of a rate limit.
    pub(crate) fn record_rejection(&self, endpoint: &'static str, sent_at: Duration) {
        let now = self.clock().elapsed();
        let mut endpoints = self.endpoints();
        let state = endpoints.entry(endpoint).or_default();
        // Requests that were in flight at the previous rejection are part of it.
        if state.consecutive_rejections > 0 && sent_at < state.rejected_at {
            return;
        }
        state.rejected_at = now;
        match PAUSES.get(state.consecutive_rejections) {
            Some(pause) => {
                state.consecutive_rejections += 1;
                state.paused_until = now + *pause;
            }
            None => {
                state.consecutive_rejections = 0;
                state.day_used_up = true;
            }
        }
        let rejections = state.consecutive_rejections;
        tracing::info!(endpoint, rejections, day_used_up = state.day_used_up, "rate limited");
    }

    /// Records that the server asked to send nothing to `endpoint` for this long.
    pub(crate) fn pause(&self, endpoint: &'static str, wait: Duration) {
        let until = self.clock().elapsed().saturating_add(wait);
        let mut endpoints = self.endpoints();
        let state = endpoints.entry(endpoint).or_default();
        state.paused_until = state.paused_until.max(until);
    }

    /// Records that TikTok accepted the request sent at `sent_at`.
    pub(crate) fn record_success(&self, endpoint: &'static str, sent_at: Duration) {
        if let Some(state) = self.endpoints().get_mut(endpoint)
            && sent_at >= state.rejected_at
        {
            state.consecutive_rejections = 0;
        }
    }

    /// Returns when `endpoint` may be called again.
    pub(crate) fn retry_at(&self, endpoint: &'static str) -> Timestamp {
        let (date, now) = (self.clock().now(), self.clock().elapsed());
        match self.endpoints().get(endpoint) {
            Some(state) if state.day_used_up => next_midnight(date),
            Some(state) => later(date, state.paused_until.saturating_sub(now)),
            None => date,
        }
    }

    fn endpoints(&self) -> MutexGuard<'_, HashMap<&'static str, Endpoint>> {
        self.0.endpoints.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn next_midnight(time: Timestamp) -> Timestamp {
    Timestamp::from_second((day(time) + 1) * SECONDS_PER_DAY).unwrap_or(Timestamp::MAX)
}

/// Returns the days since 1970 UTC.
fn day(time: Timestamp) -> i64 {
    time.as_second().div_euclid(SECONDS_PER_DAY)
}
