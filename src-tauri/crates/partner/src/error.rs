//! What can go wrong with a partner's file, sorted by what the admin can do about it.

use rusqlite::ErrorCode;

/// A failure of the book. Nothing was changed when one is returned.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A partner's name has nothing in it.
    #[error("the name is empty")]
    NameEmpty,
    /// A partner's name has more than [`crate::name::LONGEST`] characters.
    #[error("the name has {0} characters")]
    NameTooLong(usize),
    /// A partner's name has a character that no name may have.
    #[error("the name has the character {0:?}")]
    NameCharacters(char),
    /// Another partner has this name.
    #[error("the name is taken")]
    NameTaken(String),
    /// Another process has the file open.
    #[error("the file is open in another process")]
    FileInUse,
    /// The file may not be written.
    #[error("the file is read-only")]
    FileReadOnly,
    /// A newer version of the program wrote the file.
    #[error("the file has version {found}, this program knows {known}")]
    FileNewer {
        /// The file's version.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// A test version of the program, from before the first release, wrote the file.
    #[error("the file was written by a version from before the first release")]
    FileFromPreRelease,
    /// The file is no partner's book.
    #[error("the file is not a partner's book")]
    FileNotPartner,
    /// SQLite finds the file damaged.
    #[error("the file is damaged: {0}")]
    FileDamaged(String),
    /// There is no such file.
    #[error("the file is missing")]
    FileMissing,
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// The folder may not be written, or cannot be made.
    #[error("the folder cannot be written: {0}")]
    FolderUnwritable(String),
    /// The backup is of another partner than the file that it was to replace.
    #[error("the backup is of another partner")]
    BackupOfAnother,
    /// A backup was to be written among the partners' files.
    #[error("the backup would be among the partners' files")]
    BackupHere,
    /// A table of the directory has no heading that says where the XPO accounts are, or has one twice.
    #[error("the table cannot be read: {0}")]
    TableUnreadable(String),
    /// A table of the directory is larger than [`crate::tables::import::LARGEST`]; its size in bytes.
    #[error("the table has {0} bytes")]
    TableTooLarge(usize),
    /// The caller gave something long up.
    #[error("cancelled")]
    Cancelled,
    /// A sync that writes was ended meanwhile.
    #[error("the sync is not under way")]
    JobEnded,
    /// A change of another book's history is refused here.
    #[error("the change {0} cannot be done again")]
    CannotReplay(String),
    /// Anything else that SQLite says.
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
        use std::io::ErrorKind as Kind;
        match error.kind() {
            Kind::NotFound => Error::FileMissing,
            Kind::StorageFull | Kind::QuotaExceeded => Error::DiskFull,
            _ => Error::FolderUnwritable(error.to_string()),
        }
    }
}
