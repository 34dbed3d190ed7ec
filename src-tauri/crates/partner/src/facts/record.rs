//! The only function that writes facts about campaigns, ad groups, ads and audiences. It never changes a
//! decision, and no row is ever deleted (A18, invariant 6).

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use rusqlite::{
    CachedStatement, Connection, ErrorCode, OptionalExtension, Row, ToSql, Transaction, params,
    params_from_iter,
};

use crate::facts::media;
use crate::facts::objects::{Fact, FactKind, Listed, ObjectHasher};
use crate::facts::raw_json::{Dictionary, RawJson};
use crate::ids::{AdAccountId, number};
use crate::text::name_or_id;
use crate::{Book, Error, Result, fold};

/// Held while a dictionary is trained.
static TRAINING: Mutex<()> = Mutex::new(());

/// The numbers of written objects by result.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WriteCounts {
    pub added: u32,
    pub changed: u32,
    pub unchanged: u32,
    /// Invalid facts, and campaigns that belong to another ad account.
    pub rejected: u32,
}

impl WriteCounts {
    pub(crate) fn add(&mut self, more: WriteCounts) {
        self.added += more.added;
        self.changed += more.changed;
        self.unchanged += more.unchanged;
        self.rejected += more.rejected;
    }
}

impl Book {
    /// Compares objects with the rows of the book. Reading and compressing what differs takes a while, so no transaction waits
    /// for it.
    pub(crate) fn compare_facts<'a, L: Listed>(
        &self,
        account: &AdAccountId,
        objects: &[&'a L],
    ) -> Result<Compared<'a, L::Facts>> {
        let stored = self.read_facts(|book| {
            let mut select = book.prepare_cached(&format!(
                "SELECT row, hash, deleted_on_tiktok FROM {} WHERE account_id = ? AND id = ?",
                L::Facts::KIND.as_str()
            ))?;
            let row = |object: &&L| {
                let row = select
                    .query_row(params![account, number(object.listed_id())], |row| {
                        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
                    })
                    .optional()?;
                Ok(row.map(|(row, hash, deleted): (i64, i64, bool)| (row, (!deleted).then_some(hash))))
            };
            objects.iter().map(row).collect::<Result<Vec<_>>>()
        })?;
        let hasher = ObjectHasher::new::<L::Facts>();
        let mut compared = Compared { unchanged: 0, invalid: 0, different: Vec::new() };
        let mut different = HashSet::new();
        for (&object, stored) in objects.iter().zip(stored) {
            let hash = hasher.hash(object);
            let row = stored.map(|(row, _)| row);
            // A list can contain an object twice. The last one counts, also if it is the one that the book has.
            let is_first = different.is_empty() || !different.contains(object.listed_id());
            if is_first && stored.is_some_and(|(_, stored)| stored.is_some() && stored == hash) {
                compared.unchanged += 1;
            } else if let (Some(fact), Some(hash)) = (object.facts(), hash) {
                different.insert(object.listed_id());
                compared.different.push(Different { fact, row, hash, raw_json: RawJson::default() });
            } else {
                compared.invalid += 1;
            }
        }
        let rows: Vec<&[u8]> = compared.different.iter().map(|different| different.fact.raw_json()).collect();
        if !rows.is_empty() {
            let compressed = self.json_dictionary(L::Facts::KIND, &rows)?.compress(rows);
            for (different, raw_json) in compared.different.iter_mut().zip(compressed) {
                different.raw_json = raw_json;
            }
        }
        Ok(compared)
    }

    /// Returns the dictionary for rows of a kind. The first rows that are enough to train one add it to the file.
    fn json_dictionary(&self, kind: FactKind, rows: &[&[u8]]) -> Result<Dictionary> {
        let own = || self.read_facts(|book| Dictionary::of(book, kind));
        let mut dictionary = own()?;
        if dictionary.is_none() && Dictionary::can_train(rows) {
            // Training takes megabytes of memory, and the jobs of other ad accounts need the same dictionary.
            let _only = TRAINING.lock().unwrap_or_else(PoisonError::into_inner);
            dictionary = own()?;
            if dictionary.is_none()
                && let Some(content) = Dictionary::train(rows)
            {
                dictionary = self.write_facts(|book| Dictionary::add(book, kind, &content))?;
            }
        }
        Ok(dictionary.unwrap_or(Dictionary::DOCUMENTED_ROWS))
    }
}

