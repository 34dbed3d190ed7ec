//! Text as people search and compare it.

use unicode_normalization::UnicodeNormalization;

/// `text` with case and compatible forms folded together, so that "Ａcme" is found by "acme".
pub fn fold(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).collect()
}

/// How many words of a search are looked for: more than anybody types, and fewer than SQLite takes in one statement.
const WORDS: usize = 40;

/// The words of a folded search. Control characters end a word: SQLite's index takes none.
pub(crate) fn words(folded: &str) -> impl Iterator<Item = &str> {
    let words = folded.split(|c: char| c.is_whitespace() || c.is_control());
    words.filter(|word| !word.is_empty()).take(WORDS)
}

/// Whether a character is invisible, steers a terminal or turns the direction of a line. The joiners U+200C and U+200D are
/// none of these: Persian, Hindi and emoji are written with them.
pub(crate) fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{061C}' | '\u{180E}' | '\u{200B}' | '\u{200E}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
}
