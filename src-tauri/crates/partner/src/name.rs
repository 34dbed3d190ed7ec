//! Names of partners, and of the objects that admins create.

use crate::error::{Error, Result};
use crate::text::{fold, is_control, is_visible};

/// In characters.
const MAX_LENGTH: usize = 100;

/// Trims and validates the name of a partner.
///
/// # Errors
/// Fails with the errors of [`normalize`], and [`Error::NameCharacters`] for path separators.
pub fn check(name: &str) -> Result<String> {
    let name = normalize(name)?;
    match name.chars().find(|&c| c == '/' || c == '\\') {
        Some(separator) => Err(Error::NameCharacters(separator)),
        None => Ok(name),
    }
}

/// Trims and validates any name.
///
/// # Errors
/// [`Error::NameEmpty`] without a visible character, [`Error::NameTooLong`], or [`Error::NameCharacters`] for control
/// characters and those that change the text direction.
pub fn normalize(name: &str) -> Result<String> {
    let name = name.trim();
    if !is_visible(name) {
        return Err(Error::NameEmpty);
    }
    let length = name.chars().count();
    if length > MAX_LENGTH {
        return Err(Error::NameTooLong(length));
    }
    match name.chars().find(|&c| is_control(c)) {
        Some(control) => Err(Error::NameCharacters(control)),
        None => Ok(name.to_owned()),
    }
}

/// Returns a file name for a name: up to 40 ASCII letters, digits and hyphens, or `otherwise` if the name has none.
pub(crate) fn slug(name: &str, otherwise: &str) -> String {
    let mut slug = String::new();
    for c in fold(name).chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() == 40 {
            break;
        }
    }
    let slug = slug.trim_matches('-');
    if slug.is_empty() { otherwise.to_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn refuses_an_empty_or_blank_name() {
        assert!(matches!(check(""), Err(Error::NameEmpty)));
        assert!(matches!(check(" \t\n"), Err(Error::NameEmpty)));
    }

    #[test]
    fn refuses_a_name_of_300_characters_and_accepts_one_of_100() {
        assert!(matches!(check(&"é".repeat(300)), Err(Error::NameTooLong(300))));
        assert_eq!(check(&"é".repeat(100)).unwrap().chars().count(), 100);
    }

    #[test]
    fn refuses_path_separators_and_control_characters() {
        assert!(matches!(check("../x"), Err(Error::NameCharacters('/'))));
        assert!(matches!(check("a\\b"), Err(Error::NameCharacters('\\'))));
        assert!(matches!(check("a\u{202E}b"), Err(Error::NameCharacters('\u{202E}'))));
        assert!(matches!(check("a\u{7}b"), Err(Error::NameCharacters('\u{7}'))));
    }

    #[test]
    fn accepts_joiners_in_persian_hindi_and_emoji_but_not_only_joiners() {
        for name in ["می\u{200C}خواهم", "क्\u{200D}ष", "👩\u{200D}💻", "Ärzte e.V."] {
            assert_eq!(normalize(name).unwrap(), name);
        }
        assert!(matches!(normalize("\u{200D} \u{200C}"), Err(Error::NameEmpty)));
    }

    #[test]
    fn refuses_names_that_nobody_can_see() {
        for invisible in [
            "\u{3164}",
            "\u{2800}\u{2800}",
            "\u{115F}",
            "\u{1160}",
            "\u{AD}",
            "\u{FFA0}",
            "\u{200B}",
            "\u{FE0F}",
            "\u{E0020}",
            "\u{3000}\u{A0}\u{2800}",
            "\u{1D159}",
            "\u{17B4}",
            "\u{180E}",
            "\u{2063}",
            "\u{0}\u{7}",
        ] {
            assert!(matches!(normalize(invisible), Err(Error::NameEmpty)), "{invisible:?}");
            let visible =
                format!("ㄱ{}", invisible.chars().next().filter(|c| !is_control(*c)).unwrap_or('b'));
            assert!(normalize(&visible).is_ok(), "{visible:?}");
        }
    }

    #[test]
    fn refuses_characters_that_are_invisible_or_change_the_text_direction() {
        for bad in [
            '\u{061C}', '\u{200B}', '\u{200E}', '\u{200F}', '\u{202A}', '\u{2066}', '\u{FEFF}', '\0',
            '\u{85}',
        ] {
            assert!(
                matches!(normalize(&format!("a{bad}b")), Err(Error::NameCharacters(c)) if c == bad),
                "{bad:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn a_slug_is_always_a_valid_file_name(name in any::<String>()) {
            let slug = slug(&name, "partner");
            prop_assert!(!slug.is_empty() && slug.len() <= 40);
            prop_assert!(slug.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
        }
    }
}
