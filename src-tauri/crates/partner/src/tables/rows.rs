//! The rows of a CSV file, as far as spreadsheets and people write such files.

use std::io::{Chain, Read};

use crate::{Error, Result};

/// The separators that are looked for. A line `sep=` can declare any other.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Follows the text, so that the last row ends before it, unless a quotation mark is still open.
const END: &[u8] = b"\n\n";

pub(crate) struct Rows<'a> {
    text: &'a str,
    reader: csv::Reader<Chain<&'a [u8], &'static [u8]>>,
    pub separator: u8,
    /// Every line is one quoted cell that contains the cells, as some programs write it.
    whole_lines: bool,
    /// The line of the byte `counted`. The reader's own count is wrong after blank lines.
    line: u32,
    counted: usize,
    /// Lines so far that are no rows in a spreadsheet: the declaration of the separator, and those that continue a cell.
    extra_lines: u32,
}

impl<'a> Rows<'a> {
    pub fn of(text: &'a str) -> Rows<'a> {
        let content = text.trim_start_matches(BREAKS);
        let (first, rest) = content.split_once(BREAKS).unwrap_or((content, ""));
        let declared = declared_separator(first);
        let rows = if declared.is_some() { rest.trim_start_matches(BREAKS) } else { content };
        let headings = rows.split(BREAKS).next().unwrap_or_default();
        let (separator, whole_lines) = separator(headings, declared);
        let start = text.len() - rows.len();
        let line = 1 + count_breaks(&text[..start]);
        let extra_lines = u32::from(declared.is_some());
        Rows { line, extra_lines, ..Rows::with(rows, separator, whole_lines) }
    }

    fn with(text: &'a str, separator: u8, whole_lines: bool) -> Rows<'a> {
        let reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .flexible(true)
            .has_headers(false)
            .from_reader(text.as_bytes().chain(END));
        Rows { text, reader, separator, whole_lines, line: 1, counted: 0, extra_lines: 0 }
    }

    /// Reads the next row and returns its number as a spreadsheet counts, which includes blank rows; `None` after the last one.
    ///
    /// # Errors
    /// [`Error::TableQuoteOpen`], with the line as a text editor counts: such a file has no rows yet.
    pub fn read(&mut self, row: &mut csv::StringRecord) -> Result<Option<u32>> {
        let found =
            self.reader.read_record(row).map_err(|error| Error::TableUnreadable(error.to_string()))?;
        if !found {
            return Ok(None);
        }
        let line = self.line_at(row.position().map_or(0, csv::Position::byte));
        if self.reader.position().byte() >= (self.text.len() + END.len()) as u64 {
            let before: u32 = row.iter().take(row.len().saturating_sub(1)).map(count_breaks).sum();
            return Err(Error::TableQuoteOpen(line.saturating_add(before)));
        }
        let number = line - self.extra_lines;
        self.extra_lines += row.iter().map(count_breaks).sum::<u32>();
        if self.whole_lines && row.len() == 1 {
            let cells = row[0].to_owned();
            Rows { line, ..Rows::with(&cells, self.separator, false) }.read(row)?;
        }
        Ok(Some(number))
    }

    /// The line of the row at the reader's position, which can be followed by line breaks.
    fn line_at(&mut self, position: u64) -> u32 {
        let position = usize::try_from(position).unwrap_or(usize::MAX).min(self.text.len());
        let start = self.text.len() - self.text[position..].trim_start_matches(BREAKS).len();
        self.line = self.line.saturating_add(count_breaks(&self.text[self.counted..start]));
        self.counted = start;
        self.line
    }
}

/// A line ends with CR, LF or both.
const BREAKS: [char; 2] = ['\r', '\n'];

fn count_breaks(text: &str) -> u32 {
    let breaks = text.matches(BREAKS).count() - text.matches("\r\n").count();
    u32::try_from(breaks).unwrap_or(u32::MAX)
}

/// The separator in Excel's line `sep=;`, which can be quoted or padded with separators.
fn declared_separator(line: &str) -> Option<u8> {
    let line = line.replace('"', "").to_ascii_lowercase();
    let &[separator, ref padding @ ..] = line.strip_prefix("sep=")?.as_bytes() else { return None };
    let is_separator = |byte: &u8| byte.is_ascii_punctuation() || matches!(byte, b'\t' | b' ');
    (is_separator(&separator) && padding.iter().all(is_separator)).then_some(separator)
}

/// The declared separator, or the most frequent one in the headings outside quotes; and whether there are only some inside.
fn separator(headings: &str, declared: Option<u8>) -> (u8, bool) {
    let most_frequent = |in_quotes: bool| {
        let count = |separator: &u8| {
            let mut quoted = false;
            let bytes = headings.bytes().filter(|&byte| {
                quoted ^= byte == b'"';
                byte == *separator && quoted == in_quotes
            });
            bytes.count()
        };
        let candidates = declared.as_ref().map_or(&SEPARATORS[..], std::slice::from_ref);
        let counted = candidates.iter().rev().map(|separator| (count(separator), *separator));
        counted.max_by_key(|(count, _)| *count).filter(|(count, _)| *count > 0)
    };
    match (most_frequent(false), most_frequent(true)) {
        (Some((_, separator)), _) => (separator, false),
        (None, Some((_, separator))) => (separator, true),
        (None, None) => (declared.unwrap_or(SEPARATORS[0]), false),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(text: &str) -> Result<Vec<(u32, Vec<String>)>> {
        let mut rows = Rows::of(text);
        let mut row = csv::StringRecord::new();
        let mut all = Vec::new();
        while let Some(number) = rows.read(&mut row)? {
            all.push((number, row.iter().map(str::to_owned).collect()));
        }
        Ok(all)
    }

    fn numbers(text: &str) -> Vec<u32> {
        rows(text).unwrap().into_iter().map(|(number, _)| number).collect()
    }

    #[test]
    fn rows_are_numbered_as_in_a_spreadsheet_however_their_lines_end() {
        assert_eq!(numbers("a,b\rc,d\re,f\r"), [1, 2, 3]);
        assert_eq!(numbers("a,b\r\nc,d\ne,f\rg,h"), [1, 2, 3, 4]);
        assert_eq!(numbers("\r\n\na,b\r\r\nc,d\n\n\r\ne,f\n\n"), [3, 5, 8]);
        assert_eq!(numbers("a,b\n\"c\r\nd\re\",\"f\n\"\n\n\"g\n\",h\ri\n"), [1, 2, 4, 5]);
        assert_eq!(numbers("sep=;\ra;b\rc;d"), [1, 2], "a spreadsheet doesn't show the declaration");
        assert_eq!(
            numbers("\"a,b\"\n\"c,\"\"d\ne\"\"\"\n\"f,g\""),
            [1, 2, 3],
            "lines that are quoted as a whole"
        );
        assert_eq!(numbers(""), [] as [u32; 0]);
    }

    #[test]
    fn a_quotation_mark_that_is_never_closed_is_an_error_in_its_line() {
        for (text, line) in [
            ("a,b\nc,d\n\"e,f\ng,h\n", 3),
            ("a,b\r\"c\r\nd\",\"e\rf,g", 3),
            ("a,b\n\"", 2),
            ("\"a,b\nc", 1),
            ("a,b\nc,\"d\"\"\n\n", 2),
            ("\"a,b\"\n\"\"\"c,d\"\n", 2),
        ] {
            assert!(matches!(rows(text), Err(Error::TableQuoteOpen(found)) if found == line), "{text:?}");
        }
        for closed in ["a,b\n\"c\",\"d\"", "a,\"b\"\n", "a,b \"c\n", "a,\"b\n\n\"", "a,\"\""] {
            assert!(rows(closed).is_ok(), "{closed:?}");
        }
    }

    #[test]
    fn lines_that_are_quoted_as_a_whole_are_understood() {
        let all =
            |text: &str| rows(text).unwrap().into_iter().map(|(_, row)| row.join("|")).collect::<Vec<_>>();
        assert_eq!(all("\"a,b\"\r\n\"c,d\"\r\n"), ["a|b", "c|d"]);
        assert_eq!(all("\"a;b\"\n\"c, d;\"\"e;f\"\"\"\n"), ["a|b", "c, d|e;f"]);
        assert_eq!(all("\"a\tb\"\nc\td\n"), ["a|b", "c|d"]);
        assert_eq!(all("a,b\n\"c,d\"\n"), ["a|b", "c,d"], "only if the headings are");
        for line in ["sep=;", "SEP=;", "Sep=;;;", "\"sep=;\"", "\"SEP=;\",,", "sep=; "] {
            assert_eq!(all(&format!("{line}\r\na,x;b\n")), ["a,x|b"], "{line}");
            assert_eq!(all(&format!("{line}\n\"a,x;b\"\n\"c;d\"")), ["a,x|b", "c|d"], "{line}");
        }
        assert_eq!(all("sep=|\na|b"), ["a|b"]);
        assert_eq!(all("sep=\t\na\tb"), ["a|b"]);
        assert_eq!(all("sep=x\na,b"), ["sep=x", "a|b"]);
    }

    #[test]
    fn the_separator_is_the_most_frequent_in_the_headings() {
        assert_eq!(separator("a,b", None), (b',', false));
        assert_eq!(separator("a;b;\"c,,,,\"", None), (b';', false));
        assert_eq!(separator("a\tb", None), (b'\t', false));
        assert_eq!(separator("alone", None), (b',', false));
    }

    proptest! {
        #[test]
        fn any_text_can_be_read(text in "[a\",;\r\n=\u{FEFF}é]*") {
            let Ok(rows) = rows(&text) else { return Ok(()) };
            prop_assert!(rows.windows(2).all(|pair| pair[0].0 < pair[1].0), "{rows:?}");
        }
    }
}
