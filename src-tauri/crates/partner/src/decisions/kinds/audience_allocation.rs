//! The allocation of an audience to an advertiser (R39–R45). An audience may go to several advertisers (A19), and through
//! several TikTok ad accounts.

use rusqlite::{Connection, Transaction, params};

use super::account_allocation::Allocated;
use super::{Decision, Export, key};
use crate::Result;
use crate::ids::{AdAccountId, AdvertiserId, AudienceId};

key! {
    AudienceAllocation {
        audience: AudienceId = OBJECT,
        ad_account: AdAccountId = AD_ACCOUNT,
        advertiser: AdvertiserId = HOLDER
    } = Allocated
}

impl AudienceAllocation {
    /// Returns every allocation of an audience.
    pub fn all_of(book: &Connection, audience: &AudienceId) -> Result<Vec<AudienceAllocation>> {
        Ok(book
            .prepare_cached(
                "SELECT ad_account_id, advertiser_id FROM audience_allocation WHERE audience_id = ?
                 ORDER BY ad_account_id, advertiser_id",
            )?
            .query_map([audience], |row| {
                Ok(AudienceAllocation::new(audience, &row.get(0)?, &row.get(1)?))
            })?
            .collect::<rusqlite::Result<_>>()?)
    }
}

impl Decision for AudienceAllocation {
    const VALUE: &'static str = "'allocated'";
    const EXPORT: Option<Export> = Some((
        "allocated-audiences",
        r#"SELECT c.audience_id AS "Audience ID", f.name AS "Audience Name",
            c.ad_account_id AS "TikTok Ad Account ID", x.name AS "XPO account", v.name AS "Advertiser",
            c.advertiser_id AS "Advertiser ID"
        FROM audience_allocation c JOIN audience f ON f.account_id = c.ad_account_id AND f.id = c.audience_id
        JOIN advertiser v ON v.id = c.advertiser_id JOIN xpo_account x ON x.id = v.xpo_account_id
        ORDER BY c.audience_id, c.ad_account_id, c.advertiser_id"#,
    ));

    fn write(&self, book: &Transaction<'_>, entry: i64, _: &Allocated, _: bool) -> Result<()> {
        book.prepare_cached(
            "INSERT OR ROLLBACK INTO audience_allocation (audience_id, ad_account_id, advertiser_id, entry)
             VALUES (?, ?, ?, ?)",
        )?
        .execute(params![self.audience, self.ad_account, self.advertiser, entry])?;
        Ok(())
    }
}
