//! The errors of this crate, distinguished by what an admin can do about them.

use rusqlite::ErrorCode;

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
    #[error("the disk is full")]
    DiskFull,
    #[error("cannot write to the folder: {0}")]
    FolderUnwritable(String),
    #[error("the backup belongs to another partner")]
    BackupOfAnother,
    #[error("a backup cannot be saved in the folder of partners")]
    BackupHere,
    /// The headings of an imported table are missing or ambiguous.
    #[error("cannot read the table: {0}")]
    TableUnreadable(String),
    #[error("the table is too large: {0} bytes")]
    TableTooLarge(usize),
    #[error("cancelled")]
    Cancelled,
    /// The sync job that tried to write has already ended.
    #[error("the sync job has ended")]
    JobEnded,
    /// The rules refuse a change from another book's history.
    #[error("cannot replay change {0}")]
    CannotReplay(String),
    #[error("SQLite: {0}")]
    Sql(rusqlite::Error),
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt) => Error::FileDamaged(error.to_string()),
            Some(ErrorCode::NotADatabase) => Error::FileNotPartner,
            Some(ErrorCode::ReadOnly) => Error::FileReadOnly,
            Some(ErrorCode::DiskFull) => Error::DiskFull,
            Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => {
                Error::FolderUnwritable(error.to_string())
            }
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
            _ => Error::FolderUnwritable(error.to_string()),
        }
    }
}
