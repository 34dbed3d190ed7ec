//! A conversion goal or remarketing tag, which keeps the allocation that it was created with (A1, R25).

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::{Deserialize, Serialize};

use super::{Decision, DecisionValue, Export, key};
use crate::ids::{AdAccountId, AdvertiserId, GoalId};
use crate::text_enum::text_enum;
use crate::Result;
use crate::text::{fold, name_key};

text_enum! {
    /// The kinds of objects that can be created in XPO with a TikTok ad account for an advertiser (R25).
    GoalKind {
        ConversionGoal = "conversion_goal", "Conversion goal"
        RemarketingTag = "remarketing_tag", "Remarketing tag"
    }
}

key! {
    Goal {
        id: GoalId = OBJECT,
        ad_account: AdAccountId = AD_ACCOUNT,
        advertiser: AdvertiserId = HOLDER
    } = GoalValue
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct GoalValue {
    pub kind: GoalKind,
    pub name: String,
}

impl Goal {
    /// Returns the goal with the id, whichever pair it belongs to.
    pub fn find(book: &Connection, id: &GoalId) -> Result<Option<Goal>> {
        Ok(book
            .prepare_cached("SELECT ad_account_id, advertiser_id FROM goal WHERE id = ?")?
            .query_row([id], |row| {
                Ok(Goal::new(id, &row.get(0)?, &row.get(1)?))
            })
            .optional()?)
    }
}

impl Decision for Goal {
    const VALUE: &'static str = "d.kind, d.name";
    const EXPORT: Option<Export> = Some((
        "goals-and-tags",
        r#"SELECT iif(g.kind = 'conversion_goal', 'Conversion goal', 'Remarketing tag') AS "Kind",
            g.name AS "Name", g.ad_account_id AS "TikTok Ad Account ID", x.name AS "XPO account",
            v.name AS "Advertiser", g.id AS "ID", g.advertiser_id AS "Advertiser ID"
        FROM goal g JOIN advertiser v ON v.id = g.advertiser_id JOIN xpo_account x ON x.id = v.xpo_account_id
        ORDER BY g.id"#,
    ));

    fn write(&self, book: &Transaction<'_>, entry: i64, value: &GoalValue, _: bool) -> Result<()> {
        let GoalValue { kind, name } = value;
        book.prepare_cached(
            "INSERT INTO goal (id, kind, name, name_key, name_folded, ad_account_id, advertiser_id, entry)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (id) DO UPDATE SET name = ?3, name_key = ?4, name_folded = ?5, entry = ?8",
        )?
        .execute(params![
            self.id,
            kind,
            name,
            name_key(name),
            fold(name),
            self.ad_account,
            self.advertiser,
            entry
        ])?;
        Ok(())
    }
}

impl DecisionValue for GoalValue {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(GoalValue { kind: row.get(0)?, name: row.get(1)? })
    }

    fn label(&self, _book: &Connection) -> Result<String> {
        Ok(format!("{} · {}", self.name, self.kind.label()))
    }
}
