//! Lists of audiences (R39–R45, A19, A20).

use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::Result;
use crate::facts::status::{AVAILABILITY, Availability, audience_type, audience_type_sql};
use crate::ids::{AdAccountId, AdvertiserId, AudienceId, XpoAccountId, id_at};
use crate::json_column::json;
use crate::named::{Named, ObjectKind};
use crate::queries::paging::{Query, Select, object_key};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "of", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum AudiencesOf {
    /// Without excluded ones.
    AdAccounts {
        ad_accounts: Vec<AdAccountId>,
    },
    /// Those that are allocated to the advertiser, or those that are neither allocated to it nor excluded.
    Allocated {
        ad_accounts: Vec<AdAccountId>,
        advertiser: AdvertiserId,
        allocated: bool,
    },
    Excluded {
        ad_accounts: Vec<AdAccountId>,
    },
    Advertiser {
        advertiser: AdvertiserId,
    },
    XpoAccount {
        xpo_account: XpoAccountId,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum AudienceSort {
    Id,
    Name,
    Type,
    Size,
    Expires,
    Allocated,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AudienceQuery {
    pub of: AudiencesOf,
    pub search: String,
    pub sort: AudienceSort,
    pub descending: bool,
    pub types: Vec<String>,
    pub availability: Vec<Availability>,
}

object_key!(AudienceKey { audience: AudienceId });

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AudienceRow {
    pub id: AudienceId,
    pub name: String,
    pub ad_account: Named,
    /// The label of its type.
    pub kind: String,
    #[specta(type = Option<f64>)]
    /// Matched users.
    pub size: Option<i64>,
    pub availability: Availability,
    /// Expires within 60 days.
    pub expiring: bool,
    pub expires_at: String,
    pub shared: bool,
    /// Whether this ad account created the audience.
    pub own: bool,
    pub excluded: bool,
    #[specta(type = Option<f64>)]
    pub synced_at: Option<i64>,
    /// The advertisers it is allocated to in this ad account, by name (A19).
    pub advertisers: Vec<AudienceHolder>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AudienceHolder {
    pub advertiser: Named,
    pub xpo_account: Named,
    /// Whether the advertiser or its XPO account is archived.
    pub archived: bool,
}

impl AudienceQuery {
    /// Returns a query without search and filters, sorted by name.
    pub fn all(of: AudiencesOf) -> AudienceQuery {
        AudienceQuery {
            of,
            search: String::new(),
            sort: AudienceSort::Name,
            descending: false,
            types: Vec::new(),
            availability: Vec::new(),
        }
    }
}

impl AudienceHolder {
    fn of((id, name, xpo, xpo_name, archived): (String, String, String, String, u8)) -> AudienceHolder {
        AudienceHolder {
            advertiser: Named { kind: ObjectKind::Advertiser, id, name },
            xpo_account: Named { kind: ObjectKind::XpoAccount, id: xpo, name: xpo_name },
            archived: archived > 0,
        }
    }
}

impl Select {
    /// Identifies rows with their ad accounts: an audience that several share has several rows.
    fn several_accounts(&mut self) {
        self.id = self.row.clone();
        self.key = self.row.clone();
    }

    fn in_accounts(&mut self, ad_accounts: &[AdAccountId]) {
        if ad_accounts.len() != 1 {
            self.several_accounts();
        }
        let among = self.among(ad_accounts);
        self.conditions.push(format!("c.account_id {among}"));
    }

    /// Requires an allocation `a` that matches the condition, in any ad account.
    fn allocated(&mut self, condition: &str, value: &str) {
        self.several_accounts();
        let held = format!(
            "(c.account_id, c.id) IN (SELECT a.ad_account_id, a.audience_id FROM audience_allocation a WHERE {condition})"
        );
        self.filter(&held, value.to_owned());
    }
}

impl Query for AudienceQuery {
    type Id = AudienceKey;
    type Row = AudienceRow;

    fn select(&self) -> Select {
        let mut select = self.everything();
        select.search(&self.search, &["fold(c.name)", "c.id"]);
        select.one_of(&audience_type_sql("c.audience_type"), &self.types);
        select.one_of(AVAILABILITY, &self.availability);
        let key = match self.sort {
            AudienceSort::Id => select.id.clone(),
            AudienceSort::Name => "fold(c.name)".to_owned(),
            AudienceSort::Type => audience_type_sql("c.audience_type"),
            AudienceSort::Size => "coalesce(c.size, -1)".to_owned(),
            AudienceSort::Expires => "iif(c.expires = '', -1e12, c.expires)".to_owned(),
            AudienceSort::Allocated => "(SELECT count(*) FROM audience_allocation n
                WHERE n.audience_id = c.id AND n.ad_account_id = c.account_id)"
                .to_owned(),
        };
        select.order(key, self.descending);
        select
    }

    fn everything(&self) -> Select {
        let mut select = Select::from("audience c", "c.id");
        select.row = AudienceKey::SQL.to_owned();
        let excluded = "EXISTS (SELECT 1 FROM audience_exclusion e WHERE e.audience_id = c.id)";
        match &self.of {
            AudiencesOf::AdAccounts { ad_accounts } => {
                select.in_accounts(ad_accounts);
                select.conditions.push(format!("NOT {excluded}"));
            }
            AudiencesOf::Excluded { ad_accounts } => {
                select.in_accounts(ad_accounts);
                select.conditions.push(excluded.to_owned());
            }
            AudiencesOf::Allocated { ad_accounts, advertiser, allocated } => {
                select.in_accounts(ad_accounts);
                let advertiser = select.bind(advertiser.0.clone());
                let link = format!(
                    "EXISTS (SELECT 1 FROM audience_allocation a WHERE a.audience_id = c.id
                     AND a.ad_account_id = c.account_id AND a.advertiser_id = {advertiser})"
                );
                select.conditions.push(if *allocated {
                    link
                } else {
                    format!("NOT {link} AND NOT {excluded}")
                });
            }
            AudiencesOf::Advertiser { advertiser } => {
                select.allocated("a.advertiser_id = {}", &advertiser.0);
            }
            AudiencesOf::XpoAccount { xpo_account } => {
                let theirs = "a.advertiser_id IN (SELECT id FROM advertiser WHERE xpo_account_id = {})";
                select.allocated(theirs, &xpo_account.0);
            }
        }
        select
    }

    fn rows(book: &Connection, ids: &[AudienceKey]) -> Result<Vec<(AudienceKey, AudienceRow)>> {
        let mut statement = book.prepare_cached(&format!(
            "SELECT c.account_id, c.id, c.name, t.name, c.audience_type, c.size, {AVAILABILITY}, c.expiring, c.expires_at,
                    c.shared, c.own, EXISTS (SELECT 1 FROM audience_exclusion e WHERE e.audience_id = c.id), s.completed_at,
                    (SELECT json_group_array(json_array(v.id, v.name, x.id, x.name, v.archived OR x.archived)
                             ORDER BY x.name_folded, v.name_folded)
                     FROM audience_allocation a JOIN advertiser v ON v.id = a.advertiser_id
                     JOIN xpo_account x ON x.id = v.xpo_account_id
                     WHERE a.audience_id = c.id AND a.ad_account_id = c.account_id)
             FROM json_each(?) j JOIN audience c ON c.account_id = j.value ->> 'adAccount' AND c.id = j.value ->> 'audience'
             JOIN ad_account t ON t.id = c.account_id
             LEFT JOIN listing s ON s.account_id = c.account_id AND s.kind = 'audience'"
        ))?;
        let rows = statement.query_map([json(ids)], |row| {
            let key = AudienceKey { ad_account: row.get(0)?, audience: row.get(1)? };
            let holders: Vec<(String, String, String, String, u8)> =
                serde_json::from_str(&row.get::<_, String>(13)?).unwrap_or_default();
            let audience = AudienceRow {
                id: key.audience.clone(),
                name: row.get(2)?,
                ad_account: Named { kind: ObjectKind::AdAccount, id: id_at(row, 0)?, name: row.get(3)? },
                kind: audience_type(&row.get::<_, String>(4)?).to_owned(),
                size: row.get(5)?,
                availability: row.get(6)?,
                expiring: row.get(7)?,
                expires_at: row.get(8)?,
                shared: row.get(9)?,
                own: row.get(10)?,
                excluded: row.get(11)?,
                synced_at: row.get(12)?,
                advertisers: holders.into_iter().map(AudienceHolder::of).collect(),
            };
            Ok((key, audience))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
