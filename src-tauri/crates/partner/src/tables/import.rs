//! Imports XPO accounts and advertisers from a table (A1). An import only adds: it never removes or changes anything.

use std::collections::HashSet;

use serde::Serialize;
use specta::Type;

use crate::decisions::{Action, AddToDirectory};
use crate::progress::Progress;
use crate::tables::cells::is_rounded;
use crate::tables::matching::{Additions, Directory, RowRefusal};
use crate::tables::sheets::{Cell, Sheets};
use crate::text::name_key;
use crate::{Book, Error, Result};

/// The columns, in any order and case.
pub(crate) const HEADINGS: [&str; 5] =
    ["XPO account", "Advertiser", "State", "XPO account ID", "Advertiser ID"];

/// The preview of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DirectoryTable {
    /// The name of the encoding of a CSV file, as in the [Encoding Standard](https://encoding.spec.whatwg.org/). Empty for a
    /// workbook.
    pub encoding: String,
    /// The encoding may be another one.
    pub guessed: bool,
    /// The headings of the other columns, which are not imported. Untrusted texts.
    pub ignored: Vec<String>,
    /// Excludes empty rows.
    pub rows: Vec<TableRow>,
    pub added: u32,
    pub unchanged: u32,
    pub refused: u32,
    pub rounded: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TableRow {
    /// The number of the row in a spreadsheet. The headings are usually in row 1.
    pub line: u32,
    /// Untrusted text.
    pub xpo_account: String,
    /// Untrusted text, or empty.
    pub advertiser: String,
    pub result: RowResult,
    /// A spreadsheet has rounded a name or an id, for example to 1.23E+18. A rounded id is ignored.
    pub rounded: bool,
    #[serde(skip)]
    #[specta(skip)]
    additions: Additions,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "kind", content = "reason", rename_all = "snake_case")]
pub enum RowResult {
    /// Adds an XPO account, an advertiser or both.
    Added,
    Unchanged,
    Refused(RowRefusal),
}

impl DirectoryTable {
    /// Returns the action that adds the rows, without those whose lines are in `without`. `None` if nothing is added.
    pub fn action(&self, without: &HashSet<u32>) -> Option<Action> {
        let mut accounts = Vec::new();
        let mut advertisers = Vec::new();
        let mut new = HashSet::new();
        for row in
            self.rows.iter().filter(|row| row.result == RowResult::Added && !without.contains(&row.line))
        {
            let (account, advertiser) = &row.additions;
            // Each row of a new XPO account contains it, so that any of them can be excluded.
            accounts.extend(account.iter().filter(|account| new.insert(account.id.clone())).cloned());
            advertisers.extend(advertiser.clone());
        }
        let adds_anything = !accounts.is_empty() || !advertisers.is_empty();
        adds_anything.then_some(Action::AddToDirectory(AddToDirectory { accounts, advertisers }))
    }
}

impl Book {
    /// Reads a workbook or CSV file without changing anything. `encoding` is the name of the encoding of a CSV file, such as
    /// "Shift_JIS"; without one, it is recognized. Calls `progress` with the number of rows so far.
    ///
    /// # Errors
    /// [`Error::TableTooLarge`], [`Error::TableQuoteOpen`], [`Error::TablePassword`], [`Error::TableOld`], [`Error::TableDamaged`],
    /// [`Error::Cancelled`]. [`Error::TableUnreadable`] if the heading "XPO account" is missing, a heading occurs twice, or the
    /// encoding is unknown.
    pub fn read_directory_table(
        &self,
        file: &[u8],
        encoding: Option<&str>,
        progress: &mut Progress<'_>,
    ) -> Result<DirectoryTable> {
        let Sheets { sheets, encoding, .. } = Sheets::read(file, encoding, progress)?;
        let (encoding, guessed) =
            encoding.map_or(("", false), |(encoding, guessed)| (encoding.name(), guessed));
        let mut found = sheets.into_iter().map(|sheet| {
            let mut rows = sheet.rows.into_iter();
            let headings = rows.next().map(|row| row.cells).unwrap_or_default();
            columns(&headings).map(|columns| (columns, headings, rows))
        });
        // The first sheet that fits or, if none does, what is wrong with the first.
        let missing = || Error::TableUnreadable(format!("the heading “{}” is missing", HEADINGS[0]));
        let (columns, headings, rows) = match found.next().unwrap_or_else(|| Err(missing())) {
            Ok(sheet) => sheet,
            Err(error) => found.find_map(Result::ok).ok_or(error)?,
        };
        let others = headings.iter().enumerate().filter(|(at, _)| !columns.contains(&Some(*at)));
        let texts = others.map(|(_, heading)| heading.shown().unwrap_or_else(|| "?".to_owned()));
        let ignored = texts.filter(|text| !text.is_empty()).collect();
        let mut directory = Directory::read(self)?;
        let mut table =
            DirectoryTable { encoding: encoding.to_owned(), guessed, ignored, ..DirectoryTable::default() };
        for row in rows {
            let cells = columns.map(|at| at.map_or(Some(String::new()), |at| row.cell(at).shown()));
            let is_text = cells.iter().all(Option::is_some) && !row.merged;
            let cells = cells.map(Option::unwrap_or_default);
            let cells = cells.each_ref().map(String::as_str);
            let found = if row.cells.iter().skip(headings.len()).any(|cell| *cell != Cell::Empty) {
                Err(RowRefusal::TooManyCells)
            } else if is_text {
                directory.match_row(row.line, cells)
            } else {
                Err(RowRefusal::NotText)
            };
            table.push(row.line, cells, found);
        }
        Ok(table)
    }
}

impl DirectoryTable {
    fn push(&mut self, line: u32, cells: [&str; 5], found: std::result::Result<Additions, RowRefusal>) {
        let [xpo_account, advertiser, _, account_id, advertiser_id] = cells;
        let (result, additions) = match found {
            Ok((None, None)) => (RowResult::Unchanged, (None, None)),
            Ok(additions) => (RowResult::Added, additions),
            Err(refusal) => (RowResult::Refused(refusal), (None, None)),
        };
        *match result {
            RowResult::Added => &mut self.added,
            RowResult::Unchanged => &mut self.unchanged,
            RowResult::Refused(_) => &mut self.refused,
        } += 1;
        let rounded = [xpo_account, advertiser, account_id, advertiser_id].into_iter().any(is_rounded);
        self.rounded += u32::from(rounded);
        let (xpo_account, advertiser) = (xpo_account.to_owned(), advertiser.to_owned());
        self.rows.push(TableRow { line, xpo_account, advertiser, result, rounded, additions });
    }
}

/// Returns the positions of [`HEADINGS`].
fn columns(headings: &[Cell]) -> Result<[Option<usize>; 5]> {
    let headings: Vec<String> =
        headings.iter().map(|heading| name_key(&heading.shown().unwrap_or_default())).collect();
    let mut columns = [None; 5];
    for (column, wanted) in columns.iter_mut().zip(HEADINGS) {
        let key = name_key(wanted);
        let mut positions =
            headings.iter().enumerate().filter(|(_, heading)| **heading == key).map(|(n, _)| n);
        *column = positions.next();
        if positions.next().is_some() {
            return Err(Error::TableUnreadable(format!("the heading “{wanted}” occurs twice")));
        }
    }
    if columns[0].is_none() {
        return Err(Error::TableUnreadable(format!("the heading “{}” is missing", HEADINGS[0])));
    }
    Ok(columns)
}
