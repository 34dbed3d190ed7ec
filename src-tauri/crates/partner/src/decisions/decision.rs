//! The places that decisions are kept in. A slot has a value or none; a change is a list of slots, each with its value
//! before and after. Tables and history are written from the same list, so they cannot tell different stories.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::{Deserialize, Serialize};

use crate::decisions::change::{GoalKind, XpoState};
use crate::ids::{AdAccountId, AdvertiserId, AudienceId, CampaignId, GoalId, RequestId, XpoAccountId};
use crate::requests::request::RequestValue;
use crate::text_enum::text_enum;
use crate::{Result, fold};

text_enum! {
    /// What a slot is about.
    SlotKind {
        /// An XPO account; its value is an `Party` without `xpoAccount`.
        XpoAccount = "xpo_account", "XPO account"
        /// An advertiser; its value is a `Party` without `state`.
        Advertiser = "advertiser", "Advertiser"
        /// A conversion goal or remarketing tag.
        Goal = "goal", "Goal or tag"
        /// Who pays for a TikTok ad account's work for an XPO account.
        Link = "link", "Payment mode"
        /// The default TikTok ad account of an XPO account.
        Default = "default", "Default TikTok account"
        /// A TikTok ad account's allocation to an advertiser.
        Allocation = "allocation", "TikTok ad account"
        /// A campaign's allocation to an advertiser: "allocated", then "initialized".
        Campaign = "campaign", "Campaign"
        /// An audience's allocation to an advertiser.
        Audience = "audience", "Audience"
        /// A request for a TikTok ad account; its value is a `RequestValue`.
        Request = "request", "Request"
        /// That an audience is excluded from XPO.
        Exclusion = "exclusion", "Excluded audience"
    }
}

/// The value of a slot that is either there or not.
pub(crate) const ALLOCATED: &str = "allocated";
/// The value of a campaign's slot from its initialization on.
pub(crate) const INITIALIZED: &str = "initialized";
/// The value of an exclusion.
pub(crate) const EXCLUDED: &str = "excluded";

/// Where a decision is kept. Ids that the kind does not need are empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Slot {
    pub kind: SlotKind,
    /// A campaign, an audience, a goal, a tag or a request.
    pub object: String,
    pub ad_account: AdAccountId,
    /// An advertiser or an XPO account.
    pub holder: String,
}

impl Slot {
    fn new(kind: SlotKind, object: &str, ad_account: &str, holder: &str) -> Slot {
        Slot { kind, object: object.into(), ad_account: ad_account.into(), holder: holder.into() }
    }

    pub fn xpo_account(id: &XpoAccountId) -> Slot {
        Slot::new(SlotKind::XpoAccount, "", "", id.as_str())
    }

    pub fn advertiser(id: &AdvertiserId) -> Slot {
        Slot::new(SlotKind::Advertiser, "", "", id.as_str())
    }

    pub fn goal(id: &GoalId, account: &AdAccountId, advertiser: &AdvertiserId) -> Slot {
        Slot::new(SlotKind::Goal, id.as_str(), account.as_str(), advertiser.as_str())
    }

    pub fn link(account: &AdAccountId, xpo: &XpoAccountId) -> Slot {
        Slot::new(SlotKind::Link, "", account.as_str(), xpo.as_str())
    }

    pub fn default_of(xpo: &XpoAccountId) -> Slot {
        Slot::new(SlotKind::Default, "", "", xpo.as_str())
    }

    pub fn allocation(account: &AdAccountId, advertiser: &AdvertiserId) -> Slot {
        Slot::new(SlotKind::Allocation, "", account.as_str(), advertiser.as_str())
    }

    pub fn campaign(id: &CampaignId, account: &AdAccountId, advertiser: &AdvertiserId) -> Slot {
        Slot::new(SlotKind::Campaign, id.as_str(), account.as_str(), advertiser.as_str())
    }

    pub fn audience(id: &AudienceId, account: &AdAccountId, advertiser: &AdvertiserId) -> Slot {
        Slot::new(SlotKind::Audience, id.as_str(), account.as_str(), advertiser.as_str())
    }

    pub fn exclusion(id: &AudienceId) -> Slot {
        Slot::new(SlotKind::Exclusion, id.as_str(), "", "")
    }

    pub fn request(id: &RequestId) -> Slot {
        Slot::new(SlotKind::Request, id.as_str(), "", "")
    }

    /// From columns kind, object_id, ad_account_id, holder_id.
    pub fn of_row(row: &Row<'_>) -> rusqlite::Result<Slot> {
        Ok(Slot { kind: row.get(0)?, object: row.get(1)?, ad_account: row.get(2)?, holder: row.get(3)? })
    }

    pub fn advertiser_id(&self) -> AdvertiserId {
        AdvertiserId(self.holder.clone())
    }

    pub fn xpo_account_id(&self) -> XpoAccountId {
        XpoAccountId(self.holder.clone())
    }

