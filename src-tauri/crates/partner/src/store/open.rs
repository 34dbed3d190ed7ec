//! Opening one partner's file: who may, in which version, and with a copy taken before it is changed.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::Read;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use rusqlite::{Connection, OpenFlags};
use rusqlite_migration::{M, Migrations};

use crate::schema::MIGRATIONS;
use crate::store::backup;
use crate::store::integrity;
use crate::store::integrity::Depth;
use crate::store::session_marker;
use crate::store::session_marker::{Mark, Past};
use crate::store::wal;
use crate::{Error, Result};

/// SQLite's `application_id` of a partner's file ("XPOP").
const APPLICATION_ID: i32 = 0x5850_4F50;

/// The `application_id` of files from before the first release ("XPOA"), whose tables cannot be migrated.
const PRE_RELEASE_ID: i32 = 0x5850_4F41;

/// One thread at a time uses a connection, so SQLite need not see to that.
pub(crate) const UNSHARED: OpenFlags = OpenFlags::SQLITE_OPEN_NO_MUTEX;

/// An open file that no other process can open as a partner until it is dropped.
#[derive(Debug)]
pub struct Opened {
    /// A connection that only reads, and never waits for the writer.
    pub reader: Connection,
    /// The one connection that writes.
    pub writer: Connection,
    /// How the file was found.
    pub past: Past,
    /// Goes once the connections are closed.
    pub(crate) mark: Mark,
    /// Held as long as the file is open.
    pub lock: Lock,
}

/// Keeps every other process from opening a file as a partner.
#[derive(Debug)]
pub struct Lock(File);

impl Drop for Lock {
    /// To close it would not do while a program that was just started still has a copy of the handle.
    fn drop(&mut self) {
        self.0.unlock().ok();
    }
}

/// Open an existing file; the copy that precedes a migration goes into `backups`.
///
/// # Errors
/// Every `File…` of [`Error`]; the file is then as it was.
pub fn open(path: &Path, backups: &Path) -> Result<Opened> {
    open_as(path, backups, &MIGRATIONS)
}

/// Make a new file and run `fill` in it; nothing is left at `path` when either fails.
///
/// # Errors
/// [`Error::DiskFull`], [`Error::FolderUnwritable`], and what `fill` returns.
pub fn create(path: &Path, fill: impl FnOnce(&Connection) -> Result<()>) -> Result<()> {
    create_as(path, &MIGRATIONS, fill)
}

/// Read from a file without opening it as a partner: for lists of files.
///
/// # Errors
/// [`Error::FileNotPartner`], [`Error::FileNewer`], [`Error::FileDamaged`], [`Error::FileMissing`].
pub fn peek<T>(path: &Path, read: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
    let connection = look(path)?;
    check_known(&connection)?;
    read(&connection)
}

/// A connection that reads a file which may be open or not, and leaves no files behind where it is not.
pub(crate) fn look(path: &Path) -> Result<Connection> {
    // Not `check_header`: to close a file that this process has open elsewhere gives SQLite's locks on it up.
    if !path.try_exists()? {
        return Err(Error::FileMissing);
    }
    if path.is_dir() {
        return Err(Error::FileNotPartner);
    }
    // Without a log beside it nobody is writing, and `immutable` leaves no files behind.
    let log = sibling(path, "-wal");
    let quiet = log.metadata().map_or(true, |log| log.len() == 0);
    if !quiet {
        return Ok(Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?);
    }
    let connection = look_without_log(path)?;
    check_length(&connection, path)?;
    Ok(connection)
}

/// SQLite takes the end of a page that is cut off for zeros.
fn check_length(connection: &Connection, path: &Path) -> Result<()> {
    let pragma = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let whole = pragma("page_count")? * pragma("page_size")?;
    if i64::try_from(path.metadata()?.len()).is_ok_and(|length| length < whole) {
        return Err(Error::FileDamaged("the end is missing".to_owned()));
    }
    Ok(())
}

/// A connection that reads a file as it is without its log.
fn look_without_log(path: &Path) -> Result<Connection> {
    let mut uri = url_of(path);
    uri.push_str("?immutable=1");
    Ok(Connection::open_with_flags(uri, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI)?)
}

fn open_as(path: &Path, backups: &Path, migrations: &[String]) -> Result<Opened> {
    let found = path.metadata()?;
    if found.is_dir() {
        return Err(Error::FileNotPartner);
    }
    if found.permissions().readonly() {
        return Err(Error::FileReadOnly);
    }
    let lock = lock(path)?;
    check_header(path)?;
    OpenOptions::new().read(true).write(true).open(path).map_err(|_| Error::FileReadOnly)?;
    let past = session_marker::past(path)?;
    if past.unclean {
        tracing::info!("the file was not closed the last time: checking it");
        wal::check(path)?;
        integrity::check_file(path, Depth::Rows)?;
    } else {
        check_length(&look_without_log(path)?, path)?;
    }

    let mark = Mark::set(path)?;
    let mut writer = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | UNSHARED)?;
    let version = check_version(&writer, migrations.len())?;
    if version < migrations.len() {
        back_up(&writer, path, backups, version)?;
    }
    prepare(&mut writer, migrations)?;
    mark.own_log(&writer)?;

    let reader = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | UNSHARED)?;
    reader.busy_timeout(Duration::from_secs(5))?;
    Ok(Opened { writer, reader, past, mark, lock })
}

