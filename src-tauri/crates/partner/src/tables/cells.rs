//! Formulas and rounded numbers in the cells of spreadsheets.

use std::borrow::Cow;

/// Inserts an apostrophe wherever a spreadsheet would interpret a cell, or a part of it, as a formula. `separator` is that of
/// the file. See https://owasp.org/www-community/attacks/CSV_Injection.
pub(crate) fn escape_formula(cell: &str, separator: u8) -> Cow<'_, str> {
    if !parts(cell, separator).any(|(part, at_start)| needs_escape(part, at_start)) {
        return Cow::Borrowed(cell);
    }
    let escaped = parts(cell, separator).flat_map(|(part, at_start)| {
        let apostrophe = if needs_escape(part, at_start) { "'" } else { "" };
        [apostrophe, part]
    });
    escaped.collect()
}

/// Reverses [`escape_formula`].
pub(crate) fn unescape_formula(cell: &str, separator: u8) -> Cow<'_, str> {
    if !cell.contains('\'') {
        return Cow::Borrowed(cell);
    }
    let unescaped = parts(cell, separator).map(|(part, at_start)| {
        part.strip_prefix('\'').filter(|rest| needs_escape(rest, at_start)).unwrap_or(part)
    });
    unescaped.collect()
}

/// The parts of a cell, each with what separates it from the next, and whether it is the first. A spreadsheet with another
/// list separator than the file begins a cell behind it, even inside quotes.
fn parts(cell: &str, separator: u8) -> impl Iterator<Item = (&str, bool)> {
    let ends = move |c: char| matches!(c, ';' | '\t' | '\r' | '\n') || (c == ',' && separator != b',');
    cell.split_inclusive(ends).enumerate().map(|(n, part)| (part, n == 0))
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

/// Returns whether a spreadsheet would take the text for a formula if somebody entered it.
pub(crate) fn is_formula(text: &str) -> bool {
    needs_escape(text, true)
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
            assert_eq!(escape_formula(cell, b','), escaped, "{cell}");
            assert_eq!(unescape_formula(escaped, b','), cell);
        }
        assert_eq!(escape_formula("a, =1", b','), "a, =1", "the comma is quoted");
        assert_eq!(escape_formula("a, =1", b';'), "a,' =1");
        assert_eq!(unescape_formula("a,' =1", b';'), "a, =1");
        for cell in ["Shoes; winter", "a, -5%", "a;;b;", "rock'n'roll;x", "line 1\nline 2"] {
            assert_eq!(escape_formula(cell, b','), cell);
            assert_eq!(unescape_formula(cell, b','), cell);
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
            let escaped = escape_formula(cell, b',');
            assert!(escaped.starts_with('\'') && *escaped != *cell, "{cell}");
            assert_eq!(unescape_formula(&escaped, b','), cell);
        }
        for cell in ["", "Acme", "1-1", "a=b", "株式会社"] {
            assert_eq!(escape_formula(cell, b','), cell);
        }
        assert_eq!(unescape_formula("'s-Hertogenbosch", b','), "'s-Hertogenbosch");
    }

    proptest! {
        #[test]
        fn every_cell_can_be_unescaped(cell in any::<String>()) {
            let escaped = escape_formula(&cell, b',');
            prop_assert_eq!(&*unescape_formula(&escaped, b','), &*cell);
        }

        #[test]
        fn no_spreadsheet_finds_a_formula_whatever_its_list_separator(cell in "[,;\t\n\r\"'=+@ a-]{0,12}") {
            for own in [b',', b';'] {
                let mut table = csv::WriterBuilder::new().delimiter(own).from_writer(Vec::new());
                let escaped = escape_formula(&cell, own);
                table.write_record(["name", &*escaped, "x"]).unwrap();
                let table = table.into_inner().unwrap();
                let readers = [b',', b';', b'\t'].map(|separator| [(separator, true), (separator, separator == own)]);
                for (separator, quoting) in readers.into_iter().flatten() {
                    for found in read_with(separator, quoting, &table) {
                        let first = found.trim_start_matches([' ', '"']).chars().next();
                        let formula = matches!(first, Some('=' | '+' | '-' | '@'));
                        prop_assert!(!formula, "{:?} in {:?}", found, escaped);
                    }
                }
                prop_assert_eq!(&*unescape_formula(&escaped, own), &*cell);
            }
        }
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
