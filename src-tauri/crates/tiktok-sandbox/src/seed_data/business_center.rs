//! The Business Centers, each of which owns some ad accounts.

use super::markets::MARKETS;
use super::rng::{Rng, Stream};

pub(super) const CENTERS: u64 = 3;

/// The fields of `GET /bc/get/`.
pub(crate) struct BusinessCenter {
    pub id: u64,
    pub name: String,
    pub company: String,
    pub currency: &'static str,
    pub country: &'static str,
    pub timezone: &'static str,
    pub status: &'static str,
    /// `type`
    pub kind: &'static str,
    pub verification: &'static str,
}

pub(super) fn id(seed: u64, index: u64) -> u64 {
    7_000_100_000_000_000_000 + Rng::new(seed, Stream::BusinessCenter, index).below(1_000_000_000_000)
}

pub(super) fn business_center(seed: u64, index: u64) -> BusinessCenter {
    let mut rng = Rng::new(seed, Stream::BusinessCenter, CENTERS + index);
    let market = &MARKETS[rng.below(MARKETS.len() as u64) as usize];
    let brand = rng.pick(market.brands);
    let at = index as usize % 3;
    BusinessCenter {
        id: id(seed, index),
        name: format!("{brand} – Agency {}", index + 1),
        company: format!("{brand}{}", market.company_form),
        currency: market.currency,
        country: market.country,
        timezone: market.display_timezone,
        status: ["ENABLE", "ENABLE", "PUNISH"][at],
        kind: ["AGENCY", "NORMAL", "SELF_SERVICE_AGENCY"][at],
        verification: ["VERIFIED", "NOT_SUBMITTED", "EXPIRED"][at],
    }
}
