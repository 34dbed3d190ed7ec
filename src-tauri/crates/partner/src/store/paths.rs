//! Names and replacement of files.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::error::Result;

/// Appends `suffix` to the file name.
pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

pub(super) fn wal_of(database: &Path) -> PathBuf {
    with_suffix(database, "-wal")
}

/// Returns whether SQLite would read a write-ahead log beside the file.
pub(super) fn has_wal(database: &Path) -> bool {
    wal_of(database).metadata().is_ok_and(|wal| wal.len() > 0)
}

pub(super) const DRAFT_SUFFIX: &str = ".draft";

/// Returns the temporary name of a file until it is complete.
pub(crate) fn draft_of(path: &Path) -> PathBuf {
    with_suffix(path, DRAFT_SUFFIX)
}

/// Creates or replaces a file atomically: `write` writes and syncs a draft, which is then renamed to `path`. The draft is
/// deleted on failure.
pub(crate) fn replace_file<T>(path: &Path, write: impl FnOnce(&Path) -> Result<T>) -> Result<T> {
    let draft = draft_of(path);
    let written = write(&draft).and_then(|written| {
        std::fs::rename(&draft, path)?;
        sync_parent_folder(path);
        Ok(written)
    });
    if written.is_err() {
        std::fs::remove_file(&draft).ok();
    }
    written
}

pub(super) fn sync_file(path: &Path) -> Result<()> {
    // Windows syncs only files that were opened for writing.
    Ok(OpenOptions::new().write(true).open(path)?.sync_all()?)
}

/// Makes renames in the folder of `path` durable, where the file system supports that.
pub(crate) fn sync_parent_folder(path: &Path) {
    if let Some(Ok(folder)) = path.parent().map(File::open) {
        folder.sync_all().ok();
    }
}

const TIMESTAMP: &str = "%Y%m%dT%H%M%S%3fZ";

/// Formats a time for a file name.
pub(crate) fn format_timestamp(at: Timestamp) -> String {
    at.strftime(TIMESTAMP).to_string()
}

pub(super) fn parse_timestamp(text: &str) -> Option<Timestamp> {
    TimeZone::UTC.to_timestamp(DateTime::strptime(TIMESTAMP, text).ok()?).ok()
}

/// Returns the `file:` URI of a path, as SQLite parses it.
pub(super) fn sqlite_uri(path: &Path) -> String {
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
