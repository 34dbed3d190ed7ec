//! The folder with the files of all partners.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use jiff::Timestamp;
use rusqlite::{Connection, params};

use crate::error::{Error, Result};
use crate::name;
use crate::store::book::Book;
use crate::store::inspect::inspect;
use crate::store::open;
use crate::store::permissions::{create_private_folder, restrict};
use crate::store::recovery::Missing;
use crate::text::fold;

/// The environment variable that overrides the data folder of the operating system.
const ENVIRONMENT: &str = "XPO_ADMIN_DATA_DIR";

/// The extension of a partner's file.
pub(super) const EXTENSION: &str = "sqlite";

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
    pub fn of_this_user() -> Result<Folder> {
        if let Some(root) = std::env::var_os(ENVIRONMENT).filter(|root| !root.is_empty()) {
            return Ok(Folder::at(root));
        }
        ProjectDirs::from("com", "Knorex", "XPO Admin")
            .map(|dirs| Folder::at(dirs.data_local_dir()))
            .ok_or_else(|| Error::FolderUnwritable("there is no home folder".to_owned()))
    }

    pub fn at(root: impl Into<PathBuf>) -> Folder {
        Folder { root: root.into() }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Creates the folder if it is missing, and removes the access of other users to it and its files.
    ///
    /// # Errors
    /// [`Error::FolderUnwritable`] if the folder cannot be created, or belongs to another user.
    pub fn prepare(&self) -> Result<()> {
        create_private_folder(&self.root)
            .and_then(|()| restrict(&self.root))
            .map_err(|error| Error::FolderUnwritable(error.to_string()))
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

    /// Lists the partners by name, including files that cannot be opened.
    ///
    /// # Errors
    /// [`Error::FolderUnwritable`] if the folder cannot be read.
    pub fn list(&self) -> Result<Vec<PartnerFile>> {
        let entries = match std::fs::read_dir(self.partners()) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(Error::FolderUnwritable(error.to_string())),
        };
        let mut files: Vec<PartnerFile> = entries
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| path.extension().is_some_and(|extension| extension == EXTENSION))
            .map(|path| describe(&path))
            .collect();
        files.sort_by_cached_key(|file| (file.practice, fold(&file.name), file.file.clone()));
        Ok(files)
    }

    /// Creates a partner and opens it.
    ///
    /// # Errors
    /// The errors of `name::check`, [`Error::NameTaken`], [`Error::DiskFull`], [`Error::FolderUnwritable`].
    pub fn create(&self, name: &str) -> Result<(String, Book)> {
        let name = name::check(name)?;
        let folded = fold(&name);
        if self.list()?.iter().any(|file| file.problem.is_none() && fold(&file.name) == folded) {
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
        Book::open(&self.path_of(file)?, &self.backup_folder())
    }

    /// Opens a file for which [`Folder::open`] returned [`Error::FileIncomplete`], without the changes that are missing. The
    /// damaged write-ahead log is kept.
    ///
    /// # Errors
    /// Every other `File…` of [`Error`].
    pub fn open_incomplete(&self, file: &str) -> Result<Book> {
        Book::open_file(&self.path_of(file)?, &self.backup_folder(), Missing::Accept)
    }

    fn create_file(&self, name: &str, practice: bool) -> Result<(String, Book)> {
        let id = uuid::Uuid::now_v7().to_string();
        let file = file_name(name, &id);
        open::create(&self.partners().join(&file), |connection| {
            connection.execute(
                "INSERT INTO partner (only_row, id, name, practice, created_at) VALUES (1, ?, ?, ?, ?)",
                params![id, name, practice, Timestamp::now().to_string()],
            )?;
            Ok(())
        })?;
        let book = self.open(&file)?;
        Ok((file, book))
    }
}

/// Returns the file name of a partner: its name and the end of its id.
pub(super) fn file_name(name: &str, id: &str) -> String {
    format!("{}-{}.{EXTENSION}", name::slug(name), id_end(id))
}

/// Returns the part of a partner's id that the file name contains.
pub(super) fn id_end(id: &str) -> &str {
    id.get(28..).unwrap_or_default()
}

fn describe(path: &Path) -> PartnerFile {
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let modified = path.metadata().and_then(|data| data.modified()).ok();
    let modified = modified.and_then(|time| Timestamp::try_from(time).ok()).unwrap_or_default();
    let read = |connection: &Connection| {
        let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?));
        Ok(connection.query_row("SELECT name, practice FROM partner", [], row)?)
    };
    match inspect(path, read) {
        Ok((name, practice)) => PartnerFile { file, name, practice, modified, problem: None },
        Err(problem) => {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            PartnerFile { file, name, practice: false, modified, problem: Some(problem) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, Folder) {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::at(dir.path());
        (dir, folder)
    }

    #[test]
    fn lists_and_reopens_a_new_partner() {
        let (_dir, folder) = folder();
        assert!(folder.list().unwrap().is_empty());
        let (file, book) = folder.create("  Knorex <b>Asia \u{1F98A} ").unwrap();
        assert_eq!(book.partner().name, "Knorex <b>Asia \u{1F98A}");
        drop(book);

        let listed = folder.list().unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!((&listed[0].file, listed[0].practice), (&file, false));
        assert_eq!(folder.open(&file).unwrap().partner().name, listed[0].name);
    }

    #[test]
    fn refuses_the_name_of_another_partner_in_any_case() {
        let (_dir, folder) = folder();
        folder.create("Knorex").unwrap();
        assert!(matches!(folder.create("\u{FF2B}NOREX "), Err(Error::NameTaken(_))));
        assert_eq!(folder.list().unwrap().len(), 1);
    }

    #[test]
    fn a_refused_name_leaves_no_file() {
        let (dir, folder) = folder();
        for name in ["", "../x", &"x".repeat(300)] {
            assert!(folder.create(name).is_err());
        }
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn refuses_to_open_a_file_outside_the_folder() {
        let (_dir, folder) = folder();
        let (file, book) = folder.create("Knorex").unwrap();
        drop(book);
        for path in [format!("../partners/{file}"), format!("./{file}"), "..".into(), "".into()] {
            assert!(matches!(folder.open(&path), Err(Error::FileMissing)), "{path}");
        }
    }

    #[test]
    fn lists_a_file_that_cannot_be_opened_with_the_reason() {
        let (_dir, folder) = folder();
        let (_, book) = folder.create("Knorex").unwrap();
        drop(book);
        std::fs::write(folder.partners().join("notes.sqlite"), "shopping list").unwrap();
        let listed = folder.list().unwrap();
        assert_eq!(listed.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["Knorex", "notes"]);
        assert!(matches!(listed[1].problem, Some(Error::FileNotPartner)));
    }

    #[test]
    fn creates_the_practice_partner_once() {
        let (_dir, folder) = folder();
        let (first, book) = folder.practice("Practice").unwrap();
        assert!(book.partner().practice);
        drop(book);
        assert_eq!(folder.practice("Practice").unwrap().0, first);
    }

    #[test]
    fn listing_creates_no_files() {
        let (_dir, folder) = folder();
        let (file, book) = folder.create("Knorex").unwrap();
        drop(book);
        folder.list().unwrap();
        let mut names: Vec<_> = std::fs::read_dir(folder.partners())
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, [file.clone(), format!("{file}.lock")]);
    }
}
