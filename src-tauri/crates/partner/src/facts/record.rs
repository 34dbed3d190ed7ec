//! The only function that writes facts about campaigns, ad groups, ads and audiences. It never changes a
//! decision, and no row is ever deleted (A18, invariant 6).

use std::collections::HashSet;

use jiff::Timestamp;
use rusqlite::{CachedStatement, Connection, ErrorCode, OptionalExtension, ToSql, Transaction, params};

use crate::facts::objects::{Fact, FactKind};
use crate::ids::AdAccountId;
use crate::text::name_or_id;
use crate::{Book, Result, fold};

/// The numbers of written objects by result.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WriteCounts {
    pub added: u32,
    pub changed: u32,
    pub unchanged: u32,
    /// Invalid ids, and campaigns that belong to another ad account.
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
    /// Writes objects of one ad account in one transaction.
    pub fn record<F: Fact>(&self, account: &AdAccountId, facts: &[F]) -> Result<WriteCounts> {
        self.write_facts(|book| record(book, account, facts))
    }

    /// Marks the ad account's objects that a complete list did not contain as deleted on TikTok. Returns their number.
    pub fn complete(
        &self,
        kind: FactKind,
        account: &AdAccountId,
        listed: &HashSet<String>,
        at: Timestamp,
    ) -> Result<u32> {
        self.write_facts(|book| {
            let missing = missing(book, kind, account, |id| listed.contains(id))?;
            mark_deleted(book, kind, account, &missing)?;
            set_list_time(book, kind, account, at)?;
            Ok(u32::try_from(missing.len()).unwrap_or(u32::MAX))
        })
    }
}

enum WriteResult {
    Added,
    Changed,
    Unchanged,
    Rejected,
}

pub(crate) fn record<F: Fact>(
    book: &Transaction<'_>,
    account: &AdAccountId,
    facts: &[F],
) -> Result<WriteCounts> {
    let mut writer = Writer::new::<F>(book)?;
    let mut counts = WriteCounts::default();
    for fact in facts {
        let count = match writer.write(account, fact)? {
            WriteResult::Added => &mut counts.added,
            WriteResult::Changed => &mut counts.changed,
            WriteResult::Unchanged => &mut counts.unchanged,
            WriteResult::Rejected => &mut counts.rejected,
        };
        *count += 1;
    }
    Ok(counts)
}

/// The statements of one kind.
struct Writer<'a> {
    insert: CachedStatement<'a>,
    select_name: CachedStatement<'a>,
    update: CachedStatement<'a>,
    select_json: CachedStatement<'a>,
    upsert_json: CachedStatement<'a>,
    replace_text: Option<CachedStatement<'a>>,
    insert_text: Option<CachedStatement<'a>>,
}

