//! TikTok's limits, counted per app and endpoint before it has to refuse, and what to do when it refuses all the same.
//!
//! Calls are paced evenly, not in bursts: TikTok's figures for a second and a minute are the same rate, and a call too
//! many in a minute costs five minutes. Source: "Rate limits" of TikTok's portal, `tiktok-api.md` 2.3.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;

use crate::{Clock, Error, Kind, SystemClock};

const DAY: i64 = 86_400;

/// What TikTok granted an app. New apps are [`Tier::Basic`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tier {
    /// 10 calls in a second.
    #[default]
    Basic,
    /// 20 calls in a second.
    Advanced,
    /// 30 calls in a second.
    Premium,
    /// 50 calls in a second.
    Ultimate,
    /// TikTok's own sandbox: 1 call in a second, 30 in a minute, 1,000 in a day.
    Sandbox,
}

/// Calls per app and endpoint; 0 means any number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// In one second.
    pub per_second: u32,
    /// In one minute.
    pub per_minute: u32,
    /// From midnight to midnight UTC.
    pub per_day: u32,
}

impl From<Tier> for Quota {
    fn from(tier: Tier) -> Self {
        let (per_second, per_minute, per_day) = match tier {
            Tier::Basic => (10, 600, 864_000),
            Tier::Advanced => (20, 1_200, 1_728_000),
            Tier::Premium => (30, 1_800, 2_592_000),
            Tier::Ultimate => (50, 3_000, 4_320_000),
            Tier::Sandbox => (1, 30, 1_000),
        };
        Quota { per_second, per_minute, per_day }
    }
}

impl Quota {
    /// No limit is known. TikTok's refusals are still obeyed.
    pub const UNLIMITED: Quota = Quota { per_second: 0, per_minute: 0, per_day: 0 };

    /// Time from one call to the next. A little more than the quota asks for, since calls do not arrive as evenly as they
    /// leave: so much that the call after a second's full quota may come 35 milliseconds early.
    fn pace(self) -> Duration {
        let every = |calls: u32, seconds: f64| if calls == 0 { 0.0 } else { seconds / f64::from(calls) };
        Duration::from_secs_f64(every(self.per_second, 1.035).max(every(self.per_minute, 62.1)))
    }
}

/// Pauses after refusals in a row: TikTok lifts the limit per second in the next second and the one per minute after
/// five minutes, and does not say which one it was. Refused again after all these, the day is used up.
const PAUSES: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(5), Duration::from_secs(300), Duration::from_secs(300)];

/// The limits of one app, shared by all that calls TikTok in its name. Cheap to clone.
#[derive(Clone)]
pub struct Limits(Arc<Shared>);

struct Shared {
    quota: Quota,
    clock: Arc<dyn Clock>,
    buckets: Mutex<HashMap<&'static str, Bucket>>,
}

/// One endpoint. Durations are the clock's [`Clock::elapsed`].
#[derive(Default)]
struct Bucket {
    /// When the next call may leave.
    next: Duration,
    /// Refusals in a row.
    refusals: usize,
    /// When the last refusal that counted was heard, and until when nothing is sent because of it.
    refused: Duration,
    paused: Duration,
    /// The day, counted from 1970, and its calls.
    day: i64,
    used: u32,
    /// TikTok refused until nothing but the day's limit explains it.
    closed: bool,
}

impl fmt::Debug for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limits").field("quota", &self.0.quota).finish_non_exhaustive()
    }
}

impl Default for Limits {
    fn default() -> Self {
        Limits::new(Tier::Basic)
    }
}

impl Limits {
    /// Nothing is used up yet.
    pub fn new(quota: impl Into<Quota>) -> Self {
        Limits::with_clock(quota, Arc::new(SystemClock))
    }

