//! Text as people search and compare it.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// Folds case, width and invisible characters: "Ａcme" and "acme" are the same name, "Müller" and "Muller" are two names.
pub(crate) fn name_key(text: &str) -> String {
    text.chars().filter(|&c| !is_invisible(c)).nfkc().flat_map(char::to_lowercase).collect()
}

/// Folds what people leave out when they search: case, width, accents, apostrophes and invisible characters. The window does
/// the same with [`folded_characters`].
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            folded.extend((!is_apostrophe(c)).then(|| c.to_ascii_lowercase()));
        } else if let Some(letters) = FOLDED_LETTERS.get(c as usize) {
            let Some(letters) = letters else { return fold_with_marks(text) };
            folded.push_str(letters);
        } else if stays_alone(c) {
            folded.push(c);
        } else {
            return fold_with_marks(text);
        }
    }
    folded
}

/// Folds any text. What a character becomes can depend on those beside it.
fn fold_with_marks(text: &str) -> String {
    // The first pass finds the accents that are typed as apostrophes, which NFKD would separate with a space.
    let once: String = text.chars().flat_map(folded).collect();
    once.nfkd().flat_map(folded).nfc().collect()
}

/// Latin, Greek, Cyrillic, Armenian and Hebrew characters and punctuation, folded. `None` for marks, which combine with other
/// characters, and for other scripts.
static FOLDED_LETTERS: LazyLock<Vec<Option<String>>> = LazyLock::new(|| {
    let combines = |c: char| canonical_combining_class(c) != 0;
    let letter = |c: char| {
        let folded =
            matches!(c, ..'\u{600}' | '\u{1E00}'..).then(|| fold_with_marks(c.encode_utf8(&mut [0; 4])));
        folded.filter(|text| !combines(c) && !text.chars().any(combines))
    };
    ('\0'..='\u{206F}').map(letter).collect()
});

/// Whether folding keeps a character and no neighbor changes that. Knows the common characters of Japanese, Korean and Chinese,
/// and emoji.
fn stays_alone(c: char) -> bool {
    let is_kana = matches!(c, '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | '\u{30FC}');
    let (is_hangul, is_han) = (matches!(c, '가'..='힣'), matches!(c, '\u{4E00}'..='\u{9FFF}'));
    let is_emoji = matches!(c, '\u{1F300}'..='\u{1FAFF}');
    is_kana || is_hangul || is_han || is_emoji
}

/// The characters that each pass of [`fold`] replaces, with their replacements.
pub fn folded_characters() -> impl Iterator<Item = (char, String)> {
    ('\0'..=char::MAX)
        .map(|c| (c, folded(c).collect()))
        .filter(|(c, folded): &(char, String)| !folded.chars().eq([*c]))
}

fn folded(c: char) -> impl Iterator<Item = char> {
    let dropped = is_apostrophe(c) || is_optional_mark(c) || is_invisible(c);
    let kept = (!dropped).then(|| c.to_lowercase());
    kept.into_iter().flatten().flat_map(|c| {
        let (first, second) = base_letters(c);
        [Some(first), second].into_iter().flatten()
    })
}

fn is_apostrophe(c: char) -> bool {
    matches!(c,
        '\'' | '`' | '\u{B4}' | '\u{2B9}'..='\u{2BD}' | '\u{2C8}' | '\u{55A}' | '\u{5F3}' | '\u{1FEF}'
        | '\u{1FFD}' | '\u{2018}'..='\u{201B}' | '\u{2032}' | '\u{2035}' | '\u{A78C}' | '\u{FF07}' | '\u{FF40}')
}

/// Whether a word stays the same without this mark: accents, strokes, Hebrew points and Arabic vowel signs. Vowel signs of
/// Indic and Southeast Asian scripts and the voicing marks of Japanese make another word.
fn is_optional_mark(c: char) -> bool {
    const ARABIC_TATWEEL: char = '\u{640}';
    c == ARABIC_TATWEEL || matches!(canonical_combining_class(c), 1 | 10..=36 | 200..)
}

/// Whether a character shows nothing and separates nothing: Unicode's Default_Ignorable_Code_Point, and two blank symbols.
fn is_invisible(c: char) -> bool {
    const BRAILLE_BLANK: char = '\u{2800}';
    const NULL_NOTEHEAD: char = '\u{1D159}';
    matches!(c,
        BRAILLE_BLANK | NULL_NOTEHEAD | '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFF8}' | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Whether people can see anything of a text.
pub(crate) fn is_visible(text: &str) -> bool {
    !text.chars().all(|c| c.is_whitespace() || c.is_control() || is_invisible(c))
}

/// What is typed instead of a lowercase letter that Unicode does not decompose, on a keyboard without it.
fn base_letters(c: char) -> (char, Option<char>) {
    let base = match c {
        'æ' => return ('a', Some('e')),
        'œ' => return ('o', Some('e')),
        'ß' => return ('s', Some('s')),
        'þ' => return ('t', Some('h')),
        'ⱥ' => 'a',
        'ƀ' | 'ɓ' => 'b',
        'ƈ' | 'ȼ' => 'c',
        'đ' | 'ð' | 'ɖ' | 'ɗ' => 'd',
        'ə' | 'ǝ' | 'ɛ' | 'ɇ' => 'e',
        'ƒ' => 'f',
        'ǥ' | 'ɠ' => 'g',
        'ħ' => 'h',
        'ı' | 'ɨ' => 'i',
        'ɉ' => 'j',
        'ĸ' | 'ƙ' => 'k',
        'ł' | 'ƚ' => 'l',
        'ŋ' | 'ɲ' => 'n',
        'ø' | 'ɔ' | 'ɵ' => 'o',
        'ƥ' => 'p',
        'ɍ' => 'r',
        'ŧ' | 'ⱦ' => 't',
        'ʉ' => 'u',
        'ʋ' => 'v',
        'ƴ' | 'ɏ' => 'y',
        'ƶ' => 'z',
        'ς' => 'σ',
        'ٱ' => 'ا',
        'ى' | 'ی' => 'ي',
        'ک' => 'ك',
        'ة' => 'ه',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        other => other,
    };
    (base, None)
}

/// The name of an object on TikTok, or its id if nobody could see the name.
pub(crate) fn name_or_id<'a>(name: &'a str, id: &'a str) -> &'a str {
    if is_visible(name) { name } else { id }
}

/// Limits the terms of a search below the number of parameters that SQLite allows in a statement.
const MAX_SEARCH_TERMS: usize = 40;

/// Returns the terms of a folded search text.
pub(crate) fn search_terms(folded: &str) -> impl Iterator<Item = &str> {
    words(folded).take(MAX_SEARCH_TERMS)
}

/// Splits a text into words. Control characters separate words because SQLite's text index rejects them.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty())
}

/// Returns whether a character is invisible, controls a terminal or changes the text direction. The joiners U+200C and
/// U+200D are allowed: Persian, Hindi and emoji need them.
pub(crate) fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{061C}' | '\u{180E}' | '\u{200B}' | '\u{200E}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
}

/// Replaces every control character and direction override by a visible character ("␇", "�"), as the window does.
pub fn plain(text: &str) -> String {
    let visible = |c: char| match c {
        '\0'..='\x1F' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\x7F' => '\u{2421}',
        '\u{80}'..='\u{9F}'
        | '\u{200B}'
        | '\u{2028}'..='\u{202E}'
        | '\u{2060}'
        | '\u{2066}'..='\u{2069}'
        | '\u{FEFF}' => char::REPLACEMENT_CHARACTER,
        c => c,
    };
    text.chars().map(visible).collect()
}

/// Returns a name for a sentence, without control characters. Two names of a right-to-left script with only an arrow or a
/// quotation mark between them would change places, and one at the start would turn the whole sentence around.
pub(crate) fn in_sentence(name: &str) -> String {
    let shown = plain(name);
    let is_right_to_left = |c: char| {
        matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}'
            | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
    };
    // The mark is a letter of a left-to-right script without a shape.
    if shown.contains(is_right_to_left) { format!("\u{200E}{shown}\u{200E}") } else { shown }
}

