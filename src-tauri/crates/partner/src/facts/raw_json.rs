//! The JSON objects that TikTok sent, compressed. Most of such an object repeats in every row: the names of its fields, and
//! many of their values. A dictionary of them reduces its size to a tenth, and the time to write it as well.
//!
//! The first byte of compressed data names its dictionary. A file has one for each kind, trained from the first long list that
//! was read; until then, a dictionary of TikTok's documented rows is used.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io;
use std::ops::RangeInclusive;
use std::sync::{Mutex, PoisonError};

use rusqlite::functions::FunctionFlags;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension, ToSql, Transaction};
use zstd::bulk::{Compressor, Decompressor};

use crate::facts::objects::FactKind;
use crate::{Error, Result};

/// A row of each list from TikTok's documentation. Never edit it: existing data cannot be decompressed without it.
const DOCUMENTED_ROWS: &[u8] = include_bytes!("raw_json.dictionary");
const _: () = assert!(
    DOCUMENTED_ROWS.len() == 3582 && fnv1a(DOCUMENTED_ROWS) == 0xa935_8262_612d_5fdf,
    "the dictionary was edited"
);

// The first byte of compressed data. Other numbers are ids in the table `json_dictionary`.
const UNCOMPRESSED: u8 = 0;
const WITH_DOCUMENTED_ROWS: u8 = 1;

const LEVEL: i32 = 1;

/// Rows are much shorter: the longest response that is read has 64 MB.
const MAX_LENGTH: usize = 128 << 20;

/// The rows that a dictionary is trained from. With fewer, it would fit only them.
const TRAINING_ROWS: usize = 200;
/// In bytes. Other rows are not typical.
const TRAINING_ROW: RangeInclusive<usize> = 100..=(16 << 10);
/// In bytes. A larger one saves little more.
const DICTIONARY_SIZE: usize = 16 << 10;

/// The 64-bit FNV-1a hash, which can be computed at compile time.
const fn fnv1a(mut bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    while let [first, rest @ ..] = bytes {
        hash = (hash ^ *first as u64).wrapping_mul(0x100_0000_01b3);
        bytes = rest;
    }
    hash
}

/// A JSON object, compressed, or nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RawJson(Vec<u8>);

impl ToSql for RawJson {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Blob(&self.0)))
    }
}

pub(crate) struct Dictionary {
    id: u8,
    content: Cow<'static, [u8]>,
}

impl Dictionary {
    pub const DOCUMENTED_ROWS: Dictionary =
        Dictionary { id: WITH_DOCUMENTED_ROWS, content: Cow::Borrowed(DOCUMENTED_ROWS) };

    /// Returns the file's own dictionary of a kind.
    pub fn of(book: &Connection, kind: FactKind) -> Result<Option<Dictionary>> {
        let mut select = book.prepare_cached("SELECT id, content FROM json_dictionary WHERE kind = ?")?;
        let read =
            |row: &rusqlite::Row<'_>| Ok(Dictionary { id: row.get(0)?, content: Cow::Owned(row.get(1)?) });
        Ok(select.query_row([kind], read).optional()?)
    }

    /// Returns whether the rows are enough to train a dictionary from.
    pub fn can_train(rows: &[&[u8]]) -> bool {
        typical(rows).count() == TRAINING_ROWS
    }

    /// Returns the content of a dictionary for rows like these, or `None` if they are too few or too short.
    pub fn train(rows: &[&[u8]]) -> Option<Vec<u8>> {
        if !Dictionary::can_train(rows) {
            return None;
        }
        zstd::dict::from_samples(&typical(rows).collect::<Vec<_>>(), DICTIONARY_SIZE).ok()
    }

    /// Adds a kind's dictionary to the file, unless another job has added one. Returns the one that the file has.
    pub fn add(book: &Transaction<'_>, kind: FactKind, content: &[u8]) -> Result<Option<Dictionary>> {
        book.prepare_cached(
            "INSERT INTO json_dictionary (id, kind, content)
             VALUES (1 + (SELECT coalesce(max(id), 1) FROM json_dictionary), ?, ?) ON CONFLICT DO NOTHING",
        )?
        .execute((kind, content))?;
        Dictionary::of(book, kind)
    }

