//! Names and replacement of files.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::error::{Error, Result};

/// The extension of a partner's file.
pub(super) const EXTENSION: &str = "sqlite";

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
    wal_of(database).metadata().is_ok_and(|wal| wal.is_file() && wal.len() > 0)
}

/// Opens a regular file for reading. Refuses anything else without opening it: opening a named pipe would wait until another
/// program writes to it.
///
/// # Errors
/// If the file cannot be opened.
pub fn open_regular(path: &Path) -> io::Result<File> {
    if path.metadata()?.is_file() {
        File::open(path)
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"))
    }
}

/// Reads a regular file. Anything else is refused, as by [`open_regular`].
///
/// # Errors
/// If the file cannot be read.
pub fn read_regular(path: &Path) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    open_regular(path)?.read_to_end(&mut content)?;
    Ok(content)
}

pub(super) const DRAFT_SUFFIX: &str = ".draft";

/// Returns the temporary name of a file until it is complete.
pub(crate) fn draft_of(path: &Path) -> PathBuf {
    with_suffix(path, DRAFT_SUFFIX)
}

/// Returns the temporary name of a backup that is being restored in place of a file.
pub(super) fn restore_draft_of(path: &Path) -> PathBuf {
    with_suffix(path, ".restore")
}

/// Removes a database that nobody has open, and its write-ahead log.
pub(super) fn remove_with_log(database: &Path) -> Result<()> {
    for path in [database, &wal_of(database), &with_suffix(database, "-shm")] {
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

/// Creates or replaces a file atomically: `write` writes and syncs a draft, which is then renamed to `path`. The draft is
/// deleted on failure.
pub(crate) fn replace_file<T>(path: &Path, write: impl FnOnce(&Path) -> Result<T>) -> Result<T> {
    let draft = draft_of(path);
    let written = write(&draft).and_then(|written| {
        rename(&draft, path).map_err(|error| not_replaced(error, path, is_open_elsewhere))?;
        sync_parent_folder(path);
        Ok(written)
    });
    if written.is_err() {
        std::fs::remove_file(&draft).ok();
    }
    written
}

/// Renames a file, replacing one of the new name. On Windows, waits up to two seconds for virus scanners and backup programs,
/// which open new files for a moment.
///
/// # Errors
/// If the file cannot be renamed.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    retry(|| std::fs::rename(from, to), is_open_elsewhere, std::thread::sleep)
}

/// `ERROR_ACCESS_DENIED` and `ERROR_SHARING_VIOLATION` of Windows. Elsewhere, an open file can be replaced.
fn is_open_elsewhere(error: &io::Error) -> bool {
    cfg!(windows) && matches!(error.raw_os_error(), Some(5 | 32))
}

fn not_replaced(error: io::Error, path: &Path, is_open: impl Fn(&io::Error) -> bool) -> Error {
    if is_open(&error) && path.is_file() {
        return Error::FileOpenElsewhere { file: path.to_owned(), why: error.to_string() };
    }
    error.into()
}

/// Repeats `attempt` while its error is transient, with growing pauses of two seconds in total.
fn retry(
    mut attempt: impl FnMut() -> io::Result<()>,
    is_transient: impl Fn(&io::Error) -> bool,
    mut pause: impl FnMut(Duration),
) -> io::Result<()> {
    for milliseconds in [10, 30, 60, 100, 200, 300, 500, 800] {
        match attempt() {
            Err(error) if is_transient(&error) => pause(Duration::from_millis(milliseconds)),
            done => return done,
        }
    }
    attempt()
}

/// Writes a file of the size of SQLite's shared memory into a folder, and deletes it.
pub(crate) fn probe(folder: &Path) -> std::io::Result<()> {
    let probe = folder.join(format!(".xpo-admin-{}", std::process::id()));
    let written = std::fs::write(&probe, [0; 32_768]);
    let removed = std::fs::remove_file(&probe);
    written.and(removed)
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

/// Returns the `file:` URI of an absolute path, as SQLite parses it: <https://sqlite.org/uri.html>.
pub(super) fn sqlite_uri(path: &Path) -> String {
    let mut escaped = String::new();
    for &byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'\\' if cfg!(windows) => escaped.push('/'),
            b'/' | b':' | b'.' | b'-' | b'_' => escaped.push(byte.into()),
            byte if byte.is_ascii_alphanumeric() => escaped.push(byte.into()),
            byte => escaped.push_str(&format!("%{byte:02x}")),
        }
    }
    // The authority is empty. Without one, `server` would be the authority of //server/share.
    format!("file://{}{escaped}", if escaped.starts_with('/') { "" } else { "/" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_contains_the_whole_path() {
        for (path, uri) in [
            ("/srv/x.sqlite", "file:///srv/x.sqlite"),
            ("//srv/x", "file:////srv/x"),
            ("/a b/c?d#e%20f", "file:///a%20b/c%3fd%23e%2520f"),
            ("/ü", "file:///%c3%bc"),
        ] {
            assert_eq!(sqlite_uri(Path::new(path)), uri);
        }
        let windows = ["C:\\Users\\A B\\x", "\\\\server\\share"].map(|path| sqlite_uri(Path::new(path)));
        if cfg!(windows) {
            assert_eq!(windows, ["file:///C:/Users/A%20B/x", "file:////server/share"]);
        }
    }

    #[test]
    fn only_an_existing_file_may_be_open_in_another_program() {
        let dir = tempfile::tempdir().unwrap();
        let denied = |path: &Path, is_open: bool| {
            not_replaced(io::ErrorKind::PermissionDenied.into(), path, |_| is_open)
        };
        let file = dir.path().join("Report.xlsx");
        assert!(matches!(denied(&file, true), Error::FolderUnwritable(_)));
        std::fs::write(&file, "older").unwrap();
        assert!(matches!(denied(&file, true), Error::FileOpenElsewhere { file: shown, .. } if shown == file));
        assert!(matches!(denied(&file, false), Error::FolderUnwritable(_)));
    }

    #[test]
    fn a_file_that_a_virus_scanner_opened_is_renamed_once_it_is_closed() {
        let blocked = || io::Error::from(io::ErrorKind::PermissionDenied);
        let attempts = |failures: usize, is_transient: bool| {
            let (mut attempts, mut waited) = (0, Duration::ZERO);
            let attempt = || {
                attempts += 1;
                if attempts > failures { Ok(()) } else { Err(blocked()) }
            };
            let done = retry(attempt, |_| is_transient, |pause| waited += pause);
            (done.is_ok(), attempts, waited)
        };
        assert_eq!(attempts(0, true), (true, 1, Duration::ZERO));
        assert_eq!(attempts(3, true), (true, 4, Duration::from_millis(100)));
        assert_eq!(attempts(99, true), (false, 9, Duration::from_secs(2)));
        assert_eq!(attempts(99, false), (false, 1, Duration::ZERO));
    }
}
