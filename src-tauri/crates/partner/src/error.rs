//! The errors of this crate, distinguished by what an admin can do about them.

use std::ffi::c_int;
use std::path::PathBuf;

use rusqlite::{ErrorCode, ffi};

pub type Result<T> = std::result::Result<T, Error>;

/// A failed operation on a book, which is then unchanged.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the name is empty")]
    NameEmpty,
    #[error("the name is too long: {0} characters")]
    NameTooLong(usize),
    #[error("the name contains the character {0:?}")]
    NameCharacters(char),
    #[error("another partner has this name")]
    NameTaken(String),
    #[error("another process has the file open")]
    FileInUse,
    #[error("the file is read-only")]
    FileReadOnly,
    #[error("the file has version {found}, but this program supports versions up to {newest}")]
    FileNewer { found: i64, newest: usize },
    #[error("the file was written by a version from before the first release")]
    FileFromPreRelease,
    #[error("the file does not belong to a partner")]
    FileNotPartner,
    #[error("the file is damaged: {0}")]
    FileDamaged(String),
    /// The rest can be opened with [`crate::Folder::open_incomplete`].
    #[error("acknowledged changes are missing: {0}")]
    FileIncomplete(String),
    #[error("the file is missing")]
    FileMissing,
    /// Another file has the same partner.
    #[error("the file is a copy of {original}: {comparison}")]
    FileCopied { original: String, comparison: String },
    #[error("the disk is full")]
    DiskFull,
    #[error("the disk failed: {0}")]
    DiskFailed(String),
    #[error("cannot write to the folder: {0}")]
    FolderUnwritable(String),
    /// SQLite cannot open or create a file that it needs.
    #[error("cannot open a file: {0}")]
    CannotOpen(String),
    /// The locks or the shared memory that SQLite needs do not work in the folder. `place` says what the folder is.
    #[error("the folder cannot hold partners: {why}")]
    FolderUnsupported { place: Option<String>, why: String },
    /// No file can be created in the folder for exports.
    #[error("cannot export to {}: {why}", folder.display())]
    ExportFolder { folder: PathBuf, why: String },
    /// Another program probably has the file open, so that it cannot be replaced.
    #[error("cannot replace {}: {why}", file.display())]
    FileOpenElsewhere { file: PathBuf, why: String },
    #[error("the backup belongs to another partner")]
    BackupOfAnother,
    /// A file has the partner of the given name, whose file is to be restored as a lost one.
    #[error("a file has the partner {0:?} already")]
    PartnerExists(String),
    #[error("a backup cannot be saved in the folder of partners")]
    BackupHere,
    /// The headings of an imported table are missing or ambiguous.
    #[error("cannot read the table: {0}")]
    TableUnreadable(String),
    /// The line in which the quotation mark was opened.
    #[error("the quotation mark opened in line {0} is never closed")]
    TableQuoteOpen(u32),
    /// Bytes, or rows.
    #[error("the table is too large: {0}")]
    TableTooLarge(usize),
    /// A workbook that opens only with a password.
    #[error("the workbook is encrypted")]
    TablePassword,
    /// A workbook of Excel 2003 or older.
    #[error("the workbook is too old")]
    TableOld,
    /// No program can read the workbook, or only one that repairs it.
    #[error("the workbook is damaged: {0}")]
    TableDamaged(String),
    #[error("cancelled")]
    Cancelled,
    /// A newer query of the same list has made the answer useless.
    #[error("a newer query superseded this one")]
    Superseded,
    /// The sync job that tried to write has already ended.
    #[error("the sync job has ended")]
    JobEnded,
    #[error("SQLite: {0}")]
    Sql(rusqlite::Error),
}

/// The codes of locks and shared memory that do not work: <https://sqlite.org/rescode.html>.
const UNSUPPORTED: [c_int; 11] = [
    ffi::SQLITE_PROTOCOL,
    ffi::SQLITE_NOLFS,
    ffi::SQLITE_IOERR_LOCK,
    ffi::SQLITE_IOERR_RDLOCK,
    ffi::SQLITE_IOERR_UNLOCK,
    ffi::SQLITE_IOERR_CHECKRESERVEDLOCK,
    ffi::SQLITE_IOERR_SHMOPEN,
    ffi::SQLITE_IOERR_SHMSIZE,
    ffi::SQLITE_IOERR_SHMLOCK,
    ffi::SQLITE_IOERR_SHMMAP,
    ffi::SQLITE_IOERR_MMAP,
];

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        if error.sqlite_error().is_some_and(|error| UNSUPPORTED.contains(&error.extended_code)) {
            return Error::FolderUnsupported { place: None, why: error.to_string() };
        }
        match error.sqlite_error_code() {
            // SQLite does not check that a text of a file is one.
            None if matches!(error, rusqlite::Error::Utf8Error(..)) => Error::FileDamaged(error.to_string()),
            Some(ErrorCode::DatabaseCorrupt) => Error::FileDamaged(error.to_string()),
            Some(ErrorCode::NotADatabase) => Error::FileNotPartner,
            Some(ErrorCode::ReadOnly) => Error::FileReadOnly,
            Some(ErrorCode::DiskFull) => Error::DiskFull,
            Some(ErrorCode::SystemIoFailure) => Error::DiskFailed(error.to_string()),
            Some(ErrorCode::CannotOpen) => Error::CannotOpen(error.to_string()),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::FileInUse,
            _ => Error::Sql(error),
        }
    }
}

impl From<rusqlite_migration::Error> for Error {
    fn from(error: rusqlite_migration::Error) -> Self {
        match error {
            rusqlite_migration::Error::RusqliteError { err, .. } => err.into(),
            other => Error::FileDamaged(other.to_string()),
        }
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind;
        match error.kind() {
            ErrorKind::NotFound => Error::FileMissing,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Error::DiskFull,
            _ if is_disk_failure(&error) => Error::DiskFailed(error.to_string()),
            _ => Error::FolderUnwritable(error.to_string()),
        }
    }
}

impl Error {
    /// Returns the error of a file that the program itself was about to create or delete: what is missing is its folder.
    pub fn of_folder(error: std::io::Error) -> Error {
        match error.kind() {
            std::io::ErrorKind::NotFound => Error::FolderUnwritable(error.to_string()),
            _ => error.into(),
        }
    }
}

/// `EIO`; on Windows `ERROR_NOT_READY`, `ERROR_CRC` and `ERROR_IO_DEVICE`.
fn is_disk_failure(error: &std::io::Error) -> bool {
    let codes: &[i32] = if cfg!(windows) { &[21, 23, 1117] } else { &[5] };
    error.raw_os_error().is_some_and(|code| codes.contains(&code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_and_shared_memory_that_do_not_work_are_no_matter_of_permissions() {
        let error = |code| Error::from(rusqlite::Error::SqliteFailure(ffi::Error::new(code), None));
        for code in UNSUPPORTED {
            assert!(matches!(error(code), Error::FolderUnsupported { .. }), "{code}");
        }
        assert!(matches!(error(ffi::SQLITE_IOERR_WRITE), Error::DiskFailed(_)));
        assert!(matches!(error(ffi::SQLITE_BUSY), Error::FileInUse));
    }

    #[cfg(unix)]
    #[test]
    fn a_failing_disk_is_no_matter_of_permissions() {
        let error = |code| Error::from(std::io::Error::from_raw_os_error(code));
        const EIO: i32 = 5;
        const EACCES: i32 = 13;
        assert!(matches!(error(EIO), Error::DiskFailed(_)));
        assert!(matches!(error(EACCES), Error::FolderUnwritable(_)));
    }
}
