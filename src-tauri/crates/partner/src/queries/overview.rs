//! The numbers of the Overview screen.

use std::cmp::Reverse;
use std::collections::HashMap;

use jiff::Timestamp;
use serde::Serialize;
use specta::Type;

use crate::facts::status::{AccountStatus, CAMPAIGN_DELETED, Tone};
use crate::ids::{AdAccountId, XpoAccountId};
use crate::json_column::json;
use crate::named::{Named, ObjectKind};
use crate::queries::account_sync::{Age, SYNCED_AT};
use crate::queries::accounts::MIXED_MODES;
use crate::text_enum::text_enum;
use crate::{Book, Result};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Type)]
pub struct Coverage {
    pub allocated: u32,
    /// Including what is deleted on TikTok or excluded.
    pub of: u32,
}

/// The allocations of a TikTok ad account to an XPO account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Flow {
    pub ad_account: Named,
    pub xpo_account: Named,
    /// The number of advertisers.
    pub advertisers: u32,
}

/// A flow between [`Flows::from`] and [`Flows::to`], by their positions. `None` stands for all that are not named there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct JoinedFlow {
    pub from: Option<u32>,
    pub to: Option<u32>,
    /// The number of allocations to advertisers.
    pub allocations: u32,
}

/// All flows, small enough for a picture and a table of the largest ones however many there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Flows {
    pub count: u32,
    pub ad_accounts: u32,
    pub xpo_accounts: u32,
    /// The TikTok ad accounts with the largest flows into `to`.
    pub from: Vec<Named>,
    /// The XPO accounts with the most allocations, the largest first.
    pub to: Vec<Named>,
    pub joined: Vec<JoinedFlow>,
    /// The largest flow comes first.
    pub largest: Vec<Flow>,
}

/// How many TikTok ad accounts and XPO accounts are named in [`Flows`].
const MAX_NAMED: usize = 8;
/// How many flows [`Flows::largest`] has at most.
const MAX_LARGEST: usize = 100;

impl Flows {
    fn of(mut flows: Vec<Flow>) -> Flows {
        let mut into: Vec<(&Named, u32, Vec<&Flow>)> = Vec::new();
        let mut positions = HashMap::new();
        let mut ad_accounts: HashMap<&str, Option<u32>> = HashMap::new();
        for flow in &flows {
            ad_accounts.insert(&flow.ad_account.id, None);
            let position = *positions.entry(&*flow.xpo_account.id).or_insert(into.len());
            if position == into.len() {
                into.push((&flow.xpo_account, 0, Vec::new()));
            }
            into[position].1 += flow.advertisers;
            into[position].2.push(flow);
        }
        into.sort_by_key(|(_, allocations, _)| Reverse(*allocations));
        let xpo_accounts = into.len();
        into.truncate(MAX_NAMED);

        // The XPO accounts take turns, so that each of them has a flow from a named ad account.
        let mut from: Vec<Named> = Vec::new();
        let mut left: Vec<_> = into
            .iter_mut()
            .map(|(_, _, flows)| {
                flows.sort_by_key(|flow| Reverse(flow.advertisers));
                flows.iter()
            })
            .collect();
        loop {
            let before = from.len();
            for flows in &mut left {
                if from.len() < MAX_NAMED
                    && let Some(flow) =
                        flows.find(|flow| ad_accounts.get(&*flow.ad_account.id) == Some(&None))
                {
                    ad_accounts.insert(&flow.ad_account.id, Some(from.len() as u32));
                    from.push(flow.ad_account.clone());
                }
            }
            if from.len() == before {
                break;
            }
        }

        let to: Vec<Named> = into.iter().map(|(named, ..)| (*named).clone()).collect();
        let ranks: HashMap<&str, u32> = to.iter().map(|named| &*named.id).zip(0..).collect();
        let mut joined: HashMap<(Option<u32>, Option<u32>), u32> = HashMap::new();
        for flow in &flows {
            let from = ad_accounts.get(&*flow.ad_account.id).copied().flatten();
            let to = ranks.get(&*flow.xpo_account.id).copied();
            *joined.entry((from, to)).or_default() += flow.advertisers;
        }
        let mut joined: Vec<JoinedFlow> = joined
            .into_iter()
            .map(|((from, to), allocations)| JoinedFlow { from, to, allocations })
            .collect();
        joined.sort_by_key(|flow| (flow.from.is_none(), flow.from, flow.to.is_none(), flow.to));

        let (count, ad_accounts) = (flows.len(), ad_accounts.len());
        flows.sort_by_key(|flow| Reverse(flow.advertisers));
        flows.truncate(MAX_LARGEST);
        Flows {
            count: count as u32,
            ad_accounts: ad_accounts as u32,
            xpo_accounts: xpo_accounts as u32,
            from,
            to,
            joined,
            largest: flows,
        }
    }
}

/// The number of things that need attention. For syncs, see [`Book::sync_counts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Attention {
    /// Allocated TikTok ad accounts that no user can access.
    pub inaccessible: u32,
    /// TikTok ad accounts with both payment modes (A9).
    pub mixed_modes: u32,
    /// Allocated TikTok ad accounts with a [`Tone::Bad`] status.
    pub suspended_or_disapproved: u32,
    /// TikTok users who have to sign in again.
    pub needs_authorization: u32,
}

