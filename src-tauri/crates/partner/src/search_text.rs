//! What the change history is searched by. The names and ids in a change repeat each other: the file has each word once, and
//! ids as numbers. Reading them takes most of the time of a search, so the words and ids of successive entries form a block,
//! which SQLite finds in the time of one entry.

use std::collections::{BTreeSet, HashMap, HashSet};

use memchr::memchr_iter;
use memchr::memmem::Finder;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, params};
use twox_hash::XxHash3_64;
use uuid::Uuid;

use crate::ids::{is_uuid, number};
use crate::text::words;

/// A block that would be longer than this, in bytes, with another entry is complete. It fits in a page of the file: SQLite
/// would read the other pages of a longer one from the disk in each search.
const BLOCK: usize = 4_000;

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

    /// Adds the words and ids of the entry that follows the last one to its block, or begins a block with them.
    pub fn append(&self, book: &Connection, entry: i64) -> rusqlite::Result<()> {
        let words = format!("{}\n", self.words);
        let mut ids = Vec::new();
        push(&mut ids, self.ids.len() as u64);
        ids.extend_from_slice(&self.ids);
        let rest = BLOCK.saturating_sub(words.len() + ids.len()) as i64;
        let grown = book
            .prepare_cached(
                "UPDATE entry_block
                 SET entries = entries + 1, words = words || ?2, ids = CAST(ids || ?3 AS BLOB)
                 WHERE first = (SELECT max(first) FROM entry_block) AND first + entries = ?1
                     AND octet_length(words) + octet_length(ids) <= ?4",
            )?
            .execute(params![entry, words, ids, rest])?;
        if grown == 0 {
            book.prepare_cached("INSERT INTO entry_block (first, entries, words, ids) VALUES (?, 1, ?, ?)")?
                .execute(params![entry, words, ids])?;
        }
        Ok(())
    }
}

/// A part of a search.
pub(crate) struct Part {
    finder: Finder<'static>,
    is_id: bool,
    /// Entries that are found whether or not the part occurs in them.
    found: HashSet<i64>,
}

impl Part {
    pub fn new(part: &str, found: HashSet<i64>) -> Part {
        let is_id = part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-'));
        Part { finder: Finder::new(part).into_owned(), is_id, found }
    }
}

/// Returns the entries in which all parts are found, from the newest.
pub(crate) fn entries_with(book: &Connection, parts: &[Part]) -> rusqlite::Result<Vec<i64>> {
    let ids = if parts.iter().any(|part| part.is_id) { "ids" } else { "NULL" };
    let sql = format!("SELECT first, words, {ids} FROM entry_block ORDER BY first DESC");
    let mut statement = book.prepare_cached(&sql)?;
    let mut blocks = statement.query([])?;
    let mut entries = Vec::new();
    while let Some(block) = blocks.next()? {
        let first: i64 = block.get(0)?;
        let words = Lines::of(block.get_ref(1)?.as_bytes()?);
        let ids = lines_of_ids(block.get_ref(2)?.as_blob_or_null()?.unwrap_or_default());
        let ids = Lines::of(&ids);
        let mut in_all = vec![true; words.ends.len()];
        for part in parts {
            let known = (first..).take(in_all.len()).map(|entry| part.found.contains(&entry));
            let mut found: Vec<bool> = known.collect();
            words.mark(&part.finder, &mut found);
            if part.is_id {
                ids.mark(&part.finder, &mut found);
            }
            in_all.iter_mut().zip(found).for_each(|(in_all, found)| *in_all &= found);
        }
        let newest_first = in_all.iter().enumerate().rev().filter(|(_, found)| **found);
        entries.extend(newest_first.map(|(line, _)| first + line as i64));
    }
    Ok(entries)
}

