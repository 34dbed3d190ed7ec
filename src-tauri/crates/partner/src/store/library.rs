//! The folder with the files of all partners.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use jiff::Timestamp;
use rusqlite::{Connection, params};

use crate::error::{Error, Result};
use crate::name;
use crate::store::book::Book;
use crate::store::inspect::{check_header, inspect};
use crate::store::open;
use crate::store::paths::{EXTENSION, probe};
use crate::store::permissions::{create_private_folder, restrict};
use crate::store::recovery::Missing;
use crate::text::{fold, name_key};

/// The environment variable that overrides the data folder of the operating system.
const ENVIRONMENT: &str = "XPO_ADMIN_DATA_DIR";

/// The folder of all data of the application.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
}

/// A file in the list of partners.
#[derive(Debug)]
pub struct PartnerFile {
    /// The file name in the folder of partners, which identifies the file.
    pub file: String,
    /// The partner's name, or the file's if it cannot be read.
    pub name: String,
    pub practice: bool,
    pub modified: Timestamp,
    /// Why the file cannot be opened, if that shows without opening it.
    pub problem: Option<Error>,
}

impl Folder {
    /// Returns the folder named by the environment variable `XPO_ADMIN_DATA_DIR`, or the user's data folder.
    ///
    /// # Errors
    /// [`Error::FolderUnwritable`] if the user has no home folder.
    pub fn of_current_user() -> Result<Folder> {
        if let Some(root) = std::env::var_os(ENVIRONMENT).filter(|root| !root.is_empty()) {
            return Ok(Folder::at(root));
        }
        ProjectDirs::from("com", "Knorex", "XPO Admin")
            .map(|dirs| Folder::at(dirs.data_local_dir()))
            .ok_or_else(|| Error::FolderUnwritable("there is no home folder".to_owned()))
    }

