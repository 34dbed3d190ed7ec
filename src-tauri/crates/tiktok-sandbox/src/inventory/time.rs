//! When things were made, and the three ways in which TikTok writes a time.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// The first object of an account was made at 2023-01-01, the last from the beginning before 2026-01-01.
const FIRST: i64 = 1_672_531_200;
const LAST: i64 = 1_767_225_600;
pub(crate) const DAY: i64 = 86_400;

/// When object `index` of `base` was made, unix seconds: later numbers later.
pub(crate) fn created(index: u32, base: u32) -> i64 {
    let span = i128::from(LAST - FIRST - 200);
    let place = span * i128::from(index) / i128::from(base.max(index.saturating_add(1)));
    FIRST + i64::try_from(place).unwrap_or(0)
}

fn civil(seconds: i64) -> DateTime {
    Offset::UTC.to_datetime(Timestamp::from_second(seconds).unwrap_or_default())
}

/// `YYYY-MM-DD HH:MM:SS` in UTC; with `separator` `T` it is the date part of ISO 8601.
pub(crate) fn write(out: &mut Vec<u8>, seconds: i64, separator: u8) {
    let at = civil(seconds);
    let mut digits = |number: i16, width: usize| {
        let mut text = [b'0'; 4];
        let mut rest = number.unsigned_abs();
        for digit in text[..width].iter_mut().rev() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        out.extend_from_slice(&text[..width]);
    };
    digits(at.year(), 4);
    let rest = [at.month(), at.day(), at.hour(), at.minute(), at.second()];
    let marks = [b'-', b'-', separator, b':', b':'];
    for (number, mark) in rest.into_iter().zip(marks) {
        out.push(mark);
        let number = number.unsigned_abs();
        out.extend_from_slice(&[b'0' + number / 10, b'0' + number % 10]);
    }
}

/// `YYYY-MM-DD HH:MM:SS` in UTC.
pub(crate) fn text(seconds: i64) -> String {
    let mut out = Vec::new();
    write(&mut out, seconds, b' ');
    String::from_utf8(out).unwrap_or_default()
}

/// `YYYY-MM-DDTHH:MM:SSZ`
pub(crate) fn iso(seconds: i64) -> String {
    let mut out = Vec::new();
    write(&mut out, seconds, b'T');
    out.push(b'Z');
    String::from_utf8(out).unwrap_or_default()
}

/// Reads `YYYY-MM-DD HH:MM:SS` in UTC, and nothing else.
pub(crate) fn read(text: &str) -> Option<i64> {
    let at = DateTime::strptime("%Y-%m-%d %H:%M:%S", text).ok()?;
    let seconds = Offset::UTC.to_timestamp(at).ok()?.as_second();
    (self::text(seconds) == text).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_reads_as_it_was_written() {
        for seconds in [0, FIRST, LAST, 951_782_399, 4_102_444_799] {
            assert_eq!(read(&text(seconds)), Some(seconds));
        }
        assert_eq!(text(1_697_467_706), "2023-10-16 14:48:26");
        for wrong in ["2023-1-6 4:48:26", "2023-10-16T14:48:26", "2023-10-16", "2023-02-30 00:00:00"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
