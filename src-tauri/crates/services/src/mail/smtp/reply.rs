//! Replies of a mail server (RFC 5321, 4.2). Only the codes matter to the program; the text, in whatever encoding, is for
//! people.

use std::fmt;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

/// The most bytes of a reply that are read.
pub const MAX_REPLY_BYTES: usize = 64 * 1024;

/// A complete reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// 200 to 599.
    pub code: u16,
    /// The lines without their codes.
    pub lines: Vec<String>,
}

/// The bytes are not a reply. Contains the start of them as text.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a reply of a mail server: {0}")]
pub struct InvalidReply(pub String);

impl InvalidReply {
    pub fn new(bytes: &[u8]) -> InvalidReply {
        InvalidReply(decode(&bytes[..bytes.len().min(200)]).trim_end().to_owned())
    }
}

impl Reply {
    /// Parses the first reply in `bytes` and returns it with its length, or `None` if the reply is not complete yet.
    pub fn parse(bytes: &[u8]) -> Result<Option<(Reply, usize)>, InvalidReply> {
        let mut code = None;
        let mut text = Vec::new();
        let mut length = 0;
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let Some(content) = line.strip_suffix(b"\n") else { break };
            length += line.len();
            let content = content.strip_suffix(b"\r").unwrap_or(content);
            let (line_code, is_last, line_text) =
                split_line(content).ok_or_else(|| InvalidReply::new(bytes))?;
            if *code.get_or_insert(line_code) != line_code {
                return Err(InvalidReply::new(bytes));
            }
            text.extend_from_slice(line_text);
            if is_last {
                let lines = decode(&text).split('\n').map(str::to_owned).collect();
                return Ok(Some((Reply { code: line_code, lines }, length)));
            }
            text.push(b'\n');
        }
        Ok(None)
    }

    /// Returns the subject and detail of the enhanced status code (RFC 3463) that the text starts with, if its class is
    /// that of the reply.
    pub fn enhanced_status(&self) -> Option<(u16, u16)> {
        let word = self.lines.first()?.split_ascii_whitespace().next()?.trim_end_matches([':', ';', ',']);
        let mut numbers = word.split('.').map(|digits| {
            let is_number = digits.len() <= 3 && digits.bytes().all(|byte| byte.is_ascii_digit());
            digits.parse::<u16>().ok().filter(|_| is_number)
        });
        let (class, subject, detail) = (numbers.next()??, numbers.next()??, numbers.next()??);
        (numbers.next().is_none() && class == self.code / 100).then_some((subject, detail))
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.lines.join(" "))
    }
}

/// Splits a line into its code, whether it is the last one, and its text.
fn split_line(line: &[u8]) -> Option<(u16, bool, &[u8])> {
    let (digits, rest) = line.split_at_checked(3)?;
    let code =
        str::from_utf8(digits).ok().filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    let code = code.parse().ok().filter(|code| (200..600).contains(code))?;
    match rest {
        // RFC 5321, 4.2: clients have to accept a code without text.
        [] => Some((code, true, rest)),
        [b' ' | b'\t', text @ ..] => Some((code, true, text)),
        [b'-', text @ ..] => Some((code, false, text)),
        _ => None,
    }
}

