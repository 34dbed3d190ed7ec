//! What stands beside a book while it is open: a mark that tells of an unclean end, and which log (`-wal`) is the book's
//! own. SQLite applies any log that it finds beside a file; one of another file would ruin it unnoticed.
//!
//! A log begins with a random number (its first salt), which SQLite raises by one whenever it begins the log anew. The
//! mark has that number as it was when the book was opened.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::Connection;

use crate::store::open::{self, sibling};
use crate::{Error, Result};

/// How often a log may have begun anew since the mark was written.
const NEAR: u32 = 1 << 24;

/// How a book was found when it was opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Past {
    /// Whether it was not closed the last time, so that the file was checked before it was used.
    pub unclean: bool,
    /// Where a log was put that lay beside the file and was not its own. What it holds is not in the book.
    pub foreign_log: Option<PathBuf>,
}

/// The mark of an open book; goes when the book was closed and nothing of it is left in the log.
#[derive(Debug)]
pub(crate) struct Mark {
    book: PathBuf,
}

/// Look at what the last one who had the book open left, and put a log away that is not the book's own.
///
/// # Errors
/// [`Error::FolderUnwritable`].
pub(crate) fn past(book: &Path) -> Result<Past> {
    let mark = read(book)?;
    let mut past = Past { unclean: mark.is_some(), foreign_log: None };
    let log = sibling(book, "-wal");
    let size = log.metadata().map_or(0, |log| log.len());
    let own = match mark {
        // A clean end leaves no log.
        None => false,
        // The book was being opened; nothing else was written yet.
        Some(None) => true,
        Some(Some(first)) => salt(&log)?.is_some_and(|salt| salt.wrapping_sub(first) < NEAR),
    };
    if size > 0 && !own {
        let aside = sibling(book, &format!(".log-{}", open::stamp(Timestamp::now())));
        std::fs::rename(&log, &aside)?;
        tracing::warn!("a log that is not the file's own was put aside");
        past = Past { unclean: true, foreign_log: Some(aside) };
    }
    Ok(past)
}

impl Mark {
    /// Mark that the book is being opened.
    pub fn set(book: &Path) -> Result<Mark> {
        let mark = Mark { book: book.to_owned() };
        write(book, "opening")?;
        Ok(mark)
    }

    /// Mark the log of the opened book as its own; afterwards it may be written.
    pub fn own_log(&self, writer: &Connection) -> Result<()> {
        // A write that changes nothing, so that there is a log.
        let version: i64 = writer.pragma_query_value(None, "user_version", |row| row.get(0))?;
        writer.pragma_update(None, "user_version", version)?;
        match salt(&sibling(&self.book, "-wal"))? {
            Some(salt) => write(&self.book, &format!("log {salt}")),
            None => Err(Error::FolderUnwritable("there is no log beside the file".to_owned())),
        }
    }
}

impl Drop for Mark {
    /// The book is closed: SQLite has taken the log away, unless something went wrong.
    fn drop(&mut self) {
        if sibling(&self.book, "-wal").metadata().map_or(0, |log| log.len()) == 0 {
            remove(&self.book);
        }
    }
}

fn place(book: &Path) -> PathBuf {
    sibling(book, ".open")
}

/// Take the mark away, for a book that is not open.
pub(crate) fn remove(book: &Path) {
    std::fs::remove_file(place(book)).ok();
}

/// The salt that the mark names; the inner `None` when it names none.
fn read(book: &Path) -> Result<Option<Option<u32>>> {
    match std::fs::read(place(book)) {
        Ok(text) => {
            let text = String::from_utf8_lossy(&text);
            Ok(Some(text.trim().strip_prefix("log ").and_then(|salt| salt.parse().ok())))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::FolderUnwritable(error.to_string())),
    }
}

fn write(book: &Path, text: &str) -> Result<()> {
    let draft = sibling(&place(book), ".draft");
    let mut file = File::create(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    drop(file);
    std::fs::rename(&draft, place(book))?;
    open::sync_folder_of(book);
    Ok(())
}

/// The first salt of a log (https://sqlite.org/fileformat2.html#the_write_ahead_log: the fifth number of 32 bits).
fn salt(log: &Path) -> Result<Option<u32>> {
    let mut header = Vec::new();
    match File::open(log) {
        Ok(file) => file.take(32).read_to_end(&mut header)?,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let number = |from: usize| header.get(from..from + 4)?.try_into().ok().map(u32::from_be_bytes);
    Ok(number(0).filter(|magic| magic & !1 == 0x377F_0682).and_then(|_| number(16)))
}

#[cfg(test)]
mod tests;
