//! Copies of a partner's file: taken while it is in use, checked, and put back.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use jiff::{Timestamp, ToSpan};
use rusqlite::backup::{Backup as Copying, StepResult};
use rusqlite::{Connection, OpenFlags};

use crate::store::integrity;
use crate::store::integrity::Depth;
use crate::store::library::{ENDING, file_name, id_end};
use crate::store::open::{self, sibling};
use crate::store::session_marker;
use crate::store::wal;
use crate::{Book, Error, Folder, Result};

/// How many of the daily copies are kept.
pub const DAILY_KEPT: usize = 7;

/// Pages copied at a time: 16 MB, between two looks at whether to go on.
const PAGES: i32 = 4096;

/// A copy in the folder of backups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// Where it is.
    pub path: PathBuf,
    /// When it was taken.
    pub taken: Timestamp,
    /// In bytes.
    pub size: u64,
}

/// What a restore did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The file to open.
    pub file: String,
    /// Where the file that was there before was put, with its log beside it.
    pub aside: Option<PathBuf>,
}

impl Book {
    /// Write a copy of the book as it is at this moment to `to`, replacing what is there; saves go on meanwhile. The copy
    /// is checked and on the disk before it gets its name.
    ///
    /// # Errors
    /// [`Error::BackupHere`] for a place among the partners' files, [`Error::DiskFull`], [`Error::FolderUnwritable`], and
    /// [`Error::FileDamaged`] when the book is. Nothing is left behind then, and an older copy stays.
    pub fn back_up(&self, to: &Path) -> Result<()> {
        self.back_up_while(to, &mut || ControlFlow::Continue(()))
    }

    /// As [`Book::back_up`]; `go_on` is asked before every 16 MB.
    ///
    /// # Errors
    /// As [`Book::back_up`], and [`Error::Cancelled`].
    pub fn back_up_while(&self, to: &Path, go_on: &mut dyn FnMut() -> ControlFlow<()>) -> Result<()> {
        let same =
            |a: Option<&Path>, b: Option<&Path>| Some((a?.canonicalize().ok()?, b?.canonicalize().ok()?));
        if same(to.parent(), self.path().parent()).is_some_and(|(to, here)| to == here) {
            return Err(Error::BackupHere);
        }
        copy(&self.another_reader()?, to, go_on)?;
        tracing::info!("backed the file up");
        Ok(())
    }

    /// Take a copy now, into the folder of backups. Where it is.
    ///
    /// # Errors
    /// As [`Book::back_up`].
    pub fn back_up_now(&self, now: Timestamp) -> Result<PathBuf> {
        let name = format!("{}-taken-{}.{ENDING}", stem(self.path()), open::stamp(now));
        let copy = self.backups().join(name);
        self.back_up(&copy)?;
        Ok(copy)
    }

    /// Take the copy of the day when the last is older than that, and drop daily copies beyond [`DAILY_KEPT`]. The new
    /// copy, when there is one.
    ///
    /// # Errors
    /// As [`Book::back_up`].
    pub fn back_up_daily(&self, now: Timestamp) -> Result<Option<PathBuf>> {
        let start = format!("{}-daily-", stem(self.path()));
        let daily = backups_in(self.backups(), &start)?;
        // A copy from the future, of a clock that was wrong, does not count.
        if daily.iter().any(|copy| copy.taken > now - 24.hours() && copy.taken <= now) {
            return Ok(None);
        }
        let copy = self.backups().join(format!("{start}{}.{ENDING}", open::stamp(now)));
        self.back_up(&copy)?;
        for old in daily.into_iter().skip(DAILY_KEPT - 1) {
            std::fs::remove_file(old.path).ok();
        }
        Ok(Some(copy))
    }
}

impl Folder {
    /// The copies in the folder of backups that were taken of a file, newest first.
    ///
    /// # Errors
    /// [`Error::FolderUnwritable`] when the folder cannot be read.
    pub fn backups(&self, file: &str) -> Result<Vec<Backup>> {
        backups_in(&self.backup_folder(), &format!("{}-", stem(Path::new(file))))
    }

    /// Put a backup in the place of a partner's file, or make the file where there is none; `file` is one of
    /// [`Folder::list`], `None` stands for the name that the backup's partner would get. The partner must not be open.
    /// What was in that place is put aside, also when it is damaged, and never deleted.
    ///
    /// # Errors
    /// [`Error::BackupOfAnother`], [`Error::FileInUse`], and every `File…` of [`Error`] for the backup; the file is then as
    /// it was.
    pub fn restore(&self, file: Option<&str>, backup: &Path) -> Result<Restored> {
        let (id, name) = open::peek(backup, partner_of)?;
        let file = file.map_or_else(|| file_name(&name, &id), str::to_owned);
        let path = self.place(&file)?;
        std::fs::create_dir_all(self.partners())?;
        let _lock = open::lock(&path)?;
        let same = match open::peek(&path, partner_of) {
            Ok((current, _)) => current == id,
            // What cannot be read may still be known by its name, which ends as the id does.
            Err(_) => {
                stem(&path).rsplit_once('-').is_none_or(|(_, end)| !could_end_id(end) || end == id_end(&id))
            }
        };
        if !same {
            return Err(Error::BackupOfAnother);
        }
        let draft = sibling(&path, ".restore");
        let made = (|| {
            copy(&open::look(backup)?, &draft, &mut || ControlFlow::Continue(()))?;
            fail_unsent_mails(&draft, Timestamp::now())?;
            open::sync(&draft)?;
            fold_log_in(&path);
            let aside = put_aside(&path)?;
            std::fs::rename(&draft, &path)?;
            session_marker::remove(&path);
            open::sync_folder_of(&path);
            tracing::info!("put a backup back");
            Ok(Restored { file, aside })
        })();
        std::fs::remove_file(&draft).ok();
        made
    }
}

