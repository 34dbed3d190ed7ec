//! Lists of conversion goals and remarketing tags (A1, R25).

use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::Result;
use crate::decisions::GoalKind;
use crate::ids::{AdAccountId, AdvertiserId, GoalId, XpoAccountId};
use crate::json_column::json;
use crate::named::{Named, ObjectKind};
use crate::queries::paging::{Query, Select};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "of", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum GoalsOf {
    XpoAccount { xpo_account: XpoAccountId },
    Advertiser { advertiser: AdvertiserId },
    AdAccount { ad_account: AdAccountId },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum GoalSort {
    Name,
    Kind,
    Advertiser,
    AdAccount,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct GoalQuery {
    pub of: GoalsOf,
    pub search: String,
    pub sort: GoalSort,
    pub descending: bool,
    pub kinds: Vec<GoalKind>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct GoalRow {
    pub id: GoalId,
    pub kind: GoalKind,
    pub name: String,
    pub advertiser: Named,
    pub xpo_account: Named,
    pub ad_account: Named,
}

impl Query for GoalQuery {
    type Id = GoalId;
    type Row = GoalRow;

    fn select(&self) -> Select {
        let mut select = self.everything();
        select.search(&self.search, &["g.name_folded", "v.name_folded"]);
        let kinds: Vec<&str> = self.kinds.iter().map(|kind| kind.as_str()).collect();
        select.one_of("g.kind", &kinds);
        let key = match self.sort {
            GoalSort::Name => "g.name_folded",
            GoalSort::Kind => "g.kind",
            GoalSort::Advertiser => "v.name_folded",
            GoalSort::AdAccount => "g.ad_account_id",
        };
        select.order(key, self.descending);
        select
    }

    fn everything(&self) -> Select {
        let mut select = Select::from("goal g JOIN advertiser v ON v.id = g.advertiser_id", "g.id");
        match &self.of {
            GoalsOf::XpoAccount { xpo_account } => {
                select.filter("v.xpo_account_id = {}", xpo_account.0.clone());
            }
            GoalsOf::Advertiser { advertiser } => {
                select.filter("g.advertiser_id = {}", advertiser.0.clone());
            }
            GoalsOf::AdAccount { ad_account } => {
                select.filter("g.ad_account_id = {}", ad_account.0.clone());
            }
        }
        select
    }

    fn rows(book: &Connection, ids: &[GoalId]) -> Result<Vec<(GoalId, GoalRow)>> {
        let mut statement = book.prepare_cached(
            "SELECT g.id, g.kind, g.name, v.id, v.name, x.id, x.name, t.id, t.name
             FROM json_each(?) j JOIN goal g ON g.id = j.value JOIN advertiser v ON v.id = g.advertiser_id
             JOIN xpo_account x ON x.id = v.xpo_account_id JOIN ad_account t ON t.id = g.ad_account_id",
        )?;
        let rows = statement.query_map([json(ids)], |row| {
            let id: GoalId = row.get(0)?;
            let goal = GoalRow {
                id: id.clone(),
                kind: row.get(1)?,
                name: row.get(2)?,
                advertiser: Named::at(row, ObjectKind::Advertiser, 3)?,
                xpo_account: Named::at(row, ObjectKind::XpoAccount, 5)?,
                ad_account: Named::at(row, ObjectKind::AdAccount, 7)?,
            };
            Ok((id, goal))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
