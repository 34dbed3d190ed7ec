//! The page of a TikTok ad account.

use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use specta::Type;

use crate::facts::objects::FactKind;
use crate::facts::raw_json::Decompressors;
use crate::ids::{AdAccountId, number};
use crate::queries::accounts::{AccountQuery, AccountRow};
use crate::queries::paging::Query;
use crate::{Book, Result};

#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AccountPage {
    pub row: AccountRow,
    pub industry: Option<String>,
    pub role: Option<String>,
    pub account_type: Option<String>,
    pub owner_bc: Option<String>,
    /// In the account's currency.
    pub balance: Option<f64>,
    #[specta(type = Option<f64>)]
    pub created_at: Option<i64>,
    pub counts: Vec<FactCount>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FactCount {
    pub kind: FactKind,
    /// Including objects that are deleted on TikTok.
    pub count: u32,
    pub deleted: u32,
    /// Allocated campaigns or audiences.
    pub allocated: u32,
    #[specta(type = Option<f64>)]
    pub synced_at: Option<i64>,
}

impl Book {
    /// Returns `None` if the book does not have the ad account.
    pub fn account_page(&self, id: &AdAccountId) -> Result<Option<AccountPage>> {
        self.snapshot(|book| {
            let Some((_, row)) = AccountQuery::rows(book, std::slice::from_ref(&id.0))?.pop() else {
                return Ok(None);
            };
            let counts = FactKind::ALL.iter().map(|&kind| count(book, kind, id)).collect::<Result<_>>()?;
            let page = book
                .prepare_cached(
                    "SELECT industry, role, account_type, owner_bc_id, balance, created_at * 1000
                     FROM ad_account WHERE id = ?",
                )?
                .query_row([id], |found| {
                    Ok(AccountPage {
                        row,
                        industry: found.get(0)?,
                        role: found.get(1)?,
                        account_type: found.get(2)?,
                        owner_bc: found.get(3)?,
                        balance: found.get(4)?,
                        created_at: found.get(5)?,
                        counts,
                    })
                })?;
            Ok(Some(page))
        })
    }

    /// Returns the JSON object that TikTok sent for an object.
    pub fn raw_json(&self, kind: FactKind, account: &AdAccountId, id: &str) -> Result<Option<String>> {
        let book = self.read();
        let mut select = book.prepare_cached(&format!(
            "SELECT raw_json FROM {} WHERE account_id = ? AND id = ? AND raw_json <> x''",
            kind.as_str()
        ))?;
        let compressed: Option<Vec<u8>> =
            select.query_row(params![account, number(id)], |row| row.get(0)).optional()?;
        // The file never loses a dictionary, so it has that of the row.
        compressed.map(|compressed| Decompressors::new(&book)?.decompress(&compressed)).transpose()
    }
}

fn count(book: &Connection, kind: FactKind, id: &AdAccountId) -> Result<FactCount> {
    let allocated = match kind {
        FactKind::Campaign => "(SELECT count(*) FROM campaign_allocation WHERE ad_account_id = ?1)",
        FactKind::Audience => {
            "(SELECT count(DISTINCT n.audience_id) FROM allocation a JOIN audience_allocation n
              ON n.advertiser_id = a.advertiser_id AND n.ad_account_id = a.ad_account_id WHERE a.ad_account_id = ?1)"
        }
        FactKind::AdGroup | FactKind::Ad => "0",
    };
    let table = kind.as_str();
    let sql = format!(
        "SELECT count(*), coalesce(sum(deleted_on_tiktok), 0), {allocated},
                (SELECT completed_at FROM listing WHERE account_id = ?1 AND kind = '{table}')
         FROM {table} WHERE account_id = ?1"
    );
    Ok(book.prepare_cached(&sql)?.query_row([id], |row| {
        Ok(FactCount {
            kind,
            count: row.get(0)?,
            deleted: row.get(1)?,
            allocated: row.get(2)?,
            synced_at: row.get(3)?,
        })
    })?)
}
