//! Opens SQLite connections. Files travel between computers, so no connection trusts the schema of a file.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::limits::Limit;
use rusqlite::types::{FromSqlError, Value};
use rusqlite::{Connection, ErrorCode, OpenFlags, ffi};

use crate::error::{Error, Result};
use crate::ids::number;
use crate::store::paths::{has_wal, sqlite_uri};
use crate::{fold, search_text};

/// Virtual machine instructions between two checks whether a query ends: fractions of a millisecond.
const INSTRUCTIONS_PER_CHECK: i32 = 1_000;

/// How long a limited connection waits for a lock: the partner picker reads one file after the other.
const LIMITED_BUSY_TIMEOUT: Duration = Duration::from_millis(500);

/// The longest text or blob of a limited connection, in bytes.
const LIMITED_LENGTH: i32 = 1_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    ReadOnly,
    /// Read-only. The write-ahead log is ignored, and nothing is created beside the file.
    Immutable,
    ReadWrite,
}

/// Opens an existing file. Only one thread at a time may use the connection. It has the functions of [`add_functions`].
pub(super) fn open(path: &Path, access: Access) -> Result<Connection> {
    // One thread at a time uses a connection, so SQLite does not have to lock it.
    let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = match access {
        Access::ReadOnly => Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_READ_ONLY),
        Access::ReadWrite => Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_READ_WRITE),
        Access::Immutable => Connection::open_with_flags(
            sqlite_uri(path) + "?immutable=1",
            flags | OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI,
        ),
    }?;
    // The settings that SQLite recommends for untrusted files: <https://sqlite.org/security.html>.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    if access == Access::ReadWrite {
        // Without these, a drive may keep what macOS has synced in its cache. Other systems always flush it.
        connection.pragma_update(None, "fullfsync", true)?;
        connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    }
    add_functions(&connection)?;
    Ok(connection)
}

/// Adds the SQL functions `fold(text)`, which the schema uses, `tiktok_id(text)`, which returns the number or `NULL`,
/// `stored_id(text)`, which returns the number or the text, and those of [`search_text`].
pub(crate) fn add_functions(connection: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    // Indexes contain folded names, and only innocuous functions may occur in indexes.
    connection.create_scalar_function("fold", 1, flags | FunctionFlags::SQLITE_INNOCUOUS, |call| {
        Ok(fold(text_of(call)?))
    })?;
    connection.create_scalar_function("tiktok_id", 1, flags, |call| Ok(number(text_of(call)?)))?;
    connection.create_scalar_function("stored_id", 1, flags, |call| {
        let text = text_of(call)?;
        Ok(number(text).map_or_else(|| Value::Text(text.to_owned()), Value::Integer))
    })?;
    search_text::add_functions(connection)?;
    Ok(())
}

/// Returns the argument of a function. SQLite does not check that a text of a file is one, and forgets the code of an error with
/// a text of its own.
fn text_of<'a>(call: &'a Context<'_>) -> rusqlite::Result<&'a str> {
    call.get_raw(0).as_str().map_err(|error| match error {
        FromSqlError::Utf8Error(_) => {
            rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_CORRUPT), None)
        }
        error => error.into(),
    })
}

/// Opens a file that nobody has open, and changes nothing.
pub(super) fn open_unchanged(path: &Path) -> Result<Connection> {
    let access = if has_wal(path) { Access::ReadOnly } else { Access::Immutable };
    let connection = open(path, access)?;
    // Closing the last connection would copy the log into the file.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    Ok(connection)
}

/// Runs `read` for at most `limit`: a file can contain views whose rows never end.
///
/// # Errors
/// Those of `read`, and [`Error::FileDamaged`] when the limit is reached.
pub(super) fn with_time_limit<T>(
    connection: &Connection,
    limit: Duration,
    read: impl FnOnce(&Connection) -> Result<T>,
) -> Result<T> {
    let deadline = Instant::now() + limit;
    connection.busy_timeout(LIMITED_BUSY_TIMEOUT)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, LIMITED_LENGTH)?;
    let too_long = || Error::FileDamaged("reading it takes too long".to_owned());
    read_until(connection, move || Instant::now() > deadline, too_long, read)
}

/// Runs `read`, and ends it with `ended` once `end` returns `true`.
pub(super) fn read_until<T>(
    connection: &Connection,
    mut end: impl FnMut() -> bool + Send + 'static,
    ended: impl FnOnce() -> Error,
    read: impl FnOnce(&Connection) -> Result<T>,
) -> Result<T> {
    /// Removes the handler also in a panic.
    struct Handled<'a>(&'a Connection);
    impl Drop for Handled<'_> {
        fn drop(&mut self) {
            self.0.progress_handler(0, None::<fn() -> bool>).ok();
        }
    }
    if end() {
        return Err(ended());
    }
    connection.progress_handler(INSTRUCTIONS_PER_CHECK, Some(end))?;
    let _handled = Handled(connection);
    match read(connection) {
        Err(Error::Sql(error)) if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => {
            Err(ended())
        }
        result => result,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENDLESS: &str =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 0";

    #[test]
    fn an_argument_of_a_function_that_is_no_text_is_damage() {
        let connection = Connection::open_in_memory().unwrap();
        add_functions(&connection).unwrap();
        for function in ["fold", "tiktok_id", "stored_id"] {
            let sql = format!("SELECT {function}(CAST(x'FF' AS TEXT))");
            let error: Error = connection.query_row(&sql, [], |_| Ok(())).unwrap_err().into();
            assert!(matches!(error, Error::FileDamaged(_)), "{error:?}");
        }
    }

    #[test]
    fn every_access_distrusts_the_schema_of_the_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for access in [Access::ReadWrite, Access::ReadOnly, Access::Immutable] {
            let connection = open(file.path(), access).unwrap();
            assert!(connection.db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE).unwrap(), "{access:?}");
            let pragma =
                |name| connection.pragma_query_value(None, name, |row| row.get::<_, bool>(0)).unwrap();
            assert!(!pragma("trusted_schema") && pragma("cell_size_check"), "{access:?}");
        }
    }

    #[test]
    fn an_endless_query_is_interrupted() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let connection = open(file.path(), Access::ReadOnly).unwrap();
        let endless = |connection: &Connection| Ok(connection.query_row(ENDLESS, [], |_| Ok(()))?);
        let started = Instant::now();
        let refused = with_time_limit(&connection, Duration::from_millis(50), endless);
        assert!(matches!(refused, Err(Error::FileDamaged(_))), "{refused:?}");
        assert!(started.elapsed() < Duration::from_secs(5));
        let long = |connection: &Connection| {
            Ok(connection
                .query_row("SELECT length(hex(zeroblob(2000000)))", [], |row| row.get::<_, i64>(0))?)
        };
        assert!(with_time_limit(&connection, Duration::from_secs(60), long).is_err());
    }
}
