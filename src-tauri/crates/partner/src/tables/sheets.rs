//! Reads workbooks and CSV files as sheets of cells. A workbook is hostile input: its size is limited before and while it is
//! unpacked, and a panic in a library is an unreadable file.

use std::io::{Cursor, Read};
use std::mem::size_of_val;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{
    CellErrorType, Data, DataRef, DataType, Dimensions, Ods, OdsError, Range, Reader, SheetType,
    SheetVisible, Xlsx, XlsxError,
};
use encoding_rs::Encoding;
use memchr::memmem;
use zip::ZipArchive;

use crate::progress::Progress;
use crate::tables::cells::unescape_formula;
use crate::tables::encoding::{Decoded, decode};
use crate::tables::ods;
use crate::tables::rows::Rows;
use crate::{Error, Result};

/// The size of the largest file that is read, in bytes.
pub const MAX_FILE_SIZE: usize = 64 << 20;

/// The size of the largest workbook that is read, in bytes of what it unpacks to.
const MAX_UNPACKED: u64 = 256 << 20;

/// Rows of all sheets of a file.
const MAX_ROWS: usize = 500_000;

/// Columns that are read. No table of ours has nearly as many.
const MAX_COLUMNS: u32 = 200;

/// Excel's limit for the text of a cell, in characters.
const MAX_TEXT: usize = 32_767;

/// The memory of all cells of a file, in bytes: 500,000 rows of 20 columns with 80 letters each. Many cells of a workbook can
/// share one text, and each gets a copy.
const MAX_MEMORY: usize = 1 << 30;

/// Rows between two calls of the progress callback.
const PROGRESS_ROWS: usize = 5_000;

/// A file of another program.
pub(crate) struct Sheets {
    /// In the order of the file, without empty rows.
    pub sheets: Vec<Sheet>,
    /// The names of hidden sheets, which are not read.
    pub hidden: Vec<String>,
    /// The encoding of a CSV file, and whether that is a guess.
    pub encoding: Option<(&'static Encoding, bool)>,
}

#[derive(Default)]
pub(crate) struct Sheet {
    /// Untrusted text. Empty for a CSV file.
    pub name: String,
    pub rows: Vec<Row>,
}

pub(crate) struct Row {
    /// The number of the row in a spreadsheet.
    pub line: u32,
    pub cells: Vec<Cell>,
    /// A part of the row is merged with other cells.
    pub merged: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Empty,
    /// Untrusted text, trimmed and not empty.
    Text(Box<str>),
    Number(f64),
    Truth(bool),
    Date,
    /// An error such as #N/A.
    Error,
    /// A formula that no program has calculated yet.
    NotCalculated,
}

impl Row {
    pub fn cell(&self, column: usize) -> &Cell {
        self.cells.get(column).unwrap_or(&Cell::Empty)
    }
}

impl Cell {
    fn text(text: &str) -> Cell {
        let end = text.char_indices().nth(MAX_TEXT).map_or(text.len(), |(end, _)| end);
        let text = text[..end].trim();
        if text.is_empty() { Cell::Empty } else { Cell::Text(text.into()) }
    }

    fn memory(&self) -> usize {
        let text = if let Cell::Text(text) = self { text.len() } else { 0 };
        size_of_val(self) + text
    }

