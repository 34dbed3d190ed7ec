//! Facets: the values that a list can be filtered by, each with its number of rows before search and filters.

use rusqlite::params_from_iter;
use serde::Serialize;
use specta::Type;

use crate::facts::accounts::CONNECTION;
use crate::facts::status::{AccountStatus, DeliveryStatus, Tone, audience_type};
use crate::queries::accounts::Connection;
use crate::queries::audiences::{AudienceQuery, AudiencesOf};
use crate::queries::campaigns::{CampaignQuery, CampaignsOf};
use crate::queries::paging::{Query, Select};
use crate::{Book, Result};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct StatusFacet {
    pub label: String,
    pub tone: Tone,
    pub count: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ConnectionFacet {
    pub connection: Connection,
    pub count: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct UserFacet {
    pub id: String,
    pub name: String,
    pub count: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct XpoAccountFacet {
    pub id: String,
    pub name: String,
    pub count: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct Facet {
    pub value: String,
    pub count: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AccountFacets {
    pub statuses: Vec<StatusFacet>,
    pub connections: Vec<ConnectionFacet>,
    pub users: Vec<UserFacet>,
    pub xpo_accounts: Vec<XpoAccountFacet>,
    pub allocated: u32,
    pub defaults: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct CampaignFacets {
    pub statuses: Vec<StatusFacet>,
    pub objectives: Vec<Facet>,
}

impl Book {
    pub fn account_facets(&self) -> Result<AccountFacets> {
        self.snapshot(|book| {
            let mut statuses = Vec::new();
            let mut statement = book
                .prepare_cached("SELECT status, count(*) FROM ad_account GROUP BY status ORDER BY status")?;
            for row in statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, u32>(1)?)))? {
                let (raw, count) = row?;
                let AccountStatus { label, tone, .. } = AccountStatus::of(&raw);
                add_status(&mut statuses, label, tone, count);
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
                    "SELECT u.id, u.name, count(*) FROM tiktok_user u JOIN ad_account_access x
                     ON x.user_id = u.id AND x.visible GROUP BY u.id ORDER BY u.name, u.id",
                )?
                .query_map([], |row| {
                    Ok(UserFacet { id: row.get(0)?, name: row.get(1)?, count: row.get(2)? })
                })?
                .collect::<rusqlite::Result<_>>()?;
            let xpo_accounts = book
                .prepare_cached(
                    "SELECT x.id, x.name, count(*) FROM account_link l JOIN xpo_account x ON x.id = l.xpo_account_id
                     GROUP BY x.id ORDER BY x.name_folded",
                )?
                .query_map([], |row| {
                    Ok(XpoAccountFacet { id: row.get(0)?, name: row.get(1)?, count: row.get(2)? })
                })?
                .collect::<rusqlite::Result<_>>()?;
            let count = |table: &str| {
                book.query_row(&format!("SELECT count(DISTINCT ad_account_id) FROM {table}"), [], |row| {
                    row.get(0)
                })
            };
            let (allocated, defaults) = (count("account_link")?, count("default_account")?);
            Ok(AccountFacets { statuses, connections, users, xpo_accounts, allocated, defaults })
        })
    }

    pub fn campaign_facets(&self, of: &CampaignsOf) -> Result<CampaignFacets> {
        let mut statuses = Vec::new();
        let mut objectives: Vec<Facet> = Vec::new();
        let select = CampaignQuery::all(of.clone()).everything();
        let counts = format!(
            "SELECT k.operation_status, k.secondary_status, f.deleted, k.objective, f.count
             FROM (SELECT c.traits AS traits, c.deleted_on_tiktok AS deleted, count(*) AS count {}
                   GROUP BY c.traits, c.deleted_on_tiktok) f
             JOIN campaign_traits k ON k.id = f.traits ORDER BY 1, 2, 3, 4",
            select.matching()
        );
        for_each(self, &counts, &select, |row| {
            let (operation, secondary): (String, String) = (row.get(0)?, row.get(1)?);
            let DeliveryStatus { label, tone, .. } = DeliveryStatus::of(&operation, &secondary, row.get(2)?);
            let (objective, count): (String, u32) = (row.get(3)?, row.get(4)?);
            add_status(&mut statuses, label, tone, count);
            match objectives.iter_mut().find(|facet| facet.value == objective) {
                Some(facet) => facet.count += count,
                None => objectives.push(Facet { value: objective, count }),
            }
            Ok(())
        })?;
        statuses.sort_by(|one, other| one.label.cmp(&other.label));
        objectives.sort_by(|one, other| one.value.cmp(&other.value));
        Ok(CampaignFacets { statuses, objectives })
    }

    /// Returns the labels of audience types.
    pub fn audience_facets(&self, of: &AudiencesOf) -> Result<Vec<Facet>> {
        let mut types: Vec<Facet> = Vec::new();
        let select = AudienceQuery::all(of.clone()).everything();
        let counts = format!(
            "SELECT c.audience_type, count(*) {} GROUP BY c.audience_type ORDER BY 1",
            select.matching()
        );
        for_each(self, &counts, &select, |row| {
            let (raw, count): (String, u32) = (row.get(0)?, row.get(1)?);
            let label = audience_type(&raw);
            match types.iter_mut().find(|facet| facet.value == label) {
                Some(facet) => facet.count += count,
                None => types.push(Facet { value: label.to_owned(), count }),
            }
            Ok(())
        })?;
        types.sort_by(|one, other| one.value.cmp(&other.value));
        Ok(types)
    }
}

/// Statuses with the same label are one facet.
fn add_status(statuses: &mut Vec<StatusFacet>, label: String, tone: Tone, count: u32) {
    match statuses.iter_mut().find(|status| status.label == label) {
        Some(status) => status.count += count,
        None => statuses.push(StatusFacet { label, tone, count }),
    }
}

/// Calls `each` with every row of `sql`, which has the values of `select`.
fn for_each(
    book: &Book,
    sql: &str,
    select: &Select,
    mut each: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<()>,
) -> Result<()> {
    let book = book.read();
    let mut statement = book.prepare_cached(sql)?;
    let mut rows = statement.query(params_from_iter(select.values()))?;
    while let Some(row) = rows.next()? {
        each(row)?;
    }
    Ok(())
}