/// Sorts objects for writing. TikTok lists the newest first; written in that order, they leave indexes half empty.
pub(crate) fn oldest_first<L: Listed>(objects: &[L]) -> Vec<&L> {
    let mut sorted: Vec<&L> = objects.iter().collect();
    // Of an object that a list contains twice, the last one stays the last.
    sorted.sort_by_cached_key(|object| number(object.listed_id()));
    sorted
}

/// Objects of one ad account, compared with the book.
pub(crate) struct Compared<'a, F: Clone> {
    unchanged: u32,
    pub invalid: u32,
    different: Vec<Different<'a, F>>,
}

impl<F: Clone> Compared<'_, F> {
    pub fn is_unchanged(&self) -> bool {
        self.different.is_empty()
    }
}

/// An object that is new or has changed.
struct Different<'a, F: Clone> {
    fact: Cow<'a, F>,
    /// The row of an object that is not new.
    row: Option<i64>,
    hash: i64,
    raw_json: RawJson,
}

enum WriteResult {
    Added,
    Changed,
    Rejected,
}

pub(crate) fn record<'a, F: Fact + Clone>(
    book: &'a Transaction<'a>,
    account: &AdAccountId,
    facts: &'a Compared<'a, F>,
) -> Result<WriteCounts> {
    let mut counts =
        WriteCounts { unchanged: facts.unchanged, rejected: facts.invalid, ..WriteCounts::default() };
    if facts.is_unchanged() {
        return Ok(counts);
    }
    if F::KIND == FactKind::Ad {
        media::forget_completeness(book, account)?;
    }
    let mut writer = Writer::new::<F>(book)?;
    for fact in &facts.different {
        let count = match writer.write(account, fact)? {
            WriteResult::Added => &mut counts.added,
            WriteResult::Changed => &mut counts.changed,
            WriteResult::Rejected => &mut counts.rejected,
        };
        *count += 1;
    }
    Ok(counts)
}

/// The statements of one kind.
struct Writer<'a> {
    traits: Option<Traits<'a>>,
    insert: CachedStatement<'a>,
    select: CachedStatement<'a>,
    update: CachedStatement<'a>,
    index: Option<NameIndex<'a>>,
}

/// The table of the traits of a kind. Few of them occur among the objects of an ad account.
struct Traits<'a> {
    select: CachedStatement<'a>,
    insert: CachedStatement<'a>,
    known: HashMap<Vec<&'a str>, i64>,
}

impl<'a> Traits<'a> {
    fn new<F: Fact>(book: &'a Transaction<'a>) -> Result<Traits<'a>> {
        let (kind, columns) = (F::KIND.as_str(), F::TRAITS.join(", "));
        let placeholders = vec!["?"; F::TRAITS.len()].join(", ");
        Ok(Traits {
            select: book.prepare_cached(&format!(
                "SELECT id FROM {kind}_traits WHERE ({columns}) = ({placeholders})"
            ))?,
            insert: book.prepare_cached(&format!(
                "INSERT INTO {kind}_traits ({columns}) VALUES ({placeholders}) RETURNING id"
            ))?,
            known: HashMap::new(),
        })
    }

    fn id(&mut self, traits: Vec<&'a str>) -> Result<i64> {
        if let Some(id) = self.known.get(&traits) {
            return Ok(*id);
        }
        let read = |row: &Row<'_>| row.get(0);
        let id = match self.select.query_row(params_from_iter(&traits), read).optional()? {
            Some(id) => id,
            None => self.insert.query_row(params_from_iter(&traits), read)?,
        };
        self.known.insert(traits, id);
        Ok(id)
    }
}

