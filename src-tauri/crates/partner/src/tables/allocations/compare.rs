//! Compares the rows of an allocation file with the book.

use std::collections::HashSet;
use std::sync::{Arc, PoisonError};

use crate::ids::AdvertiserId;
use crate::progress::Progress;
use crate::tables::allocations::book::{Lookup, Object};
use crate::tables::allocations::columns::{AllocationFile, Columns, Compared, Field, SheetKind, SheetMatch};
use crate::tables::allocations::ids::StatedId;
use crate::tables::allocations::statements::Compare;
use crate::tables::allocations::table::{
    AllocationResult, AllocationRow, AllocationTable, Read, RowProblem, Stated, Unread,
};
use crate::tables::sheets::{Cell, Row};
use crate::text::name_key;
use crate::{Book, Error, Result};

/// Rows whose objects are read from the book in one go, and after which progress is reported.
const ROWS_AT_ONCE: usize = 5_000;

impl Book {
    /// Compares a file with the book. `matches` has one element per sheet. With `remove_missing`, allocations that are
    /// missing from the file are rows too, which remove them. Calls `progress` with the number of rows so far. The last
    /// result is kept and returned again until something changes.
    ///
    /// # Errors
    /// [`Error::Cancelled`].
    pub fn compare_allocations(
        &self,
        file: &AllocationFile,
        matches: &[SheetMatch],
        remove_missing: bool,
        progress: &mut Progress<'_>,
    ) -> Result<Arc<AllocationTable>> {
        let compared = || file.compared.lock().unwrap_or_else(PoisonError::into_inner);
        let (partner, version) = (&self.partner().id, self.data_version()?);
        if let Some(last) = &*compared()
            && (&last.partner, &last.matches[..]) == (partner, matches)
            && (last.remove_missing, last.version) == (remove_missing, version)
        {
            return Ok(Arc::clone(&last.table));
        }
        let table = Arc::new(self.compare(file, matches, remove_missing, progress)?);
        let (partner, matches, kept) = (partner.clone(), matches.to_vec(), Arc::clone(&table));
        *compared() = Some(Compared { partner, matches, remove_missing, version, table: kept });
        Ok(table)
    }

    fn compare(
        &self,
        file: &AllocationFile,
        matches: &[SheetMatch],
        remove_missing: bool,
        progress: &mut Progress<'_>,
    ) -> Result<AllocationTable> {
        let reader = self.open_reader()?;
        let snapshot = reader.unchecked_transaction()?;
        let sheets: Vec<Columns<'_>> = file
            .sheets
            .iter()
            .zip(matches)
            .enumerate()
            .filter_map(|(sheet, (content, matched))| Columns::of(sheet, &content.rows, matched))
            .collect();
        let mut compare = Compare {
            book: Lookup::new(&snapshot, rounded_names(&sheets))?,
            table: AllocationTable::default(),
            kept: HashSet::new(),
            statements: Vec::new(),
            former_defaults: Vec::new(),
        };
        for sheet in &sheets {
            for rows in sheet.rows.chunks(ROWS_AT_ONCE) {
                compare.prepare(sheet, rows)?;
                for row in rows {
                    compare.row(sheet, row)?;
                }
                if progress(compare.table.rows.len() as u64).is_break() {
                    return Err(Error::Cancelled);
                }
            }
        }
        compare.ignore_repeated();
        compare.refuse_disagreeing();
        for kind in SheetKind::ALL.iter().filter(|kind| sheets.iter().any(|sheet| sheet.kind == **kind)) {
            compare.missing(*kind, remove_missing, progress)?;
        }
        compare.name_what_stays();
        for row in &mut compare.table.rows {
            row.effect = row.sentence();
        }
        Ok(compare.table)
    }
}

