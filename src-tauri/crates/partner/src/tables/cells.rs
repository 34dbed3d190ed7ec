//! Handles the encodings, separators and formulas of tables from other programs.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Decodes a file by its byte order mark or, without one, as UTF-16 if one of the first two bytes is zero, as UTF-8 if it is
/// valid, and as Windows-1252 otherwise. Invalid characters become U+FFFD.
pub(crate) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    let (encoding, mark) = Encoding::for_bom(bytes).unwrap_or_else(|| {
        let guess = match bytes {
            [0, 1..=u8::MAX, ..] => UTF_16BE,
            [1..=u8::MAX, 0, ..] => UTF_16LE,
            _ if std::str::from_utf8(bytes).is_ok() => UTF_8,
            _ => WINDOWS_1252,
        };
        (guess, 0)
    });
    encoding.decode_without_bom_handling(&bytes[mark..]).0
}

/// Returns the separator of a table, which is the most frequent one in the first line outside quotes, and the text from the
/// headings on. Excel's line `sep=;` is skipped.
pub(crate) fn separator(text: &str) -> (u8, &str) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    if let &[b's', b'e', b'p', b'=', separator @ (b',' | b';' | b'\t')] =
        first.trim_end_matches('\r').as_bytes()
    {
        return (separator, rest);
    }
    let mut quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    for byte in first.bytes() {
        quoted ^= byte == b'"';
        for (separator, count) in &mut counts {
            *count += usize::from(!quoted && byte == *separator);
        }
    }
    let most = counts.iter().rev().max_by_key(|(_, count)| *count);
    (most.map_or(b',', |(separator, _)| *separator), text)
}

/// Where a spreadsheet whose list separator is not a comma begins another cell, even inside quotes.
const SEPARATORS: [char; 4] = [';', '\t', '\r', '\n'];

/// Inserts an apostrophe wherever a spreadsheet would interpret a cell, or a part of it behind one of [`SEPARATORS`], as a
/// formula. See https://owasp.org/www-community/attacks/CSV_Injection.
pub(crate) fn escape_formula(cell: &str) -> Cow<'_, str> {
    if !parts(cell).any(|(part, at_start)| needs_escape(part, at_start)) {
        return Cow::Borrowed(cell);
    }
    let escaped = parts(cell).flat_map(|(part, at_start)| {
        let apostrophe = if needs_escape(part, at_start) { "'" } else { "" };
        [apostrophe, part]
    });
    escaped.collect()
}

/// Reverses [`escape_formula`].
pub(crate) fn unescape_formula(cell: &str) -> Cow<'_, str> {
    if !cell.contains('\'') {
        return Cow::Borrowed(cell);
    }
    let unescaped = parts(cell).map(|(part, at_start)| {
        part.strip_prefix('\'').filter(|rest| needs_escape(rest, at_start)).unwrap_or(part)
    });
    unescaped.collect()
}

/// The parts of a cell that a spreadsheet may take for cells, each with the separator behind it, and whether it is the first.
fn parts(cell: &str) -> impl Iterator<Item = (&str, bool)> {
    cell.split_inclusive(SEPARATORS).enumerate().map(|(n, part)| (part, n == 0))
}

/// Spaces and quotation marks may be removed before a cell is interpreted. Parts that start with an apostrophe are escaped as
/// well, so that unescaping keeps it.
fn needs_escape(part: &str, at_start: bool) -> bool {
    match part.trim_start_matches([' ', '\u{A0}', '\u{3000}', '"']).chars().next() {
        Some('=' | '+' | '-' | '@' | '\'' | '＝' | '＋' | '－' | '＠') => true,
        Some('\t' | '\r' | '\n') => at_start,
        _ => false,
    }
}

