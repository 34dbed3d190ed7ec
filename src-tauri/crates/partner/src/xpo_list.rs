//! XPO accounts with everything that was handed to them (R35).

use std::collections::HashMap;

use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::account_list::{Holding, holdings};
use crate::change::{GoalKind, XpoState};
use crate::ids::{AdvertiserId, GoalId, XpoAccountId};
use crate::list::{Query, Select, json};
use crate::outcome::{Named, ObjectKind};
use crate::{Book, Result};

/// Which XPO accounts, by name. Empty filters let everything through.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct XpoAccountQuery {
    /// Words, each of which must be part of its name, or of the name of one of its advertisers.
    pub search: String,
    /// From Z to A.
    pub descending: bool,
    /// One of which it must have.
    pub states: Vec<XpoState>,
    /// Whether it is archived.
    pub archived: Option<bool>,
    /// Whether it has a TikTok ad account.
    pub allocated: Option<bool>,
}

/// An XPO account in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct XpoAccountRow {
    /// Its id.
    pub id: XpoAccountId,
    /// Its name.
    pub name: String,
    /// Its state.
    pub state: XpoState,
    /// Whether it is archived.
    pub archived: bool,
    /// Its advertisers, by name.
    pub advertisers: Vec<AdvertiserRow>,
    /// Its TikTok ad accounts, by id.
    pub holdings: Vec<Holding>,
}

/// An advertiser, and how much it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AdvertiserRow {
    /// Its id.
    pub id: AdvertiserId,
    /// Its name.
    pub name: String,
    /// Whether it is archived.
    pub archived: bool,
    /// How many campaigns.
    pub campaigns: u32,
    /// How many audiences, counted for each TikTok ad account.
    pub audiences: u32,
    /// How many conversion goals and remarketing tags.
    pub goals: u32,
}

impl Query for XpoAccountQuery {
    type Id = XpoAccountId;
    type Row = XpoAccountRow;

    fn select(&self) -> Select {
        let mut select = self.everything();
        select.search_each(&self.search, |word| {
            format!(
                "instr(x.name_folded, {word}) OR EXISTS (SELECT 1 FROM advertiser v
                 WHERE v.xpo_account_id = x.id AND instr(v.name_folded, {word}))"
            )
        });
        let states: Vec<&str> = self.states.iter().map(|state| state.word()).collect();
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
        select.descending = self.descending;
        select
    }

    fn everything(&self) -> Select {
        let mut select = Select::from("xpo_account x", "x.id");
        select.order("x.name_folded", false);
        select
    }

    fn rows(book: &Connection, ids: &[XpoAccountId]) -> Result<Vec<(XpoAccountId, XpoAccountRow)>> {
        let ids = json(ids);
        let mut rows = book
            .prepare_cached(
                "SELECT id, name, state, archived FROM xpo_account
                 WHERE id IN (SELECT value FROM json_each(?))",
            )?
            .query_map([&ids], |row| {
                Ok(XpoAccountRow {
                    id: row.get(0)?,
                    name: row.get(1)?,
                    state: row.get(2)?,
                    archived: row.get(3)?,
                    advertisers: Vec::new(),
                    holdings: Vec::new(),
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
        for holding in holdings(book, "l.xpo_account_id IN (SELECT value FROM json_each(?))", &ids)? {
            if let Some(row) = rows.get_mut(&XpoAccountId(holding.xpo_account.id.clone())) {
                row.holdings.push(holding);
            }
        }
        Ok(rows.into_iter().collect())
    }
}

/// A conversion goal or remarketing tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct GoalRow {
    /// Its id.
    pub id: GoalId,
    /// Which of the two it is.
    pub kind: GoalKind,
    /// Its name.
    pub name: String,
    /// Created for this advertiser.
    pub advertiser: Named,
    /// Created with this TikTok ad account.
    pub ad_account: Named,
}

impl Book {
    /// What of TikTok's an XPO account has: its TikTok ad accounts, with default and payment mode.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn holdings_of(&self, xpo_account: &XpoAccountId) -> Result<Vec<Holding>> {
        holdings(&self.read(), "l.xpo_account_id = ?", xpo_account.as_str())
    }

    /// The conversion goals and remarketing tags of an XPO account, by advertiser, kind and name.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn goals_of(&self, xpo_account: &XpoAccountId) -> Result<Vec<GoalRow>> {
        let book = self.read();
        let mut statement = book.prepare_cached(
            "SELECT g.id, g.kind, g.name, v.id, v.name, t.id, t.name FROM goal g
             JOIN advertiser v ON v.id = g.advertiser_id JOIN ad_account t ON t.id = g.ad_account_id
             WHERE v.xpo_account_id = ? ORDER BY v.name_folded, g.kind, g.name_folded",
        )?;
        let goals = statement.query_map([xpo_account], |row| {
            Ok(GoalRow {
                id: row.get(0)?,
                kind: row.get(1)?,
                name: row.get(2)?,
                advertiser: Named { kind: ObjectKind::Advertiser, id: row.get(3)?, name: row.get(4)? },
                ad_account: Named { kind: ObjectKind::AdAccount, id: row.get(5)?, name: row.get(6)? },
            })
        })?;
        Ok(goals.collect::<rusqlite::Result<_>>()?)
    }
}
