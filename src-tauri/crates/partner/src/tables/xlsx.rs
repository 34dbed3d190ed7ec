//! Excel workbooks. Rows go to a temporary file at once, so that the number of rows does not matter for the memory.

use std::any::Any;
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};
use rusqlite::types::ValueRef;
use rust_xlsxwriter::{DataValidation, ExcelDateTime, Format, Formula, IgnoreError, Worksheet, XlsxError};

use crate::progress::Progress;
use crate::tables::cells::is_formula;
use crate::{Error, Result};

/// Columns with dates. Text in them that is not a date stays text.
pub(crate) const DATES: [&str; 16] = [
    "Allocated",
    "Connected",
    "Created",
    "Due",
    "Ended",
    "Ends",
    "Expires",
    "Initialized",
    "Last synced",
    "Queued",
    "Requested",
    "Sent",
    "Started",
    "Starts",
    "Tried",
    "When",
];

/// Rows of a sheet, with the headings. Excel's limit.
const MAX_ROWS: u32 = 1_048_576;

/// UTF-16 units of a text. Excel's limit.
const MAX_TEXT: usize = 32_767;

/// Limits for the widths of columns, in characters.
const WIDTHS: (usize, usize) = (8, 60);

/// Bytes of the file between two calls of the progress callback.
const PROGRESS_BYTES: u64 = 128 << 10;

pub(crate) struct Workbook {
    file: BufWriter<File>,
    book: rust_xlsxwriter::Workbook,
    formats: Formats,
    sheet: Option<Sheet>,
    max_rows: u32,
}

struct Formats {
    heading: Format,
    /// Ids: a text that looks like a number stays text when it is edited.
    text: Format,
    /// A text that looks like a formula stays text when it is edited.
    quoted: Format,
    utc: Format,
    date: Format,
}

/// The design of a sheet that people edit.
#[derive(Clone, Default)]
pub(crate) struct SheetStyle {
    /// Without one, sheets are numbered.
    pub name: &'static str,
    /// The formula for the choices of each column that has a drop-down list.
    pub lists: Vec<Option<String>>,
    pub hidden: bool,
}

struct Sheet {
    sheet: Worksheet,
    style: SheetStyle,
    /// Counts the sheets of one table.
    number: u32,
    headings: Vec<String>,
    /// In characters.
    widths: Vec<usize>,
    rows: u32,
}

