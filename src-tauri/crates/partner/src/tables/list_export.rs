//! Any list as a table for other programs: what a query finds, or what of it was selected, as the screen reads it.

use std::ops::ControlFlow;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::types::{Value, ValueRef};

use crate::queries::paging::{PAGE, Query, rows_of};
use crate::store::paths::replace_file;
use crate::tables::file::{Format, TableFile};
use crate::{Book, Result};

/// A list that can be written as a table.
pub trait Exported: Query {
    /// The names of its columns.
    const HEADINGS: &'static [&'static str];

    /// The lines of a row: most have one.
    fn lines(book: &Connection, row: &Self::Row) -> Result<Vec<Vec<Value>>>;
}

impl Book {
    /// Write what a query finds into a file, in its order and of one moment, replacing what is there; of `only` these, if
    /// any are named. `go_on` is told how many lines there are, every 10,000. How many there are in the end.
    ///
    /// # Errors
    /// [`crate::Error::DiskFull`], [`crate::Error::FolderUnwritable`], [`crate::Error::Cancelled`]; what was there stays
    /// then.
    pub fn export_list<Q: Exported>(
        &self,
        query: &Q,
        only: Option<&[Q::Id]>,
        path: &Path,
        format: Format,
        go_on: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<u64> {
        let reader = self.open_reader()?;
        let moment = reader.unchecked_transaction()?;
        let found;
        let ids = match only {
            Some(ids) => ids,
            None => {
                found = query.select().ids(&moment)?;
                &found
            }
        };
        replace_file(path, |draft| {
            let mut file = TableFile::create(draft, format, 0)?;
            file.headings(Q::HEADINGS.iter().copied())?;
            for page in ids.chunks(PAGE) {
                for row in rows_of::<Q>(&moment, page)? {
                    for line in Q::lines(&moment, &row)? {
                        let cells: Vec<ValueRef<'_>> = line.iter().map(ValueRef::from).collect();
                        file.row(&cells, go_on)?;
                    }
                }
            }
            file.end()
        })
    }
}