    pub fn compress<'a>(&self, rows: impl IntoIterator<Item = &'a [u8]>) -> Vec<RawJson> {
        let (mut compressor, mut buffer) = (self.compressor(), Vec::new());
        let compress = |row: &[u8]| {
            if row.is_empty() {
                return RawJson::default();
            }
            buffer.clear();
            buffer.reserve(zstd::zstd_safe::compress_bound(row.len()));
            // Compression fails only for lack of memory, if ever.
            let compressed =
                compressor.as_mut().map(|compressor| compressor.compress_to_buffer(row, &mut buffer));
            let (dictionary, row) = match compressed {
                Ok(Ok(_)) => (self.id, buffer.as_slice()),
                _ => (UNCOMPRESSED, row),
            };
            RawJson([&[dictionary], row].concat())
        };
        rows.into_iter().map(compress).collect()
    }

    fn compressor(&self) -> io::Result<Compressor<'static>> {
        let mut compressor = Compressor::with_dictionary(LEVEL, &self.content)?;
        // Without a checksum, damaged data can decompress to another text.
        compressor.include_checksum(true)?;
        compressor.include_dictid(false)?;
        Ok(compressor)
    }
}

fn typical<'a>(rows: &'a [&'a [u8]]) -> impl Iterator<Item = &'a [u8]> {
    let is_typical = |row: &&[u8]| TRAINING_ROW.contains(&row.len());
    rows.iter().copied().filter(is_typical).take(TRAINING_ROWS)
}

/// Decompresses the objects of a file.
pub struct Decompressors(HashMap<u8, Decompressor<'static>>);

impl Decompressors {
    /// Reads the dictionaries that the file has now.
    pub fn new(book: &Connection) -> Result<Decompressors> {
        let mut select = book.prepare_cached("SELECT id, content FROM json_dictionary")?;
        let own = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let documented: (u8, Vec<u8>) = (WITH_DOCUMENTED_ROWS, DOCUMENTED_ROWS.to_vec());
        let mut decompressors = HashMap::new();
        for dictionary in own.chain([Ok(documented)]) {
            let (id, content) = dictionary?;
            // Without an invalid dictionary, the objects of the other kinds can still be read.
            if let Ok(decompressor) = Decompressor::with_dictionary(&content) {
                decompressors.insert(id, decompressor);
            }
        }
        Ok(Decompressors(decompressors))
    }

    /// # Errors
    /// [`Error::FileDamaged`] when the data is invalid.
    pub fn decompress(&mut self, compressed: &[u8]) -> Result<String> {
        let json = match compressed.split_first() {
            Some((&UNCOMPRESSED, json)) => json.to_vec(),
            Some((id, compressed)) => {
                let decompressor = self.0.get_mut(id).ok_or_else(|| damaged("no valid dictionary"))?;
                let size = Decompressor::upper_bound(compressed).filter(|size| *size <= MAX_LENGTH);
                let size = size.ok_or_else(|| damaged("too long"))?;
                decompressor.decompress(compressed, size).map_err(|error| damaged(&error.to_string()))?
            }
            None => return Err(damaged("nothing")),
        };
        String::from_utf8(json).map_err(|error| damaged(&error.to_string()))
    }
}

fn damaged(why: &str) -> Error {
    Error::FileDamaged(format!("compressed JSON: {why}"))
}

/// Adds the SQL function `decompressed(compressed)`. It has the dictionaries that the file has now.
pub(crate) fn add_sql_function(connection: &Connection) -> Result<()> {
    let decompressors = Mutex::new(Decompressors::new(connection)?);
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("decompressed", 1, flags, move |call| {
        let mut decompressors = decompressors.lock().unwrap_or_else(PoisonError::into_inner);
        decompressors
            .decompress(call.get_raw(0).as_blob()?)
            .map_err(|error| rusqlite::Error::UserFunctionError(error.into()))
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> Connection {
        let book = Connection::open_in_memory().unwrap();
        let table = "CREATE TABLE json_dictionary (id INTEGER PRIMARY KEY, kind TEXT UNIQUE, content BLOB)";
        book.execute(table, []).unwrap();
        book
    }

    fn compress(dictionary: &Dictionary, row: &str) -> Vec<u8> {
        dictionary.compress([row.as_bytes()]).remove(0).0
    }

    fn row(n: usize) -> String {
        let row = std::str::from_utf8(DOCUMENTED_ROWS).unwrap().lines().nth(1).unwrap();
        row.replace("Campaign A", &format!("Ünï \u{202e}🎈 {n}"))
            .replace("1779923887578145", &format!("{}", n * 7_919))
    }

    fn trained(book: &mut Connection, kind: FactKind, from: usize) -> Dictionary {
        let rows: Vec<String> = (from..from + 1_000).map(row).collect();
        let rows: Vec<&[u8]> = rows.iter().map(String::as_bytes).collect();
        let content = Dictionary::train(&rows).unwrap();
        let transaction = book.transaction().unwrap();
        let dictionary = Dictionary::add(&transaction, kind, &content).unwrap().unwrap();
        transaction.commit().unwrap();
        dictionary
    }

    #[test]
    fn compression_keeps_every_character_and_saves_most_of_the_space() {
        let mut book = file();
        let own = trained(&mut book, FactKind::Campaign, 0);
        let mut decompressors = Decompressors::new(&book).unwrap();
        let row = row(5_000);
        for (dictionary, ratio) in [(Dictionary::DOCUMENTED_ROWS, 5), (own, 10)] {
            let compressed = compress(&dictionary, &row);
            assert!(compressed.len() * ratio < row.len(), "{} of {}", compressed.len(), row.len());
            assert_eq!(decompressors.decompress(&compressed).unwrap(), row);
            for text in ["{}", "\0", &"x".repeat(2_000_000)] {
                assert_eq!(decompressors.decompress(&compress(&dictionary, text)).unwrap(), text);
            }
            assert_eq!(dictionary.compress([&b""[..]]), [RawJson::default()]);
        }
    }

    #[test]
    fn each_kind_keeps_its_first_dictionary() {
        let mut book = file();
        let first = trained(&mut book, FactKind::Campaign, 0);
        let compressed = compress(&first, &row(1));
        let again = trained(&mut book, FactKind::Campaign, 500_000);
        assert_eq!((again.id, &again.content), (first.id, &first.content));
        let other = trained(&mut book, FactKind::Ad, 500_000);
        assert_ne!(other.id, first.id);
        assert_eq!(Decompressors::new(&book).unwrap().decompress(&compressed).unwrap(), row(1));
    }

    #[test]
    fn rows_that_are_few_or_empty_or_short_or_huge_have_no_dictionary() {
        let few: Vec<String> = (0..TRAINING_ROWS - 1).map(row).collect();
        let [empty, short] = ["", "{}"].map(|row| vec![row.to_owned(); 1_000]);
        let huge = vec!["x".repeat(TRAINING_ROW.end() + 1); 1_000];
        for rows in [few, empty, short, huge] {
            let rows: Vec<&[u8]> = rows.iter().map(String::as_bytes).collect();
            assert!(Dictionary::train(&rows).is_none());
        }
    }

    #[test]
    fn a_row_with_any_changed_byte_is_an_error_instead_of_another_text() {
        let mut book = file();
        let own = trained(&mut book, FactKind::Campaign, 0);
        let mut decompressors = Decompressors::new(&book).unwrap();
        let row = row(2);
        for dictionary in [Dictionary::DOCUMENTED_ROWS, own] {
            let whole = compress(&dictionary, &row);
            for at in 0..whole.len() {
                for bit in 0..8 {
                    let mut damaged = whole.clone();
                    damaged[at] ^= 1 << bit;
                    // A bit that changes nothing, such as an unused one of the header, does not matter.
                    let read = decompressors.decompress(&damaged);
                    assert!(!matches!(&read, Ok(text) if *text != row), "byte {at}, bit {bit}: {read:?}");
                }
            }
        }
    }

    #[test]
    fn invalid_data_is_an_error() {
        let book = file();
        let mut decompressors = Decompressors::new(&book).unwrap();
        let whole = compress(&Dictionary::DOCUMENTED_ROWS, r#"{"pacing":"FAST"}"#);
        for damaged in [&[][..], &whole[1..], &whole[..whole.len() - 1], b"\x01{}", b"\x02{}"] {
            let read = decompressors.decompress(damaged);
            assert!(matches!(read, Err(Error::FileDamaged(_))), "{damaged:?}");
        }
        // The magic number of a dictionary, without the rest of one.
        book.execute("INSERT INTO json_dictionary VALUES (2, 'ad', x'37A430EC00000000')", []).unwrap();
        let mut decompressors = Decompressors::new(&book).unwrap();
        assert!(matches!(decompressors.decompress(b"\x02{}"), Err(Error::FileDamaged(_))));
        assert_eq!(decompressors.decompress(&whole).unwrap(), r#"{"pacing":"FAST"}"#);
    }
}
