//! Where the partners' files are, and which there are.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use jiff::Timestamp;
use rusqlite::{Connection, params};

use crate::store::open;
use crate::{Book, Error, Result, fold, name};

/// Names another folder than the operating system's for all data of the application.
pub const ENVIRONMENT: &str = "XPO_ADMIN_DATA_DIR";

/// The ending of a partner's file.
pub(crate) const ENDING: &str = "sqlite";

/// The folder that holds everything the application keeps.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
}

/// A file in the list of partners: what it is called, or what is wrong with it.
#[derive(Debug)]
pub struct PartnerFile {
    /// The file's name inside the folder of partners; how the file is asked for.
    pub file: String,
    /// The partner's name, or the file's where it cannot be read.
    pub name: String,
    /// Whether it is the practice partner.
    pub practice: bool,
    /// When the file last changed.
    pub modified: Timestamp,
    /// Why it cannot be opened, as far as a look from outside tells.
    pub problem: Option<Error>,
}

impl Folder {
    /// The folder that [`ENVIRONMENT`] names, else the operating system's place for data.
    ///
    /// # Errors
    /// [`Error::FolderUnwritable`] when the system names no home folder.
    pub fn of_this_user() -> Result<Folder> {
        if let Some(root) = std::env::var_os(ENVIRONMENT).filter(|root| !root.is_empty()) {
            return Ok(Folder::at(root));
        }
        ProjectDirs::from("com", "Knorex", "XPO Admin")
            .map(|dirs| Folder::at(dirs.data_local_dir()))
            .ok_or_else(|| Error::FolderUnwritable("there is no home folder".to_owned()))
    }

    /// A folder of the caller's choice.
    pub fn at(root: impl Into<PathBuf>) -> Folder {
        Folder { root: root.into() }
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn partners(&self) -> PathBuf {
        self.root.join("partners")
    }

    pub(crate) fn backup_folder(&self) -> PathBuf {
        self.root.join("backups")
    }

    /// Where a file of [`Folder::list`] is.
    pub(crate) fn place(&self, file: &str) -> Result<PathBuf> {
        let plain = Path::new(file).file_name().is_some_and(|plain| plain == file);
        let is_one = plain && Path::new(file).extension().is_some_and(|ending| ending == ENDING);
        if is_one { Ok(self.partners().join(file)) } else { Err(Error::FileMissing) }
    }

    /// Every partner's file by name, those that cannot be opened too.
    ///
    /// # Errors
    /// [`Error::FolderUnwritable`] when the folder cannot be read.
    pub fn list(&self) -> Result<Vec<PartnerFile>> {
        let entries = match std::fs::read_dir(self.partners()) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(Error::FolderUnwritable(error.to_string())),
        };
        let mut files: Vec<PartnerFile> = entries
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| path.extension().is_some_and(|ending| ending == ENDING))
            .map(|path| look_at(&path))
            .collect();
        files.sort_by_cached_key(|file| (file.practice, fold(&file.name), file.file.clone()));
        Ok(files)
    }

    /// Make a partner and open it.
    ///
    /// # Errors
    /// What [`name::check`] refuses, [`Error::NameTaken`], and what [`open::create`] says.
    pub fn create(&self, wanted: &str) -> Result<(String, Book)> {
        let name = name::check(wanted)?;
        let taken = fold(&name);
        if self.list()?.iter().any(|file| file.problem.is_none() && fold(&file.name) == taken) {
            return Err(Error::NameTaken(name));
        }
        self.make(&name, false)
    }

    /// Open the practice partner, made where there is none yet.
    ///
    /// # Errors
    /// As [`Folder::open`] and [`open::create`].
    pub fn practice(&self, name: &str) -> Result<(String, Book)> {
        match self.list()?.into_iter().find(|file| file.practice && file.problem.is_none()) {
            Some(found) => Ok((found.file.clone(), self.open(&found.file)?)),
            None => self.make(name, true),
        }
    }

    /// Open a file of [`Folder::list`].
    ///
    /// # Errors
    /// Every `File…` of [`Error`].
    pub fn open(&self, file: &str) -> Result<Book> {
        Book::open(&self.place(file)?, &self.backup_folder())
    }

    fn make(&self, name: &str, practice: bool) -> Result<(String, Book)> {
        let id = uuid::Uuid::now_v7();
        let file = file_name(name, &id.to_string());
        open::create(&self.partners().join(&file), |connection| {
            connection.execute(
                "INSERT INTO partner (only_row, id, name, practice, created_at) VALUES (1, ?, ?, ?, ?)",
                params![id.to_string(), name, practice, Timestamp::now().to_string()],
            )?;
            Ok(())
        })?;
        let book = self.open(&file)?;
        Ok((file, book))
    }
}

