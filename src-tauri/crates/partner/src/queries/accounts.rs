//! The list of TikTok ad accounts.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::Row;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::decisions::PaymentMode;
use crate::facts::accounts::{AccountName, CONNECTION};
use crate::facts::status::AccountStatus;
use crate::ids::{XpoAccountId, id_at};
use crate::json_column::json;
use crate::named::{Named, ObjectKind};
use crate::queries::account_sync::{AccountSync, Age, SYNCED_AT, account_syncs};
use crate::queries::paging::{Query, Select};
use crate::requests::options::timezone_label;
use crate::text_enum::text_enum;
use crate::{Book, Result};

text_enum! {
    Connection {
        Connected = "connected", "Connected"
        NeedsAuthorization = "needs_authorization", "Needs re-authorization"
        NoAccess = "no_access", "No access"
    }
}

impl Connection {
    pub(crate) fn of_sql(rank: i64) -> Connection {
        match rank {
            2 => Connection::Connected,
            1 => Connection::NeedsAuthorization,
            _ => Connection::NoAccess,
        }
    }

    fn rank(self) -> i64 {
        match self {
            Connection::NoAccess => 0,
            Connection::NeedsAuthorization => 1,
            Connection::Connected => 2,
        }
    }
}

/// Whether the account `a` has both payment modes.
pub(crate) const MIXED_MODES: &str = "(SELECT min(l.payment_mode) IS NOT max(l.payment_mode)
    FROM account_link l WHERE l.ad_account_id = a.id)";

