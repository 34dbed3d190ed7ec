//! TikTok ad accounts as TikTok tells of them, and who reaches which (R9, A22, A23).
//!
//! Facts only: nothing here adds or removes a decision, and no ad account is ever deleted.

use rusqlite::{Transaction, params};
use serde::Serialize;
use serde_json::{Map, Value};
use specta::Type;

use crate::users::UserState;
use crate::{Book, Result, fold};

/// Ad accounts, and which user reaches which.
pub(crate) const VERSION_3: &str = "
CREATE TABLE ad_account (
    id TEXT PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 32 AND id NOT GLOB '*[^0-9]*'),
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT '',
    company TEXT,
    company_folded TEXT NOT NULL DEFAULT '',
    currency TEXT,
    timezone TEXT,
    country TEXT,
    industry TEXT,
    role TEXT,
    account_type TEXT,
    rejection_reason TEXT,
    owner_bc_id TEXT,
    balance REAL,
    created_at INTEGER,
    rest TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(rest))
) STRICT, WITHOUT ROWID;
CREATE TABLE ad_account_access (
    account_id TEXT NOT NULL REFERENCES ad_account (id),
    user_id TEXT NOT NULL REFERENCES tiktok_user (id),
    visible INTEGER NOT NULL CHECK (visible IN (0, 1)),
    seen_at TEXT NOT NULL,
    PRIMARY KEY (account_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ad_account_access_by_user ON ad_account_access (user_id, visible);
";

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
    /// `None` when TikTok lists the account but refuses to tell more of it: no access.
    pub details: Option<AccountDetails>,
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
    /// Write what one log-in brought, in one transaction: the user (connected from now on), the
    /// complete list of its ad accounts, and what it no longer reaches (A22). Of an account
    /// listed twice the last entry holds.
    ///
    /// # Errors
    /// When the file cannot be written; then nothing of it is.
    pub fn record_import(
        &self,
        user: &UserFacts,
        accounts: &[AccountFacts],
        at: jiff::Timestamp,
    ) -> Result<Imported> {
        self.write(|book| {
            book.execute(
                "INSERT INTO tiktok_user (id, name, email, state, connected_at) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (id) DO UPDATE SET name = ?2, email = ?3, state = ?4, connected_at = ?5",
                params![user.id, user.name, user.email, UserState::Connected.as_sql(), at.to_string()],
            )?;
            let mut imported = Imported::default();
            let mut seen = std::collections::HashSet::new();
            for account in accounts.iter().rev().filter(|account| seen.insert(account.id.as_str())) {
                match write_account(book, &user.id, account, &at.to_string())? {
                    Fate::Added => imported
                        .added
                        .push(AccountName { id: account.id.clone(), name: account.name.clone() }),
                    Fate::Updated => imported.updated += 1,
                    Fate::Unchanged => imported.unchanged += 1,
                    Fate::Lost => {} // counted below, with those that were not listed at all
                }
            }
            imported.lost = lose(book, &user.id, &at.to_string())?;
            imported.added.sort();
            Ok(imported)
        })
    }
}

enum Fate {
    Added,
    Updated,
    Unchanged,
    Lost,
}

fn write_account(book: &Transaction<'_>, user: &str, account: &AccountFacts, at: &str) -> Result<Fate> {
    let name = params![account.id, account.name, fold(&account.name)];
    let added = book
        .prepare_cached(
            "INSERT INTO ad_account (id, name, name_folded) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        )?
        .execute(name)?;
    let renamed = book
        .prepare_cached("UPDATE ad_account SET name = ?2, name_folded = ?3 WHERE id = ?1 AND name IS NOT ?2")?
        .execute(name)?;
    let changed = match &account.details {
        Some(details) => write_details(book, &account.id, details)?,
        None => 0,
    };
    // Only what was told about counts as seen: `lose` marks the rest.
    let regained = match &account.details {
        Some(_) => see(book, user, &account.id, at)?,
        None => {
            book.prepare_cached(
                "INSERT INTO ad_account_access (account_id, user_id, visible, seen_at) VALUES (?, ?, 0, ?)
                 ON CONFLICT DO NOTHING",
            )?
            .execute([&account.id, user, at])?;
            return Ok(if added == 1 { Fate::Added } else { Fate::Lost });
        }
    };
    Ok(match (added, renamed + changed > 0 || regained) {
        (1, _) => Fate::Added,
        (_, true) => Fate::Updated,
        _ => Fate::Unchanged,
    })
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

/// Note that `user` reaches the account; `true` when it did not before.
fn see(book: &Transaction<'_>, user: &str, account: &str, at: &str) -> Result<bool> {
    let before: Option<bool> = book
        .prepare_cached("SELECT max(visible) FROM ad_account_access WHERE account_id = ? AND user_id = ?")?
        .query_row([account, user], |row| row.get(0))?;
    book.prepare_cached(
        "INSERT INTO ad_account_access (account_id, user_id, visible, seen_at) VALUES (?1, ?2, 1, ?3)
         ON CONFLICT DO UPDATE SET visible = 1, seen_at = ?3",
    )?
    .execute([account, user, at])?;
    Ok(before != Some(true))
}

/// Mark what the user reached before and was not seen `at` this import.
fn lose(book: &Transaction<'_>, user: &str, at: &str) -> Result<Vec<AccountName>> {
    let mut lost: Vec<AccountName> = book
        .prepare_cached(
            "UPDATE ad_account_access SET visible = 0 WHERE user_id = ? AND visible AND seen_at <> ?
             RETURNING account_id, (SELECT name FROM ad_account WHERE id = account_id)",
        )?
        .query_map([user, at], |row| Ok(AccountName { id: row.get(0)?, name: row.get(1)? }))?
        .collect::<rusqlite::Result<_>>()?;
    lost.sort();
    Ok(lost)
}

#[cfg(test)]
#[path = "accounts_tests.rs"]
pub(crate) mod tests;
