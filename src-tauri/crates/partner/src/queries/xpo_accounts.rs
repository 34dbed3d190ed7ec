//! The list of XPO accounts (R35).

use std::cmp::Reverse;
use std::collections::HashMap;

use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::decisions::{PaymentMode, XpoState};
use crate::ids::{AdvertiserId, XpoAccountId};
use crate::json_column::json;
use crate::named::{Named, ObjectKind};
use crate::queries::accounts::{Holding, holdings};
use crate::queries::paging::{Query, Select};
use crate::text::search_terms;
use crate::{Book, Result, fold};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum XpoAccountSort {
    #[default]
    Name,
    State,
    Advertisers,
    AdAccounts,
    Campaigns,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct XpoAccountQuery {
    pub search: String,
    pub sort: XpoAccountSort,
    pub descending: bool,
    pub states: Vec<XpoState>,
    pub archived: Option<bool>,
    /// Whether it has a TikTok ad account.
    pub allocated: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct XpoAccountRow {
    pub id: XpoAccountId,
    pub name: String,
    pub state: XpoState,
    pub archived: bool,
    /// By name; first those that contain the most words of the search.
    pub advertisers: Vec<AdvertiserRow>,
    /// The default one first, then by id.
    pub ad_accounts: Vec<HeldAdAccount>,
    /// Counted once per TikTok ad account, however many of its advertisers have it.
    pub audiences: u32,
}

/// A TikTok ad account that an XPO account has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HeldAdAccount {
    pub ad_account: Named,
    pub default: bool,
    pub mode: PaymentMode,
}

/// An XPO account's own page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct XpoAccountPage {
    pub id: XpoAccountId,
    pub name: String,
    pub state: XpoState,
    pub archived: bool,
    /// By name.
    pub advertisers: Vec<AdvertiserRow>,
    /// By ad account id.
    pub holdings: Vec<Holding>,
    /// As in [`XpoAccountRow::audiences`].
    pub audiences: u32,
}

impl XpoAccountPage {
    pub(crate) fn of(book: &Connection, row: XpoAccountRow) -> Result<XpoAccountPage> {
        let XpoAccountRow { id, name, state, archived, advertisers, ad_accounts: _, audiences } = row;
        let holdings = holdings(book, "l.xpo_account_id = ?", id.as_str())?;
        Ok(XpoAccountPage { id, name, state, archived, advertisers, holdings, audiences })
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AdvertiserRow {
    pub id: AdvertiserId,
    pub name: String,
    pub archived: bool,
    pub campaigns: u32,
    /// Counted once per TikTok ad account.
    pub audiences: u32,
    /// Conversion goals and remarketing tags.
    pub goals: u32,
}

impl Query for XpoAccountQuery {
    type Id = XpoAccountId;
    type Row = XpoAccountRow;

    fn select(&self) -> Select {
        let mut select = self.everything();
        let advertiser =
            "EXISTS (SELECT 1 FROM advertiser v WHERE v.xpo_account_id = x.id AND v.name_folded {})";
        select.search_each(
            &self.search,
            &["x.name_folded {}".into(), "x.id {}".into(), advertiser.into()],
            |word| {
                format!(
                    "instr(x.name_folded, {word}) OR EXISTS (SELECT 1 FROM advertiser v
                 WHERE v.xpo_account_id = x.id AND instr(v.name_folded, {word}))"
                )
            },
        );
        let states: Vec<&str> = self.states.iter().map(|state| state.as_str()).collect();
        select.one_of("x.state", &states);
        if let Some(archived) = self.archived {
            select.filter("x.archived = {}", archived);
        }
        if let Some(allocated) = self.allocated {
            select.filter(
                "EXISTS (SELECT 1 FROM default_account d WHERE d.xpo_account_id = x.id) = {}",
                allocated,
            );
        }
        let key = match self.sort {
            XpoAccountSort::Name => "x.name_folded",
            XpoAccountSort::State => "x.state",
            XpoAccountSort::Advertisers => {
                "(SELECT count(*) FROM advertiser v WHERE v.xpo_account_id = x.id)"
            }
            XpoAccountSort::AdAccounts => {
                "(SELECT count(*) FROM account_link l WHERE l.xpo_account_id = x.id)"
            }
            XpoAccountSort::Campaigns => {
                "(SELECT count(*) FROM advertiser v JOIN campaign_allocation c ON c.advertiser_id = v.id
                  WHERE v.xpo_account_id = x.id)"
            }
        };
        select.order(key, self.descending);
        select
    }