    /// Its value now.
    pub fn read(&self, book: &Connection) -> Result<Option<String>> {
        let sql = match self.kind {
            SlotKind::XpoAccount | SlotKind::Advertiser => {
                return Ok(Party::read(book, self)?.map(|party| party.to_text()));
            }
            SlotKind::Goal => return Ok(GoalValue::read(book, self)?.map(|goal| goal.to_text())),
            SlotKind::Request => return Ok(RequestValue::read(book, self)?.map(|request| request.to_text())),
            SlotKind::Link => {
                "SELECT payment_mode FROM link WHERE ad_account_id = ?2 AND xpo_account_id = ?3"
            }
            SlotKind::Default => "SELECT ad_account_id FROM default_account WHERE xpo_account_id = ?3",
            SlotKind::Allocation => {
                "SELECT 'allocated' FROM allocation WHERE ad_account_id = ?2 AND advertiser_id = ?3"
            }
            SlotKind::Campaign => {
                "SELECT iif(initialized IS NULL, 'allocated', 'initialized') FROM campaign_allocation
                 WHERE campaign_id = ?1 AND ad_account_id = ?2 AND advertiser_id = ?3"
            }
            SlotKind::Audience => {
                "SELECT 'allocated' FROM audience_allocation
                 WHERE audience_id = ?1 AND ad_account_id = ?2 AND advertiser_id = ?3"
            }
            SlotKind::Exclusion => "SELECT 'excluded' FROM audience_exclusion WHERE audience_id = ?1",
        };
        let mut statement = book.prepare_cached(sql)?;
        // Not every kind uses every id; the statement takes those that it names.
        for (n, id) in [&self.object, &self.ad_account.0, &self.holder].iter().enumerate() {
            if n < statement.parameter_count() {
                statement.raw_bind_parameter(n + 1, id.as_str())?;
            }
        }
        let mut rows = statement.raw_query();
        Ok(rows.next()?.map(|row| row.get(0)).transpose()?)
    }

    /// Give it another value, as decided by `entry`.
    pub fn write(
        &self,
        book: &Transaction<'_>,
        entry: i64,
        before: Option<&str>,
        after: Option<&str>,
    ) -> Result<()> {
        let (id, account, holder) = (&self.object, &self.ad_account, &self.holder);
        match (self.kind, after) {
            (SlotKind::XpoAccount | SlotKind::Advertiser, Some(value)) => {
                Party::of_text(value)?.write(book, self, entry, before.is_some())
            }
            (SlotKind::Goal, Some(value)) => {
                GoalValue::of_text(value)?.write(book, self, entry, before.is_some())
            }
            (SlotKind::Request, Some(value)) => {
                RequestValue::of_text(value)?.write(book, self, entry, before.is_some())
            }
            (SlotKind::Link, Some(mode)) => run(
                book,
                "INSERT INTO link (xpo_account_id, ad_account_id, payment_mode, entry) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET payment_mode = ?3, entry = ?4",
                params![holder, account, mode, entry],
            ),
            (SlotKind::Default, Some(chosen)) => run(
                book,
                "INSERT INTO default_account (xpo_account_id, ad_account_id, entry) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO UPDATE SET ad_account_id = ?2, entry = ?3",
                params![holder, chosen, entry],
            ),
            (SlotKind::Allocation, Some(_)) => run(
                book,
                "INSERT INTO allocation (ad_account_id, advertiser_id, xpo_account_id, entry)
                 SELECT ?1, id, xpo_account_id, ?3 FROM advertiser WHERE id = ?2",
                params![account, holder, entry],
            ),
            (SlotKind::Campaign, Some(INITIALIZED)) => run(
                book,
                "UPDATE campaign_allocation SET initialized = ?2 WHERE campaign_id = ?1",
                params![id, entry],
            ),
            (SlotKind::Campaign, Some(_)) => run(
                book,
                "INSERT OR ROLLBACK INTO campaign_allocation (campaign_id, ad_account_id, advertiser_id, entry)
                 VALUES (?, ?, ?, ?)",
                params![id, account, holder, entry],
            ),
            (SlotKind::Audience, Some(_)) => run(
                book,
                "INSERT OR ROLLBACK INTO audience_allocation (audience_id, ad_account_id, advertiser_id, entry)
                 VALUES (?, ?, ?, ?)",
                params![id, account, holder, entry],
            ),
            (SlotKind::Exclusion, Some(_)) => run(
                book,
                "INSERT INTO audience_exclusion (audience_id, entry) VALUES (?, ?)",
                params![id, entry],
            ),
            (SlotKind::XpoAccount, None) => run(book, "DELETE FROM xpo_account WHERE id = ?", params![holder]),
            (SlotKind::Advertiser, None) => run(book, "DELETE FROM advertiser WHERE id = ?", params![holder]),
            (SlotKind::Goal, None) => run(book, "DELETE FROM goal WHERE id = ?", params![id]),
            // The database refuses that.
            (SlotKind::Request, None) => run(book, "DELETE FROM request WHERE id = ?", params![id]),
            (SlotKind::Link, None) => run(
                book,
                "DELETE FROM link WHERE xpo_account_id = ? AND ad_account_id = ?",
                params![holder, account],
            ),
            (SlotKind::Default, None) => {
                run(book, "DELETE FROM default_account WHERE xpo_account_id = ?", params![holder])
            }
            (SlotKind::Allocation, None) => run(
                book,
                "DELETE FROM allocation WHERE ad_account_id = ? AND advertiser_id = ?",
                params![account, holder],
            ),
            (SlotKind::Campaign, None) => {
                run(book, "DELETE FROM campaign_allocation WHERE campaign_id = ?", params![id])
            }
            (SlotKind::Audience, None) => run(
                book,
                "DELETE FROM audience_allocation
                 WHERE audience_id = ? AND ad_account_id = ? AND advertiser_id = ?",
                params![id, account, holder],
            ),
            (SlotKind::Exclusion, None) => {
                run(book, "DELETE FROM audience_exclusion WHERE audience_id = ?", params![id])
            }
        }
    }
}

