//! Business Centers: three, each of which owns some ad accounts.

use super::draw::Draw;
use super::places::PLACES;

/// How many there are.
pub(super) const CENTERS: u64 = 3;

/// One Business Center, as `GET /bc/get/` tells it.
pub(crate) struct Center {
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
    let center = Draw::new(seed, super::BUSINESS_CENTER, index).below(1_000_000_000_000);
    7_000_100_000_000_000_000 + center
}

pub(super) fn center(seed: u64, index: u64) -> Center {
    let mut draw = Draw::new(seed, super::BUSINESS_CENTER, CENTERS + index);
    let place = &PLACES[draw.below(PLACES.len() as u64) as usize];
    let brand = draw.pick(place.brands);
    let at = index as usize % 3;
    Center {
        id: id(seed, index),
        name: format!("{brand} – Agency {}", index + 1),
        company: format!("{brand}{}", place.company_form),
        currency: place.currency,
        country: place.country,
        timezone: place.display_timezone,
        status: ["ENABLE", "ENABLE", "PUNISH"][at],
        kind: ["AGENCY", "NORMAL", "SELF_SERVICE_AGENCY"][at],
        verification: ["VERIFIED", "NOT_SUBMITTED", "EXPIRED"][at],
    }
}
