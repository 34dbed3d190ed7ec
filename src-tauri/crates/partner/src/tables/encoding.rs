//! The text of a file that does not say how it is encoded.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{EUC_JP, Encoding, GBK, UTF_8, UTF_16BE, UTF_16LE};

/// Bytes in which UTF-16 is looked for.
const SAMPLE: usize = 4096;

/// ASCII characters that make a file UTF-16. Every table has them in a heading.
const UTF_16_CHARACTERS: usize = "XPO account".len();

const BYTE_ORDER_MARK: char = '\u{FEFF}';

pub(crate) struct Decoded<'a> {
    /// Without byte order marks, which programs that join files leave in the middle. Invalid characters became U+FFFD.
    pub text: Cow<'a, str>,
    pub encoding: &'static Encoding,
    /// The encoding may be another one.
    pub guessed: bool,
}

/// Decodes a file with the chosen encoding or, without one, with the one that it seems to have.
pub(crate) fn decode<'a>(bytes: &'a [u8], chosen: Option<&'static Encoding>) -> Decoded<'a> {
    let marked = Encoding::for_bom(bytes);
    let content = &bytes[marked.map_or(0, |(_, length)| length)..];
    let (encoding, guessed) = match chosen.or(marked.map(|(encoding, _)| encoding)) {
        Some(encoding) => (encoding, false),
        None => detect(content),
    };
    let mut text = encoding.decode_without_bom_handling(content).0;
    if text.contains(BYTE_ORDER_MARK) {
        text = Cow::Owned(text.replace(BYTE_ORDER_MARK, ""));
    }
    Decoded { text, encoding, guessed }
}

/// The encoding, and whether it is a guess.
fn detect(bytes: &[u8]) -> (&'static Encoding, bool) {
    let zeros = |from| bytes.iter().take(SAMPLE).skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if even.max(odd) >= UTF_16_CHARACTERS {
        return (if even > odd { UTF_16BE } else { UTF_16LE }, false);
    }
    const ESCAPE: u8 = 0x1B; // Starts the Japanese characters in ISO-2022-JP, which is valid UTF-8.
    let (mut valid, mut invalid) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        invalid += usize::from(!chunk.invalid().is_empty());
    }
    // Text in another encoding is hardly ever valid UTF-8, so a few invalid bytes are errors in UTF-8.
    if valid >= invalid && !bytes.contains(&ESCAPE) {
        return (UTF_8, invalid > 0);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    let guess = detector.guess(None, Utf8Detection::Allow);
    // A few Chinese characters can look like EUC-JP. Text in Japanese has kana.
    let is_kana = |c: char| matches!(c, '\u{3041}'..='\u{30FF}');
    let is_chinese = guess == EUC_JP && !EUC_JP.decode_without_bom_handling(bytes).0.contains(is_kana);
    (if is_chinese { GBK } else { guess }, true)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn detected(bytes: &[u8]) -> (&'static str, bool, String) {
        let Decoded { text, encoding, guessed } = decode(bytes, None);
        (encoding.name(), guessed, text.into_owned())
    }

    #[test]
    fn encodings_of_many_countries_are_recognized() {
        for (encoding, text) in [
            ("Shift_JIS", "桜井商店,春の靴"),
            ("EUC-JP", "桜井商店,春の靴"),
            ("ISO-2022-JP", "桜井商店,春の靴"),
            ("gb18030", "海风广告,蓝色茶馆"),
            ("Big5", "海風廣告,藍色博物館"),
            ("EUC-KR", "서울상점,봄신발"),
            ("windows-1251", "Русское агентство,Весенняя обувь"),
            ("windows-1250", "Łódzka Spółka,Żółte Świeże Źródła"),
            ("windows-1252", "Café Olé,Crème brûlée"),
            ("windows-1253", "Ελληνικός Καφές,Άνοιξη"),
            ("windows-1254", "Işık Şirketi,Güneş Çiçeği"),
        ] {
            let text = format!("XPO account,Advertiser\r\n{text}\r\n");
            let (bytes, ..) = Encoding::for_label(encoding.as_bytes()).unwrap().encode(&text);
            let (_, guessed, read) = detected(&bytes);
            assert_eq!((read, guessed), (text, true), "{encoding}");
        }
    }

    #[test]
    fn a_stray_byte_or_byte_order_mark_does_not_spoil_a_file_in_utf_8() {
        assert_eq!(detected("Café".as_bytes()), ("UTF-8", false, "Café".into()));
        assert_eq!(detected(b"Caf\xC3\xA9 \x96 Ol\xC3\xA9"), ("UTF-8", true, "Café \u{FFFD} Olé".into()));
        let marked = "\u{FEFF}\u{FEFF}a\n\u{FEFF}b\u{FEFF}";
        assert_eq!(detected(marked.as_bytes()), ("UTF-8", false, "a\nb".into()));
        let marked: Vec<u8> = marked.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(detected(&marked), ("UTF-16BE", false, "a\nb".into()));
    }

    proptest! {
        #[test]
        fn any_bytes_can_be_decoded_in_any_encoding(bytes in any::<Vec<u8>>()) {
            decode(&bytes, None);
            for label in ["utf-8", "utf-16le", "shift_jis", "gb18030", "macintosh"] {
                decode(&bytes, Encoding::for_label(label.as_bytes()));
            }
        }
    }
}