/// Returns whether a spreadsheet has rounded a long number, for example to 1.23E+18.
pub(crate) fn is_rounded(cell: &str) -> bool {
    let Some((digits, exponent)) = cell.split_once(['E', 'e']) else { return false };
    let digit = |c: char| c.is_ascii_digit();
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    let (whole, part) = digits.split_once(['.', ',']).unwrap_or((digits, "0"));
    [whole, part, exponent].iter().all(|number| !number.is_empty() && number.chars().all(digit))
        && whole.len() == 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_formula_behind_a_separator_inside_a_cell_is_escaped_and_can_be_unescaped() {
        for (cell, escaped) in [
            ("Sale;=1+1;@SUM(A1)", "Sale;'=1+1;'@SUM(A1)"),
            ("a\t-1", "a\t'-1"),
            ("a\n=1", "a\n'=1"),
            ("a\r\n\r\n +1", "a\r\n\r\n' +1"),
            ("a;\"=1\"", "a;'\"=1\""),
            ("a;'=1", "a;''=1"),
            ("=1;=2", "'=1;'=2"),
        ] {
            assert_eq!(escape_formula(cell), escaped, "{cell}");
            assert_eq!(unescape_formula(escaped), cell);
        }
        for cell in ["Shoes; winter", "a, -5%", "a;;b;", "rock'n'roll;x", "line 1\nline 2"] {
            assert_eq!(escape_formula(cell), cell);
            assert_eq!(unescape_formula(cell), cell);
        }
    }

    /// The cells of a table as a spreadsheet with this list separator reads them.
    fn read_with(separator: u8, quoting: bool, table: &[u8]) -> Vec<String> {
        let mut reader = csv::ReaderBuilder::new();
        reader.delimiter(separator).quoting(quoting).flexible(true).has_headers(false);
        let rows = reader.from_reader(table).into_byte_records().map(Result::unwrap).collect::<Vec<_>>();
        rows.iter().flatten().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect()
    }

    #[test]
    fn an_escaped_cell_is_not_a_formula_and_can_be_unescaped() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1", " =1", "'", "'=1", "''", "＝1"] {
            let escaped = escape_formula(cell);
            assert!(escaped.starts_with('\'') && *escaped != *cell, "{cell}");
            assert_eq!(unescape_formula(&escaped), cell);
        }
        for cell in ["", "Acme", "1-1", "a=b", "株式会社"] {
            assert_eq!(escape_formula(cell), cell);
        }
        assert_eq!(unescape_formula("'s-Hertogenbosch"), "'s-Hertogenbosch");
    }

    proptest! {
        #[test]
        fn every_cell_can_be_unescaped(cell in any::<String>()) {
            let escaped = escape_formula(&cell);
            prop_assert_eq!(&*unescape_formula(&escaped), &*cell);
        }

        #[test]
        fn no_spreadsheet_finds_a_formula_whatever_its_list_separator(cell in "[;\t\n\r\"'=+@ a-]{0,12}") {
            let mut table = csv::Writer::from_writer(Vec::new());
            let escaped = escape_formula(&cell);
            table.write_record(["name", &*escaped, "x"]).unwrap();
            let table = table.into_inner().unwrap();
            for separator in [b',', b';', b'\t'] {
                for quoting in [true, false] {
                    for found in read_with(separator, quoting, &table) {
                        let first = found.trim_start_matches([' ', '"']).chars().next();
                        let formula = matches!(first, Some('=' | '+' | '-' | '@'));
                        prop_assert!(!formula, "{:?} in {:?}", found, escaped);
                    }
                }
            }
            prop_assert_eq!(&*unescape_formula(&escaped), &*cell);
        }

        #[test]
        fn any_bytes_can_be_decoded(bytes in any::<Vec<u8>>()) {
            separator(&decode(&bytes));
        }
    }

    #[test]
    fn the_separator_is_the_most_frequent_in_the_headings() {
        assert_eq!(separator("a,b\n1;2;3;4"), (b',', "a,b\n1;2;3;4"));
        assert_eq!(separator("a;b;\"c,,,,\"").0, b';');
        assert_eq!(separator("a\tb").0, b'\t');
        assert_eq!(separator("alone").0, b',');
        assert_eq!(separator("sep=;\r\na,b"), (b';', "a,b"));
    }

    #[test]
    fn rounded_numbers_are_recognized() {
        for rounded in ["1.23E+18", "7,00224E+18", "7E18", "1.7799e+15"] {
            assert!(is_rounded(rounded), "{rounded}");
        }
        for other in ["", "E", "1E", "12.3E+1", "1.2.3E4", "7002238017842700001", "Acme E+1", "1E+x"] {
            assert!(!is_rounded(other), "{other}");
        }
    }
}
