//! The list of ad accounts as the screen shows it: searched, filtered and sorted in SQL.

use std::collections::HashMap;

use rusqlite::types::Value as Sql;
use rusqlite::{Row, params_from_iter};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::accounts::AccountName;
use crate::status::{AccountStatus, Tone};
use crate::{Book, Result, fold};

/// How many rows come along with a listing: more than a tall window shows.
const FIRST_ROWS: usize = 100;

/// Whether anybody can fetch the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Connection {
    /// A connected TikTok user reaches it.
    Connected,
    /// Only users who have to log in again reach it.
    NeedsAuthorization,
    /// No user reaches it any more.
    NoAccess,
}

/// [`Connection`] of the account `a`: 2, 1 or 0.
pub(crate) const CONNECTION: &str =
    "(SELECT coalesce(max(CASE WHEN NOT x.visible THEN 0 WHEN u.state = 'connected' THEN 2
    WHEN u.state = 'needs_authorization' THEN 1 ELSE 0 END), 0)
    FROM ad_account_access x JOIN tiktok_user u ON u.id = x.user_id WHERE x.account_id = a.id)";

impl Connection {
    fn of_sql(rank: i64) -> Connection {
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

/// What to order the list by; ties are broken by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum AccountSort {
    /// The ad account's id.
    Id,
    /// Its name, case folded.
    Name,
    /// What its status reads as.
    Status,
    /// Its currency.
    Currency,
    /// Its time zone.
    Timezone,
    /// The first of the TikTok users who reach it.
    User,
    /// When it was last seen in a user's list.
    Seen,
}

/// Which ad accounts, in which order. Empty filters let everything through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AccountQuery {
    /// Words, each of which must be part of the id, the name or the company.
    pub search: String,
    /// The order.
    pub sort: AccountSort,
    /// The other way round.
    pub descending: bool,
    /// Labels of statuses, one of which it must have.
    pub statuses: Vec<String>,
    /// One of which it must have.
    pub connections: Vec<Connection>,
    /// Ids of TikTok users, one of whom must reach it.
    pub users: Vec<String>,
}

/// One row of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AccountRow {
    /// The ad account's id.
    pub id: String,
    /// Its name; hostile text.
    pub name: String,
    /// TikTok's status.
    pub status: AccountStatus,
    /// Whether anybody can fetch it.
    pub connection: Connection,
    /// The TikTok users who reach it.
    pub users: Vec<AccountName>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// IANA name.
    pub timezone: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// The company behind it.
    pub company: Option<String>,
    /// Why TikTok refused or suspended it.
    pub rejection_reason: Option<String>,
    /// When it was last seen in a user's list (RFC 3339).
    pub seen_at: String,
}

/// All that a query finds, as ids, and the first rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AccountListing {
    /// Every ad account that matches, in order.
    pub ids: Vec<String>,
    /// How many the partner has in all.
    pub of: u32,
    /// The rows of the first of them.
    pub rows: Vec<AccountRow>,
}

/// A value to filter by, and how many ad accounts have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct StatusFacet {
    /// What the status reads as.
    pub label: String,
    /// How good it is.
    pub tone: Tone,
    /// How many have it.
    pub count: u32,
}

/// As [`StatusFacet`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ConnectionFacet {
    /// The connection.
    pub connection: Connection,
    /// How many have it.
    pub count: u32,
}

/// As [`StatusFacet`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct UserFacet {
    /// The TikTok user.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How many it reaches.
    pub count: u32,
}

/// What the list can be filtered by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct AccountFacets {
    /// By label.
    pub statuses: Vec<StatusFacet>,
    /// Those that occur.
    pub connections: Vec<ConnectionFacet>,
    /// By name.
    pub users: Vec<UserFacet>,
}

impl Book {
    /// The ad accounts that a query finds.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn list_accounts(&self, query: &AccountQuery) -> Result<AccountListing> {
        let (sql, values) = select_ids(query);
        let (ids, of) = {
            let book = self.read();
            let mut statement = book.prepare_cached(&sql)?;
            let ids: Vec<String> = statement
                .query_map(params_from_iter(values), |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            let of = book.query_row("SELECT count(*) FROM ad_account", [], |row| row.get(0))?;
            (ids, of)
        };
        let first = &ids[..ids.len().min(FIRST_ROWS)];
        let rows = self.account_rows(first)?;
        Ok(AccountListing { rows, ids, of })
    }

