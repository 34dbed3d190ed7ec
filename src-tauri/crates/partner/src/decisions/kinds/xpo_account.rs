//! An XPO account: a client of the partner (A1).

use rusqlite::{Connection, Row, Transaction, params};
use serde::{Deserialize, Serialize};

use super::{Decision, DecisionValue, Export, key, write_row};
use crate::ids::XpoAccountId;
use crate::text_enum::text_enum;
use crate::text::{fold, name_key};
use crate::Result;

/// The file in which XPO accounts and advertisers are exported, and which the import reads back.
pub(crate) const DIRECTORY: Export = (
    "xpo-accounts-and-advertisers",
    r#"SELECT x.name AS "XPO account", v.name AS "Advertiser",
        upper(substr(x.state, 1, 1)) || substr(x.state, 2) AS "State",
        iif(x.archived OR coalesce(v.archived, 0), 'Yes', '') AS "Archived",
        x.id AS "XPO account ID", v.id AS "Advertiser ID"
    FROM xpo_account x LEFT JOIN advertiser v ON v.xpo_account_id = x.id ORDER BY x.name_folded, v.name_folded"#,
);

text_enum! {
    /// The state of an XPO account.
    XpoState {
        Active = "active", "Active"
        Suspended = "suspended", "Suspended"
        Inactive = "inactive", "Inactive"
    }
}

key! {
    XpoAccount { id: XpoAccountId = OBJECT } = XpoAccountValue
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct XpoAccountValue {
    pub name: String,
    pub state: XpoState,
    pub archived: bool,
}

impl Decision for XpoAccount {
    const VALUE: &'static str = "d.name, d.state, d.archived";
    const EXPORT: Option<Export> = Some(DIRECTORY);

    fn write(&self, book: &Transaction<'_>, entry: i64, value: &XpoAccountValue, is_new: bool) -> Result<()> {
        let XpoAccountValue { name, state, archived } = value;
        let sql = if is_new {
            "INSERT OR ROLLBACK INTO xpo_account (id, name, name_key, name_folded, state, archived, entry)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
        } else {
            "UPDATE OR ROLLBACK xpo_account SET name = ?2, name_key = ?3, name_folded = ?4, state = ?5, archived = ?6,
                 entry = ?7 WHERE id = ?1"
        };
        let values = params![self.id, name, name_key(name), fold(name), state, archived, entry];
        write_row(book, sql, values)
    }
}

impl DecisionValue for XpoAccountValue {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(XpoAccountValue { name: row.get(0)?, state: row.get(1)?, archived: row.get(2)? })
    }

    fn label(&self, _book: &Connection) -> Result<String> {
        let archived = if self.archived { " · Archived" } else { "" };
        Ok(format!("{} · {}{archived}", self.name, self.state.label()))
    }
}