    /// Returns the cell as a person would write it; `None` for what is not a text or number.
    pub fn shown(&self) -> Option<String> {
        match self {
            Cell::Empty => Some(String::new()),
            Cell::Text(text) => Some(text.to_string()),
            // A spreadsheet writes long numbers in this way too.
            Cell::Number(number) if number.abs() >= 1e15 => Some(format!("{number:.14E}")),
            Cell::Number(number) => Some(number.to_string()),
            Cell::Truth(truth) => Some(if *truth { "Yes" } else { "No" }.to_owned()),
            Cell::Date | Cell::Error | Cell::NotCalculated => None,
        }
    }
}

impl Sheets {
    /// Reads a file. `encoding` is that of a CSV file; without one, it is recognized. Calls `progress` with the number of rows
    /// so far.
    ///
    /// # Errors
    /// [`Error::TableTooLarge`], [`Error::TablePassword`], [`Error::TableOld`], [`Error::TableDamaged`],
    /// [`Error::TableQuoteOpen`], [`Error::Cancelled`]; [`Error::TableUnreadable`] if the encoding is unknown.
    pub fn read(file: &[u8], encoding: Option<&str>, progress: &mut Progress<'_>) -> Result<Sheets> {
        if file.len() > MAX_FILE_SIZE {
            return Err(Error::TableTooLarge(file.len()));
        }
        let known = |name: &str| {
            Encoding::for_label(name.as_bytes())
                .ok_or_else(|| Error::TableUnreadable(format!("the encoding “{name}” is unknown")))
        };
        let encoding = encoding.map(known).transpose()?;
        let mut reading = Reading { rows: 0, memory: 0, progress };
        const COMPOUND: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
        if file.starts_with(COMPOUND) {
            return Err(compound(file));
        }
        if !file.starts_with(b"PK\x03\x04") {
            return read_csv(file, encoding, &mut reading);
        }
        let read = catch_unwind(AssertUnwindSafe(|| {
            let names = check_archive(file)?;
            if names.iter().any(|name| name == "content.xml") {
                read_ods(file, &mut reading)
            } else {
                read_xlsx(file, &mut reading)
            }
        }));
        read.unwrap_or_else(|_| Err(damaged("it cannot be read")))
    }
}

/// Counts the rows of a file, and the memory that they take.
struct Reading<'a, 'b> {
    rows: usize,
    memory: usize,
    progress: &'a mut Progress<'b>,
}

impl Reading<'_, '_> {
    fn push(&mut self, sheet: &mut Sheet, line: u32, cells: Vec<Cell>) -> Result<()> {
        if cells.iter().all(|cell| *cell == Cell::Empty) {
            return Ok(());
        }
        self.rows += 1;
        self.memory += cells.iter().map(Cell::memory).sum::<usize>();
        if self.rows > MAX_ROWS || self.memory > MAX_MEMORY {
            return Err(Error::TableTooLarge(self.rows));
        }
        if self.rows.is_multiple_of(PROGRESS_ROWS) && (self.progress)(self.rows as u64).is_break() {
            return Err(Error::Cancelled);
        }
        sheet.rows.push(Row { line, cells, merged: false });
        Ok(())
    }
}

fn damaged(why: impl ToString) -> Error {
    Error::TableDamaged(why.to_string())
}

fn read_csv(
    file: &[u8],
    encoding: Option<&'static Encoding>,
    reading: &mut Reading<'_, '_>,
) -> Result<Sheets> {
    let Decoded { text, encoding, guessed } = decode(file, encoding);
    let mut rows = Rows::of(&text);
    let separator = rows.separator;
    let mut row = csv::StringRecord::new();
    let mut sheet = Sheet::default();
    while let Some(line) = rows.read(&mut row)? {
        let cells = row.iter().map(|cell| Cell::text(&unescape_formula(cell.trim(), separator)));
        reading.push(&mut sheet, line, cells.take(MAX_COLUMNS as usize).collect())?;
    }
    Ok(Sheets { sheets: vec![sheet], hidden: Vec::new(), encoding: Some((encoding, guessed)) })
}

/// Unpacks an archive without keeping it, since it and its files can state any size. Returns the names of its files.
fn check_archive(file: &[u8]) -> Result<Vec<String>> {
    let mut archive = ZipArchive::new(Cursor::new(file)).map_err(damaged)?;
    let mut left = MAX_UNPACKED;
    let mut names = Vec::new();
    let mut content = Vec::new();
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(damaged)?;
        let name = entry.name().map_err(damaged)?.into_owned();
        if entry.size() > left {
            return Err(Error::TableTooLarge(file.len()));
        }
        content.clear();
        let size = entry.take(left + 1).read_to_end(&mut content).map_err(damaged)? as u64;
        left = left.checked_sub(size).ok_or(Error::TableTooLarge(file.len()))?;
        if name == "content.xml" {
            ods::check(&content)?;
        } else if name.to_ascii_lowercase().ends_with("sharedstrings.xml") {
            check_strings(&content)?;
        }
        names.push(name);
    }
    Ok(names)
}

