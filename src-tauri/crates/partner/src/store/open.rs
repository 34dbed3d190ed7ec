//! Creating and opening a partner's file: lock, checks, backup before a migration, and the settings of the connections.

use std::fs::OpenOptions;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, TransactionBehavior};
use rusqlite_migration::{M, Migrations};

use crate::error::{Error, Result};
use crate::schema::MIGRATIONS;
use crate::store::backup_names::{backup_path, remove_drafts};
use crate::store::connection::{self, Access};
use crate::store::copy::copy;
use crate::store::inspect::{APPLICATION_ID, check_header, check_kind, check_length, check_version};
use crate::store::integrity::{self, Depth};
use crate::store::lock::Lock;
use crate::store::paths::{draft_of, has_wal, remove_with_log, replace_file, restore_draft_of, with_suffix};
use crate::store::permissions::{create_private_folder, private_file};
use crate::store::recovery::{Missing, PreviousSession, end_previous_session};
use crate::store::revision::{Stamp, page_number};
use crate::store::session_marker::SessionMarker;
use crate::store::unsent_mails::fail_unsent_mails;

/// Prepared statements per connection: nearly as many as the rules and lists have.
const STATEMENT_CACHE: usize = 128;

/// Page cache per connection in KB: enough for the indexes of a long list, which SQLite's default of 2 MB would read
/// again for every page.
const PAGE_CACHE: i64 = 16_000;

/// Page cache of the reader, in KB: what a search reads of 50,000 changes, so that only its first letter reads the file.
const READER_CACHE: i64 = 32_000;

/// Page cache of the connection that writes facts, in KB. Objects that are written together lie together, so a larger one
/// saves no time.
const FACTS_CACHE: i64 = 4_000;

/// Pages in the write-ahead log before a commit checkpoints it. Checkpoints run between the transactions of a sync
/// instead (see `Book::write_facts`), so that a Save does not wait for one.
const AUTO_CHECKPOINT: i64 = 16_384;

/// An open file that no other process can open as a partner.
#[derive(Debug)]
pub(super) struct OpenFile {
    pub reader: Connection,
    pub writers: Writers,
    pub previous_session: PreviousSession,
}

/// The connections that write. They differ in durability, which is fixed for the life of a connection.
#[derive(Debug)]
pub(super) struct Writers {
    /// For facts from TikTok: a power cut may undo the last transactions, because facts can be fetched again.
    pub facts: Connection,
    /// For everything else: an acknowledged change survives a power cut.
    pub decisions: Connection,
    /// The stamp of the last transaction.
    pub stamp: Stamp,
    pub marker: SessionMarker,
}

/// Opens an existing file. If it has to be migrated, a copy is saved in `backups` first.
///
/// # Errors
/// Fails with any `File…` of [`Error`]; the file is then unchanged.
pub(super) fn open(path: &Path, backups: &Path, missing: Missing) -> Result<OpenFile> {
    open_with(path, backups, &MIGRATIONS, missing)
}

/// Creates a file with the rows that `fill` inserts. On failure there is no file.
pub(super) fn create(path: &Path, fill: impl FnOnce(&Connection) -> Result<()>) -> Result<()> {
    create_with(path, &MIGRATIONS, fill)
}

