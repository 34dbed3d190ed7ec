//! What the change history is searched by. The names and ids in a change repeat each other: the file has each word once, and
//! ids as numbers. Reading it takes most of the time of a search.

use std::collections::{BTreeSet, HashMap, HashSet};

use memchr::memmem::Finder;
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::ValueRef;
use twox_hash::XxHash3_64;
use uuid::Uuid;

use crate::ids::{is_uuid, number};
use crate::text::words;

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SearchText {
    /// The words of names and other texts, in which the parts of a search are found, since those have no spaces either.
    pub words: String,
    /// TikTok's ids and UUIDs.
    pub ids: Vec<u8>,
    /// The hashes of names, which find the names in a pasted list.
    pub names: Vec<u8>,
}

impl SearchText {
    /// `texts` and `names` are folded, ids in lower case, and no id occurs twice.
    pub fn new(texts: &[String], names: &[String], ids: &[&str]) -> SearchText {
        let other_ids = ids.iter().copied().filter(|id| number(id).is_none() && !is_uuid(id));
        let texts = texts.iter().chain(names).map(String::as_str).chain(other_ids);
        let (mut seen, mut joined) = (HashSet::new(), String::new());
        for word in texts.flat_map(words).filter(|word| seen.insert(*word)) {
            joined.push_str(word);
            joined.push(' ');
        }
        let names: BTreeSet<[u8; 8]> = names.iter().map(|name| hash(name)).collect();
        SearchText { words: joined, ids: pack(ids), names: names.into_iter().flatten().collect() }
    }
}

fn hash(name: &str) -> [u8; 8] {
    XxHash3_64::oneshot(name.as_bytes()).to_le_bytes()
}

/// Writes the number of UUIDs and the UUIDs, then the sorted numbers as differences.
fn pack(ids: &[&str]) -> Vec<u8> {
    let uuids = ids.iter().filter(|id| is_uuid(id)).filter_map(|id| Uuid::try_parse(id).ok());
    let uuids: Vec<Uuid> = uuids.collect();
    let numbers: BTreeSet<u64> = ids.iter().filter_map(|id| number(id)).map(i64::unsigned_abs).collect();
    let mut packed = Vec::new();
    push(&mut packed, uuids.len() as u64);
    packed.extend(uuids.iter().flat_map(Uuid::as_bytes));
    let mut last = 0;
    for number in numbers {
        push(&mut packed, number - last);
        last = number;
    }
    packed
}

/// Appends a number in the format LEB128.
fn push(bytes: &mut Vec<u8>, mut number: u64) {
    while number > 0x7F {
        bytes.push(0x80 | (number & 0x7F) as u8);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn read(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7F) << shift;
        if byte <= 0x7F {
            return Some(number);
        }
    }
    None
}

/// Returns whether a part of a search occurs in one of the packed ids.
fn occurs_in_ids(mut packed: &[u8], part: &Finder<'_>) -> bool {
    if !part.needle().iter().all(|&byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-')) {
        return false;
    }
    let uuids = read(&mut packed)
        .and_then(|count| packed.split_at_checked(usize::try_from(count).ok()?.checked_mul(16)?));
    let Some((uuids, mut numbers)) = uuids else { return false };
    let mut id = 0_u64;
    while part.needle().iter().all(u8::is_ascii_digit)
        && let Some(more) = read(&mut numbers)
    {
        id = id.wrapping_add(more);
        if part.find(digits(id, &mut [0; 20])).is_some() {
            return true;
        }
    }
    let (uuids, _) = uuids.as_chunks();
    uuids.iter().any(|uuid| {
        let text = &mut Uuid::encode_buffer();
        part.find(Uuid::from_bytes(*uuid).hyphenated().encode_lower(text).as_bytes()).is_some()
    })
}

/// Returns the decimal form of a number. The formatting of the standard library takes several times as long.
fn digits(mut number: u64, buffer: &mut [u8; 20]) -> &[u8] {
    let mut from = buffer.len();
    while number > 0 {
        from -= 1;
        buffer[from] = b'0' + (number % 10) as u8;
        number /= 10;
    }
    &buffer[from..]
}

/// Adds the SQL functions `occurs(part, words, ids)`, and `names_in(names, list)`, which returns the positions of names in a
/// list, both as JSON, or `NULL` if there are none.
pub(crate) fn add_functions(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("occurs", 3, flags, |call| {
        let part = call.get_or_create_aux(0, |part| -> Result<_, Failure> {
            Ok(Finder::new(part.as_bytes()?).into_owned())
        })?;
        Ok(part.find(call.get_raw(1).as_bytes()?).is_some()
            || occurs_in_ids(call.get_raw(2).as_blob()?, &part))
    })?;
    connection.create_scalar_function("names_in", 2, flags, |call| {
        let wanted = call.get_or_create_aux(1, positions)?;
        let (hashes, _) = call.get_raw(0).as_blob()?.as_chunks();
        let found: Vec<&str> = hashes.iter().filter_map(|hash| Some(wanted.get(hash)?.as_str())).collect();
        Ok((!found.is_empty()).then(|| format!("[{}]", found.join(","))))
    })
}

/// Returns the positions of the names in a list, separated by commas.
fn positions(list: ValueRef<'_>) -> Result<HashMap<[u8; 8], String>, Failure> {
    let names: Vec<String> = serde_json::from_str(list.as_str()?)?;
    let mut positions = HashMap::new();
    for (position, name) in names.iter().enumerate() {
        let of_name: &mut String = positions.entry(hash(name)).or_default();
        if !of_name.is_empty() {
            of_name.push(',');
        }
        of_name.push_str(&position.to_string());
    }
    Ok(positions)
}
