//! Faults by chance. What happens to a request is decided by the seed, the request and how often it came before, so it is
//! the same in every run, whatever the order of requests.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{Fault, Mangle, is_portal};
use crate::data::Draw;

const CHAOS: u64 = 41;

/// How bad the days are. All of it is over when the same request is tried often enough, but for [`Chaos::lies`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Chaos {
    /// The same seed gives the same faults.
    pub seed: u64,
    /// Of a hundred requests to the API, so many go wrong.
    pub percent: u8,
    /// Each answer waits up to so many milliseconds.
    pub delay_ms: u64,
    /// Whether some of them are never answered.
    pub hangs: bool,
    /// Whether some answers look good and are wrong: empty and repeated pages, false totals, odd types.
    pub lies: bool,
}

impl Default for Chaos {
    fn default() -> Chaos {
        Chaos { seed: 1, percent: 20, delay_ms: 0, hangs: false, lies: false }
    }
}

/// How often each request came.
pub(super) type Counts = HashMap<u64, u64>;

const CODES: &[i64] = &[40016, 40100, 40133, 40201, 40202, 40700, 50000, 50002, 51001, 51002, 51039, 61000];
const STATUSES: &[u16] = &[429, 500, 502, 503, 504];

impl Chaos {
    /// What happens to a request this time.
    pub(super) fn fault(&self, counts: &mut Counts, path: &str, query: &str) -> Option<Fault> {
        if is_portal(path) {
            return None;
        }
        let request = hash(path.bytes().chain([b'?']).chain(query.bytes()));
        let count = counts.entry(request).or_default();
        *count += 1;
        let mut draw = Draw::new(self.seed ^ request, CHAOS, *count);
        let delay_ms = if self.delay_ms == 0 { 0 } else { draw.below(self.delay_ms.saturating_add(1)) };
        let mut fault = Fault { delay_ms, ..Fault::default() };
        if !draw.chance(self.percent.into()) {
            // It takes its time to answer; the limits count when a request arrives.
            fault.after = true;
            return (delay_ms > 0).then_some(fault);
        }
        let kinds = 7 + if self.lies { 3 } else { 0 };
        match draw.below(kinds) {
            0..2 => fault.code = Some(draw.pick(CODES)),
            2 => {
                fault.status = Some(draw.pick(STATUSES));
                fault.html = Some("<html><body><h1>Gateway</h1></body></html>".into());
            }
            3 => fault.drop = true,
            4 => fault.reset = true,
            5 => fault.cut = true,
            6 if self.hangs => fault.hang = true,
            6 => {
                fault.drop = true;
                fault.after = true;
            }
            7 => fault.total_number = Some(draw.below(10_000) as i64),
            _ => {
                let lies = [Mangle::EmptyPage, Mangle::RepeatPage, Mangle::WrongTypes, Mangle::BadRow];
                fault.mangle = Some(draw.pick(&lies));
            }
        }
        Some(fault)
    }
}

/// FNV-1a: the same on every platform and in every version.
fn hash(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3))
}
