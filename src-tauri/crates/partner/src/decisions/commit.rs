//! The one door for decisions: every [`Change`] goes through [`Book::preview`] and [`Book::commit`], which are one
//! function, rolled back or not.

use rusqlite::{OptionalExtension, Transaction, params};

use crate::decisions::change::{Action, Change};
use crate::decisions::decision::{Slot, SlotKind};
use crate::decisions::outcome::{Blocker, EditRow, Outcome, Reason, SHOWN};
use crate::decisions::plan::{Edit, Plan, in_words, names};
use crate::ids::is_uuid;
use crate::named::{Named, ObjectKind};
use crate::queries::history::{edits_of, first_edits};
use crate::{Book, Error, Result};

impl Book {
    /// What [`Book::commit`] would do, or everything that forbids it; nothing is changed.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn preview(&self, change: &Change) -> Result<Outcome> {
        self.dry_run(|book| decide(book, change, false))
    }

    /// Do a change, in one transaction, and append it to the history; when anything forbids it, nothing is changed and
    /// `entry` of the outcome is `None`. A change that the history has already is not done again; another with its id is
    /// refused.
    ///
    /// # Errors
    /// When the file cannot be written; then nothing is changed.
    pub fn commit(&self, change: &Change) -> Result<Outcome> {
        self.commit_as(change, false)
    }

    fn commit_as(&self, change: &Change, replayed: bool) -> Result<Outcome> {
        self.write_or_roll_back(|book| {
            let mut outcome = decide(book, change, replayed)?;
            let ready = outcome.is_ready();
            if ready {
                outcome.entry = entry_of(book, change)?.map(|(seq, _)| seq);
            }
            Ok((ready, outcome))
        })
    }

    /// Do the changes of another book's history in this one, which has the same facts. Nothing is mailed for them again.
    ///
    /// # Errors
    /// [`Error::CannotReplay`] at the first change that is refused here; those before it are done.
    pub fn replay(&self, changes: impl IntoIterator<Item = Change>) -> Result<()> {
        for change in changes {
            if self.commit_as(&change, true)?.entry.is_none() {
                return Err(Error::CannotReplay(change.id.0));
            }
        }
        Ok(())
    }
}

/// Do the change in a transaction, with its entry in the history.
fn decide(book: &Transaction<'_>, change: &Change, replayed: bool) -> Result<Outcome> {
    if let Some((seq, known)) = entry_of(book, change)? {
        let known: Change = serde_json::from_str(&known).map_err(|e| Error::FileDamaged(e.to_string()))?;
        return if known == *change { recorded(book, seq) } else { no_entry(change, Reason::IdInvalid) };
    }
    if !is_uuid(change.id.as_str()) {
        return no_entry(change, Reason::IdInvalid);
    }
    if crate::name::normalize(&change.actor).is_err() {
        return no_entry(change, Reason::NameInvalid);
    }
    let undoes = match &change.action {
        Action::Undo { change, .. } => Some(change),
        _ => None,
    };
    book.prepare_cached(
        "INSERT INTO entry (id, at, actor, action, undoes, change)
         VALUES (?, ?, ?, ?, (SELECT seq FROM entry WHERE id = ?), ?)",
    )?
    .execute(params![
        change.id,
        change.at.as_millisecond(),
        change.actor,
        change.action.name(),
        undoes,
        serde_json::to_string(change).map_err(|error| Error::FileDamaged(error.to_string()))?,
    ])?;
    let entry = book.last_insert_rowid();
    let mut plan = Plan::new(book, change, replayed, entry);
    plan.decide(&change.action)?;
    let mut outcome = Outcome {
        blockers: std::mem::take(&mut plan.blockers),
        warnings: std::mem::take(&mut plan.warnings),
        hand_overs: std::mem::take(&mut plan.hand_overs),
        ..Outcome::default()
    };
    for blocker in &mut outcome.blockers {
        blocker.xpo_account = Named::xpo_account_of(book, [blocker.holder.as_ref(), Some(&blocker.object)])?;
    }
    for warning in &mut outcome.warnings {
        warning.xpo_account = Named::xpo_account_of(book, [warning.holder.as_ref(), Some(&warning.object)])?;
    }
    for edit in plan.edits() {
        outcome.count(edit);
        if outcome.edits.len() < SHOWN {
            outcome.edits.push(edit_row(book, edit)?);
        }
    }
    if outcome.is_ready() {
        append(book, entry, change, &plan, &outcome)?;
    }
    Ok(outcome)
}

/// Write into the history what the change did. The text comes last: with it the entry is closed.
fn append(
    book: &Transaction<'_>,
    entry: i64,
    change: &Change,
    plan: &Plan<'_>,
    outcome: &Outcome,
) -> Result<()> {
    let mut append = book.prepare_cached("INSERT OR ROLLBACK INTO edit VALUES (?, ?, ?, ?, ?, ?, ?, ?)")?;
    for (n, edit) in (0_i64..).zip(plan.edits()) {
        let Slot { kind, object, ad_account, holder } = &edit.slot;
        append.execute(params![
            entry,
            n,
            kind.as_str(),
            object,
            ad_account,
            holder,
            edit.before,
            edit.after
        ])?;
    }
    book.prepare_cached("INSERT INTO entry_text (entry, text) VALUES (?, ?)")?
        .execute(params![entry, crate::queries::history::text_of(change, outcome)])?;
    Ok(())
}

/// The entry that the history has under the id of the change, and the change that it has there, in JSON.
fn entry_of(book: &Transaction<'_>, change: &Change) -> Result<Option<(i64, String)>> {
    Ok(book
        .prepare_cached("SELECT seq, change FROM entry WHERE id = ?")?
        .query_row([&change.id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?)
}

/// The outcome of a change that the history cannot take.
fn no_entry(change: &Change, reason: Reason) -> Result<Outcome> {
    let object = Named { kind: ObjectKind::Change, id: change.id.0.clone(), name: change.actor.clone() };
    Ok(Outcome { blockers: vec![Blocker::new(reason, object)], ..Outcome::default() })
}

/// The outcome of a change that is in the history.
fn recorded(book: &Transaction<'_>, seq: i64) -> Result<Outcome> {
    let mut outcome = Outcome { entry: Some(seq), edits: first_edits(book, seq)?, ..Outcome::default() };
    for edit in &edits_of(book, seq)? {
        outcome.count(edit);
    }
    Ok(outcome)
}

impl Outcome {
    fn count(&mut self, edit: &Edit) {
        let follows = matches!(edit.slot.kind, SlotKind::Link | SlotKind::Default);
        match (&edit.before, &edit.after) {
            (None, _) if !follows => self.added += 1,
            (_, None) if !follows => self.removed += 1,
            (Some(_), Some(_)) => self.changed += 1,
            _ => {}
        }
    }
}

/// An edit with names and words.
fn edit_row(book: &rusqlite::Connection, edit: &Edit) -> Result<EditRow> {
    let (object, ad_account, holder) = names(book, &edit.slot)?;
    let words = |value: &Option<String>| {
        value.as_deref().map(|value| in_words(book, edit.slot.kind, value)).transpose()
    };
    Ok(EditRow {
        kind: edit.slot.kind,
        xpo_account: Named::xpo_account_of(book, [holder.as_ref(), None])?,
        object,
        ad_account,
        holder,
        before: words(&edit.before)?,
        after: words(&edit.after)?,
    })
}
