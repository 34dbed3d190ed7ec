//! A command as it is passed on to the process that has the partner open. Paths are absolute.

use std::path::PathBuf;

use partner::decisions::PaymentMode;
use partner::tables::file::Format;
use serde::{Deserialize, Serialize};

use super::answer::Answer;
use super::args::{Command, Defaults, FileFormat, Import, Items, Listed, Sync};
use super::import;
use super::output::Table;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Request {
    /// The name of the partner; `None` is the one that is or was open last.
    pub partner: Option<String>,
    pub task: Task,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Task {
    List { listed: Listed, format: Format, file: PathBuf },
    Export { folder: PathBuf, format: Format },
    Allocate { items: Items, to: String, payment: Option<PaymentMode> },
    Deallocate { items: Items, from: String, defaults: Defaults },
    Import(Import),
    Sync(Sync),
    Backup,
    Status,
    Doctor,
}

impl Request {
    /// `table` is where a list is written.
    pub fn of(partner: Option<String>, command: Command, table: Option<&Table>) -> Result<Request, Answer> {
        let task = match (command, table) {
            (Command::List(list), Some(table)) => {
                let file = table.file().to_owned();
                Task::List { listed: list.listed, format: table.file_format(), file }
            }
            (Command::Export { folder, format }, _) => {
                let folder = std::path::absolute(folder).map_err(partner::Error::from)?;
                Task::Export { folder, format: format.into() }
            }
            (Command::Allocate { items, to, payment }, _) => Task::Allocate { items, to, payment },
            (Command::Deallocate { items, from, defaults }, _) => Task::Deallocate { items, from, defaults },
            (Command::Import(import), _) => {
                let file = import::path(&import.file)?;
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

impl From<FileFormat> for Format {
    fn from(format: FileFormat) -> Format {
        match format {
            FileFormat::Csv => Format::Csv,
            FileFormat::Json => Format::Json,
            FileFormat::Xlsx => Format::Excel,
        }
    }
}
