//! The list of requests for TikTok ad accounts: what was asked for, what became of the mail, and the ad account that may
//! be the answer.

use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::ids::{AdAccountId, RequestId};
use crate::json_column::json;
use crate::named::{Named, ObjectKind};
use crate::queries::paging::{Query, Select};
use crate::requests::options::country;
use crate::requests::outbox::MailState;
use crate::requests::request::NewRequest;
use crate::text_enum::text_enum;
use crate::{Book, Result};

text_enum! {
    /// Where a request is (`product.md` 2).
    RequestState {
        /// Its mail is to be sent.
        Queued = "queued", "Queued"
        /// Its mail was taken by the mail server.
        Sent = "sent", "Sent"
        /// Its mail is not tried again of its own accord.
        Failed = "failed", "Failed"
        /// The ad account is there.
        Fulfilled = "fulfilled", "Fulfilled"
        /// It is not wanted any more.
        Withdrawn = "withdrawn", "Withdrawn"
    }
}

/// What to order requests by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RequestSort {
    /// When it was asked for.
    #[default]
    Requested,
    /// The ad account's name, case folded.
    Name,
    /// Where it is.
    State,
    /// When its mail was last tried.
    Tried,
    /// How often its mail was tried.
    Attempts,
}

/// Which requests, in which order. Empty filters let everything through.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RequestQuery {
    /// Words, each of which must be part of the ad account's name, or of the requester's.
    pub search: String,
    /// The order.
    pub sort: RequestSort,
    /// The other way round.
    pub descending: bool,
    /// One of which it must be in.
    pub states: Vec<RequestState>,
    /// Whether an ad account has arrived that may be the answer.
    pub suggested: Option<bool>,
}

/// A request in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RequestRow {
    /// Its id, which is also that of the change that made it.
    pub id: RequestId,
    /// What is asked for.
    pub asked: NewRequest,
    /// The country's name.
    pub country_name: String,
    /// Where it is.
    pub state: RequestState,
    /// Who asked.
    pub requester: String,
    /// When: milliseconds since 1970, UTC.
    #[specta(type = f64)]
    pub requested_at: i64,
    /// When it was fulfilled or withdrawn.
    #[specta(type = Option<f64>)]
    pub ended_at: Option<i64>,
    /// What became of its last mail; none where another computer sends it.
    pub mail: Option<MailRow>,
    /// The ad account that fulfilled it.
    pub fulfilled_by: Option<Named>,
    /// An ad account of the same name that arrived since: it may be the answer to an open request.
    pub suggested: Option<Named>,
    /// JSON that says why the mail is not sent yet.
    #[serde(skip)]
    pub problem: Option<String>,
}

/// What became of a mail. Times are milliseconds since 1970, UTC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MailRow {
    /// Where it is.
    pub state: MailState,
    /// 1; more of a reminder.
    pub mailing: u32,
    /// How often it was tried.
    pub attempts: u32,
    /// How many of these ended without the server's word: Knorex may have the mail.
    pub uncertain: u32,
    /// When it is tried next.
    #[specta(type = Option<f64>)]
    pub due_at: Option<i64>,
    /// When it was last tried.
    #[specta(type = Option<f64>)]
    pub tried_at: Option<i64>,
    /// When the server took it.
    #[specta(type = Option<f64>)]
    pub sent_at: Option<i64>,
}

/// How many requests there are that somebody waits for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Type)]
pub struct RequestCounts {
    /// Whose mail is to be sent.
    pub queued: u32,
    /// Whose mail failed.
    pub failed: u32,
    /// Sent, and not fulfilled yet.
    pub sent: u32,
    /// Open, and an ad account has arrived that may be the answer.
    pub suggested: u32,
}

const FROM: &str = "request r JOIN entry e ON e.id = r.id LEFT JOIN outbox o ON o.request_id = r.id
    AND o.mailing = (SELECT max(m.mailing) FROM outbox m WHERE m.request_id = r.id)";

/// Without a mail of ours somebody else sends it.
const STATE: &str = "CASE WHEN r.state <> 'open' THEN r.state WHEN o.state = 'failed' THEN 'failed'
    WHEN o.state IN ('queued', 'sending') THEN 'queued' ELSE 'sent' END";