/// Returns a number with its digits in groups, such as "1,200".
pub fn grouped(number: impl TryInto<u64>) -> String {
    let digits = number.try_into().unwrap_or(u64::MAX).to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
    groups.join(",")
}

/// Fills a template in: `{word?this|that}` is `this` if the value of `word` is not empty, and `$word` is the value. The window
/// does the same.
pub fn fill(template: &str, value: impl Fn(&str) -> String) -> String {
    let mut chosen = String::new();
    let mut rest = template;
    while let Some((before, choice, after)) = split_choice(rest) {
        let (word, this, that) = choice;
        chosen.push_str(before);
        chosen.push_str(if value(word).is_empty() { that } else { this });
        rest = after;
    }
    chosen.push_str(rest);
    let mut parts = chosen.split('$');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(part.len());
        text.push_str(&value(&part[..end]));
        text.push_str(&part[end..]);
    }
    text
}

fn split_choice(template: &str) -> Option<(&str, (&str, &str, &str), &str)> {
    let (before, rest) = template.split_once('{')?;
    let (choice, after) = rest.split_once('}')?;
    let (word, choice) = choice.split_once('?')?;
    let (this, that) = choice.split_once('|')?;
    Some((before, (word, this, that), after))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use twox_hash::XxHash3_64;

    use super::*;

    #[test]
    fn a_template_is_filled_in_once() {
        let filled = |subject: &str| {
            fill("It is {subject?“$subject”|nothing} of $subject.", |_| subject.to_owned())
        };
        assert_eq!(filled("Acme"), "It is “Acme” of Acme.");
        assert_eq!(filled(""), "It is nothing of .");
        assert_eq!(filled("{subject?a|b}$x"), "It is “{subject?a|b}$x” of {subject?a|b}$x.");
    }

    #[test]
    fn digits_are_grouped() {
        let numbers = [0_u64, 999, 1_000, 12_345, 1_234_567];
        assert_eq!(numbers.map(grouped), ["0", "999", "1,000", "12,345", "1,234,567"]);
    }

    #[test]
    fn names_of_right_to_left_scripts_keep_their_place_in_a_sentence() {
        assert_eq!(in_sentence("#2 שוקולד"), "\u{200E}#2 שוקולד\u{200E}");
        assert_eq!(in_sentence("Ελλάδα\u{202E}"), "Ελλάδα\u{FFFD}");
    }

    #[test]
    fn control_characters_are_made_visible() {
        assert_eq!(plain("a\u{202E}b\n\u{1B}[31m\u{9B}"), "a\u{FFFD}b␊␛[31m\u{FFFD}");
        assert_eq!(plain("می\u{200C}خواهم"), "می\u{200C}خواهم");
    }

    /// The indexes of names contain folded names (ADR 26). If this fails, files of the last release need a migration that
    /// rebuilds those indexes and the search index, and the hash of the new function.
    #[test]
    fn names_are_folded_as_in_the_files_of_the_last_release() {
        let mut names = String::new();
        // No other characters are assigned.
        for c in ('\0'..='\u{3FFFF}').chain('\u{E0000}'..='\u{E0FFF}') {
            names += &fold(&format!("{c}a e{c}\u{301}\u{323}"));
            names.push('\0');
        }
        assert_eq!(XxHash3_64::oneshot(names.as_bytes()), 10_693_235_877_951_082_219);
    }

    #[test]
    fn names_are_found_as_they_are_typed_on_another_keyboard() {
        for (name, typed) in [
            ("Jalapeño", "jalapeno"),
            ("İzmir", "izmir"),
            ("IŞIK Işık", "isik isik"),
            ("Großmarkt GROẞ", "grossmarkt gross"),
            ("Phở Đặc Biệt", "pho dac biet"),
            ("Łódź Żółć", "lodz zolc"),
            ("Smørrebrød ÆRØ", "smorrebrod aero"),
            ("Þór Ðe", "thor de"),
            ("Καφές ΚΑΦΈΣ", "καφεσ καφεσ"),
            ("καφες", "καφεσ"),
            ("O’Hara O'Hara O´Hara OʼHara O＇Hara O`Hara", "ohara ohara ohara ohara ohara ohara"),
            ("Crème Brûlée", "creme brulee"),
            ("Ёлка Київ", "елка киів"),
            ("شَرِكَة الإعلانات شـركة", "شركه الاعلانات شركه"),
            ("علی کتاب", "علي كتاب"),
            ("شِרָכּ שָׁלוֹם", "شרכ שלום"),
            ("ｶﾞﾗｽ ガラス", "ガラス ガラス"),
            ("Ａｃｍｅ　１２", "acme 12"),
            ("ﬁne № ½", "fine no 1⁄2"),
            ("Coca‑Cola – x", "coca-cola - x"),
            ("می\u{200C}خواهم ❤\u{FE0F}", "ميخواهم ❤"),
            ("soft\u{AD}hyphen\u{200B}", "softhyphen"),
        ] {
            assert_eq!(fold(name), typed, "{name}");
        }
    }

    #[test]
    fn marks_that_make_another_word_are_kept() {
        for (one, other) in [("はは", "ぱぱ"), ("कि", "क"), ("ปา", "ป่า"), ("하", "한")]
        {
            assert_ne!(fold(one), fold(other));
        }
        assert_ne!(name_key("Müller"), name_key("Muller"));
        assert_eq!(name_key("ＭÜLLER"), name_key("müller"));
    }

    #[test]
    fn characters_that_stay_alone_are_folded_like_all_others() {
        let letters = ('\0'..='\u{206F}').filter(|&c| FOLDED_LETTERS[c as usize].is_some());
        let alone: Vec<char> = letters.chain(('\u{2070}'..=char::MAX).filter(|&c| stays_alone(c))).collect();
        for c in &alone {
            let text = c.to_string();
            assert_eq!(fold(&text), fold_with_marks(&text), "U+{:X}", *c as u32);
        }
        // In these texts, characters stand beside those of other scripts.
        for step in [1, 97, 4_099, 11_003] {
            let text: String = (0..alone.len()).map(|n| alone[n * step % alone.len()]).collect();
            assert_eq!(fold(&text), fold_with_marks(&text), "step {step}");
        }
    }

    proptest! {
        #[test]
        fn a_fast_fold_is_the_complete_one(
            text in "([ -~]|[\u{A0}-\u{5FF}]|[\u{1E00}-\u{206F}]|[\u{3041}-\u{30FF}]|[\u{1100}-\u{11FF}]|[가-힣]|[一-龥]|[\u{1F300}-\u{1FAFF}]|\\PC){0,12}"
        ) {
            prop_assert_eq!(fold(&text), fold_with_marks(&text));
        }

        #[test]
        fn a_folded_text_does_not_change_again_and_composed_letters_are_equal(text in any::<String>()) {
            let folded = fold(&text);
            prop_assert_eq!(fold(&folded), &*folded);
            prop_assert_eq!(fold(&text.nfd().collect::<String>()), folded);
        }
    }
}
