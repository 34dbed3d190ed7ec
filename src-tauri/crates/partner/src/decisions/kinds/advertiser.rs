//! An advertiser: a brand inside one XPO account, for good (A1).

use rusqlite::{Connection, Row, Transaction, params};
use serde::{Deserialize, Serialize};

use super::{DecisionKey, DecisionValue, Ids};
use crate::ids::{AdvertiserId, XpoAccountId};
use crate::named::ObjectKind;
use crate::{Result, fold};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Advertiser(pub AdvertiserId);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AdvertiserValue {
    pub name: String,
    pub xpo_account: XpoAccountId,
    pub archived: bool,
}

impl DecisionKey for Advertiser {
    type Value = AdvertiserValue;

    const HOLDER: Option<ObjectKind> = Some(ObjectKind::Advertiser);
    const VALUE: &'static str = "d.name, d.xpo_account_id, d.archived";
    /// Exported with the XPO accounts.
    const EXPORT: Option<(&'static str, &'static str)> = None;

    fn ids(&self) -> [&str; 3] {
        ["", "", self.0.as_str()]
    }

    fn from_ids([_, _, id]: Ids) -> Self {
        Advertiser(AdvertiserId(id))
    }

    fn value(row: &Row<'_>) -> rusqlite::Result<AdvertiserValue> {
        Ok(AdvertiserValue { name: row.get(0)?, xpo_account: row.get(1)?, archived: row.get(2)? })
    }

    fn write(&self, book: &Transaction<'_>, entry: i64, value: &AdvertiserValue) -> Result<()> {
        let AdvertiserValue { name, xpo_account, archived } = value;
        book.prepare_cached(
            "INSERT INTO advertiser (id, name, name_folded, xpo_account_id, archived, entry)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (id) DO UPDATE SET name = ?2, name_folded = ?3, archived = ?5, entry = ?6",
        )?
        .execute(params![self.0, name, fold(name), xpo_account, archived, entry])?;
        Ok(())
    }
}

impl DecisionValue for AdvertiserValue {
    fn label(&self, _book: &Connection) -> Result<String> {
        let archived = if self.archived { " · Archived" } else { "" };
        Ok(format!("{}{archived}", self.name))
    }
}
