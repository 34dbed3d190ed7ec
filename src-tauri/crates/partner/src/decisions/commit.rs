//! Every change goes through [`Book::preview`] or [`Book::commit`], which differ only in whether the transaction is rolled
//! back. They fail if the file cannot be read or written; nothing is changed then.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::mem;
use std::ops::ControlFlow;

use rusqlite::Transaction;

use crate::decisions::change::Change;
use crate::decisions::journal::{
    NewEntry, close_entry, edit_row, edits, entry_summary, find_entry, open_entry,
};
use crate::decisions::kinds::{AnyEdit, Decision, DecisionKind, DecisionValue, Edit, with_edit};
use crate::decisions::outcome::{Blocker, EDITS_SHOWN, EditCount, Outcome, Reason};
use crate::decisions::plan::{ChangeInfo, Plan};
use crate::decisions::rules::Action;
use crate::decisions::summary::summary;
use crate::ids::is_uuid;
use crate::named::{Named, ObjectKind};
use crate::progress::Progress;
use crate::search_text::{SearchText, other_verb_forms};
use crate::text::words;
use crate::{Book, Error, Result, fold, name};

impl Book {
    /// Returns what [`Book::commit`] would do, or everything that blocks it. Nothing is changed.
    pub fn preview(&self, change: &Change) -> Result<Outcome> {
        self.preview_with(change, &mut |_| ControlFlow::Continue(()))
    }

    /// Like [`Book::preview`], for a large change: calls `progress` with the number of decisions and blockers so far.
    ///
    /// # Errors
    /// [`Error::Cancelled`].
    pub fn preview_with(&self, change: &Change, progress: &mut Progress<'_>) -> Result<Outcome> {
        self.dry_run(|book| decide(book, change, false, progress))
    }

    /// Returns the part of a change that nothing blocks (A14), or `None` if nothing is left. What was to be deallocated or
    /// removed for a blocked part stays.
    pub fn unblocked_part(&self, change: &Change) -> Result<Option<Action>> {
        let rest = change.action.unblocked(&self.preview(change)?.blockers);
        let Some(Action::DeallocateFirst(mut first)) = rest else { return Ok(rest) };
        let then = Change { action: (*first.then).clone(), ..change.clone() };
        let needed = self.preview(&then)?.blockers;
        let is_needed = |id: &str| needed.iter().any(|blocker| blocker.object.id == id);
        first.campaigns.retain(|id| is_needed(id.as_str()));
        first.goals.retain(|id| is_needed(id.as_str()));
        let nothing_first = first.campaigns.is_empty() && first.goals.is_empty();
        Ok(Some(if nothing_first { then.action } else { Action::DeallocateFirst(first) }))
    }

    /// Applies a change in one transaction and appends it to the history. If anything blocks it, nothing is changed and the
    /// outcome has no `entry`. A change that the history already contains is not applied again; another change with the same
    /// id is blocked.
    pub fn commit(&self, change: &Change) -> Result<Outcome> {
        self.commit_with(change, &mut |_| ControlFlow::Continue(()))
    }

    /// Like [`Book::commit`], for a large change: calls `progress` with the number of decisions and blockers so far.
    ///
    /// # Errors
    /// [`Error::Cancelled`]. Nothing is changed then.
    pub fn commit_with(&self, change: &Change, progress: &mut Progress<'_>) -> Result<Outcome> {
        self.commit_as(change, false, progress)
    }

    pub(crate) fn commit_as(
        &self,
        change: &Change,
        replayed: bool,
        progress: &mut Progress<'_>,
    ) -> Result<Outcome> {
        self.write_or_roll_back(|book| {
            let mut outcome = decide(book, change, replayed, progress)?;
            let ready = outcome.is_ready();
            if ready {
                outcome.entry = find_entry(book, &change.id)?.map(|(seq, _)| seq);
            }
            Ok((ready, outcome))
        })
    }
}