/// Decodes UTF-8, or otherwise the encoding that is most likely.
fn decode(bytes: &[u8]) -> String {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    let (text, _, _) = detector.guess(None, Utf8Detection::Allow).decode(bytes);
    text.into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Option<(u16, Vec<String>)> {
        let (reply, length) = Reply::parse(text.as_bytes()).unwrap()?;
        assert_eq!(length, text.len());
        Some((reply.code, reply.lines))
    }

    #[test]
    fn reads_single_and_multiline_replies() {
        let lines = |lines: &[&str]| lines.iter().map(ToString::to_string).collect::<Vec<_>>();
        for (text, code, expected) in [
            ("250 OK\r\n", 250, lines(&["OK"])),
            ("250\r\n", 250, lines(&[""])),
            ("250 \r\n", 250, lines(&[""])),
            ("354\n", 354, lines(&[""])),
            ("250-one\r\n250-\r\n250 three\r\n", 250, lines(&["one", "", "three"])),
            ("250-one\r\n250\r\n", 250, lines(&["one", ""])),
            ("571 -5 250 x\r\n", 571, lines(&["-5 250 x"])),
        ] {
            assert_eq!(parse(text), Some((code, expected)), "{text:?}");
        }
        for incomplete in ["", "2", "250", "250 OK", "250 OK\r", "250-OK\r\n", "250-OK\r\n250"] {
            assert_eq!(parse(incomplete), None, "{incomplete:?}");
        }
    }

    #[test]
    fn rejects_what_is_not_a_reply() {
        for text in [
            "\r\n",
            "25\r\n",
            "HTTP/1.1 400 Bad Request\r\n",
            "2500 OK\r\n",
            "250.OK\r\n",
            "150 OK\r\n",
            "600 OK\r\n",
            "+50 OK\r\n",
            " 250 OK\r\n",
            "٢٥٠ OK\r\n",
            "250-one\r\n550 two\r\n",
            "250-one\r\ntwo\r\n",
        ] {
            assert!(Reply::parse(text.as_bytes()).is_err(), "{text:?}");
        }
    }

    #[test]
    fn reads_the_enhanced_status_code() {
        for (text, status) in [
            ("550 5.7.60 SMTP; no\r\n", Some((7, 60))),
            ("550-5.4.5 one\r\n550 5.4.5 two\r\n", Some((4, 5))),
            ("250 2.0.0\r\n", Some((0, 0))),
            ("550 5.7.1: no\r\n", Some((7, 1))),
            ("550 5.7\r\n", None),
            ("550 5.7.1.2 no\r\n", None),
            ("550 5.7.1000 no\r\n", None),
            ("550 5.+7.1 no\r\n", None),
            ("550 4.7.1 no\r\n", None),
            ("550 no 5.7.1\r\n", None),
            ("550\r\n", None),
        ] {
            let (reply, _) = Reply::parse(text.as_bytes()).unwrap().unwrap();
            assert_eq!(reply.enhanced_status(), status, "{text:?}");
        }
    }

    // `PROPTEST_CASES` sets the number of cases.
    proptest! {
        #[test]
        fn any_bytes_are_a_reply_or_incomplete_or_rejected(bytes in any::<Vec<u8>>()) {
            if let Ok(Some((reply, length))) = Reply::parse(&bytes) {
                prop_assert!((200..600).contains(&reply.code));
                prop_assert!((4..=bytes.len()).contains(&length));
            }
        }

        #[test]
        fn replies_are_read_in_pieces_and_later_bytes_are_kept(
            code in 200_u16..600,
            texts in prop::collection::vec(prop::collection::vec(any::<u8>().prop_filter("line end", |b| *b != b'\n'), 0..40), 1..5),
            rest in any::<Vec<u8>>(),
            lone_line_feed in any::<bool>(),
        ) {
            let end = if lone_line_feed { "\n" } else { "\r\n" };
            let mut bytes = Vec::new();
            for (index, text) in texts.iter().enumerate() {
                let separator = if index + 1 < texts.len() { '-' } else { ' ' };
                bytes.extend(format!("{code}{separator}").bytes());
                bytes.extend(text);
                bytes.extend(end.bytes());
            }
            for length in 0..bytes.len() {
                prop_assert_eq!(Reply::parse(&bytes[..length]), Ok(None));
            }
            let length = bytes.len();
            bytes.extend(rest);
            let (reply, read) = Reply::parse(&bytes).unwrap().unwrap();
            prop_assert_eq!((reply.code, read), (code, length));
            reply.enhanced_status();
        }
    }
}
