//! The allocations at an earlier time, computed from the change history.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::decisions::journal::{counts_after, decisions_of_holder_after, in_force_after};
use crate::decisions::kinds::campaign_allocation::CampaignState;
use crate::decisions::kinds::{
    AccountAllocation, Advertiser, AudienceAllocation, CampaignAllocation, DefaultAccount, Payment,
    XpoAccount,
};
use crate::decisions::{DecisionKind, PaymentMode, XpoState};
use crate::ids::{AdAccountId, AdvertiserId, XpoAccountId};
use crate::named::{Named, ObjectKind};
use crate::queries::paging::PAGE;
use crate::{Book, Result};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct XpoAccountAsOf {
    /// With its name at that time.
    pub xpo_account: Named,
    pub state: XpoState,
    pub archived: bool,
    pub default: Option<Named>,
    pub ad_accounts: Vec<AccountAsOf>,
    pub advertisers: Vec<AdvertiserAsOf>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AccountAsOf {
    /// With its current name.
    pub ad_account: Named,
    pub mode: PaymentMode,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AdvertiserAsOf {
    /// With its name at that time.
    pub advertiser: Named,
    pub archived: bool,
    pub ad_accounts: Vec<Named>,
    pub campaigns: u32,
    /// Counted once per TikTok ad account.
    pub audiences: u32,
    /// Conversion goals and remarketing tags.
    pub goals: u32,
}

/// A campaign or audience that was allocated to an advertiser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ObjectAsOf {
    /// With its current name.
    pub object: Named,
    pub ad_account: Named,
    pub initialized: bool,
}

impl Book {
    /// Returns all XPO accounts at a time, by name. Reading a long history takes a while, so this uses its own connection.
    pub fn xpo_accounts_as_of(&self, at: Timestamp) -> Result<Vec<XpoAccountAsOf>> {
        let reader = self.open_reader()?;
        let snapshot = reader.unchecked_transaction()?;
        let book: &Connection = &snapshot;
        let Some(entry) = entry_at(book, at)? else { return Ok(Vec::new()) };
        let names: HashMap<AdAccountId, String> = book
            .prepare("SELECT id, name FROM ad_account")?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let named = |id: &AdAccountId| Named::new(id, names.get(id).map_or("", String::as_str));
        let mut advertisers = advertisers_as_of(book, entry, named)?;
        let mut links: HashMap<XpoAccountId, Vec<AccountAsOf>> = HashMap::new();
        for (Payment { ad_account, xpo_account }, mode) in in_force_after::<Payment>(book, entry)? {
            let ad_account = named(&ad_account);
            links.entry(xpo_account).or_default().push(AccountAsOf { ad_account, mode });
        }
        let defaults = in_force_after::<DefaultAccount>(book, entry)?;
        let defaults: HashMap<XpoAccountId, AdAccountId> =
            defaults.into_iter().map(|(key, account)| (key.xpo_account, account)).collect();
        let mut accounts = Vec::new();
        for (XpoAccount { id }, value) in in_force_after::<XpoAccount>(book, entry)? {
            accounts.push(XpoAccountAsOf {
                default: defaults.get(&id).map(named),
                ad_accounts: links.remove(&id).unwrap_or_default(),
                advertisers: advertisers.remove(&id).unwrap_or_default(),
                xpo_account: Named::new(&id, &value.name),
                state: value.state,
                archived: value.archived,
            });
        }
        accounts.sort_by_cached_key(|account| crate::fold(&account.xpo_account.name));
        Ok(accounts)
    }

    /// Returns a page of the campaigns or audiences that were allocated to an advertiser at a time, by id, after `after`.
    pub fn allocated_as_of(
        &self,
        at: Timestamp,
        kind: DecisionKind,
        advertiser: &str,
        after: Option<&ObjectAsOf>,
    ) -> Result<Vec<ObjectAsOf>> {
        self.snapshot(|book| {
            let Some(entry) = entry_at(book, at)? else { return Ok(Vec::new()) };
            let after = after.map_or(("", ""), |last| (&last.ad_account.id, &last.object.id));
            let object = |kind, object: &str, ad_account: &AdAccountId, initialized| {
                Ok(ObjectAsOf {
                    object: Named::of(book, kind, object)?,
                    ad_account: Named::of(book, ObjectKind::AdAccount, ad_account.as_str())?,
                    initialized,
                })
            };
            match kind {
                DecisionKind::CampaignAllocation => {
                    decisions_of_holder_after::<CampaignAllocation>(book, entry, advertiser, after, PAGE)?
                        .iter()
                        .map(|(key, state)| {
                            let initialized = *state == CampaignState::Initialized;
                            object(ObjectKind::Campaign, key.campaign.as_str(), &key.ad_account, initialized)
                        })
                        .collect()
                }
                DecisionKind::AudienceAllocation => {
                    decisions_of_holder_after::<AudienceAllocation>(book, entry, advertiser, after, PAGE)?
                        .iter()
                        .map(|(key, _)| {
                            object(ObjectKind::Audience, key.audience.as_str(), &key.ad_account, false)
                        })
                        .collect()
                }
                _ => Ok(Vec::new()),
            }
        })
    }
}

/// Returns the last entry at a time. Where the clock was set back, earlier entries can have later times; they count as
/// well.
fn entry_at(book: &Connection, at: Timestamp) -> Result<Option<i64>> {
    Ok(book
        .prepare_cached("SELECT max(seq) FROM entry WHERE at <= ?")?
        .query_row([at.as_millisecond()], |row| row.get(0))?)
}

/// Returns the advertisers by XPO account, sorted by name.
fn advertisers_as_of(
    book: &Connection,
    entry: i64,
    named: impl Fn(&AdAccountId) -> Named,
) -> Result<HashMap<XpoAccountId, Vec<AdvertiserAsOf>>> {
    let mut accounts: HashMap<AdvertiserId, Vec<Named>> = HashMap::new();
    for (key, _) in in_force_after::<AccountAllocation>(book, entry)? {
        accounts.entry(key.advertiser).or_default().push(named(&key.ad_account));
    }
    let campaigns = counts_after(book, DecisionKind::CampaignAllocation, entry)?;
    let audiences = counts_after(book, DecisionKind::AudienceAllocation, entry)?;
    let goals = counts_after(book, DecisionKind::Goal, entry)?;
    let count = |counts: &HashMap<String, u32>, id: &AdvertiserId| {
        counts.get(id.as_str()).copied().unwrap_or_default()
    };
    let mut advertisers: HashMap<XpoAccountId, Vec<AdvertiserAsOf>> = HashMap::new();
    for (Advertiser { id }, value) in in_force_after::<Advertiser>(book, entry)? {
        let advertiser = AdvertiserAsOf {
            ad_accounts: accounts.remove(&id).unwrap_or_default(),
            campaigns: count(&campaigns, &id),
            audiences: count(&audiences, &id),
            goals: count(&goals, &id),
            advertiser: Named::new(&id, &value.name),
            archived: value.archived,
        };
        advertisers.entry(value.xpo_account).or_default().push(advertiser);
    }
    for group in advertisers.values_mut() {
        group.sort_by_cached_key(|row| crate::fold(&row.advertiser.name));
    }
    Ok(advertisers)
}
