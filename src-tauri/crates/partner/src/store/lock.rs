//! The lock that keeps other processes from opening a partner's file.

use std::fs::{File, TryLockError};
use std::path::Path;

use crate::error::{Error, Result};
use crate::store::paths::with_suffix;
use crate::store::permissions::private_file;

/// An exclusive lock on a partner's file, held until dropped.
#[derive(Debug)]
pub(super) struct Lock(File);

impl Lock {
    /// # Errors
    /// [`Error::FileInUse`] if another process has the lock, [`Error::FolderUnwritable`].
    pub fn acquire(path: &Path) -> Result<Lock> {
        let file = private_file()
            .create(true)
            .truncate(false)
            .open(with_suffix(path, ".lock"))
            .map_err(|error| Error::FolderUnwritable(error.to_string()))?;
        match file.try_lock() {
            Ok(()) => Ok(Lock(file)),
            Err(TryLockError::WouldBlock) => Err(Error::FileInUse),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Unlock explicitly: a spawned child process may still hold an inherited handle.
        self.0.unlock().ok();
    }
}
