//! What the sheets and columns of an allocation file stand for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::Result;
use crate::progress::Progress;
pub use crate::tables::allocations::kinds::{Field, SheetKind};
use crate::tables::allocations::table::{AllocationTable, RowProblem};
use crate::tables::sheets::{Cell, Row, Sheet, Sheets};
use crate::text::name_key;

/// The sheet with the choices of the drop-down lists, which is hidden.
pub(crate) const CHOICES: &str = "Choices";

/// What a sheet and its columns are taken for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SheetMatch {
    /// `None` leaves the sheet out.
    pub kind: Option<SheetKind>,
    /// One per column; `None` leaves it out.
    pub columns: Vec<Option<Field>>,
}

/// A sheet, for the step that matches its columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct SheetPreview {
    /// Untrusted text. Empty for a CSV file.
    pub name: String,
    /// Untrusted texts.
    pub headings: Vec<String>,
    /// The first rows below the headings. Untrusted texts.
    pub rows: Vec<Vec<String>>,
    /// How many rows there are.
    pub count: u32,
    pub matched: SheetMatch,
    /// Whether everything was recognized: the step can be left out.
    pub recognized: bool,
}

/// What the columns of a kind of sheet can state. The first is its id, which is required.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct KindFields {
    pub kind: SheetKind,
    pub fields: Vec<Field>,
}

/// Rows of a sheet that the step shows.
const PREVIEW_ROWS: usize = 10;

/// Rows in which headings are looked for: people write titles above a table.
const HEADING_ROWS: usize = 10;

/// An allocation file in memory.
pub struct AllocationFile {
    pub(crate) sheets: Vec<Sheet>,
    /// What the step that matches columns shows.
    pub info: AllocationFileInfo,
    /// The last comparison, which a preview and a Save use if nothing changed meanwhile.
    pub(crate) compared: Mutex<Option<Compared>>,
}

