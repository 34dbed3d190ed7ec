//! Renaming and deleting partners, and what restoring a backup of one would lose.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use rusqlite::Connection;
use serde::Serialize;
use specta::Type;

use crate::error::{Error, Result};
use crate::name;
use crate::store::backup_names::taken;
use crate::store::book::{Book, Partner};
use crate::store::inspect::inspect;
use crate::store::library::{Folder, id_end};
use crate::store::lock::Lock;
use crate::store::paths::{DRAFT_SUFFIX, EXTENSION};
use crate::text::name_key;

/// The changes that a backup does not contain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LostChanges {
    pub changes: u32,
    /// The number of changes of each admin, by name.
    pub by: Vec<(String, u32)>,
}

impl Book {
    /// Returns what restoring a backup would lose.
    ///
    /// # Errors
    /// [`Error::BackupOfAnother`], and every `File…` of [`Error`] for the backup.
    pub fn lost_by_restoring(&self, backup: &Path) -> Result<LostChanges> {
        let kept: HashSet<String> = inspect(backup, |connection| {
            if !Partner::read(connection)?.is_same(self.partner()) {
                return Err(Error::BackupOfAnother);
            }
            entries(connection, "SELECT id, '' FROM entry")
                .map(|ids| ids.into_iter().map(|(id, _)| id).collect())
        })?;
        let mut by: BTreeMap<String, u32> = BTreeMap::new();
        for (id, actor) in entries(&self.read(), "SELECT id, actor FROM entry")? {
            if !kept.contains(&id) {
                *by.entry(actor).or_default() += 1;
            }
        }
        Ok(LostChanges { changes: by.values().sum(), by: by.into_iter().collect() })
    }
}

fn entries(book: &Connection, sql: &str) -> Result<Vec<(String, String)>> {
    let mut statement = book.prepare(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

impl Folder {
    /// Renames a partner that is not open. Its file keeps its name.
    ///
    /// # Errors
    /// The errors of `name::check`, [`Error::NameTaken`], and those of [`Folder::open_copy`].
    pub fn rename(&self, file: &str, name: &str) -> Result<()> {
        let name = name::check(name)?;
        let key = name_key(&name);
        let taken = |other: &super::library::PartnerFile| {
            other.file != file && other.problem.is_none() && name_key(&other.name) == key
        };
        if self.list()?.iter().any(taken) {
            return Err(Error::NameTaken(name));
        }
        self.open_copy(file)?
            .write(|book| Ok(book.execute("UPDATE partner SET name = ?", [&name]).map(drop)?))
    }

    /// Returns whether another file has the same partner, or may have it because it cannot be read.
    ///
    /// # Errors
    /// [`Error::FolderUnwritable`] if the folder cannot be read, and every `File…` of [`Error`] for the file.
    pub fn has_copy(&self, file: &str) -> Result<bool> {
        let id_in = |file: &str| -> Result<String> { Ok(inspect(&self.path_of(file)?, Partner::read)?.id) };
        let id = id_in(file)?;
        let is_copy = |other: &str| match id_in(other) {
            Ok(other) => other == id,
            Err(_) => other.contains(id_end(&id)),
        };
        Ok(self.list()?.iter().any(|other| other.file != file && is_copy(&other.file)))
    }

    /// Deletes a partner that is not open: its backups, everything that is kept beside its file, and the file. The file is
    /// deleted after everything that it could be deleted without, so that a deletion that fails can be repeated.
    ///
    /// # Errors
    /// [`Error::FileInUse`], and [`Error::FolderUnwritable`] if a file cannot be deleted.
    pub fn delete(&self, file: &str) -> Result<()> {
        let path = self.path_of(file)?;
        let _lock = Lock::acquire(&path)?;
        let is_backup = |name: &str| taken(&path, name.strip_suffix(DRAFT_SUFFIX).unwrap_or(name)).is_some();
        // The name of another partner's file may start with the name of this one.
        let end =
            |name: &str| name.strip_prefix(file).filter(|end| !end.contains(EXTENSION)).map(str::to_owned);
        let is_beside = |name: &str| {
            end(name).is_some_and(|end| end.starts_with(['-', '.']) && end != "-wal" && end != ".lock")
        };
        remove_files(&self.backup_folder(), is_backup)?;
        remove_files(&self.partners(), is_beside)?;
        for last in ["", "-wal", ".lock"] {
            remove_files(&self.partners(), |name| end(name).is_some_and(|end| end == last))?;
        }
        Ok(())
    }
}

fn remove_files(folder: &Path, remove: impl Fn(&str) -> bool) -> Result<()> {
    let entries = match folder.read_dir() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries.flatten().filter(|entry| remove(&entry.file_name().to_string_lossy())) {
        let removed = std::fs::remove_file(entry.path());
        removed.map_err(Error::of_folder)?;
    }
    Ok(())
}
