//! Files with one table each: Excel and CSV for spreadsheets, JSON for other programs.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use rusqlite::types::ValueRef;
use serde::Serializer;
use serde_json::Value;

use crate::progress::Progress;
use crate::store::paths::{probe, replace_file};
use crate::tables::cells::escape_formula;
use crate::tables::xlsx::Workbook;
use crate::text_enum::text_enum;
use crate::{Error, Result};

text_enum! {
    /// The format of an exported table.
    Format {
        /// Text is never a formula, dates are dates.
        Excel = "excel", "Excel workbook"
        /// Comma-separated. Excel needs the byte order mark to recognize UTF-8. Formulas are escaped.
        Csv = "csv", "CSV"
        /// CSV with semicolons, for Excel where the comma separates decimals.
        SemicolonCsv = "semicolon_csv", "CSV"
        /// An array with an object per row, whose keys are the headings. Ids are strings.
        Json = "json", "JSON"
    }
}

impl Format {
    /// The ending of a file name.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Excel => "xlsx",
            Format::Csv | Format::SemicolonCsv => "csv",
            Format::Json => "json",
        }
    }

    /// Adds the extension to a file name that lacks it. Returns the path of no existing file then: nobody has agreed to
    /// replace it.
    pub fn complete(self, path: PathBuf) -> PathBuf {
        let extension = self.extension();
        if path.extension().is_some_and(|found| found.eq_ignore_ascii_case(extension)) {
            return path;
        }
        let numbered = |n: u32| {
            let mut name = path.clone().into_os_string();
            name.push(if n == 1 { format!(".{extension}") } else { format!(" ({n}).{extension}") });
            PathBuf::from(name)
        };
        (1..).map(numbered).find(|path| !path.exists()).unwrap_or(path)
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
        Error::FileMissing | Error::FolderUnwritable(_) | Error::DiskFailed(_) => {
            check_export_folder(folder).and(Err(error))
        }
        other => Err(other),
    })
}

/// Creates or replaces the file of a table atomically.
pub(crate) fn replace_table<T>(path: &Path, write: impl FnOnce(&Path) -> Result<T>) -> Result<T> {
    export_to(path.parent().unwrap_or(path), || replace_file(path, write))
}

/// Rows between two calls of the progress callback.
pub(crate) const PROGRESS_ROWS: u64 = 10_000;

pub(crate) struct TableFile {
    output: Output,
    headings: Vec<String>,
    /// Rows in this table and those before it.
    rows: u64,
    is_empty: bool,
}

enum Output {
    Excel(Box<Workbook>),
    /// With its separator.
    Csv(Box<csv::Writer<BufWriter<File>>>, u8),
    Json(BufWriter<File>),
}

impl TableFile {
    /// `rows` is the number of rows in earlier tables.
    pub fn create(path: &Path, format: Format, rows: u64) -> Result<TableFile> {
        let create = || File::create(path).map(BufWriter::new);
        let output = match format {
            Format::Excel => Output::Excel(Box::new(Workbook::create(path)?)),
            Format::Csv | Format::SemicolonCsv => {
                let mut file = create()?;
                file.write_all("\u{FEFF}".as_bytes())?;
                let separator = if format == Format::Csv { b',' } else { b';' };
                Output::Csv(
                    Box::new(csv::WriterBuilder::new().delimiter(separator).from_writer(file)),
                    separator,
                )
            }
            Format::Json => {
                let mut file = create()?;
                file.write_all(b"[")?;
                Output::Json(file)
            }
        };
        Ok(TableFile { output, headings: Vec::new(), rows, is_empty: true })
    }

    pub fn write_headings<'a>(&mut self, headings: impl IntoIterator<Item = &'a str>) -> Result<()> {
        self.headings = headings.into_iter().map(str::to_owned).collect();
        match &mut self.output {
            Output::Excel(book) => book.begin_sheet(self.headings.clone()),
            Output::Csv(table, _) => table.write_record(&self.headings).map_err(csv_error),
            Output::Json(_) => Ok(()),
        }
    }

    pub fn write_row(&mut self, cells: &[ValueRef<'_>], progress: &mut Progress<'_>) -> Result<()> {
        match &mut self.output {
            Output::Excel(book) => book.write_row(cells)?,
            Output::Csv(table, separator) => {
                for cell in cells {
                    match cell {
                        ValueRef::Null | ValueRef::Blob(_) => table.write_field(""),
                        ValueRef::Integer(number) => table.write_field(number.to_string()),
                        ValueRef::Real(number) => table.write_field(number.to_string()),
                        ValueRef::Text(text) => table.write_field(
                            escape_formula(&String::from_utf8_lossy(text), *separator).as_bytes(),
                        ),
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
    pub fn finish(self, progress: &mut Progress<'_>) -> Result<u64> {
        let file = match self.output {
            Output::Excel(book) => return book.finish(self.rows, progress).map(|()| self.rows),
            Output::Csv(table, _) => table.into_inner().map_err(|error| Error::from(error.into_error()))?,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_without_the_extension_gets_it_and_no_file_is_replaced_unasked() {
        let dir = tempfile::tempdir().unwrap();
        let complete = |name: &str| {
            let path = Format::Excel.complete(dir.path().join(name));
            path.file_name().unwrap().to_string_lossy().into_owned()
        };
        assert_eq!(complete("Report v1.2"), "Report v1.2.xlsx");
        assert_eq!(complete("Report.XLSX"), "Report.XLSX");
        for taken in ["Report.xlsx", "Report (2).xlsx"] {
            std::fs::write(dir.path().join(taken), "older").unwrap();
        }
        assert_eq!(complete("Report"), "Report (3).xlsx");
        assert_eq!(complete("Report.xlsx"), "Report.xlsx", "the dialog has asked");
    }
}
