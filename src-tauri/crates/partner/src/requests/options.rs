//! The options of the request form (product.md, section 5).

use std::sync::LazyLock;

use jiff::tz::TimeZoneDatabase;
use jiff::{Timestamp, ToSpan};
use serde::Serialize;
use specta::Type;

pub const INDUSTRIES: &[&str] = &[
    "Apparel & Accessories",
    "Appliances",
    "Apps",
    "Baby, Kids & Maternity",
    "Beauty & Personal Care",
    "Business Services",
    "E-Commerce (Non-app)",
    "Education",
    "Financial Services",
    "Food & Beverage",
    "Games",
    "Health",
    "Home Improvement",
    "Household Products",
    "Life Services",
    "News & Entertainment",
    "Pets",
    "Sports & Outdoor",
    "Tech & Electronics",
    "Travel",
    "Vehicle & Transportation",
    "Other",
];

/// ISO 3166-1: code and English short name, from Debian's package iso-codes 4.15 (`iso_3166-1.json`).
static COUNTRIES: LazyLock<Vec<Choice>> = LazyLock::new(|| choices(include_str!("countries.txt")));

/// TikTok's currencies. Source: TikTok's document 1737585839634433, "Budget verification ratio and value range for each
/// currency".
static CURRENCIES: LazyLock<Vec<Choice>> = LazyLock::new(|| choices(include_str!("currencies.txt")));

/// Bundled, so that the time zones are the same on every computer.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct RequestChoices {
    /// Sorted by name, with *Other* at the end.
    pub industries: Vec<String>,
    /// Sorted by name.
    pub countries: Vec<Choice>,
    /// US dollar first.
    pub currencies: Vec<Choice>,
    /// Sorted by name.
    pub timezones: Vec<Timezone>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct Choice {
    /// ISO 3166-1 alpha-2, or ISO 4217.
    pub code: String,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct Timezone {
    /// The IANA name, such as "Asia/Singapore".
    pub name: String,
    /// Such as "UTC+08:00".
    pub offset: String,
    /// Whether TikTok accepts it: only whole and half-hour offsets.
    pub accepted: bool,
}

impl RequestChoices {
    /// Returns all options. Time zones have the offsets at `now`.
    pub fn at(now: Timestamp) -> RequestChoices {
        let names = ZONES.available().map(|name| name.to_string());
        let mut timezones: Vec<Timezone> = names.filter_map(|name| timezone(&name, now)).collect();
        timezones.sort_by(|one, other| one.name.cmp(&other.name));
        RequestChoices {
            industries: INDUSTRIES.iter().map(|name| (*name).to_owned()).collect(),
            countries: COUNTRIES.clone(),
            currencies: CURRENCIES.clone(),
            timezones,
        }
    }
}

pub fn country(code: &str) -> Option<&'static Choice> {
    COUNTRIES.iter().find(|choice| choice.code == code)
}

pub fn currency(code: &str) -> Option<&'static Choice> {
    CURRENCIES.iter().find(|choice| choice.code == code)
}

/// Returns the time zone with exactly this name, and its offset at `now`. Of names without a place only "UTC" is accepted,
/// not "GMT+8".
pub fn timezone(name: &str, now: Timestamp) -> Option<Timezone> {
    if !(name.contains('/') || name == "UTC") || name.starts_with("Etc/") {
        return None;
    }
    let zone = ZONES.get(name).ok().filter(|zone| zone.iana_name() == Some(name))?;
    let offset = |at: Timestamp| zone.to_offset(at).seconds();
    // Half a year later, for daylight saving time.
    let later = now.checked_add((182 * 24).hours()).unwrap_or(now);
    let accepted = offset(now) % 1800 == 0 && offset(later) % 1800 == 0;
    Some(Timezone { name: name.to_owned(), offset: utc_offset(offset(now), '-'), accepted })
}

