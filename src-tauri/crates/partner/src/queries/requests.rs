//! The list of requests for TikTok ad accounts, with the state of their mails and the ad accounts that may fulfill them.

use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::ids::{AdAccountId, RequestId};
use crate::json_column::{self, json};
use crate::named::{Named, ObjectKind};
use crate::queries::paging::{Query, Select};
use crate::requests::options::country;
use crate::requests::outbox::MailState;
use crate::requests::request::NewRequest;
use crate::stored_problem::StoredProblem;
use crate::text_enum::text_enum;
use crate::{Book, Result};

text_enum! {
    RequestState {
        Queued = "queued", "Queued"
        Sent = "sent", "Sent"
        Failed = "failed", "Failed"
        Fulfilled = "fulfilled", "Fulfilled"
        Withdrawn = "withdrawn", "Withdrawn"
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RequestSort {
    #[default]
    Requested,
    Name,
    State,
    Attempts,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RequestQuery {
    pub search: String,
    pub sort: RequestSort,
    pub descending: bool,
    pub states: Vec<RequestState>,
    pub suggested: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RequestRow {
    pub id: RequestId,
    pub form: NewRequest,
    pub country_name: String,
    pub state: RequestState,
    pub requester: String,
    #[specta(type = f64)]
    pub requested_at: i64,
    #[specta(type = Option<f64>)]
    /// When the request was fulfilled or withdrawn.
    pub ended_at: Option<i64>,
    /// The latest mail. `None` if another computer sends it.
    pub mail: Option<MailRow>,
    pub fulfilled_by: Option<Named>,
    /// An ad account with the same name that was added after the request.
    pub suggested: Option<Named>,
    #[serde(skip)]
    /// Why the mail is not sent yet.
    pub problem: Option<StoredProblem>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MailRow {
    pub state: MailState,
    /// 1 for the request itself, more for reminders.
    pub number: u32,
    pub attempts: u32,
    /// Attempts without a final response, so the mail may have arrived.
    pub uncertain: u32,
    /// When the next attempt is due.
    #[specta(type = Option<f64>)]
    pub due_at: Option<i64>,
    #[specta(type = Option<f64>)]
    pub tried_at: Option<i64>,
    #[specta(type = Option<f64>)]
    pub sent_at: Option<i64>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Type)]
pub struct RequestCounts {
    pub queued: u32,
    pub failed: u32,
    pub sent: u32,
    pub suggested: u32,
}

// There are far fewer requests than entries, which SQLite would read first for their order.
const FROM: &str = "request r CROSS JOIN entry e ON e.id = r.id LEFT JOIN outbox o ON o.request_id = r.id
    AND o.number = (SELECT max(m.number) FROM outbox m WHERE m.request_id = r.id)";

/// A request without a mail is sent by another computer.
const STATE: &str = "CASE WHEN r.state <> 'open' THEN r.state WHEN o.state = 'failed' THEN 'failed'
    WHEN o.state IN ('queued', 'sending') THEN 'queued' ELSE 'sent' END";

/// The ad account that may fulfill the request `r`.
const SUGGESTED: &str =
    "(SELECT a.id FROM ad_account a WHERE r.state = 'open' AND a.name_folded = r.name_folded
        AND a.arrived_at >= e.at AND NOT EXISTS (SELECT 1 FROM request f WHERE f.ad_account_id = a.id)
    ORDER BY a.arrived_at, a.id LIMIT 1)";

impl Query for RequestQuery {
    type Id = RequestId;
    type Row = RequestRow;

    fn select(&self) -> Select {
        let mut select = self.everything();
        select.search_each(&self.search, &["r.name_folded {}".into(), "r.id {}".into()], |word| {
            format!("instr(r.name_folded, {word}) OR r.id = {word} OR instr(fold(e.actor), {word})")
        });
        select.one_of(&format!("({STATE})"), &self.states);
        if let Some(suggested) = self.suggested {
            select.filter(&format!("({SUGGESTED} IS NOT NULL) = {{}}"), suggested);
        }
        let key = match self.sort {
            RequestSort::Requested => "e.at".to_owned(),
            RequestSort::Name => "r.name_folded".to_owned(),
            RequestSort::State => format!("({STATE})"),
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
                    s.id, s.name, o.state, o.number, o.attempts, o.uncertain, iif(o.state = 'queued', o.due_at, NULL), o.tried_at,
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
                    number: row.get(16)?,
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
                form: NewRequest {
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
                problem: json_column::read(row, 22)?,
            };
            Ok((id, request))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Book {
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
