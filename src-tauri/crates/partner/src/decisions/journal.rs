//! The change history: an entry for each change, with the edits that the change made.
//!
//! An entry is opened before a change is decided, and closed with its edits and its search text. The database accepts
//! edits and decisions for an open entry only, and never changes a closed one (invariant 7).

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use rusqlite::{Connection, OptionalExtension, Row, ToSql, Transaction, params};

use crate::Result;
use crate::decisions::kinds::{
    AccountAllocation, AnyEdit, Decision, DecisionKind, DecisionValue, Edit, Ids, Key, ids, with_edit,
};
use crate::decisions::outcome::{EditRow, EntryRef};
use crate::ids::{ChangeId, number, stored};
use crate::named::{Named, ObjectKind};
use crate::search_text::SearchText;

/// The columns that [`entry_ref`] reads from the table `entry`, aliased as `e`.
pub(crate) const ENTRY_REF: &str = "e.seq, e.id, e.at, e.actor, e.action,
    (SELECT summary FROM entry_text WHERE entry = e.seq)";

/// The number of columns of [`ENTRY_REF`].
pub(crate) const ENTRY_REF_COLUMNS: usize = 6;

pub(crate) fn entry_ref(row: &Row<'_>) -> rusqlite::Result<EntryRef> {
    Ok(EntryRef {
        seq: row.get(0)?,
        id: ChangeId(row.get(1)?),
        at: row.get(2)?,
        actor: row.get(3)?,
        action: row.get(4)?,
        summary: row.get(5)?,
    })
}

/// The data of an entry that is about to be opened.
pub(crate) struct NewEntry<'a> {
    pub id: &'a ChangeId,
    /// Milliseconds since 1970, UTC.
    pub at: i64,
    pub actor: &'a str,
    pub action: &'a str,
    pub undoes: Option<&'a ChangeId>,
    /// The whole change, as JSON.
    pub change: String,
}

/// Opens an entry and returns its number.
pub(crate) fn open_entry(book: &Transaction<'_>, entry: &NewEntry<'_>) -> Result<i64> {
    let NewEntry { id, at, actor, action, undoes, change } = entry;
    book.prepare_cached(
        "INSERT INTO entry (id, at, actor, action, undoes, change)
         VALUES (?, ?, ?, ?, (SELECT seq FROM entry WHERE id = ?), ?)",
    )?
    .execute(params![id, at, actor, action, undoes, change])?;
    Ok(book.last_insert_rowid())
}

/// Writes the edits of an open entry, and closes it with the names and ids by which it can be found.
pub(crate) fn close_entry<'a>(
    book: &Transaction<'_>,
    entry: i64,
    edits: impl Iterator<Item = &'a AnyEdit>,
    summary: &str,
    text: &SearchText,
) -> Result<()> {
    let mut select = book.prepare_cached(
        "SELECT id FROM edit_subject WHERE kind = ? AND ad_account_id = ? AND holder_id = ?",
    )?;
    let mut add = book.prepare_cached(
        "INSERT OR ROLLBACK INTO edit_subject (kind, ad_account_id, holder_id) VALUES (?, ?, ?)",
    )?;
    let mut insert = book.prepare_cached(
        "INSERT OR ROLLBACK INTO edit_row
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, (?6 IS NOT NULL) - (?5 IS NOT NULL))",
    )?;
    let mut subjects: HashMap<_, i64> = HashMap::new();
    for (position, edit) in (0_i64..).zip(edits) {
        let [object, ad_account, holder] = edit.ids();
        let [before, after] = edit.texts();
        let subject = match subjects.entry((edit.kind(), ad_account, holder)) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                let values = params![edit.kind(), stored(ad_account)?, holder];
                let found = select.query_row(values, |row| row.get(0)).optional()?;
                *new.insert(found.map_or_else(|| add.insert(values), Ok)?)
            }
        };
        insert.execute(params![entry, position, subject, stored(object)?, before, after])?;
    }
    text.write(book, entry)?;
    book.prepare_cached("INSERT INTO entry_text (entry, summary, names) VALUES (?, ?, ?)")?
        .execute(params![entry, summary, text.names])?;
    Ok(())
}

