//! Reading a file without opening it as a partner: nothing is locked, migrated or left beside it.

use std::collections::HashSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;

use rusqlite::{Connection, Row};

use crate::error::{Error, Result};
use crate::schema::MIGRATIONS;
use crate::store::connection::{self, Access, add_functions, with_time_limit};
use crate::store::paths::has_wal;

/// SQLite's `application_id` of a partner's file ("XPOP").
pub(super) const APPLICATION_ID: i32 = 0x5850_4F50;

/// The `application_id` of files from before the first release ("XPOA"), whose tables cannot be migrated.
pub(super) const PRE_RELEASE_APPLICATION_ID: i32 = 0x5850_4F41;

/// How long reading a few rows of a file may take.
const TIME_LIMIT: Duration = Duration::from_secs(2);

/// Reads from a partner's file that may be open elsewhere.
pub(super) fn inspect<T>(path: &Path, read: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
    let connection = open_read_only(path)?;
    with_time_limit(&connection, TIME_LIMIT, |connection| {
        check_version(connection, MIGRATIONS.len())?;
        read(connection)
    })
}

/// Opens a read-only connection to a file that may be open elsewhere.
pub(super) fn open_read_only(path: &Path) -> Result<Connection> {
    // `check_header` must not be used here: closing a file that this process has open elsewhere releases SQLite's locks.
    check_kind(path)?;
    if has_wal(path) {
        return connection::open(path, Access::ReadOnly);
    }
    // Nobody is writing, and `immutable` creates no files beside this one.
    let connection = connection::open(path, Access::Immutable)?;
    check_length(&connection, path)?;
    Ok(connection)
}

/// Checks that the file is a regular file with content, without opening it.
pub(super) fn check_kind(path: &Path) -> Result<()> {
    let metadata = path.metadata()?;
    match (metadata.is_file(), metadata.len()) {
        (false, _) => Err(Error::FileNotPartner),
        (true, 0) => Err(Error::FileDamaged("the file is empty".to_owned())),
        (true, _) => Ok(()),
    }
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
    check_kind(path)?;
    let mut header = [0; 72];
    File::open(path)?.read_exact(&mut header).map_err(|_| Error::FileNotPartner)?;
    match header {
        // What a power cut leaves of a file whose content was not written yet.
        header if header == [0; 72] => Err(Error::FileDamaged("the file is blank".to_owned())),
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
    let version = match usize::try_from(found) {
        Ok(version) if version <= newest => version,
        _ => return Err(Error::FileNewer { found, newest }),
    };
    check_schema(connection, version)?;
    Ok(version)
}

/// Checks that the file contains exactly what the migrations create: another program could have added triggers, removed those
/// that protect the change history, or replaced a table by a view with endless rows.
fn check_schema(connection: &Connection, version: usize) -> Result<()> {
    let Some(expected) = SCHEMAS.get(version) else { return Ok(()) };
    let mut has_partner = version == 0;
    let mut missing: HashSet<&SchemaObject> = expected.iter().collect();
    let mut statement = connection.prepare(SCHEMA)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let object = schema_object(row)?;
        has_partner |= object.kind == "table" && object.name == "partner";
        // SQLite's own tables for statistics.
        let is_internal = object.kind == "table" && object.name.starts_with("sqlite_stat");
        if !is_internal && !missing.remove(&object) {
            let SchemaObject { kind, name, .. } = object;
            return Err(match name.as_str() {
                "partner" => Error::FileNotPartner,
                _ => Error::FileDamaged(format!("another program added or changed the {kind} {name:?}")),
            });
        }
    }
    match missing.iter().next() {
        _ if !has_partner => Err(Error::FileNotPartner),
        Some(SchemaObject { kind, name, .. }) => {
            Err(Error::FileDamaged(format!("another program removed the {kind} {name:?}")))
        }
        None => Ok(()),
    }
}

const SCHEMA: &str = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name <> 'partner'";

#[derive(Debug, PartialEq, Eq, Hash)]
struct SchemaObject {
    kind: String,
    name: String,
    table: String,
    sql: Option<String>,
}

fn schema_object(row: &Row<'_>) -> rusqlite::Result<SchemaObject> {
    Ok(SchemaObject { kind: row.get(0)?, name: row.get(1)?, table: row.get(2)?, sql: row.get(3)? })
}

/// What the migrations create, by version.
static SCHEMAS: LazyLock<Vec<HashSet<SchemaObject>>> = LazyLock::new(|| {
    let schemas = || -> Result<Vec<HashSet<SchemaObject>>> {
        let connection = Connection::open_in_memory()?;
        add_functions(&connection)?;
        let schema = || -> rusqlite::Result<HashSet<SchemaObject>> {
            connection.prepare(SCHEMA)?.query_map([], schema_object)?.collect()
        };
        let mut schemas = vec![schema()?];
        for migration in &*MIGRATIONS {
            connection.execute_batch(migration)?;
            schemas.push(schema()?);
        }
        Ok(schemas)
    };
    schemas().unwrap_or_default()
});

fn check_application(id: i32) -> Result<()> {
    match id {
        APPLICATION_ID => Ok(()),
        PRE_RELEASE_APPLICATION_ID => Err(Error::FileFromPreRelease),
        _ => Err(Error::FileNotPartner),
    }
}