/// What the file of a partner is called: its name and the end of its id.
pub(crate) fn file_name(name: &str, id: &str) -> String {
    format!("{}-{}.{ENDING}", name::slug(name), id_end(id))
}

/// The end of an id that is in the name of the file.
pub(crate) fn id_end(id: &str) -> &str {
    id.get(28..).unwrap_or_default()
}

fn look_at(path: &Path) -> PartnerFile {
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let modified = path.metadata().and_then(|data| data.modified()).ok();
    let modified = modified.and_then(|time| Timestamp::try_from(time).ok()).unwrap_or_default();
    let read = |connection: &Connection| {
        let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?));
        Ok(connection.query_row("SELECT name, practice FROM partner", [], row)?)
    };
    match open::peek(path, read) {
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
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::at(place.path());
        (place, folder)
    }

    #[test]
    fn a_new_partner_is_listed_under_its_name_and_opens_again() {
        let (_place, folder) = folder();
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
    fn a_taken_name_is_refused_whatever_its_case() {
        let (_place, folder) = folder();
        folder.create("Knorex").unwrap();
        assert!(matches!(folder.create("\u{FF2B}NOREX "), Err(Error::NameTaken(_))));
        assert_eq!(folder.list().unwrap().len(), 1);
    }

    #[test]
    fn a_refused_name_leaves_no_file() {
        let (place, folder) = folder();
        for name in ["", "../x", &"x".repeat(300)] {
            assert!(folder.create(name).is_err());
        }
        assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_file_outside_the_folder_cannot_be_asked_for() {
        let (_place, folder) = folder();
        let (file, book) = folder.create("Knorex").unwrap();
        drop(book);
        for path in [format!("../partners/{file}"), format!("./{file}"), "..".into(), "".into()] {
            assert!(matches!(folder.open(&path), Err(Error::FileMissing)), "{path}");
        }
    }

    #[test]
    fn a_file_that_is_no_book_is_listed_with_its_reason() {
        let (_place, folder) = folder();
        let (_, book) = folder.create("Knorex").unwrap();
        drop(book);
        std::fs::write(folder.partners().join("notes.sqlite"), "shopping list").unwrap();
        let listed = folder.list().unwrap();
        assert_eq!(listed.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["Knorex", "notes"]);
        assert!(matches!(listed[1].problem, Some(Error::FileNotPartner)));
    }

    #[test]
    fn there_is_one_practice_partner() {
        let (_place, folder) = folder();
        let (first, book) = folder.practice("Practice").unwrap();
        assert!(book.partner().practice);
        drop(book);
        assert_eq!(folder.practice("Practice").unwrap().0, first);
    }

    #[test]
    fn listing_leaves_no_files_behind() {
        let (_place, folder) = folder();
        let (file, book) = folder.create("Knorex").unwrap();
        drop(book);
        folder.list().unwrap();
        let mut left: Vec<_> = std::fs::read_dir(folder.partners())
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        assert_eq!(left, [file.clone(), format!("{file}.lock")]);
    }
}