/// The library reserves memory for as many texts as the table of texts says that it has.
fn check_strings(table: &[u8]) -> Result<()> {
    // The text may be UTF-16.
    let text: Vec<u8> = table.iter().copied().filter(|byte| *byte != 0).collect();
    for at in memmem::find_iter(&text, "uniqueCount") {
        let value = text[at..].iter().skip("uniqueCount".len());
        let digits =
            value.skip_while(|byte| b" \t\r\n='\"".contains(byte)).take_while(|byte| byte.is_ascii_digit());
        let count = digits
            .fold(0_usize, |count, digit| count.saturating_mul(10).saturating_add(usize::from(digit - b'0')));
        if count > table.len() / "<si/>".len() {
            return Err(damaged("its table of texts says that it has more texts than fit in it"));
        }
    }
    Ok(())
}

fn read_xlsx(file: &[u8], reading: &mut Reading<'_, '_>) -> Result<Sheets> {
    let failed = |error: XlsxError| match error {
        XlsxError::Password => Error::TablePassword,
        other => damaged(other),
    };
    let mut book = Xlsx::new(Cursor::new(file)).map_err(failed)?;
    let (visible, hidden) = names(&book);
    let mut sheets = Vec::new();
    for name in visible {
        let mut sheet = Sheet { name, rows: Vec::new() };
        let merged = book.merge_cells_by_sheet_name(&sheet.name).unwrap_or_default();
        let mut cells = book.worksheet_cells_reader(&sheet.name).map_err(failed)?;
        let mut row = (0, Vec::new());
        while let Some(record) = cells.next_cell_with_formula_metadata().map_err(failed)? {
            let (line, column) = record.pos;
            if line != row.0 {
                reading.push(&mut sheet, row.0 + 1, std::mem::take(&mut row.1))?;
                row.0 = line;
            }
            let cell = match (&record.value, &record.formula) {
                (DataRef::Empty, Some(_)) => Cell::NotCalculated,
                (value, _) => cell_of(value),
            };
            set(&mut row.1, column, cell);
        }
        reading.push(&mut sheet, row.0 + 1, row.1)?;
        mark_merged(&mut sheet, merged);
        sheets.push(sheet);
    }
    Ok(Sheets { sheets, hidden, encoding: None })
}

/// A newer workbook that is encrypted, or an old one (.xls): these are not read, since the library reserves memory for the
/// area between any two cells, and nothing states it beforehand.
fn compound(file: &[u8]) -> Error {
    let has = |stream: &str| {
        let name: Vec<u8> = stream.encode_utf16().flat_map(u16::to_le_bytes).collect();
        memmem::find(file, &name).is_some()
    };
    if has("EncryptedPackage") {
        Error::TablePassword
    } else if has("Workbook") || has("Book") {
        Error::TableOld
    } else {
        damaged("it has no workbook")
    }
}

fn read_ods(file: &[u8], reading: &mut Reading<'_, '_>) -> Result<Sheets> {
    let mut book = Ods::new(Cursor::new(file)).map_err(|error| match error {
        OdsError::Password => Error::TablePassword,
        OdsError::CellLimitExceeded { .. } => Error::TableTooLarge(file.len()),
        other => damaged(other),
    })?;
    let (visible, hidden) = names(&book);
    let mut sheets = Vec::new();
    for name in visible {
        let cells = book.worksheet_range(&name).map_err(damaged)?;
        let formulas = book.worksheet_formula(&name).map_err(damaged)?;
        sheets.push(sheet_of(name, &cells, &formulas, reading)?);
    }
    Ok(Sheets { sheets, hidden, encoding: None })
}

/// The names of the sheets that people see, and of those that they do not.
fn names<'a, R: Reader<Cursor<&'a [u8]>>>(book: &R) -> (Vec<String>, Vec<String>) {
    let tables = book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let (visible, hidden): (Vec<_>, Vec<_>) =
        tables.partition(|sheet| sheet.visible == SheetVisible::Visible);
    let names = |sheets: Vec<&calamine::Sheet>| sheets.into_iter().map(|sheet| sheet.name.clone()).collect();
    (names(visible), names(hidden))
}

