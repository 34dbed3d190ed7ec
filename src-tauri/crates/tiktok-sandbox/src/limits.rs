//! Rate limits per app and endpoint, and per ad account and endpoint.
//!
//! TikTok API for Business, "Rate limits": the Basic tier allows 10 calls per second, 600 per minute and 864,000 per
//! day. Calls are accepted again in the next second, five minutes after the limit per minute was exceeded, or at
//! midnight UTC; the response does not say which limit it was. Refused calls count too, so a client that retries
//! without backing off exceeds the limit per minute. Each ad account has a limit per second and endpoint for all apps
//! together (40133).

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::Mutex;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::envelope::{ApiError, api_error};
use crate::mutex::lock;

const MINUTE: i64 = 60;
const DAY: i64 = 86_400;
/// Seconds for which an app is blocked after too many calls in one minute.
const BLOCK: i64 = 300;
/// The limit in observed messages of 40133.
const PER_ADVERTISER: u32 = 20;

/// Calls allowed per app and endpoint; 0 means unlimited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Quota {
    pub per_second: u32,
    pub per_minute: u32,
    pub per_day: u32,
    /// Calls per second for one ad account, by all apps together.
    pub per_advertiser: u32,
}

impl Quota {
    /// Every tier of TikTok's allows 60 times its limit per second in a minute and 86,400 times in a day.
    pub(crate) fn per_second(per_second: u32) -> Quota {
        Quota {
            per_second,
            per_minute: per_second.saturating_mul(60),
            per_day: per_second.saturating_mul(86_400),
            per_advertiser: if per_second == 0 { 0 } else { PER_ADVERTISER },
        }
    }
}

impl Default for Quota {
    fn default() -> Quota {
        Tier::default().quota()
    }
}

/// TikTok's API rate-limit tiers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tier {
    /// 10 calls per second; the tier of every new app.
    #[default]
    Basic,
    /// 20 calls per second.
    Advanced,
    /// 30 calls per second.
    Premium,
    /// 50 calls per second.
    Ultimate,
    /// Unlimited, which TikTok does not offer.
    None,
}

impl Tier {
    pub(crate) fn quota(self) -> Quota {
        Quota::per_second(match self {
            Tier::Basic => 10,
            Tier::Advanced => 20,
            Tier::Premium => 30,
            Tier::Ultimate => 50,
            Tier::None => 0,
        })
    }
}

impl FromStr for Tier {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Tier, &'static str> {
        Ok(match name {
            "basic" => Tier::Basic,
            "advanced" => Tier::Advanced,
            "premium" => Tier::Premium,
            "ultimate" => Tier::Ultimate,
            "none" => Tier::None,
            _ => return Err("expected basic, advanced, premium, ultimate or none"),
        })
    }
}

pub(crate) struct Limits(Mutex<Counts>);