impl<'a> Writer<'a> {
    fn new<F: Fact>(book: &'a Transaction<'a>) -> Result<Writer<'a>> {
        let kind = F::KIND.as_str();
        let columns = format!("name, name_folded, {}, deleted_on_tiktok", F::COLUMNS.join(", "));
        let placeholders: String = (3..F::COLUMNS.len() + 5).map(|n| format!("?{n}, ")).collect();
        let text =
            |insert| book.prepare_cached(&format!("{insert} INTO {kind}_text (rowid, text) VALUES (?, ?)"));
        let (replace_text, insert_text) = match F::KIND {
            // A plain INSERT is much faster than OR REPLACE, which has to look for an existing row. It is possible for a
            // new campaign, which has one row, but not for an audience, which may have a row of another ad account.
            FactKind::Campaign => (Some(text("INSERT OR REPLACE")?), Some(text("INSERT")?)),
            FactKind::Audience => (Some(text("INSERT OR REPLACE")?), None),
            FactKind::AdGroup | FactKind::Ad => (None, None),
        };
        Ok(Writer {
            insert: book.prepare_cached(&format!(
                "INSERT INTO {kind} (account_id, id, {columns}) VALUES (?1, ?2, {placeholders}0)
                 ON CONFLICT (account_id, id) DO NOTHING"
            ))?,
            select_name: book
                .prepare_cached(&format!("SELECT name_folded FROM {kind} WHERE account_id = ? AND id = ?"))?,
            update: book.prepare_cached(&format!(
                "UPDATE {kind} SET ({columns}) = ({placeholders}0) WHERE account_id = ?1 AND id = ?2
                 AND ({columns}) IS NOT ({placeholders}0)"
            ))?,
            select_json: book.prepare_cached(&format!(
                "SELECT compressed FROM raw_json WHERE kind = '{kind}' AND account_id = ? AND id = ?"
            ))?,
            upsert_json: book.prepare_cached(&format!(
                "INSERT INTO raw_json (kind, account_id, id, compressed) VALUES ('{kind}', ?1, ?2, ?3)
                 ON CONFLICT (kind, account_id, id) DO UPDATE SET compressed = ?3"
            ))?,
            replace_text,
            insert_text,
        })
    }

    fn write<F: Fact>(&mut self, account: &AdAccountId, fact: &F) -> Result<WriteResult> {
        let id = fact.id();
        let name = name_or_id(fact.name(), id);
        let folded = fold(name);
        let mut values: Vec<&dyn ToSql> = vec![account, &id, &name, &folded];
        values.extend(fact.values());
        let added = match self.insert.execute(values.as_slice()) {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
                tracing::warn!(%account, id, %error, "rejected TikTok object");
                return Ok(WriteResult::Rejected);
            }
            inserted => inserted? == 1,
        };
        let mut changed = added;
        let mut renamed = added;
        if !added {
            let stored: Option<String> =
                self.select_name.query_row(params![account, id], |row| row.get(0)).optional()?;
            renamed = stored.as_deref() != Some(&folded);
            changed = self.update.execute(values.as_slice())? == 1;
        }
        let json = fact.raw_json();
        if !json.is_empty() {
            let stored: Option<Vec<u8>> =
                self.select_json.query_row(params![account, id], |row| row.get(0)).optional()?;
            if stored.map_or(Ok(true), |stored| json.differs_from(&stored))? {
                self.upsert_json.execute(params![account, id, json])?;
                changed = true;
            }
        }
        // The row id in the search index is the object's id as a number: TikTok's ids have at most 19 digits. Other ids
        // cannot be searched for. The index consists of trigrams; the spaces around the text add trigrams for searches
        // of one or two characters at the start or end of a word (see `queries::search`).
        let index_text = match &mut self.insert_text {
            // With a leading zero, the number could be that of another id.
            Some(insert) if added && !id.starts_with('0') => Some(insert),
            _ => self.replace_text.as_mut(),
        };
        if let (true, Some(index_text), Ok(row)) = (renamed, index_text, id.parse::<i64>()) {
            index_text.execute(params![row, format!("  {folded} {id} ")])?;
        }
        Ok(match (added, changed) {
            (true, _) => WriteResult::Added,
            (_, true) => WriteResult::Changed,
            _ => WriteResult::Unchanged,
        })
    }
}

/// Returns the ad account's objects that are neither listed nor already marked as deleted on TikTok.
pub(crate) fn missing(
    book: &Connection,
    kind: FactKind,
    account: &AdAccountId,
    listed: impl Fn(&str) -> bool,
) -> Result<Vec<String>> {
    let mut ids = book.prepare_cached(&format!(
        "SELECT id FROM {} WHERE account_id = ? AND NOT deleted_on_tiktok",
        kind.as_str()
    ))?;
    let mut rows = ids.query([account])?;
    let mut missing = Vec::new();
    while let Some(row) = rows.next()? {
        let id = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
        if !listed(id) {
            missing.push(id.to_owned());
        }
    }
    Ok(missing)
}

pub(crate) fn mark_deleted(
    book: &Transaction<'_>,
    kind: FactKind,
    account: &AdAccountId,
    ids: &[String],
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