fn sheet_of(
    name: String,
    cells: &Range<Data>,
    formulas: &Range<String>,
    reading: &mut Reading<'_, '_>,
) -> Result<Sheet> {
    let mut sheet = Sheet { name, rows: Vec::new() };
    let (first_row, first_column) = cells.start().unwrap_or_default();
    for (line, row) in (first_row..).zip(cells.rows()) {
        let mut found = Vec::new();
        for (column, value) in (first_column..).zip(row) {
            let has_formula =
                || formulas.get_value((line, column)).is_some_and(|formula| !formula.is_empty());
            let cell = match cell_of(value) {
                Cell::Empty if has_formula() => Cell::NotCalculated,
                cell => cell,
            };
            set(&mut found, column, cell);
        }
        reading.push(&mut sheet, line + 1, found)?;
    }
    Ok(sheet)
}

fn set(cells: &mut Vec<Cell>, column: u32, cell: Cell) {
    if cell != Cell::Empty && column < MAX_COLUMNS {
        let column = column as usize;
        cells.resize(cells.len().max(column + 1), Cell::Empty);
        cells[column] = cell;
    }
}

fn cell_of(value: &impl DataType) -> Cell {
    if let Some(text) = value.get_string() {
        return Cell::text(text);
    }
    if let Some(number) = value.get_float() {
        return Cell::Number(number);
    }
    #[allow(clippy::cast_precision_loss)] // A long number is as good as rounded.
    if let Some(number) = value.get_int() {
        return Cell::Number(number as f64);
    }
    match (value.get_bool(), value.get_error()) {
        (Some(truth), _) => Cell::Truth(truth),
        (_, Some(CellErrorType::GettingData)) => Cell::NotCalculated,
        (_, Some(_)) => Cell::Error,
        _ if value.is_empty() => Cell::Empty,
        _ => Cell::Date,
    }
}

/// Marks the rows of merged cells. A file can have very many of both.
fn mark_merged(sheet: &mut Sheet, mut merged: Vec<Dimensions>) {
    merged.sort_unstable_by_key(|region| region.start.0);
    let mut regions = merged.into_iter().peekable();
    let mut last = None;
    for row in &mut sheet.rows {
        while let Some(region) = regions.next_if(|region| region.start.0 < row.line) {
            last = last.max(Some(region.end.0));
        }
        row.merged = last.is_some_and(|last| row.line - 1 <= last);
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;

    #[test]
    fn the_cells_of_a_file_take_a_limited_part_of_the_memory() {
        let mut progress = |_| ControlFlow::Continue(());
        let mut reading = Reading { rows: 0, memory: MAX_MEMORY - 2 * MAX_TEXT, progress: &mut progress };
        let mut sheet = Sheet::default();
        let mut push = |text: &str| reading.push(&mut sheet, 1, vec![Cell::text(text)]);
        // Longer texts are cut to Excel's limit.
        push(&"a".repeat(1 << 20)).unwrap();
        assert!(matches!(push(&"a".repeat(1 << 20)), Err(Error::TableTooLarge(2))));
    }

    #[test]
    fn columns_of_a_csv_file_beyond_those_of_any_table_are_not_read() {
        let file = format!("{0}\n{0}", ",a".repeat(100_000));
        let sheets = Sheets::read(file.as_bytes(), None, &mut |_| ControlFlow::Continue(())).unwrap();
        assert!(sheets.sheets[0].rows.iter().all(|row| row.cells.len() == MAX_COLUMNS as usize));
    }

    #[test]
    fn very_many_merged_regions_are_marked_in_one_pass() {
        let row = |line| Row { line, cells: Vec::new(), merged: false };
        let mut sheet = Sheet { name: String::new(), rows: (1..=200_000).map(row).collect() };
        let region = |from, to| Dimensions { start: (from, 0), end: (to, 1) };
        let mut regions = vec![region(9, 9), region(199_000, 199_001)];
        regions.extend((0..200_000).map(|_| region(100, 198_000)));
        mark_merged(&mut sheet, regions);
        let merged: Vec<u32> = sheet.rows.iter().filter(|row| row.merged).map(|row| row.line).collect();
        let expected: Vec<u32> = std::iter::once(10).chain(101..=198_001).chain([199_001, 199_002]).collect();
        assert_eq!(merged, expected);
    }
}
