//! Integrity checks: SQLite's own, and the invariants of the product that constraints cannot express.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;

use crate::error::{Error, Result};
use crate::schema::{DECISION_TABLES, DecisionTable, MIGRATIONS};
use crate::search_text;
use crate::store::inspect::{check_version, open_read_only};

/// Violations of invariants 2, 5, 7 and A20, each with a query that finds one. Foreign keys and unique constraints express
/// the rest, and triggers keep all of them.
const VIOLATIONS: &[(&str, &str)] = &[
    (
        "a payment mode has no allocation",
        "SELECT 1 FROM account_link l WHERE NOT EXISTS (SELECT 1 FROM allocation a
         WHERE a.xpo_account_id = l.xpo_account_id AND a.ad_account_id = l.ad_account_id)",
    ),
    (
        "an excluded audience has an allocation",
        "SELECT 1 FROM audience_exclusion JOIN audience_allocation USING (audience_id)",
    ),
    (
        "a campaign is allocated in another ad account",
        "SELECT 1 FROM campaign_allocation n JOIN campaign c ON c.id = n.campaign_id
         WHERE c.account_id <> n.ad_account_id",
    ),
    (
        "an entry cannot be searched",
        "WITH row AS (SELECT 1 AS part, * FROM entry_words UNION ALL SELECT 2, * FROM entry_ids)
         SELECT 1 FROM row WHERE entries <> length(lines) - length(replace(lines, char(10), ''))
         UNION ALL SELECT 1 FROM (SELECT 1 AS part UNION SELECT 2) p
         WHERE (SELECT total(entries) FROM row WHERE row.part = p.part) <> (SELECT count(*) FROM entry)",
    ),
    (
        "the numbers of entries have gaps",
        "SELECT 1 FROM (SELECT max(seq) AS last, count(*) AS entries FROM entry) WHERE last <> entries",
    ),
    ("an edit has no entry", "SELECT 1 FROM edit_row WHERE entry NOT IN (SELECT seq FROM entry)"),
    ("an edit has no subject", "SELECT 1 FROM edit_row WHERE subject NOT IN (SELECT id FROM edit_subject)"),
];

/// How much SQLite checks. Either takes seconds for a million campaigns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// Every page and row, in half the time of `Full`.
    Quick,
    /// Also that each index matches its table, that texts are valid, and that entries are found by what they say.
    Full,
}

/// Checks a file that is not open, and writes nothing.
///
/// # Errors
/// [`Error::FileDamaged`] with the first fault, [`Error::FileNewer`], [`Error::FileFromPreRelease`],
/// [`Error::FileNotPartner`].
pub(super) fn check_file(path: &Path, depth: Depth) -> Result<()> {
    let connection = open_read_only(path)?;
    // A checkpoint would change a damaged file.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    check(&connection, depth)
}

/// Like [`check_file`], for a file that is open.
pub(super) fn check(connection: &Connection, depth: Depth) -> Result<()> {
    let version = check_version(connection, MIGRATIONS.len())?;
    let pragma = match depth {
        Depth::Quick => "PRAGMA quick_check(1)",
        Depth::Full => "PRAGMA integrity_check(1)",
    };
    let result: String = connection.query_row(pragma, [], |row| row.get(0))?;
    if result != "ok" {
        return Err(Error::FileDamaged(result));
    }
    let fail_if = |query: &str, fault: String| match connection.prepare(query)?.exists([])? {
        true => Err(Error::FileDamaged(fault)),
        false => Ok(()),
    };
    fail_if("SELECT 1 FROM pragma_foreign_key_check", "a row refers to a missing row".to_owned())?;
    for (fault, query) in VIOLATIONS {
        fail_if(query, (*fault).to_owned())?;
    }
    for decision in DECISION_TABLES.iter().filter(|decision| decision.since <= version) {
        fail_if(
            &decisions_without_edit(decision),
            format!("a row of {} is missing in the change history", decision.table),
        )?;
    }
    if depth == Depth::Full {
        check_texts(connection)?;
        if let Some(entry) = search_text::entry_without_its_words(connection)? {
            return Err(Error::FileDamaged(format!(
                "the search words of entry {entry} are not what it says"
            )));
        }
    }
    Ok(())
}

/// SQLite does not check that texts are valid UTF-8.
fn check_texts(connection: &Connection) -> Result<()> {
    // Shadow tables of the search index have no such columns.
    let mut tables = connection.prepare(
        "SELECT t.name, group_concat(c.name) FROM pragma_table_list t JOIN pragma_table_info(t.name) c
         WHERE t.schema = 'main' AND t.type = 'table' AND c.type IN ('TEXT', 'ANY') GROUP BY t.name",
    )?;
    let mut tables = tables.query([])?;
    while let Some(row) = tables.next()? {
        let (table, columns): (String, String) = (row.get(0)?, row.get(1)?);
        let mut texts = connection.prepare(&format!("SELECT {columns} FROM {table}"))?;
        let count = texts.column_count();
        let mut rows = texts.query([])?;
        while let Some(row) = rows.next()? {
            for column in 0..count {
                if let ValueRef::Text(text) = row.get_ref(column)?
                    && str::from_utf8(text).is_err()
                {
                    return Err(Error::FileDamaged(format!("a text of {table} is not valid UTF-8")));
                }
            }
        }
    }
    Ok(())
}

/// Invariant 7: the entry that a decision names has an edit that added or changed the decision.
fn decisions_without_edit(decision: &DecisionTable) -> String {
    let DecisionTable { kind, updated_by, .. } = decision;
    let table = decision.readable();
    // `+` removes the type of the column: for it, SQLite would convert the values of `edit` instead of using their index.
    let column = |name: Option<&str>| name.map_or_else(|| "''".to_owned(), |name| format!("+d.{name}"));
    format!(
        "SELECT 1 FROM {table} d WHERE NOT EXISTS (SELECT 1 FROM edit e
         WHERE e.kind = '{kind}' AND e.holder_id = {} AND e.ad_account_id = {} AND e.object_id = {}
             AND e.entry = coalesce(d.{}, d.entry) AND e.more >= 0)",
        column(decision.holder_id),
        column(decision.ad_account_id),
        column(decision.object_id),
        updated_by.unwrap_or("entry"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edit_of_a_decision_is_found_with_an_index_however_many_an_advertiser_has() {
        let place = tempfile::tempdir().unwrap();
        let (_, book) = crate::Folder::at(place.path()).create("Knorex").unwrap();
        for decision in DECISION_TABLES {
            let sql = format!("EXPLAIN QUERY PLAN {}", decisions_without_edit(decision));
            let book = book.read();
            let mut plan = book.prepare(&sql).unwrap();
            let steps = plan.query_map([], |row| row.get::<_, String>(3)).unwrap();
            let steps: Vec<String> = steps.collect::<rusqlite::Result<_>>().unwrap();
            for whole in
                ["(kind=? AND holder_id=? AND ad_account_id=?)", "(subject=? AND object_id=? AND entry=?"]
            {
                assert!(steps.iter().any(|step| step.contains(whole)), "{}: {steps:#?}", decision.table);
            }
        }
    }
}