fn decide(
    book: &Transaction<'_>,
    change: &Change,
    replayed: bool,
    progress: &mut Progress<'_>,
) -> Result<Outcome> {
    let damaged = |error: serde_json::Error| Error::FileDamaged(error.to_string());
    if let Some((entry, recorded)) = find_entry(book, &change.id)? {
        let recorded: Change = serde_json::from_str(&recorded).map_err(damaged)?;
        return if recorded == *change {
            recorded_outcome(book, entry, &change.action)
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
    let mut plan = Plan::new(book, ChangeInfo { id: &change.id, at: change.at, replayed }, entry, progress);
    plan.decide(&change.action)?;
    let mut outcome = Outcome {
        blockers: mem::take(&mut plan.blockers),
        warnings: mem::take(&mut plan.warnings),
        default_replacements: mem::take(&mut plan.default_replacements),
        blocked_edits: mem::take(&mut plan.blocked_edits),
        summary: summary(book, entry, change.action.main(), plan.edits())?,
        ..Outcome::default()
    };
    for blocker in &mut outcome.blockers {
        let concerned = [blocker.holder.as_ref(), Some(&blocker.object)];
        blocker.xpo_account = Named::xpo_account_of(book, concerned)?;
        blocker.text = blocker.sentence();
    }
    for warning in &mut outcome.warnings {
        let concerned = [warning.holder.as_ref(), Some(&warning.object)];
        warning.xpo_account = Named::xpo_account_of(book, concerned)?;
        warning.text = warning.sentence();
    }
    for edit in plan.edits() {
        outcome.count(edit);
        if outcome.edits.len() < EDITS_SHOWN {
            outcome.edits.push(edit_row(book, edit, outcome.edits.last())?);
        }
    }
    outcome.count_moved(&change.action, plan.edits());
    outcome.difference = outcome.counts();
    if outcome.is_ready() {
        let text = search_text(book, change, &outcome, plan.edits())?;
        close_entry(book, entry, plan.edits(), &outcome.summary, &text)?;
    }
    Ok(outcome)
}

/// Returns the outcome of a change that is blocked before it is decided.
fn blocked(change: &Change, reason: Reason) -> Outcome {
    let blocker = Blocker::new(reason, Named::new(&change.id, &change.actor));
    let blockers = vec![Blocker { text: blocker.sentence(), ..blocker }];
    let outcome = Outcome { blockers, ..Outcome::default() };
    Outcome { difference: outcome.counts(), ..outcome }
}

/// Returns the outcome of a change that is in the history.
fn recorded_outcome(book: &Transaction<'_>, entry: i64, action: &Action) -> Result<Outcome> {
    let summary = entry_summary(book, entry)?;
    let mut outcome = Outcome { entry: Some(entry), summary, ..Outcome::default() };
    let edits = edits(book, entry, 0, usize::MAX)?;
    for edit in &edits {
        outcome.count(edit);
        if outcome.edits.len() < EDITS_SHOWN {
            outcome.edits.push(edit_row(book, edit, outcome.edits.last())?);
        }
    }
    outcome.count_moved(action, edits.iter());
    outcome.difference = outcome.counts();
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
                None => outcome.kinds.push(EditCount { kind: K::KIND, added, removed, changed, moved: 0 }),
            }
        }
        with_edit!(edit, edit => count(self, edit));
    }

    /// Counts what one advertiser loses and another gets. A campaign moves then, because it has one advertiser; a TikTok ad
    /// account or an audience may have several, so it moves only if that was asked for.
    fn count_moved<'a>(&mut self, action: &Action, edits: impl Iterator<Item = &'a AnyEdit> + Clone) {
        let asked = matches!(action.main(), Action::Move(_));
        for count in &mut self.kinds {
            let may_move = match count.kind {
                DecisionKind::CampaignAllocation => true,
                DecisionKind::AccountAllocation | DecisionKind::AudienceAllocation => asked,
                _ => false,
            };
            if !may_move || count.added == 0 || count.removed == 0 {
                continue;
            }
            // Of an object with its TikTok ad account: how many advertisers get it, and how many lose it.
            let mut objects = HashMap::<(&str, &str), (u32, u32)>::new();
            for edit in edits.clone().filter(|edit| edit.kind() == count.kind) {
                let [object, ad_account, _] = edit.ids();
                let (added, removed) = objects.entry((object, ad_account)).or_default();
                let is_removal = with_edit!(edit, edit => edit.after.is_none());
                *if is_removal { removed } else { added } += 1;
            }
            count.moved = objects.into_values().map(|(added, removed)| added.min(removed)).sum();
        }
    }
}

/// Returns what the search in the history finds the entry by: actor, action, the names and labels of all edits, the kinds of
/// those that are counted, and the ids of those that are shown.
fn search_text<'a>(
    book: &Transaction<'_>,
    change: &Change,
    outcome: &Outcome,
    edits: impl Iterator<Item = &'a AnyEdit>,
) -> Result<SearchText> {
    let mut label_words = BTreeSet::new();
    let mut objects = BTreeMap::new();
    for edit in edits {
        with_edit!(edit, edit => collect(book, edit, &mut objects, &mut label_words)?);
    }
    let action = change.action.main().name().replace('_', " ");
    let said = [change.actor.as_str(), &action, &outcome.summary].map(fold);
    let other_forms = other_verb_forms(&said[2]).map(str::to_owned);
    let mut texts: Vec<String> = said.iter().cloned().chain(other_forms).collect();
    texts.extend(outcome.kinds.iter().map(|count| fold(count.kind.label())));
    texts.extend(label_words.iter().map(|word| fold(word)));
    let mut names = Vec::new();
    for (kind, ids) in &mut objects {
        ids.sort_unstable();
        ids.dedup();
        names.extend(Named::folded(book, *kind, ids)?);
    }
    let shown = outcome.edits.iter();
    let shown = shown.flat_map(|edit| [&edit.object, &edit.ad_account, &edit.holder, &edit.xpo_account]);
    let mut ids: BTreeSet<&str> = shown.flatten().map(|named| named.id.as_str()).collect();
    ids.insert(change.id.as_str());
    Ok(SearchText::new(&texts, &names, &ids.into_iter().collect::<Vec<_>>()))
}

/// Collects the objects that an edit is about, and the words of the labels of its values.
fn collect<'a, K: Decision>(
    book: &Transaction<'_>,
    edit: &'a Edit<K>,
    objects: &mut BTreeMap<ObjectKind, Vec<&'a str>>,
    label_words: &mut BTreeSet<String>,
) -> Result<()> {
    for (kind, id) in edit.key.objects() {
        objects.entry(kind).or_default().push(id);
    }
    for value in [&edit.before, &edit.after].into_iter().flatten() {
        for word in words(&value.label(book)?) {
            if !label_words.contains(word) {
                label_words.insert(word.to_owned());
            }
        }
    }
    Ok(())
}
