//! An open book and its three connections: for reading, for decisions and for facts.

use std::any::Any;
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use parking_lot::FairMutex;
use rusqlite::{Connection, Row, Transaction, TransactionBehavior};

use crate::error::{Error, Result};
use crate::store::connection::{self, Access};
use crate::store::integrity::{self, Depth};
use crate::store::interrupt::Interrupt;
use crate::store::open::{self, Writers};
use crate::store::paths::with_suffix;
use crate::store::recovery::{Missing, PreviousSession};
use crate::store::revision::Stamp;

/// Transactions of facts between two checkpoints: the write-ahead log grows to a few dozen megabytes.
const CHECKPOINT_INTERVAL: u32 = 40;

/// The partner that a book belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// A UUID that stays the same when the file is renamed or copied.
    pub id: String,
    pub name: String,
    /// A practice partner talks to a simulator instead of TikTok.
    pub practice: bool,
}

impl Partner {
    /// Reads the partner of a file.
    pub(super) fn read(file: &Connection) -> Result<Partner> {
        let read = |row: &Row<'_>| Ok(Partner { id: row.get(0)?, name: row.get(1)?, practice: row.get(2)? });
        file.query_row("SELECT id, name, practice FROM partner", [], read).map_err(|error| match error {
            rusqlite::Error::QueryReturnedNoRows => Error::FileDamaged("the partner's row is missing".into()),
            other => other.into(),
        })
    }

    /// Whether one may replace the other. A real partner must not become one for practice by a backup, nor the reverse: they
    /// use other secrets and another TikTok.
    pub(super) fn is_same(&self, other: &Partner) -> bool {
        self.id == other.id && self.practice == other.practice
    }
}

/// One partner's open file. All functions can be called from any thread. Readers never wait for the writer.
#[derive(Debug)]
pub struct Book {
    partner: Partner,
    path: PathBuf,
    backups: PathBuf,
    previous_session: PreviousSession,
    // Dropped in this order: the writers, closed last, delete the write-ahead log; then their marker can go, and its lock.
    reader: Mutex<Connection>,
    // Fair, so that a sync that keeps writing cannot starve a Save.
    writers: FairMutex<Writers>,
    /// Serializes transactions of facts, so that a Save waits for one of them at most. Counts them since the last checkpoint.
    facts: Mutex<u32>,
    /// Held while the write-ahead log is flushed.
    log_flush: parking_lot::Mutex<()>,
    /// Dropped last, after the file is closed.
    guard: Mutex<Option<Box<dyn Any + Send>>>,
}

impl Book {
    /// Opens the file at `path`. If it has to be migrated, a copy is saved in `backups` first.
    ///
    /// # Errors
    /// Fails with any `File…` of [`Error`]; the file is then unchanged.
    pub fn open(path: &Path, backups: &Path) -> Result<Book> {
        Book::open_file(path, backups, Missing::Refuse)
    }

    pub(super) fn open_file(path: &Path, backups: &Path, missing: Missing) -> Result<Book> {
        let file = open::open(path, backups, missing)?;
        let partner = Partner::read(&file.reader)?;
        Ok(Book {
            partner,
            path: path.to_owned(),
            backups: backups.to_owned(),
            previous_session: file.previous_session,
            reader: Mutex::new(file.reader),
            writers: FairMutex::new(file.writers),
            facts: Mutex::new(0),
            log_flush: parking_lot::Mutex::new(()),
            guard: Mutex::new(None),
        })
    }

