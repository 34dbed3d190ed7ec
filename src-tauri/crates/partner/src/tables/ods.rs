//! Counts the cells of an OpenDocument workbook before it is read. The reader keeps every sheet in memory, with each repeated
//! cell and row, and with the empty cells between others.
//!
//! Only what spreadsheet programs write is accepted, so that the reader cannot understand a file in another way.

use crate::{Error, Result};

/// The most cells of all sheets: 500,000 rows of 20 columns.
const MAX_CELLS: u64 = 10_000_000;

/// The bytes of text that take as much memory as a cell.
const CELL_SIZE: u64 = 56;

const CELLS: [&str; 2] = ["table:table-cell", "table:covered-table-cell"];

/// Attributes of cells with a value or formula.
const VALUES: [&str; 3] = ["office:", "calcext:", "table:formula"];

#[derive(Default)]
struct Count {
    /// Of the sheets before, and of all texts.
    cells: u64,
    sheet: Sheet,
    row: Option<Row>,
    cell: Option<Cell>,
}

#[derive(Default)]
struct Sheet {
    rows: u64,
    /// The rows and columns with values.
    top: Option<u64>,
    bottom: u64,
    right: u64,
}

struct Row {
    first: u64,
    repeats: u64,
    columns: u64,
    /// Empty cells, which the reader keeps if another cell follows.
    empty: u64,
}

struct Cell {
    repeats: u64,
    has_value: bool,
    text: u64,
}

/// # Errors
/// [`Error::TableTooLarge`]; [`Error::TableDamaged`] if no spreadsheet program writes such a file.
pub(super) fn check(content: &[u8]) -> Result<()> {
    let text = str::from_utf8(content).map_err(|_| damaged())?.trim_start_matches('\u{FEFF}');
    let mut rest = match text.strip_prefix("<?xml") {
        Some(text) => {
            let (declaration, rest) = text.split_once("?>").ok_or_else(damaged)?;
            if attribute(declaration, "encoding")?.is_some_and(|name| !name.eq_ignore_ascii_case("utf-8")) {
                return Err(damaged());
            }
            rest
        }
        None => text,
    };
    let mut count = Count::default();
    let mut open = Vec::new();
    while let Some((before, after)) = rest.split_once('<') {
        let (tag, after) = after.split_at(tag_end(after).ok_or_else(damaged)?);
        rest = &after[1..];
        if let Some(cell) = &mut count.cell {
            cell.text = cell.text.saturating_add((before.len() + tag.len()) as u64);
        }
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name.trim_ascii_end()) {
                return Err(damaged());
            }
            count.end(name.trim_ascii_end())?;
        } else {
            let closed = tag.strip_suffix('/');
            let tag = closed.unwrap_or(tag);
            let name = tag.split_ascii_whitespace().next().unwrap_or_default();
            // A comment, a DTD, or an instruction to the reader.
            if !tag.starts_with(name) || name.starts_with(['!', '?']) {
                return Err(damaged());
            }
            count.start(name, tag)?;
            if closed.is_some() {
                count.end(name)?;
            } else {
                open.push(name);
            }
        }
    }
    if open.is_empty() { Ok(()) } else { Err(damaged()) }
}

impl Count {
    fn start(&mut self, name: &str, tag: &str) -> Result<()> {
        match (name, &mut self.row, &mut self.cell) {
            ("table:table", None, None) => {}
            ("table:table-row", None, None) => {
                let repeats = number(tag, "table:number-rows-repeated")?;
                self.row = Some(Row { first: self.sheet.rows, repeats, columns: 0, empty: 0 });
                self.sheet.rows = self.sheet.rows.saturating_add(repeats);
            }
            ("text:s", _, Some(cell)) => {
                cell.text = cell.text.saturating_add(number(tag, "text:c")?);
            }
            (name, Some(row), None) if CELLS.contains(&name) => {
                let empty = std::mem::take(&mut row.empty);
                let repeats = number(tag, "table:number-columns-repeated")?;
                let has_value = VALUES.iter().any(|value| tag.contains(value));
                self.cell = Some(Cell { repeats, has_value, text: tag.len() as u64 });
                self.add(empty)?;
            }
            ("table:table" | "table:table-row", ..) => return Err(damaged()),
            (name, ..) if CELLS.contains(&name) => return Err(damaged()),
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &str) -> Result<()> {
        match name {
            "table:table" => {
                let Sheet { top, bottom, right, .. } = std::mem::take(&mut self.sheet);
                self.add((bottom - top.unwrap_or_default()).saturating_mul(right))?;
            }
            "table:table-row" => self.row = None,
            _ if CELLS.contains(&name) => {
                if let (Some(row), Some(cell)) = (&mut self.row, self.cell.take()) {
                    row.columns = row.columns.saturating_add(cell.repeats);
                    if cell.has_value {
                        let sheet = &mut self.sheet;
                        sheet.top.get_or_insert(row.first);
                        sheet.bottom = row.first.saturating_add(row.repeats);
                        sheet.right = sheet.right.max(row.columns);
                        let texts = cell.repeats.saturating_mul(row.repeats);
                        self.add(texts.saturating_mul(cell.text / CELL_SIZE))?;
                    } else {
                        row.empty = cell.repeats;
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn add(&mut self, cells: u64) -> Result<()> {
        self.cells = self.cells.saturating_add(cells);
        if self.cells > MAX_CELLS {
            return Err(Error::TableTooLarge(usize::try_from(self.cells).unwrap_or(usize::MAX)));
        }
        Ok(())
    }
}

/// Returns the position of the `>` that ends the tag.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    text.bytes().position(|byte| {
        match (byte, quote) {
            (b'"' | b'\'', None) => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            _ => {}
        }
        byte == b'>' && quote.is_none()
    })
}

fn number(tag: &str, name: &str) -> Result<u64> {
    attribute(tag, name)?.map_or(Ok(1), |number| number.parse().map_err(|_| damaged()))
}

fn attribute<'a>(tag: &'a str, name: &str) -> Result<Option<&'a str>> {
    let Some((_, rest)) = tag.split_once(name) else { return Ok(None) };
    let value = rest.trim_ascii_start().strip_prefix('=').ok_or_else(damaged)?.trim_ascii_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\'')).ok_or_else(damaged)?;
    let (value, rest) = value[1..].split_once(quote).ok_or_else(damaged)?;
    // Only one of two values would be counted.
    if rest.contains(name) { Err(damaged()) } else { Ok(Some(value)) }
}

