//! What TikTok tells of the objects of an ad account, page by page: the one door for facts. Nothing here adds or removes
//! a decision, and no object is ever deleted (A18, invariant 6).

use std::collections::HashSet;

use jiff::Timestamp;
use rusqlite::{CachedStatement, Connection, ErrorCode, OptionalExtension, ToSql, Transaction, params};

use crate::facts::raw_json::Details;
use crate::ids::AdAccountId;
use crate::text_enum::text_enum;
use crate::{Book, Result, fold};

text_enum! {
    /// Which listing of TikTok's.
    FactKind {
        /// Campaigns.
        Campaign = "campaign", "Campaigns"
        /// Ad groups.
        AdGroup = "ad_group", "Ad groups"
        /// Ads.
        Ad = "ad", "Ads"
        /// Custom audiences.
        Audience = "audience", "Audiences"
    }
}

/// One object as TikTok tells of it.
pub trait Fact {
    /// Which listing it is of.
    const KIND: FactKind;
    /// The columns of its own: all but those that every object has.
    const COLUMNS: &'static [&'static str];

    /// Digits.
    fn id(&self) -> &str;
    /// Hostile text.
    fn name(&self) -> &str;
    /// All fields as TikTok told them.
    fn details(&self) -> &Details;
    /// A value for each of [`Fact::COLUMNS`].
    fn values(&self) -> Vec<&dyn ToSql>;
}

/// What a part of a listing changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WriteCounts {
    /// Not known before.
    pub added: u32,
    /// Known, and something is new about it.
    pub changed: u32,
    /// Known, and exactly as before.
    pub unchanged: u32,
    /// Left out: an id that is none, or that is another ad account's.
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
    /// Write a part of a listing of one ad account, in one transaction.
    ///
    /// # Errors
    /// When the file cannot be written; then nothing of it is.
    pub fn record<F: Fact>(&self, account: &AdAccountId, facts: &[F]) -> Result<WriteCounts> {
        self.write_facts(|book| record(book, account, facts))
    }

    /// Note that a listing was read to the end and had the objects `listed`: any other of this ad account is marked as
    /// deleted on TikTok. How many were newly marked.
    ///
    /// # Errors
    /// When the file cannot be counts.
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

/// What happened to one row.
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

/// The statements for one kind of object.
struct Writer<'a> {
    insert: CachedStatement<'a>,
    name: CachedStatement<'a>,
    update: CachedStatement<'a>,
    tell: CachedStatement<'a>,
    details: CachedStatement<'a>,
    index: Option<CachedStatement<'a>>,
    index_new: Option<CachedStatement<'a>>,
}

impl<'a> Writer<'a> {
    fn new<F: Fact>(book: &'a Transaction<'a>) -> Result<Writer<'a>> {
        let kind = F::KIND.as_str();
        let columns = format!("name, name_folded, {}, deleted_on_tiktok", F::COLUMNS.join(", "));
        let places: String = (3..F::COLUMNS.len() + 5).map(|n| format!("?{n}, ")).collect();
        let index =
            |insert| book.prepare_cached(&format!("{insert} INTO {kind}_text (rowid, text) VALUES (?, ?)"));
        let (index, index_new) = match F::KIND {
            // To look for what may have to be replaced is most of the work. A campaign is of one ad account only; an
            // audience may be known already, of another.
            FactKind::Campaign => (Some(index("INSERT OR REPLACE")?), Some(index("INSERT")?)),
            FactKind::Audience => (Some(index("INSERT OR REPLACE")?), None),
            FactKind::AdGroup | FactKind::Ad => (None, None),
        };
        Ok(Writer {
            insert: book.prepare_cached(&format!(
                "INSERT INTO {kind} (account_id, id, {columns}) VALUES (?1, ?2, {places}0)
                 ON CONFLICT (account_id, id) DO NOTHING"
            ))?,
            name: book
                .prepare_cached(&format!("SELECT name_folded FROM {kind} WHERE account_id = ? AND id = ?"))?,
            update: book.prepare_cached(&format!(
                "UPDATE {kind} SET ({columns}) = ({places}0) WHERE account_id = ?1 AND id = ?2
                 AND ({columns}) IS NOT ({places}0)"
            ))?,
            tell: book.prepare_cached(&format!(
                "INSERT INTO details (kind, account_id, id, packed) VALUES ('{kind}', ?1, ?2, ?3)
                 ON CONFLICT (kind, account_id, id) DO UPDATE SET packed = ?3"
            ))?,
            details: book.prepare_cached(&format!(
                "SELECT packed FROM details WHERE kind = '{kind}' AND account_id = ? AND id = ?"
            ))?,
            index,
            index_new,
        })
    }

    fn write<F: Fact>(&mut self, account: &AdAccountId, fact: &F) -> Result<WriteResult> {
        let (id, name) = (fact.id(), fact.name());
        let folded = fold(name);
        let mut values: Vec<&dyn ToSql> = vec![account, &id, &name, &folded];
        values.extend(fact.values());
        let added = match self.insert.execute(values.as_slice()) {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
                tracing::warn!(%account, id, %error, "an object of TikTok's was left out");
                return Ok(WriteResult::Rejected);
            }
            inserted => inserted? == 1,
        };
        let mut changed = added;
        let mut renamed = added;
        if !added {
            let known: Option<String> =
                self.name.query_row(params![account, id], |row| row.get(0)).optional()?;
            renamed = known.as_deref() != Some(&folded);
            changed = self.update.execute(values.as_slice())? == 1;
        }
        if !fact.details().is_empty() {
            let stored: Option<Vec<u8>> =
                self.details.query_row(params![account, id], |row| row.get(0)).optional()?;
            if stored.map_or(Ok(true), |stored| fact.details().differ_from(&stored))? {
                self.tell.execute(params![account, id, fact.details()])?;
                changed = true;
            }
        }
        // The row of the index is the id as a number: TikTok's have at most 19 digits. An id that is no such number is
        // not found. The index knows parts of three characters; the blanks around make one or two characters such a part
        // where a name or word begins or ends (see `find`).
        let index = match &mut self.index_new {
            // Only then is the number no other id's.
            Some(index) if added && !id.starts_with('0') => Some(index),
            _ => self.index.as_mut(),
        };
        if let (true, Some(index), Ok(row)) = (renamed, index, id.parse::<i64>()) {
            index.execute(params![row, format!("  {folded} {id} ")])?;
        }
        Ok(match (added, changed) {
            (true, _) => WriteResult::Added,
            (_, true) => WriteResult::Changed,
            _ => WriteResult::Unchanged,
        })
    }
}

/// What an ad account has of a kind, is not marked as deleted on TikTok, and was not listed.
pub(crate) fn missing(
    book: &Connection,
    kind: FactKind,
    account: &AdAccountId,
    listed: impl Fn(&str) -> bool,
) -> Result<Vec<String>> {
    let mut known = book.prepare_cached(&format!(
        "SELECT id FROM {} WHERE account_id = ? AND NOT deleted_on_tiktok",
        kind.as_str()
    ))?;
    let mut rows = known.query([account])?;
    let mut missing = Vec::new();
    while let Some(row) = rows.next()? {
        let id = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
        if !listed(id) {
            missing.push(id.to_owned());
        }
    }
    Ok(missing)
}

/// Mark as deleted on TikTok.
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

/// Note when a listing was last read to its end.
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
