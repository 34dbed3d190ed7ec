//! Every change goes through [`Book::preview`] or [`Book::commit`], which differ only in whether the transaction is rolled
//! back. They fail if the file cannot be read or written; nothing is changed then.

use std::collections::BTreeSet;
use std::mem;

use rusqlite::Transaction;

use crate::decisions::change::Change;
use crate::decisions::journal::{
    NewEntry, close_entry, edit_row, edits, entry_summary, find_entry, open_entry,
};
use crate::decisions::kinds::{AnyEdit, Decision, Edit, with_edit};
use crate::decisions::outcome::{Blocker, EDITS_SHOWN, EditCount, Outcome, Reason};
use crate::decisions::plan::{ChangeInfo, Plan};
use crate::decisions::rules::Action;
use crate::decisions::summary::summary;
use crate::ids::is_uuid;
use crate::named::Named;
use crate::{Book, Error, Result, fold, name};

impl Book {
    /// Returns what [`Book::commit`] would do, or everything that blocks it. Nothing is changed.
    pub fn preview(&self, change: &Change) -> Result<Outcome> {
        self.dry_run(|book| decide(book, change, false))
    }

    /// Applies a change in one transaction and appends it to the history. If anything blocks it, nothing is changed and the
    /// outcome has no `entry`. A change that the history already contains is not applied again; another change with the same
    /// id is blocked.
    pub fn commit(&self, change: &Change) -> Result<Outcome> {
        self.commit_as(change, false)
    }

    fn commit_as(&self, change: &Change, replayed: bool) -> Result<Outcome> {
        self.write_or_roll_back(|book| {
            let mut outcome = decide(book, change, replayed)?;
            let ready = outcome.is_ready();
            if ready {
                outcome.entry = find_entry(book, &change.id)?.map(|(seq, _)| seq);
            }
            Ok((ready, outcome))
        })
    }

    /// Applies the changes of another book's history to this book, which has to have the same facts. Requests are not mailed
    /// again.
    ///
    /// # Errors
    /// [`Error::CannotReplay`] for the first change that is blocked; the changes before it are kept.
    pub fn replay(&self, changes: impl IntoIterator<Item = Change>) -> Result<()> {
        for change in changes {
            if self.commit_as(&change, true)?.entry.is_none() {
                return Err(Error::CannotReplay(change.id.0));
            }
        }
        Ok(())
    }
}

fn decide(book: &Transaction<'_>, change: &Change, replayed: bool) -> Result<Outcome> {
    let damaged = |error: serde_json::Error| Error::FileDamaged(error.to_string());
    if let Some((entry, recorded)) = find_entry(book, &change.id)? {
        let recorded: Change = serde_json::from_str(&recorded).map_err(damaged)?;
        return if recorded == *change {
            recorded_outcome(book, entry)
        } else {
            Ok(blocked(change, Reason::IdInvalid))
        };
    }
    if !is_uuid(change.id.as_str()) {
        return Ok(blocked(change, Reason::IdInvalid));
    }
    if name::normalize(&change.actor).is_err() {
        return Ok(blocked(change, Reason::NameInvalid));
    }
    let new = NewEntry {
        id: &change.id,
        at: change.at.as_millisecond(),
        actor: &change.actor,
        action: change.action.main().name(),
        undoes: match change.action.main() {
            Action::Undo(undo) => Some(&undo.change),
            _ => None,
        },
        change: serde_json::to_string(change).map_err(damaged)?,
    };
    let entry = open_entry(book, &new)?;
    let mut plan = Plan::new(book, ChangeInfo { id: &change.id, at: change.at, replayed }, entry);
    plan.decide(&change.action)?;
    let mut outcome = Outcome {
        blockers: mem::take(&mut plan.blockers),
        warnings: mem::take(&mut plan.warnings),
        hand_overs: mem::take(&mut plan.hand_overs),
        blocked_edits: mem::take(&mut plan.blocked_edits),
        summary: summary(book, entry, change.action.main(), plan.edits())?,
        ..Outcome::default()
    };
    for blocker in &mut outcome.blockers {
        let concerned = [blocker.holder.as_ref(), Some(&blocker.object)];
        blocker.xpo_account = Named::xpo_account_of(book, concerned)?;
    }
    for warning in &mut outcome.warnings {
        let concerned = [warning.holder.as_ref(), Some(&warning.object)];
        warning.xpo_account = Named::xpo_account_of(book, concerned)?;
    }
    for edit in plan.edits() {
        outcome.count(edit);
        if outcome.edits.len() < EDITS_SHOWN {
            outcome.edits.push(edit_row(book, edit)?);
        }
    }
    if outcome.is_ready() {
        close_entry(book, entry, plan.edits(), &outcome.summary, &search_text(change, &outcome))?;
    }
    Ok(outcome)
}

/// Returns the outcome of a change that is blocked before it is decided.
fn blocked(change: &Change, reason: Reason) -> Outcome {
    let blockers = vec![Blocker::new(reason, Named::new(&change.id, &change.actor))];
    Outcome { blockers, ..Outcome::default() }
}

/// Returns the outcome of a change that is in the history.
fn recorded_outcome(book: &Transaction<'_>, entry: i64) -> Result<Outcome> {
    let summary = entry_summary(book, entry)?;
    let mut outcome = Outcome { entry: Some(entry), summary, ..Outcome::default() };
    for edit in &edits(book, entry, 0, usize::MAX)? {
        outcome.count(edit);
        if outcome.edits.len() < EDITS_SHOWN {
            outcome.edits.push(edit_row(book, edit)?);
        }
    }
    Ok(outcome)
}

impl Outcome {
    fn count(&mut self, edit: &AnyEdit) {
        fn count<K: Decision>(outcome: &mut Outcome, edit: &Edit<K>) {
            let (added, removed, changed) = match (&edit.before, &edit.after) {
                (Some(_), Some(_)) => (0, 0, 1),
                _ if K::FOLLOWS_ALLOCATIONS => return,
                (None, _) => (1, 0, 0),
                (_, None) => (0, 1, 0),
            };
            outcome.added += added;
            outcome.removed += removed;
            outcome.changed += changed;
            match outcome.kinds.iter_mut().find(|count| count.kind == K::KIND) {
                Some(count) => {
                    count.added += added;
                    count.removed += removed;
                    count.changed += changed;
                }
                None => outcome.kinds.push(EditCount { kind: K::KIND, added, removed, changed }),
            }
        }
        with_edit!(edit, edit => count(self, edit));
    }
}

/// Returns the text by which the search in the history finds the entry: actor, action, and the names, ids and labels of the
/// edits that are shown.
fn search_text(change: &Change, outcome: &Outcome) -> String {
    let mut words = BTreeSet::new();
    for edit in &outcome.edits {
        let named = [&edit.object, &edit.ad_account, &edit.holder, &edit.xpo_account];
        for Named { id, name, .. } in named.into_iter().flatten() {
            words.insert(name.as_str());
            words.insert(id.as_str());
        }
        words.extend([&edit.before, &edit.after].into_iter().flatten().map(String::as_str));
    }
    let action = change.action.main().name().replace('_', " ");
    let words: Vec<&str> = [change.actor.as_str(), &action, change.id.as_str(), &outcome.summary]
        .into_iter()
        .chain(words)
        .collect();
    fold(&words.join("\n"))
}