    pub fn at(root: impl Into<PathBuf>) -> Folder {
        let root = root.into();
        // SQLite would take a relative path that starts with `file:` for a URI.
        Folder { root: std::path::absolute(&root).unwrap_or(root) }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Creates the folder if it is missing, and removes the access of other users to it and its files.
    ///
    /// # Errors
    /// [`Error::FolderUnwritable`] if the folder cannot be created, or belongs to another user.
    pub fn prepare(&self) -> Result<()> {
        create_private_folder(&self.root).and_then(|()| restrict(&self.root)).map_err(Error::of_folder)
    }

    pub(super) fn partners(&self) -> PathBuf {
        self.root.join("partners")
    }

    pub fn backup_folder(&self) -> PathBuf {
        self.root.join("backups")
    }

    /// Returns the path of a file in the folder of partners. Other paths are refused.
    pub(super) fn path_of(&self, file: &str) -> Result<PathBuf> {
        let is_name = Path::new(file).file_name().is_some_and(|name| name == file);
        let is_partner = Path::new(file).extension().is_some_and(|extension| extension == EXTENSION);
        if is_name && is_partner { Ok(self.partners().join(file)) } else { Err(Error::FileMissing) }
    }

    /// Lists the partners by name, including files that cannot be opened. Of several files with the same partner, all but one
    /// are copies.
    ///
    /// # Errors
    /// [`Error::FolderUnwritable`] if the folder cannot be read.
    pub fn list(&self) -> Result<Vec<PartnerFile>> {
        let entries = match std::fs::read_dir(self.partners()) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error.into()),
        };
        let found = entries
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| path.extension().is_some_and(|extension| extension == EXTENSION))
            .map(|path| self.describe(&path));
        let mut files = mark_copies(found.collect());
        files.sort_by_cached_key(|file| (file.practice, fold(&file.name), file.file.clone()));
        Ok(files)
    }

    /// Creates a partner and opens it.
    ///
    /// # Errors
    /// The errors of `name::check`, [`Error::NameTaken`], [`Error::DiskFull`], [`Error::FolderUnwritable`].
    pub fn create(&self, name: &str) -> Result<(String, Book)> {
        let name = name::check(name)?;
        let key = name_key(&name);
        if self.list()?.iter().any(|file| file.problem.is_none() && name_key(&file.name) == key) {
            return Err(Error::NameTaken(name));
        }
        self.create_file(&name, false)
    }

    /// Opens the practice partner, and creates it if there is none.
    ///
    /// # Errors
    /// Fails with the errors of [`Folder::open`] and [`Folder::create`].
    pub fn practice(&self, name: &str) -> Result<(String, Book)> {
        match self.list()?.into_iter().find(|file| file.practice && file.problem.is_none()) {
            Some(found) => Ok((found.file.clone(), self.open(&found.file)?)),
            None => self.create_file(name, true),
        }
    }

    /// Opens a file from [`Folder::list`].
    ///
    /// # Errors
    /// Fails with any `File…` of [`Error`].
    pub fn open(&self, file: &str) -> Result<Book> {
        let listed = if self.may_be_copy(file)? { self.list()? } else { Vec::new() };
        match listed.into_iter().find(|listed| listed.file == file).and_then(|listed| listed.problem) {
            Some(copied @ Error::FileCopied { .. }) => Err(copied),
            _ => self.open_copy(file),
        }
    }

    /// Whether the other files have to be read to know whether a file is a copy.
    fn may_be_copy(&self, file: &str) -> Result<bool> {
        let stem = file.strip_suffix(EXTENSION).and_then(|stem| stem.strip_suffix('.')).unwrap_or_default();
        let is_id_end = |end: &&str| end.len() == ID_END && end.bytes().all(|byte| byte.is_ascii_hexdigit());
        let own_end = stem.rsplit_once('-').map(|(_, end)| end).filter(is_id_end);
        let end = own_end.map(|end| format!("-{end}.{EXTENSION}")).unwrap_or_default();
        let is_other = |name: &OsStr| {
            let name = name.to_string_lossy();
            name != file && name.ends_with(&format!(".{EXTENSION}")) && name.ends_with(&end)
        };
        Ok(self.partners().read_dir()?.flatten().any(|entry| is_other(&entry.file_name())))
    }

    /// Opens a file even if it is a copy.
    ///
    /// # Errors
    /// Every other `File…` of [`Error`].
    pub fn open_copy(&self, file: &str) -> Result<Book> {
        Book::open(&self.path_of(file)?, &self.backup_folder()).map_err(|error| self.explain(error))
    }

    /// Opens a file for which [`Folder::open`] returned [`Error::FileIncomplete`], without the changes that are missing. The
    /// damaged write-ahead log is kept.
    ///
    /// # Errors
    /// Every other `File…` of [`Error`].
    pub fn open_incomplete(&self, file: &str) -> Result<Book> {
        let opened = Book::open_file(&self.path_of(file)?, &self.backup_folder(), Missing::Accept);
        opened.map_err(|error| self.explain(error))
    }

    fn create_file(&self, name: &str, practice: bool) -> Result<(String, Book)> {
        let id = uuid::Uuid::now_v7().to_string();
        let file = file_name(name, &id);
        let created = open::create(&self.partners().join(&file), |connection| {
            connection.execute(
                "INSERT INTO partner (only_row, id, name, practice, created_at) VALUES (1, ?, ?, ?, ?)",
                params![id, name, practice, Timestamp::now().to_string()],
            )?;
            Ok(())
        });
        created.map_err(|error| self.explain(error))?;
        let book = self.open(&file)?;
        Ok((file, book))
    }

    /// Says what the folder is if it cannot hold partners although files can be created in it.
    fn explain(&self, error: Error) -> Error {
        let (Error::CannotOpen(why) | Error::FolderUnsupported { why, .. }) = error else { return error };
        let folder = self.partners();
        match probe(&folder).map_err(|error| error.kind()) {
            Ok(()) => Error::FolderUnsupported { place: Some(place(&folder)), why },
            Err(ErrorKind::StorageFull | ErrorKind::QuotaExceeded) => Error::DiskFull,
            Err(_) => Error::FolderUnwritable(why),
        }
    }

    fn describe(&self, path: &Path) -> (PartnerFile, Option<Content>) {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let modified = path.metadata().and_then(|data| data.modified()).ok();
        let modified = modified.and_then(|time| Timestamp::try_from(time).ok()).unwrap_or_default();
        let read = |connection: &Connection| {
            let sql = "SELECT name, practice, id, (SELECT count(*) FROM entry), (SELECT max(at) FROM entry) FROM partner";
            Ok(connection.query_row(sql, [], |row| {
                let last = row.get::<_, Option<i64>>(4)?.and_then(|at| Timestamp::from_millisecond(at).ok());
                Ok((row.get(0)?, row.get(1)?, Content { id: row.get(2)?, changes: row.get(3)?, last }))
            })?)
        };
        match inspect(path, read) {
            Ok((name, practice, content)) => {
                (PartnerFile { file, name, practice, modified, problem: None }, Some(content))
            }
            Err(problem) => {
                let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                // SQLite does not say why it cannot open a file, nor that it is blank.
                let problem = Some(check_header(path).err().unwrap_or_else(|| self.explain(problem)));
                (PartnerFile { file, name, practice: false, modified, problem }, None)
            }
        }
    }
}