/// The search index of a kind, which is changed when an object in it gets another name.
struct NameIndex<'a> {
    last_row: i64,
    delete: CachedStatement<'a>,
    insert: CachedStatement<'a>,
}

impl<'a> Writer<'a> {
    fn new<F: Fact>(book: &'a Transaction<'a>) -> Result<Writer<'a>> {
        let kind = F::KIND.as_str();
        let has_traits = !F::TRAITS.is_empty();
        let names =
            ["hash", "raw_json", "name"].iter().chain(F::COLUMNS).chain(has_traits.then_some(&"traits"));
        // The columns of times are named after the generated ones, which have TikTok's text.
        let columns: Vec<&str> = names.map(|name| name.strip_suffix("_at").unwrap_or(name)).collect();
        let placeholders = (3..columns.len() + 3).map(|n| format!("?{n}")).collect::<Vec<_>>().join(", ");
        let columns = columns.join(", ");
        let index = last_indexed_row(book, F::KIND)?.map(|last_row| {
            let text = indexed_text("?3", "?2");
            Ok::<_, Error>(NameIndex {
                last_row,
                delete: book.prepare_cached(&format!(
                    "INSERT INTO {kind}_text ({kind}_text, rowid, text) VALUES ('delete', ?1, {text})"
                ))?,
                insert: book
                    .prepare_cached(&format!("INSERT INTO {kind}_text (rowid, text) VALUES (?1, {text})"))?,
            })
        });
        Ok(Writer {
            traits: has_traits.then(|| Traits::new::<F>(book)).transpose()?,
            insert: book.prepare_cached(&format!(
                "INSERT INTO {kind} (account_id, id, {columns}) VALUES (?1, ?2, {placeholders})
                 ON CONFLICT DO NOTHING"
            ))?,
            select: book
                .prepare_cached(&format!("SELECT row, name FROM {kind} WHERE account_id = ? AND id = ?"))?,
            update: book.prepare_cached(&format!(
                "UPDATE {kind} SET ({columns}, deleted_on_tiktok) = ({placeholders}, 0)
                 WHERE account_id = ?1 AND id = ?2"
            ))?,
            index: index.transpose()?,
        })
    }

    fn write<F: Fact + Clone>(
        &mut self,
        account: &AdAccountId,
        different: &'a Different<'_, F>,
    ) -> Result<WriteResult> {
        let Different { fact, row, hash, raw_json } = different;
        let (id, name) = (number(fact.id()), name_or_id(fact.name(), fact.id()));
        let mut values: Vec<&dyn ToSql> = vec![account, &id, hash, raw_json, &name];
        values.extend(fact.values());
        let traits = self.traits.as_mut().map(|traits| traits.id(fact.traits())).transpose()?;
        values.extend(traits.as_ref().map(|id| id as &dyn ToSql));
        if row.is_none() {
            match self.insert.execute(values.as_slice()) {
                Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
                    tracing::warn!(%account, id = fact.id(), %error, "rejected TikTok object");
                    return Ok(WriteResult::Rejected);
                }
                Ok(1) => return Ok(WriteResult::Added),
                // The list contains the object twice, or it belongs to another ad account.
                inserted => inserted?,
            };
        }
        let stored = self.select.query_row(params![account, id], |row| Ok((row.get(0)?, row.get(1)?)));
        let Some((row, stored_name)): Option<(i64, String)> = stored.optional()? else {
            tracing::warn!(%account, id = fact.id(), "rejected TikTok object of another ad account");
            return Ok(WriteResult::Rejected);
        };
        self.update.execute(values.as_slice())?;
        if let Some(index) = &mut self.index
            && row <= index.last_row
            && stored_name != name
        {
            index.delete.execute(params![row, id, fold(&stored_name)])?;
            index.insert.execute(params![row, id, fold(name)])?;
        }
        Ok(WriteResult::Changed)
    }
}

