//! What the rows of an allocation file state, and where they contradict each other.

use std::collections::HashSet;

use crate::decisions::PaymentMode;
use crate::tables::allocations::book::{Lookup, Object, Target};
use crate::tables::allocations::columns::{Columns, Field, SheetKind};
use crate::tables::allocations::ids::StatedId;
use crate::tables::allocations::table::{
    AllocationResult, AllocationRow, AllocationTable, Read, RowProblem, Stated,
};
use crate::tables::sheets::Row;
use crate::text::name_key;

/// A comparison under way.
pub(super) struct Compare<'a> {
    pub book: Lookup<'a>,
    pub table: AllocationTable,
    /// Objects that a row mentions without saying who has them, and XPO accounts of ad accounts.
    pub kept: HashSet<(SheetKind, String, String)>,
    /// What rows state that must not disagree: the number of a row, and what it states.
    pub statements: Vec<(usize, Statement)>,
    /// Rows that say No to the current default of an XPO account, with its id.
    pub former_defaults: Vec<(usize, String)>,
}

/// What rows can disagree about.
#[derive(Debug, Clone, Copy)]
pub(super) enum Statement {
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

impl Compare<'_> {
    /// Reads the other cells of a row, and says what it would change.
    pub(super) fn state(
        &mut self,
        sheet: &Columns<'_>,
        row: &Row,
        objects: &[Object],
        compared: &mut AllocationRow,
    ) -> Read<()> {
        let xpo_account = sheet.text(row, Field::XpoAccount)?;
        let advertiser = sheet.text(row, Field::Advertiser)?;
        let object = match sheet.kind {
            SheetKind::Accounts => &objects[0],
            _ => in_account(objects, &StatedId::of(sheet.cell(row, Field::AccountId)))?,
        };
        compared.name.clone_from(&object.name);
        compared.stated.account.clone_from(&object.account);
        compared.stated.object.clone_from(&object.id);
        let target = self.book.target(&xpo_account, &advertiser)?;
        if let Some(advertiser) = &target.advertiser {
            let (_, xpo_account, name) = self.book.party(advertiser);
            (compared.xpo_account, compared.advertiser) = (xpo_account.to_owned(), name.to_owned());
        }
        compared.stated.xpo_account.clone_from(&target.xpo_account);
        compared.stated.advertiser.clone_from(&target.advertiser);
        if target.advertiser.is_none() {
            let of = target.xpo_account.as_ref().filter(|_| sheet.kind == SheetKind::Accounts);
            let kept = of.map_or_else(|| object.id.clone(), |of| of.0.clone());
            self.kept.insert((sheet.kind, object.account.clone(), kept));
        }
        match sheet.kind {
            SheetKind::Accounts => {
                let mode = sheet.text(row, Field::PaymentMode)?;
                let default = sheet.yes_or_no(row, Field::Default)?;
                self.state_account(object, &target, &mode, default, compared)?;
            }
            SheetKind::Campaigns => {
                let initialized = sheet.yes_or_no(row, Field::Initialized)?;
                self.state_campaign(object, &target, initialized, compared)?;
            }
            SheetKind::Audiences => self.state_audience(object, &target, compared)?,
        }
        if compared.stated.allocate && sheet.kind != SheetKind::Campaigns {
            compared.stated.holders = object.holders.iter().map(|(holder, _)| holder.clone()).collect();
        }
        compared.result = if compared.stated.allocate && compared.moved_from.is_none() {
            AllocationResult::Added
        } else if compared.moved_from.is_some()
            || compared.mode.is_some()
            || compared.default
            || compared.initialize
        {
            AllocationResult::Changed
        } else {
            AllocationResult::Unchanged
        };
        Ok(())
    }

    fn state_account(
        &mut self,
        account: &Object,
        target: &Target,
        mode: &str,
        default: Option<bool>,
        compared: &mut AllocationRow,
    ) -> Read<()> {
        let mode = match name_key(mode).as_str() {
            "" => None,
            "self" => Some(PaymentMode::Client),
            "knorex" => Some(PaymentMode::Knorex),
            _ => return Err(RowProblem::PaymentModeUnknown.into()),
        };
        let Some(of) = &target.xpo_account else {
            let says_nothing = mode.is_none() && default.is_none();
            return if says_nothing { Ok(()) } else { Err(RowProblem::XpoAccountMissing.into()) };
        };
        let current = self.book.mode(&account.id, of)?;
        match &target.advertiser {
            Some(to) => compared.stated.allocate = !account.is_allocated_to(to),
            None if current.is_none() => return Err(RowProblem::AdvertiserMissing.into()),
            None => {}
        }
        if let Some(mode) = mode {
            self.state_of_row(Statement::Mode(mode));
            compared.mode = Some(mode).filter(|mode| *mode != current.unwrap_or(PaymentMode::Client));
        }
        let is_default = self.book.default_of(of)?.as_ref() == Some(&account.id);
        match default {
            Some(true) => {
                self.state_of_row(Statement::Default);
                compared.default = !is_default;
            }
            Some(false) if is_default => {
                self.former_defaults.push((self.table.rows.len(), of.0.clone()));
            }
            _ => {}
        }
        Ok(())
    }

