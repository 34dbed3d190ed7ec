//! Compares the rows of an allocation file with the book.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError};

use crate::decisions::PaymentMode;
use crate::ids::AdvertiserId;
use crate::progress::Progress;
use crate::tables::allocations::book::{Lookup, Object, Target};
use crate::tables::allocations::columns::{
    AllocationFile, Compared, Field, SheetKind, SheetMatch, id_position, position,
};
use crate::tables::allocations::ids::StatedId;
use crate::tables::allocations::table::{AllocationRow, AllocationTable, Fate, RowProblem, Stated};
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
        Ok(compare.table)
    }
}

/// A sheet, and the positions of its columns.
struct Columns<'a> {
    /// The number of the sheet.
    sheet: usize,
    kind: SheetKind,
    id: usize,
    positions: HashMap<Field, usize>,
    /// Below the headings.
    rows: &'a [Row],
}

impl<'a> Columns<'a> {
    fn of(sheet: usize, rows: &'a [Row], matched: &SheetMatch) -> Option<Columns<'a>> {
        let kind = matched.kind?;
        let id = id_position(kind, matched)?;
        let fields = kind.fields().iter();
        let positions = fields.filter_map(|field| Some((*field, position(matched, *field)?))).collect();
        Some(Columns { sheet, kind, id, positions, rows: rows.get(1..)? })
    }

    fn cell<'r>(&self, row: &'r Row, field: Field) -> &'r Cell {
        self.positions.get(&field).map_or(&Cell::Empty, |column| row.cell(*column))
    }

    fn text(&self, row: &Row, field: Field) -> std::result::Result<String, RowProblem> {
        match self.cell(row, field) {
            Cell::Date => Err(RowProblem::NotText),
            Cell::Error => Err(RowProblem::FormulaError),
            Cell::NotCalculated => Err(RowProblem::NotCalculated),
            cell => Ok(cell.shown().unwrap_or_default()),
        }
    }

    fn yes_or_no(&self, row: &Row, field: Field) -> std::result::Result<Option<bool>, RowProblem> {
        let text = name_key(&self.text(row, field)?);
        match text.as_str() {
            "" => Ok(None),
            "yes" | "y" | "true" | "x" | "1" => Ok(Some(true)),
            "no" | "n" | "false" | "0" => Ok(Some(false)),
            _ => Err(RowProblem::NotYesOrNo),
        }
    }
}

/// The names of the rows whose ids are rounded.
fn rounded_names(sheets: &[Columns<'_>]) -> HashSet<(SheetKind, String)> {
    let rows = sheets.iter().flat_map(|sheet| sheet.rows.iter().map(move |row| (sheet, row)));
    let rounded =
        rows.filter(|(sheet, row)| matches!(StatedId::of(row.cell(sheet.id)), StatedId::Rounded(_)));
    rounded
        .filter_map(|(sheet, row)| Some((sheet.kind, name_key(&sheet.text(row, Field::Name).ok()?))))
        .collect()
}

struct Compare<'a> {
    book: Lookup<'a>,
    table: AllocationTable,
    /// Objects that a row mentions without saying who has them, and XPO accounts of ad accounts.
    kept: HashSet<(SheetKind, String, String)>,
    /// What rows state that must not disagree: the number of a row, and what it states.
    statements: Vec<(usize, Statement)>,
    /// Rows that say No to the current default of an XPO account, with its id.
    former_defaults: Vec<(usize, String)>,
}

/// What rows can disagree about.
#[derive(Debug, Clone, Copy)]
enum Statement {
    Holder,
    Initialized(bool),
    Mode(PaymentMode),
    Default,
}

impl Statement {
    /// Returns what the statement is about, and what a row with it says.
    fn of<'a>(&'a self, row: &'a AllocationRow) -> ((u8, &'a str, &'a str), &'a str) {
        let Stated { account, object, advertiser, xpo_account, .. } = &row.stated;
        let advertiser = advertiser.as_ref().map_or("", |id| id.as_str());
        let xpo_account = xpo_account.as_ref().map_or("", |id| id.as_str());
        match self {
            Statement::Holder => ((0, object, ""), advertiser),
            Statement::Initialized(initialized) => ((1, object, ""), if *initialized { "yes" } else { "no" }),
            Statement::Mode(mode) => ((2, account, xpo_account), mode.as_str()),
            Statement::Default => ((3, xpo_account, ""), account),
        }
    }
}