    fn everything(&self) -> Select {
        Select::from("xpo_account x", "x.id")
    }

    fn rows(book: &Connection, ids: &[XpoAccountId]) -> Result<Vec<(XpoAccountId, XpoAccountRow)>> {
        let ids = json(ids);
        let mut rows = book
            .prepare_cached(
                "SELECT id, name, state, archived,
                    (SELECT count(*) FROM (SELECT DISTINCT o.ad_account_id, o.audience_id
                        FROM advertiser v JOIN audience_allocation o ON o.advertiser_id = v.id
                        WHERE v.xpo_account_id = x.id))
                 FROM xpo_account x WHERE id IN (SELECT value FROM json_each(?))",
            )?
            .query_map([&ids], |row| {
                Ok(XpoAccountRow {
                    id: row.get(0)?,
                    name: row.get(1)?,
                    state: row.get(2)?,
                    archived: row.get(3)?,
                    advertisers: Vec::new(),
                    ad_accounts: Vec::new(),
                    audiences: row.get(4)?,
                })
            })?
            .map(|row| row.map(|row| (row.id.clone(), row)))
            .collect::<rusqlite::Result<HashMap<XpoAccountId, XpoAccountRow>>>()?;
        let mut statement = book.prepare_cached(
            "SELECT v.xpo_account_id, v.id, v.name, v.archived,
                    (SELECT count(*) FROM campaign_allocation c WHERE c.advertiser_id = v.id),
                    (SELECT count(*) FROM audience_allocation a WHERE a.advertiser_id = v.id),
                    (SELECT count(*) FROM goal g WHERE g.advertiser_id = v.id)
             FROM advertiser v WHERE v.xpo_account_id IN (SELECT value FROM json_each(?))
             ORDER BY v.xpo_account_id, v.name_folded",
        )?;
        let mut advertisers = statement.query([&ids])?;
        while let Some(row) = advertisers.next()? {
            if let Some(account) = rows.get_mut(&row.get::<_, XpoAccountId>(0)?) {
                account.advertisers.push(AdvertiserRow {
                    id: row.get(1)?,
                    name: row.get(2)?,
                    archived: row.get(3)?,
                    campaigns: row.get(4)?,
                    audiences: row.get(5)?,
                    goals: row.get(6)?,
                });
            }
        }
        let mut statement = book.prepare_cached(
            "SELECT l.xpo_account_id, a.id, a.name, d.ad_account_id IS NOT NULL AS is_default, l.payment_mode
             FROM account_link l JOIN ad_account a ON a.id = l.ad_account_id
             LEFT JOIN default_account d ON d.xpo_account_id = l.xpo_account_id AND d.ad_account_id = l.ad_account_id
             WHERE l.xpo_account_id IN (SELECT value FROM json_each(?)) ORDER BY is_default DESC, a.id",
        )?;
        let mut ad_accounts = statement.query([&ids])?;
        while let Some(row) = ad_accounts.next()? {
            if let Some(account) = rows.get_mut(&row.get::<_, XpoAccountId>(0)?) {
                account.ad_accounts.push(HeldAdAccount {
                    ad_account: Named::at(row, ObjectKind::AdAccount, 1)?,
                    default: row.get(3)?,
                    mode: row.get(4)?,
                });
            }
        }
        Ok(rows.into_iter().collect())
    }

    fn complete(&self, _book: &Connection, rows: &mut [XpoAccountRow]) -> Result<()> {
        let search = fold(&self.search);
        let words: Vec<&str> = search_terms(&search).collect();
        if words.is_empty() {
            return Ok(());
        }
        let matching = |advertiser: &AdvertiserRow| {
            let name = fold(&advertiser.name);
            words.iter().filter(|&&word| name.contains(word)).count()
        };
        for row in rows {
            row.advertisers.sort_by_cached_key(|advertiser| Reverse(matching(advertiser)));
        }
        Ok(())
    }
}

impl Book {
    /// Returns `None` if there is no such XPO account.
    pub fn xpo_account(&self, id: &XpoAccountId) -> Result<Option<XpoAccountPage>> {
        self.snapshot(|book| {
            let row = XpoAccountQuery::rows(book, std::slice::from_ref(id))?.pop();
            row.map(|(_, row)| XpoAccountPage::of(book, row)).transpose()
        })
    }
}
