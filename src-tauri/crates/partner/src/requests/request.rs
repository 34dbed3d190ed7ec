//! A request for a new TikTok ad account (R46–R48): what is asked for, and what was decided about it. Its mail is in
//! [`crate::requests::outbox`].

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::decisions::decision::{Slot, Text};
use crate::ids::AdAccountId;
use crate::text_enum::text_enum;
use crate::{Result, fold};

/// The most characters of a note.
pub const LONGEST_NOTE: usize = 2000;

/// What a new TikTok ad account is to be like. The lists are in [`crate::requests::options`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NewRequest {
    /// 1 to 100 characters.
    pub name: String,
    /// One of the list.
    pub industry: String,
    /// ISO 3166-1, two letters.
    pub country: String,
    /// One of TikTok's.
    pub currency: String,
    /// An IANA time zone.
    pub timezone: String,
    /// Anything else, in lines; at most [`LONGEST_NOTE`] characters.
    pub note: String,
}

text_enum! {
    /// What was decided about a request.
    RequestDecision {
        /// It waits for its ad account.
        Open = "open", "Requested"
        /// The ad account is there.
        Fulfilled = "fulfilled", "Fulfilled"
        /// It is not wanted any more.
        Withdrawn = "withdrawn", "Withdrawn"
    }
}

/// The value of a request's slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RequestValue {
    #[serde(flatten)]
    pub asked: NewRequest,
    pub state: RequestDecision,
    /// What fulfilled it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub account: Option<AdAccountId>,
}

impl Text for RequestValue {}

impl RequestValue {
    pub fn read(book: &Connection, slot: &Slot) -> Result<Option<RequestValue>> {
        Ok(book
            .prepare_cached(
                "SELECT name, industry, country, currency, timezone, note, state, ad_account_id
                 FROM request WHERE id = ?",
            )?
            .query_row([&slot.object], |row| {
                let asked = NewRequest {
                    name: row.get(0)?,
                    industry: row.get(1)?,
                    country: row.get(2)?,
                    currency: row.get(3)?,
                    timezone: row.get(4)?,
                    note: row.get(5)?,
                };
                Ok(RequestValue { asked, state: row.get(6)?, account: row.get(7)? })
            })
            .optional()?)
    }

    pub fn write(&self, book: &Transaction<'_>, slot: &Slot, entry: i64, known: bool) -> Result<()> {
        if known {
            book.prepare_cached(
                "UPDATE request SET state = ?2, ad_account_id = ?3, entry = ?4 WHERE id = ?1",
            )?
            .execute(params![slot.object, self.state.as_str(), self.account, entry])?;
            return Ok(());
        }
        let NewRequest { name, industry, country, currency, timezone, note } = &self.asked;
        book.prepare_cached(
            "INSERT INTO request (id, name, name_folded, industry, country, currency, timezone, note, state,
                 ad_account_id, entry)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            slot.object,
            name,
            fold(name),
            industry,
            country,
            currency,
            timezone,
            note,
            self.state.as_str(),
            self.account,
            entry
        ])?;
        Ok(())
    }
}
