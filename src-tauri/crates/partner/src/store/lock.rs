//! The lock that keeps other processes from opening a partner's file. The lock file stays when the file is closed, and names
//! the state in which this computer last had the file.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::error::{Error, Result};
use crate::store::paths::with_suffix;
use crate::store::permissions::private_file;
use crate::store::revision::{Nonce, Stamp, hex, nonce};

/// An exclusive lock on a partner's file, held until dropped.
#[derive(Debug)]
pub(super) struct Lock(File);

impl Lock {
    /// # Errors
    /// [`Error::FileInUse`] if another process has the lock, [`Error::FolderUnwritable`], [`Error::FolderUnsupported`].
    pub fn acquire(path: &Path) -> Result<Lock> {
        let file = private_file()
            .create(true)
            .truncate(false)
            .read(true)
            .open(with_suffix(path, ".lock"))
            .map_err(Error::of_folder)?;
        match file.try_lock() {
            Ok(()) => Ok(Lock(file)),
            Err(TryLockError::WouldBlock) => Err(Error::FileInUse),
            Err(TryLockError::Error(error)) => {
                Err(Error::FolderUnsupported { place: None, why: error.to_string() })
            }
        }
    }

    /// Records that the file belongs to `session` and has `count` transactions.
    pub fn record(&mut self, session: &Nonce, count: u64) -> Result<()> {
        self.0.seek(SeekFrom::Start(0))?;
        self.0.write_all(format!("{} {count:020}\n", hex(session)).as_bytes())?;
        Ok(())
    }

    /// Whether a file with this stamp is the one that this computer last had, and not an older or a foreign copy of it.
    pub fn is_last_seen(&mut self, stamp: &Stamp) -> bool {
        let mut text = String::new();
        let read = self.0.seek(SeekFrom::Start(0)).and_then(|_| self.0.read_to_string(&mut text));
        let recorded = || {
            let (session, count) = text.trim_end().split_once(' ')?;
            Some((nonce(session)?, count.parse::<u64>().ok()?))
        };
        // The record is from before the session if it ended while opening the file.
        read.is_ok()
            && recorded().is_some_and(|(session, count)| {
                (session == stamp.session || session == stamp.parent) && count <= stamp.count
            })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Unlock explicitly: a spawned child process may still hold an inherited handle.
        self.0.unlock().ok();
    }
}