/// What a file was compared with, and the result.
pub(crate) struct Compared {
    /// The id of the partner.
    pub partner: String,
    pub matches: Vec<SheetMatch>,
    pub remove_missing: bool,
    pub version: i64,
    pub table: Arc<AllocationTable>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct AllocationFileInfo {
    pub sheets: Vec<SheetPreview>,
    /// What columns can state.
    pub kinds: Vec<KindFields>,
    /// The names of hidden sheets, which are not imported. Untrusted texts.
    pub hidden: Vec<String>,
    /// The encoding of a CSV file, as in the [Encoding Standard](https://encoding.spec.whatwg.org/).
    pub encoding: Option<String>,
    /// The encoding may be another one.
    pub guessed: bool,
}

impl AllocationFile {
    /// Reads a workbook or CSV file. `encoding` is that of a CSV file; without one, it is recognized. Calls `progress` with
    /// the number of rows so far.
    ///
    /// # Errors
    /// [`Error::TableTooLarge`](crate::Error::TableTooLarge), `TablePassword`, `TableOld`, `TableDamaged`, `TableQuoteOpen`, `Cancelled`;
    /// `TableUnreadable` if the encoding is unknown.
    pub fn read(file: &[u8], encoding: Option<&str>, progress: &mut Progress<'_>) -> Result<AllocationFile> {
        let Sheets { mut sheets, mut hidden, encoding } = Sheets::read(file, encoding, progress)?;
        hidden.retain(|name| name != CHOICES);
        sheets.retain(|sheet| !sheet.rows.is_empty());
        let previews = sheets.iter_mut().map(preview).collect();
        let (encoding, guessed) =
            encoding.map_or((None, false), |(encoding, guessed)| (Some(encoding.name().to_owned()), guessed));
        let fields_of = |kind: &SheetKind| KindFields { kind: *kind, fields: kind.fields().to_vec() };
        let kinds = SheetKind::ALL.iter().map(fields_of).collect();
        let info = AllocationFileInfo { sheets: previews, kinds, hidden, encoding, guessed };
        Ok(AllocationFile { sheets, info, compared: Mutex::default() })
    }
}

/// Removes everything above the headings, and returns what the sheet shows.
fn preview(sheet: &mut Sheet) -> SheetPreview {
    let known = |cells: &[Cell]| {
        let headings: Vec<String> = cells.iter().filter_map(Cell::shown).collect();
        SheetKind::ALL.iter().any(|kind| headings.iter().any(|text| kind.field(text) == Some(kind.id())))
    };
    let found = sheet.rows.iter().take(HEADING_ROWS).position(|row| known(&row.cells)).unwrap_or(0);
    sheet.rows.drain(..found);
    let texts = |cells: &[Cell]| -> Vec<String> {
        cells.iter().map(|cell| cell.shown().unwrap_or_else(|| "?".to_owned())).collect()
    };
    let headings = texts(&sheet.rows[0].cells);
    let rows: Vec<Vec<String>> =
        sheet.rows[1..].iter().take(PREVIEW_ROWS).map(|row| texts(&row.cells)).collect();
    let (matched, recognized) = matched(&sheet.name, &headings);
    let count = u32::try_from(sheet.rows.len() - 1).unwrap_or(u32::MAX);
    SheetPreview { name: sheet.name.clone(), headings, rows, count, matched, recognized }
}

/// Returns what a sheet seems to be, and whether that leaves no question.
fn matched(name: &str, headings: &[String]) -> (SheetMatch, bool) {
    // A sheet that is continued on another one has a number in its name.
    let name = name_key(name.split(" (").next().unwrap_or_default());
    let has_id = |kind: &&SheetKind| headings.iter().any(|heading| kind.field(heading) == Some(kind.id()));
    let by_id = [SheetKind::Campaigns, SheetKind::Audiences, SheetKind::Accounts];
    let kind = SheetKind::ALL
        .iter()
        .find(|kind| name_key(kind.label()) == name)
        .or_else(|| by_id.iter().find(has_id))
        .copied();
    // The admin may have to choose the kind, and only what its other columns lack.
    let kinds = kind.as_ref().map_or(SheetKind::ALL, std::slice::from_ref);
    let mut columns: Vec<Option<Field>> = Vec::new();
    for heading in headings {
        let field = kinds.iter().find_map(|kind| kind.field(heading));
        columns.push(field.filter(|field| !columns.contains(&Some(*field))));
    }
    let Some(kind) = kind else { return (SheetMatch { kind: None, columns }, false) };
    let unknown = columns.iter().zip(headings).any(|(field, heading)| field.is_none() && !heading.is_empty());
    let missing = kind.fields().iter().any(|field| !columns.contains(&Some(*field)));
    let recognized = has_id(&&kind) && !(unknown && missing);
    (SheetMatch { kind: Some(kind), columns }, recognized)
}

/// A sheet, and the positions of its columns.
pub(super) struct Columns<'a> {
    /// The number of the sheet.
    pub sheet: usize,
    pub kind: SheetKind,
    positions: HashMap<Field, usize>,
    /// Below the headings.
    pub rows: &'a [Row],
}

impl<'a> Columns<'a> {
    /// Returns `None` for a sheet that is left out or has no ids.
    pub fn of(sheet: usize, rows: &'a [Row], matched: &SheetMatch) -> Option<Columns<'a>> {
        let kind = matched.kind?;
        let fields = matched.columns.iter().enumerate();
        // Of several columns, the first one counts.
        let positions: HashMap<_, _> = fields.rev().filter_map(|(at, field)| Some(((*field)?, at))).collect();
        positions.get(&kind.id())?;
        Some(Columns { sheet, kind, positions, rows: rows.get(1..)? })
    }

    pub fn id_of<'r>(&self, row: &'r Row) -> &'r Cell {
        self.cell(row, self.kind.id())
    }

    pub fn cell<'r>(&self, row: &'r Row, field: Field) -> &'r Cell {
        self.positions.get(&field).map_or(&Cell::Empty, |column| row.cell(*column))
    }

    pub fn text(&self, row: &Row, field: Field) -> std::result::Result<String, RowProblem> {
        match self.cell(row, field) {
            Cell::Date => Err(RowProblem::NotText),
            Cell::Error => Err(RowProblem::FormulaError),
            Cell::NotCalculated => Err(RowProblem::NotCalculated),
            cell => Ok(cell.shown().unwrap_or_default()),
        }
    }

    pub fn yes_or_no(&self, row: &Row, field: Field) -> std::result::Result<Option<bool>, RowProblem> {
        let text = name_key(&self.text(row, field)?);
        match text.as_str() {
            "" => Ok(None),
            "yes" | "y" | "true" | "x" | "1" => Ok(Some(true)),
            "no" | "n" | "false" | "0" => Ok(Some(false)),
            _ => Err(RowProblem::NotYesOrNo),
        }
    }
}