fn damaged() -> Error {
    Error::TableDamaged("it is no OpenDocument spreadsheet".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheets(rows: &str) -> String {
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<office:spreadsheet>{rows}</office:spreadsheet>")
    }

    fn sheet(rows: &str) -> String {
        format!("<table:table table:name=\"A > B\">{rows}</table:table>")
    }

    fn row(repeats: u64, cells: &str) -> String {
        format!("<table:table-row table:number-rows-repeated=\"{repeats}\">{cells}</table:table-row>")
    }

    fn value(repeats: u64) -> String {
        format!(
            "<table:table-cell table:number-columns-repeated=\"{repeats}\" office:value-type=\"string\"><text:p>x</text:p></table:table-cell>"
        )
    }

    fn filled(cell: &str, content: &str) -> String {
        cell.replace(">x<", &format!(">{content}<"))
    }

    fn empty(repeats: u64) -> String {
        format!("<table:table-cell table:number-columns-repeated='{repeats}'/>")
    }

    #[test]
    fn the_empty_cells_around_a_table_do_not_count() {
        let table = [row(1, &(value(3) + &empty(16_381))), row(400_000, &(empty(1) + &value(2) + &empty(9)))];
        let rest = row(600_000, &empty(16_384));
        check(sheets(&sheet(&(table.concat() + &rest))).as_bytes()).unwrap();
        check(b"<a/>").unwrap();
    }

    #[test]
    fn a_small_file_with_too_many_cells_is_refused() {
        let long = filled(&value(1_000), &"long ".repeat(2_000));
        let spaces = filled(&value(1), "<text:s text:c=\"18446744073709551615\"/>");
        for rows in [
            sheet(&row(1_048_576, &value(16_384))),
            sheet(&(row(1, &value(1)) + &row(1_048_574, &empty(16_384)) + &row(1, &(empty(90) + &value(1))))),
            sheet(&row(1, &(empty(16_383) + &empty(1))).repeat(1_000)),
            sheet(&row(1, &(empty(16_383) + &value(1))).repeat(1_000)),
            sheet(&row(100, &value(10_000))).repeat(20),
            sheet(&row(100, &long)),
            sheet(&row(1, &spaces)),
            sheet(&row(u64::MAX, &value(u64::MAX)).repeat(2)),
        ] {
            let refused = check(sheets(&rows).as_bytes());
            assert!(matches!(refused, Err(Error::TableTooLarge(_))), "{refused:?} {}", &rows[..200]);
        }
    }

    /// These files would be counted in another way than they are read.
    #[test]
    fn what_no_spreadsheet_program_writes_is_refused() {
        let cell = value(1);
        let utf_16: Vec<u8> = sheets("").encode_utf16().flat_map(u16::to_le_bytes).collect();
        let files = [
            sheets(&sheet(&row(1, &format!("<!-- {cell} -->")))),
            sheets("<![CDATA[ <table:table> ]]>"),
            sheets("<?xml version=\"1.0\" encoding=\"utf-16\"?>"),
            sheets("").replace("UTF-8", "ISO-2022-JP"),
            "<!DOCTYPE a><a/>".to_owned(),
            sheets(&sheet(&row(9, &row(1, &cell)))),
            sheets(&sheet(&row(9, &filled(&cell, &cell)))),
            sheets(&sheet(&row(9, &cell.replace("</table:table-cell>", "</table:table-row>")))),
            sheets(&sheet(&row(9, &sheet(&row(1, &cell))))),
            sheets(&sheet(&cell)),
            sheets(&sheet(&row(9, &value(1).replace("repeated=\"1\"", "repeated=\"&#49;\"")))),
            sheets(&sheet(&row(
                9,
                &value(1).replace("office:", "table:number-columns-repeated=\"9\" office:"),
            ))),
            sheets("<table:table>"),
            sheets("<a b=\"").to_owned(),
        ];
        for file in files.iter().map(String::as_bytes).chain([&utf_16[..]]) {
            let refused = check(file);
            assert!(
                matches!(refused, Err(Error::TableDamaged(_))),
                "{refused:?} {}",
                String::from_utf8_lossy(file)
            );
        }
    }
}
