//! The tree of XPO accounts and advertisers in *Allocate Account*, and the options of the other pickers (R12, R13, R16, R32,
//! R33, A10, A11).

use std::collections::HashMap;

use rusqlite::params_from_iter;
use rusqlite::types::{Value as Sql, ValueRef};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::decisions::{PaymentMode, XpoState};
use crate::ids::{AdAccountId, AdvertiserId, XpoAccountId};
use crate::json_column::json;
use crate::named::{Named, ObjectKind};
use crate::text::search_terms;
use crate::{Book, Result, fold};

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TreeQuery {
    /// The TikTok ad accounts whose allocations are counted.
    pub ad_accounts: Vec<AdAccountId>,
    /// An XPO account whose name contains all words is returned with all its advertisers. Otherwise, its advertisers whose
    /// names contain the missing words are returned.
    pub search: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TreeAccount {
    pub id: XpoAccountId,
    pub name: String,
    pub state: XpoState,
    pub archived: bool,
    /// The default TikTok ad account.
    pub default: Option<Named>,
    /// The payment modes of the queried ad accounts that the XPO account has.
    pub modes: Vec<PaymentMode>,
    /// By name.
    pub advertisers: Vec<TreeAdvertiser>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TreeAdvertiser {
    pub id: AdvertiserId,
    pub name: String,
    pub archived: bool,
    /// The number of queried ad accounts that are allocated to it (R16, A11).
    pub allocated: u32,
    /// These ad accounts.
    pub ad_accounts: Vec<AdAccountId>,
}

impl Book {
    /// Returns all TikTok ad accounts by name, for pickers (R12, R31).
    pub fn account_names(&self) -> Result<Vec<Named>> {
        let book = self.read();
        let mut statement =
            book.prepare_cached("SELECT id, name FROM ad_account ORDER BY name_folded, id")?;
        let names = statement.query_map([], |row| Named::at(row, ObjectKind::AdAccount, 0))?;
        Ok(names.collect::<rusqlite::Result<_>>()?)
    }

    pub fn allocation_tree(&self, query: &TreeQuery) -> Result<Vec<TreeAccount>> {
        let folded = fold(&query.search);
        let words: Vec<&str> = search_terms(&folded).collect();
        let each = |word: &dyn Fn(usize) -> String| -> String {
            let parts: Vec<String> = (2..words.len() + 2).map(|n| format!(" AND {}", word(n))).collect();
            parts.concat()
        };
        let by_advertiser = each(&|n| format!("(instr(x.name_folded, ?{n}) OR instr(v.name_folded, ?{n}))"));
        let by_account = each(&|n| format!("instr(x.name_folded, ?{n})"));
        let mut values = vec![Sql::Text(json(&query.ad_accounts))];
        values.extend(words.iter().map(|word| Sql::Text((*word).to_owned())));
        self.snapshot(|book| {
            let mut advertisers: HashMap<XpoAccountId, Vec<TreeAdvertiser>> = HashMap::new();
            let mut statement = book.prepare_cached(&format!(
                "SELECT v.xpo_account_id, v.id, v.name, v.archived,
                        (SELECT json_group_array(CAST(n.ad_account_id AS TEXT)) FROM allocation n WHERE n.advertiser_id = v.id
                         AND n.ad_account_id IN (SELECT value FROM json_each(?1)))
                 FROM advertiser v JOIN xpo_account x ON x.id = v.xpo_account_id
                 WHERE true{by_advertiser} ORDER BY v.name_folded, v.id"
            ))?;
            let mut rows = statement.query(params_from_iter(&values))?;
            while let Some(row) = rows.next()? {
                let ad_accounts: Vec<AdAccountId> =
                    serde_json::from_str(&row.get::<_, String>(4)?).unwrap_or_default();
                let advertiser = TreeAdvertiser {
                    id: row.get(1)?,
                    name: row.get(2)?,
                    archived: row.get(3)?,
                    allocated: u32::try_from(ad_accounts.len()).unwrap_or(u32::MAX),
                    ad_accounts,
                };
                advertisers.entry(row.get(0)?).or_default().push(advertiser);
            }
            let mut statement = book.prepare_cached(&format!(
                "SELECT x.id, x.name, x.state, x.archived, t.id, t.name,
                        (SELECT json_group_array(DISTINCT l.payment_mode) FROM account_link l WHERE l.xpo_account_id = x.id
                         AND l.ad_account_id IN (SELECT value FROM json_each(?1))),
                        true{by_account}
                 FROM xpo_account x LEFT JOIN default_account d ON d.xpo_account_id = x.id
                 LEFT JOIN ad_account t ON t.id = d.ad_account_id ORDER BY x.name_folded"
            ))?;
            let mut rows = statement.query(params_from_iter(&values))?;
            let mut accounts = Vec::new();
            while let Some(row) = rows.next()? {
                let id: XpoAccountId = row.get(0)?;
                let found = advertisers.remove(&id);
                if found.is_none() && !row.get::<_, bool>(7)? {
                    continue;
                }
                let default = match row.get_ref(4)? {
                    ValueRef::Null => None,
                    _ => Some(Named::at(row, ObjectKind::AdAccount, 4)?),
                };
                let mut modes: Vec<PaymentMode> =
                    serde_json::from_str(&row.get::<_, String>(6)?).unwrap_or_default();
                modes.sort();
                accounts.push(TreeAccount {
                    id,
                    name: row.get(1)?,
                    state: row.get(2)?,
                    archived: row.get(3)?,
                    default,
                    modes,
                    advertisers: found.unwrap_or_default(),
                });
            }
            Ok(accounts)
        })
    }
}
