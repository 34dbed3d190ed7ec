//! The allocation of a TikTok ad account to an advertiser (R11–R25).

use rusqlite::{Row, Transaction, params};

use super::{DecisionKey, Ids, text_values};
use crate::Result;
use crate::ids::{AdAccountId, AdvertiserId};
use crate::named::ObjectKind;
use crate::text_enum::text_enum;

text_enum! {
    /// The value of decisions that are either in force or not.
    Allocated { Allocated = "allocated", "Allocated" }
}
text_values! { Allocated }

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AccountAllocation {
    pub ad_account: AdAccountId,
    pub advertiser: AdvertiserId,
}

impl AccountAllocation {
    pub fn new(ad_account: &AdAccountId, advertiser: &AdvertiserId) -> AccountAllocation {
        AccountAllocation { ad_account: ad_account.clone(), advertiser: advertiser.clone() }
    }
}

impl DecisionKey for AccountAllocation {
    type Value = Allocated;

    const HOLDER: Option<ObjectKind> = Some(ObjectKind::Advertiser);
    const VALUE: &'static str = "'allocated'";
    const EXPORT: Option<(&'static str, &'static str)> = Some((
        "allocated-accounts",
        r#"SELECT a.ad_account_id AS "TikTok Ad Account ID", t.name AS "Name", x.name AS "XPO account",
            v.name AS "Advertiser", a.xpo_account_id AS "XPO account ID", a.advertiser_id AS "Advertiser ID"
        FROM allocation a JOIN ad_account t ON t.id = a.ad_account_id
        JOIN xpo_account x ON x.id = a.xpo_account_id JOIN advertiser v ON v.id = a.advertiser_id
        ORDER BY a.ad_account_id, a.advertiser_id"#,
    ));

    fn ids(&self) -> [&str; 3] {
        ["", self.ad_account.as_str(), self.advertiser.as_str()]
    }

    fn from_ids([_, ad_account, advertiser]: Ids) -> Self {
        AccountAllocation { ad_account: AdAccountId(ad_account), advertiser: AdvertiserId(advertiser) }
    }

    fn value(row: &Row<'_>) -> rusqlite::Result<Allocated> {
        row.get(0)
    }

    fn write(&self, book: &Transaction<'_>, entry: i64, _: &Allocated) -> Result<()> {
        book.prepare_cached(
            "INSERT INTO allocation (ad_account_id, advertiser_id, xpo_account_id, entry)
             SELECT ?1, id, xpo_account_id, ?3 FROM advertiser WHERE id = ?2",
        )?
        .execute(params![self.ad_account, self.advertiser, entry])?;
        Ok(())
    }
}
