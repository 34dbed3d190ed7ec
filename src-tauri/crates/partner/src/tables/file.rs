//! Files with one table each, for other programs: CSV for spreadsheets, JSON for the rest. What is not whole never gets its
//! name.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::Path;

use rusqlite::types::ValueRef;
use serde::Serializer;
use serde_json::Value;

use crate::tables::cells::guard;
use crate::text_enum::text_enum;
use crate::{Error, Result};

text_enum! {
    /// How a table is written.
    Format {
        /// Commas, and a byte order mark, without which Excel takes a file for one in the code page of the computer. Cells
        /// that a spreadsheet would take for formulas are guarded.
        Csv = "csv", "CSV"
        /// An array of objects, a row each, with the headings as keys. Ids are text, nothing is guarded.
        Json = "json", "JSON"
    }
}

/// Between two looks at whether to go on.
const ROWS: u64 = 10_000;

/// A table that is being written.
pub(crate) struct TableFile {
    to: To,
    headings: Vec<String>,
    /// Rows so far, in all tables.
    written: u64,
    /// Whether the table has none yet.
    empty: bool,
}

enum To {
    Csv(Box<csv::Writer<BufWriter<File>>>),
    Json(BufWriter<File>),
}

impl TableFile {
    /// Begin a table after `written` rows in others.
    pub fn create(path: &Path, format: Format, written: u64) -> Result<TableFile> {
        let mut file = BufWriter::new(File::create(path)?);
        let to = match format {
            Format::Csv => {
                file.write_all("\u{FEFF}".as_bytes())?;
                To::Csv(Box::new(csv::Writer::from_writer(file)))
            }
            Format::Json => {
                file.write_all(b"[")?;
                To::Json(file)
            }
        };
        Ok(TableFile { to, headings: Vec::new(), written, empty: true })
    }

    pub fn headings<'a>(&mut self, headings: impl IntoIterator<Item = &'a str>) -> Result<()> {
        self.headings = headings.into_iter().map(str::to_owned).collect();
        match &mut self.to {
            To::Csv(table) => table.write_record(&self.headings).map_err(failed),
            To::Json(_) => Ok(()),
        }
    }

    /// Write a row. `go_on` is told how many there are, every 10,000.
    pub fn row(
        &mut self,
        cells: &[ValueRef<'_>],
        go_on: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<()> {
        match &mut self.to {
            To::Csv(table) => {
                for cell in cells {
                    match cell {
                        ValueRef::Null | ValueRef::Blob(_) => table.write_field(""),
                        ValueRef::Integer(number) => table.write_field(number.to_string()),
                        ValueRef::Real(number) => table.write_field(number.to_string()),
                        ValueRef::Text(text) => {
                            table.write_field(guard(&String::from_utf8_lossy(text)).as_bytes())
                        }
                    }
                    .map_err(failed)?;
                }
                table.write_record(None::<&[u8]>).map_err(failed)?;
            }
            To::Json(file) => {
                file.write_all(if self.empty { b"\n" } else { b",\n" })?;
                let row = self.headings.iter().zip(cells.iter().map(json));
                serde_json::Serializer::new(file).collect_map(row).map_err(std::io::Error::from)?;
            }
        }
        self.empty = false;
        self.written += 1;
        if self.written.is_multiple_of(ROWS) && go_on(self.written).is_break() {
            return Err(Error::Cancelled);
        }
        Ok(())
    }

    /// The table is whole, and on the disk. How many rows there are in all.
    pub fn end(self) -> Result<u64> {
        let file = match self.to {
            To::Csv(table) => table.into_inner().map_err(|error| Error::from(error.into_error()))?,
            To::Json(mut file) => {
                file.write_all(b"\n]\n")?;
                file
            }
        };
        file.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
        Ok(self.written)
    }
}

fn json(cell: &ValueRef<'_>) -> Value {
    match cell {
        ValueRef::Null | ValueRef::Blob(_) => Value::Null,
        ValueRef::Integer(number) => (*number).into(),
        ValueRef::Real(number) => (*number).into(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
    }
}

fn failed(error: csv::Error) -> Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error.into(),
        other => Error::FolderUnwritable(format!("{other:?}")),
    }
}
