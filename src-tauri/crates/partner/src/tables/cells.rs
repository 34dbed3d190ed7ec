//! Formulas and rounded numbers in the cells of spreadsheets.

use std::borrow::Cow;

/// Prefixes a cell with an apostrophe if a spreadsheet would interpret it as a formula.
/// See https://owasp.org/www-community/attacks/CSV_Injection.
pub(crate) fn escape_formula(cell: &str) -> Cow<'_, str> {
    if needs_escape(cell) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// Reverses [`escape_formula`].
pub(crate) fn unescape_formula(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if needs_escape(rest) => rest,
        _ => cell,
    }
}

/// Cells that start with an apostrophe are escaped as well, so that unescaping keeps it.
fn needs_escape(cell: &str) -> bool {
    let first = cell.trim_start_matches([' ', '\u{A0}', '\u{3000}']).chars().next();
    matches!(first, Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\'' | '＝' | '＋' | '－' | '＠'))
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
            prop_assert_eq!(unescape_formula(&escaped), &cell);
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
