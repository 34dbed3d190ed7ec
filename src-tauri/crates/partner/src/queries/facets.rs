//! What the lists can be filtered by: each value that occurs, and how often, before any search or filter.

use rusqlite::params_from_iter;
use serde::Serialize;
use specta::Type;

use crate::facts::status::{AccountStatus, DeliveryStatus, Tone, audience_type};
use crate::queries::accounts::{CONNECTION, Connection};
use crate::queries::audiences::{AudienceQuery, AudiencesOf};
use crate::queries::campaigns::{CampaignQuery, CampaignsOf};
use crate::queries::paging::{Query, Select};
use crate::{Book, Result};

/// A status to filter by, and how many have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct StatusFacet {
    /// What the status reads as.
    pub label: String,
    /// How good it is; of several that read alike, the first.
    pub tone: Tone,
    /// How many have it.
    pub count: u32,
}

/// As [`StatusFacet`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ConnectionFacet {
    /// The connection.
    pub connection: Connection,
    /// How many have it.
    pub count: u32,
}

/// As [`StatusFacet`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct UserFacet {
    /// The TikTok user.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How many it reaches.
    pub count: u32,
}

/// As [`StatusFacet`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct XpoAccountFacet {
    /// The XPO account.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How many it has.
    pub count: u32,
}

/// Any other value, as [`StatusFacet`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct Facet {
    /// The value.
    pub value: String,
    /// How many have it.
    pub count: u32,
}

/// What the list of ad accounts can be filtered by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AccountFacets {
    /// By label.
    pub statuses: Vec<StatusFacet>,
    /// Those that occur.
    pub connections: Vec<ConnectionFacet>,
    /// By name.
    pub users: Vec<UserFacet>,
    /// Those that have any, by name.
    pub xpo_accounts: Vec<XpoAccountFacet>,
    /// How many are allocated to anybody.
    pub allocated: u32,
    /// How many are the default of any XPO account.
    pub defaults: u32,
}

/// What a list of campaigns can be filtered by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct CampaignFacets {
    /// By label.
    pub statuses: Vec<StatusFacet>,
    /// TikTok's objectives, in the order of the alphabet.
    pub objectives: Vec<Facet>,
}

impl Book {
    /// What the list of ad accounts can be filtered by.
    ///
    /// # Errors
    /// When the file cannot be read.
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
                    "SELECT x.id, x.name, count(*) FROM link l JOIN xpo_account x ON x.id = l.xpo_account_id
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
            let (allocated, defaults) = (count("link")?, count("default_account")?);
            Ok(AccountFacets { statuses, connections, users, xpo_accounts, allocated, defaults })
        })
    }

    /// What a list of campaigns can be filtered by.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn campaign_facets(&self, of: &CampaignsOf) -> Result<CampaignFacets> {
        let mut statuses = Vec::new();
        let mut objectives: Vec<Facet> = Vec::new();
        let select = CampaignQuery::all(of.clone()).everything();
        let columns = "c.operation_status, c.secondary_status, c.deleted_on_tiktok, c.objective";
        count_by(self, &select, columns, |row| {
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

    /// The types of audiences that a list of them can be filtered by, as they read.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn audience_facets(&self, of: &AudiencesOf) -> Result<Vec<Facet>> {
        let mut types: Vec<Facet> = Vec::new();
        count_by(self, &AudienceQuery::all(of.clone()).everything(), "c.type", |row| {
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

/// Statuses that read alike are one.
fn add_status(statuses: &mut Vec<StatusFacet>, label: String, tone: Tone, count: u32) {
    match statuses.iter_mut().find(|status| status.label == label) {
        Some(status) => status.count += count,
        None => statuses.push(StatusFacet { label, tone, count }),
    }
}

/// How often each combination of the columns occurs: the columns, then the number.
fn count_by(
    book: &Book,
    select: &Select,
    columns: &str,
    mut each: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<()>,
) -> Result<()> {
    let book = book.read();
    let sql =
        format!("SELECT {columns}, count(*) {} GROUP BY {columns} ORDER BY {columns}", select.matching());
    let mut statement = book.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(select.values()))?;
    while let Some(row) = rows.next()? {
        each(row)?;
    }
    Ok(())
}
