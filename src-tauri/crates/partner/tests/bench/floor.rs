//! The floor of each measurement: plain SQL for the same rows on a connection of its own, with the values discarded.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::Value;
use rusqlite::{Connection, Params, params};

use crate::world::{account, advertiser, campaign};

/// Returns a connection with the settings of the book's connections.
pub fn open(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection.busy_timeout(Duration::from_secs(5)).unwrap();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    connection.pragma_update(None, "synchronous", "FULL").unwrap();
    connection.pragma_update(None, "foreign_keys", true).unwrap();
    connection.pragma_update(None, "cache_size", -16_000).unwrap();
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).unwrap();
    connection
}

/// Reads every value of every row.
pub fn read(book: &Connection, sql: &str, values: impl Params) -> usize {
    let mut statement = book.prepare_cached(sql).unwrap();
    let columns = statement.column_count();
    let mut rows = statement.query(values).unwrap();
    let mut count = 0;
    while let Some(row) = rows.next().unwrap() {
        for column in 0..columns {
            std::hint::black_box(row.get::<_, Value>(column).unwrap());
        }
        count += 1;
    }
    count
}

/// Writes the rows of an allocation (`allocate`) or deallocation of campaigns of account 0, and commits or rolls back.
pub fn write(book: &mut Connection, campaigns: std::ops::Range<usize>, allocate: bool, commit: bool) {
    let transaction = book.transaction().unwrap();
    let id = uuid::Uuid::now_v7().to_string();
    let ids: Vec<String> = campaigns.clone().map(|n| campaign(0, n).0).collect();
    transaction
        .execute(
            "INSERT INTO entry (id, at, actor, action, change) VALUES (?, 0, 'ana', 'allocate_campaigns', ?)",
            params![id, serde_json::to_string(&ids).unwrap()],
        )
        .unwrap();
    let entry = transaction.last_insert_rowid();
    {
        let mut decide = transaction
            .prepare_cached(if allocate {
                "INSERT INTO campaign_allocation (campaign_id, ad_account_id, advertiser_id, entry)
                 VALUES (?, ?, ?, ?)"
            } else {
                "DELETE FROM campaign_allocation WHERE campaign_id = ? AND ad_account_id = ? AND advertiser_id = ?
                 AND ?"
            })
            .unwrap();
        let mut append = transaction
            .prepare_cached("INSERT INTO edit VALUES (?, ?, 'campaign_allocation', ?, ?, ?, ?, ?)")
            .unwrap();
        let (account, advertiser) = (account(0), advertiser(0));
        for (n, id) in ids.iter().enumerate() {
            decide.execute(params![id, account, advertiser, entry]).unwrap();
            let (before, after) =
                if allocate { (None, Some("allocated")) } else { (Some("allocated"), None) };
            append.execute(params![entry, n as i64, id, account, advertiser, before, after]).unwrap();
        }
    }
    transaction.execute("INSERT INTO entry_text VALUES (?, '', ?)", params![entry, id]).unwrap();
    if commit { transaction.commit().unwrap() } else { transaction.rollback().unwrap() }
}
