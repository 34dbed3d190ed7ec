//! Whether a file is whole: SQLite's own check, and those of the product's invariants that constraints alone cannot keep.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use crate::schema::{DECISION_TABLES, DecisionTable};
use crate::store::open;
use crate::{Error, Result};

/// What no book has: a query for the first of each, by what it would mean. The rest of the invariants are foreign keys
/// and unique constraints, which SQLite checks.
const NEVER: &[(&str, &str)] = &[
    (
        "a payment mode without an allocation",
        "SELECT 1 FROM link l WHERE NOT EXISTS (SELECT 1 FROM allocation a
         WHERE a.xpo_account_id = l.xpo_account_id AND a.ad_account_id = l.ad_account_id)",
    ),
    (
        "an excluded audience with an allocation",
        "SELECT 1 FROM audience_exclusion JOIN audience_allocation USING (audience_id)",
    ),
];

/// How much SQLite looks at. Both take seconds for a million campaigns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Every page and row; half the time.
    Rows,
    /// Also that each index says what its table says.
    Indexes,
}

/// Check a file that is not open; nothing is written to it or taken out of its log.
///
/// # Errors
/// [`Error::FileDamaged`], [`Error::FileNewer`], [`Error::FileNotPartner`].
pub(crate) fn check_file(path: &Path, depth: Depth) -> Result<()> {
    let connection = open::look(path)?;
    // What is in the log stays there: a damaged file is kept as it was found.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    open::check_known(&connection)?;
    check(&connection, depth)
}

/// Check all of a file.
///
/// # Errors
/// [`Error::FileDamaged`] with the first thing that is wrong.
fn check(connection: &Connection, depth: Depth) -> Result<()> {
    let pragma = match depth {
        Depth::Rows => "PRAGMA quick_check(1)",
        Depth::Indexes => "PRAGMA integrity_check(1)",
    };
    let found: String = connection.query_row(pragma, [], |row| row.get(0))?;
    if found != "ok" {
        return Err(Error::FileDamaged(found));
    }
    if exists(connection, "SELECT 1 FROM pragma_foreign_key_check")? {
        return Err(Error::FileDamaged("a row speaks of another that is not there".to_owned()));
    }
    for (what, query) in NEVER {
        if exists(connection, query)? {
            return Err(Error::FileDamaged((*what).to_owned()));
        }
    }
    for decision in DECISION_TABLES {
        let DecisionTable { kind, table, .. } = decision;
        let column = |name: Option<&str>| name.map_or_else(|| "''".to_owned(), |name| format!("d.{name}"));
        let entry = match decision.updated_by {
            Some(updated_by) => format!("coalesce(d.{updated_by}, d.entry)"),
            None => "d.entry".to_owned(),
        };
        let without_entry = format!(
            "SELECT 1 FROM {table} d WHERE NOT EXISTS (SELECT 1 FROM edit e
             WHERE e.kind = '{kind}' AND e.holder_id = {} AND e.ad_account_id = {}
                 AND e.object_id = {} AND e.entry = {entry} AND e.more >= 0)",
            column(decision.holder_id),
            column(decision.ad_account_id),
            column(decision.object_id),
        );
        if exists(connection, &without_entry)? {
            return Err(Error::FileDamaged(format!("a row of {table} without its entry in the history")));
        }
    }
    Ok(())
}

fn exists(connection: &Connection, query: &str) -> Result<bool> {
    Ok(connection.prepare(query)?.exists([])?)
}