/// Copy a database as one reader sees it, all of it or nothing.
pub(crate) fn copy(from: &Connection, to: &Path, go_on: &mut dyn FnMut() -> ControlFlow<()>) -> Result<()> {
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder).map_err(|e| Error::FolderUnwritable(e.to_string()))?;
    }
    let draft = sibling(to, ".draft");
    std::fs::remove_file(&draft).ok();
    let made = (|| {
        let mut copy = Connection::open(&draft)?;
        // The draft is thrown away unless all of it was written and synced.
        copy.pragma_update(None, "journal_mode", "OFF")?;
        copy.pragma_update(None, "synchronous", "OFF")?;
        // One state for all steps, whatever is saved meanwhile.
        let from = from.unchecked_transaction()?;
        open::check_known(&from)?;
        {
            let copying = Copying::new(&from, &mut copy)?;
            loop {
                if go_on().is_break() {
                    return Err(Error::Cancelled);
                }
                match copying.step(PAGES)? {
                    StepResult::Done => break,
                    StepResult::More => {}
                    _ => return Err(Error::FileInUse),
                }
            }
        }
        copy.close().map_err(|(_, error)| error)?;
        integrity::check_file(&draft, Depth::Indexes)?;
        open::sync(&draft)?;
        std::fs::rename(&draft, to)?;
        open::sync_folder_of(to);
        Ok(())
    })();
    if made.is_err() {
        std::fs::remove_file(&draft).ok();
    }
    made
}

/// Take what is in the log into the file, where both are good, so that the file alone is all.
fn fold_log_in(path: &Path) {
    if sibling(path, "-wal").metadata().map_or(0, |log| log.len()) == 0 {
        return;
    }
    let sound = session_marker::past(path).is_ok()
        && wal::check(path).is_ok()
        && integrity::check_file(path, Depth::Rows).is_ok();
    if sound && let Ok(connection) = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE) {
        connection.close().ok();
    }
}

/// Keep the file and its log under another name. The file itself stays until another takes its place; its log does not,
/// because it must not be applied to that other.
fn put_aside(path: &Path) -> Result<Option<PathBuf>> {
    if !path.try_exists()? {
        return Ok(None);
    }
    let aside = sibling(path, &format!(".aside-{}", open::stamp(Timestamp::now())));
    // The file first: a log without its file says nothing.
    if path.is_dir() || std::fs::hard_link(path, &aside).is_err() {
        std::fs::rename(path, &aside)?;
    }
    match std::fs::rename(sibling(path, "-wal"), sibling(&aside, "-wal")) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    // An index of the log, made anew whenever it is needed.
    std::fs::remove_file(sibling(path, "-shm")).ok();
    Ok(Some(aside))
}

/// Mark the unsent mails of a restored copy as failed with an uncertain outcome: they may have been sent since the copy was
/// made, so an admin decides whether to send them again.
pub(crate) fn fail_unsent_mails(copy: &Path, now: Timestamp) -> Result<()> {
    let connection = Connection::open_with_flags(copy, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.execute(
        "UPDATE outbox SET state = 'failed', due_at = NULL, handed = 0, ended_at = ?, problem = NULL,
             attempts = attempts + (state = 'queued'), uncertain = uncertain + 1
         WHERE state IN ('queued', 'sending')",
        [now.as_millisecond()],
    )?;
    Ok(connection.close().map_err(|(_, error)| error)?)
}

fn partner_of(connection: &Connection) -> Result<(String, String)> {
    Ok(connection.query_row("SELECT id, name FROM partner", [], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

fn could_end_id(text: &str) -> bool {
    text.len() == 8 && text.chars().all(|c| c.is_ascii_hexdigit())
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// The files in a folder whose names begin with `start` and end as a copy's do, newest first.
fn backups_in(folder: &Path, start: &str) -> Result<Vec<Backup>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::FolderUnwritable(error.to_string())),
    };
    let mut found: Vec<Backup> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name().into_string().ok()?;
            let rest = name.strip_prefix(start)?.strip_suffix(ENDING)?.strip_suffix('.')?;
            let taken = open::of_stamp(rest.rsplit('-').next()?)?;
            Some(Backup { path: entry.path(), taken, size: entry.metadata().ok()?.len() })
        })
        .collect();
    found.sort_by_key(|backup| std::cmp::Reverse(backup.taken));
    Ok(found)
}
