//! The allocations at an earlier time, computed from the change history.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::decisions::change::{PaymentMode, XpoState};
use crate::decisions::decision::{INITIALIZED, Party, SlotKind, Text};
use crate::named::{Named, ObjectKind};
use crate::queries::paging::PAGE;
use crate::{Book, Result};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct XpoAccountThen {
    /// With its name at that time.
    pub xpo_account: Named,
    pub state: XpoState,
    pub archived: bool,
    pub default: Option<Named>,
    pub ad_accounts: Vec<LinkThen>,
    pub advertisers: Vec<AdvertiserThen>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LinkThen {
    /// With its current name.
    pub ad_account: Named,
    pub mode: PaymentMode,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AdvertiserThen {
    /// With its name at that time.
    pub advertiser: Named,
    pub archived: bool,
    pub ad_accounts: Vec<Named>,
    pub campaigns: u32,
    /// Counted once per TikTok ad account.
    pub audiences: u32,
    /// Conversion goals and remarketing tags.
    pub goals: u32,
}

/// A campaign or audience that was allocated to an advertiser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ObjectThen {
    /// With its current name.
    pub object: Named,
    pub ad_account: Named,
    pub initialized: bool,
}

/// A decision that was in effect.
struct Held {
    object: String,
    ad_account: String,
    holder: String,
    value: String,
}

/// The decisions of kind `?1` in effect after entry `?2`: the last edit of each. SQLite takes the other columns from the row
/// of the maximum, which is unique because an entry has at most one edit of a decision.
const HELD: &str = "
    SELECT e.object_id, e.ad_account_id, e.holder_id, e.after, max(e.entry)
    FROM edit e WHERE e.kind = ?1 AND e.entry <= ?2";

impl Book {
    /// All XPO accounts at a time, by name. Reading a long history takes a while, so this uses its own connection.
    pub fn xpo_accounts_as_of(&self, at: Timestamp) -> Result<Vec<XpoAccountThen>> {
        let reader = self.open_reader()?;
        let moment = reader.unchecked_transaction()?;
        let book: &Connection = &moment;
        let Some(entry) = entry_at(book, at)? else { return Ok(Vec::new()) };
        let mut advertisers = advertisers_then(book, entry)?;
        let mut links: HashMap<String, Vec<LinkThen>> = HashMap::new();
        for held in held(book, SlotKind::Link, entry)? {
            let ad_account = Named::of(book, ObjectKind::AdAccount, &held.ad_account)?;
            let mode = PaymentMode::parse(&held.value).unwrap_or(PaymentMode::Client);
            links.entry(held.holder).or_default().push(LinkThen { ad_account, mode });
        }
        let mut defaults: HashMap<String, String> =
            held(book, SlotKind::Default, entry)?.into_iter().map(|held| (held.holder, held.value)).collect();
        let mut accounts = Vec::new();
        for Held { holder: id, value, .. } in held(book, SlotKind::XpoAccount, entry)? {
            let party = Party::of_text(&value)?;
            let default =
                defaults.remove(&id).map(|account| Named::of(book, ObjectKind::AdAccount, &account));
            accounts.push(XpoAccountThen {
                default: default.transpose()?,
                ad_accounts: links.remove(&id).unwrap_or_default(),
                advertisers: advertisers.remove(&id).unwrap_or_default(),
                xpo_account: Named { kind: ObjectKind::XpoAccount, id, name: party.name },
                state: party.state.unwrap_or(XpoState::Active),
                archived: party.archived,
            });
        }
        accounts.sort_by_cached_key(|account| crate::fold(&account.xpo_account.name));
        Ok(accounts)
    }

    /// A page of the campaigns or audiences that were allocated to an advertiser at a time, by id, after `after`.
    pub fn held_as_of(
        &self,
        at: Timestamp,
        kind: SlotKind,
        advertiser: &str,
        after: Option<&ObjectThen>,
    ) -> Result<Vec<ObjectThen>> {
        self.snapshot(|book| {
            let Some(entry) = entry_at(book, at)? else { return Ok(Vec::new()) };
            let after = after.map_or(("", ""), |last| (&last.ad_account.id, &last.object.id));
            let found = read_held(
                book,
                &format!(
                    "{HELD} AND e.holder_id = ?3 AND (e.ad_account_id, e.object_id) > (?4, ?5)
                     GROUP BY e.ad_account_id, e.object_id HAVING e.after IS NOT NULL
                     ORDER BY e.ad_account_id, e.object_id LIMIT {PAGE}"
                ),
                params![kind.as_str(), entry, advertiser, after.0, after.1],
            )?;
            let object_kind =
                if kind == SlotKind::Campaign { ObjectKind::Campaign } else { ObjectKind::Audience };
            let object = |held: Held| {
                Ok(ObjectThen {
                    object: Named::of(book, object_kind, &held.object)?,
                    ad_account: Named::of(book, ObjectKind::AdAccount, &held.ad_account)?,
                    initialized: held.value == INITIALIZED,
                })
            };
            found.into_iter().map(object).collect()
        })
    }
}

/// The last entry at a time. Where the clock was set back, earlier entries can have later times; they count as well.
fn entry_at(book: &Connection, at: Timestamp) -> Result<Option<i64>> {
    Ok(book
        .prepare_cached("SELECT max(seq) FROM entry WHERE at <= ?")?
        .query_row([at.as_millisecond()], |row| row.get(0))?)
}

fn held(book: &Connection, kind: SlotKind, entry: i64) -> Result<Vec<Held>> {
    let sql = format!(
        "{HELD} GROUP BY e.holder_id, e.ad_account_id, e.object_id HAVING e.after IS NOT NULL
         ORDER BY e.holder_id, e.ad_account_id, e.object_id"
    );
    read_held(book, &sql, params![kind.as_str(), entry])
}

fn read_held(book: &Connection, sql: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<Held>> {
    let mut statement = book.prepare_cached(sql)?;
    let found = statement.query_map(values, |row| {
        Ok(Held { object: row.get(0)?, ad_account: row.get(1)?, holder: row.get(2)?, value: row.get(3)? })
    })?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// The number of decisions of a kind, by advertiser.
fn counts(book: &Connection, kind: SlotKind, entry: i64) -> Result<HashMap<String, u32>> {
    let mut statement = book.prepare_cached(
        "SELECT holder_id, sum(more) FROM edit WHERE kind = ? AND entry <= ? GROUP BY holder_id",
    )?;
    let counts = statement.query_map(params![kind.as_str(), entry], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(counts.collect::<rusqlite::Result<_>>()?)
}

/// The advertisers by XPO account, sorted by name.
fn advertisers_then(book: &Connection, entry: i64) -> Result<HashMap<String, Vec<AdvertiserThen>>> {
    let mut accounts: HashMap<String, Vec<Named>> = HashMap::new();
    for held in held(book, SlotKind::Allocation, entry)? {
        let account = Named::of(book, ObjectKind::AdAccount, &held.ad_account)?;
        accounts.entry(held.holder).or_default().push(account);
    }
    let campaigns = counts(book, SlotKind::Campaign, entry)?;
    let audiences = counts(book, SlotKind::Audience, entry)?;
    let goals = counts(book, SlotKind::Goal, entry)?;
    let count = |counts: &HashMap<String, u32>, id: &str| counts.get(id).copied().unwrap_or_default();
    let mut advertisers: HashMap<String, Vec<AdvertiserThen>> = HashMap::new();
    for Held { holder: id, value, .. } in held(book, SlotKind::Advertiser, entry)? {
        let party = Party::of_text(&value)?;
        let then = AdvertiserThen {
            ad_accounts: accounts.remove(&id).unwrap_or_default(),
            campaigns: count(&campaigns, &id),
            audiences: count(&audiences, &id),
            goals: count(&goals, &id),
            advertiser: Named { kind: ObjectKind::Advertiser, id, name: party.name },
            archived: party.archived,
        };
        let xpo = party.xpo_account.map(|id| id.0).unwrap_or_default();
        advertisers.entry(xpo).or_default().push(then);
    }
    for group in advertisers.values_mut() {
        group.sort_by_cached_key(|then| crate::fold(&then.advertiser.name));
    }
    Ok(advertisers)
}
