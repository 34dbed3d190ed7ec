//! What saving an allocation file would do, and which of its rows are blocked.

use std::collections::HashSet;

use serde::Serialize;
use specta::Type;

use crate::decisions::{Blocker, Change, Outcome};
use crate::named::ObjectKind;
use crate::progress::Progress;
use crate::tables::allocations::columns::SheetKind;
use crate::tables::allocations::table::{AllocationRow, AllocationTable};
use crate::text::grouped;
use crate::{Book, Result};

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AllocationPreview {
    pub outcome: Outcome,
    pub blockers: u32,
    pub blocked: Vec<BlockedRow>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct BlockedRow {
    /// [`AllocationRow::id`].
    pub row: String,
    /// What the row does instead of [`AllocationRow::effect`]: the text of its first blocker, and how many others it has.
    pub effect: String,
    /// The positions of its blockers in the outcome.
    #[serde(skip)]
    #[specta(skip)]
    pub blockers: Vec<usize>,
}

/// How many blockers the window shows in one list.
const BLOCKERS_SHOWN: usize = 1_000;

impl AllocationPreview {
    /// Leaves the first blockers in the outcome. Every row keeps its reason.
    pub fn shown(mut self) -> AllocationPreview {
        self.outcome.blockers.truncate(BLOCKERS_SHOWN);
        self
    }
}

impl Book {
    /// Previews the change that the rows make, without those in `without`. Calls `progress` with the number of decisions so
    /// far.
    ///
    /// # Errors
    /// [`Error::Cancelled`](crate::Error::Cancelled).
    pub fn preview_allocations(
        &self,
        table: &AllocationTable,
        without: &HashSet<String>,
        actor: &str,
        progress: &mut Progress<'_>,
    ) -> Result<AllocationPreview> {
        let Some(action) = table.action(without, Vec::new()) else { return Ok(AllocationPreview::default()) };
        let outcome = self.preview_with(&Change::draft(actor, action), progress)?;
        let blockers = u32::try_from(outcome.blockers.len()).unwrap_or(u32::MAX);
        let blocked = blocked_rows(table, without, &outcome.blockers);
        Ok(AllocationPreview { outcome, blockers, blocked })
    }

    /// Returns the rows to leave out so that nothing blocks the others (A14), in addition to `without`. Fails and reports
    /// progress like [`Book::preview_allocations`].
    pub fn blocked_allocations(
        &self,
        table: &AllocationTable,
        without: &HashSet<String>,
        actor: &str,
        progress: &mut Progress<'_>,
    ) -> Result<HashSet<String>> {
        let mut without = without.clone();
        loop {
            let blocked = self.preview_allocations(table, &without, actor, progress)?.blocked;
            if blocked.is_empty() {
                return Ok(without);
            }
            // What depended on a row that is left out may be blocked now.
            without.extend(blocked.into_iter().map(|blocked| blocked.row));
        }
    }
}

fn blocked_rows(table: &AllocationTable, without: &HashSet<String>, blockers: &[Blocker]) -> Vec<BlockedRow> {
    if blockers.is_empty() {
        return Vec::new();
    }
    let index = Index::of(blockers);
    let rows = table.changes().filter(|row| !without.contains(&row.id));
    let blocked = rows.filter_map(|row| {
        let mut found = index.blockers_of(row);
        found.sort_unstable();
        found.dedup();
        let (first, others) = found.split_first()?;
        let more = match others.len() {
            0 => String::new(),
            others => format!(" (and {} more)", grouped(others)),
        };
        let effect = format!("Blocked: {}{more}", blockers[*first].text);
        Some(BlockedRow { row: row.id.clone(), effect, blockers: found })
    });
    blocked.collect()
}

/// Finds blockers by the ids that they mention.
struct Index<'a>(std::collections::HashMap<Key<'a>, Vec<usize>>);

/// What a blocker is about: the object, and the advertiser or ad account that limits it.
type Key<'a> = (ObjectKind, &'a str, &'a str);

impl<'a> Index<'a> {
    fn of(blockers: &'a [Blocker]) -> Index<'a> {
        let mut index = Index(std::collections::HashMap::new());
        for (at, blocker) in blockers.iter().enumerate() {
            let object = (blocker.object.kind, blocker.object.id.as_str());
            let account = blocker.ad_account.as_ref().map_or("", |named| named.id.as_str());
            let holder = blocker.holder.as_ref().map_or("", |named| named.id.as_str());
            let mut add = |key: Key<'a>| index.0.entry(key).or_default().push(at);
            match object {
                // The XPO account of an advertiser is archived.
                (ObjectKind::XpoAccount, _) => add((ObjectKind::Advertiser, holder, "")),
                (ObjectKind::AdAccount, id) => add((ObjectKind::AdAccount, id, holder)),
                (ObjectKind::Audience, id) => add((ObjectKind::Audience, id, account)),
                (kind, id) => add((kind, id, "")),
            }
            // What depends on an ad account blocks its removal.
            if blocker.reason.keeps_account() {
                add((ObjectKind::AdAccount, account, holder));
            }
        }
        index
    }

    fn blockers_of(&self, row: &AllocationRow) -> Vec<usize> {
        let stated = &row.stated;
        let advertiser = stated.advertiser.as_ref().map_or("", |id| id.as_str());
        let xpo_account = stated.xpo_account.as_ref().map_or("", |id| id.as_str());
        let of_object = match row.kind {
            SheetKind::Accounts if stated.deallocate_from.is_some() => {
                vec![(ObjectKind::AdAccount, stated.account.as_str(), advertiser)]
            }
            SheetKind::Accounts => vec![
                (ObjectKind::AdAccount, stated.account.as_str(), ""),
                (ObjectKind::AdAccount, stated.account.as_str(), xpo_account),
            ],
            SheetKind::Campaigns => vec![(ObjectKind::Campaign, stated.object.as_str(), "")],
            SheetKind::Audiences => {
                vec![(ObjectKind::Audience, stated.object.as_str(), stated.account.as_str())]
            }
        };
        let to = stated.allocate.then_some((ObjectKind::Advertiser, advertiser, ""));
        let keys = of_object.into_iter().chain(to);
        keys.filter_map(|key| self.0.get(&key)).flatten().copied().collect()
    }
}
