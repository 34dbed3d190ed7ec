//! Random faults. The seed, the request and the number of its earlier attempts determine the fault, so that every run
//! is the same, whatever the order of requests.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::fault::Fault;
use super::mangle::Mangle;
use crate::endpoint::is_portal;
use crate::seed_data::{Rng, Stream};

/// The configuration of random faults. Retrying a request often enough always succeeds, except with [`Chaos::wrong_data`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Chaos {
    /// The same seed gives the same faults.
    pub seed: u64,
    /// The percentage of API requests that fail.
    pub percent: u8,
    /// The maximum delay of a response.
    pub delay_ms: u64,
    /// Whether some requests never get a response.
    pub hangs: bool,
    /// Whether some responses are successful but wrong: empty and repeated pages, wrong totals, wrong types.
    pub wrong_data: bool,
}

impl Default for Chaos {
    fn default() -> Chaos {
        Chaos { seed: 1, percent: 20, delay_ms: 0, hangs: false, wrong_data: false }
    }
}

/// The number of attempts of each request, by its hash.
pub(super) type Attempts = HashMap<u64, u64>;

const CODES: &[i64] = &[40016, 40100, 40133, 40201, 40202, 40700, 50000, 50002, 51001, 51002, 51039, 61000];
const STATUSES: &[u16] = &[429, 500, 502, 503, 504];

impl Chaos {
    /// Returns the fault of this attempt of a request.
    pub(super) fn fault(&self, attempts: &mut Attempts, path: &str, query: &str) -> Option<Fault> {
        if is_portal(path) {
            return None;
        }
        let request = hash(path.bytes().chain([b'?']).chain(query.bytes()));
        let attempt = attempts.entry(request).or_default();
        *attempt += 1;
        let mut rng = Rng::new(self.seed ^ request, Stream::Chaos, *attempt);
        let delay_ms = if self.delay_ms == 0 { 0 } else { rng.below(self.delay_ms.saturating_add(1)) };
        let mut fault = Fault { delay_ms, ..Fault::default() };
        if !rng.chance(self.percent.into()) {
            // Only the response is late: rate limits count a request when it arrives.
            fault.after = true;
            return (delay_ms > 0).then_some(fault);
        }
        let kinds = 7 + if self.wrong_data { 3 } else { 0 };
        match rng.below(kinds) {
            0..2 => fault.code = Some(rng.pick(CODES)),
            2 => {
                fault.status = Some(rng.pick(STATUSES));
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
            7 => fault.total_number = Some(rng.below(10_000) as i64),
            _ => {
                let wrong_data = [Mangle::EmptyPage, Mangle::RepeatPage, Mangle::WrongTypes, Mangle::BadRow];
                fault.mangle = Some(rng.pick(&wrong_data));
            }
        }
        Some(fault)
    }
}

/// Computes the FNV-1a hash, which is the same on every platform and in every version.
fn hash(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3))
}
