//! Backups of a partner's file, and restoring them.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use jiff::{Timestamp, ZonedDateTime};
use rusqlite::Connection;

use crate::error::{Error, Result};
use crate::store::backup_names::{backup_path, stem, taken};
use crate::store::book::{Book, Partner};
use crate::store::connection::{self, Access};
use crate::store::copy::copy;
use crate::store::inspect::{inspect, open_read_only};
use crate::store::integrity::{self, Depth};
use crate::store::library::{Folder, file_name, id_end};
use crate::store::lock::Lock;
use crate::store::paths::{
    format_timestamp, has_wal, parse_timestamp, remove_with_log, rename, restore_draft_of, sync_file,
    sync_parent_folder, wal_of, with_suffix,
};
use crate::store::permissions::create_private_folder;
use crate::store::recovery::{Missing, end_previous_session};
use crate::store::revision::Stamp;
use crate::store::session_marker;
use crate::store::unsent_mails::fail_unsent_mails;

/// The number of daily backups to keep.
const DAILY_BACKUPS: usize = 7;

/// The number of earlier weeks of which the last backup is kept: two months of a partner that is open every week. It is not an
/// age, because with a clock that is ahead all backups are old.
const WEEKLY_BACKUPS: usize = 8;

/// A file in the folder of backups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    pub path: PathBuf,
    pub taken: Timestamp,
    /// In bytes.
    pub size: u64,
}

/// The result of [`Folder::restore`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The restored file in the folder of partners.
    pub file: String,
    /// Where the file that it replaced is kept, with its write-ahead log beside it.
    pub replaced: Option<PathBuf>,
}

impl Book {
    /// Backs the book up to `to`, replacing an older backup there. Saves during the backup succeed but are not included.
    ///
    /// # Errors
    /// [`Error::BackupHere`] if `to` is in the folder of partners, [`Error::DiskFull`], [`Error::FolderUnwritable`],
    /// [`Error::FileDamaged`] if the book is. An older backup then stays.
    pub fn back_up(&self, to: &Path) -> Result<()> {
        self.back_up_while(to, &mut || ControlFlow::Continue(()))
    }

    /// Like [`Book::back_up`]; calls `keep_going` before every 16 MB.
    ///
    /// # Errors
    /// Fails with the errors of [`Book::back_up`], and [`Error::Cancelled`].
    pub fn back_up_while(&self, to: &Path, keep_going: &mut dyn FnMut() -> ControlFlow<()>) -> Result<()> {
        let folder_of = |path: &Path| path.parent()?.canonicalize().ok();
        if folder_of(to).is_some_and(|folder| folder_of(self.path()) == Some(folder)) {
            return Err(Error::BackupHere);
        }
        copy(&self.open_reader()?, to, keep_going)?;
        tracing::info!("backed up the partner");
        Ok(())
    }

    /// Adds a backup to the folder of backups, and returns its path.
    ///
    /// # Errors
    /// Fails with the errors of [`Book::back_up`].
    pub fn back_up_now(&self, now: Timestamp) -> Result<PathBuf> {
        let backup = backup_path(self.backup_folder(), self.path(), "taken", now);
        self.back_up(&backup)?;
        Ok(backup)
    }

    /// Lists the backups of the book's file, newest first.
    ///
    /// # Errors
    /// [`Error::FolderUnwritable`] if the folder of backups cannot be read.
    pub fn backups(&self) -> Result<Vec<Backup>> {
        backups_in(self.backup_folder(), self.path(), |_| true)
    }