type Read<T> = Result<std::result::Result<T, RowProblem>>;

impl Compare<'_> {
    /// Reads what the rows are about.
    fn prepare(&mut self, sheet: &Columns<'_>, rows: &[Row]) -> Result<()> {
        let ids = rows.iter().filter_map(|row| match StatedId::of(row.cell(sheet.id)) {
            StatedId::Exact(id) => Some(id),
            StatedId::Rounded(rounded) => rounded.digits,
            StatedId::Missing | StatedId::Invalid => None,
        });
        self.book.prepare(sheet.kind, ids.collect())
    }

    fn row(&mut self, sheet: &Columns<'_>, row: &Row) -> Result<()> {
        let kind = sheet.kind;
        let shown = |field| sheet.cell(row, field).shown().unwrap_or_default();
        let mut result = AllocationRow {
            id: format!("{}:{}", sheet.sheet, row.line),
            line: Some(row.line),
            object: row.cell(sheet.id).shown().unwrap_or_default(),
            name: shown(Field::Name),
            xpo_account: shown(Field::XpoAccount),
            advertiser: shown(Field::Advertiser),
            ..AllocationRow::unchanged(kind)
        };
        let objects = self.identify(sheet, row, &mut result)?;
        let read = match &objects {
            Err(problem) => Err(*problem),
            Ok(objects) => self.state(sheet, row, objects, &mut result)?,
        };
        if let Err(problem) = read {
            result.refuse(problem, None);
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
        self.table.rows.push(result);
        Ok(())
    }

    /// Returns the objects that may be meant.
    fn identify(&self, sheet: &Columns<'_>, row: &Row, result: &mut AllocationRow) -> Read<Vec<Object>> {
        let cell = row.cell(sheet.id);
        let problem = match cell {
            _ if row.merged => Some(RowProblem::Merged),
            Cell::Error => Some(RowProblem::FormulaError),
            Cell::NotCalculated => Some(RowProblem::NotCalculated),
            _ => None,
        };
        if let Some(problem) = problem {
            return Ok(Err(problem));
        }
        let account = match sheet.kind {
            SheetKind::Accounts => StatedId::Missing,
            _ => StatedId::of(sheet.cell(row, Field::AccountId)),
        };
        let found = self.book.objects(sheet.kind, &StatedId::of(cell), &result.name, &account)?;
        Ok(found.map(|(objects, by_name)| {
            result.by_name = by_name;
            result.object.clone_from(&objects[0].id);
            objects
        }))
    }

    /// Reads the other cells of a row, and says what it would change.
    fn state(
        &mut self,
        sheet: &Columns<'_>,
        row: &Row,
        objects: &[Object],
        result: &mut AllocationRow,
    ) -> Read<()> {
        macro_rules! read {
            ($value:expr) => {
                match $value {
                    Ok(value) => value,
                    Err(problem) => return Ok(Err(problem)),
                }
            };
        }
        let texts = [Field::XpoAccount, Field::Advertiser].map(|field| sheet.text(row, field));
        let [xpo_account, advertiser] = texts;
        let (xpo_account, advertiser) = (read!(xpo_account), read!(advertiser));
        let object = match sheet.kind {
            SheetKind::Accounts => &objects[0],
            _ => read!(in_account(objects, &StatedId::of(sheet.cell(row, Field::AccountId)))),
        };
        result.name.clone_from(&object.name);
        result.stated.account.clone_from(&object.account);
        result.stated.object.clone_from(&object.id);
        let target = read!(self.book.target(&xpo_account, &advertiser));
        if let Some(advertiser) = &target.advertiser {
            let (_, xpo_account, name) = self.book.party(advertiser);
            (result.xpo_account, result.advertiser) = (xpo_account.to_owned(), name.to_owned());
        }
        result.stated.xpo_account.clone_from(&target.xpo_account);
        result.stated.advertiser.clone_from(&target.advertiser);
        if target.advertiser.is_none() {
            let of = target.xpo_account.as_ref().filter(|_| sheet.kind == SheetKind::Accounts);
            let kept = of.map_or_else(|| object.id.clone(), |of| of.0.clone());
            self.kept.insert((sheet.kind, object.account.clone(), kept));
        }
        let stated = match sheet.kind {
            SheetKind::Accounts => {
                let mode = read!(sheet.text(row, Field::PaymentMode));
                let default = read!(sheet.yes_or_no(row, Field::Default));
                self.state_account(object, &target, &mode, default, result)?
            }
            SheetKind::Campaigns => {
                let initialized = read!(sheet.yes_or_no(row, Field::Initialized));
                self.state_campaign(object, &target, initialized, result)
            }
            SheetKind::Audiences => self.state_audience(object, &target, result),
        };
        read!(stated);
        result.fate = if result.stated.allocate && result.moved_from.is_none() {
            Fate::Added
        } else if result.moved_from.is_some() || result.mode.is_some() || result.default || result.initialize
        {
            Fate::Changed
        } else {
            Fate::Unchanged
        };
        Ok(Ok(()))
    }

    fn state_account(
        &mut self,
        account: &Object,
        target: &Target,
        mode: &str,
        default: Option<bool>,
        result: &mut AllocationRow,
    ) -> Read<()> {
        let mode = match name_key(mode).as_str() {
            "" => None,
            "self" => Some(PaymentMode::Client),
            "knorex" => Some(PaymentMode::Knorex),
            _ => return Ok(Err(RowProblem::PaymentModeUnknown)),
        };
        let Some(of) = &target.xpo_account else {
            let says_nothing = mode.is_none() && default.is_none();
            return Ok(if says_nothing { Ok(()) } else { Err(RowProblem::XpoAccountMissing) });
        };
        let current = self.book.mode(&account.id, of)?;
        match &target.advertiser {
            Some(to) => result.stated.allocate = !account.is_allocated_to(to),
            None if current.is_none() => return Ok(Err(RowProblem::AdvertiserMissing)),
            None => {}
        }
        if let Some(mode) = mode {
            self.state_of_row(Statement::Mode(mode));
            result.mode = Some(mode).filter(|mode| *mode != current.unwrap_or(PaymentMode::Client));
        }
        let is_default = self.book.default_of(of)?.as_ref() == Some(&account.id);
        match default {
            Some(true) => {
                self.state_of_row(Statement::Default);
                result.default = !is_default;
            }
            Some(false) if is_default => {
                self.former_defaults.push((self.table.rows.len(), of.0.clone()));
            }
            _ => {}
        }
        Ok(Ok(()))
    }

    fn state_campaign(
        &mut self,
        campaign: &Object,
        target: &Target,
        initialized: Option<bool>,
        result: &mut AllocationRow,
    ) -> std::result::Result<(), RowProblem> {
        let holder = campaign.holders.first();
        match (&target.advertiser, holder) {
            (Some(to), _) => {
                self.state_of_row(Statement::Holder);
                result.stated.allocate = !campaign.is_allocated_to(to);
            }
            (None, Some((from, _))) if target.xpo_account.as_ref() == self.book.party(from).0 => {}
            (None, _) if target.xpo_account.is_some() => return Err(RowProblem::AdvertiserMissing),
            (None, _) => {}
        }
        if let Some((from, _)) = holder.filter(|_| result.stated.allocate) {
            let (_, xpo_account, advertiser) = self.book.party(from);
            result.moved_from = Some(format!("{xpo_account}: {advertiser}"));
            result.stated.deallocate_from = Some(from.clone());
        }
        if let Some(initialized) = initialized {
            self.state_of_row(Statement::Initialized(initialized));
            let is_initialized = holder.is_some_and(|(_, is)| *is);
            if is_initialized && !initialized {
                return Err(RowProblem::InitializedForGood);
            }
            result.initialize = initialized && !is_initialized;
        }
        Ok(())
    }

    fn state_audience(
        &self,
        audience: &Object,
        target: &Target,
        result: &mut AllocationRow,
    ) -> std::result::Result<(), RowProblem> {
        let mut clients = audience.holders.iter().map(|(holder, _)| self.book.party(holder).0);
        match (&target.advertiser, &target.xpo_account) {
            (Some(to), _) => result.stated.allocate = !audience.is_allocated_to(to),
            (None, Some(of)) if !clients.any(|client| client == Some(of)) => {
                return Err(RowProblem::AdvertiserMissing);
            }
            _ => {}
        }
        Ok(())
    }

    /// Remembers what the current row states.
    fn state_of_row(&mut self, statement: Statement) {
        self.statements.push((self.table.rows.len(), statement));
    }

    /// Of rows that state the same allocation, only the first one makes it.
    fn ignore_repeated(&mut self) {
        let mut seen = HashSet::new();
        let rows = self.table.rows.iter().enumerate().filter(|(_, row)| row.fate != Fate::Unreadable);
        let repeated = rows.filter(|(_, row)| row.allocation().is_some_and(|stated| !seen.insert(stated)));
        for row in repeated.map(|(row, _)| row).collect::<Vec<_>>() {
            self.table.rows[row].fate = Fate::Unchanged;
        }
    }

    /// Refuses all rows that contradict others: it is not for us to choose.
    fn refuse_disagreeing(&mut self) {
        let rows = &self.table.rows;
        let mut refused = Vec::new();
        let statements = self.statements.iter().map(|(row, statement)| (statement.of(&rows[*row]), *row));
        let mut statements: Vec<_> = statements.collect();
        statements.sort_unstable();
        for group in statements.chunk_by(|((one, _), _), ((other, _), _)| one == other) {
            for ((_, stated), row) in group {
                let mut others = group.iter().filter(|((_, other), _)| other != stated);
                refused.extend(others.next().map(|(_, other)| (*row, RowProblem::Disagrees, Some(*other))));
            }
        }
        for (row, of) in &self.former_defaults {
            let default = (3, of.as_str(), "");
            let next = statements.partition_point(|((about, _), _)| *about < default);
            match statements.get(next).filter(|((about, _), _)| *about == default) {
                None => refused.push((*row, RowProblem::DefaultNeeded, None)),
                Some(((_, account), other)) if *account == rows[*row].stated.account => {
                    refused.push((*row, RowProblem::Disagrees, Some(*other)));
                    refused.push((*other, RowProblem::Disagrees, Some(*row)));
                }
                Some(_) => {}
            }
        }
        for (row, problem, other) in refused {
            let line = other.and_then(|other| self.table.rows[other].line);
            self.table.rows[row].refuse(problem, line);
        }
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
                    fate: Fate::Removed,
                    stated: Stated {
                        account: account.to_owned(),
                        object: id.to_owned(),
                        xpo_account: of.cloned(),
                        advertiser: Some(advertiser.clone()),
                        allocate: false,
                        deallocate_from: Some(advertiser),
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

/// Returns the object of the stated ad account.
fn in_account<'a>(objects: &'a [Object], account: &StatedId) -> std::result::Result<&'a Object, RowProblem> {
    let is_meant = |object: &&Object| match account {
        StatedId::Missing => true,
        StatedId::Exact(id) => object.account == *id,
        StatedId::Rounded(rounded) => rounded.fits(&object.account),
        StatedId::Invalid => false,
    };
    let mut meant = objects.iter().filter(is_meant);
    match (meant.next(), meant.next()) {
        (Some(object), None) => Ok(object),
        (Some(_), Some(_)) => Err(RowProblem::AccountMissing),
        (None, _) => Err(RowProblem::OtherAccount),
    }
}

impl AllocationRow {
    /// Returns the allocation that the row states: its kind, the ids of the ad account and the object, and the advertiser.
    fn allocation(&self) -> Option<(SheetKind, &str, &str, &str)> {
        let Stated { account, object, advertiser, .. } = &self.stated;
        Some((self.kind, account, object, advertiser.as_ref()?.as_str()))
    }

    fn unchanged(kind: SheetKind) -> AllocationRow {
        AllocationRow {
            id: String::new(),
            kind,
            line: None,
            object: String::new(),
            name: String::new(),
            xpo_account: String::new(),
            advertiser: String::new(),
            fate: Fate::Unchanged,
            problem: None,
            other_line: None,
            moved_from: None,
            mode: None,
            default: false,
            initialize: false,
            by_name: false,
            stated: Stated::default(),
        }
    }

    fn refuse(&mut self, problem: RowProblem, other_line: Option<u32>) {
        *self = AllocationRow {
            fate: Fate::Unreadable,
            problem: Some(problem),
            other_line,
            moved_from: None,
            mode: None,
            default: false,
            initialize: false,
            ..self.clone()
        };
    }
}
