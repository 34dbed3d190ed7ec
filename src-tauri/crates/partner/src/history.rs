//! The change history: what was decided, when, by whom.

use rusqlite::Connection;

use crate::change::Change;
use crate::plan::Edit;
use crate::slot::Slot;
use crate::{Book, Error, Result};

impl Book {
    /// Every change, oldest first: all that [`Book::replay`] needs.
    ///
    /// # Errors
    /// When the file cannot be read.
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

    /// Every decision that holds, a line of JSON each, in one order: two books with the same decisions give the same
    /// text. A line is `[kind, object, ad account, holder, value]`.
    ///
    /// # Errors
    /// When the file cannot be read.
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

/// What an entry did, in its order.
pub(crate) fn edits_of(book: &Connection, entry: i64) -> Result<Vec<Edit>> {
    let mut statement = book.prepare_cached(
        "SELECT kind, object_id, ad_account_id, holder_id, before, after FROM edit WHERE entry = ? ORDER BY n",
    )?;
    let edits = statement.query_map([entry], |row| {
        Ok(Edit { slot: Slot::of_row(row)?, before: row.get(4)?, after: row.get(5)? })
    })?;
    Ok(edits.collect::<rusqlite::Result<_>>()?)
}
