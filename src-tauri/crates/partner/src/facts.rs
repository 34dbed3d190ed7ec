//! What the tables of TikTok's objects have in common.

use std::collections::HashSet;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};

use crate::Result;
use crate::ids::AdAccountId;

/// The folded name that the object has so far.
pub(crate) fn name_of(
    book: &Transaction<'_>,
    table: &str,
    account: &AdAccountId,
    id: &str,
) -> Result<Option<String>> {
    Ok(book
        .prepare_cached(&format!("SELECT name_folded FROM {table} WHERE account_id = ? AND id = ?"))?
        .query_row(params![account, id], |row| row.get(0))
        .optional()?)
}

/// Make the object findable by any part of its name or id. The row of the index is the id as a number: TikTok's have at
/// most 19 digits. An id that is no such number is not found. The index knows parts of three characters; the blanks
/// around make one or two characters such a part where a name or word begins or ends (see [`crate::find`]).
pub(crate) fn index(book: &Transaction<'_>, table: &str, id: &str, folded: &str) -> Result<()> {
    if let Ok(row) = id.parse::<i64>() {
        book.prepare_cached(&format!("INSERT OR REPLACE INTO {table}_text (rowid, text) VALUES (?, ?)"))?
            .execute(params![row, format!("  {folded} {id} ")])?;
    }
    Ok(())
}

/// Mark what a complete listing did not have as deleted on TikTok, and tell how much that was.
pub(crate) fn complete(
    book: &Transaction<'_>,
    table: &str,
    account: &AdAccountId,
    listed: &HashSet<String>,
    at: Timestamp,
) -> Result<u32> {
    let known: Vec<String> = book
        .prepare_cached(&format!("SELECT id FROM {table} WHERE account_id = ? AND NOT gone"))?
        .query_map([account], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let mut mark =
        book.prepare_cached(&format!("UPDATE {table} SET gone = 1 WHERE account_id = ? AND id = ?"))?;
    let mut gone = 0;
    for id in known.iter().filter(|id| !listed.contains(*id)) {
        mark.execute(params![account, id])?;
        gone += 1;
    }
    book.prepare_cached(
        "INSERT INTO listing (account_id, kind, completed_at) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET completed_at = ?3",
    )?
    .execute(params![account, table, at.as_millisecond()])?;
    Ok(gone)
}
