//! Repairs text that TikTok cut in the middle of a character.

/// Decodes a response. Bytes that are not UTF-8, and `\u` escapes of half a surrogate pair, become U+FFFD: otherwise one
/// truncated name would make the whole response unreadable.
pub fn to_text(body: Vec<u8>) -> String {
    let mut text = String::from_utf8(body)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    for at in lone_surrogates(text.as_bytes()) {
        text.replace_range(at..at + 4, "fffd");
    }
    text
}

/// The positions of the four hexadecimal digits of each surrogate that is not part of a pair.
fn lone_surrogates(json: &[u8]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(escape) = json.get(at..).and_then(|rest| memchr::memchr(b'\\', rest)) {
        let digits = at + escape + 2;
        // The escape of a backslash is not the start of another escape.
        at = digits;
        match escaped_unit(json, digits) {
            Some(0xD800..=0xDBFF) => {
                let second = digits + 6;
                if matches!(escaped_unit(json, second), Some(0xDC00..=0xDFFF)) {
                    at = second + 4;
                } else {
                    found.push(digits);
                }
            }
            Some(0xDC00..=0xDFFF) => found.push(digits),
            _ => {}
        }
    }
    found
}

/// The UTF-16 unit whose digits start at `digits`, if `\u` precedes them.
fn escaped_unit(json: &[u8], digits: usize) -> Option<u16> {
    if json.get(digits - 2..digits)? != b"\\u" {
        return None;
    }
    let digits = json.get(digits..digits + 4).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    #[test]
    fn half_an_emoji_becomes_a_replacement_character_and_whole_ones_stay() {
        for (json, expected) in [
            (r#""Shop \ud83d""#, "Shop \u{fffd}"),
            (r#""Shop \uD83D\uDE00!""#, "Shop 😀!"),
            (r#""\ude00 Shop""#, "\u{fffd} Shop"),
            (r#""\ud83d\ud83d\ude00""#, "\u{fffd}😀"),
            (r#""\ud83dx\ude00""#, "\u{fffd}x\u{fffd}"),
            (r#""C:\\ud83d""#, "C:\\ud83d"),
            (r#""\\\ud83d\n""#, "\\\u{fffd}\n"),
        ] {
            let text = to_text(json.into());
            assert_eq!(serde_json::from_str::<String>(&text).unwrap(), expected, "{json}");
        }
    }

    proptest! {
        #[test]
        fn valid_json_is_unchanged(text: String) {
            let json = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(to_text(json.clone().into_bytes()), json);
        }

        #[test]
        fn any_sequence_of_escaped_units_becomes_readable(units in prop::collection::vec(any::<u16>(), 0..8)) {
            let escapes: String = units.iter().map(|unit| format!("\\u{unit:04X}")).collect();
            let text = to_text(format!("\"{escapes}\"").into_bytes());
            prop_assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), String::from_utf16_lossy(&units));
        }
    }
}
