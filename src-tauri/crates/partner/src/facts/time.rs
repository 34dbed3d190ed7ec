//! TikTok's times.

use jiff::civil::DateTime;
use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};

const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// A time as TikTok writes it: "YYYY-MM-DD HH:MM:SS" in UTC, or any other text. It is stored as seconds since 1970, or as the
/// text if that is no such time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TiktokTime(String);

impl TiktokTime {
    fn seconds(&self) -> Option<i64> {
        let text = self.0.as_bytes();
        let separators = [(4, b'-'), (7, b'-'), (10, b' '), (13, b':'), (16, b':')];
        let is_usual = text.len() == 19 && separators.iter().all(|&(at, separator)| text[at] == separator);
        // The parser reads a leap second as the second before it.
        if !is_usual || text[17] == b'6' {
            return None;
        }
        let time: DateTime = self.0.parse().ok()?;
        Some(time.duration_since(EPOCH).as_secs())
    }
}

impl<T: Into<String>> From<T> for TiktokTime {
    fn from(text: T) -> TiktokTime {
        TiktokTime(text.into())
    }
}

impl ToSql for TiktokTime {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.seconds() {
            Some(seconds) => ToSqlOutput::Owned(Value::Integer(seconds)),
            None => ToSqlOutput::Borrowed(ValueRef::Text(self.0.as_bytes())),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rusqlite::Connection;

    use super::*;

    /// Stores a time and reads it as the tables do.
    fn stored(time: &str) -> (Value, String) {
        let book = Connection::open_in_memory().unwrap();
        book.query_row(
            "SELECT t, iif(typeof(t) = 'integer', datetime(t, 'unixepoch'), t) FROM (SELECT ? AS t)",
            [TiktokTime::from(time)],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap()
    }

    #[test]
    fn times_are_numbers_and_other_texts_stay() {
        assert_eq!(stored("2026-03-01 10:30:00").0, Value::Integer(1_772_361_000));
        assert_eq!(stored("1969-12-31 23:59:59").0, Value::Integer(-1));
        assert_eq!(stored("9999-12-31 23:59:59").0, Value::Integer(253_402_300_799));
        for text in [
            "",
            "soon",
            "2026-02-30 00:00:00",
            "2026-03-01T10:30:00",
            "2026-03-01 23:59:60",
            "2026-03-01 10:30",
        ] {
            assert_eq!(stored(text).0, Value::Text(text.to_owned()));
        }
    }

    proptest! {
        #[test]
        fn every_text_is_read_as_it_was_written(
            text in prop_oneof!["[0-9]{4}-[01][0-9]-[0-3][0-9] [0-2][0-9]:[0-6][0-9]:[0-6][0-9]", "[-0-9 :.T+Z]{19}", "\\PC{0,24}"]
        ) {
            prop_assert_eq!(stored(&text).1, text);
        }
    }
}
