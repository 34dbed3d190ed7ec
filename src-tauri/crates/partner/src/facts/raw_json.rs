//! All that TikTok tells of an object, as it was told: JSON, packed. Most of it is the names of fields, the same in every
//! row, so it takes a fifth of the room, and writing it a fifth of the time.

use std::cell::RefCell;
use std::sync::LazyLock;

use rusqlite::functions::FunctionFlags;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql};
use zstd::bulk::{Compressor, Decompressor};
use zstd::dict::{DecoderDictionary, EncoderDictionary};

use crate::{Error, Result};

/// A row of each listing as TikTok's documentation shows it. What was packed with it cannot be read without it: it is
/// never edited. The first byte of what is packed says which dictionary it was.
const DICTIONARY: &[u8] = include_bytes!("raw_json.dictionary");
const AS_IT_IS: u8 = 0;
const WITH_DICTIONARY: u8 = 1;

/// The fastest that still finds what the dictionary has: half the time of level 1 for a twentieth more room.
const LEVEL: i32 = -1;

/// No row of TikTok's is as long; the longest answer that is read has 64 MB.
const LONGEST: usize = 128 << 20;

static PACKING: LazyLock<EncoderDictionary<'static>> =
    LazyLock::new(|| EncoderDictionary::copy(DICTIONARY, LEVEL));
static UNPACKING: LazyLock<DecoderDictionary<'static>> =
    LazyLock::new(|| DecoderDictionary::copy(DICTIONARY));

thread_local! {
    /// Costs more to make than to use.
    static PACKER: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
}

/// All that TikTok tells of one object: a JSON object, or nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Details(Vec<u8>);

impl Details {
    /// Pack.
    pub fn pack(json: &str) -> Details {
        if json.is_empty() {
            return Details::default();
        }
        let packed = PACKER.with_borrow_mut(|packer| {
            let packer = match packer {
                Some(packer) => packer,
                none => none.insert(Compressor::with_prepared_dictionary(&PACKING)?),
            };
            packer.compress(json.as_bytes())
        });
        // It fails when there is no memory, if ever.
        let (how, bytes) = match &packed {
            Ok(packed) => (WITH_DICTIONARY, packed.as_slice()),
            Err(_) => (AS_IT_IS, json.as_bytes()),
        };
        Details([&[how], bytes].concat())
    }

    /// Whether the JSON differs from the packed JSON `stored`: other versions of zstd pack the same JSON differently.
    pub(crate) fn differ_from(&self, stored: &[u8]) -> Result<bool> {
        Ok(self.0 != stored && unpack(&self.0)? != unpack(stored)?)
    }

    /// Whether nothing was told.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl ToSql for Details {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Blob(&self.0)))
    }
}

/// The JSON.
///
/// # Errors
/// [`Error::FileDamaged`] when it cannot be read.
pub fn unpack(packed: &[u8]) -> Result<String> {
    let damaged = |why: String| Error::FileDamaged(format!("an object's details: {why}"));
    let json = match packed.split_first() {
        Some((&AS_IT_IS, json)) => json.to_vec(),
        Some((&WITH_DICTIONARY, packed)) => {
            let size = Decompressor::upper_bound(packed).filter(|size| *size <= LONGEST);
            let size = size.ok_or_else(|| damaged("too long".into()))?;
            let mut unpacker = Decompressor::with_prepared_dictionary(&UNPACKING)?;
            unpacker.decompress(packed, size).map_err(|error| damaged(error.to_string()))?
        }
        _ => return Err(damaged("packed in no known way".into())),
    };
    String::from_utf8(json).map_err(|error| damaged(error.to_string()))
}

/// Have a connection know `unpacked(packed)`.
pub(crate) fn teach(connection: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("unpacked", 1, flags, |call| {
        unpack(call.get_raw(0).as_blob()?).map_err(|error| rusqlite::Error::UserFunctionError(error.into()))
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packing_keeps_every_character_and_saves_most_of_the_room() {
        let row = std::str::from_utf8(DICTIONARY)
            .unwrap()
            .lines()
            .nth(1)
            .unwrap()
            .replace("Campaign A", "Ünï \u{202e}🎈");
        let packed = Details::pack(&row);
        assert!(packed.0.len() * 5 < row.len(), "{} of {}", packed.0.len(), row.len());
        assert_eq!(unpack(&packed.0).unwrap(), row);
        for text in ["{}", "\0", &"x".repeat(2_000_000)] {
            assert_eq!(unpack(&Details::pack(text).0).unwrap(), text);
        }
        assert!(Details::pack("").is_empty());
    }

    #[test]
    fn what_cannot_be_unpacked_is_an_error() {
        let whole = Details::pack(r#"{"pacing":"FAST"}"#).0;
        for damaged in [&[][..], &whole[1..], &whole[..whole.len() - 1], b"\x01{}"] {
            assert!(matches!(unpack(damaged), Err(Error::FileDamaged(_))), "{damaged:?}");
        }
    }
}
