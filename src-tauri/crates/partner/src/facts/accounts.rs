//! TikTok ad accounts as TikTok reports them, and which TikTok users can access them (R9, A22, A23).
//!
//! Nothing here changes a decision, and no ad account is ever deleted.

use std::collections::HashSet;

use jiff::Timestamp;
use rusqlite::{Transaction, params};
use serde::Serialize;
use serde_json::{Map, Value};
use specta::Type;

use crate::facts::users::UserState;
use crate::ids::{AdAccountId, id_at, number};
use crate::text::name_or_id;
use crate::{Book, Result, fold};

/// The best access that any TikTok user has to the ad account `a`: 2 if a connected user sees it, 1 if only users see it who
/// have to authorize again, otherwise 0.
pub(crate) const CONNECTION: &str =
    "(SELECT coalesce(max(CASE WHEN NOT x.visible THEN 0 WHEN u.state = 'connected' THEN 2
    WHEN u.state = 'needs_authorization' THEN 1 ELSE 0 END), 0)
    FROM ad_account_access x JOIN tiktok_user u ON u.id = x.user_id WHERE x.account_id = a.id)";

/// The TikTok user who signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserFacts {
    /// TikTok's `core_user_id`, digits.
    pub id: String,
    pub name: String,
    /// Masked by TikTok.
    pub email: String,
}

/// An ad account in the list of a TikTok user.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountFacts {
    /// 16 to 19 digits.
    pub id: String,
    pub name: String,
    pub answer: AccountResponse,
}

/// TikTok's response to the request for the details of a listed ad account.
#[derive(Debug, Clone, PartialEq)]
pub enum AccountResponse {
    Details(Box<AccountDetails>),
    /// The response was unreadable. The stored details are kept.
    NoDetails,
    /// The user has no access, although the account is listed.
    AccessDenied,
}

/// An item of v1.3 `GET /advertiser/info/`. Absent and null are the same.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AccountDetails {
    pub status: String,
    pub company: Option<String>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// IANA name.
    pub timezone: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// TikTok's six-digit industry id.
    pub industry: Option<String>,
    pub role: Option<String>,
    /// AUCTION or RESERVATION.
    pub account_type: Option<String>,
    pub rejection_reason: Option<String>,
    /// The Business Center that owns the account.
    pub owner_bc_id: Option<String>,
    /// In the account's currency.
    pub balance: Option<f64>,
    /// Unix seconds. A number that is no time is not stored.
    pub created_at: Option<i64>,
    /// The fields that are not named above.
    pub other_fields: Map<String, Value>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Type)]
pub struct AccountName {
    pub id: String,
    /// Untrusted text.
    pub name: String,
}

/// The changes made by an import.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// New to the partner.
    pub added: Vec<AccountName>,
    pub updated: u32,
    pub unchanged: u32,
    /// The user had access before and no longer has.
    pub lost: Vec<AccountName>,
}

impl Book {
    /// Writes the result of a sign-in in one transaction: the user, now connected, and the ad accounts in its list. If
    /// the list is `complete`, access to other accounts is lost (A22). Of an account listed twice, the last item counts.
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
                params![user.id, name_or_id(&user.name, &user.id), user.email, UserState::Connected, at],
            )?;
            let mut imported = Imported::default();
            let mut listed = HashSet::new();
            for account in accounts.iter().rev().filter(|account| listed.insert(account.id.as_str())) {
                match write_account(book, &user.id, account, now)? {
                    WriteResult::Added => imported.added.push(account.name()),
                    WriteResult::Updated => imported.updated += 1,
                    WriteResult::Unchanged => imported.unchanged += 1,
                    WriteResult::Lost => imported.lost.push(account.name()),
                    WriteResult::AccessDenied => {}
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

    /// Saves that a TikTok user can no longer access an ad account. Returns false if it could not before.
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
        AccountName { id: self.id.clone(), name: name_or_id(&self.name, &self.id).to_owned() }
    }
}

enum WriteResult {
    Added,
    Updated,
    Unchanged,
    /// The user had access before.
    Lost,
    /// The user never had access.
    AccessDenied,
}

fn write_account(
    book: &Transaction<'_>,
    user: &str,
    account: &AccountFacts,
    now: Timestamp,
) -> Result<WriteResult> {
    let AccountName { id, name } = account.name();
    let name = params![number(&id), name, fold(&name), now.as_millisecond()];
    let added = book
        .prepare_cached(
            "INSERT INTO ad_account (id, name, name_folded, arrived_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        )?
        .execute(name)?;
    let changed = update_account(book, account)?;
    let access = account.answer != AccountResponse::AccessDenied;
    let had_access = set_access(book, user, &account.id, access, &now.to_string())?;
    Ok(match (added == 1, access, had_access) {
        (true, true, _) => WriteResult::Added,
        (_, false, true) => WriteResult::Lost,
        (_, false, false) => WriteResult::AccessDenied,
        (_, true, true) if !changed => WriteResult::Unchanged,
        (_, true, _) => WriteResult::Updated,
    })
}

/// Updates an ad account that the book has. Returns whether anything changed.
pub(crate) fn update_account(book: &Transaction<'_>, account: &AccountFacts) -> Result<bool> {
    let AccountName { id, name } = account.name();
    let renamed = book
        .prepare_cached("UPDATE ad_account SET name = ?2, name_folded = ?3 WHERE id = ?1 AND name IS NOT ?2")?
        .execute(params![id, name, fold(&name)])?;
    let changed = match &account.answer {
        AccountResponse::Details(details) => update_details(book, &account.id, details)?,
        AccountResponse::NoDetails | AccountResponse::AccessDenied => 0,
    };
    Ok(renamed + changed > 0)
}

fn update_details(book: &Transaction<'_>, id: &str, details: &AccountDetails) -> Result<usize> {
    let other_fields = Value::Object(details.other_fields.clone()).to_string();
    let created_at = details.created_at.filter(|seconds| Timestamp::from_second(*seconds).is_ok());
    let columns = "status, company, company_folded, currency, timezone, country, industry, role, account_type, \
                   rejection_reason, owner_bc_id, balance, created_at, other_fields";
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
            created_at,
            other_fields,
        ])?)
}

/// Saves whether `user` can access the account, and returns whether it could before.
fn set_access(book: &Transaction<'_>, user: &str, account: &str, access: bool, at: &str) -> Result<bool> {
    let before: Option<bool> = book
        .prepare_cached("SELECT max(visible) FROM ad_account_access WHERE account_id = ? AND user_id = ?")?
        .query_row([account, user], |row| row.get(0))?;
    book.prepare_cached(
        "INSERT INTO ad_account_access (account_id, user_id, visible, seen_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET visible = ?3, seen_at = iif(?3, ?4, seen_at)",
    )?
    .execute(params![account, user, access, at])?;
    Ok(before == Some(true))
}

/// Saves that the user can no longer access the accounts that are not in its list.
fn lose_unlisted(book: &Transaction<'_>, user: &str, listed: &HashSet<&str>) -> Result<Vec<AccountName>> {
    let listed = serde_json::to_string(listed).unwrap_or_default();
    let lost = book
        .prepare_cached(
            "UPDATE ad_account_access SET visible = 0
             WHERE user_id = ? AND visible AND account_id NOT IN (SELECT value FROM json_each(?))
             RETURNING account_id, (SELECT name FROM ad_account WHERE id = account_id)",
        )?
        .query_map([user, &listed], |row| Ok(AccountName { id: id_at(row, 0)?, name: row.get(1)? }))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(lost)
}

#[cfg(test)]
pub(crate) mod tests;