    fn state_campaign(
        &mut self,
        campaign: &Object,
        target: &Target,
        initialized: Option<bool>,
        compared: &mut AllocationRow,
    ) -> std::result::Result<(), RowProblem> {
        let holder = campaign.holders.first();
        match (&target.advertiser, holder) {
            (Some(to), _) => {
                self.state_of_row(Statement::Holder);
                compared.stated.allocate = !campaign.is_allocated_to(to);
            }
            (None, Some((from, _))) if target.xpo_account.as_ref() == self.book.party(from).0 => {}
            (None, _) if target.xpo_account.is_some() => return Err(RowProblem::AdvertiserMissing),
            (None, _) => {}
        }
        if let Some((from, _)) = holder.filter(|_| compared.stated.allocate) {
            let (_, xpo_account, advertiser) = self.book.party(from);
            compared.moved_from = Some(format!("{xpo_account}: {advertiser}"));
            compared.stated.deallocate_from = Some(from.clone());
        }
        if let Some(initialized) = initialized {
            self.state_of_row(Statement::Initialized(initialized));
            let is_initialized = holder.is_some_and(|(_, is)| *is);
            if is_initialized && !initialized {
                return Err(RowProblem::StaysInitialized);
            }
            compared.initialize = initialized && !is_initialized;
        }
        Ok(())
    }

    fn state_audience(
        &self,
        audience: &Object,
        target: &Target,
        compared: &mut AllocationRow,
    ) -> std::result::Result<(), RowProblem> {
        let mut clients = audience.holders.iter().map(|(holder, _)| self.book.party(holder).0);
        match (&target.advertiser, &target.xpo_account) {
            (Some(to), _) => compared.stated.allocate = !audience.is_allocated_to(to),
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
    pub(super) fn ignore_repeated(&mut self) {
        let mut seen = HashSet::new();
        let rows =
            self.table.rows.iter().enumerate().filter(|(_, row)| row.result != AllocationResult::Unreadable);
        let repeated = rows.filter(|(_, row)| row.allocation().is_some_and(|stated| !seen.insert(stated)));
        for row in repeated.map(|(row, _)| row).collect::<Vec<_>>() {
            self.table.rows[row].result = AllocationResult::Unchanged;
        }
    }

    /// Refuses all rows that contradict others: it is not for us to choose.
    pub(super) fn refuse_disagreeing(&mut self) {
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

    /// Names the allocations that an added one might be thought to replace. Those that have a row of their own need no word.
    pub(super) fn name_what_stays(&mut self) {
        let rows = &self.table.rows;
        let mentioned: HashSet<_> = rows.iter().filter_map(AllocationRow::allocation).collect();
        let added = rows.iter().enumerate().filter(|(_, row)| row.result == AllocationResult::Added);
        let stay = added.filter_map(|(at, row)| {
            let Stated { account, object, holders, .. } = &row.stated;
            let others = holders
                .iter()
                .filter(|holder| !mentioned.contains(&(row.kind, account, object, holder.as_str())));
            let names = others.map(|holder| {
                let (_, xpo_account, advertiser) = self.book.party(holder);
                format!("{xpo_account}: {advertiser}")
            });
            let mut names: Vec<String> = names.collect();
            names.sort_unstable();
            let more = match names.len() {
                0 => return None,
                1 => String::new(),
                2 => " and 1 other".to_owned(),
                count => format!(" and {} others", count - 1),
            };
            Some((at, format!("{}{more}", names[0])))
        });
        for (at, others) in stay.collect::<Vec<_>>() {
            self.table.rows[at].stays_with = Some(others);
        }
    }
}

/// Returns the object of the stated ad account.
fn in_account<'a>(objects: &'a [Object], account: &StatedId) -> std::result::Result<&'a Object, RowProblem> {
    let mut meant = objects.iter().filter(|object| account.may_be(&object.account));
    match (meant.next(), meant.next()) {
        (Some(object), None) => Ok(object),
        (Some(_), Some(_)) => Err(RowProblem::AccountMissing),
        (None, _) => Err(RowProblem::OtherAccount),
    }
}