    /// The rows of some ad accounts, in the order asked for; unknown ids are left out.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn account_rows(&self, ids: &[String]) -> Result<Vec<AccountRow>> {
        let book = self.read();
        let mut statement = book.prepare_cached(&format!(
            "SELECT a.id, a.name, a.status, {CONNECTION}, a.currency, a.timezone, a.country, a.company,
                    a.rejection_reason,
                    coalesce((SELECT max(seen_at) FROM ad_account_access x WHERE x.account_id = a.id), ''),
                    (SELECT json_group_array(json_array(u.id, u.name) ORDER BY u.name, u.id)
                     FROM ad_account_access x JOIN tiktok_user u ON u.id = x.user_id
                     WHERE x.account_id = a.id AND x.visible)
             FROM ad_account a WHERE a.id IN (SELECT value FROM json_each(?))"
        ))?;
        let mut found = statement
            .query_map([json(ids)], |row| Ok((row.get(0)?, account_row(row)?)))?
            .collect::<rusqlite::Result<HashMap<String, AccountRow>>>()?;
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }

    /// What the list can be filtered by, over all ad accounts.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn account_facets(&self) -> Result<AccountFacets> {
        let book = self.read();
        let mut statement =
            book.prepare_cached("SELECT status, count(*) FROM ad_account GROUP BY status ORDER BY status")?;
        let mut statuses: Vec<StatusFacet> = Vec::new();
        for row in statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, u32>(1)?)))? {
            let (raw, count) = row?;
            let AccountStatus { label, tone, .. } = AccountStatus::of(&raw);
            match statuses.iter_mut().find(|status| status.label == label) {
                Some(status) => status.count += count,
                None => statuses.push(StatusFacet { label, tone, count }),
            }
        }
        statuses.sort_by(|one, other| one.label.cmp(&other.label));

        let connections = book
            .prepare_cached(&format!(
                "SELECT {CONNECTION} AS c, count(*) FROM ad_account a GROUP BY c ORDER BY c DESC"
            ))?
            .query_map([], |row| {
                Ok(ConnectionFacet { connection: Connection::of_sql(row.get(0)?), count: row.get(1)? })
            })?
            .collect::<rusqlite::Result<_>>()?;
        let users = book
            .prepare_cached(
                "SELECT u.id, u.name, count(*) FROM tiktok_user u
                 JOIN ad_account_access x ON x.user_id = u.id AND x.visible GROUP BY u.id ORDER BY u.name, u.id",
            )?
            .query_map([], |row| Ok(UserFacet { id: row.get(0)?, name: row.get(1)?, count: row.get(2)? }))?
            .collect::<rusqlite::Result<_>>()?;
        Ok(AccountFacets { statuses, connections, users })
    }

    /// The Business Center that owns an ad account, if TikTok named one. `None` also for an
    /// account that the book does not know.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn owner_bc_of(&self, account: &str) -> Result<Option<String>> {
        let mut owners = self
            .read()
            .prepare_cached("SELECT owner_bc_id FROM ad_account WHERE id = ? AND owner_bc_id <> ''")?
            .query_map([account], |row| row.get(0))?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        Ok(owners.pop())
    }
}

/// The statement for the ids of a query, and its values.
fn select_ids(query: &AccountQuery) -> (String, Vec<Sql>) {
    let mut wheres = vec!["true".to_owned()];
    let mut values: Vec<Sql> = Vec::new();
    let mut bind = |value: String| {
        values.push(value.into());
        format!("?{}", values.len())
    };
    for word in fold(&query.search).split_whitespace() {
        let word = bind(word.to_owned());
        wheres.push(format!(
            "(instr(a.name_folded, {word}) OR instr(a.id, {word}) OR instr(a.company_folded, {word}))"
        ));
    }
    if !query.statuses.is_empty() {
        let raws: Vec<&str> = query.statuses.iter().flat_map(|label| AccountStatus::raws_of(label)).collect();
        wheres.push(format!("a.status IN (SELECT value FROM json_each({}))", bind(json(&raws))));
    }
    if !query.connections.is_empty() {
        let ranks: Vec<i64> = query.connections.iter().map(|&connection| connection.rank()).collect();
        wheres.push(format!("{CONNECTION} IN (SELECT value FROM json_each({}))", bind(json(&ranks))));
    }
    if !query.users.is_empty() {
        wheres.push(format!(
            "EXISTS (SELECT 1 FROM ad_account_access x WHERE x.account_id = a.id AND x.visible
                     AND x.user_id IN (SELECT value FROM json_each({})))",
            bind(json(&query.users))
        ));
    }
    let key = match query.sort {
        AccountSort::Id => "a.id".to_owned(),
        AccountSort::Name => "a.name_folded".to_owned(),
        AccountSort::Status => AccountStatus::label_sql("a.status"),
        AccountSort::Currency => "a.currency".to_owned(),
        AccountSort::Timezone => "a.timezone".to_owned(),
        AccountSort::User => {
            "(SELECT min(u.name) FROM ad_account_access x JOIN tiktok_user u ON u.id = x.user_id
                              WHERE x.account_id = a.id AND x.visible)"
                .to_owned()
        }
        AccountSort::Seen => {
            "(SELECT max(x.seen_at) FROM ad_account_access x WHERE x.account_id = a.id)".to_owned()
        }
    };
    let direction = if query.descending { "DESC" } else { "ASC" };
    let wheres = wheres.join(" AND ");
    (
        format!("SELECT a.id FROM ad_account a WHERE {wheres} ORDER BY {key} {direction} NULLS LAST, a.id"),
        values,
    )
}

fn account_row(row: &Row<'_>) -> rusqlite::Result<AccountRow> {
    let users: String = row.get(10)?;
    let users: Vec<(String, String)> = serde_json::from_str(&users).unwrap_or_default();
    Ok(AccountRow {
        id: row.get(0)?,
        name: row.get(1)?,
        status: AccountStatus::of(&row.get::<_, String>(2)?),
        connection: Connection::of_sql(row.get(3)?),
        currency: row.get(4)?,
        timezone: row.get(5)?,
        country: row.get(6)?,
        company: row.get(7)?,
        rejection_reason: row.get(8)?,
        seen_at: row.get(9)?,
        users: users.into_iter().map(|(id, name)| AccountName { id, name }).collect(),
    })
}

fn json<T: Serialize>(values: &[T]) -> String {
    serde_json::to_string(values).unwrap_or_else(|_| "[]".to_owned())
}

#[cfg(test)]
#[path = "account_list_tests.rs"]
mod tests;