    /// Adds a daily backup to the folder of backups unless there is one from the same day in the time zone of `now`, and
    /// deletes older ones: the last seven stay, and the last of each of eight weeks before them. Returns the path of a new
    /// backup. `keep_going` is called before every 16 MB.
    ///
    /// # Errors
    /// Fails with the errors of [`Book::back_up_while`].
    pub fn back_up_daily(
        &self,
        now: &ZonedDateTime,
        keep_going: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> Result<Option<PathBuf>> {
        let (today, time_zone, now) = (now.date(), now.time_zone(), now.timestamp());
        let prefix = format!("{}-daily-", stem(self.path()));
        let is_daily = |name: &str| name.starts_with(&prefix);
        let daily = backups_in(self.backup_folder(), self.path(), is_daily)?;
        let is_of_today = |backup: &Backup| time_zone.to_datetime(backup.taken).date() == today;
        if daily.iter().any(|backup| backup.taken <= now && is_of_today(backup)) {
            return Ok(None);
        }
        let backup = backup_path(self.backup_folder(), self.path(), "daily", now);
        self.back_up_while(&backup, keep_going)?;
        for old in superseded(&backups_in(self.backup_folder(), self.path(), is_daily)?, now) {
            std::fs::remove_file(&old.path).ok();
        }
        Ok(Some(backup))
    }
}

/// The daily backups to delete, given all of them, newest first.
fn superseded(daily: &[Backup], now: Timestamp) -> Vec<&Backup> {
    // Copies from the future were made while the clock was wrong. They never count, and go once the others are enough: the
    // clock may also be wrong now.
    let (future, past): (Vec<_>, Vec<_>) = daily.iter().partition(|backup| backup.taken > now);
    let mut superseded = if past.len() >= DAILY_BACKUPS { future } else { Vec::new() };
    let week = |backup: &Backup| backup.taken.as_second().div_euclid(7 * 24 * 60 * 60);
    let mut weeks = 0;
    for (newer, backup) in past.iter().zip(past.iter().skip(1)).skip(DAILY_BACKUPS - 1) {
        if week(newer) == week(backup) || weeks == WEEKLY_BACKUPS {
            superseded.push(backup);
        } else {
            weeks += 1;
        }
    }
    superseded
}

impl Folder {
    /// Lists the backups of a file, newest first.
    ///
    /// # Errors
    /// [`Error::FolderUnwritable`] if the folder cannot be read.
    pub fn backups(&self, file: &str) -> Result<Vec<Backup>> {
        backups_in(&self.backup_folder(), Path::new(file), |_| true)
    }

    /// Replaces the file of a partner that is not open with a backup. `None` is the file of a lost partner: it gets the name
    /// that a new file of the backup's partner would get. The replaced file, damaged or not, is kept under another name.
    ///
    /// # Errors
    /// [`Error::BackupOfAnother`], [`Error::PartnerExists`] if the partner is not lost, [`Error::FileInUse`], and every
    /// `File…` of [`Error`] for the backup. The file is then unchanged.
    pub fn restore(&self, file: Option<&str>, backup: &Path) -> Result<Restored> {
        let partner = inspect(backup, Partner::read)?;
        let file = match file {
            Some(file) => file.to_owned(),
            None if self.has(&partner.id)? => return Err(Error::PartnerExists(partner.name)),
            None => file_name(&partner.name, &partner.id),
        };
        let path = self.path_of(&file)?;
        create_private_folder(&self.partners())?;
        let mut lock = Lock::acquire(&path)?;
        let same_partner = match inspect(&path, Partner::read) {
            Ok(current) => current.is_same(&partner),
            // An unreadable file may still have the end of its partner's id in its name.
            Err(_) => stem(&path)
                .rsplit_once('-')
                .is_none_or(|(_, end)| !could_end_id(end) || end == id_end(&partner.id)),
        };
        if !same_partner {
            return Err(Error::BackupOfAnother);
        }
        let draft = restore_draft_of(&path);
        // SQLite would apply the log of a restore that was interrupted.
        remove_with_log(&draft)?;
        let restored = (|| {
            copy(&open_read_only(backup)?, &draft, &mut || ControlFlow::Continue(()))?;
            let stamp = prepare_restored(&draft)?;
            sync_file(&draft)?;
            checkpoint_if_sound(&path);
            let replaced = keep_replaced(&path)?;
            rename(&draft, &path).inspect_err(|_| put_back(replaced.as_deref(), &path))?;
            session_marker::delete(&path);
            sync_parent_folder(&path);
            // The copy was checked. Without this record, it is checked once more when it is opened.
            lock.record(&stamp.session, stamp.count).ok();
            tracing::info!("restored a backup");
            Ok(Restored { file, replaced })
        })();
        remove_with_log(&draft).ok();
        restored
    }

