//! What the first screen shows: how much is allocated, how it flows, and what needs attention.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::account_list::MIXED_MODES;
use crate::account_sync::SYNCED_AT;
use crate::change::words;
use crate::list::json;
use crate::outcome::{Named, ObjectKind};
use crate::status::{AccountStatus, Tone};
use crate::{Book, Result};

/// How many of something, and how many of them are allocated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Type)]
pub struct Coverage {
    /// Allocated to somebody.
    pub allocated: u32,
    /// All of them, also what is deleted on TikTok or excluded.
    pub of: u32,
}

/// How much of a TikTok ad account an XPO account has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Flow {
    /// From.
    pub ad_account: Named,
    /// To.
    pub xpo_account: Named,
    /// Through how many of its advertisers.
    pub advertisers: u32,
}

/// The first screen's numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Overview {
    /// TikTok ad accounts.
    pub ad_accounts: Coverage,
    /// Campaigns.
    pub campaigns: Coverage,
    /// Audiences, counted for each ad account that sees them.
    pub audiences: Coverage,
    /// XPO accounts in use, and how many have a TikTok ad account.
    pub xpo_accounts: Coverage,
    /// TikTok ad accounts that no TikTok user reaches though they are allocated.
    pub lost: u32,
    /// TikTok ad accounts with both payment modes (A9).
    pub mixed_modes: u32,
    /// TikTok ad accounts that are allocated though TikTok disapproved or suspended them: those with a [`Tone::Bad`] status.
    pub refused: u32,
    /// TikTok users who have to log in again.
    pub needs_authorization: u32,
}

words! {
    /// How long ago a TikTok ad account was last synced.
    Age {
        /// Within the last hour.
        Hour = "hour", "Last hour"
        /// Within the last 24 hours.
        Day = "day", "Last 24 hours"
        /// Within the last 7 days.
        Week = "week", "Last 7 days"
        /// Before that.
        Older = "older", "Older"
        /// Not at all.
        Never = "never", "Never synced"
    }
}

/// TikTok ad accounts that were last synced at about the same time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Freshness {
    /// How long ago.
    pub age: Age,
    /// From this moment on, for [`crate::account_list::AccountQuery`]: milliseconds since 1970, UTC.
    #[specta(type = f64)]
    pub synced_from: i64,
    /// Before this moment.
    #[specta(type = f64)]
    pub synced_until: i64,
    /// How many.
    pub count: u32,
}

impl Book {
    /// How much is allocated, and what needs attention.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn overview(&self) -> Result<Overview> {
        self.snapshot(|book| {
            let count = |sql: &str| -> Result<u32> {
                Ok(book.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
            };
            let connection = crate::account_list::CONNECTION;
            Ok(Overview {
                ad_accounts: Coverage {
                    allocated: count("SELECT count(DISTINCT ad_account_id) FROM link")?,
                    of: count("SELECT count(*) FROM ad_account")?,
                },
                campaigns: Coverage {
                    allocated: count("SELECT count(*) FROM campaign_allocation")?,
                    of: count("SELECT count(*) FROM campaign")?,
                },
                audiences: Coverage {
                    allocated: count(
                        "SELECT count(*) FROM (SELECT DISTINCT audience_id, ad_account_id FROM audience_allocation)",
                    )?,
                    of: count("SELECT count(*) FROM audience")?,
                },
                xpo_accounts: Coverage {
                    allocated: count(
                        "SELECT count(*) FROM default_account d JOIN xpo_account x ON x.id = d.xpo_account_id
                         WHERE NOT x.archived",
                    )?,
                    of: count("SELECT count(*) FROM xpo_account WHERE NOT archived")?,
                },
                lost: count(&format!(
                    "SELECT count(*) FROM ad_account a WHERE {connection} = 0
                     AND EXISTS (SELECT 1 FROM link l WHERE l.ad_account_id = a.id)"
                ))?,
                mixed_modes: count(&format!("SELECT count(*) FROM ad_account a WHERE {MIXED_MODES}"))?,
                refused: book
                    .prepare_cached(
                        "SELECT count(*) FROM ad_account a WHERE a.status IN (SELECT value FROM json_each(?))
                         AND EXISTS (SELECT 1 FROM link l WHERE l.ad_account_id = a.id)",
                    )?
                    .query_row([json(&AccountStatus::raws_with(Tone::Bad))], |row| row.get(0))?,
                needs_authorization: count(
                    "SELECT count(*) FROM tiktok_user WHERE state = 'needs_authorization'",
                )?,
            })
        })
    }

    /// How many TikTok ad accounts were last synced how long ago, the freshest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn freshness(&self, now: Timestamp) -> Result<Vec<Freshness>> {
        let before = |hours: i64| now.as_millisecond() - hours * 3_600_000;
        // Whatever is later than now was synced by a clock that was wrong. The end of time is the greatest number of a page.
        let bounds = [(1 << 53) - 1, before(1), before(24), before(7 * 24), 1, 0];
        self.snapshot(|book| {
            let mut statement = book.prepare_cached(&format!(
                "SELECT count(*) FROM ad_account a WHERE {SYNCED_AT} >= ? AND {SYNCED_AT} < ?"
            ))?;
            let mut freshness = Vec::new();
            for (&age, bounds) in Age::ALL.iter().zip(bounds.windows(2)) {
                let (synced_until, synced_from) = (bounds[0], bounds[1]);
                let count = statement.query_row([synced_from, synced_until], |row| row.get(0))?;
                freshness.push(Freshness { age, synced_from, synced_until, count });
            }
            Ok(freshness)
        })
    }

    /// Which TikTok ad account flows to which XPO account.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn flows(&self) -> Result<Vec<Flow>> {
        let book = self.read();
        let mut statement = book.prepare_cached(
            "SELECT t.id, t.name, x.id, x.name, count(*) FROM allocation n
             JOIN ad_account t ON t.id = n.ad_account_id JOIN xpo_account x ON x.id = n.xpo_account_id
             GROUP BY t.id, x.id ORDER BY x.name_folded, t.id",
        )?;
        let flows = statement.query_map([], |row| {
            Ok(Flow {
                ad_account: Named { kind: ObjectKind::AdAccount, id: row.get(0)?, name: row.get(1)? },
                xpo_account: Named { kind: ObjectKind::XpoAccount, id: row.get(2)?, name: row.get(3)? },
                advertisers: row.get(4)?,
            })
        })?;
        Ok(flows.collect::<rusqlite::Result<_>>()?)
    }
}