impl Workbook {
    pub fn create(path: &Path) -> Result<Workbook> {
        let file = BufWriter::new(File::create(path)?);
        let mut book = rust_xlsxwriter::Workbook::new();
        catch(|| book.set_tempdir(path.parent().unwrap_or(path)).map(|_| ()))?;
        let formats = Formats {
            heading: Format::new().set_bold(),
            text: Format::new().set_num_format("@"),
            quoted: Format::new().set_quote_prefix(),
            utc: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss \"UTC\""),
            date: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
        };
        Ok(Workbook { file, book, formats, sheet: None, max_rows: MAX_ROWS })
    }

    /// Begins a sheet with its headings.
    pub fn begin_sheet(&mut self, headings: Vec<String>) -> Result<()> {
        self.begin_styled_sheet(headings, SheetStyle::default())
    }

    pub fn begin_styled_sheet(&mut self, headings: Vec<String>, style: SheetStyle) -> Result<()> {
        self.begin_numbered_sheet(headings, style, 1)
    }

    fn begin_numbered_sheet(&mut self, headings: Vec<String>, style: SheetStyle, number: u32) -> Result<()> {
        self.end_sheet()?;
        let mut sheet = catch(|| self.book.new_worksheet_with_constant_memory())?;
        catch(|| {
            for (column, heading) in (0..).zip(&headings) {
                sheet.write_string_with_format(0, column, heading, &self.formats.heading)?;
            }
            if !style.name.is_empty() {
                let part = if number > 1 { format!(" ({number})") } else { String::new() };
                sheet.set_name(format!("{}{part}", style.name))?;
            }
            sheet.set_hidden(style.hidden).set_freeze_panes(1, 0).map(|_| ())
        })?;
        // The arrow of the filter needs the space of three characters.
        let widths = headings.iter().map(|heading| heading.chars().count() + 3).collect();
        self.sheet = Some(Sheet { sheet, style, number, headings, widths, rows: 1 });
        Ok(())
    }

    /// Writes a row, into another sheet with the same headings if this one is full.
    pub fn write_row(&mut self, cells: &[ValueRef<'_>]) -> Result<()> {
        if let Some(full) = self.sheet.as_ref().filter(|sheet| sheet.rows == self.max_rows) {
            let (headings, style, number) = (full.headings.clone(), full.style.clone(), full.number + 1);
            self.begin_numbered_sheet(headings, style, number)?;
        }
        let Some(sheet) = &mut self.sheet else { return Ok(()) };
        catch(|| sheet.write_row(cells, &self.formats))
    }

    /// Writes the file and flushes it to disk. Calls `progress` with `rows` in between.
    pub fn finish(mut self, rows: u64, progress: &mut Progress<'_>) -> Result<()> {
        self.end_sheet()?;
        let mut output = Output { file: self.file, rows, bytes: 0, progress, cancelled: false };
        let saved = catch(|| self.book.save_to_writer(&mut output));
        if output.cancelled {
            return Err(Error::Cancelled);
        }
        saved?;
        output.file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        Ok(())
    }

    fn end_sheet(&mut self) -> Result<()> {
        let Some(Sheet { mut sheet, style, headings, widths, rows, .. }) = self.sheet.take() else {
            return Ok(());
        };
        catch(|| {
            if !style.name.is_empty() {
                // An id that is entered or pasted stays text.
                for (column, _) in (0..).zip(&headings).filter(|(_, heading)| heading.ends_with("ID")) {
                    sheet.set_column_format(column, &self.formats.text)?;
                }
            }
            for (column, list) in (0..).zip(&style.lists) {
                if let Some(list) = list {
                    // The import checks what people write instead.
                    let choices = DataValidation::new()
                        .allow_list_formula(Formula::new(list))
                        .show_error_message(false);
                    sheet.add_data_validation(1, column, self.max_rows - 1, column, &choices)?;
                }
            }
            let mut last = 0;
            for (column, width) in (0..).zip(widths) {
                sheet
                    .set_column_width(column, u32::try_from(width.clamp(WIDTHS.0, WIDTHS.1)).unwrap_or(0))?;
                last = column;
            }
            sheet.autofilter(0, 0, rows - 1, last)?;
            sheet.ignore_error_range(0, 0, rows - 1, last, IgnoreError::NumberStoredAsText).map(|_| ())
        })?;
        self.book.push_worksheet(sheet);
        Ok(())
    }
}

impl Sheet {
    fn write_row(&mut self, cells: &[ValueRef<'_>], formats: &Formats) -> std::result::Result<(), XlsxError> {
        let row = self.rows;
        for (column, cell) in (0..).zip(cells) {
            let at = usize::from(column);
            let width = match *cell {
                ValueRef::Null | ValueRef::Blob(_) => 0,
                #[allow(clippy::cast_precision_loss)] // Counts and amounts. Ids are text.
                ValueRef::Integer(number) => {
                    self.sheet.write_number(row, column, number as f64)?;
                    number.to_string().len()
                }
                ValueRef::Real(number) => {
                    self.sheet.write_number(row, column, number)?;
                    number.to_string().len()
                }
                ValueRef::Text(text) => {
                    let text = String::from_utf8_lossy(text);
                    let date = DATES.contains(&self.headings[at].as_str()).then(|| date(&text)).flatten();
                    if let Some((date, in_utc)) = date {
                        let format = if in_utc { &formats.utc } else { &formats.date };
                        self.sheet.write_datetime_with_format(row, column, date, format)?;
                        "2026-01-01 10:00:00 UTC".len()
                    } else if text.is_empty() {
                        0
                    } else {
                        let text = shorten(&text).replace(['\u{FFFE}', '\u{FFFF}'], "\u{FFFD}"); // Not in XML.
                        if is_formula(&text) {
                            self.sheet.write_string_with_format(
                                row,
                                column,
                                text.as_str(),
                                &formats.quoted,
                            )?;
                        } else if text.bytes().all(|byte| byte.is_ascii_digit()) {
                            self.sheet.write_string_with_format(row, column, text.as_str(), &formats.text)?;
                        } else {
                            self.sheet.write_string(row, column, text.as_str())?;
                        }
                        text.chars().take(WIDTHS.1).count() + 1
                    }
                }
            };
            self.widths[at] = self.widths[at].max(width);
        }
        self.rows += 1;
        Ok(())
    }
}

/// Returns a date for Excel, and whether it is in UTC. TikTok's dates do not name their time zone.
fn date(text: &str) -> Option<(ExcelDateTime, bool)> {
    let (seconds, in_utc) = match text.parse::<Timestamp>() {
        Ok(at) => (at.as_second(), true),
        Err(_) => {
            let at: civil::DateTime = text.parse().ok()?;
            (TimeZone::UTC.to_timestamp(at).ok()?.as_second(), false)
        }
    };
    Some((ExcelDateTime::from_timestamp(seconds).ok()?, in_utc))
}

/// Cuts a text that is longer than Excel allows. The last character then is an ellipsis.
fn shorten(text: &str) -> Cow<'_, str> {
    if text.len() <= MAX_TEXT || text.encode_utf16().count() <= MAX_TEXT {
        return text.into();
    }
    let mut units = 0;
    let fits = |c: &char| {
        units += c.len_utf16();
        units < MAX_TEXT
    };
    text.chars().take_while(fits).chain(['…']).collect::<String>().into()
}

