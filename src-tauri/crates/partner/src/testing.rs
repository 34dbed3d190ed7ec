//! What only tests need: facts without a sync job, and the decisions and the history as a whole. Tests turn on the feature
//! `testing`; the application is built without it.

use std::collections::HashSet;
use std::ops::ControlFlow;

use jiff::Timestamp;

use crate::decisions::Change;
use crate::decisions::kinds::KINDS;
use crate::facts::objects::{Fact, FactKind};
use crate::facts::record::{
    WriteCounts, index_names, mark_deleted, missing, oldest_first, record, set_list_time,
};
use crate::ids::{AdAccountId, ChangeId};
use crate::{Book, Error, Result};

impl Book {
    /// Writes objects of one ad account in one transaction.
    pub fn record<F: Fact + Clone>(&self, account: &AdAccountId, facts: &[F]) -> Result<WriteCounts> {
        let page = self.compare_facts(account, &oldest_first(facts))?;
        self.write_facts(|book| {
            let counts = record(book, account, &page)?;
            while index_names(book, F::KIND, 1)? {}
            Ok(counts)
        })
    }

    /// Marks the ad account's objects that a complete list did not contain as deleted on TikTok. Returns their number.
    pub fn complete(
        &self,
        kind: FactKind,
        account: &AdAccountId,
        listed: &HashSet<String>,
        at: Timestamp,
    ) -> Result<u32> {
        self.write_facts(|book| {
            let missing = missing(book, kind, account, |id| listed.contains(&id.to_string()))?;
            mark_deleted(book, kind, account, &missing)?;
            set_list_time(book, kind, account, at)?;
            Ok(u32::try_from(missing.len()).unwrap_or(u32::MAX))
        })
    }

    /// Applies the changes of another book's history to this book, which has to have the same facts. Requests are not mailed
    /// again. Returns the first change that is blocked; the changes before it are kept.
    pub fn replay(&self, changes: impl IntoIterator<Item = Change>) -> Result<Option<ChangeId>> {
        for change in changes {
            if self.commit_as(&change, true, &mut |_| ControlFlow::Continue(()))?.entry.is_none() {
                return Ok(Some(change.id));
            }
        }
        Ok(None)
    }

    /// Returns all changes from the oldest, for [`Book::replay`].
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

    /// Returns all current decisions in a canonical text, so that books can be compared. Each line is a JSON array
    /// `[kind, object, ad account, holder, value]`.
    pub fn decisions(&self) -> Result<String> {
        let book = self.read();
        let mut decisions = Vec::new();
        for kind in KINDS {
            let in_force = (kind.in_force)(&book)?;
            decisions.extend(in_force.into_iter().map(|(ids, value)| (kind.kind.as_str(), ids, value)));
        }
        decisions.sort();
        let line = |(kind, [object, ad_account, holder], value): (&str, [String; 3], String)| {
            serde_json::to_string(&(kind, object, ad_account, holder, value)).unwrap_or_default() + "\n"
        };
        Ok(decisions.into_iter().map(line).collect())
    }
}
