//! The change history.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::decisions::change::Change;
use crate::decisions::decision::{Slot, SlotKind};
use crate::decisions::outcome::{EditRow, EntryRef, Outcome};
use crate::decisions::plan::{Edit, entry_ref, in_words, kinds_of};
use crate::ids::ChangeId;
use crate::json_column::json;
use crate::named::{Named, ObjectKind};
use crate::queries::paging::{Query, Select};
use crate::{Book, Error, Result, fold};

/// Entries are sorted from the newest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HistoryQuery {
    /// Also finds the whole id of any campaign, audience, goal or tag that an entry changed.
    pub search: String,
    pub actions: Vec<String>,
    pub actors: Vec<String>,
    /// An object that the entries are about. For an XPO account, this includes its advertisers.
    pub about: Option<About>,
    #[specta(type = Option<f64>)]
    pub from: Option<i64>,
    #[specta(type = Option<f64>)]
    pub until: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct About {
    pub kind: ObjectKind,
    pub id: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HistoryRow {
    pub entry: EntryRef,
    /// The number of decisions that the entry changed.
    pub edits: u32,
    /// The first [`FIRST_EDITS`] edits.
    pub first: Vec<EditRow>,
    pub undoes: Option<EntryRef>,
    /// The latest entry that undid it.
    pub undone_by: Option<EntryRef>,
}

pub const FIRST_EDITS: usize = 3;

impl Query for HistoryQuery {
    type Id = i64;
    type Row = HistoryRow;

    fn select(&self) -> Select {
        let mut select = self.everything();
        if !self.search.trim().is_empty() {
            select.from.push_str(" JOIN entry_text t ON t.entry = e.seq");
            // The text contains only what an outcome shows. The other objects of a large change are found by their whole id.
            select.search_each(&self.search, |word| {
                format!(
                    "instr(t.text, {word})
                     OR e.seq IN (SELECT d.entry FROM edit d WHERE d.object_id = {word} AND d.object_id <> '')"
                )
            });
        }
        select.one_of("e.action", &self.actions);
        select.one_of("e.actor", &self.actors);
        if let Some(About { kind, id }) = &self.about {
            let place = select.bind(id.clone());
            select.wheres.push(format!("e.seq IN ({})", about_sql(*kind).replace("{}", &place)));
        }
        if let Some(from) = self.from {
            select.filter("e.at >= {}", from);
        }
        if let Some(until) = self.until {
            select.filter("e.at < {}", until);
        }
        select
    }

    fn everything(&self) -> Select {
        let mut select = Select::from("entry e", "e.seq");
        select.order("e.seq", true);
        select
    }

    fn rows(book: &Connection, ids: &[i64]) -> Result<Vec<(i64, HistoryRow)>> {
        let mut statement = book.prepare_cached(
            "SELECT e.seq, e.id, e.at, e.actor, e.action, e.undoes,
                    (SELECT max(u.seq) FROM entry u WHERE u.undoes = e.seq),
                    coalesce((SELECT max(d.n) + 1 FROM edit d WHERE d.entry = e.seq), 0)
             FROM json_each(?) j JOIN entry e ON e.seq = j.value",
        )?;
        let found: Vec<(EntryRef, Option<i64>, Option<i64>, u32)> = statement
            .query_map([json(ids)], |row| Ok((entry_ref(row)?, row.get(5)?, row.get(6)?, row.get(7)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let other = |seq: Option<i64>| seq.map(|seq| entry(book, seq)).transpose();
        let row = |(entry, undoes, undone_by, edits): (EntryRef, _, _, _)| {
            let first = edit_rows(book, entry.seq, 0, FIRST_EDITS)?;
            let row =
                HistoryRow { edits, first, undoes: other(undoes)?, undone_by: other(undone_by)?, entry };
            Ok((row.entry.seq, row))
        };
        found.into_iter().map(row).collect()
    }
}

/// A query for the entries about the object with the id `{}`.
fn about_sql(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::AdAccount => {
            "SELECT entry FROM edit WHERE ad_account_id = {} AND ad_account_id <> ''
             UNION SELECT entry FROM edit WHERE kind = 'default' AND {} IN (before, after)
             UNION SELECT entry FROM edit WHERE CASE kind WHEN 'request' THEN json_extract(after, '$.account') END = {}"
        }
        ObjectKind::XpoAccount => {
            "SELECT entry FROM edit WHERE kind IN ('xpo_account', 'link', 'default') AND holder_id = {}
             UNION SELECT entry FROM edit WHERE kind IN ('advertiser', 'allocation', 'campaign', 'audience', 'goal')
             AND holder_id IN (SELECT id FROM advertiser WHERE xpo_account_id = {})"
        }
        ObjectKind::Advertiser => {
            "SELECT entry FROM edit WHERE kind IN ('advertiser', 'allocation', 'campaign', 'audience', 'goal')
             AND holder_id = {}"
        }
        ObjectKind::Campaign | ObjectKind::Audience | ObjectKind::Goal | ObjectKind::Request => {
            "SELECT entry FROM edit WHERE object_id = {} AND object_id <> ''"
        }
        ObjectKind::Change => "SELECT seq FROM entry WHERE id = {}",
    }
}

impl Book {
    /// The edits of an entry from the number `from`, at most [`crate::decisions::outcome::SHOWN`].
    pub fn edits(&self, entry: i64, from: u32) -> Result<Vec<EditRow>> {
        edit_rows(&self.read(), entry, from, crate::decisions::outcome::SHOWN)
    }

    /// The names of everyone who made a change.
    pub fn actors(&self) -> Result<Vec<String>> {
        let book = self.read();
        let mut statement = book.prepare_cached("SELECT DISTINCT actor FROM entry ORDER BY actor")?;
        let actors = statement.query_map([], |row| row.get(0))?;
        Ok(actors.collect::<rusqlite::Result<_>>()?)
    }

    /// All changes from the oldest, for [`Book::replay`].
    pub fn changes(&self) -> Result<Vec<Change>> {
        let book = self.read();
        let mut statement = book.prepare("SELECT change FROM entry ORDER BY seq")?;
        let mut rows = statement.query([])?;
        let mut changes = Vec::new();
        while let Some(row) = rows.next()? {
            let text: String = row.get(0)?;
            changes.push(serde_json::from_str(&text).map_err(|e| Error::FileDamaged(e.to_string()))?);
        }
        Ok(changes)
    }

    /// All current decisions in a canonical text, so that books can be compared. Each line is a JSON array
    /// `[kind, object, ad account, holder, value]`.
    pub fn decisions(&self) -> Result<String> {
        let book = self.read();
        let mut statement = book.prepare(
            "SELECT 'xpo_account', '', '', id FROM xpo_account
             UNION ALL SELECT 'advertiser', '', '', id FROM advertiser
             UNION ALL SELECT 'goal', id, ad_account_id, advertiser_id FROM goal
             UNION ALL SELECT 'link', '', ad_account_id, xpo_account_id FROM link
             UNION ALL SELECT 'default', '', '', xpo_account_id FROM default_account
             UNION ALL SELECT 'allocation', '', ad_account_id, advertiser_id FROM allocation
             UNION ALL SELECT 'campaign', campaign_id, ad_account_id, advertiser_id FROM campaign_allocation
             UNION ALL SELECT 'audience', audience_id, ad_account_id, advertiser_id FROM audience_allocation
             UNION ALL SELECT 'exclusion', audience_id, '', '' FROM audience_exclusion
             UNION ALL SELECT 'request', id, '', '' FROM request
             ORDER BY 1, 2, 3, 4",
        )?;
        let mut text = String::new();
        for slot in statement.query_map([], Slot::of_row)? {
            let slot = slot?;
            let line = (slot.kind, &slot.object, &slot.ad_account, &slot.holder, slot.read(&book)?);
            text.push_str(&serde_json::to_string(&line).unwrap_or_default());
            text.push('\n');
        }
        Ok(text)
    }
}

fn entry(book: &Connection, seq: i64) -> Result<EntryRef> {
    let mut statement = book.prepare_cached("SELECT seq, id, at, actor, action FROM entry WHERE seq = ?")?;
    Ok(statement.query_row([seq], entry_ref)?)
}

/// The edits of an entry with the names of their objects.
fn edit_rows(book: &Connection, entry: i64, from: u32, limit: usize) -> Result<Vec<EditRow>> {
    let mut statement = book.prepare_cached(
        "SELECT d.kind, d.before, d.after, d.object_id, d.ad_account_id, d.holder_id, t.name, v.name, x.id, x.name,
                CASE d.kind WHEN 'campaign' THEN (SELECT name FROM campaign WHERE id = d.object_id)
                WHEN 'goal' THEN (SELECT name FROM goal WHERE id = d.object_id)
                WHEN 'request' THEN (SELECT name FROM request WHERE id = d.object_id)
                ELSE (SELECT name FROM audience WHERE id = d.object_id LIMIT 1) END
         FROM edit d LEFT JOIN ad_account t ON t.id = d.ad_account_id
         LEFT JOIN advertiser v ON v.id = d.holder_id AND d.kind NOT IN ('xpo_account', 'link', 'default')
         LEFT JOIN xpo_account x ON x.id = coalesce(v.xpo_account_id, d.holder_id)
         WHERE d.entry = ? AND d.n >= ? ORDER BY d.n LIMIT ?",
    )?;
    let mut rows = statement.query(params![entry, from, i64::try_from(limit).unwrap_or(i64::MAX)])?;
    let mut edits = Vec::new();
    while let Some(row) = rows.next()? {
        let kind: SlotKind = row.get(0)?;
        let words = |value: Option<String>| value.map(|value| in_words(book, kind, &value)).transpose();
        let (object, holder) = kinds_of(kind);
        let named = |kind: ObjectKind, id: usize, name: usize| -> rusqlite::Result<Option<Named>> {
            let id: String = row.get(id)?;
            let name = row.get::<_, Option<String>>(name)?.unwrap_or_default();
            Ok((!id.is_empty()).then_some(Named { kind, id, name }))
        };
        let of_advertiser = row.get::<_, Option<String>>(7)?.is_some();
        edits.push(EditRow {
            kind,
            object: match object {
                Some(object) => named(object, 3, 10)?,
                None => None,
            },
            ad_account: named(ObjectKind::AdAccount, 4, 6)?,
            holder: named(holder, 5, if holder == ObjectKind::Advertiser { 7 } else { 9 })?,
            xpo_account: if of_advertiser { named(ObjectKind::XpoAccount, 8, 9)? } else { None },
            before: words(row.get(1)?)?,
            after: words(row.get(2)?)?,
        });
    }
    Ok(edits)
}

/// As many edits of an entry as an outcome shows.
pub(crate) fn first_edits(book: &Connection, entry: i64) -> Result<Vec<EditRow>> {
    edit_rows(book, entry, 0, crate::decisions::outcome::SHOWN)
}

/// All edits of an entry, in order.
pub(crate) fn all_edits(book: &Connection, entry: i64) -> Result<Vec<EditRow>> {
    edit_rows(book, entry, 0, usize::MAX)
}

/// The edits of an entry, in order.
pub(crate) fn edits_of(book: &Connection, entry: i64) -> Result<Vec<Edit>> {
    let mut statement = book.prepare_cached(
        "SELECT kind, object_id, ad_account_id, holder_id, before, after FROM edit WHERE entry = ? ORDER BY n",
    )?;
    let edits = statement.query_map([entry], |row| {
        Ok(Edit { slot: Slot::of_row(row)?, before: row.get(4)?, after: row.get(5)? })
    })?;
    Ok(edits.collect::<rusqlite::Result<_>>()?)
}

/// The text in which a search finds the entry of a change.
pub(crate) fn text_of(change: &Change, outcome: &Outcome) -> String {
    let mut words = BTreeSet::new();
    for edit in &outcome.edits {
        let parts = [&edit.object, &edit.ad_account, &edit.holder, &edit.xpo_account];
        for Named { id, name, .. } in parts.into_iter().flatten() {
            words.insert(name.as_str());
            words.insert(id.as_str());
        }
        words.extend([&edit.before, &edit.after].into_iter().flatten().map(String::as_str));
    }
    let action = change.action.name().replace('_', " ");
    let ChangeId(id) = &change.id;
    let words: Vec<&str> = [change.actor.as_str(), &action, id].into_iter().chain(words).collect();
    fold(&words.join("\n"))
}
