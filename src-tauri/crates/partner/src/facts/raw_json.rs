//! The JSON objects that TikTok sent, compressed. Most of such an object is field names, the same in every row, so a
//! dictionary of TikTok's documented rows reduces its size to a fifth, and the time to write it as well.

use std::cell::RefCell;
use std::sync::LazyLock;

use rusqlite::functions::FunctionFlags;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql};
use zstd::bulk::{Compressor, Decompressor};
use zstd::dict::{DecoderDictionary, EncoderDictionary};

use crate::{Error, Result};

/// A row of each list from TikTok's documentation. Never edit it: existing data cannot be decompressed without it. The
/// first byte of compressed data tells how it was compressed, so that another dictionary can be added.
const DICTIONARY: &[u8] = include_bytes!("raw_json.dictionary");
const _: () = assert!(
    DICTIONARY.len() == 3582 && fnv1a(DICTIONARY) == 0xa935_8262_612d_5fdf,
    "the dictionary was edited"
);
const UNCOMPRESSED: u8 = 0;
const WITH_DICTIONARY: u8 = 1;

/// The fastest level that uses the dictionary well. It takes half the time of level 1 for 5 % more space.
const LEVEL: i32 = -1;

/// Rows are much shorter: the longest response that is read has 64 MB.
const MAX_LENGTH: usize = 128 << 20;

/// The 64-bit FNV-1a hash, which can be computed at compile time.
const fn fnv1a(mut bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    while let [first, rest @ ..] = bytes {
        hash = (hash ^ *first as u64).wrapping_mul(0x100_0000_01b3);
        bytes = rest;
    }
    hash
}

static ENCODER: LazyLock<EncoderDictionary<'static>> =
    LazyLock::new(|| EncoderDictionary::copy(DICTIONARY, LEVEL));
static DECODER: LazyLock<DecoderDictionary<'static>> = LazyLock::new(|| DecoderDictionary::copy(DICTIONARY));

thread_local! {
    /// Creating a compressor takes longer than using it.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
}

/// A JSON object, compressed, or nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RawJson(Vec<u8>);

impl RawJson {
    pub fn compress(json: &[u8]) -> RawJson {
        if json.is_empty() {
            return RawJson::default();
        }
        let compressed = COMPRESSOR.with_borrow_mut(|compressor| {
            let compressor = match compressor {
                Some(compressor) => compressor,
                none => none.insert(new_compressor()?),
            };
            compressor.compress(json)
        });
        // Compression fails only for lack of memory, if ever.
        let (format, bytes) = match &compressed {
            Ok(compressed) => (WITH_DICTIONARY, compressed.as_slice()),
            Err(_) => (UNCOMPRESSED, json),
        };
        RawJson([&[format], bytes].concat())
    }
}

fn new_compressor() -> std::io::Result<Compressor<'static>> {
    let mut compressor = Compressor::with_prepared_dictionary(&ENCODER)?;
    // Without a checksum, damaged data can decompress to another text.
    compressor.include_checksum(true)?;
    Ok(compressor)
}

impl ToSql for RawJson {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Blob(&self.0)))
    }
}

/// # Errors
/// [`Error::FileDamaged`] when the data is invalid.
pub fn decompress(compressed: &[u8]) -> Result<String> {
    let damaged = |why: String| Error::FileDamaged(format!("compressed JSON: {why}"));
    let json = match compressed.split_first() {
        Some((&UNCOMPRESSED, json)) => json.to_vec(),
        Some((&WITH_DICTIONARY, compressed)) => {
            let size = Decompressor::upper_bound(compressed).filter(|size| *size <= MAX_LENGTH);
            let size = size.ok_or_else(|| damaged("too long".into()))?;
            let mut decompressor = Decompressor::with_prepared_dictionary(&DECODER)?;
            decompressor.decompress(compressed, size).map_err(|error| damaged(error.to_string()))?
        }
        _ => return Err(damaged("unknown format".into())),
    };
    String::from_utf8(json).map_err(|error| damaged(error.to_string()))
}

/// Adds the SQL function `decompressed(compressed)`.
pub(crate) fn add_sql_function(connection: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("decompressed", 1, flags, |call| {
        decompress(call.get_raw(0).as_blob()?)
            .map_err(|error| rusqlite::Error::UserFunctionError(error.into()))
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compression_keeps_every_character_and_saves_most_of_the_space() {
        let row = std::str::from_utf8(DICTIONARY)
            .unwrap()
            .lines()
            .nth(1)
            .unwrap()
            .replace("Campaign A", "Ünï \u{202e}🎈");
        let compressed = RawJson::compress(row.as_bytes());
        assert!(compressed.0.len() * 5 < row.len(), "{} of {}", compressed.0.len(), row.len());
        assert_eq!(decompress(&compressed.0).unwrap(), row);
        for text in ["{}", "\0", &"x".repeat(2_000_000)] {
            assert_eq!(decompress(&RawJson::compress(text.as_bytes()).0).unwrap(), text);
        }
        assert_eq!(RawJson::compress(b""), RawJson::default());
    }

    #[test]
    fn a_row_with_any_changed_byte_is_an_error_instead_of_another_text() {
        let row = r#"{"campaign_name":"Chai Nagar Official","budget":50.0,"secondary_status":"CAMPAIGN_STATUS_ENABLE"}"#;
        let whole = RawJson::compress(row.as_bytes()).0;
        for at in 0..whole.len() {
            for bit in 0..8 {
                let mut damaged = whole.clone();
                damaged[at] ^= 1 << bit;
                // A bit that changes nothing, such as an unused one of the header, does not matter.
                let read = decompress(&damaged);
                assert!(!matches!(&read, Ok(text) if text != row), "byte {at}, bit {bit}: {read:?}");
            }
        }
    }

    #[test]
    fn invalid_data_is_an_error() {
        let whole = RawJson::compress(br#"{"pacing":"FAST"}"#).0;
        for damaged in [&[][..], &whole[1..], &whole[..whole.len() - 1], b"\x01{}"] {
            assert!(matches!(decompress(damaged), Err(Error::FileDamaged(_))), "{damaged:?}");
        }
    }
}
