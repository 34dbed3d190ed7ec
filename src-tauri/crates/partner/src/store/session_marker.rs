//! A file beside an open partner's file (`.open`) that reveals an unclean end of the session, and identifies the
//! write-ahead log of the session. SQLite would apply any log that it finds beside a file; another file's log would
//! corrupt it unnoticed.
//!
//! The marker holds the first salt of the log. SQLite increments that salt whenever it restarts the log, so the log of the
//! session has this salt or one slightly above it.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::Connection;

use crate::error::{Error, Result};
use crate::store::paths::{format_timestamp, has_wal, replace_file, wal_of, with_suffix};
use crate::store::wal::first_salt;

/// An upper bound for how often a session restarts its log.
const MAX_RESTARTS: u32 = 1 << 24;

/// How the previous session left a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PreviousSession {
    /// The file was not closed properly, so its integrity was checked before it was opened.
    pub unclean: bool,
    /// The new path of a write-ahead log that was beside the file but belongs to another one. Its content is not in the book.
    pub foreign_wal: Option<PathBuf>,
}

/// The marker of an open file. Dropped after the connections, it deletes itself unless changes remain in the log.
#[derive(Debug)]
pub(super) struct SessionMarker {
    database: PathBuf,
}

/// Determines how the previous session ended, and moves a log that belongs to another file out of the way.
///
/// # Errors
/// [`Error::FolderUnwritable`].
pub(super) fn end_previous_session(database: &Path) -> Result<PreviousSession> {
    let marker = read(database)?;
    let own_wal = match &marker {
        // A clean end leaves no log.
        None => false,
        // The session ended before it wrote anything.
        Some(Marker::Opening) => true,
        Some(Marker::Wal(salt)) => {
            first_salt(database)?.is_some_and(|found| found.wrapping_sub(*salt) < MAX_RESTARTS)
        }
    };
    if own_wal || !has_wal(database) {
        return Ok(PreviousSession { unclean: marker.is_some(), foreign_wal: None });
    }
    let moved = with_suffix(database, &format!(".foreign-wal-{}", format_timestamp(Timestamp::now())));
    std::fs::rename(wal_of(database), &moved)?;
    tracing::warn!("moved a write-ahead log that belongs to another file");
    Ok(PreviousSession { unclean: true, foreign_wal: Some(moved) })
}

impl SessionMarker {
    pub fn create(database: &Path) -> Result<SessionMarker> {
        write(database, &Marker::Opening)?;
        Ok(SessionMarker { database: database.to_owned() })
    }

    /// Records the session's log. Must be called before anything else is written.
    pub fn record_wal(&self, writer: &Connection) -> Result<()> {
        // A write that changes nothing makes SQLite create the log.
        let version: i64 = writer.pragma_query_value(None, "user_version", |row| row.get(0))?;
        writer.pragma_update(None, "user_version", version)?;
        match first_salt(&self.database)? {
            Some(salt) => write(&self.database, &Marker::Wal(salt)),
            None => Err(Error::FolderUnwritable("SQLite created no write-ahead log".to_owned())),
        }
    }
}

impl Drop for SessionMarker {
    fn drop(&mut self) {
        if !has_wal(&self.database) {
            delete(&self.database);
        }
    }
}

fn path_of(database: &Path) -> PathBuf {
    with_suffix(database, ".open")
}

/// Deletes the marker of a file that is not open.
pub(super) fn delete(database: &Path) {
    std::fs::remove_file(path_of(database)).ok();
}

enum Marker {
    Opening,
    Wal(u32),
}

fn read(database: &Path) -> Result<Option<Marker>> {
    match std::fs::read(path_of(database)) {
        Ok(text) => {
            let text = String::from_utf8_lossy(&text);
            let salt = text.trim().strip_prefix("log ").and_then(|salt| salt.parse().ok());
            Ok(Some(salt.map_or(Marker::Opening, Marker::Wal)))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::FolderUnwritable(error.to_string())),
    }
}

fn write(database: &Path, marker: &Marker) -> Result<()> {
    replace_file(&path_of(database), |draft| {
        let mut file = File::create(draft)?;
        match marker {
            Marker::Opening => file.write_all(b"opening")?,
            Marker::Wal(salt) => write!(file, "log {salt}")?,
        }
        Ok(file.sync_all()?)
    })
}

#[cfg(test)]
mod tests;
