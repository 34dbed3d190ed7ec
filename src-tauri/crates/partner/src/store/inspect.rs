//! Reading a file without opening it as a partner: nothing is locked, migrated or left beside it.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use crate::error::{Error, Result};
use crate::schema::MIGRATIONS;
use crate::store::paths::{has_wal, sqlite_uri};

/// SQLite's `application_id` of a partner's file ("XPOP").
pub(super) const APPLICATION_ID: i32 = 0x5850_4F50;

/// The `application_id` of files from before the first release ("XPOA"), whose tables cannot be migrated.
pub(super) const PRE_RELEASE_APPLICATION_ID: i32 = 0x5850_4F41;

/// Reads from a partner's file that may be open elsewhere.
pub(super) fn inspect<T>(path: &Path, read: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
    let connection = open_read_only(path)?;
    check_version(&connection, MIGRATIONS.len())?;
    read(&connection)
}

/// Opens a read-only connection to a file that may be open elsewhere.
pub(super) fn open_read_only(path: &Path) -> Result<Connection> {
    // `check_header` must not be used here: closing a file that this process has open elsewhere releases SQLite's locks.
    if !path.try_exists()? {
        return Err(Error::FileMissing);
    }
    if path.is_dir() {
        return Err(Error::FileNotPartner);
    }
    if has_wal(path) {
        return Ok(Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?);
    }
    // Nobody is writing, and `immutable` creates no files beside this one.
    let connection = open_immutable(path)?;
    check_length(&connection, path)?;
    Ok(connection)
}

/// Opens a read-only connection that ignores the write-ahead log.
pub(super) fn open_immutable(path: &Path) -> Result<Connection> {
    let uri = sqlite_uri(path) + "?immutable=1";
    Ok(Connection::open_with_flags(uri, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI)?)
}

/// Checks that the file is not truncated: SQLite would read the missing end of the last page as zeros.
pub(super) fn check_length(connection: &Connection, path: &Path) -> Result<()> {
    let pragma = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let expected = pragma("page_count")? * pragma("page_size")?;
    if i64::try_from(path.metadata()?.len()).is_ok_and(|length| length < expected) {
        return Err(Error::FileDamaged("the end of the file is missing".to_owned()));
    }
    Ok(())
}

/// Checks that the file is a partner's, without SQLite: if the program was killed during a checkpoint, SQLite would report
/// the file as damaged until it reads the log as well.
pub(super) fn check_header(path: &Path) -> Result<()> {
    let mut header = [0; 72];
    File::open(path)?.read_exact(&mut header).map_err(|_| Error::FileNotPartner)?;
    match header {
        [start @ .., a, b, c, d] if start.starts_with(b"SQLite format 3\0") => {
            check_application(i32::from_be_bytes([a, b, c, d]))
        }
        _ => Err(Error::FileNotPartner),
    }
}

/// Checks that this program can read the file, and returns the file's version.
pub(super) fn check_version(connection: &Connection, newest: usize) -> Result<usize> {
    check_application(connection.pragma_query_value(None, "application_id", |row| row.get(0))?)?;
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match usize::try_from(found) {
        Ok(version) if version <= newest => Ok(version),
        _ => Err(Error::FileNewer { found, newest }),
    }
}

fn check_application(id: i32) -> Result<()> {
    match id {
        APPLICATION_ID => Ok(()),
        PRE_RELEASE_APPLICATION_ID => Err(Error::FileFromPreRelease),
        _ => Err(Error::FileNotPartner),
    }
}