/// What tells the copies of a partner apart.
struct Content {
    id: String,
    /// The number of changes in the history.
    changes: u32,
    last: Option<Timestamp>,
}

impl std::fmt::Display for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} changes", self.changes)?;
        self.last.map_or(Ok(()), |last| write!(f, ", the last at {last:.0}"))
    }
}

/// Marks the files whose partner another file has too, for example after a file sync found a conflict.
fn mark_copies(mut found: Vec<(PartnerFile, Option<Content>)>) -> Vec<PartnerFile> {
    // The original has the name that this program gave it. Programs that copy files append something to it.
    found.sort_by_cached_key(|(file, content)| {
        let named = content.as_ref().is_some_and(|content| {
            file.file
                .strip_suffix(EXTENSION)
                .is_some_and(|stem| stem.ends_with(&format!("-{}.", id_end(&content.id))))
        });
        (!named, file.file.len(), file.file.clone())
    });
    let mut originals: HashMap<String, (String, String)> = HashMap::new();
    let mark = |(mut file, content): (PartnerFile, Option<Content>)| {
        let Some(content) = content else { return file };
        let this = content.to_string();
        if let Some((original, other)) = originals.get(&content.id) {
            let comparison = format!("{original}: {other}. {}: {this}.", file.file);
            file.problem = Some(Error::FileCopied { original: original.clone(), comparison });
        } else {
            originals.insert(content.id, (file.file.clone(), this));
        }
        file
    };
    found.into_iter().map(mark).collect()
}

/// A folder with its kind of file system, where that is known.
fn place(folder: &Path) -> String {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let mounts = std::fs::read_to_string("/proc/self/mounts").unwrap_or_default();
    let mounts = mounts.lines().filter_map(|line| {
        let mut fields = line.split(' ').skip(1);
        Some((fields.next()?, fields.next()?))
    });
    let mount = mounts.filter(|(on, _)| folder.starts_with(on)).max_by_key(|(on, _)| on.len());
    match mount {
        Some((_, kind)) => format!("{} ({kind})", folder.display()),
        None => folder.display().to_string(),
    }
}

impl PartnerFile {
    /// Whether `name` is the name of the partner or of the file. A file that can't be read has no other name of the partner than
    /// the one that it was created with.
    pub fn is_named(&self, name: &str) -> bool {
        let stem = Path::new(&self.file).file_stem().unwrap_or_default().to_string_lossy();
        let created_as = |(_, id_end): (&str, &str)| self.file == file_name(name, id_end);
        self.name == name
            || self.file == name
            || self.problem.is_some() && stem.rsplit_once('-').is_some_and(created_as)
    }
}

/// Returns the file name of a partner: its name and the end of its id.
pub(super) fn file_name(name: &str, id: &str) -> String {
    format!("{}-{}.{EXTENSION}", name::slug(name, "partner"), id_end(id))
}

/// The length of the part of a partner's id that the file name contains.
const ID_END: usize = 8;

pub(super) fn id_end(id: &str) -> &str {
    id.len().checked_sub(ID_END).and_then(|start| id.get(start..)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
