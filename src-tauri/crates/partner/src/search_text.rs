//! What the change history is searched by. The names and ids in a change repeat each other: the file has each word once. Reading
//! them takes most of the time of a search, so successive entries share a row, which SQLite finds in the time of one entry.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};

use memchr::memmem::Finder;
use memchr::{memchr, memchr_iter, memrchr};
use rusqlite::functions::FunctionFlags;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, params};
use twox_hash::XxHash3_64;

use crate::ids::{is_uuid, number};
use crate::schema::{ENTRY_IDS, ENTRY_WORDS};
use crate::text::{fold, words};

/// Another entry begins a row if the texts of a row would be longer than this, in bytes. They fit in a page of the file: SQLite
/// would read the other pages of longer ones from the disk in each search.
const ROW: usize = 4_000;

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SearchText {
    /// The words of names and other texts, in which the parts of a search are found, since those have no spaces either.
    words: String,
    /// TikTok's ids and UUIDs. A part of a search that is none is not looked for in them.
    ids: String,
    /// The hashes of names, which find the names in a pasted list.
    pub names: Vec<u8>,
}

impl SearchText {
    /// `texts` and `names` are folded, ids in lower case, and no id occurs twice.
    pub fn new(texts: &[String], names: &[String], ids: &[&str]) -> SearchText {
        let (ids, other_ids): (Vec<&str>, Vec<&str>) =
            ids.iter().partition(|id| number(id).is_some() || is_uuid(id));
        let texts = texts.iter().chain(names).map(String::as_str).chain(other_ids);
        let (mut seen, mut all) = (HashSet::new(), Vec::new());
        all.extend(texts.flat_map(words).filter(|word| seen.insert(*word)));
        let names: BTreeSet<[u8; 8]> = names.iter().map(|name| hash(name)).collect();
        SearchText { words: all.join(" "), ids: ids.join(" "), names: names.into_iter().flatten().collect() }
    }

    /// Writes the words and ids of the open entry, which is the last one.
    pub fn write(&self, book: &Connection, entry: i64) -> rusqlite::Result<()> {
        for (table, text) in [(ENTRY_WORDS, &self.words), (ENTRY_IDS, &self.ids)] {
            let room = ROW.saturating_sub(text.len() + 1) as i64;
            let grown = book
                .prepare_cached(&format!(
                    "UPDATE {table} SET entries = entries + 1, lines = lines || ?2 || char(10)
                     WHERE first = (SELECT max(first) FROM {table}) AND first + entries = ?1
                         AND octet_length(lines) <= ?3"
                ))?
                .execute(params![entry, text, room])?;
            if grown == 0 {
                book.prepare_cached(&format!("INSERT INTO {table} VALUES (?, 1, ? || char(10))"))?
                    .execute(params![entry, text])?;
            }
        }
        Ok(())
    }
}

/// Returns further forms of the irregular verbs of a folded summary: "redo" is a part of "redone", but not of "redid". A regular
/// verb is a part of its past tense.
pub(crate) fn other_verb_forms(summary: &str) -> impl Iterator<Item = &'static str> {
    words(summary).filter_map(|word| match word.trim_end_matches(':') {
        "undid" => Some("undone"),
        "redid" => Some("redone"),
        "withdrew" => Some("withdrawn"),
        "made" => Some("make"),
        _ => None,
    })
}

/// Returns the first entry that a search for what its row says, or for its id, would not find.
pub(crate) fn entry_without_its_words(book: &Connection) -> rusqlite::Result<Option<i64>> {
    let said = "e.actor || ' ' || replace(e.action, '_', ' ') || ' ' || t.summary";
    for (table, text) in [(ENTRY_WORDS, said), (ENTRY_IDS, "e.id")] {
        let mut entries = book.prepare(&format!(
            "SELECT e.seq, {text} FROM entry e JOIN entry_text t ON t.entry = e.seq ORDER BY e.seq"
        ))?;
        let mut entries = entries.query([])?;
        let mut rows = book.prepare(&format!("SELECT lines FROM {table} ORDER BY first"))?;
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            for line in row.get_ref(0)?.as_str()?.split_terminator('\n') {
                let Some(entry) = entries.next()? else { return Ok(None) };
                let line: HashSet<&str> = line.split(' ').collect();
                let is_missing =
                    |word: &str| folds_alike(word) && words(&fold(word)).any(|folded| !line.contains(folded));
                if words(entry.get_ref(1)?.as_str()?).any(is_missing) {
                    return entry.get(0);
                }
            }
        }
    }
    Ok(None)
}

