//! Text as people search and compare it.

use unicode_normalization::UnicodeNormalization;

/// Folds case and compatible forms, so that "acme" matches "Ａcme".
pub fn fold(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).collect()
}

/// Limits the terms of a search below the number of parameters that SQLite allows in a statement.
const MAX_SEARCH_TERMS: usize = 40;

/// Splits a folded search text into terms. Control characters separate terms because SQLite's text index rejects them.
pub(crate) fn search_terms(folded: &str) -> impl Iterator<Item = &str> {
    let terms = folded.split(|c: char| c.is_whitespace() || c.is_control());
    terms.filter(|term| !term.is_empty()).take(MAX_SEARCH_TERMS)
}

/// Returns whether a character is invisible, controls a terminal or changes the text direction. The joiners U+200C and
/// U+200D are allowed: Persian, Hindi and emoji need them.
pub(crate) fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{061C}' | '\u{180E}' | '\u{200B}' | '\u{200E}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
}
