//! Creation times, and the formats in which TikTok writes times.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// The initial objects of an account were created between 2023-01-01 and 2026-01-01.
const FIRST: i64 = 1_672_531_200;
const LAST: i64 = 1_767_225_600;
pub(crate) const DAY: i64 = 86_400;

/// Returns the creation time of an object in unix seconds; it increases with the index.
pub(crate) fn created(index: u32, initial: u32) -> i64 {
    let span = i128::from(LAST - FIRST - 200);
    let elapsed = span * i128::from(index) / i128::from(initial.max(index.saturating_add(1)));
    FIRST + i64::try_from(elapsed).unwrap_or(0)
}

fn civil(seconds: i64) -> DateTime {
    Offset::UTC.to_datetime(Timestamp::from_second(seconds).unwrap_or_default())
}

/// Writes `YYYY-MM-DD HH:MM:SS` in UTC with this separator between date and time. Formatted by hand because
/// listings of a million objects call it for every time.
pub(crate) fn write(out: &mut Vec<u8>, seconds: i64, separator: u8) {
    let at = civil(seconds);
    let two_digits = |number: u16| [b'0' + (number / 10) as u8, b'0' + (number % 10) as u8];
    let year = at.year().unsigned_abs();
    out.extend_from_slice(&two_digits(year / 100));
    out.extend_from_slice(&two_digits(year % 100));
    let parts = [at.month(), at.day(), at.hour(), at.minute(), at.second()];
    for (part, before) in parts.into_iter().zip([b'-', b'-', separator, b':', b':']) {
        out.push(before);
        out.extend_from_slice(&two_digits(part.unsigned_abs().into()));
    }
}

/// Returns `YYYY-MM-DD HH:MM:SS` in UTC.
pub(crate) fn text(seconds: i64) -> String {
    let mut out = Vec::new();
    write(&mut out, seconds, b' ');
    String::from_utf8(out).unwrap_or_default()
}

/// Returns `YYYY-MM-DDTHH:MM:SSZ` in UTC.
pub(crate) fn iso(seconds: i64) -> String {
    let mut out = Vec::new();
    write(&mut out, seconds, b'T');
    out.push(b'Z');
    String::from_utf8(out).unwrap_or_default()
}

/// Parses exactly `YYYY-MM-DD HH:MM:SS` in UTC.
pub(crate) fn parse(text: &str) -> Option<i64> {
    let at = DateTime::strptime("%Y-%m-%d %H:%M:%S", text).ok()?;
    let seconds = Offset::UTC.to_timestamp(at).ok()?.as_second();
    (self::text(seconds) == text).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parsing_reverses_formatting() {
        for seconds in [0, FIRST, LAST, 951_782_399, 4_102_444_799] {
            assert_eq!(parse(&text(seconds)), Some(seconds));
        }
        assert_eq!(text(1_697_467_706), "2023-10-16 14:48:26");
        for wrong in ["2023-1-6 4:48:26", "2023-10-16T14:48:26", "2023-10-16", "2023-02-30 00:00:00"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