fn open_with(path: &Path, backups: &Path, migrations: &[String], missing: Missing) -> Result<OpenFile> {
    check_kind(path)?;
    if path.metadata()?.permissions().readonly() {
        return Err(Error::FileReadOnly);
    }
    let mut lock = Lock::acquire(path)?;
    remove_drafts(backups, path);
    remove_interrupted_restore(path);
    check_header(path)?;
    OpenOptions::new().read(true).write(true).open(path).map_err(|_| Error::FileReadOnly)?;
    // Without a session, a log comes from elsewhere.
    let has_log = has_wal(path);
    let mut previous_session = end_previous_session(path, missing)?;
    let is_to_check = previous_session.unclean || has_log;
    if is_to_check {
        tracing::info!("the file was not closed properly, checking its integrity");
        integrity::check_file(path, Depth::Full)?;
    } else {
        check_length(&connection::open(path, Access::Immutable)?, path)?;
    }

    let (version, opened, page) = {
        let connection = connection::open_unchanged(path)?;
        let version = check_version(&connection, migrations.len())?;
        (version, Stamp::read(&connection)?, page_number(&connection)?)
    };
    let is_last_seen = lock.is_last_seen(&opened);
    if !is_last_seen && !is_to_check {
        tracing::info!("the file comes from elsewhere, checking its integrity");
        integrity::check_file(path, Depth::Full)?;
    }
    let stamp = opened.of_next_session();
    // Created before the connections, so that it is dropped after them.
    let mut marker = SessionMarker::create(path, lock, &stamp, page)?;
    let mut writer = connection::open(path, Access::ReadWrite)?;
    let backup = if version < migrations.len() {
        Some(back_up_before_migration(&writer, path, backups, version)?)
    } else {
        None
    };
    prepare_writer(&mut writer, migrations).inspect_err(|_| {
        // The file is unchanged. Otherwise, every attempt would keep another copy of it.
        if let Some(backup) = backup {
            std::fs::remove_file(backup).ok();
        }
    })?;
    let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
    stamp.write(&transaction)?;
    if !is_last_seen || previous_session.incomplete {
        previous_session.held_mails = fail_unsent_mails(&transaction, Timestamp::now())?;
    }
    transaction.commit()?;
    marker.record_session()?;
    let facts = connection::open(path, Access::ReadWrite)?;
    configure_writer(&facts, "NORMAL")?;
    facts.pragma_update(None, "cache_size", -FACTS_CACHE)?;

    let reader = connection::open(path, Access::ReadOnly)?;
    prepare_connection(&reader)?;
    reader.pragma_update(None, "cache_size", -READER_CACHE)?;
    let writers = Writers { facts, decisions: writer, stamp, marker };
    Ok(OpenFile { reader, writers, previous_session })
}

fn create_with(
    path: &Path,
    migrations: &[String],
    fill: impl FnOnce(&Connection) -> Result<()>,
) -> Result<()> {
    let folder = path.parent().ok_or(Error::FileMissing)?;
    create_private_folder(folder).map_err(Error::of_folder)?;
    let created = replace_file(path, |draft| {
        private_file().create(true).open(draft)?;
        let mut connection = connection::open(draft, Access::ReadWrite)?;
        connection.pragma_update(None, "application_id", APPLICATION_ID)?;
        prepare_writer(&mut connection, migrations)?;
        Stamp::new().write(&connection)?;
        fill(&connection)?;
        Ok(connection.close().map_err(|(_, error)| error)?)
    });
    for suffix in ["-wal", "-shm"] {
        std::fs::remove_file(with_suffix(&draft_of(path), suffix)).ok();
    }
    created
}

fn prepare_writer(connection: &mut Connection, migrations: &[String]) -> Result<()> {
    configure_writer(connection, "FULL")?;
    Migrations::new(migrations.iter().map(|sql| M::up(sql)).collect()).to_latest(connection)?;
    Ok(())
}

fn configure_writer(connection: &Connection, synchronous: &str) -> Result<()> {
    prepare_connection(connection)?;
    let mode: String = connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if mode != "wal" {
        return Err(Error::FolderUnsupported { place: None, why: "there is no shared memory".to_owned() });
    }
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.pragma_update(None, "wal_autocheckpoint", AUTO_CHECKPOINT)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // What SQLite needs to roll back a single statement stays in memory, and so do its sorts, which are small here.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(())
}

fn prepare_connection(connection: &Connection) -> Result<()> {
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
    connection.pragma_update(None, "cache_size", -PAGE_CACHE)?;
    // Without this, SQLite compiles a cached statement again when a parameter changes and the table has a partial index.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// Deletes what a session left that ended while it restored a backup.
fn remove_interrupted_restore(path: &Path) {
    let draft = restore_draft_of(path);
    std::fs::remove_file(draft_of(&draft)).ok();
    remove_with_log(&draft).ok();
}

/// Returns the path of the backup.
fn back_up_before_migration(
    from: &Connection,
    path: &Path,
    backups: &Path,
    version: usize,
) -> Result<PathBuf> {
    let backup = backup_path(backups, path, &format!("v{version}"), Timestamp::now());
    copy(from, &backup, &mut || ControlFlow::Continue(()))?;
    tracing::info!(version, "backed up the file before migrating it");
    Ok(backup)
}

#[cfg(test)]
mod tests;
