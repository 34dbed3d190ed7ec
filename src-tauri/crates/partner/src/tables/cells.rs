//! The text of tables that other programs wrote or will read: encodings, separators, and cells that a spreadsheet would
//! take for formulas.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// The text of a file: as its byte order mark says; else UTF-16 when every other byte is nothing, UTF-8 when it can be,
/// and what Windows writes in Western Europe otherwise. What cannot be read becomes U+FFFD.
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

/// What separates the cells: what the first line has most of, outside quotes. And the text that begins with the headings;
/// Excel's own line `sep=;` is no heading.
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

/// A cell that no spreadsheet takes for a formula: an apostrophe before it, as one types it there.
/// See https://owasp.org/www-community/attacks/CSV_Injection.
pub(crate) fn guard(cell: &str) -> Cow<'_, str> {
    if needs_guard(cell) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// The cell without the apostrophe of [`guard`].
pub(crate) fn unguard(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if needs_guard(rest) => rest,
        _ => cell,
    }
}

/// An apostrophe of the cell's own is guarded too, so that it stays.
fn needs_guard(cell: &str) -> bool {
    let first = cell.trim_start_matches([' ', '\u{A0}', '\u{3000}']).chars().next();
    matches!(first, Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\'' | '＝' | '＋' | '－' | '＠'))
}

/// Whether a spreadsheet has turned a long number into one like 1.23E+18, so that most of its digits are lost.
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
    fn a_guarded_cell_is_no_formula_and_comes_back() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1", " =1", "'", "'=1", "''", "＝1"] {
            let guarded = guard(cell);
            assert!(guarded.starts_with('\'') && *guarded != *cell, "{cell}");
            assert_eq!(unguard(&guarded), cell);
        }
        for cell in ["", "Acme", "1-1", "a=b", "株式会社"] {
            assert_eq!(guard(cell), cell);
        }
        assert_eq!(unguard("'s-Hertogenbosch"), "'s-Hertogenbosch");
    }

    proptest! {
        #[test]
        fn every_cell_comes_back(cell in any::<String>()) {
            let guarded = guard(&cell);
            prop_assert_eq!(unguard(&guarded), &cell);
        }

        #[test]
        fn any_bytes_are_some_text(bytes in any::<Vec<u8>>()) {
            separator(&decode(&bytes));
        }
    }

    #[test]
    fn the_separator_is_what_the_headings_have_most_of() {
        assert_eq!(separator("a,b\n1;2;3;4"), (b',', "a,b\n1;2;3;4"));
        assert_eq!(separator("a;b;\"c,,,,\"").0, b';');
        assert_eq!(separator("a\tb").0, b'\t');
        assert_eq!(separator("alone").0, b',');
        assert_eq!(separator("sep=;\r\na,b"), (b';', "a,b"));
    }

    #[test]
    fn rounded_numbers_are_known() {
        for rounded in ["1.23E+18", "7,00224E+18", "7E18", "1.7799e+15"] {
            assert!(is_rounded(rounded), "{rounded}");
        }
        for other in ["", "E", "1E", "12.3E+1", "1.2.3E4", "7002238017842700001", "Acme E+1", "1E+x"] {
            assert!(!is_rounded(other), "{other}");
        }
    }
}
