//! The floor of each measurement: plain SQL for the same rows on a connection of its own, with the values discarded.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use partner::ids::CampaignId;
use rusqlite::config::DbConfig;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Params, params};

use crate::raw_file;
use crate::world::{account, advertiser, campaign};

/// Returns a connection with the settings of the book's connections.
pub fn open(path: &Path) -> Connection {
    let connection = raw_file::open(path, rusqlite::OpenFlags::default());
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
    let rows: Vec<_> = campaigns.map(|n| (campaign(0, n).0, 0, 0)).collect();
    write_all(book, &rows, allocate, commit);
}

/// Like [`write`], for campaigns with the numbers of their accounts and advertisers.
pub fn write_all(book: &mut Connection, rows: &[(String, usize, usize)], allocate: bool, commit: bool) {
    let transaction = book.transaction().unwrap();
    let ids: Vec<&String> = rows.iter().map(|(id, ..)| id).collect();
    let entry = open_entry(&transaction, &serde_json::to_string(&ids).unwrap());
    {
        let mut decide = transaction
            .prepare_cached(if allocate {
                "INSERT OR ROLLBACK INTO allocated_campaign (campaign_id, allocation, entry)
                 VALUES (?, (SELECT id FROM allocation WHERE ad_account_id = ? AND advertiser_id = ?), ?)"
            } else {
                "DELETE FROM allocated_campaign WHERE campaign_id = ?
                 AND allocation = (SELECT id FROM allocation WHERE ad_account_id = ? AND advertiser_id = ?) AND ?"
            })
            .unwrap();
        let mut append = transaction
            .prepare_cached(
                "INSERT OR ROLLBACK INTO edit_row VALUES (?1, ?2, ?3, ?4, ?5, ?6, (?6 IS NOT NULL) - (?5 IS NOT NULL))",
            )
            .unwrap();
        let mut subjects = HashMap::new();
        for (n, (id, of, to)) in rows.iter().enumerate() {
            let (id, account, advertiser) = (CampaignId(id.clone()), account(*of), advertiser(*to));
            decide.execute(params![id, account, advertiser, entry]).unwrap();
            let (before, after) =
                if allocate { (None, Some("allocated")) } else { (Some("allocated"), None) };
            let subject = *subjects.entry((of, to)).or_insert_with(|| {
                let values = ("campaign_allocation", &account, &advertiser);
                let sql =
                    "SELECT id FROM edit_subject WHERE kind = ? AND ad_account_id = ? AND holder_id = ?";
                let known = transaction.query_row(sql, values, |row| row.get(0)).optional().unwrap();
                known.unwrap_or_else(|| new_subject(&transaction, values))
            });
            append.execute(params![entry, n as i64, subject, id, before, after]).unwrap();
        }
    }
    close_entry(&transaction, entry);
    if commit { transaction.commit().unwrap() } else { transaction.rollback().unwrap() }
}

/// Writes the rows of new XPO accounts, and commits.
pub fn write_clients(book: &mut Connection, rows: usize) {
    let transaction = book.transaction().unwrap();
    let entry = open_entry(&transaction, "[]");
    {
        let mut add = transaction
            .prepare_cached("INSERT OR ROLLBACK INTO xpo_account VALUES (?, ?2, ?2, ?2, 'active', 0, ?)")
            .unwrap();
        let mut append = transaction
            .prepare_cached("INSERT OR ROLLBACK INTO edit_row VALUES (?, ?, ?, ?, NULL, ?, 1)")
            .unwrap();
        let subject: i64 = transaction
            .query_row("SELECT id FROM edit_subject WHERE kind = 'xpo_account'", [], |row| row.get(0))
            .unwrap();
        for n in 0..rows {
            let (id, name) = (uuid::Uuid::now_v7().to_string(), format!("client {n:06}"));
            add.execute(params![id, name, entry]).unwrap();
            append.execute(params![entry, n as i64, subject, id, name]).unwrap();
        }
    }
    close_entry(&transaction, entry);
    transaction.commit().unwrap();
}

fn new_subject(book: &Connection, values: impl Params) -> i64 {
    let sql = "INSERT OR ROLLBACK INTO edit_subject (kind, ad_account_id, holder_id) VALUES (?, ?, ?)";
    book.prepare_cached(sql).unwrap().execute(values).unwrap();
    book.last_insert_rowid()
}

fn open_entry(book: &Connection, change: &str) -> i64 {
    let id = uuid::Uuid::now_v7().to_string();
    let sql =
        "INSERT INTO entry (id, at, actor, action, change) VALUES (?, 0, 'ana', 'allocate_campaigns', ?)";
    book.execute(sql, params![id, change]).unwrap();
    book.last_insert_rowid()
}

fn close_entry(book: &Connection, entry: i64) {
    for table in ["entry_words", "entry_ids"] {
        book.execute(&format!("INSERT INTO {table} VALUES (?1, 1, ?1 || char(10))"), [entry]).unwrap();
    }
    book.execute("INSERT INTO entry_text VALUES (?1, '', x'')", [entry]).unwrap();
}