/// The file of a workbook. Can be cancelled while it is written.
struct Output<'a, 'b> {
    file: BufWriter<File>,
    rows: u64,
    bytes: u64,
    progress: &'a mut Progress<'b>,
    cancelled: bool,
}

impl Write for Output<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        let before = self.bytes / PROGRESS_BYTES;
        self.bytes += written as u64;
        if self.bytes / PROGRESS_BYTES > before && (self.progress)(self.rows).is_break() {
            self.cancelled = true;
            return Err(io::Error::other("cancelled"));
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Runs a part of the library, which panics if it cannot write its temporary file.
fn catch<T>(work: impl FnOnce() -> std::result::Result<T, XlsxError>) -> Result<T> {
    let done = catch_unwind(AssertUnwindSafe(work));
    done.map_err(|panic| error_of(&panic))?.map_err(|error| match error {
        XlsxError::IoError(error) | XlsxError::TempFileError(_, error) => error.into(),
        XlsxError::ZipError(error) => io::Error::from(error).into(),
        other => Error::FolderUnwritable(other.to_string()),
    })
}

fn error_of(panic: &Box<dyn Any + Send>) -> Error {
    let text = panic.downcast_ref::<String>().map_or("", String::as_str);
    let is_full = ["StorageFull", "QuotaExceeded"].iter().any(|kind| text.contains(kind));
    if is_full { Error::DiskFull } else { Error::FolderUnwritable(text.to_owned()) }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use calamine::{Reader, Xlsx, open_workbook};

    use super::*;

    #[test]
    fn rows_beyond_the_limit_of_excel_continue_on_another_sheet() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("many.xlsx");
        let mut book = Workbook { max_rows: 4, ..Workbook::create(&path).unwrap() };
        book.begin_sheet(vec!["ID".into()]).unwrap();
        for id in ["1", "2", "3", "4"] {
            book.write_row(&[ValueRef::Text(id.as_bytes())]).unwrap();
        }
        book.finish(4, &mut |_| ControlFlow::Continue(())).unwrap();
        let mut read: Xlsx<_> = open_workbook(&path).unwrap();
        let sheets = read.worksheets();
        let cells: Vec<Vec<String>> =
            sheets.iter().map(|(_, cells)| cells.rows().map(|row| row[0].to_string()).collect()).collect();
        assert_eq!(cells, [vec!["ID", "1", "2", "3"], vec!["ID", "4"]]);
    }

    #[test]
    fn a_text_is_cut_only_beyond_the_limit_of_excel_which_counts_utf_16() {
        let longest = "x".repeat(MAX_TEXT);
        assert_eq!(shorten(&longest), longest);
        let cut = shorten(&"\u{1F98A}".repeat(20_000)).into_owned();
        assert_eq!((cut.encode_utf16().count(), cut.ends_with("\u{1F98A}…")), (MAX_TEXT, true));
    }
}
