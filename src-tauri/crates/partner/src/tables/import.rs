//! XPO accounts and advertisers from a table (A1). A table only adds: what is merely missing from it, or different in it,
//! stays as it is in the book. What it adds is one [`Action`] for the one door.

use std::collections::HashSet;

use serde::Serialize;
use specta::Type;

use crate::decisions::{Action, AddToDirectory};
use crate::tables::cells::{decode, is_rounded, separator, unguard};
use crate::tables::matching::{Adds, Known};
use crate::{Book, Error, Result, fold};

/// The largest file that is read, in bytes.
pub const LARGEST: usize = 64 << 20;

/// The headings, as they are written; read in any case, in any order, beside others that are not looked at.
pub(crate) const HEADINGS: [&str; 5] =
    ["XPO account", "Advertiser", "State", "XPO account ID", "Advertiser ID"];

/// What a table would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DirectoryTable {
    /// Every row that is not empty, in the order of the file.
    pub rows: Vec<TableRow>,
    /// How many rows add something.
    pub added: u32,
    /// How many say what the book has.
    pub unchanged: u32,
    /// How many are refused.
    pub refused: u32,
    /// How many have an id or name that a spreadsheet has rounded.
    pub rounded: u32,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TableRow {
    /// The line of the file that it begins in; the headings are in line 1.
    pub line: u32,
    /// The XPO account's name; hostile text.
    pub xpo_account: String,
    /// The advertiser's name, or empty; hostile text.
    pub advertiser: String,
    /// What would become of it.
    pub fate: RowFate,
    /// Whether it has an id (which is not used) or a name like 1.23E+18.
    pub rounded: bool,
    /// What it adds.
    #[serde(skip)]
    #[specta(skip)]
    adds: Adds,
}

/// What would become of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "kind", content = "reason", rename_all = "snake_case")]
pub enum RowFate {
    /// It adds an XPO account, an advertiser, or both.
    Added,
    /// The book has it.
    Unchanged,
    /// Nothing; why.
    Refused(RowRefusal),
}

/// Why a row is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "kind", content = "line", rename_all = "snake_case")]
pub enum RowRefusal {
    /// It names no XPO account.
    NameMissing,
    /// A name has more than 100 characters.
    NameTooLong,
    /// A name has a character that nobody can see, that turns the line, or that could not be read.
    NameCharacters,
    /// The state is none of Active, Suspended, Inactive.
    StateUnknown,
    /// The XPO account is in another state, in the book or further up; a table changes nothing.
    StateDiffers,
    /// An id is no UUID.
    IdInvalid,
    /// The id and the name belong to different ones, in the book or further up.
    IdDiffers,
    /// The XPO account is archived: it takes no new advertiser.
    Archived,
    /// The same is in this line.
    Duplicate(u32),
    /// It has more cells than there are headings.
    TooManyCells,
}

impl DirectoryTable {
    /// What the rows add, but for those of the lines in `without`; `None` when that is nothing.
    pub fn action(&self, without: &HashSet<u32>) -> Option<Action> {
        let mut accounts = Vec::new();
        let mut advertisers = Vec::new();
        let mut new = HashSet::new();
        for row in self.rows.iter().filter(|row| row.fate == RowFate::Added && !without.contains(&row.line)) {
            let (account, advertiser) = &row.adds;
            // Each row has its whole XPO account, so that any of them may be left out.
            accounts.extend(account.iter().filter(|account| new.insert(account.id.clone())).cloned());
            advertisers.extend(advertiser.clone());
        }
        let something = !accounts.is_empty() || !advertisers.is_empty();
        something.then_some(Action::AddToDirectory(AddToDirectory { accounts, advertisers }))
    }
}

