//! Creating and opening a partner's file: lock, checks, backup before a migration, and the settings of the connections.

use std::fs::OpenOptions;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use rusqlite_migration::{M, Migrations};

use crate::error::{Error, Result};
use crate::schema::MIGRATIONS;
use crate::store::copy::copy;
use crate::store::inspect::{APPLICATION_ID, check_header, check_length, check_version, open_immutable};
use crate::store::integrity::{self, Depth};
use crate::store::lock::Lock;
use crate::store::paths::{draft_of, format_timestamp, replace_file, with_suffix};
use crate::store::session_marker::{PreviousSession, SessionMarker, end_previous_session};
use crate::store::wal;

/// One thread at a time uses a connection, so SQLite does not have to lock it.
pub(super) const NO_MUTEX: OpenFlags = OpenFlags::SQLITE_OPEN_NO_MUTEX;

/// Prepared statements per connection: nearly as many as the rules and lists have.
const STATEMENT_CACHE: usize = 128;

/// Page cache per connection in KB: enough for the indexes of a long list, which SQLite's default of 2 MB would read
/// again for every page.
const PAGE_CACHE: i64 = 16_000;

/// Pages in the write-ahead log before a commit checkpoints it. Checkpoints run between the transactions of a sync
/// instead (see `Book::write_facts`), so that a Save does not wait for one.
const AUTO_CHECKPOINT: i64 = 16_384;

/// An open file that no other process can open as a partner.
#[derive(Debug)]
pub(super) struct OpenFile {
    pub reader: Connection,
    pub writer: Connection,
    pub previous_session: PreviousSession,
    pub marker: SessionMarker,
    pub lock: Lock,
}

/// Opens an existing file. If it has to be migrated, a copy is saved in `backups` first.
///
/// # Errors
/// Fails with any `File…` of [`Error`]; the file is then unchanged.
pub(super) fn open(path: &Path, backups: &Path) -> Result<OpenFile> {
    open_with(path, backups, &MIGRATIONS)
}

/// Creates a file with the rows that `fill` inserts. On failure there is no file.
pub(super) fn create(path: &Path, fill: impl FnOnce(&Connection) -> Result<()>) -> Result<()> {
    create_with(path, &MIGRATIONS, fill)
}

fn open_with(path: &Path, backups: &Path, migrations: &[String]) -> Result<OpenFile> {
    let metadata = path.metadata()?;
    if metadata.is_dir() {
        return Err(Error::FileNotPartner);
    }
    if metadata.permissions().readonly() {
        return Err(Error::FileReadOnly);
    }
    let lock = Lock::acquire(path)?;
    check_header(path)?;
    OpenOptions::new().read(true).write(true).open(path).map_err(|_| Error::FileReadOnly)?;
    let previous_session = end_previous_session(path)?;
    if previous_session.unclean {
        tracing::info!("the file was not closed properly, checking its integrity");
        wal::check(path)?;
        integrity::check_file(path, Depth::Quick)?;
    } else {
        check_length(&open_immutable(path)?, path)?;
    }

    let marker = SessionMarker::create(path)?;
    let mut writer = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | NO_MUTEX)?;
    let version = check_version(&writer, migrations.len())?;
    if version < migrations.len() {
        back_up_before_migration(&writer, path, backups, version)?;
    }
    prepare_writer(&mut writer, migrations)?;
    marker.record_wal(&writer)?;

    let reader = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | NO_MUTEX)?;
    prepare_connection(&reader)?;
    Ok(OpenFile { reader, writer, previous_session, marker, lock })
}

fn create_with(
    path: &Path,
    migrations: &[String],
    fill: impl FnOnce(&Connection) -> Result<()>,
) -> Result<()> {
    let folder = path.parent().ok_or(Error::FileMissing)?;
    std::fs::create_dir_all(folder).map_err(|error| Error::FolderUnwritable(error.to_string()))?;
    let created = replace_file(path, |draft| {
        let mut connection = Connection::open(draft)?;
        connection.pragma_update(None, "application_id", APPLICATION_ID)?;
        prepare_writer(&mut connection, migrations)?;
        fill(&connection)?;
        Ok(connection.close().map_err(|(_, error)| error)?)
    });
    for suffix in ["-wal", "-shm"] {
        std::fs::remove_file(with_suffix(&draft_of(path), suffix)).ok();
    }
    created
}

fn prepare_writer(connection: &mut Connection, migrations: &[String]) -> Result<()> {
    prepare_connection(connection)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // FULL, so that an acknowledged change survives a power cut.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "wal_autocheckpoint", AUTO_CHECKPOINT)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    Migrations::new(migrations.iter().map(|sql| M::up(sql)).collect()).to_latest(connection)?;
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

fn back_up_before_migration(from: &Connection, path: &Path, backups: &Path, version: usize) -> Result<()> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let backup = backups.join(format!("{stem}-v{version}-{}.sqlite", format_timestamp(Timestamp::now())));
    copy(from, &backup, &mut || ControlFlow::Continue(()))?;
    tracing::info!(version, "backed up the file before migrating it");
    Ok(())
}

#[cfg(test)]
mod tests;
