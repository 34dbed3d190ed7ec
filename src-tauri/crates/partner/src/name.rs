//! The rules for a partner's name.

use crate::text::is_control;
use crate::{Error, Result};

/// The most characters a name may have.
pub const LONGEST: usize = 100;

/// The name as it is kept: blanks around it taken away, anything unfit refused.
///
/// # Errors
/// [`Error::NameEmpty`], [`Error::NameTooLong`], or [`Error::NameCharacters`] for control
/// characters and for the separators of paths.
pub fn check(name: &str) -> Result<String> {
    let name = tidy(name)?;
    match name.chars().find(|&c| c == '/' || c == '\\') {
        Some(bad) => Err(Error::NameCharacters(bad)),
        None => Ok(name),
    }
}

/// The name of anything, as it is kept: blanks around it taken away, anything that nobody can see refused.
///
/// # Errors
/// [`Error::NameEmpty`], [`Error::NameTooLong`], or [`Error::NameCharacters`] for control characters and those that turn
/// the direction of a line.
pub fn tidy(name: &str) -> Result<String> {
    let name = name.trim();
    if name.chars().all(|c| c.is_whitespace() || is_joiner(c)) {
        return Err(Error::NameEmpty);
    }
    let length = name.chars().count();
    if length > LONGEST {
        return Err(Error::NameTooLong(length));
    }
    if let Some(bad) = name.chars().find(|&c| is_control(c)) {
        return Err(Error::NameCharacters(bad));
    }
    Ok(name.to_owned())
}

/// Whether the character only joins or parts its neighbours.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}')
}

/// A file's stem for a name: letters and digits of ASCII that a person recognises.
pub(crate) fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in crate::fold(name).chars() {
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
    if slug.is_empty() { "partner".to_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_empty_or_blank_name_is_refused() {
        assert!(matches!(check(""), Err(Error::NameEmpty)));
        assert!(matches!(check(" \t\n"), Err(Error::NameEmpty)));
    }

    #[test]
    fn a_name_of_300_characters_is_refused_and_one_of_100_is_kept() {
        assert!(matches!(check(&"é".repeat(300)), Err(Error::NameTooLong(300))));
        assert_eq!(check(&"é".repeat(100)).unwrap().chars().count(), 100);
    }

    #[test]
    fn a_path_is_no_name() {
        assert!(matches!(check("../x"), Err(Error::NameCharacters('/'))));
        assert!(matches!(check("a\\b"), Err(Error::NameCharacters('\\'))));
        assert!(matches!(check("a\u{202E}b"), Err(Error::NameCharacters('\u{202E}'))));
        assert!(matches!(check("a\u{7}b"), Err(Error::NameCharacters('\u{7}'))));
    }

    #[test]
    fn a_name_may_be_persian_hindi_or_an_emoji_but_not_only_joiners() {
        for name in ["می\u{200C}خواهم", "क्\u{200D}ष", "👩\u{200D}💻", "Ärzte e.V."] {
            assert_eq!(tidy(name).unwrap(), name);
        }
        assert!(matches!(tidy("\u{200D} \u{200C}"), Err(Error::NameEmpty)));
    }

    #[test]
    fn what_turns_or_hides_text_is_no_name() {
        for bad in [
            '\u{061C}', '\u{200B}', '\u{200E}', '\u{200F}', '\u{202A}', '\u{2066}', '\u{FEFF}', '\0',
            '\u{85}',
        ] {
            assert!(
                matches!(tidy(&format!("a{bad}b")), Err(Error::NameCharacters(c)) if c == bad),
                "{bad:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn a_slug_is_always_a_plain_file_name(name in any::<String>()) {
            let slug = slug(&name);
            prop_assert!(!slug.is_empty() && slug.len() <= 40);
            prop_assert!(slug.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
        }
    }
}
