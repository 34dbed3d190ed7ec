//! The default TikTok ad account of an XPO account (R3, R4, A6, invariant 1).

use rusqlite::{Connection, Row, Transaction, params};

use super::{DecisionKey, DecisionValue, Ids};
use crate::Result;
use crate::ids::{AdAccountId, XpoAccountId};
use crate::named::{Named, ObjectKind};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DefaultAccount(pub XpoAccountId);

impl DecisionKey for DefaultAccount {
    type Value = AdAccountId;

    const HOLDER: Option<ObjectKind> = Some(ObjectKind::XpoAccount);
    const VALUE: &'static str = "d.ad_account_id";
    const FOLLOWS_ALLOCATIONS: bool = true;
    const NAMES_AD_ACCOUNT: Option<&'static str> = Some("{} IN (before, after)");
    const EXPORT: Option<(&'static str, &'static str)> = Some((
        "default-accounts",
        r#"SELECT x.name AS "XPO account", d.ad_account_id AS "TikTok Ad Account ID", t.name AS "Name",
            d.xpo_account_id AS "XPO account ID" FROM default_account d JOIN ad_account t ON t.id = d.ad_account_id
            JOIN xpo_account x ON x.id = d.xpo_account_id ORDER BY d.xpo_account_id"#,
    ));

    fn ids(&self) -> [&str; 3] {
        ["", "", self.0.as_str()]
    }

    fn from_ids([_, _, xpo_account]: Ids) -> Self {
        DefaultAccount(XpoAccountId(xpo_account))
    }

    fn value(row: &Row<'_>) -> rusqlite::Result<AdAccountId> {
        row.get(0)
    }

    fn write(&self, book: &Transaction<'_>, entry: i64, ad_account: &AdAccountId) -> Result<()> {
        book.prepare_cached(
            "INSERT INTO default_account (xpo_account_id, ad_account_id, entry) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET ad_account_id = ?2, entry = ?3",
        )?
        .execute(params![self.0, ad_account, entry])?;
        Ok(())
    }
}

impl DecisionValue for AdAccountId {
    fn to_text(&self) -> String {
        self.0.clone()
    }

    fn from_text(text: &str) -> Result<Self> {
        Ok(AdAccountId::from(text))
    }

    fn label(&self, book: &Connection) -> Result<String> {
        let named = Named::of(book, ObjectKind::AdAccount, self.as_str())?;
        Ok(if named.name.is_empty() { named.id } else { named.name })
    }
}
