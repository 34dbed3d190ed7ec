//! An advertiser: a brand that belongs to one XPO account permanently (A1).

use rusqlite::{Connection, Row, Transaction, params};
use serde::{Deserialize, Serialize};

use super::{Decision, DecisionValue, Export, key, write_row};
use crate::ids::{AdvertiserId, XpoAccountId};
use crate::text::{fold, name_key};
use crate::Result;

key! {
    Advertiser { id: AdvertiserId = OBJECT } = AdvertiserValue
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AdvertiserValue {
    pub name: String,
    pub xpo_account: XpoAccountId,
    pub archived: bool,
}

impl Decision for Advertiser {
    const VALUE: &'static str = "d.name, d.xpo_account_id, d.archived";
    /// Exported with the XPO accounts.
    const EXPORT: Option<Export> = None;

    fn write(&self, book: &Transaction<'_>, entry: i64, value: &AdvertiserValue, is_new: bool) -> Result<()> {
        let AdvertiserValue { name, xpo_account, archived } = value;
        let sql = if is_new {
            "INSERT OR ROLLBACK INTO advertiser (id, name, name_key, name_folded, archived, entry, xpo_account_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
        } else {
            "UPDATE OR ROLLBACK advertiser SET name = ?2, name_key = ?3, name_folded = ?4, archived = ?5, entry = ?6
             WHERE id = ?1 AND xpo_account_id = ?7"
        };
        let values = params![self.id, name, name_key(name), fold(name), archived, entry, xpo_account];
        write_row(book, sql, values)
    }
}

impl DecisionValue for AdvertiserValue {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(AdvertiserValue { name: row.get(0)?, xpo_account: row.get(1)?, archived: row.get(2)? })
    }

    fn label(&self, _book: &Connection) -> Result<String> {
        let archived = if self.archived { " · Archived" } else { "" };
        Ok(format!("{}{archived}", self.name))
    }
}