    /// Returns whether a readable file has the partner with this id. It may have any name, because partners can be renamed.
    fn has(&self, id: &str) -> Result<bool> {
        let has = |file: &str| self.path_of(file).and_then(|path| inspect(&path, Partner::read));
        Ok(self.list()?.iter().any(|listed| has(&listed.file).is_ok_and(|partner| partner.id == id)))
    }
}

/// Makes a copy of a backup the file of a partner that no session has opened yet, and returns its stamp.
pub(super) fn prepare_restored(path: &Path) -> Result<Stamp> {
    let connection = connection::open(path, Access::ReadWrite)?;
    fail_unsent_mails(&connection, Timestamp::now())?;
    let stamp = Stamp::new();
    stamp.write(&connection)?;
    connection.close().map_err(|(_, error)| error)?;
    Ok(stamp)
}

/// Copies the write-ahead log into the file if both are sound, so that the file alone is complete.
fn checkpoint_if_sound(path: &Path) {
    let sound = has_wal(path)
        && end_previous_session(path, Missing::Refuse).is_ok()
        && integrity::check_file(path, Depth::Quick).is_ok();
    if sound && let Ok(connection) = connection::open(path, Access::ReadWrite) {
        connection.close().ok();
    }
}

/// Keeps a file and its write-ahead log under another name. The file also keeps its own name until it is replaced; its log
/// does not, because SQLite would apply it to the replacement.
fn keep_replaced(path: &Path) -> Result<Option<PathBuf>> {
    if !path.try_exists()? {
        return Ok(None);
    }
    let kept = with_suffix(path, &format!(".replaced-{}", format_timestamp(Timestamp::now())));
    // The file comes first: a log is useless without its file.
    if path.is_dir() || std::fs::hard_link(path, &kept).is_err() {
        rename(path, &kept)?;
    }
    match rename(&wal_of(path), &wal_of(&kept)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            put_back(Some(&kept), path);
            return Err(error.into());
        }
        _ => {}
    }
    // SQLite recreates the index of the log when needed.
    std::fs::remove_file(with_suffix(path, "-shm")).ok();
    Ok(Some(kept))
}

/// Gives a file that [`keep_replaced`] kept its name and its write-ahead log again, because it could not be replaced.
fn put_back(kept: Option<&Path>, path: &Path) {
    let Some(kept) = kept else { return };
    let renamed = path.exists() || rename(kept, path).is_ok();
    let with_log = match rename(&wal_of(kept), &wal_of(path)) {
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
        Ok(()) => true,
    };
    if renamed && with_log {
        std::fs::remove_file(kept).ok();
    }
}

/// Returns which time a backup is from: the one in its name, that of the last change in it, or that of the file.
///
/// # Errors
/// [`Error::FileMissing`], and [`Error::FolderUnwritable`] if the file cannot be accessed.
pub fn time_of(backup: &Path) -> Result<Timestamp> {
    let modified = backup.metadata()?.modified().ok().and_then(|time| Timestamp::try_from(time).ok());
    let last = |connection: &Connection| {
        let at: Option<i64> = connection.query_row("SELECT max(at) FROM entry", [], |row| row.get(0))?;
        Ok(at.and_then(|at| Timestamp::from_millisecond(at).ok()))
    };
    let name = stem(backup);
    let in_name = name.rsplit('-').next().and_then(parse_timestamp);
    let time = in_name.or_else(|| inspect(backup, last).ok().flatten());
    Ok(time.or(modified).unwrap_or_default())
}

fn could_end_id(text: &str) -> bool {
    text.len() == 8 && text.chars().all(|c| c.is_ascii_hexdigit())
}

/// Returns the backups of a file whose names are `wanted`, newest first.
fn backups_in(folder: &Path, file: &Path, wanted: impl Fn(&str) -> bool) -> Result<Vec<Backup>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let mut backups: Vec<Backup> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name().into_string().ok().filter(|name| wanted(name))?;
            let taken = taken(file, &name)?;
            // Follows links: people move backups to another disk.
            let metadata = entry.path().metadata().ok().filter(std::fs::Metadata::is_file)?;
            Some(Backup { path: entry.path(), taken, size: metadata.len() })
        })
        .collect();
    backups.sort_by_key(|backup| std::cmp::Reverse(backup.taken));
    Ok(backups)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_could_not_be_replaced_gets_its_name_and_its_log_back() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("northwind.sqlite");
        let names = || {
            let mut names: Vec<_> =
                std::fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
            names.sort();
            names
        };
        for renamed in [false, true] {
            std::fs::write(&path, "file").unwrap();
            std::fs::write(wal_of(&path), "log").unwrap();
            let kept = keep_replaced(&path).unwrap().unwrap();
            assert!(!wal_of(&path).exists() && wal_of(&kept).exists());
            // As on a file system without hard links.
            if renamed {
                std::fs::remove_file(&path).unwrap();
            }
            put_back(Some(&kept), &path);
            assert_eq!(names(), ["northwind.sqlite", "northwind.sqlite-wal"]);
            assert_eq!(std::fs::read_to_string(&path).unwrap(), "file");
            assert_eq!(std::fs::read_to_string(wal_of(&path)).unwrap(), "log");
        }
    }
}