impl Book {
    /// Read a table of XPO accounts and advertisers and say what it would do; nothing is changed.
    ///
    /// UTF-8, UTF-16 and Windows-1252; commas, semicolons and tabs.
    ///
    /// # Errors
    /// [`Error::TableTooLarge`], and [`Error::TableUnreadable`] without the heading "XPO account" or with one twice.
    pub fn read_directory_table(&self, file: &[u8]) -> Result<DirectoryTable> {
        if file.len() > LARGEST {
            return Err(Error::TableTooLarge(file.len()));
        }
        let text = decode(file);
        let (separator, rest) = separator(&text);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .flexible(true)
            .has_headers(false)
            .from_reader(rest.as_bytes());
        let mut record = csv::StringRecord::new();
        let broken = |error: csv::Error| Error::TableUnreadable(error.to_string());
        reader.read_record(&mut record).map_err(broken)?;
        let columns = columns(&record)?;
        let width = record.len();

        let mut known = Known::read(self)?;
        let mut table = DirectoryTable::default();
        let mut lines = Lines { text: &text, next: 0, skipped: text.len() - rest.len(), line: 1 };
        loop {
            if !reader.read_record(&mut record).map_err(broken)? {
                return Ok(table);
            }
            let line = lines.of(record.position().map_or(0, csv::Position::byte));
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            let cell =
                |n: usize| columns[n].and_then(|at| record.get(at)).map_or("", |cell| unguard(cell.trim()));
            let too_many = record.iter().skip(width).any(|cell| !cell.trim().is_empty());
            let cells = [cell(0), cell(1), cell(2), cell(3), cell(4)];
            table.push(
                line,
                cells,
                if too_many { Err(RowRefusal::TooManyCells) } else { known.take(line, cells) },
            );
        }
    }
}

impl DirectoryTable {
    fn push(&mut self, line: u32, cells: [&str; 5], found: std::result::Result<Adds, RowRefusal>) {
        let [xpo_account, advertiser, _, account_id, advertiser_id] = cells;
        let (fate, adds) = match found {
            Ok((None, None)) => (RowFate::Unchanged, (None, None)),
            Ok(adds) => (RowFate::Added, adds),
            Err(refusal) => (RowFate::Refused(refusal), (None, None)),
        };
        *match fate {
            RowFate::Added => &mut self.added,
            RowFate::Unchanged => &mut self.unchanged,
            RowFate::Refused(_) => &mut self.refused,
        } += 1;
        let rounded = [xpo_account, advertiser, account_id, advertiser_id].into_iter().any(is_rounded);
        self.rounded += u32::from(rounded);
        let (xpo_account, advertiser) = (xpo_account.to_owned(), advertiser.to_owned());
        self.rows.push(TableRow { line, xpo_account, advertiser, fate, rounded, adds });
    }
}

/// Counts lines, which the reader does not where some are blank.
struct Lines<'a> {
    text: &'a str,
    /// Up to where they are counted.
    next: usize,
    /// Where the text begins that the reader has.
    skipped: usize,
    line: u32,
}

impl Lines<'_> {
    /// The line of the first character of a row; the reader's place may be line breaks before it.
    fn of(&mut self, place: u64) -> u32 {
        let bytes = self.text.as_bytes();
        let place =
            usize::try_from(place).unwrap_or(usize::MAX).saturating_add(self.skipped).min(bytes.len());
        let breaks = bytes[place..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let start = place + breaks;
        let passed =
            bytes.get(self.next..start).unwrap_or_default().iter().filter(|byte| **byte == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(passed).unwrap_or(u32::MAX));
        self.next = start;
        self.line
    }
}

/// Where the cells of [`HEADINGS`] are.
fn columns(headings: &csv::StringRecord) -> Result<[Option<usize>; 5]> {
    let headings: Vec<String> = headings.iter().map(|heading| fold(unguard(heading.trim()))).collect();
    let mut columns = [None; 5];
    for (column, wanted) in columns.iter_mut().zip(HEADINGS) {
        let wanted = fold(wanted);
        let mut places =
            headings.iter().enumerate().filter(|(_, heading)| **heading == wanted).map(|(n, _)| n);
        *column = places.next();
        if places.next().is_some() {
            return Err(Error::TableUnreadable(format!("the heading “{wanted}” is there twice")));
        }
    }
    if columns[0].is_none() {
        return Err(Error::TableUnreadable(format!("there is no heading “{}”", HEADINGS[0])));
    }
    Ok(columns)
}
