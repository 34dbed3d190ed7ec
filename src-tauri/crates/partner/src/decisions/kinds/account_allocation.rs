//! The allocation of a TikTok ad account to an advertiser (R11–R25).

use rusqlite::{Transaction, params};

use super::{Decision, Export, key, text_value};
use crate::Result;
use crate::ids::{AdAccountId, AdvertiserId};
use crate::text_enum::text_enum;

text_enum! {
    /// The value of decisions that are either in force or not.
    Allocated { Allocated = "allocated", "Allocated" }
}
text_value! { Allocated }

key! {
    AccountAllocation { ad_account: AdAccountId = AD_ACCOUNT, advertiser: AdvertiserId = HOLDER } = Allocated
}

impl Decision for AccountAllocation {
    const VALUE: &'static str = "'allocated'";
    const EXPORT: Option<Export> = Some((
        "allocated-accounts",
        r#"SELECT a.ad_account_id AS "TikTok Ad Account ID", t.name AS "Name", x.name AS "XPO account",
            v.name AS "Advertiser", a.xpo_account_id AS "XPO account ID", a.advertiser_id AS "Advertiser ID"
        FROM allocation a JOIN ad_account t ON t.id = a.ad_account_id
        JOIN xpo_account x ON x.id = a.xpo_account_id JOIN advertiser v ON v.id = a.advertiser_id
        ORDER BY a.ad_account_id, a.advertiser_id"#,
    ));

    fn write(&self, book: &Transaction<'_>, entry: i64, _: &Allocated, _: bool) -> Result<()> {
        book.prepare_cached(
            "INSERT INTO allocation (ad_account_id, advertiser_id, xpo_account_id, entry)
             SELECT ?1, id, xpo_account_id, ?3 FROM advertiser WHERE id = ?2",
        )?
        .execute(params![self.ad_account, self.advertiser, entry])?;
        Ok(())
    }
}