/// Whether every version of Unicode folds a text in the same way. Of the blocks to which a newer one may add letters with case, or
/// marks, only those of common scripts are known to be complete.
fn folds_alike(text: &str) -> bool {
    text.chars().all(|c| {
        matches!(c, '\0'..='\u{377}' | '\u{37A}'..='\u{52F}' | '\u{531}'..='\u{556}' | '\u{561}'..='\u{587}'
            | '\u{5B0}'..='\u{5F4}' | '\u{61B}'..='\u{6FF}' | '\u{900}'..='\u{97F}' | '\u{E01}'..='\u{E5B}'
            | '\u{1E00}'..='\u{1EFF}' | '\u{2000}'..='\u{206F}' | '\u{3000}'..='\u{30FF}' | '\u{4E00}'..='\u{9FFF}'
            | '가'..='힣' | '\u{FF01}'..='\u{FF9F}' | '\u{1F300}'..='\u{1FAFF}')
    })
}

/// The shortest part of an id that is searched for, in characters. Shorter ones occur in many ids by chance.
const MIN_ID_PART: usize = 4;

/// A part of a search.
pub(crate) struct Part {
    finder: Finder<'static>,
    /// Whether it can be a part of an id.
    is_id: bool,
    /// Entries that are found whether or not the part occurs in them.
    known: HashSet<i64>,
}

impl Part {
    pub fn new(part: &str, known: HashSet<i64>) -> Part {
        let is_id = part.len() >= MIN_ID_PART
            && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-'));
        Part { finder: Finder::new(part).into_owned(), is_id, known }
    }

    fn occurs_in(&self, line: &[u8]) -> bool {
        self.finder.find(line).is_some()
    }

    /// Calls `found` with each line of a row in which the part occurs, and with the line's entry.
    fn for_each_line(&self, (first, lines): (usize, &[u8]), mut found: impl FnMut(usize, &[u8])) {
        let (mut entry, mut rest) = (first, lines);
        while let Some(at) = self.finder.find(rest)
            && let Some(length) = memchr(b'\n', &rest[at..])
        {
            let (start, end) = (memrchr(b'\n', &rest[..at]).map_or(0, |end| end + 1), at + length);
            entry += memchr_iter(b'\n', &rest[..start]).count();
            found(entry, &rest[start..end]);
            (entry, rest) = (entry + 1, &rest[end + 1..]);
        }
    }
}

/// Returns the entries in which all parts are found, from the newest.
pub(crate) fn entries_with(book: &Connection, parts: &[Part]) -> rusqlite::Result<Vec<i64>> {
    let mut newest = book.prepare_cached("SELECT coalesce(max(seq), 0) FROM entry")?;
    let newest: u32 = newest.query_row([], |row| row.get(0))?;
    let none = || vec![false; newest as usize + 1];
    let mark = |found: &mut Vec<bool>, entry: usize| {
        found.get_mut(entry).into_iter().for_each(|found| *found = true)
    };

    // Parts that are found only in words decide in which lines the others are looked for: first the longest, which is rarest.
    let (mut required, others): (Vec<&Part>, Vec<&Part>) =
        parts.iter().partition(|part| !part.is_id && part.known.is_empty());
    required.sort_by_key(|part| Reverse(part.finder.needle().len()));
    let mut with_required = none();
    let mut others: Vec<(&Part, Vec<bool>)> = others.into_iter().map(|part| (part, none())).collect();
    for (part, found) in &mut others {
        part.known.iter().for_each(|&entry| mark(found, entry as usize));
    }

    for_each_row(book, ENTRY_WORDS, |row| match required.split_first() {
        Some((rarest, required)) => rarest.for_each_line(row, |entry, line| {
            if required.iter().all(|part| part.occurs_in(line)) {
                mark(&mut with_required, entry);
                let found = others.iter_mut().filter(|(part, _)| part.occurs_in(line));
                found.for_each(|(_, found)| mark(found, entry));
            }
        }),
        None => {
            others.iter_mut().for_each(|(part, found)| part.for_each_line(row, |entry, _| mark(found, entry)))
        }
    })?;
    if others.iter().any(|(part, _)| part.is_id) {
        for_each_row(book, ENTRY_IDS, |row| {
            let ids = others.iter_mut().filter(|(part, _)| part.is_id);
            ids.for_each(|(part, found)| part.for_each_line(row, |entry, _| mark(found, entry)));
        })?;
    }

    let is_found = |entry: usize| {
        (required.is_empty() || with_required[entry]) && others.iter().all(|(_, found)| found[entry])
    };
    Ok((1..=newest).rev().filter(|&entry| is_found(entry as usize)).map(i64::from).collect())
}