/// Sorts after every text.
const LAST: &str = "char(0x10FFFF)";

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum AccountSort {
    #[default]
    Id,
    Name,
    Status,
    Currency,
    Timezone,
    User,
    Synced,
    XpoAccount,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AccountQuery {
    pub search: String,
    pub sort: AccountSort,
    pub descending: bool,
    pub statuses: Vec<String>,
    pub connections: Vec<Connection>,
    pub users: Vec<String>,
    pub allocated: Option<bool>,
    pub xpo_accounts: Vec<XpoAccountId>,
    pub default: Option<bool>,
    pub mixed_modes: Option<bool>,
    pub synced: Vec<Age>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AccountRow {
    pub id: String,
    pub name: String,
    pub status: AccountStatus,
    pub connection: Connection,
    pub users: Vec<AccountName>,
    pub currency: Option<String>,
    /// As people read it, with the offset before a name such as "Etc/GMT+8".
    pub timezone: Option<String>,
    pub country: Option<String>,
    pub company: Option<String>,
    pub rejection_reason: Option<String>,
    pub seen_at: String,
    pub sync: AccountSync,
    pub holdings: Vec<Holding>,
}

/// The allocations of a TikTok ad account to the advertisers of an XPO account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Holding {
    pub xpo_account: Named,
    /// Whether the XPO account is archived.
    pub archived: bool,
    pub ad_account: Named,
    pub default: bool,
    pub mode: PaymentMode,
    pub advertisers: Vec<Named>,
}

/// Returns all holdings that match a condition on the link `l`, sorted by the XPO account's name and the ad account's id.
pub(crate) fn holdings(book: &rusqlite::Connection, condition: &str, value: &str) -> Result<Vec<Holding>> {
    let mut statement = book.prepare_cached(&format!(
        "SELECT x.id, x.name, a.id, a.name, d.ad_account_id IS NOT NULL, l.payment_mode,
                (SELECT json_group_array(json_array(v.id, v.name) ORDER BY v.name_folded) FROM allocation n
                 JOIN advertiser v ON v.id = n.advertiser_id
                 WHERE n.xpo_account_id = l.xpo_account_id AND n.ad_account_id = l.ad_account_id), x.archived
         FROM account_link l JOIN xpo_account x ON x.id = l.xpo_account_id JOIN ad_account a ON a.id = l.ad_account_id
         LEFT JOIN default_account d ON d.xpo_account_id = l.xpo_account_id AND d.ad_account_id = l.ad_account_id
         WHERE {condition} ORDER BY x.name_folded, a.id"
    ))?;
    let holdings = statement.query_map([value], |row| {
        let advertisers: Vec<(String, String)> =
            serde_json::from_str(&row.get::<_, String>(6)?).unwrap_or_default();
        Ok(Holding {
            xpo_account: Named::at(row, ObjectKind::XpoAccount, 0)?,
            archived: row.get(7)?,
            ad_account: Named::at(row, ObjectKind::AdAccount, 2)?,
            default: row.get(4)?,
            mode: row.get(5)?,
            advertisers: advertisers
                .into_iter()
                .map(|(id, name)| Named { kind: ObjectKind::Advertiser, id, name })
                .collect(),
        })
    })?;
    Ok(holdings.collect::<rusqlite::Result<_>>()?)
}

impl Book {
    /// Like [`Book::rows`].
    pub fn account_rows(&self, ids: &[String]) -> Result<Vec<AccountRow>> {
        self.rows::<AccountQuery>(ids)
    }

    /// Returns the Business Center that owns an ad account, if TikTok reports one.
    pub fn owner_bc_of(&self, account: &str) -> Result<Option<String>> {
        let mut owners = self
            .read()
            .prepare_cached("SELECT owner_bc_id FROM ad_account WHERE id = ? AND owner_bc_id <> ''")?
            .query_map([account], |row| row.get(0))?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        Ok(owners.pop())
    }
}

impl Query for AccountQuery {
    type Id = String;
    type Row = AccountRow;

    fn select(&self) -> Select {
        let mut select = self.everything();
        select.search(&self.search, &["a.name_folded", "a.id", "a.company_folded"]);
        let raws: Vec<&str> =
            self.statuses.iter().flat_map(|label| AccountStatus::values_with_label(label)).collect();
        select.one_of("a.status", &raws);
        let ranks: Vec<i64> = self.connections.iter().map(|&connection| connection.rank()).collect();
        select.one_of(CONNECTION, &ranks);
        if !self.users.is_empty() {
            let users = "EXISTS (SELECT 1 FROM ad_account_access x WHERE x.account_id = a.id AND x.visible
                         AND x.user_id IN (SELECT value FROM json_each({})))";
            select.filter(users, json(&self.users));
        }
        if !self.xpo_accounts.is_empty() {
            let holders = "EXISTS (SELECT 1 FROM account_link l WHERE l.ad_account_id = a.id
                           AND l.xpo_account_id IN (SELECT value FROM json_each({})))";
            select.filter(holders, json(&self.xpo_accounts));
        }
        if let Some(allocated) = self.allocated {
            select
                .filter("EXISTS (SELECT 1 FROM account_link l WHERE l.ad_account_id = a.id) = {}", allocated);
        }
        if let Some(default) = self.default {
            select.filter(
                "EXISTS (SELECT 1 FROM default_account d WHERE d.ad_account_id = a.id) = {}",
                default,
            );
        }
        if let Some(mixed) = self.mixed_modes {
            select.filter(&format!("{MIXED_MODES} = {{}}"), mixed);
        }
        if !self.synced.is_empty() {
            let now = Timestamp::now();
            let times: Vec<_> = self.synced.iter().map(|age| age.times(now)).collect();
            let during = format!(
                "EXISTS (SELECT 1 FROM json_each({{}}) t
                         WHERE {SYNCED_AT} >= t.value ->> 'start' AND {SYNCED_AT} < t.value ->> 'end')"
            );
            select.filter(&during, json(&times));
        }
        let key = match self.sort {
            AccountSort::Id => "a.id".to_owned(),
            AccountSort::Name => "a.name_folded".to_owned(),
            AccountSort::Status => AccountStatus::label_sql("a.status"),
            AccountSort::Currency => format!("coalesce(a.currency, {LAST})"),
            AccountSort::Timezone => format!("coalesce(a.timezone, {LAST})"),
            AccountSort::User => "coalesce((SELECT min(u.name) FROM ad_account_access x
                JOIN tiktok_user u ON u.id = x.user_id WHERE x.account_id = a.id AND x.visible), '')"
                .to_owned(),
            AccountSort::Synced => SYNCED_AT.to_owned(),
            AccountSort::XpoAccount => format!(
                "coalesce((SELECT min(x.name_folded) FROM account_link l JOIN xpo_account x ON x.id = l.xpo_account_id
                 WHERE l.ad_account_id = a.id), {LAST})"
            ),
        };
        select.order(key, self.descending);
        select
    }

    fn everything(&self) -> Select {
        let mut select = Select::from("ad_account a", "a.id");
        select.row = "CAST(a.id AS TEXT)".to_owned();
        select
    }

    fn rows(book: &rusqlite::Connection, ids: &[String]) -> Result<Vec<(String, AccountRow)>> {
        let ids = json(ids);
        let mut rows = book
            .prepare_cached(&format!(
                "SELECT a.id, a.name, a.status, {CONNECTION}, a.currency, a.timezone, a.country, a.company,
                        a.rejection_reason,
                        coalesce((SELECT max(seen_at) FROM ad_account_access x WHERE x.account_id = a.id), ''),
                        (SELECT json_group_array(json_array(u.id, u.name) ORDER BY u.name, u.id)
                         FROM ad_account_access x JOIN tiktok_user u ON u.id = x.user_id
                         WHERE x.account_id = a.id AND x.visible)
                 FROM ad_account a WHERE a.id IN (SELECT value FROM json_each(?))"
            ))?
            .query_map([&ids], |row| Ok((id_at(row, 0)?, account_row(row)?)))?
            .collect::<rusqlite::Result<HashMap<String, AccountRow>>>()?;
        for (id, sync) in account_syncs(book, &ids)? {
            if let Some(row) = rows.get_mut(&id) {
                row.sync = sync;
            }
        }
        for holding in holdings(book, "l.ad_account_id IN (SELECT value FROM json_each(?))", &ids)? {
            if let Some(row) = rows.get_mut(&holding.ad_account.id) {
                row.holdings.push(holding);
            }
        }
        Ok(rows.into_iter().collect())
    }
}

fn account_row(row: &Row<'_>) -> rusqlite::Result<AccountRow> {
    let users: String = row.get(10)?;
    let users: Vec<(String, String)> = serde_json::from_str(&users).unwrap_or_default();
    Ok(AccountRow {
        id: id_at(row, 0)?,
        name: row.get(1)?,
        status: AccountStatus::of(&row.get::<_, String>(2)?),
        connection: Connection::of_sql(row.get(3)?),
        currency: row.get(4)?,
        timezone: row.get::<_, Option<String>>(5)?.map(timezone_label),
        country: row.get(6)?,
        company: row.get(7)?,
        rejection_reason: row.get(8)?,
        seen_at: row.get(9)?,
        users: users.into_iter().map(|(id, name)| AccountName { id, name }).collect(),
        sync: AccountSync::default(),
        holdings: Vec::new(),
    })
}

#[cfg(test)]
mod tests;
