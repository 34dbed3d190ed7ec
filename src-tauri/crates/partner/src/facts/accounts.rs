//! TikTok ad accounts as TikTok tells of them, and who reaches which (R9, A22, A23).
//!
//! Facts only: nothing here adds or removes a decision, and no ad account is ever deleted.

use std::collections::HashSet;

use jiff::Timestamp;
use rusqlite::{Transaction, params};
use serde::Serialize;
use serde_json::{Map, Value};
use specta::Type;

use crate::facts::users::UserState;
use crate::ids::AdAccountId;
use crate::{Book, Result, fold};

/// The TikTok user who logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserFacts {
    /// TikTok's `core_user_id`, digits.
    pub id: String,
    /// The display name.
    pub name: String,
    /// The masked e-mail address.
    pub email: String,
}

/// An ad account as it was listed for a user.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountFacts {
    /// 16 to 19 digits.
    pub id: String,
    /// The account's name.
    pub name: String,
    /// What TikTok tells of it beyond that.
    pub told: Told,
}

/// What TikTok answers when it is asked about an ad account that it listed.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    /// All of it.
    Details(Box<AccountDetails>),
    /// Nothing that could be read; what is known stays.
    Nothing,
    /// That the user has no access after all.
    Refused,
}

/// What v1.3 `GET /advertiser/info/` tells; absent and null are the same.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AccountDetails {
    /// Raw `status`.
    pub status: String,
    /// The company behind the account.
    pub company: Option<String>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// IANA name.
    pub timezone: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// TikTok's six-digit industry id.
    pub industry: Option<String>,
    /// Raw `role`.
    pub role: Option<String>,
    /// AUCTION or RESERVATION.
    pub account_type: Option<String>,
    /// Why TikTok refused or suspended it.
    pub rejection_reason: Option<String>,
    /// The Business Center that owns it.
    pub owner_bc_id: Option<String>,
    /// In the account's currency.
    pub balance: Option<f64>,
    /// Unix seconds.
    pub created_at: Option<i64>,
    /// Every field not named above.
    pub rest: Map<String, Value>,
}

/// An ad account in a message.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Type)]
pub struct AccountName {
    /// Its id.
    pub id: String,
    /// Its name; hostile text.
    pub name: String,
}

/// What an import changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Not known to the partner before.
    pub added: Vec<AccountName>,
    /// Known, and something is new about it.
    pub updated: u32,
    /// Known, and exactly as before.
    pub unchanged: u32,
    /// This user reached it before and no longer does.
    pub lost: Vec<AccountName>,
}

impl Book {
    /// Write what one log-in brought, in one transaction: the user (connected from now on), its ad
    /// accounts, and, when the list is `complete`, what it no longer reaches (A22). Of an account
    /// listed twice the last entry holds.
    ///
    /// # Errors
    /// When the file cannot be written; then nothing of it is.
    pub fn record_import(
        &self,
        user: &UserFacts,
        accounts: &[AccountFacts],
        complete: bool,
        now: Timestamp,
    ) -> Result<Imported> {
        let at = now.to_string();
        self.write(|book| {
            book.execute(
                "INSERT INTO tiktok_user (id, name, email, state, connected_at) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (id) DO UPDATE SET name = ?2, email = ?3, state = ?4, connected_at = ?5",
                params![user.id, user.name, user.email, UserState::Connected.as_sql(), at],
            )?;
            let mut imported = Imported::default();
            let mut listed = HashSet::new();
            for account in accounts.iter().rev().filter(|account| listed.insert(account.id.as_str())) {
                match write_account(book, &user.id, account, now)? {
                    Fate::Added => imported.added.push(account.name()),
                    Fate::Updated => imported.updated += 1,
                    Fate::Unchanged => imported.unchanged += 1,
                    Fate::Lost => imported.lost.push(account.name()),
                    Fate::Refused => {}
                }
            }
            if complete {
                imported.lost.extend(lose_unlisted(book, &user.id, &listed)?);
            }
            imported.added.sort();
            imported.lost.sort();
            Ok(imported)
        })
    }
}

impl Book {
    /// Note that a TikTok user does not reach an ad account any more. Tells whether it did.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn lose_access(&self, account: &AdAccountId, user: &str) -> Result<bool> {
        self.write(|book| {
            let lost = book.execute(
                "UPDATE ad_account_access SET visible = 0 WHERE account_id = ? AND user_id = ? AND visible",
                params![account, user],
            )?;
            Ok(lost == 1)
        })
    }
}