/// Returns the number of the entry of a change, and the change as JSON.
pub(crate) fn find_entry(book: &Connection, change: &ChangeId) -> Result<Option<(i64, String)>> {
    Ok(book
        .prepare_cached("SELECT seq, change FROM entry WHERE id = ?")?
        .query_row([change], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?)
}

/// Returns the summary of an entry in the history; empty if the history has no such entry.
pub(crate) fn entry_summary(book: &Connection, entry: i64) -> Result<String> {
    let mut statement = book.prepare_cached("SELECT summary FROM entry_text WHERE entry = ?")?;
    Ok(statement.query_row([entry], |row| row.get(0)).optional()?.unwrap_or_default())
}

/// Returns the last entry that edited a decision.
pub(crate) fn last_entry_of<K: Decision>(book: &Connection, key: &K) -> Result<Option<EntryRef>> {
    let [object, ad_account, holder] = key.ids();
    Ok(book
        .prepare_cached(&format!(
            "SELECT {ENTRY_REF} FROM edit d JOIN entry e ON e.seq = d.entry
             WHERE d.kind = ? AND d.holder_id = ? AND d.ad_account_id = ? AND d.object_id = ?
             ORDER BY d.entry DESC LIMIT 1"
        ))?
        .query_row(params![K::KIND, holder, stored(ad_account)?, stored(object)?], entry_ref)
        .optional()?)
}

/// Returns the last value of a decision that is or was in force.
pub(crate) fn last_value<K: Decision>(book: &Connection, key: &K) -> Result<Option<K::Value>> {
    let [object, ad_account, holder] = key.ids();
    let value: Option<String> = book
        .prepare_cached(
            "SELECT coalesce(after, before) FROM edit
             WHERE kind = ? AND holder_id = ? AND ad_account_id = ? AND object_id = ? ORDER BY entry DESC LIMIT 1",
        )?
        .query_row(params![K::KIND, holder, stored(ad_account)?, stored(object)?], |row| row.get(0))
        .optional()?;
    value.map(|value| K::Value::from_text(&value)).transpose()
}

/// Returns the entry that undid another one and was not undone itself, and whether edits of the other one are in force again
/// or still.
pub(crate) fn undone_by(book: &Connection, entry: i64) -> Result<Option<(i64, bool)>> {
    let mut statement = book.prepare_cached("SELECT seq FROM entry WHERE undoes = ? ORDER BY seq DESC")?;
    let undos = statement.query_map([entry], |row| row.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
    if undos.is_empty() {
        return Ok(None);
    }
    if let Some(undone) = undone_edits(book, entry)? {
        let edits = edits(book, entry, 0, usize::MAX)?;
        let has_allocations = edits.iter().any(|edit| AccountAllocation::of(edit).is_some());
        let (mut last, mut is_left) = (None, false);
        for edit in edits.iter().filter(|edit| !follows(edit, has_allocations)) {
            match undone.get(&edit.decision()) {
                Some(&undo) => last = last.max(Some(undo)),
                None => is_left = true,
            }
        }
        return Ok(last.map(|last| (last, is_left)));
    }
    for undo in undos {
        if !matches!(undone_by(book, undo)?, Some((_, false))) {
            return Ok(Some((undo, false)));
        }
    }
    Ok(None)
}

/// Returns whether an edit only followed from the allocations of its change.
pub(crate) fn follows(edit: &AnyEdit, has_allocations: bool) -> bool {
    match edit {
        AnyEdit::Payment(edit) => edit.before.is_none() || edit.after.is_none(),
        AnyEdit::DefaultAccount(_) => has_allocations,
        _ => false,
    }
}

/// Returns the change that an entry undid, perhaps by undoing an undo, and how many undos lie between. For an entry that is
/// no undo, that is the entry itself, and 0.
pub(crate) fn origin(book: &Connection, entry: i64) -> Result<(i64, u32)> {
    let mut statement = book.prepare_cached("SELECT undoes FROM entry WHERE seq = ?")?;
    let (mut origin, mut steps) = (entry, 0);
    while let Some(undone) =
        statement.query_row([origin], |row| row.get::<_, Option<i64>>(0)).optional()?.flatten()
    {
        (origin, steps) = (undone, steps + 1);
    }
    Ok((origin, steps))
}

/// The entry `?1`, the undos of it, the undos of these and so on; `undone` is 1 if the edits of `?1` are undone after it.
const FAMILY: &str = "WITH RECURSIVE family (seq, undone) AS (
    SELECT ?1, 0 UNION ALL SELECT e.seq, 1 - f.undone FROM family f JOIN entry e ON e.undoes = f.seq)";

/// Returns the decisions that are undone and the entry that undid each, or `None` if no undo or redo of the entry left out
/// edits, so that all edits or none are undone.
pub(crate) fn undone_edits(
    book: &Connection,
    entry: i64,
) -> Result<Option<HashMap<(DecisionKind, Ids), i64>>> {
    // The action may be inside `deallocate_first`.
    let mut statement = book.prepare_cached(&format!(
        "{FAMILY} SELECT 1 FROM family f JOIN entry e ON e.seq = f.seq, json_tree(e.change, '$.action') j
         WHERE f.seq <> ?1 AND j.key = 'keep' AND json_array_length(j.value) > 0"
    ))?;
    if !statement.exists([entry])? {
        return Ok(None);
    }
    let mut statement = book.prepare_cached(&format!(
        "{FAMILY} SELECT d.kind, d.object_id, d.ad_account_id, d.holder_id, f.seq, f.undone
         FROM family f JOIN edit d ON d.entry = f.seq ORDER BY f.seq"
    ))?;
    let mut undone = HashMap::new();
    let mut rows = statement.query([entry])?;
    while let Some(row) = rows.next()? {
        let decision = (row.get(0)?, ids(row, 1)?);
        if row.get(5)? {
            undone.insert(decision, row.get(4)?);
        } else {
            undone.remove(&decision);
        }
    }
    Ok(Some(undone))
}

/// Returns at most `limit` edits of an entry, starting with edit number `from`, in the order in which they were made.
pub(crate) fn edits(book: &Connection, entry: i64, from: u32, limit: usize) -> Result<Vec<AnyEdit>> {
    let mut statement = book.prepare_cached(
        "SELECT kind, object_id, ad_account_id, holder_id, before, after FROM edit
         WHERE entry = ? AND position >= ? ORDER BY position LIMIT ?",
    )?;
    let mut rows = statement.query(params![entry, from, i64::try_from(limit).unwrap_or(i64::MAX)])?;
    let mut edits = Vec::new();
    while let Some(row) = rows.next()? {
        let ids = ids(row, 1)?;
        edits.push(AnyEdit::from_texts(row.get(0)?, ids, row.get(4)?, row.get(5)?)?);
    }
    Ok(edits)
}

/// Like [`edits`], with names and labels.
pub(crate) fn edit_rows(book: &Connection, entry: i64, from: u32, limit: usize) -> Result<Vec<EditRow>> {
    let mut rows = Vec::new();
    for edit in &edits(book, entry, from, limit)? {
        rows.push(edit_row(book, edit, rows.last())?);
    }
    Ok(rows)
}

/// Returns an edit with names and labels. Names that `previous` has, too, are taken from it instead of the file.
pub(crate) fn edit_row(book: &Connection, edit: &AnyEdit, previous: Option<&EditRow>) -> Result<EditRow> {
    fn row<K: Decision>(book: &Connection, edit: &Edit<K>, previous: Option<&EditRow>) -> Result<EditRow> {
        let label = |value: &Option<K::Value>| value.as_ref().map(|value| value.label(book)).transpose();
        let [object, ad_account, holder] = edit.key.names(|kind, id| {
            let known = previous.and_then(|row| {
                let mut names = [&row.object, &row.ad_account, &row.holder].into_iter().flatten();
                names.find(|named| named.kind == kind && named.id == id)
            });
            known.map_or_else(|| Named::of(book, kind, id), |named| Ok(named.clone()))
        })?;
        let xpo_account = match previous {
            Some(row) if row.holder == holder => row.xpo_account.clone(),
            _ => Named::xpo_account_of(book, [holder.as_ref(), None])?,
        };
        Ok(EditRow {
            kind: K::KIND,
            xpo_account,
            object,
            ad_account,
            holder,
            before: label(&edit.before)?,
            after: label(&edit.after)?,
        })
    }
    with_edit!(edit, edit => row(book, edit, previous))
}

/// Fills in the last names of XPO accounts, advertisers, goals, tags and requests that were removed, and the XPO accounts of
/// removed advertisers.
pub(crate) fn name_removed(book: &Connection, row: &mut EditRow) -> Result<()> {
    let mut last = book.prepare_cached(
        "SELECT coalesce(value ->> 'name', ''), value ->> 'xpoAccount'
         FROM (SELECT coalesce(after, before) AS value FROM edit_row
               WHERE object_id <> '' AND object_id = ? ORDER BY entry DESC LIMIT 1)",
    )?;
    for named in [&mut row.object, &mut row.holder].into_iter().flatten() {
        if !named.name.is_empty() || named.kind.is_of_tiktok() {
            continue;
        }
        let found = last.query_row([&named.id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let (name, of): (String, Option<String>) = found.unwrap_or_default();
        named.name = name;
        if let Some(id) = of {
            let mut of = Named::of(book, ObjectKind::XpoAccount, &id)?;
            if of.name.is_empty() {
                of.name = last.query_row([&id], |row| row.get(0)).optional()?.unwrap_or_default();
            }
            row.xpo_account = Some(of);
        }
    }
    Ok(())
}

/// Returns every decision of a kind that was in force after an entry.
pub(crate) fn in_force_after<K: Decision>(book: &Connection, entry: i64) -> Result<Vec<(K, K::Value)>> {
    last_edits(book, "", -1, params![K::KIND, entry])
}

/// Returns at most `limit` decisions of a kind that a holder had after an entry, starting after the one with the ids
/// `after`: a TikTok ad account, and a campaign or audience. Both are empty at the start.
pub(crate) fn decisions_of_holder_after<K: Decision>(
    book: &Connection,
    entry: i64,
    holder: &str,
    after: (&str, &str),
    limit: usize,
) -> Result<Vec<(K, K::Value)>> {
    let condition = "AND s.holder_id = ?3 AND s.ad_account_id >= ?4
                     AND e.object_id > iif(s.ad_account_id = ?4, ?5, 0)";
    let limit = i64::try_from(limit).unwrap_or(-1);
    // At the start, 0: every id of TikTok is greater.
    let (ad_account, object) = (number(after.0).unwrap_or_default(), number(after.1).unwrap_or_default());
    last_edits(book, condition, limit, params![K::KIND, entry, holder, ad_account, object])
}

/// Returns the last edit of each decision of the kind `?1` up to the entry `?2`, where a decision was in force after it.
fn last_edits<K: Decision>(
    book: &Connection,
    condition: &str,
    limit: i64,
    values: &[&dyn ToSql],
) -> Result<Vec<(K, K::Value)>> {
    // SQLite takes the other columns from the row of the maximum, and an entry edits a decision at most once. The index has
    // all of them but the value, which is read of the last edits only.
    let mut statement = book.prepare_cached(&format!(
        "SELECT e.object_id, s.ad_account_id, s.holder_id,
             (SELECT r.after FROM edit_row r WHERE r.entry = e.entry AND r.position = e.position), max(e.entry)
         FROM edit_subject s CROSS JOIN edit_row e ON e.subject = s.id
         WHERE s.kind = ?1 AND e.entry <= ?2 {condition}
         GROUP BY s.holder_id, s.ad_account_id, e.object_id HAVING e.more >= 0
         ORDER BY s.holder_id, s.ad_account_id, e.object_id LIMIT {limit}"
    ))?;
    let mut rows = statement.query(values)?;
    let mut decisions = Vec::new();
    while let Some(row) = rows.next()? {
        let key = K::from_ids(ids(row, 0)?);
        decisions.push((key, K::Value::from_text(&row.get::<_, String>(3)?)?));
    }
    Ok(decisions)
}

/// Returns, for each holder, the number of decisions of a kind that were in force after an entry.
pub(crate) fn counts_after(
    book: &Connection,
    kind: DecisionKind,
    entry: i64,
) -> Result<HashMap<String, u32>> {
    let mut statement = book.prepare_cached(
        "SELECT holder_id, sum(more) FROM edit WHERE kind = ? AND entry <= ? GROUP BY holder_id",
    )?;
    let counts = statement.query_map(params![kind, entry], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(counts.collect::<rusqlite::Result<_>>()?)
}
