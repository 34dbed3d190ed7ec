//! The change history.

use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::decisions::journal::{
    ENTRY_REF, ENTRY_REF_COLUMNS, edit_rows, entry_ref, entry_summary, find_entry, origin, undone_by,
};
use crate::decisions::kinds::KINDS;
use crate::decisions::{EditRow, EntryRef};
use crate::ids::{ChangeId, RequestId};
use crate::json_column::json;
use crate::named::{Named, ObjectKind};
use crate::queries::edits::first_matches;
use crate::queries::paging::{Query, Select, rows_of};
use crate::requests::outbox::may_have_been_sent;
use crate::search_text::{Part, entries_with, other_verb_forms};
use crate::text::search_terms;
use crate::text_enum::text_enum;
use crate::{Book, Result, fold};

/// Entries are sorted from the newest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HistoryQuery {
    /// Finds parts of words, parts of at least four characters of ids, and the whole id of any campaign, audience, goal or tag
    /// that an entry changed.
    pub search: String,
    pub actions: Vec<String>,
    pub actors: Vec<String>,
    /// An object that the entries are about. For an XPO account, this includes its advertisers.
    pub about: Option<HistorySubject>,
    #[specta(type = Option<f64>)]
    pub from: Option<i64>,
    #[specta(type = Option<f64>)]
    pub until: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct HistorySubject {
    pub kind: ObjectKind,
    pub id: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HistoryRow {
    pub entry: EntryRef,
    /// The number of decisions that the entry changed.
    pub edits: u32,
    /// The first [`FIRST_EDITS`] edits, or the first that match `found_by`, if they are among the first [`EDITS_SEARCHED`].
    pub first: Vec<EditRow>,
    /// The words of the search that only edits of the entry contain; the first of them if no edit contains them all.
    pub found_by: String,
    pub undoes: Option<EntryRef>,
    /// The latest entry that undid it, or a part of it, and was not undone itself.
    pub undone_by: Option<EntryRef>,
    pub undo: UndoState,
    /// Whether undoing the entry is a redo, because the entry is an undo.
    pub is_undo: bool,
    /// The summary of the change that the entry made, undid or redid.
    pub subject: String,
}

text_enum! {
    /// Whether an entry can be undone. What depends on later changes is found by a preview.
    UndoState {
        Possible = "possible"
        /// An undo left some of its edits as they were.
        Partly = "partly"
        Undone = "undone"
        /// It requested an account, and the request may have been mailed.
        Mailed = "mailed"
        /// A2: it initialized campaigns.
        Permanent = "permanent"
    }
}

/// What Undo and Redo in the top bar are about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Type)]
pub struct NextUndo {
    /// The last change that can be undone and was not.
    pub undo: Option<HistoryRow>,
    /// Whether a change that cannot be undone as a whole has followed it.
    pub skips: bool,
    /// The last undo that was not undone, as long as no other change has followed it.
    pub redo: Option<HistoryRow>,
}

pub const FIRST_EDITS: usize = 3;

/// The edits of an entry among which those that match the search are looked for. An entry can have 100,000.
pub const EDITS_SEARCHED: u32 = 1_000;

impl Query for HistoryQuery {
    type Id = i64;
    type Row = HistoryRow;

    fn select(&self) -> Select {
        let mut select = self.everything();
        // Each entry has the hashes of all names, but the ids of only the first objects. The others are found by their whole id.
        let about = |kind| format!("e.seq IN ({})", about_sql(kind).replace("{}", "{term}"));
        let by_ad_account = "SELECT entry FROM edit WHERE ad_account_id {id} AND ad_account_id <> ''";
        let by_name = "SELECT t.entry AS id, n.value AS term
                       FROM entry_text t, json_each(names_in(t.names, {list})) n";
        select.search_pasted(
            &self.search,
            &[
                about(ObjectKind::Campaign),
                about(ObjectKind::XpoAccount),
                about(ObjectKind::Advertiser),
                about(ObjectKind::Change),
                format!("e.seq IN ({by_ad_account})"),
                by_name.to_owned(),
            ],
        );
        select.one_of("e.action", &self.actions);
        select.one_of("e.actor", &self.actors);
        if let Some(HistorySubject { kind, id }) = &self.about {
            let placeholder = select.bind(id.clone());
            select.conditions.push(format!("e.seq IN ({})", about_sql(*kind).replace("{}", &placeholder)));
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
        select.descending = true;
        select
    }

    fn found(&self, book: &Connection) -> Result<Option<Vec<i64>>> {
        if self.search.contains('\n') {
            return Ok(None);
        }
        let mut about = book.prepare_cached(&about_sql(ObjectKind::Campaign).replace("{}", "?"))?;
        let mut part = |word: &str| {
            let entries = about.query_map([word], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
            Ok(Part::new(word, entries))
        };
        let parts: Vec<Part> = search_terms(&fold(&self.search)).map(&mut part).collect::<Result<_>>()?;
        Ok(if parts.is_empty() { None } else { Some(entries_with(book, &parts)?) })
    }

    fn rows(book: &Connection, ids: &[i64]) -> Result<Vec<(i64, HistoryRow)>> {
        let mut statement = book.prepare_cached(&format!(
            "SELECT {ENTRY_REF}, e.undoes, coalesce((SELECT max(d.position) + 1 FROM edit_row d WHERE d.entry = e.seq), 0)
             FROM json_each(?) j JOIN entry e ON e.seq = j.value"
        ))?;
        let found: Vec<(EntryRef, Option<i64>, u32)> = statement
            .query_map([json(ids)], |row| {
                Ok((entry_ref(row)?, row.get(ENTRY_REF_COLUMNS)?, row.get(ENTRY_REF_COLUMNS + 1)?))
            })?
            .collect::<rusqlite::Result<_>>()?;
        let other = |seq: Option<i64>| seq.map(|seq| entry(book, seq)).transpose();
        let row = |(entry, undoes, edits): (EntryRef, _, _)| {
            let undo = undone_by(book, entry.seq)?;
            let (subject, steps) = match undoes {
                None => (entry.summary.clone(), 0),
                Some(_) => {
                    let (origin, steps) = origin(book, entry.seq)?;
                    (entry_summary(book, origin)?, steps)
                }
            };
            let row = HistoryRow {
                edits,
                first: edit_rows(book, entry.seq, 0, FIRST_EDITS)?,
                found_by: String::new(),
                undoes: other(undoes)?,
                undone_by: other(undo.map(|(undo, _)| undo))?,
                undo: undo_state(book, &entry, undo)?,
                is_undo: steps % 2 == 1,
                subject,
                entry,
            };
            Ok((row.entry.seq, row))
        };
        found.into_iter().map(row).collect()
    }

    /// Shows the edits that match the search, so that the reader sees why an entry was found.
    fn complete(&self, book: &Connection, rows: &mut [HistoryRow]) -> Result<()> {
        let words: Vec<(&str, String)> = search_terms(&self.search).map(|word| (word, fold(word))).collect();
        for row in rows {
            let EntryRef { actor, action, summary, .. } = &row.entry;
            let mut said = fold(&format!("{actor}\n{}\n{summary}", action.replace('_', " ")));
            let forms: Vec<&str> = other_verb_forms(&said).collect();
            said = said + "\n" + &forms.join("\n");
            let hidden = words.iter().filter(|(_, folded)| !said.contains(folded));
            let (hidden, folded): (Vec<&str>, Vec<&str>) =
                hidden.map(|(word, folded)| (*word, folded.as_str())).unzip();
            if hidden.is_empty() {
                continue;
            }
            let (word, found) = first_matches(book, row.entry.seq, &folded, FIRST_EDITS, EDITS_SEARCHED)?;
            let all_read = row.edits <= EDITS_SEARCHED;
            if !found.is_empty() || !all_read {
                // A later edit may contain each of the words.
                let word = word.filter(|_| all_read);
                row.found_by = word.map_or_else(|| hidden.join(" "), |word| hidden[word].to_owned());
            }
            if !found.is_empty() {
                row.first = found;
            }
        }
        Ok(())
    }
}

fn undo_state(book: &Connection, entry: &EntryRef, undo: Option<(i64, bool)>) -> Result<UndoState> {
    Ok(match undo {
        Some((_, false)) => UndoState::Undone,
        _ if entry.action == "initialize_campaigns" => UndoState::Permanent,
        _ if entry.action == "request_account"
            && may_have_been_sent(book, &RequestId(entry.id.0.clone()))? =>
        {
            UndoState::Mailed
        }
        Some(_) => UndoState::Partly,
        None => UndoState::Possible,
    })
}

/// Returns a query for the entries about the object `{}`.
fn about_sql(kind: ObjectKind) -> String {
    const OF_OBJECT: &str = "SELECT entry FROM edit_row WHERE object_id <> '' AND object_id";
    let held_by = |holder: ObjectKind| {
        let kinds = KINDS.iter().filter(|kind| kind.holder == Some(holder));
        let kinds: Vec<String> = kinds.map(|kind| format!("'{}'", kind.kind.as_str())).collect();
        format!("SELECT entry FROM edit WHERE kind IN ({}) AND holder_id", kinds.join(", "))
    };
    match kind {
        ObjectKind::AdAccount => {
            let in_values = KINDS.iter().filter_map(|kind| {
                let (condition, kind) = (kind.names_ad_account?, kind.kind.as_str());
                // SQLite may evaluate the condition first, so it must not meet values of other kinds.
                Some(format!(
                    " UNION SELECT entry FROM edit
                     WHERE kind = '{kind}' AND CASE kind WHEN '{kind}' THEN {condition} END"
                ))
            });
            let by_id = "SELECT entry FROM edit WHERE ad_account_id = stored_id({}) AND ad_account_id <> ''"
                .to_owned();
            by_id + &in_values.collect::<String>()
        }
        ObjectKind::XpoAccount => {
            let (held, of_advertiser) = (held_by(ObjectKind::XpoAccount), held_by(ObjectKind::Advertiser));
            let advertisers = "(SELECT id FROM advertiser WHERE xpo_account_id = {})";
            format!(
                "{OF_OBJECT} = {{}} UNION {OF_OBJECT} IN {advertisers}
                 UNION {held} = {{}} UNION {of_advertiser} IN {advertisers}"
            )
        }
        ObjectKind::Advertiser => {
            format!("{OF_OBJECT} = {{}} UNION {} = {{}}", held_by(ObjectKind::Advertiser))
        }
        ObjectKind::Campaign | ObjectKind::Audience | ObjectKind::Goal | ObjectKind::Request => {
            format!("{OF_OBJECT} = stored_id({{}})")
        }
        ObjectKind::Change => "SELECT seq FROM entry WHERE id = {}".to_owned(),
    }
}

impl Book {
    /// Returns what the history of an object calls it. Its name is empty if it was removed.
    pub fn history_subject(&self, subject: &HistorySubject) -> Result<Named> {
        Named::of(&self.read(), subject.kind, &subject.id)
    }

    /// Returns what Undo and Redo are about.
    pub fn next_undo(&self) -> Result<NextUndo> {
        self.snapshot(|book| {
            let mut next = NextUndo::default();
            let mut statement =
                book.prepare_cached("SELECT seq, action = 'undo' FROM entry ORDER BY seq DESC")?;
            let mut entries = statement.query([])?;
            let mut only_undos = true;
            while let Some(entry) = entries.next()? {
                let (seq, is_undo): (i64, bool) = (entry.get(0)?, entry.get(1)?);
                only_undos &= is_undo;
                let wanted = if is_undo { only_undos && next.redo.is_none() } else { true };
                if !wanted || undone_by(book, seq)?.is_some() {
                    continue;
                }
                let Some(row) = rows_of::<HistoryQuery>(book, &[seq])?.pop() else { continue };
                if row.is_undo {
                    next.redo = Some(row);
                } else if row.undo != UndoState::Possible {
                    next.skips = true;
                } else if !is_undo {
                    // Not a redo: the change that it restored is offered instead.
                    next.undo = Some(row);
                    break;
                }
            }
            Ok(next)
        })
    }

    /// Returns those of `changes` that can still be undone, or redone if they are undos.
    pub fn undoable(&self, changes: &[ChangeId]) -> Result<Vec<ChangeId>> {
        let redo = self.next_undo()?.redo.map(|row| row.entry.id);
        self.snapshot(|book| {
            let mut undoable = Vec::new();
            for change in changes {
                let Some((seq, _)) = find_entry(book, change)? else { continue };
                let Some(row) = rows_of::<HistoryQuery>(book, &[seq])?.pop() else { continue };
                let is_next = !row.is_undo || redo.as_ref() == Some(change);
                if is_next && matches!(row.undo, UndoState::Possible | UndoState::Partly) {
                    undoable.push(change.clone());
                }
            }
            Ok(undoable)
        })
    }

    /// Returns the names of everyone who made a change.
    pub fn actors(&self) -> Result<Vec<String>> {
        let book = self.read();
        let mut statement = book.prepare_cached("SELECT DISTINCT actor FROM entry ORDER BY actor")?;
        let actors = statement.query_map([], |row| row.get(0))?;
        Ok(actors.collect::<rusqlite::Result<_>>()?)
    }
}

fn entry(book: &Connection, seq: i64) -> Result<EntryRef> {
    let mut statement = book.prepare_cached(&format!("SELECT {ENTRY_REF} FROM entry e WHERE e.seq = ?"))?;
    Ok(statement.query_row([seq], entry_ref)?)
}
