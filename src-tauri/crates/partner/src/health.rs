//! Whether a file is whole: SQLite's own check, and those of the product's invariants that constraints alone cannot keep.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use crate::{Error, Result, file};

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
    (
        "a decision without its entry in the history",
        "WITH decision (kind, object, ad_account, holder, entry) AS (
             SELECT 'xpo_account', '', '', id, entry FROM xpo_account
             UNION ALL SELECT 'advertiser', '', '', id, entry FROM advertiser
             UNION ALL SELECT 'goal', id, ad_account_id, advertiser_id, entry FROM goal
             UNION ALL SELECT 'link', '', ad_account_id, xpo_account_id, entry FROM link
             UNION ALL SELECT 'default', '', '', xpo_account_id, entry FROM default_account
             UNION ALL SELECT 'allocation', '', ad_account_id, advertiser_id, entry FROM allocation
             UNION ALL SELECT 'campaign', campaign_id, ad_account_id, advertiser_id, coalesce(initialized, entry)
                 FROM campaign_allocation
             UNION ALL SELECT 'audience', audience_id, ad_account_id, advertiser_id, entry FROM audience_allocation
             UNION ALL SELECT 'exclusion', audience_id, '', '', entry FROM audience_exclusion
         )
         SELECT 1 FROM decision d WHERE NOT EXISTS (SELECT 1 FROM edit e
             WHERE e.kind = d.kind AND e.holder_id = d.holder AND e.ad_account_id = d.ad_account
                 AND e.object_id = d.object AND e.entry = d.entry AND e.after IS NOT NULL)",
    ),
];

/// Check a file that is not open; nothing is written to it or taken out of its log.
///
/// # Errors
/// [`Error::FileDamaged`], [`Error::FileNewer`], [`Error::FileNotPartner`].
pub(crate) fn check_file(path: &Path) -> Result<()> {
    let connection = file::look(path)?;
    // What is in the log stays there: a damaged file is kept as it was found.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    file::check_known(&connection)?;
    check(&connection)
}

/// Check all of a file.
///
/// # Errors
/// [`Error::FileDamaged`] with the first thing that is wrong.
pub(crate) fn check(connection: &Connection) -> Result<()> {
    let found: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if found != "ok" {
        return Err(Error::FileDamaged(found));
    }
    if exists(connection, "SELECT 1 FROM pragma_foreign_key_check")? {
        return Err(Error::FileDamaged("a row speaks of another that is not there".to_owned()));
    }
    // The copy of a file of an older version has no decisions yet.
    if exists(connection, "SELECT 1 FROM sqlite_schema WHERE name = 'edit'")? {
        for (what, query) in NEVER {
            if exists(connection, query)? {
                return Err(Error::FileDamaged((*what).to_owned()));
            }
        }
    }
    Ok(())
}

fn exists(connection: &Connection, query: &str) -> Result<bool> {
    Ok(connection.prepare(query)?.exists([])?)
}