/// The ad account that may be the answer to `r`.
const SUGGESTED: &str =
    "(SELECT a.id FROM ad_account a WHERE r.state = 'open' AND a.name_folded = r.name_folded
        AND a.arrived_at >= e.at AND NOT EXISTS (SELECT 1 FROM request f WHERE f.ad_account_id = a.id)
    ORDER BY a.arrived_at, a.id LIMIT 1)";

impl Query for RequestQuery {
    type Id = RequestId;
    type Row = RequestRow;

    fn select(&self) -> Select {
        let mut select = self.everything();
        select.search_each(&self.search, |word| {
            format!("instr(r.name_folded, {word}) OR r.id = {word} OR instr(lower(e.actor), {word})")
        });
        select.one_of(&format!("({STATE})"), &self.states);
        if let Some(suggested) = self.suggested {
            select.filter(&format!("({SUGGESTED} IS NOT NULL) = {{}}"), suggested);
        }
        let key = match self.sort {
            RequestSort::Requested => "e.at".to_owned(),
            RequestSort::Name => "r.name_folded".to_owned(),
            RequestSort::State => format!("({STATE})"),
            RequestSort::Tried => "coalesce(o.tried_at, 0)".to_owned(),
            RequestSort::Attempts => "coalesce(o.attempts, 0)".to_owned(),
        };
        select.order(key, self.descending);
        select
    }

    fn everything(&self) -> Select {
        Select::from(FROM, "r.id")
    }

    fn rows(book: &Connection, ids: &[RequestId]) -> Result<Vec<(RequestId, RequestRow)>> {
        let mut statement = book.prepare_cached(&format!(
            "SELECT r.id, r.name, r.industry, r.country, r.currency, r.timezone, r.note, {STATE}, e.actor, e.at,
                    iif(r.state = 'open', NULL, (SELECT n.at FROM entry n WHERE n.seq = r.entry)),
                    r.ad_account_id, (SELECT a.name FROM ad_account a WHERE a.id = r.ad_account_id),
                    s.id, s.name, o.state, o.mailing, o.attempts, o.uncertain, o.due_at, o.tried_at,
                    iif(o.state = 'sent', o.ended_at, NULL), o.problem
             FROM {FROM} LEFT JOIN ad_account s ON s.id = {SUGGESTED}
             WHERE r.id IN (SELECT value FROM json_each(?))"
        ))?;
        let account = |id: Option<AdAccountId>, name: Option<String>| {
            id.map(|id| Named { kind: ObjectKind::AdAccount, id: id.0, name: name.unwrap_or_default() })
        };
        let rows = statement.query_map([json(ids)], |row| {
            let id: RequestId = row.get(0)?;
            let code: String = row.get(3)?;
            let mail = match row.get(15)? {
                None => None,
                Some(state) => Some(MailRow {
                    state,
                    mailing: row.get(16)?,
                    attempts: row.get(17)?,
                    uncertain: row.get(18)?,
                    due_at: row.get(19)?,
                    tried_at: row.get(20)?,
                    sent_at: row.get(21)?,
                }),
            };
            let request = RequestRow {
                id: id.clone(),
                country_name: country(&code).map_or_else(|| code.clone(), |country| country.name.clone()),
                asked: NewRequest {
                    name: row.get(1)?,
                    industry: row.get(2)?,
                    country: code,
                    currency: row.get(4)?,
                    timezone: row.get(5)?,
                    note: row.get(6)?,
                },
                state: row.get(7)?,
                requester: row.get(8)?,
                requested_at: row.get(9)?,
                ended_at: row.get(10)?,
                mail,
                fulfilled_by: account(row.get(11)?, row.get(12)?),
                suggested: account(row.get(13)?, row.get(14)?),
                problem: row.get(22)?,
            };
            Ok((id, request))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Book {
    /// How many requests are where.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn request_counts(&self) -> Result<RequestCounts> {
        let sql = format!(
            "SELECT coalesce(sum(state = 'queued'), 0), coalesce(sum(state = 'failed'), 0),
                    coalesce(sum(state = 'sent'), 0), coalesce(sum(suggested), 0)
             FROM (SELECT {STATE} AS state, {SUGGESTED} IS NOT NULL AS suggested FROM {FROM})"
        );
        Ok(self.read().prepare_cached(&sql)?.query_row([], |row| {
            Ok(RequestCounts {
                queued: row.get(0)?,
                failed: row.get(1)?,
                sent: row.get(2)?,
                suggested: row.get(3)?,
            })
        })?)
    }
}
