//! The default TikTok ad account of an XPO account (R3, R4, A6, invariant 1).

use rusqlite::{Connection, Row, Transaction, params};

use super::{Decision, DecisionValue, Export, key};
use crate::Result;
use crate::ids::{AdAccountId, XpoAccountId};
use crate::named::{Named, ObjectKind};

key! {
    DefaultAccount { xpo_account: XpoAccountId = HOLDER } = AdAccountId
}

impl Decision for DefaultAccount {
    const VALUE: &'static str = "d.ad_account_id";
    const FOLLOWS_ALLOCATIONS: bool = true;
    const NAMES_AD_ACCOUNT: Option<&'static str> = Some("{} IN (before, after)");
    const EXPORT: Option<Export> = Some((
        "default-accounts",
        r#"SELECT x.name AS "XPO account", d.ad_account_id AS "TikTok Ad Account ID", t.name AS "Name",
            d.xpo_account_id AS "XPO account ID" FROM default_account d JOIN ad_account t ON t.id = d.ad_account_id
            JOIN xpo_account x ON x.id = d.xpo_account_id ORDER BY d.xpo_account_id"#,
    ));

    fn write(&self, book: &Transaction<'_>, entry: i64, ad_account: &AdAccountId, _: bool) -> Result<()> {
        book.prepare_cached(
            "INSERT INTO default_account (xpo_account_id, ad_account_id, entry) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET ad_account_id = ?2, entry = ?3",
        )?
        .execute(params![self.xpo_account, ad_account, entry])?;
        Ok(())
    }
}

impl DecisionValue for AdAccountId {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        row.get(0)
    }

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