fn run(book: &Transaction<'_>, sql: &str, values: &[&dyn rusqlite::ToSql]) -> Result<()> {
    book.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

/// The value of an XPO account's or an advertiser's slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Party {
    pub name: String,
    /// Of an XPO account.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub state: Option<XpoState>,
    /// Of an advertiser: the XPO account that it is in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub xpo_account: Option<XpoAccountId>,
    pub archived: bool,
}

impl Party {
    pub fn read(book: &Connection, slot: &Slot) -> Result<Option<Party>> {
        let sql = if slot.kind == SlotKind::XpoAccount {
            "SELECT name, archived, state, NULL FROM xpo_account WHERE id = ?"
        } else {
            "SELECT name, archived, NULL, xpo_account_id FROM advertiser WHERE id = ?"
        };
        Ok(book
            .prepare_cached(sql)?
            .query_row([&slot.holder], |row| {
                Ok(Party {
                    name: row.get(0)?,
                    archived: row.get(1)?,
                    state: row.get(2)?,
                    xpo_account: row.get(3)?,
                })
            })
            .optional()?)
    }

    fn write(&self, book: &Transaction<'_>, slot: &Slot, entry: i64, known: bool) -> Result<()> {
        let folded = fold(&self.name);
        match (self.state, known) {
            (Some(state), false) => run(
                book,
                "INSERT INTO xpo_account (id, name, name_folded, archived, state, entry) VALUES (?, ?, ?, ?, ?, ?)",
                params![slot.holder, self.name, folded, self.archived, state.as_str(), entry],
            ),
            (Some(state), true) => run(
                book,
                "UPDATE xpo_account SET name = ?2, name_folded = ?3, archived = ?4, state = ?5, entry = ?6
                 WHERE id = ?1",
                params![slot.holder, self.name, folded, self.archived, state.as_str(), entry],
            ),
            (None, false) => run(
                book,
                "INSERT INTO advertiser (id, name, name_folded, archived, xpo_account_id, entry)
                 VALUES (?, ?, ?, ?, ?, ?)",
                params![slot.holder, self.name, folded, self.archived, self.xpo_account, entry],
            ),
            (None, true) => run(
                book,
                "UPDATE advertiser SET name = ?2, name_folded = ?3, archived = ?4, entry = ?5 WHERE id = ?1",
                params![slot.holder, self.name, folded, self.archived, entry],
            ),
        }
    }
}

/// The value of a goal's slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct GoalValue {
    pub kind: GoalKind,
    pub name: String,
}

impl GoalValue {
    fn read(book: &Connection, slot: &Slot) -> Result<Option<GoalValue>> {
        Ok(book
            .prepare_cached(
                "SELECT kind, name FROM goal WHERE id = ? AND ad_account_id = ? AND advertiser_id = ?",
            )?
            .query_row(params![slot.object, slot.ad_account, slot.holder], |row| {
                Ok(GoalValue { kind: row.get(0)?, name: row.get(1)? })
            })
            .optional()?)
    }

    fn write(&self, book: &Transaction<'_>, slot: &Slot, entry: i64, known: bool) -> Result<()> {
        let folded = fold(&self.name);
        if known {
            return run(
                book,
                "UPDATE goal SET name = ?2, name_folded = ?3, entry = ?4 WHERE id = ?1",
                params![slot.object, self.name, folded, entry],
            );
        }
        run(
            book,
            "INSERT INTO goal (id, kind, name, name_folded, ad_account_id, advertiser_id, entry)
             VALUES (?, ?, ?, ?, ?, ?, ?)",
            params![slot.object, self.kind.as_str(), self.name, folded, slot.ad_account, slot.holder, entry],
        )
    }
}

/// Values that are kept as JSON with their fields in one order.
pub(crate) trait Text: Serialize + for<'a> Deserialize<'a> {
    /// As the history keeps it.
    fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// From what the history keeps.
    fn of_text(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|error| crate::Error::FileDamaged(error.to_string()))
    }
}

impl Text for Party {}
impl Text for GoalValue {}
