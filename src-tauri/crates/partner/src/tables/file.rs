//! Files with one table each: CSV for spreadsheets, JSON for other programs.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::Path;

use rusqlite::types::ValueRef;
use serde::Serializer;
use serde_json::Value;

use crate::store::paths::{probe, replace_file};
use crate::tables::cells::escape_formula;
use crate::text_enum::text_enum;
use crate::{Error, Result};

text_enum! {
    /// The format of an exported table.
    Format {
        /// Comma-separated. Excel needs the byte order mark to recognize UTF-8. Formulas are escaped.
        Csv = "csv"
        /// CSV with semicolons, for Excel where the comma separates decimals.
        SemicolonCsv = "semicolon_csv"
        /// An array with an object per row, whose keys are the headings. Ids are strings.
        Json = "json"
    }
}

impl Format {
    /// The ending of a file name.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Format::Csv | Format::SemicolonCsv => "csv",
            Format::Json => "json",
        }
    }
}

/// Checks that a file can be created in a folder for exports.
///
/// # Errors
/// [`Error::ExportFolder`]
pub fn check_export_folder(folder: &Path) -> Result<()> {
    probe(folder).map_err(|error| Error::ExportFolder { folder: folder.to_owned(), why: error.to_string() })
}

/// Runs an export. If it fails because of `folder`, the error says so.
pub(crate) fn export_to<T>(folder: &Path, export: impl FnOnce() -> Result<T>) -> Result<T> {
    export().or_else(|error| match error {
        Error::FileMissing | Error::FolderUnwritable(_) => check_export_folder(folder).and(Err(error)),
        other => Err(other),
    })
}

/// Creates or replaces the file of a table atomically.
pub(crate) fn replace_table<T>(path: &Path, write: impl FnOnce(&Path) -> Result<T>) -> Result<T> {
    export_to(path.parent().unwrap_or(path), || replace_file(path, write))
}

/// Rows between two calls of the progress callback.
const PROGRESS_ROWS: u64 = 10_000;

pub(crate) struct TableFile {
    output: Output,
    headings: Vec<String>,
    /// Rows in this table and those before it.
    rows: u64,
    is_empty: bool,
}

enum Output {
    Csv(Box<csv::Writer<BufWriter<File>>>),
    Json(BufWriter<File>),
}

impl TableFile {
    /// `rows` is the number of rows in earlier tables.
    pub fn create(path: &Path, format: Format, rows: u64) -> Result<TableFile> {
        let mut file = BufWriter::new(File::create(path)?);
        let output = match format {
            Format::Csv | Format::SemicolonCsv => {
                file.write_all("\u{FEFF}".as_bytes())?;
                let separator = if format == Format::Csv { b',' } else { b';' };
                Output::Csv(Box::new(csv::WriterBuilder::new().delimiter(separator).from_writer(file)))
            }
            Format::Json => {
                file.write_all(b"[")?;
                Output::Json(file)
            }
        };
        Ok(TableFile { output, headings: Vec::new(), rows, is_empty: true })
    }

    pub fn write_headings<'a>(&mut self, headings: impl IntoIterator<Item = &'a str>) -> Result<()> {
        self.headings = headings.into_iter().map(str::to_owned).collect();
        match &mut self.output {
            Output::Csv(table) => table.write_record(&self.headings).map_err(csv_error),
            Output::Json(_) => Ok(()),
        }
    }

    pub fn write_row(
        &mut self,
        cells: &[ValueRef<'_>],
        progress: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<()> {
        match &mut self.output {
            Output::Csv(table) => {
                for cell in cells {
                    match cell {
                        ValueRef::Null | ValueRef::Blob(_) => table.write_field(""),
                        ValueRef::Integer(number) => table.write_field(number.to_string()),
                        ValueRef::Real(number) => table.write_field(number.to_string()),
                        ValueRef::Text(text) => {
                            table.write_field(escape_formula(&String::from_utf8_lossy(text)).as_bytes())
                        }
                    }
                    .map_err(csv_error)?;
                }
                table.write_record(None::<&[u8]>).map_err(csv_error)?;
            }
            Output::Json(file) => {
                file.write_all(if self.is_empty { b"\n" } else { b",\n" })?;
                let row = self.headings.iter().zip(cells.iter().map(json));
                serde_json::Serializer::new(file).collect_map(row).map_err(std::io::Error::from)?;
            }
        }
        self.is_empty = false;
        self.rows += 1;
        if self.rows.is_multiple_of(PROGRESS_ROWS) && progress(self.rows).is_break() {
            return Err(Error::Cancelled);
        }
        Ok(())
    }

    /// Flushes the file to disk and returns the number of rows in this table and those before it.
    pub fn finish(self) -> Result<u64> {
        let file = match self.output {
            Output::Csv(table) => table.into_inner().map_err(|error| Error::from(error.into_error()))?,
            Output::Json(mut file) => {
                file.write_all(b"\n]\n")?;
                file
            }
        };
        file.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
        Ok(self.rows)
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

fn csv_error(error: csv::Error) -> Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error.into(),
        other => Error::FolderUnwritable(format!("{other:?}")),
    }
}