    /// The same with another clock.
    pub fn with_clock(quota: impl Into<Quota>, clock: Arc<dyn Clock>) -> Self {
        Limits(Arc::new(Shared { quota: quota.into(), clock, buckets: Mutex::default() }))
    }

    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.clock
    }

    /// Waits until `endpoint` may be called, and says when that was, as [`Clock::elapsed`].
    ///
    /// # Errors
    /// [`Kind::Throttled`] when a pause lasts beyond `end`, [`Kind::DayUsed`]; both say until when.
    pub(crate) async fn admit(&self, endpoint: &'static str, end: Duration) -> Result<Duration, Error> {
        let clock = self.clock();
        loop {
            let (wait, admitted) = self.reserve(endpoint, end)?;
            if !wait.is_zero() {
                clock.sleep(wait).await;
            }
            let now = clock.elapsed();
            // A refusal heard meanwhile holds for those who waited.
            if admitted && self.lock().get(endpoint).is_none_or(|bucket| bucket.paused <= now) {
                return Ok(now);
            }
        }
    }

    /// How long to wait, and whether a call is then counted already.
    fn reserve(&self, endpoint: &'static str, end: Duration) -> Result<(Duration, bool), Error> {
        let (quota, now) = (self.0.quota, self.clock().elapsed());
        let today = self.clock().now();
        let mut buckets = self.lock();
        let bucket = buckets.entry(endpoint).or_default();
        if day(today) != bucket.day {
            (bucket.day, bucket.used, bucket.closed) = (day(today), 0, false);
        }
        if bucket.closed || (quota.per_day > 0 && bucket.used >= quota.per_day) {
            let error = Error::new(Kind::DayUsed, endpoint, "today's calls are used up");
            return Err(Error { wait_until: Some(next_midnight(today)), ..error });
        }
        if bucket.paused > now {
            let wait = bucket.paused - now;
            if bucket.paused > end {
                let error = Error::new(Kind::Throttled, endpoint, "TikTok asked to call less often");
                return Err(Error { wait_until: Some(later(today, wait)), ..error });
            }
            return Ok((wait, false));
        }
        let at = now.max(bucket.next);
        bucket.next = at + quota.pace();
        bucket.used = bucket.used.saturating_add(1);
        Ok((at - now, true))
    }

    /// TikTok refused a call that left at `sent` as one too many.
    pub(crate) fn refused(&self, endpoint: &'static str, sent: Duration) {
        let now = self.clock().elapsed();
        let mut buckets = self.lock();
        let bucket = buckets.entry(endpoint).or_default();
        // Calls that were under way when the first was refused tell nothing new.
        if bucket.refusals > 0 && sent < bucket.refused {
            return;
        }
        bucket.refused = now;
        match PAUSES.get(bucket.refusals) {
            Some(pause) => {
                bucket.refusals += 1;
                bucket.paused = now + *pause;
            }
            None => {
                bucket.refusals = 0;
                bucket.closed = true;
            }
        }
        tracing::info!(endpoint, refusals = bucket.refusals, closed = bucket.closed, "throttled");
    }

    /// TikTok took a call that left at `sent`.
    pub(crate) fn taken(&self, endpoint: &'static str, sent: Duration) {
        if let Some(bucket) = self.lock().get_mut(endpoint)
            && sent >= bucket.refused
        {
            bucket.refusals = 0;
        }
    }

    /// Until when a refusal keeps `endpoint` closed.
    pub(crate) fn paused_until(&self, endpoint: &'static str) -> Timestamp {
        let (today, now) = (self.clock().now(), self.clock().elapsed());
        match self.lock().get(endpoint) {
            Some(bucket) if bucket.closed => next_midnight(today),
            Some(bucket) => later(today, bucket.paused.saturating_sub(now)),
            None => today,
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<&'static str, Bucket>> {
        self.0.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `duration` after `time`, or the end of time.
pub(crate) fn later(time: Timestamp, duration: Duration) -> Timestamp {
    time.checked_add(duration).unwrap_or(Timestamp::MAX)
}

fn next_midnight(time: Timestamp) -> Timestamp {
    Timestamp::from_second((day(time) + 1) * DAY).unwrap_or(Timestamp::MAX)
}

/// Days since 1970.
fn day(time: Timestamp) -> i64 {
    time.as_second().div_euclid(DAY)
}
