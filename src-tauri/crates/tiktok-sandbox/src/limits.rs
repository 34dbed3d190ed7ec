//! How often an app may call an endpoint: per second, per minute and per day, each counted per app and endpoint.
//!
//! TikTok API for Business, "Rate limits": Basic tier 10 per second, 600 per minute, 864,000 per day. Recovery: the
//! next second; five minutes after the limit per minute was passed; the next midnight UTC. The answer does not say which one
//! it was. Refused calls count as well, so a client that hammers on runs into the limit per minute.
//!
//! Besides, each ad account can be asked for so often per second and endpoint, whoever asks: 40133 (20 in the texts seen).

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::Mutex;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::envelope::{Refusal, refuse};
use crate::lock;

const MINUTE: i64 = 60;
const DAY: i64 = 86_400;
/// How long an app has to stay away after too many calls in one minute.
const PAUSE: i64 = 300;
/// The limit in the texts of 40133 that were seen.
const PER_ADVERTISER: u32 = 20;

/// Calls allowed per app and endpoint; 0 means any number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Quota {
    /// Calls in one second.
    pub per_second: u32,
    /// Calls in one minute.
    pub per_minute: u32,
    /// Calls in one day.
    pub per_day: u32,
    /// Calls in one second for one ad account, of all apps together.
    pub per_advertiser: u32,
}

impl Quota {
    /// TikTok's tiers all allow 60 and 86,400 times their figure per second in a minute and a day.
    pub fn per_second(per_second: u32) -> Quota {
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

/// TikTok's tiers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tier {
    /// 10 calls per second; every new app has it.
    #[default]
    Basic,
    /// 20
    Advanced,
    /// 30
    Premium,
    /// 50
    Ultimate,
    /// No limit of any kind, which TikTok does not offer.
    None,
}

impl Tier {
    /// What it allows.
    pub fn quota(self) -> Quota {
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
            _ => return Err("a tier is basic, advanced, premium, ultimate or none"),
        })
    }
}

/// Counts the calls.
pub(crate) struct Limits(Mutex<Counts>);

struct Counts {
    quota: Quota,
    used: HashMap<(String, &'static str), Used>,
    /// The second that `advertisers` are counted in.
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
    paused_until: i64,
}

#[derive(Default)]
struct Window {
    number: i64,
    calls: u32,
}

impl Window {
    /// Counts a call at `now` and says whether it is one too many.
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

    /// Sets another quota and forgets what was counted.
    pub(crate) fn set(&self, quota: Quota) {
        *lock(&self.0) = Counts::new(quota);
    }

    pub(crate) fn quota(&self) -> Quota {
        lock(&self.0).quota
    }

    /// Counts a call for an ad account; 40133 when it is one too many.
    pub(crate) fn admit_advertiser(
        &self,
        advertiser: u64,
        endpoint: &'static str,
        now: Timestamp,
    ) -> Result<(), Refusal> {
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
        refuse(
            40133,
            format!(
                "Advertiser ({advertiser})'s QPS ({calls}) reaches QPS limit {limit} for current path, request is temporarily restricted."
            ),
        )
    }

    /// Counts a call; 40100 when it is one too many.
    pub(crate) fn admit(&self, app: &str, endpoint: &'static str, now: Timestamp) -> Result<(), Refusal> {
        let now = now.as_second();
        let counts = &mut *lock(&self.0);
        let quota = counts.quota;
        let used = counts.used.entry((app.to_owned(), endpoint)).or_default();
        let in_second = used.second.exceeds(now, 1, quota.per_second);
        let in_minute = used.minute.exceeds(now, MINUTE, quota.per_minute);
        let in_day = used.day.exceeds(now, DAY, quota.per_day);
        let paused = now < used.paused_until;
        if in_minute && !paused {
            used.paused_until = now + PAUSE;
        }
        if paused || in_minute || in_day {
            refuse(
                40100,
                format!("Due to too many requests, requests from App {app} are temporarily restricted."),
            )
        } else if in_second {
            refuse(40100, format!("App reaches the QPS limit {}", quota.per_second))
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
    fn the_next_second_forgives_too_many_calls_in_one() {
        let limits = Limits::new(Quota::per_second(2));
        assert_eq!([0, 0, 0, 1].map(|at| call(&limits, at)), [true, true, false, true]);
    }

    #[test]
    fn too_many_calls_in_a_minute_cost_five_minutes() {
        let limits = Limits::new(Quota { per_minute: 2, ..Quota::per_second(0) });
        let calls = [0, 1, 59, 60, 120, 358, 359].map(|at| call(&limits, at));
        assert_eq!(calls, [true, true, false, false, false, false, true]);
    }

    #[test]
    fn too_many_calls_in_a_day_are_forgiven_at_midnight_utc() {
        let limits = Limits::new(Quota { per_day: 1, ..Quota::per_second(0) });
        let calls = [10, 20, 86_399, 86_400].map(|at| call(&limits, at));
        assert_eq!(calls, [true, false, false, true]);
    }

    #[test]
    fn apps_and_endpoints_are_counted_apart() {
        let limits = Limits::new(Quota::per_second(1));
        let at = Timestamp::UNIX_EPOCH;
        assert!(limits.admit("7", "/user/info/", at).is_ok());
        assert!(limits.admit("8", "/user/info/", at).is_ok());
        assert!(limits.admit("7", "/advertiser/info/", at).is_ok());
        assert_eq!(limits.admit("7", "/user/info/", at), refuse(40100, "App reaches the QPS limit 1"));
    }

    #[test]
    fn an_ad_account_has_its_own_limit_whoever_asks() {
        let limits = Limits::new(Quota { per_advertiser: 2, ..Quota::per_second(0) });
        let call = |account, endpoint, second| {
            limits.admit_advertiser(account, endpoint, Timestamp::from_second(second).unwrap())
        };
        assert_eq!(
            [call(1, "a", 0), call(1, "a", 0), call(2, "a", 0), call(1, "b", 0)],
            [const { Ok(()) }; 4]
        );
        let text = "Advertiser (1)'s QPS (3) reaches QPS limit 2 for current path, request is temporarily restricted.";
        assert_eq!(call(1, "a", 0), refuse(40133, text));
        assert_eq!(call(1, "a", 1), Ok(()));
    }

    #[test]
    fn zero_means_any_number() {
        let limits = Limits::new(Quota::per_second(0));
        assert!((0..2_000).all(|_| call(&limits, 0)));
    }
}