/// The steps of the setup guide, and whether they are completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FirstSteps {
    pub app: SetUp,
    pub ad_accounts: bool,
    pub xpo_accounts: bool,
    pub allocated: bool,
    /// Saved once requests have a recipient (A26).
    pub mail: SetUp,
}

/// Settings that a test can check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SetUp {
    pub saved: bool,
    /// The last successful test of what is saved, in milliseconds since 1970, UTC.
    #[specta(type = Option<f64>)]
    pub tested_at: Option<i64>,
    /// Saved and tested. The settings of the practice partner need no test.
    pub done: bool,
}

/// Allocated objects of an XPO account that are deleted on TikTok (A18).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Deleted {
    pub xpo_account: Named,
    pub campaigns: u32,
    /// Counted once per TikTok ad account, however many advertisers have it.
    pub audiences: u32,
}

text_enum! {
    CoverageKind {
        AdAccounts = "ad_accounts"
        Campaigns = "campaigns"
        Audiences = "audiences"
        XpoAccounts = "xpo_accounts"
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct Freshness {
    pub age: Age,
    pub count: u32,
}

impl Book {
    pub fn first_steps(&self) -> Result<FirstSteps> {
        let practice = self.partner().practice;
        let set_up = |saved: bool, tested_at: Option<i64>| {
            let done = saved && (practice || tested_at.is_some());
            SetUp { saved, tested_at: tested_at.filter(|_| saved), done }
        };
        let mail = set_up(self.mail_settings()?.has_recipient(), self.mail_settings_tested_at()?);
        let app_tested_at = self.tiktok_app_tested_at()?;
        let read = self.read();
        let mut done = read.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM tiktok_app WHERE app_id <> ''), EXISTS (SELECT 1 FROM ad_account),
                EXISTS (SELECT 1 FROM xpo_account), EXISTS (SELECT 1 FROM allocation)",
        )?;
        Ok(done.query_row([], |row| {
            Ok(FirstSteps {
                app: set_up(row.get(0)?, app_tested_at),
                ad_accounts: row.get(1)?,
                xpo_accounts: row.get(2)?,
                allocated: row.get(3)?,
                mail,
            })
        })?)
    }

    /// Returns how many objects are allocated, and of how many. Campaigns and audiences are numbered without gaps, because
    /// none is ever deleted (A18).
    pub fn coverage(&self, of: CoverageKind) -> Result<Coverage> {
        let sql = match of {
            CoverageKind::AdAccounts => {
                "SELECT (SELECT count(DISTINCT ad_account_id) FROM account_link), (SELECT count(*) FROM ad_account)"
            }
            CoverageKind::Campaigns => {
                "SELECT (SELECT count(*) FROM allocated_campaign), (SELECT coalesce(max(row), 0) FROM campaign)"
            }
            CoverageKind::Audiences => {
                "SELECT (SELECT count(*) FROM (SELECT DISTINCT audience_id, ad_account_id FROM audience_allocation)),
                        (SELECT coalesce(max(row), 0) FROM audience)"
            }
            CoverageKind::XpoAccounts => {
                "SELECT (SELECT count(*) FROM default_account d JOIN xpo_account x ON x.id = d.xpo_account_id
                         WHERE NOT x.archived), (SELECT count(*) FROM xpo_account WHERE NOT archived)"
            }
        };
        let read = self.read();
        let mut counts = read.prepare_cached(sql)?;
        Ok(counts.query_row([], |row| Ok(Coverage { allocated: row.get(0)?, of: row.get(1)? }))?)
    }

    pub fn attention(&self) -> Result<Attention> {
        self.snapshot(|book| {
            let count =
                |sql: &str| -> Result<u32> { Ok(book.prepare_cached(sql)?.query_row([], |row| row.get(0))?) };
            let connection = crate::facts::accounts::CONNECTION;
            Ok(Attention {
                inaccessible: count(&format!(
                    "SELECT count(*) FROM ad_account a WHERE {connection} = 0
                     AND EXISTS (SELECT 1 FROM account_link l WHERE l.ad_account_id = a.id)"
                ))?,
                mixed_modes: count(&format!("SELECT count(*) FROM ad_account a WHERE {MIXED_MODES}"))?,
                suspended_or_disapproved: book
                    .prepare_cached(
                        "SELECT count(*) FROM ad_account a WHERE a.status IN (SELECT value FROM json_each(?))
                         AND EXISTS (SELECT 1 FROM account_link l WHERE l.ad_account_id = a.id)",
                    )?
                    .query_row([json(&AccountStatus::values_with_tone(Tone::Bad))], |row| row.get(0))?,
                needs_authorization: count(
                    "SELECT count(*) FROM tiktok_user WHERE state = 'needs_authorization'",
                )?,
            })
        })
    }

    /// The XPO accounts with the most objects come first. Reading a million campaigns takes a while, so this uses its own
    /// connection.
    pub fn deleted_but_allocated(&self) -> Result<Vec<Deleted>> {
        let book = self.open_reader()?;
        let mut statement = book.prepare(&format!(
            "SELECT x.id, x.name, sum(g.campaigns), count(DISTINCT g.audience) FROM (
                 SELECT n.advertiser_id, 1 AS campaigns, NULL AS audience FROM campaign c
                 CROSS JOIN allocated_campaign o ON o.campaign_id = c.id CROSS JOIN allocation n ON n.id = o.allocation
                 WHERE {CAMPAIGN_DELETED}
                 UNION ALL SELECT n.advertiser_id, 0, a.account_id || ' ' || a.id FROM audience a CROSS JOIN audience_allocation n
                 ON n.ad_account_id = a.account_id AND n.audience_id = a.id WHERE a.deleted_on_tiktok
             ) g JOIN advertiser v ON v.id = g.advertiser_id JOIN xpo_account x ON x.id = v.xpo_account_id
             GROUP BY x.id ORDER BY sum(g.campaigns) + count(DISTINCT g.audience) DESC, x.name_folded, x.id"
        ))?;
        let deleted = statement.query_map([], |row| {
            Ok(Deleted {
                xpo_account: Named::at(row, ObjectKind::XpoAccount, 0)?,
                campaigns: row.get(2)?,
                audiences: row.get(3)?,
            })
        })?;
        Ok(deleted.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns the number of TikTok ad accounts by the time since they were last synced completely, the shortest first.
    pub fn freshness(&self, now: Timestamp) -> Result<Vec<Freshness>> {
        let mut freshness: Vec<Freshness> = Age::ALL.iter().map(|&age| Freshness { age, count: 0 }).collect();
        let book = self.read();
        let mut statement = book.prepare_cached(&format!("SELECT {SYNCED_AT} FROM ad_account a"))?;
        let mut times = statement.query([])?;
        while let Some(row) = times.next()? {
            let time: i64 = row.get(0)?;
            if let Some(fresh) = freshness.iter_mut().find(|fresh| fresh.age.times(now).contains(&time)) {
                fresh.count += 1;
            }
        }
        Ok(freshness)
    }

    pub fn flows(&self) -> Result<Flows> {
        self.snapshot(|book| {
            // Joined here, because SQLite would sort the joined rows.
            let mut counts: HashMap<XpoAccountId, Vec<(AdAccountId, u32)>> = HashMap::new();
            let mut statement = book.prepare_cached(
                "SELECT xpo_account_id, ad_account_id, count(*) FROM allocation
                 GROUP BY xpo_account_id, ad_account_id ORDER BY xpo_account_id, ad_account_id",
            )?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                counts.entry(row.get(0)?).or_default().push((row.get(1)?, row.get(2)?));
            }
            let mut statement =
                book.prepare_cached("SELECT id, name FROM xpo_account ORDER BY name_folded, id")?;
            let mut rows = statement.query([])?;
            let mut flows = Vec::new();
            while let Some(row) = rows.next()? {
                let id: XpoAccountId = row.get(0)?;
                let xpo_account = Named::at(row, ObjectKind::XpoAccount, 0)?;
                for (id, advertisers) in counts.remove(&id).unwrap_or_default() {
                    let (ad_account, xpo_account) = (Named::new(&id, ""), xpo_account.clone());
                    flows.push(Flow { ad_account, xpo_account, advertisers });
                }
            }
            let mut flows = Flows::of(flows);
            let largest = flows.largest.iter_mut().map(|flow| &mut flow.ad_account);
            for shown in flows.from.iter_mut().chain(largest) {
                *shown = Named::of(book, ObjectKind::AdAccount, &shown.id)?;
            }
            Ok(flows)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_of_flows_are_joined_to_eight_on_each_side_and_all_are_counted() {
        let named = |kind, id: u32| Named { kind, id: id.to_string(), name: String::new() };
        let flows: Vec<Flow> = (0..3_400)
            .map(|n| Flow {
                ad_account: named(ObjectKind::AdAccount, n % 1_700),
                xpo_account: named(ObjectKind::XpoAccount, n % 401),
                advertisers: 1 + n % 3,
            })
            .collect();
        let allocations: u32 = flows.iter().map(|flow| flow.advertisers).sum();
        let all = Flows::of(flows);
        assert_eq!((all.count, all.ad_accounts, all.xpo_accounts), (3_400, 1_700, 401));
        assert_eq!((all.from.len(), all.to.len(), all.largest.len()), (MAX_NAMED, MAX_NAMED, MAX_LARGEST));
        assert_eq!(all.joined.iter().map(|flow| flow.allocations).sum::<u32>(), allocations);
        assert!(all.largest.iter().all(|flow| flow.advertisers == 3));
        for to in 0..MAX_NAMED as u32 {
            let into = all.joined.iter().filter(|flow| flow.to == Some(to));
            assert!(into.clone().any(|flow| flow.from.is_some()), "{to}");
            let total: u32 = into.map(|flow| flow.allocations).sum();
            assert_eq!(total, 18, "{to}: the largest XPO accounts have nine flows of two on average");
        }
    }
}
