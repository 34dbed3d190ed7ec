//! Opening one partner's file: who may, in which version, and with a copy taken before it is changed.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, MAIN_DB, OpenFlags};
use rusqlite_migration::{M, Migrations};

use crate::{Error, Result};

/// What marks an SQLite file as a partner's book ("XPOA").
const APPLICATION_ID: i64 = 0x5850_4F41;

/// Every version of the file, oldest first. An entry is never edited once it was released.
const VERSIONS: &[&str] = &[
    crate::app::VERSION_1,
    crate::users::VERSION_2,
    crate::accounts::VERSION_3,
    crate::campaigns::VERSION_4,
    crate::audiences::VERSION_5,
    include_str!("decisions.sql"),
];

/// An open file that no other process can open as a partner until it is dropped.
#[derive(Debug)]
pub struct Opened {
    /// A connection that only reads, and never waits for the writer.
    pub reader: Connection,
    /// The one connection that writes.
    pub writer: Connection,
    /// Held as long as the file is open.
    pub lock: File,
}

/// Open an existing file; the copy that precedes a migration goes into `backups`.
///
/// # Errors
/// Every `File…` of [`Error`]; the file is then as it was.
pub fn open(path: &Path, backups: &Path) -> Result<Opened> {
    open_as(path, backups, VERSIONS)
}

/// Make a new file and run `fill` in it; nothing is left at `path` when either fails.
///
/// # Errors
/// [`Error::DiskFull`], [`Error::FolderUnwritable`], and what `fill` returns.
pub fn create(path: &Path, fill: impl FnOnce(&Connection) -> Result<()>) -> Result<()> {
    create_as(path, VERSIONS, fill)
}

/// Read from a file without opening it as a partner: for lists of files.
///
/// # Errors
/// [`Error::FileNotPartner`], [`Error::FileNewer`], [`Error::FileDamaged`], [`Error::FileMissing`].
pub fn peek<T>(path: &Path, read: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
    // Not `check_header`: to close a file that this process has open elsewhere gives SQLite's locks on it up.
    if !path.try_exists()? {
        return Err(Error::FileMissing);
    }
    // Without a log beside it nobody is writing, and `immutable` leaves no files behind.
    let log = sibling(path, "-wal");
    let quiet = log.metadata().map_or(true, |log| log.len() == 0);
    let connection = if quiet {
        let mut uri = url_of(path);
        uri.push_str("?immutable=1");
        Connection::open_with_flags(uri, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI)?
    } else {
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?
    };
    check_version(&connection, VERSIONS.len())?;
    read(&connection)
}

fn open_as(path: &Path, backups: &Path, versions: &[&str]) -> Result<Opened> {
    if path.metadata()?.permissions().readonly() {
        return Err(Error::FileReadOnly);
    }
    let lock = lock(path)?;
    check_header(path)?;
    OpenOptions::new().read(true).write(true).open(path).map_err(|_| Error::FileReadOnly)?;

    let mut writer = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let version = check_version(&writer, versions.len())?;
    if version < versions.len() {
        back_up(&writer, path, backups, version)?;
    }
    prepare(&mut writer, versions)?;

    let reader = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    reader.busy_timeout(Duration::from_secs(5))?;
    Ok(Opened { writer, reader, lock })
}

fn create_as(path: &Path, versions: &[&str], fill: impl FnOnce(&Connection) -> Result<()>) -> Result<()> {
    let folder = path.parent().ok_or(Error::FileMissing)?;
    std::fs::create_dir_all(folder).map_err(|e| Error::FolderUnwritable(e.to_string()))?;
    let draft = sibling(path, ".draft");
    let made = (|| {
        let mut connection = Connection::open(&draft)?;
        connection.pragma_update(None, "application_id", APPLICATION_ID)?;
        prepare(&mut connection, versions)?;
        fill(&connection)?;
        connection.close().map_err(|(_, error)| error)?;
        std::fs::rename(&draft, path).map_err(Error::from)
    })();
    for leftover in ["", "-wal", "-shm"] {
        std::fs::remove_file(sibling(&draft, leftover)).ok();
    }
    made
}

/// Connection settings and the newest schema.
fn prepare(connection: &mut Connection, versions: &[&str]) -> Result<()> {
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // FULL: what was acknowledged survives a power cut too.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    Migrations::new(versions.iter().map(|sql| M::up(sql)).collect()).to_latest(connection)?;
    Ok(())
}

fn check_header(path: &Path) -> Result<()> {
    let mut header = Vec::new();
    File::open(path)?.take(16).read_to_end(&mut header).map_err(|_| Error::FileNotPartner)?;
    if header == b"SQLite format 3\0" { Ok(()) } else { Err(Error::FileNotPartner) }
}

fn check_version(connection: &Connection, known: usize) -> Result<usize> {
    let pragma = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    if pragma("application_id")? != APPLICATION_ID {
        return Err(Error::FileNotPartner);
    }
    let found = pragma("user_version")?;
    match usize::try_from(found) {
        Ok(version) if version <= known => Ok(version),
        _ => Err(Error::FileNewer { found, known: known as i64 }),
    }
}

fn lock(path: &Path) -> Result<File> {
    let lock = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(sibling(path, ".lock"))
        .map_err(|e| Error::FolderUnwritable(e.to_string()))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(Error::FileInUse),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

fn back_up(from: &Connection, path: &Path, backups: &Path, version: usize) -> Result<()> {
    std::fs::create_dir_all(backups).map_err(|e| Error::FolderUnwritable(e.to_string()))?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let now = Timestamp::now().strftime("%Y%m%dT%H%M%S%3fZ");
    let copy = backups.join(format!("{stem}-v{version}-{now}.sqlite"));
    let draft = sibling(&copy, ".draft");
    from.backup(MAIN_DB, &draft, None)?;
    std::fs::rename(&draft, &copy)?;
    tracing::info!(version, "backed the file up before a migration");
    Ok(())
}

fn sibling(path: &Path, ending: &str) -> PathBuf {
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
#[path = "file_tests.rs"]
mod tests;