fn create_as(path: &Path, migrations: &[String], fill: impl FnOnce(&Connection) -> Result<()>) -> Result<()> {
    let folder = path.parent().ok_or(Error::FileMissing)?;
    std::fs::create_dir_all(folder).map_err(|e| Error::FolderUnwritable(e.to_string()))?;
    let draft = sibling(path, ".draft");
    let made = (|| {
        let mut connection = Connection::open(&draft)?;
        connection.pragma_update(None, "application_id", APPLICATION_ID)?;
        prepare(&mut connection, migrations)?;
        fill(&connection)?;
        connection.close().map_err(|(_, error)| error)?;
        std::fs::rename(&draft, path)?;
        sync_folder_of(path);
        Ok(())
    })();
    for leftover in ["", "-wal", "-shm"] {
        std::fs::remove_file(sibling(&draft, leftover)).ok();
    }
    made
}

/// Connection settings and the newest schema.
fn prepare(connection: &mut Connection, migrations: &[String]) -> Result<()> {
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // FULL: what was acknowledged survives a power cut too.
    connection.pragma_update(None, "synchronous", "FULL")?;
    // What a sync writes into the log is copied from there as it goes on; a Save is not held up by that.
    connection.pragma_update(None, "wal_autocheckpoint", 16_384)?;
    // Kilobytes: what one page of TikTok's changes is not written twice.
    connection.pragma_update(None, "cache_size", -8_192)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    Migrations::new(migrations.iter().map(|sql| M::up(sql)).collect()).to_latest(connection)?;
    Ok(())
}

/// Is it a book at all? Before anything beside the file is touched, and not through SQLite: without its log, a file into
/// which the log was being copied when the program was killed looks damaged.
fn check_header(path: &Path) -> Result<()> {
    let mut header = [0; 72];
    File::open(path)?.read_exact(&mut header).map_err(|_| Error::FileNotPartner)?;
    match header {
        [start @ .., a, b, c, d] if start.starts_with(b"SQLite format 3\0") => {
            check_application(i32::from_be_bytes([a, b, c, d]))
        }
        _ => Err(Error::FileNotPartner),
    }
}

fn check_application(id: i32) -> Result<()> {
    match id {
        APPLICATION_ID => Ok(()),
        PRE_RELEASE_ID => Err(Error::FileFromPreRelease),
        _ => Err(Error::FileNotPartner),
    }
}

/// That it is a book which this program can read.
pub(crate) fn check_known(connection: &Connection) -> Result<()> {
    check_version(connection, MIGRATIONS.len()).map(drop)
}

fn check_version(connection: &Connection, known: usize) -> Result<usize> {
    check_application(connection.pragma_query_value(None, "application_id", |row| row.get(0))?)?;
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match usize::try_from(found) {
        Ok(version) if version <= known => Ok(version),
        _ => Err(Error::FileNewer { found, known: known as i64 }),
    }
}

/// Keep every other process from opening the file as a partner, as long as the result lives.
pub(crate) fn lock(path: &Path) -> Result<Lock> {
    let lock = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(sibling(path, ".lock"))
        .map_err(|e| Error::FolderUnwritable(e.to_string()))?;
    match lock.try_lock() {
        Ok(()) => Ok(Lock(lock)),
        Err(TryLockError::WouldBlock) => Err(Error::FileInUse),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

fn back_up(from: &Connection, path: &Path, backups: &Path, version: usize) -> Result<()> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let copy = backups.join(format!("{stem}-v{version}-{}.sqlite", stamp(Timestamp::now())));
    backup::copy(from, &copy, &mut || ControlFlow::Continue(()))?;
    tracing::info!(version, "backed the file up before a migration");
    Ok(())
}

/// A moment in the name of a file.
pub(crate) fn stamp(at: Timestamp) -> String {
    at.strftime(STAMP).to_string()
}

/// The moment in the name of a file.
pub(crate) fn of_stamp(text: &str) -> Option<Timestamp> {
    TimeZone::UTC.to_timestamp(DateTime::strptime(STAMP, text).ok()?).ok()
}

const STAMP: &str = "%Y%m%dT%H%M%S%3fZ";

/// Wait until a file is on the disk.
pub(crate) fn sync(path: &Path) -> Result<()> {
    // Windows syncs only what was opened to be written.
    Ok(OpenOptions::new().write(true).open(path)?.sync_all()?)
}

/// Wait until the new names in the folder of `path` are on the disk, where the system can.
pub(crate) fn sync_folder_of(path: &Path) {
    if let Some(Ok(folder)) = path.parent().map(File::open) {
        folder.sync_all().ok();
    }
}

/// `path` with something appended to its name.
pub(crate) fn sibling(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// `path` as SQLite wants it in a `file:` address.
fn url_of(path: &Path) -> String {
    let mut uri = String::from("file:");
    for c in path.to_string_lossy().chars() {
        match c {
            '?' | '#' | '%' => uri.push_str(&format!("%{:02x}", c as u32)),
            '\\' => uri.push('/'),
            c => uri.push(c),
        }
    }
    uri
}

#[cfg(test)]
mod tests;