impl AccountFacts {
    fn name(&self) -> AccountName {
        AccountName { id: self.id.clone(), name: self.name.clone() }
    }
}

/// What an import did to one ad account.
enum Fate {
    Added,
    Updated,
    Unchanged,
    /// The user reached it before.
    Lost,
    /// The user never reached it.
    Refused,
}

fn write_account(book: &Transaction<'_>, user: &str, account: &AccountFacts, now: Timestamp) -> Result<Fate> {
    let name = params![account.id, account.name, fold(&account.name), now.as_millisecond()];
    let added = book
        .prepare_cached(
            "INSERT INTO ad_account (id, name, name_folded, arrived_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        )?
        .execute(name)?;
    let news = write_known(book, account)?;
    let visible = account.told != Told::Refused;
    let before = reach(book, user, &account.id, visible, &now.to_string())?;
    Ok(match (added == 1, visible, before) {
        (true, true, _) => Fate::Added,
        (_, false, true) => Fate::Lost,
        (_, false, false) => Fate::Refused,
        (_, true, true) if !news => Fate::Unchanged,
        (_, true, _) => Fate::Updated,
    })
}

/// Write what is new about an ad account that is known. Tells whether anything is.
pub(crate) fn write_known(book: &Transaction<'_>, account: &AccountFacts) -> Result<bool> {
    let renamed = book
        .prepare_cached("UPDATE ad_account SET name = ?2, name_folded = ?3 WHERE id = ?1 AND name IS NOT ?2")?
        .execute(params![account.id, account.name, fold(&account.name)])?;
    let changed = match &account.told {
        Told::Details(details) => write_details(book, &account.id, details)?,
        Told::Nothing | Told::Refused => 0,
    };
    Ok(renamed + changed > 0)
}

fn write_details(book: &Transaction<'_>, id: &str, details: &AccountDetails) -> Result<usize> {
    let rest = Value::Object(details.rest.clone()).to_string();
    let columns = "status, company, company_folded, currency, timezone, country, industry, role, account_type, \
                   rejection_reason, owner_bc_id, balance, created_at, rest";
    let values = "?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15";
    Ok(book
        .prepare_cached(&format!(
            "UPDATE ad_account SET ({columns}) = ({values}) WHERE id = ?1 AND ({columns}) IS NOT ({values})"
        ))?
        .execute(params![
            id,
            details.status,
            details.company,
            fold(details.company.as_deref().unwrap_or_default()),
            details.currency,
            details.timezone,
            details.country,
            details.industry,
            details.role,
            details.account_type,
            details.rejection_reason,
            details.owner_bc_id,
            details.balance,
            details.created_at,
            rest,
        ])?)
}

/// Note whether `user` reaches the account, and tell whether it did before.
fn reach(book: &Transaction<'_>, user: &str, account: &str, visible: bool, at: &str) -> Result<bool> {
    let before: Option<bool> = book
        .prepare_cached("SELECT max(visible) FROM ad_account_access WHERE account_id = ? AND user_id = ?")?
        .query_row([account, user], |row| row.get(0))?;
    book.prepare_cached(
        "INSERT INTO ad_account_access (account_id, user_id, visible, seen_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET visible = ?3, seen_at = iif(?3, ?4, seen_at)",
    )?
    .execute(params![account, user, visible, at])?;
    Ok(before == Some(true))
}

/// Mark what the user reached before and is not in its list any more.
fn lose_unlisted(book: &Transaction<'_>, user: &str, listed: &HashSet<&str>) -> Result<Vec<AccountName>> {
    let listed = serde_json::to_string(listed).unwrap_or_default();
    let lost = book
        .prepare_cached(
            "UPDATE ad_account_access SET visible = 0
             WHERE user_id = ? AND visible AND account_id NOT IN (SELECT value FROM json_each(?))
             RETURNING account_id, (SELECT name FROM ad_account WHERE id = account_id)",
        )?
        .query_map([user, &listed], |row| Ok(AccountName { id: row.get(0)?, name: row.get(1)? }))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(lost)
}

#[cfg(test)]
pub(crate) mod tests;
