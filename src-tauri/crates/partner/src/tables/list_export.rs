//! Exports any list as a table: what a query finds, or the selected rows of it.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::types::{Value, ValueRef};

use crate::progress::Progress;
use crate::queries::paging::{PAGE, Query, rows_of, select_of};
use crate::tables::file::{Format, TableFile, replace_table};
use crate::{Book, Result};

pub struct Column<Line> {
    pub title: &'static str,
    pub cell: fn(&Line) -> Value,
}

/// A list that can be exported.
pub trait Exported: Query {
    type Line: 'static;

    const COLUMNS: &'static [Column<Self::Line>];

    /// Returns the lines of a row. Most lists have one line per row.
    fn lines(book: &Connection, row: Self::Row) -> Result<Vec<Self::Line>>;
}

impl Book {
    /// Writes what `query` finds, or the rows with the ids `only`, from one snapshot. Replaces the file at `path`. Calls
    /// `progress` with the number of lines so far every 10,000 lines. Returns the number of lines.
    ///
    /// # Errors
    /// [`crate::Error::DiskFull`], [`crate::Error::ExportFolder`], [`crate::Error::Cancelled`]. An existing file is then
    /// unchanged.
    pub fn export_list<Q: Exported>(
        &self,
        query: &Q,
        only: Option<&[Q::Id]>,
        path: &Path,
        format: Format,
        progress: &mut Progress<'_>,
    ) -> Result<u64> {
        let reader = self.open_reader()?;
        let snapshot = reader.unchecked_transaction()?;
        let found;
        let ids = match only {
            Some(ids) => ids,
            None => {
                found = select_of(&snapshot, query)?.ids(&snapshot)?;
                &found
            }
        };
        replace_table(path, |draft| {
            let mut file = TableFile::create(draft, format, 0)?;
            file.write_headings(Q::COLUMNS.iter().map(|column| column.title))?;
            for page in ids.chunks(PAGE) {
                for row in rows_of::<Q>(&snapshot, page)? {
                    for line in Q::lines(&snapshot, row)? {
                        let cells: Vec<Value> =
                            Q::COLUMNS.iter().map(|column| (column.cell)(&line)).collect();
                        let cells: Vec<ValueRef<'_>> = cells.iter().map(ValueRef::from).collect();
                        file.write_row(&cells, progress)?;
                    }
                }
            }
            file.finish(progress)
        })
    }
}