/// Calls `read` with the first entry and the lines of each row.
fn for_each_row(
    book: &Connection,
    table: &str,
    mut read: impl FnMut((usize, &[u8])),
) -> rusqlite::Result<()> {
    let mut statement = book.prepare_cached(&format!("SELECT first, lines FROM {table}"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let first: u32 = row.get(0)?;
        read((first as usize, row.get_ref(1)?.as_bytes()?));
    }
    Ok(())
}

fn hash(name: &str) -> [u8; 8] {
    XxHash3_64::oneshot(name.as_bytes()).to_le_bytes()
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
    fn entries_are_found_wherever_their_line_is_in_a_row_and_however_long_it_is() {
        let book = Connection::open_in_memory().unwrap();
        crate::store::connection::add_functions(&book).unwrap();
        MIGRATIONS.iter().for_each(|migration| book.execute_batch(migration).unwrap());
        book.execute_batch("BEGIN").unwrap();
        let entries: Vec<i64> = (1..400).collect();
        let id = |entry: i64| format!("{}", 1_779_000_000_000_000_000 + entry * 7);
        for &entry in &entries {
            let long = (0..1_000).map(|n| format!("name{n}")).collect::<Vec<_>>().join(" ");
            let words =
                [format!("entry{entry} of{}", entry % 3), if entry % 90 == 0 { long } else { String::new() }];
            let uuid = format!("00000000-0000-7000-8000-{entry:012x}");
            book.execute_batch(&format!(
                "INSERT INTO entry VALUES ({entry}, '{uuid}', 0, '', '', NULL, '{{}}');
                 INSERT INTO edit_subject VALUES ({entry}, '{entry}', '', '');
                 INSERT INTO edit_row VALUES ({entry}, 0, {entry}, '', NULL, 'x', 1)"
            ))
            .unwrap();
            let ids = [id(entry), uuid];
            SearchText::new(&words, &[], &ids.each_ref().map(String::as_str)).write(&book, entry).unwrap();
            book.execute("INSERT INTO entry_text VALUES (?, '', x'')", [entry]).unwrap();
        }
        for table in [ENTRY_WORDS, ENTRY_IDS] {
            let sql = format!("SELECT entries, octet_length(lines) FROM {table}");
            let mut statement = book.prepare(&sql).unwrap();
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
            let rows: Vec<(i64, i64)> = rows.collect::<rusqlite::Result<_>>().unwrap();
            assert!(rows.len() > 3, "{rows:?}");
            assert!(rows.iter().all(|&(entries, length)| entries == 1 || length <= ROW as i64), "{rows:?}");
            let is_long = |&(_, length): &(_, i64)| length > ROW as i64;
            assert_eq!(rows.iter().any(is_long), table == ENTRY_WORDS, "{rows:?}");
        }

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
        let known = [Part::new("nothing", HashSet::from([5, 399, 400]))];
        assert_eq!(entries_with(&book, &known).unwrap(), [399, 5]);
    }
}
