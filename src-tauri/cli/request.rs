//! A command as it is passed on to the process that has the partner open. Paths are absolute.

use std::io;
use std::path::{Path, PathBuf};

use partner::decisions::PaymentMode;
use partner::tables::file::Format;
use serde::{Deserialize, Serialize};
use services::problem::{Problem, ProblemCode};

use super::answer::{Answer, Exit};
use super::args::{Command, Defaults, FileFormat, Import, Items, Listed, Sync};
use super::output::Table;
use crate::app::preferences::Preferences;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Request {
    /// The name of the partner; `None` is the one that is or was open last.
    pub partner: Option<String>,
    pub task: Task,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Task {
    List { listed: Listed, format: Format, file: PathBuf },
    Export { folder: PathBuf, view: Option<String>, format: Format },
    Allocate { items: Items, to: String, payment: Option<PaymentMode> },
    Deallocate { items: Items, from: String, defaults: Defaults },
    Import(Import),
    Sync(Sync),
    Backup,
    Status,
    Doctor,
}

impl Request {
    /// `table` is where a list is written. `preferences` choose the separator of CSV files.
    pub fn of(
        partner: Option<String>,
        command: Command,
        table: Option<&Table>,
        preferences: Preferences,
    ) -> Result<Request, Answer> {
        let task = match (command, table) {
            (Command::List(list), Some(table)) => {
                let file = table.file().to_owned();
                Task::List { listed: list.listed, format: table.file_format(preferences), file }
            }
            (Command::Export { folder, view, format }, _) => {
                let folder = std::path::absolute(folder).map_err(partner::Error::from)?;
                if folder.exists() && !folder.is_dir() {
                    return Err(Answer::usage(format!("“{}” isn't a folder.", folder.display())));
                }
                Task::Export { folder, view, format: preferences.with_separator(format.into()) }
            }
            (Command::Allocate { items, to, payment }, _) => Task::Allocate { items, to, payment },
            (Command::Deallocate { items, from, defaults }, _) => Task::Deallocate { items, from, defaults },
            (Command::Import(import), _) => {
                let file = import_path(&import.file)?;
                Task::Import(Import { file, ..import })
            }
            (Command::Sync(sync), _) => Task::Sync(sync),
            (Command::Backup, _) => Task::Backup,
            (Command::Doctor, _) => Task::Doctor,
            (Command::Status, _) => Task::Status,
            (Command::List(_) | Command::Partners | Command::Completions { .. } | Command::Man, _) => {
                return Err(Answer::usage("This command needs no partner."));
            }
        };
        Ok(Request { partner, task })
    }
}

/// Returns the path of a file for the process that reads it, which may be another one.
fn import_path(file: &Path) -> Result<PathBuf, Answer> {
    let failed = |text: String| Answer::refused(Exit::Failed, text);
    let shown = file.display();
    match file.canonicalize() {
        Ok(path) if path.is_file() => Ok(path),
        Ok(path) if path.is_dir() => Err(failed(format!("“{shown}” is a folder. Nothing was imported."))),
        Ok(_) => Err(failed(format!("“{shown}” isn't a regular file. Nothing was imported."))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(failed(format!("There is no file “{shown}”. Nothing was imported.")))
        }
        Err(error) => Err(Problem::new(ProblemCode::FileUnreadable).about(shown).because(error).into()),
    }
}

impl From<FileFormat> for Format {
    fn from(format: FileFormat) -> Format {
        match format {
            FileFormat::Csv => Format::Csv,
            FileFormat::Json => Format::Json,
            FileFormat::Xlsx => Format::Excel,
        }
    }
}
