//! An open book and its two connections.

use std::any::Any;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use parking_lot::FairMutex;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use crate::store::open::{self, Lock, Opened, UNSHARED};
use crate::store::session_marker::{Mark, Past};
use crate::{Error, Result};

/// How many prepared statements a connection keeps; the rules and lists have nearly that many.
const STATEMENTS: usize = 128;

/// How much of the file each connection keeps in memory, in KB: the indexes that a long list reads for each page. SQLite's
/// own 2 MB have it read them again and again.
const CACHE: i64 = 16_000;

/// After so many transactions of facts the log is copied into the file: a few dozen megabytes.
const COPIED: u32 = 40;

/// Who the book is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// A UUID that stays when the file is renamed or copied.
    pub id: String,
    /// As the admin typed it.
    pub name: String,
    /// Whether TikTok is a simulator here.
    pub practice: bool,
}

/// One partner's open file. Every function may be called from any thread; readers never wait
/// for the writer.
#[derive(Debug)]
pub struct Book {
    partner: Partner,
    path: PathBuf,
    backups: PathBuf,
    past: Past,
    // Closed in this order: the last connection is the one that may tidy the log away, then the mark, then the lock.
    reader: Mutex<Connection>,
    // Fair: whoever has waited longest is next, so a sync that writes without a pause cannot keep a Save waiting.
    writer: FairMutex<Connection>,
    /// What TikTok says is written by one thread at a time, so that a Save waits for one of its transactions at most. How
    /// many there were since the log was last copied into the file.
    facts: Mutex<u32>,
    _mark: Mark,
    _lock: Lock,
    /// Dropped last, after the file is closed.
    held: Mutex<Option<Box<dyn Any + Send>>>,
}

impl Book {
    /// Open the file at `path`; a copy goes into `backups` before an older file is changed.
    ///
    /// # Errors
    /// Every `File…` of [`Error`]; the file is then as it was.
    pub fn open(path: &Path, backups: &Path) -> Result<Book> {
        // Dropped from the last to the first when the partner cannot be read.
        let Opened { lock, mark, past, reader, writer } = open::open(path, backups)?;
        writer.set_prepared_statement_cache_capacity(STATEMENTS);
        reader.set_prepared_statement_cache_capacity(STATEMENTS);
        for connection in [&writer, &reader] {
            connection.pragma_update(None, "cache_size", -CACHE)?;
            // Otherwise SQLite prepares a kept statement anew for other values, wherever the table has a partial index.
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        }
        let partner = reader
            .query_row("SELECT id, name, practice FROM partner", [], |row| {
                Ok(Partner { id: row.get(0)?, name: row.get(1)?, practice: row.get(2)? })
            })
            .map_err(|error| match error {
                rusqlite::Error::QueryReturnedNoRows => {
                    Error::FileDamaged("the partner's row is missing".into())
                }
                other => other.into(),
            })?;
        Ok(Book {
            partner,
            path: path.to_owned(),
            backups: backups.to_owned(),
            past,
            writer: FairMutex::new(writer),
            facts: Mutex::new(0),
            reader: Mutex::new(reader),
            _mark: mark,
            _lock: lock,
            held: Mutex::new(None),
        })
    }

    /// Keeps `guard` until the file is closed, which is when the last owner of the book drops it.
    pub fn hold_until_closed(&self, guard: impl Any + Send) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(guard));
    }

    /// Who the book is of.
    pub fn partner(&self) -> &Partner {
        &self.partner
    }

    /// How the file was found when it was opened.
    pub fn past(&self) -> &Past {
        &self.past
    }

    /// Where the file is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The folder of backups.
    pub(crate) fn backups(&self) -> &Path {
        &self.backups
    }

    /// A connection of its own that only reads, for what takes long.
    pub(crate) fn another_reader(&self) -> Result<Connection> {
        Ok(Connection::open_with_flags(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY | UNSHARED)?)
    }

    /// The connection that reads, for one query.
    pub(crate) fn read(&self) -> MutexGuard<'_, Connection> {
        // A panic while reading leaves the connection as good as it was.
        self.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Run some queries that see the same state of the file.
    pub(crate) fn snapshot<T>(&self, read: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let reader = self.read();
        let transaction = reader.unchecked_transaction()?;
        read(&transaction)
    }

    /// Run `work` in one transaction: all of it, or, when it fails, nothing.
    pub(crate) fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.write_if(|book| Ok((true, work(book)?)))
    }

    /// As [`Book::write`], for what TikTok says: a Save goes before the next of these.
    pub(crate) fn write_facts<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        let mut since = self.facts.lock().unwrap_or_else(PoisonError::into_inner);
        let done = {
            let mut writer = self.writer.lock();
            // A power cut may undo it, though never in part: TikTok can be asked again, a decision cannot.
            writer.pragma_update(None, "synchronous", "NORMAL")?;
            let done = transact(&mut writer, |book| Ok((true, work(book)?)));
            writer.pragma_update(None, "synchronous", "FULL")?;
            done?
        };
        *since += 1;
        if *since >= COPIED {
            *since = 0;
            drop(since);
            self.copy_log()?;
        }
        Ok(done)
    }

    /// Copy the log into the file, so that it begins anew. On a connection of its own: nobody waits for most of it.
    fn copy_log(&self) -> Result<()> {
        let copier = Connection::open_with_flags(&self.path, OpenFlags::SQLITE_OPEN_READ_WRITE | UNSHARED)?;
        copier.pragma_update(None, "wal_autocheckpoint", 0)?;
        let copy = || copier.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        copy()?;
        // What was written meanwhile; it begins anew only when nothing is left.
        let _pause = self.facts.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(copy()?)
    }

    /// Run `work` in one transaction and take it back.
    pub(crate) fn try_out<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.write_if(|book| Ok((false, work(book)?)))
    }

    /// Run `work` in one transaction, which says whether to keep it.
    pub(crate) fn write_if<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<(bool, T)>) -> Result<T> {
        // A transaction cut short by a panic was rolled back when it was dropped.
        transact(&mut self.writer.lock(), work)
    }
}

fn transact<T>(
    writer: &mut Connection,
    work: impl FnOnce(&Transaction<'_>) -> Result<(bool, T)>,
) -> Result<T> {
    let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let (keep, done) = work(&transaction)?;
    if keep {
        transaction.commit()?
    } else {
        transaction.rollback()?
    }
    Ok(done)
}