/// The names of the rows whose ids are rounded.
fn rounded_names(sheets: &[Columns<'_>]) -> HashSet<(SheetKind, String)> {
    let rows = sheets.iter().flat_map(|sheet| sheet.rows.iter().map(move |row| (sheet, row)));
    let rounded = rows.filter(|(sheet, row)| matches!(StatedId::of(sheet.id_of(row)), StatedId::Rounded(_)));
    rounded
        .filter_map(|(sheet, row)| Some((sheet.kind, name_key(&sheet.text(row, Field::Name).ok()?))))
        .collect()
}

impl Compare<'_> {
    /// Reads what the rows are about.
    fn prepare(&mut self, sheet: &Columns<'_>, rows: &[Row]) -> Result<()> {
        let ids = rows.iter().filter_map(|row| match StatedId::of(sheet.id_of(row)) {
            StatedId::Exact(id) => Some(id),
            StatedId::Rounded(rounded) => rounded.digits,
            StatedId::Missing | StatedId::Invalid => None,
        });
        self.book.prepare(sheet.kind, ids.collect())
    }

    fn row(&mut self, sheet: &Columns<'_>, row: &Row) -> Result<()> {
        let kind = sheet.kind;
        let shown = |field| sheet.cell(row, field).shown().unwrap_or_default();
        let mut compared = AllocationRow {
            id: format!("{}:{}", sheet.sheet, row.line),
            line: Some(row.line),
            object: sheet.id_of(row).shown().unwrap_or_default(),
            name: shown(Field::Name),
            xpo_account: shown(Field::XpoAccount),
            advertiser: shown(Field::Advertiser),
            ..AllocationRow::unchanged(kind)
        };
        let objects = problem_of(self.identify(sheet, row, &mut compared))?;
        let read = match &objects {
            Err(problem) => Err(*problem),
            Ok(objects) => problem_of(self.state(sheet, row, objects, &mut compared))?,
        };
        if let Err(problem) = read {
            compared.refuse(problem, None);
            match objects {
                // The row may be about anything.
                Err(problem) if problem != RowProblem::Unknown => {
                    if !self.table.incomplete.contains(&kind) {
                        self.table.incomplete.push(kind);
                    }
                }
                Err(_) => {}
                Ok(objects) => {
                    self.kept.extend(objects.into_iter().map(|object| (kind, object.account, object.id)));
                }
            }
        }
        self.table.rows.push(compared);
        Ok(())
    }

    /// Returns the objects that may be meant.
    fn identify(&self, sheet: &Columns<'_>, row: &Row, compared: &mut AllocationRow) -> Read<Vec<Object>> {
        let cell = sheet.id_of(row);
        match cell {
            _ if row.merged => return Err(RowProblem::Merged.into()),
            Cell::Error => return Err(RowProblem::FormulaError.into()),
            Cell::NotCalculated => return Err(RowProblem::NotCalculated.into()),
            _ => {}
        }
        let account = match sheet.kind {
            SheetKind::Accounts => StatedId::Missing,
            _ => StatedId::of(sheet.cell(row, Field::AccountId)),
        };
        let (objects, by_name) =
            self.book.objects(sheet.kind, &StatedId::of(cell), &compared.name, &account)?;
        compared.by_name = by_name;
        compared.object.clone_from(&objects[0].id);
        Ok(objects)
    }

    /// Counts the allocations that the file does not mention and, with `remove`, adds a row for each of them.
    fn missing(&mut self, kind: SheetKind, remove: bool, progress: &mut Progress<'_>) -> Result<()> {
        if self.table.incomplete.contains(&kind) {
            return Ok(());
        }
        let Compare { book, table, kept, .. } = self;
        let stated = table.rows.iter().filter_map(AllocationRow::allocation);
        let stated: HashSet<_> = stated.filter(|(of, ..)| *of == kind).collect();
        // A campaign has one holder, so a row about it is enough.
        let campaigns: HashSet<&str> = match kind {
            SheetKind::Campaigns => stated.iter().map(|(_, _, id, _)| *id).collect(),
            _ => HashSet::new(),
        };
        let kept: HashSet<(&str, &str)> =
            kept.iter().filter(|(of, ..)| *of == kind).map(|(_, account, id)| (&**account, &**id)).collect();
        let (mut missing, mut removed, mut looked_at) = (0, Vec::new(), 0);
        book.each_allocation(kind, |id, account, advertiser| {
            looked_at += 1;
            let rows = table.rows.len() + removed.len();
            if looked_at % ROWS_AT_ONCE == 0 && progress(rows as u64).is_break() {
                return Err(Error::Cancelled);
            }
            if campaigns.contains(id)
                || kept.contains(&(account, id))
                || stated.contains(&(kind, account, id, advertiser))
            {
                return Ok(());
            }
            let advertiser = AdvertiserId::from(advertiser);
            let (of, xpo_account, advertiser_name) = book.party(&advertiser);
            if of.is_some_and(|of| kept.contains(&(account, of.as_str()))) {
                return Ok(());
            }
            missing += 1;
            if remove {
                removed.push(AllocationRow {
                    id: format!("{} {account} {id} {advertiser}", kind.as_str()),
                    object: id.to_owned(),
                    name: book.name_of(kind, id, account)?,
                    xpo_account: xpo_account.to_owned(),
                    advertiser: advertiser_name.to_owned(),
                    result: AllocationResult::Removed,
                    stated: Stated {
                        account: account.to_owned(),
                        object: id.to_owned(),
                        xpo_account: of.cloned(),
                        advertiser: Some(advertiser.clone()),
                        allocate: false,
                        deallocate_from: Some(advertiser),
                        ..Stated::default()
                    },
                    ..AllocationRow::unchanged(kind)
                });
            }
            Ok(())
        })?;
        table.missing += missing;
        table.rows.extend(removed);
        Ok(())
    }
}

/// Returns what was read or why the row cannot be.
fn problem_of<T>(read: Read<T>) -> Result<std::result::Result<T, RowProblem>> {
    match read {
        Ok(value) => Ok(Ok(value)),
        Err(Unread::Row(problem)) => Ok(Err(problem)),
        Err(Unread::Book(error)) => Err(error),
    }
}
