//! The edits of an entry of the change history.

use std::collections::HashMap;
use std::sync::LazyLock;

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::decisions::EditRow;
use crate::decisions::journal::{edit_row, edit_rows, edits, follows, undone_edits};
use crate::decisions::kinds::DecisionKind;
use crate::queries::paging::{Query, Select};
use crate::text_enum::text_enum;
use crate::{Result, fold};

/// Edits are in the order in which they were made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct EditQuery {
    #[specta(type = u32)]
    pub entry: i64,
    /// Searches names, ids, and the values before and after.
    pub search: String,
    pub kinds: Vec<DecisionKind>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct EntryEdit {
    /// Its number within the entry.
    pub number: u32,
    pub edit: EditRow,
    pub lock: Option<EditLock>,
}

text_enum! {
    /// Why an undo cannot leave out an edit, or cannot include it.
    EditLock {
        /// It followed from the allocations of the change.
        Follows = "follows"
        /// An earlier undo has undone it.
        Undone = "undone"
    }
}

/// The text of the edit `d` with the subject `s` that is searched. Ids are lower case.
static TEXT: LazyLock<String> = LazyLock::new(|| {
    let label = |kind: &DecisionKind| format!(" WHEN '{}' THEN '{}'", kind.as_str(), fold(kind.label()));
    let labels: String = DecisionKind::ALL.iter().map(label).collect();
    format!(
        "concat_ws(char(10), CASE s.kind{labels} END, d.object_id, s.ad_account_id, s.holder_id, t.name_folded,
         v.name_folded, x.name_folded, r.name_folded, fold(concat_ws(char(10), d.before, d.after, c.name,
             (SELECT u.name FROM audience u WHERE u.id = d.object_id LIMIT 1))))"
    )
});

const WITH_NAMES: &str = " LEFT JOIN ad_account t ON t.id = s.ad_account_id
    LEFT JOIN advertiser v ON v.id = iif(s.kind = 'advertiser', d.object_id, s.holder_id)
    LEFT JOIN xpo_account x
        ON x.id = coalesce(v.xpo_account_id, iif(s.kind = 'xpo_account', d.object_id, s.holder_id))
    LEFT JOIN campaign c ON c.id = d.object_id LEFT JOIN request r ON r.id = d.object_id";

impl Query for EditQuery {
    /// The number of the entry and the number of the edit, separated by a space.
    type Id = String;
    type Row = EntryEdit;

    fn select(&self) -> Select {
        let mut select = self.everything();
        let is_search = !self.search.trim().is_empty();
        if is_search || !self.kinds.is_empty() {
            select.from.push_str(" JOIN edit_subject s ON s.id = d.subject");
        }
        if is_search {
            select.from.push_str(WITH_NAMES);
            select.search(&self.search, &[TEXT.as_str()]);
        }
        select.one_of("s.kind", &self.kinds);
        select
    }

    fn everything(&self) -> Select {
        let mut select = Select::from("edit_row d", "d.position");
        select.row = "d.entry || ' ' || d.position".to_owned();
        select.filter("d.entry = {}", self.entry);
        select
    }

    fn rows(book: &Connection, ids: &[String]) -> Result<Vec<(String, EntryEdit)>> {
        let mut has_allocations =
            book.prepare_cached("SELECT 1 FROM edit WHERE entry = ? AND kind = 'account_allocation'")?;
        let mut undone = (0, HashMap::new());
        let mut rows = Vec::with_capacity(ids.len());
        for id in ids {
            let numbers = id
                .split_once(' ')
                .and_then(|(entry, position)| Some((entry.parse().ok()?, position.parse().ok()?)));
            let Some((entry, number)): Option<(i64, u32)> = numbers else { continue };
            let Some(edit) = edits(book, entry, number, 1)?.pop() else { continue };
            // A page has edits of one entry.
            if undone.0 != entry {
                undone = (entry, undone_edits(book, entry)?.unwrap_or_default());
            }
            let lock = if follows(&edit, true) && follows(&edit, has_allocations.exists([entry])?) {
                Some(EditLock::Follows)
            } else if undone.1.contains_key(&edit.decision()) {
                Some(EditLock::Undone)
            } else {
                None
            };
            let previous = rows.last().map(|(_, row): &(String, EntryEdit)| &row.edit);
            rows.push((id.clone(), EntryEdit { number, edit: edit_row(book, &edit, previous)?, lock }));
        }
        Ok(rows)
    }
}

/// Returns the first edits of an entry that contain each of the words or, if there is none, one of them, with that word. They are
/// looked for among the first `read`.
pub(crate) fn first_matches(
    book: &Connection,
    entry: i64,
    words: &[&str],
    limit: usize,
    read: u32,
) -> Result<(Option<usize>, Vec<EditRow>)> {
    let mut statement = book.prepare_cached(&format!(
        "SELECT d.position, {} FROM edit_row d JOIN edit_subject s ON s.id = d.subject {WITH_NAMES}
         WHERE d.entry = ? ORDER BY d.position LIMIT ?",
        *TEXT
    ))?;
    let mut rows = statement.query(params![entry, read])?;
    let mut with_all = Vec::new();
    let mut with_one = vec![Vec::new(); words.len()];
    while with_all.len() < limit
        && let Some(row) = rows.next()?
    {
        let (number, text): (_, String) = (row.get(0)?, row.get(1)?);
        let mut has_all = true;
        for (word, found) in words.iter().zip(&mut with_one) {
            if !text.contains(word) {
                has_all = false;
            } else if found.len() < limit {
                found.push(number);
            }
        }
        with_all.extend(has_all.then_some(number));
    }
    let with_one = with_one.into_iter().enumerate().map(|(word, found)| (Some(word), found));
    let found = std::iter::once((None, with_all)).chain(with_one).find(|(_, found)| !found.is_empty());
    let (word, numbers) = found.unwrap_or_default();
    let edit = |number| edit_rows(book, entry, number, 1);
    Ok((word, numbers.into_iter().map(edit).collect::<Result<Vec<_>>>()?.concat()))
}