struct Lines<'a> {
    text: &'a [u8],
    /// The positions of the line breaks.
    ends: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn of(text: &'a [u8]) -> Lines<'a> {
        Lines { text, ends: memchr_iter(b'\n', text).collect() }
    }

    /// Marks the lines in which a part of a search occurs.
    fn mark(&self, part: &Finder<'_>, lines: &mut [bool]) {
        let (mut from, mut line) = (0, 0);
        while let Some(at) = self.text.get(from..).and_then(|rest| part.find(rest)) {
            line += self.ends[line..].iter().take_while(|&&end| end < from + at).count();
            let (Some(&end), Some(found)) = (self.ends.get(line), lines.get_mut(line)) else { return };
            (*found, from) = (true, end + 1);
        }
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

/// Reads the length of a slice, and the slice.
fn read_slice<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(read(bytes)?).ok()?;
    let (slice, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(slice)
}

/// Returns the ids of successive entries as text, with a line for each entry.
fn lines_of_ids(mut packed: &[u8]) -> Vec<u8> {
    let mut lines = Vec::with_capacity(packed.len() * 4);
    while let Some(ids) = read_slice(&mut packed) {
        write_ids(ids, &mut lines);
        lines.push(b'\n');
    }
    lines
}

/// Appends the ids that [`pack`] has written.
fn write_ids(mut packed: &[u8], line: &mut Vec<u8>) {
    let uuids = read(&mut packed)
        .and_then(|count| packed.split_at_checked(usize::try_from(count).ok()?.checked_mul(16)?));
    let Some((uuids, mut numbers)) = uuids else { return };
    for &uuid in uuids.as_chunks().0 {
        let text = &mut Uuid::encode_buffer();
        line.extend_from_slice(Uuid::from_bytes(uuid).hyphenated().encode_lower(text).as_bytes());
        line.push(b' ');
    }
    let mut number = 0_u64;
    while let Some(more) = read(&mut numbers) {
        number = number.wrapping_add(more);
        line.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
        line.push(b' ');
    }
}

/// Adds the SQL function `names_in(names, list)`, which returns the positions of names in a list, both as JSON, or `NULL` if
/// there are none.
pub(crate) fn add_functions(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::MIGRATIONS;

    #[test]
    fn entries_are_found_wherever_they_are_in_a_block_and_entries_longer_than_a_block_too() {
        let book = Connection::open_in_memory().unwrap();
        crate::store::connection::add_functions(&book).unwrap();
        MIGRATIONS.iter().for_each(|migration| book.execute_batch(migration).unwrap());
        // Without the numbers 100 and 101, after which the entries of another block begin.
        let entries: Vec<i64> = (1..100).chain(102..400).collect();
        let id = |entry: i64| format!("{}", 1_779_000_000_000_000_000 + entry * 7);
        for &entry in &entries {
            let long = (0..1_000).map(|n| format!("name{n}")).collect::<Vec<_>>().join(" ");
            let words =
                [format!("entry{entry} of{}", entry % 3), if entry % 90 == 0 { long } else { String::new() }];
            let ids = [id(entry), format!("00000000-0000-7000-8000-{entry:012x}")];
            SearchText::new(&words, &[], &ids.each_ref().map(String::as_str)).append(&book, entry).unwrap();
        }
        let blocks: Vec<(i64, i64)> = book
            .prepare("SELECT entries, octet_length(words) + octet_length(ids) FROM entry_block")
            .unwrap()
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .collect::<rusqlite::Result<_>>()
            .unwrap();
        assert!(blocks.len() > 5, "{blocks:?}");
        assert!(blocks.iter().all(|&(entries, length)| entries == 1 || length <= BLOCK as i64), "{blocks:?}");
        assert!(blocks.iter().any(|&(_, length)| length > BLOCK as i64), "{blocks:?}");

        let check = |parts: &[&str], is_found: &dyn Fn(i64) -> bool| {
            let expected: Vec<i64> = entries.iter().rev().copied().filter(|&entry| is_found(entry)).collect();
            let parts: Vec<Part> = parts.iter().map(|part| Part::new(part, HashSet::new())).collect();
            assert_eq!(entries_with(&book, &parts).unwrap(), expected);
        };
        for &entry in &entries {
            let word = format!("entry{entry}");
            check(&[&word], &|other| format!("entry{other}").starts_with(&word));
            let uuid = format!("-8000-{entry:012x}");
            check(&[&id(entry)], &|other| other == entry);
            check(&[&uuid, "of"], &|other| other == entry);
        }
        check(&["of1"], &|entry| entry % 3 == 1);
        check(&["of1", "entry2"], &|entry| entry % 3 == 1 && format!("{entry}").starts_with('2'));
        check(&["name999"], &|entry| entry % 90 == 0);
        check(&["1 2"], &|_| false);
        check(&["nothing"], &|_| false);
        check(&[], &|_| true);
        let known = [Part::new("nothing", HashSet::from([5, 100, 399]))];
        assert_eq!(entries_with(&book, &known).unwrap(), [399, 5]);
    }
}