struct Counts {
    quota: Quota,
    used: HashMap<(String, &'static str), Used>,
    /// The second in which `advertisers` are counted.
    second: i64,
    advertisers: HashMap<(u64, &'static str), u32>,
}

impl Counts {
    fn new(quota: Quota) -> Counts {
        Counts { quota, used: HashMap::new(), second: 0, advertisers: HashMap::new() }
    }
}

#[derive(Default)]
struct Used {
    second: Window,
    minute: Window,
    day: Window,
    blocked_until: i64,
}

#[derive(Default)]
struct Window {
    number: i64,
    calls: u32,
}

impl Window {
    /// Counts a call at `now` and returns whether it exceeds the limit.
    fn exceeds(&mut self, now: i64, length: i64, allowed: u32) -> bool {
        let number = now.div_euclid(length);
        if number != self.number {
            *self = Window { number, calls: 0 };
        }
        self.calls = self.calls.saturating_add(1);
        allowed > 0 && self.calls > allowed
    }
}

impl Limits {
    pub(crate) fn new(quota: Quota) -> Limits {
        Limits(Mutex::new(Counts::new(quota)))
    }

    /// Sets a quota and resets the counters.
    pub(crate) fn set(&self, quota: Quota) {
        *lock(&self.0) = Counts::new(quota);
    }

    pub(crate) fn quota(&self) -> Quota {
        lock(&self.0).quota
    }

    /// Counts a call for an ad account; fails with 40133 above the limit.
    pub(crate) fn admit_advertiser(
        &self,
        advertiser: u64,
        endpoint: &'static str,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        let counts = &mut *lock(&self.0);
        if counts.second != now.as_second() {
            counts.second = now.as_second();
            counts.advertisers.clear();
        }
        let calls = counts.advertisers.entry((advertiser, endpoint)).or_default();
        *calls = calls.saturating_add(1);
        let limit = counts.quota.per_advertiser;
        if limit == 0 || *calls <= limit {
            return Ok(());
        }
        api_error(
            40133,
            format!(
                "Advertiser ({advertiser})'s QPS ({calls}) reaches QPS limit {limit} for current path, request is temporarily restricted."
            ),
        )
    }

    /// Counts a call of an app; fails with 40100 above a limit.
    pub(crate) fn admit(&self, app: &str, endpoint: &'static str, now: Timestamp) -> Result<(), ApiError> {
        let now = now.as_second();
        let counts = &mut *lock(&self.0);
        let quota = counts.quota;
        let used = counts.used.entry((app.to_owned(), endpoint)).or_default();
        let in_second = used.second.exceeds(now, 1, quota.per_second);
        let in_minute = used.minute.exceeds(now, MINUTE, quota.per_minute);
        let in_day = used.day.exceeds(now, DAY, quota.per_day);
        let blocked = now < used.blocked_until;
        if in_minute && !blocked {
            used.blocked_until = now + BLOCK;
        }
        if blocked || in_minute || in_day {
            api_error(
                40100,
                format!("Due to too many requests, requests from App {app} are temporarily restricted."),
            )
        } else if in_second {
            api_error(40100, format!("App reaches the QPS limit {}", quota.per_second))
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(limits: &Limits, second: i64) -> bool {
        let at = Timestamp::from_second(second).unwrap();
        limits.admit("7", "/advertiser/info/", at).is_ok()
    }

    #[test]
    fn calls_are_accepted_again_in_the_next_second() {
        let limits = Limits::new(Quota::per_second(2));
        assert_eq!([0, 0, 0, 1].map(|at| call(&limits, at)), [true, true, false, true]);
    }

    #[test]
    fn exceeding_the_limit_per_minute_blocks_for_five_minutes() {
        let limits = Limits::new(Quota { per_minute: 2, ..Quota::per_second(0) });
        let calls = [0, 1, 59, 60, 120, 358, 359].map(|at| call(&limits, at));
        assert_eq!(calls, [true, true, false, false, false, false, true]);
    }

    #[test]
    fn calls_above_the_limit_per_day_are_accepted_again_at_midnight_utc() {
        let limits = Limits::new(Quota { per_day: 1, ..Quota::per_second(0) });
        let calls = [10, 20, 86_399, 86_400].map(|at| call(&limits, at));
        assert_eq!(calls, [true, false, false, true]);
    }

    #[test]
    fn each_app_and_endpoint_has_its_own_counter() {
        let limits = Limits::new(Quota::per_second(1));
        let at = Timestamp::UNIX_EPOCH;
        assert!(limits.admit("7", "/user/info/", at).is_ok());
        assert!(limits.admit("8", "/user/info/", at).is_ok());
        assert!(limits.admit("7", "/advertiser/info/", at).is_ok());
        assert_eq!(limits.admit("7", "/user/info/", at), api_error(40100, "App reaches the QPS limit 1"));
    }

    #[test]
    fn an_ad_account_has_its_own_limit_for_all_apps() {
        let limits = Limits::new(Quota { per_advertiser: 2, ..Quota::per_second(0) });
        let call = |account, endpoint, second| {
            limits.admit_advertiser(account, endpoint, Timestamp::from_second(second).unwrap())
        };
        assert_eq!(
            [call(1, "a", 0), call(1, "a", 0), call(2, "a", 0), call(1, "b", 0)],
            [const { Ok(()) }; 4]
        );
        let text = "Advertiser (1)'s QPS (3) reaches QPS limit 2 for current path, request is temporarily restricted.";
        assert_eq!(call(1, "a", 0), api_error(40133, text));
        assert_eq!(call(1, "a", 1), Ok(()));
    }

    #[test]
    fn zero_means_unlimited() {
        let limits = Limits::new(Quota::per_second(0));
        assert!((0..2_000).all(|_| call(&limits, 0)));
    }
}
