//! The payment mode: who pays TikTok for the campaigns that a TikTok ad account runs for an XPO account (A9). Exactly the pairs
//! that have an allocation have one (invariant 5).

use rusqlite::{Transaction, params};

use super::{Decision, Export, key, text_value};
use crate::Result;
use crate::ids::{AdAccountId, XpoAccountId};
use crate::text_enum::text_enum;

text_enum! {
    /// Who pays TikTok (A9).
    PaymentMode {
        /// The client, with its own card or credit line.
        #[serde(rename = "self")]
        Client = "self", "Self"
        Knorex = "knorex", "Knorex"
    }
}
text_value! { PaymentMode }

key! {
    Payment { ad_account: AdAccountId = AD_ACCOUNT, xpo_account: XpoAccountId = HOLDER } = PaymentMode
}

impl Decision for Payment {
    const VALUE: &'static str = "d.payment_mode";
    const FOLLOWS_ALLOCATIONS: bool = true;
    const EXPORT: Option<Export> = Some((
        "payment-modes",
        r#"SELECT l.ad_account_id AS "TikTok Ad Account ID", t.name AS "Name", x.name AS "XPO account",
            iif(l.payment_mode = 'self', 'Self', 'Knorex') AS "Payment mode", l.xpo_account_id AS "XPO account ID"
        FROM account_link l JOIN ad_account t ON t.id = l.ad_account_id JOIN xpo_account x ON x.id = l.xpo_account_id
        ORDER BY l.ad_account_id, l.xpo_account_id"#,
    ));

    fn write(&self, book: &Transaction<'_>, entry: i64, mode: &PaymentMode, _: bool) -> Result<()> {
        book.prepare_cached(
            "INSERT INTO account_link (xpo_account_id, ad_account_id, payment_mode, entry) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET payment_mode = ?3, entry = ?4",
        )?
        .execute(params![self.xpo_account, self.ad_account, mode, entry])?;
        Ok(())
    }
}
