//! Objects with a name, as screens show them and link to them.

use rusqlite::{Connection, OptionalExtension, Row};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::Result;
use crate::ids::{
    AdAccountId, AdvertiserId, AudienceId, CampaignId, ChangeId, GoalId, RequestId, XpoAccountId, id_at,
    stored,
};
use crate::json_column::json;
use crate::text::plain;
use crate::text_enum::text_enum;

text_enum! {
    ObjectKind {
        /// A TikTok ad account.
        AdAccount = "ad_account", "TikTok ad account"
        XpoAccount = "xpo_account", "XPO account"
        Advertiser = "advertiser", "Advertiser"
        Campaign = "campaign", "Campaign"
        Audience = "audience", "Audience"
        /// A conversion goal or a remarketing tag.
        Goal = "goal", "Goal or tag"
        /// A request for a new TikTok ad account.
        Request = "request", "Request"
        /// An entry of the change history.
        Change = "change", "Change"
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Type)]
pub struct Named {
    pub kind: ObjectKind,
    pub id: String,
    /// Untrusted text. Empty if the book does not know the object, or no longer does.
    pub name: String,
}

/// An id type that belongs to one kind of object.
pub(crate) trait ObjectId {
    const KIND: ObjectKind;

    fn id(&self) -> &str;
}

macro_rules! object_ids {
    ($($id:ident $kind:ident)*) => {$(
        impl ObjectId for $id {
            const KIND: ObjectKind = ObjectKind::$kind;

            fn id(&self) -> &str {
                self.as_str()
            }
        }
    )*};
}

object_ids! {
    AdAccountId AdAccount
    XpoAccountId XpoAccount
    AdvertiserId Advertiser
    CampaignId Campaign
    AudienceId Audience
    GoalId Goal
    RequestId Request
    ChangeId Change
}

impl ObjectKind {
    /// Returns whether TikTok gave the object its id, which people know. Other ids are internal.
    pub(crate) fn is_of_tiktok(self) -> bool {
        matches!(self, ObjectKind::AdAccount | ObjectKind::Campaign | ObjectKind::Audience)
    }
}

impl Named {
    /// Returns the name, or the id if the book has no name, without control characters.
    pub fn shown(&self) -> String {
        plain(if self.name.is_empty() { &self.id } else { &self.name })
    }

    pub(crate) fn new<I: ObjectId>(id: &I, name: &str) -> Named {
        Named { kind: I::KIND, id: id.id().to_owned(), name: name.to_owned() }
    }

    /// Reads the id from a column and the name from the next one.
    pub(crate) fn at(row: &Row<'_>, kind: ObjectKind, column: usize) -> rusqlite::Result<Named> {
        Ok(Named { kind, id: id_at(row, column)?, name: row.get(column + 1)? })
    }

    /// Looks the name up.
    pub(crate) fn of(book: &Connection, kind: ObjectKind, id: &str) -> Result<Named> {
        let sql = match kind {
            ObjectKind::AdAccount => "SELECT name FROM ad_account WHERE id = ?",
            ObjectKind::XpoAccount => "SELECT name FROM xpo_account WHERE id = ?",
            ObjectKind::Advertiser => "SELECT name FROM advertiser WHERE id = ?",
            ObjectKind::Campaign => "SELECT name FROM campaign WHERE id = ?",
            ObjectKind::Audience => "SELECT name FROM audience WHERE id = ? LIMIT 1",
            ObjectKind::Goal => "SELECT name FROM goal WHERE id = ?",
            ObjectKind::Request => "SELECT name FROM request WHERE id = ?",
            ObjectKind::Change => "SELECT action FROM entry WHERE id = ?",
        };
        let name = book.prepare_cached(sql)?.query_row([stored(id)?], |row| row.get(0)).optional()?;
        Ok(Named { kind, id: id.to_owned(), name: name.unwrap_or_default() })
    }

    /// Returns the folded names of objects, and of the XPO accounts of advertisers. Names can occur several times.
    pub(crate) fn folded(book: &Connection, kind: ObjectKind, ids: &[&str]) -> Result<Vec<String>> {
        let (table, folded) = match kind {
            ObjectKind::AdAccount => ("ad_account", "o.name_folded"),
            ObjectKind::XpoAccount => ("xpo_account", "o.name_folded"),
            ObjectKind::Advertiser => ("advertiser", "o.name_folded"),
            ObjectKind::Campaign => ("campaign", "fold(o.name)"),
            ObjectKind::Audience => ("audience", "fold(o.name)"),
            ObjectKind::Goal => ("goal", "o.name_folded"),
            ObjectKind::Request => ("request", "o.name_folded"),
            ObjectKind::Change => return Ok(Vec::new()),
        };
        let mut sql = format!("SELECT {folded} FROM json_each(?1) j CROSS JOIN {table} o ON o.id = j.value");
        if kind == ObjectKind::Advertiser {
            sql +=
                " UNION SELECT x.name_folded FROM json_each(?1) j CROSS JOIN advertiser v ON v.id = j.value
                    JOIN xpo_account x ON x.id = v.xpo_account_id";
        }
        let mut statement = book.prepare_cached(&sql)?;
        let names = statement.query_map([json(ids)], |row| row.get(0))?;
        Ok(names.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns the XPO account of the first advertiser among `parts`.
    pub(crate) fn xpo_account_of(book: &Connection, parts: [Option<&Named>; 2]) -> Result<Option<Named>> {
        let mut parts = parts.into_iter().flatten();
        let Some(advertiser) = parts.find(|named| named.kind == ObjectKind::Advertiser) else {
            return Ok(None);
        };
        let mut statement = book.prepare_cached(
            "SELECT x.id, x.name FROM advertiser v JOIN xpo_account x ON x.id = v.xpo_account_id WHERE v.id = ?",
        )?;
        let xpo_account =
            statement.query_row([&advertiser.id], |row| Named::at(row, ObjectKind::XpoAccount, 0));
        Ok(xpo_account.optional()?)
    }
}