/// Returns a time zone as people read it: the offset comes before a name such as "Etc/GMT+8", whose sign is the opposite
/// of the offset's.
pub fn timezone_label(name: String) -> String {
    let has_no_place = name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("etc/"));
    match ZONES.get(&name).ok().filter(|_| has_no_place) {
        Some(zone) => {
            let offset = zone.to_offset(Timestamp::UNIX_EPOCH).seconds();
            format!("{} ({name})", utc_offset(offset, '−'))
        }
        None => name,
    }
}

fn utc_offset(seconds: i32, minus: char) -> String {
    let (sign, minutes) = (if seconds < 0 { minus } else { '+' }, seconds.abs() / 60);
    format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Parses lines of a code, a blank and a name.
fn choices(lines: &str) -> Vec<Choice> {
    let choice = |(code, name): (&str, &str)| Choice { code: code.to_owned(), name: name.to_owned() };
    lines.lines().filter_map(|line| line.split_once(' ')).map(choice).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str, at: &str) -> (String, bool) {
        let zone = timezone(name, at.parse().unwrap()).unwrap();
        (zone.offset, zone.accepted)
    }

    #[test]
    fn r47_the_options_are_complete_and_contain_the_defaults() {
        let choices = RequestChoices::at("2026-07-01T00:00:00Z".parse().unwrap());
        assert_eq!((choices.industries.len(), choices.countries.len()), (22, 249));
        assert_eq!(choices.currencies.len(), 56);
        assert_eq!(choices.currencies[0].code, "USD");
        assert!(choices.timezones.len() > 400, "{}", choices.timezones.len());
        assert!(choices.timezones.iter().any(|zone| zone.name == "Asia/Singapore"));
        for list in [&choices.countries, &choices.currencies] {
            let codes: std::collections::HashSet<&str> = list.iter().map(|c| c.code.as_str()).collect();
            assert_eq!(codes.len(), list.len());
        }
        assert_eq!(country("SG").unwrap().name, "Singapore");
        assert!(country("sg").is_none() && currency("XXX").is_none());
    }

    #[test]
    fn the_time_zone_etc_gmt_plus_8_is_shown_as_eight_hours_behind_utc() {
        for (name, label) in [
            ("Etc/GMT+8", "UTC−08:00 (Etc/GMT+8)"),
            ("Etc/GMT-14", "UTC+14:00 (Etc/GMT-14)"),
            ("etc/gmt+12", "UTC−12:00 (etc/gmt+12)"),
            ("Etc/GMT", "UTC+00:00 (Etc/GMT)"),
            ("Etc/UTC", "UTC+00:00 (Etc/UTC)"),
            ("Etc/GMT+99", "Etc/GMT+99"),
            ("America/Los_Angeles", "America/Los_Angeles"),
            ("UTC", "UTC"),
            ("GMT+8", "GMT+8"),
            ("Ét", "Ét"),
        ] {
            assert_eq!(timezone_label(name.to_owned()), label);
        }
    }

    #[test]
    fn r47_tiktok_accepts_whole_and_half_hour_offsets_only() {
        let (winter, summer) = ("2026-01-01T00:00:00Z", "2026-07-01T00:00:00Z");
        assert_eq!(zone("Asia/Singapore", winter), ("UTC+08:00".into(), true));
        assert_eq!(zone("Asia/Kolkata", winter), ("UTC+05:30".into(), true));
        assert_eq!(zone("America/St_Johns", winter), ("UTC-03:30".into(), true));
        assert_eq!(zone("America/St_Johns", summer), ("UTC-02:30".into(), true));
        assert_eq!(zone("Asia/Kathmandu", winter), ("UTC+05:45".into(), false));
        assert_eq!(zone("Pacific/Chatham", summer), ("UTC+12:45".into(), false));
        for name in ["", "asia/singapore", "Mars/Olympus", "Etc/GMT+8", "EST", "../etc/passwd"] {
            assert_eq!(timezone(name, Timestamp::UNIX_EPOCH), None, "{name}");
        }
    }
}