/// Returns the SQL of the text by which the search finds a row. The index consists of trigrams; the spaces around the text add
/// trigrams for searches of one or two characters at the start or end of a word (see `queries::search`).
fn indexed_text(folded_name: &str, id: &str) -> String {
    format!("('  ' || {folded_name} || ' ' || {id} || ' ')")
}

/// The rows whose names are added to the index at a time. In a small transaction, a name takes several times as long.
pub(crate) const INDEX_BATCH: u32 = 1_000;

/// Returns the last row whose name is in the search index, or `None` if the kind has none.
pub(crate) fn last_indexed_row(book: &Connection, kind: FactKind) -> Result<Option<i64>> {
    let mut statement = book.prepare_cached("SELECT last_row FROM name_index WHERE kind = ?")?;
    Ok(statement.query_row([kind], |row| row.get(0)).optional()?)
}

/// Returns the number of rows whose names are not in the search index yet; 0 for a kind that has none.
pub(crate) fn unindexed_rows(book: &Connection, kind: FactKind) -> Result<i64> {
    let Some(last) = last_indexed_row(book, kind)? else { return Ok(0) };
    let newest: i64 = book
        .prepare_cached(&format!("SELECT coalesce(max(row), 0) FROM {}", kind.as_str()))?
        .query_row([], |row| row.get(0))?;
    Ok(newest - last)
}

/// Adds the names of the next rows to the search index, if there are at least `min`. Returns whether any were added.
pub(crate) fn index_names(book: &Transaction<'_>, kind: FactKind, min: u32) -> Result<bool> {
    let rows = unindexed_rows(book, kind)?;
    if rows < i64::from(min) {
        return Ok(false);
    }
    let table = kind.as_str();
    let last = last_indexed_row(book, kind)?.unwrap_or_default();
    let until = last + rows.min(i64::from(INDEX_BATCH));
    book.prepare_cached(&format!(
        "INSERT INTO {table}_text (rowid, text)
         SELECT row, {} FROM {table} WHERE row > ? AND row <= ? ORDER BY row",
        indexed_text("fold(name)", "id")
    ))?
    .execute([last, until])?;
    book.prepare_cached("UPDATE name_index SET last_row = ? WHERE kind = ?")?
        .execute(params![until, kind])?;
    Ok(true)
}

/// Returns the ad account's objects that are neither listed nor already marked as deleted on TikTok.
pub(crate) fn missing(
    book: &Connection,
    kind: FactKind,
    account: &AdAccountId,
    listed: impl Fn(i64) -> bool,
) -> Result<Vec<i64>> {
    let kind = kind.as_str();
    // An index has the ids, so that the rows themselves are not read.
    let mut ids = book.prepare_cached(&format!("SELECT id FROM {kind} WHERE account_id = ?"))?;
    let mut is_marked = book.prepare_cached(&format!(
        "SELECT 1 FROM {kind} WHERE account_id = ? AND id = ? AND deleted_on_tiktok"
    ))?;
    let mut rows = ids.query([account])?;
    let mut missing = Vec::new();
    while let Some(row) = rows.next()? {
        let id = row.get(0)?;
        if !listed(id) && !is_marked.exists(params![account, id])? {
            missing.push(id);
        }
    }
    Ok(missing)
}

pub(crate) fn mark_deleted(
    book: &Transaction<'_>,
    kind: FactKind,
    account: &AdAccountId,
    ids: &[i64],
) -> Result<()> {
    let mut mark = book.prepare_cached(&format!(
        "UPDATE {} SET deleted_on_tiktok = 1 WHERE account_id = ? AND id = ?",
        kind.as_str()
    ))?;
    for id in ids {
        mark.execute(params![account, id])?;
    }
    Ok(())
}

/// Saves when all objects of a kind were last read.
pub(crate) fn set_list_time(
    book: &Transaction<'_>,
    kind: FactKind,
    account: &AdAccountId,
    at: Timestamp,
) -> Result<()> {
    book.prepare_cached(
        "INSERT INTO listing (account_id, kind, completed_at) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET completed_at = ?3",
    )?
    .execute(params![account, kind.as_str(), at.as_millisecond()])?;
    Ok(())
}