    /// Keeps `guard` until the file is closed, which is when the last owner of the book drops it.
    pub fn hold_until_closed(&self, guard: impl Any + Send) {
        *self.guard.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(guard));
    }

    pub fn partner(&self) -> &Partner {
        &self.partner
    }

    pub fn previous_session(&self) -> &PreviousSession {
        &self.previous_session
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn backup_folder(&self) -> &Path {
        &self.backups
    }

    /// Opens a read-only connection for a long query, so that other readers do not wait for it.
    pub(crate) fn open_reader(&self) -> Result<Connection> {
        connection::open(&self.path, Access::ReadOnly)
    }

    /// Checks the whole file: opening one that this computer closed does not. The check ends once `end` returns `true`.
    ///
    /// # Errors
    /// [`Error::FileDamaged`] with the first fault, [`Error::Cancelled`].
    pub fn check_until(&self, end: impl FnMut() -> bool + Send + 'static) -> Result<()> {
        let reader = self.open_reader()?;
        let check = |file: &Connection| integrity::check(file, Depth::Full);
        connection::read_until(&reader, end, || Error::Cancelled, check)
    }

    /// Locks the reader for one query.
    pub(crate) fn read(&self) -> MutexGuard<'_, Connection> {
        // A panic while reading leaves the connection intact.
        self.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns a number that changes whenever something is written.
    pub(crate) fn data_version(&self) -> Result<i64> {
        Ok(self.read().pragma_query_value(None, "data_version", |row| row.get(0))?)
    }

    /// Runs queries that see the same state of the file.
    pub(crate) fn snapshot<T>(&self, read: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let reader = self.read();
        let transaction = reader.unchecked_transaction()?;
        read(&transaction)
    }

    /// Like [`Book::snapshot`], until `interrupt` ends the queries with [`Error::Superseded`].
    pub(crate) fn snapshot_until<T>(
        &self,
        interrupt: &Interrupt,
        read: impl FnOnce(&Connection) -> Result<T>,
    ) -> Result<T> {
        let interrupt = interrupt.clone();
        self.snapshot(|book| {
            connection::read_until(book, move || interrupt.is_set(), || Error::Superseded, read)
        })
    }

    /// Runs `work` in a transaction, which is rolled back if `work` fails.
    pub(crate) fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.write_or_roll_back(|book| Ok((true, work(book)?)))
    }

    /// Like [`Book::write`], for facts from TikTok: any waiting Save runs before the next transaction of facts.
    pub(crate) fn write_facts<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        let mut since_checkpoint = self.facts.lock().unwrap_or_else(PoisonError::into_inner);
        let result = self.writers.lock().transact(Durability::Facts, |book| Ok((true, work(book)?)))?;
        *since_checkpoint += 1;
        let is_due = *since_checkpoint >= CHECKPOINT_INTERVAL;
        if is_due {
            *since_checkpoint = 0;
        }
        drop(since_checkpoint);
        if is_due {
            self.checkpoint()?
        } else {
            self.flush_log()
        }
        Ok(result)
    }

    /// Runs queries on the connection that writes facts, for a moment: Saves wait meanwhile. Unlike that of the reader, its
    /// page cache stays valid while only facts are written.
    pub(crate) fn read_facts<T>(&self, read: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let _facts = self.facts.lock().unwrap_or_else(PoisonError::into_inner);
        let writers = self.writers.lock();
        let transaction = writers.facts.unchecked_transaction()?;
        read(&transaction)
    }

    /// Writes the write-ahead log to the disk, unless another thread does so already. A Save has to wait until all of the log
    /// is on the disk, and flushing the facts early leaves it little to wait for.
    fn flush_log(&self) {
        let Some(_only) = self.log_flush.try_lock() else { return };
        let log = with_suffix(&self.path, "-wal");
        // Windows flushes only files that are open for writing.
        if let Err(error) = OpenOptions::new().write(true).open(log).and_then(|log| log.sync_data()) {
            tracing::debug!(%error, "failed to flush the write-ahead log early");
        }
    }

    /// Copies the write-ahead log into the file so that SQLite restarts the log, on a connection of its own: writers do not
    /// wait for most of it.
    fn checkpoint(&self) -> Result<()> {
        let connection = connection::open(&self.path, Access::ReadWrite)?;
        connection.pragma_update(None, "wal_autocheckpoint", 0)?;
        let checkpoint = || connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        checkpoint()?;
        // SQLite restarts the log only if nothing is left to copy, so copy what was written in the meantime.
        let _no_facts = self.facts.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(checkpoint()?)
    }

    /// Runs `work` in a transaction and always rolls it back.
    pub(crate) fn dry_run<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.write_or_roll_back(|book| Ok((false, work(book)?)))
    }

    /// Runs `work` in a transaction, which is committed if `work` returns `true` and rolled back otherwise.
    pub(crate) fn write_or_roll_back<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<(bool, T)>,
    ) -> Result<T> {
        self.writers.lock().transact(Durability::Decisions, work)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Durability {
    Decisions,
    Facts,
}

impl Writers {
    fn transact<T>(
        &mut self,
        durability: Durability,
        work: impl FnOnce(&Transaction<'_>) -> Result<(bool, T)>,
    ) -> Result<T> {
        let writer = match durability {
            Durability::Decisions => &mut self.decisions,
            Durability::Facts => &mut self.facts,
        };
        let changes = writer.total_changes();
        // Dropping a transaction, also in a panic, rolls it back.
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let (commit, result) = work(&transaction)?;
        if !commit {
            transaction.rollback()?;
            return Ok(result);
        }
        if transaction.total_changes() == changes {
            transaction.commit()?;
            return Ok(result);
        }
        let stamp = Stamp { count: self.stamp.count + 1, ..self.stamp };
        stamp.write(&transaction)?;
        transaction.commit()?;
        self.stamp = stamp;
        match durability {
            Durability::Decisions => {
                self.stamp.acknowledged = stamp.count;
                self.marker.acknowledged(stamp.count);
            }
            Durability::Facts => self.marker.committed(stamp.count),
        }
        Ok(result)
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;
    use crate::Folder;

    const FULL: i64 = 2;
    const NORMAL: i64 = 1;

    fn synchronous(transaction: &Transaction<'_>) -> Result<i64> {
        // macOS flushes the drive's cache only with these.
        for pragma in ["fullfsync", "checkpoint_fullfsync"] {
            assert!(transaction.pragma_query_value(None, pragma, |row| row.get::<_, bool>(0))?, "{pragma}");
        }
        Ok(transaction.pragma_query_value(None, "synchronous", |row| row.get(0))?)
    }

    #[test]
    fn saves_stay_durable_after_a_panic_while_facts_are_written() {
        let dir = tempfile::tempdir().unwrap();
        let (_, book) = Folder::at(dir.path()).create("Knorex").unwrap();
        assert_eq!(book.write_facts(synchronous).unwrap(), NORMAL);
        assert_eq!(book.write(synchronous).unwrap(), FULL);
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            book.write_facts::<()>(|_| panic!("a fact that the program cannot handle")).ok();
        }));
        assert!(panicked.is_err());
        assert_eq!(book.write(synchronous).unwrap(), FULL);
        let failed = book.write_facts::<()>(|_| Err(Error::DiskFull));
        assert!(failed.is_err());
        assert_eq!(book.write(synchronous).unwrap(), FULL);
    }
}
