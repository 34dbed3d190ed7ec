//! A request for a new TikTok ad account (R46–R48). It has the id of the change that made it.

use rusqlite::{Connection, Row, Transaction, params};
use serde::{Deserialize, Serialize};

use super::{Decision, DecisionValue, Export, key, write_row};
use crate::ids::{AdAccountId, RequestId};
use crate::named::{Named, ObjectKind};
use crate::requests::request::NewRequest;
use crate::text_enum::text_enum;
use crate::{Result, fold};

text_enum! {
    /// The decided state of a request.
    RequestDecision {
        Open = "open", "Requested"
        Fulfilled = "fulfilled", "Fulfilled"
        Withdrawn = "withdrawn", "Withdrawn"
    }
}

key! {
    Request { id: RequestId = OBJECT } = RequestValue
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RequestValue {
    #[serde(flatten)]
    pub form: Box<NewRequest>,
    pub state: RequestDecision,
    /// The ad account that fulfilled it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub account: Option<AdAccountId>,
}

impl Decision for Request {
    const VALUE: &'static str = "d.name, d.industry, d.country, d.currency, d.timezone, d.note, d.state, d.ad_account_id";
    const NAMES_AD_ACCOUNT: Option<&'static str> = Some("json_extract(after, '$.account') = {}");
    const EXPORT: Option<Export> = Some((
        "requests",
        r#"SELECT r.name AS "Ad Account name", r.industry AS "Industry", r.country AS "Country",
            r.currency AS "Currency", r.timezone AS "Timezone", r.note AS "Note", e.actor AS "Who",
            rfc3339(e.at) AS "Requested",
            upper(substr(r.state, 1, 1)) || substr(r.state, 2) AS "State", r.ad_account_id AS "TikTok Ad Account ID",
            r.id AS "Request ID" FROM request r JOIN entry e ON e.id = r.id ORDER BY e.seq"#,
    ));

    /// Only the state of a request changes.
    fn write(&self, book: &Transaction<'_>, entry: i64, value: &RequestValue, is_new: bool) -> Result<()> {
        if !is_new {
            let sql = "UPDATE request SET state = ?2, ad_account_id = ?3, entry = ?4 WHERE id = ?1";
            return write_row(book, sql, params![self.id, value.state, value.account, entry]);
        }
        let NewRequest { name, industry, country, currency, timezone, note } = &*value.form;
        book.prepare_cached(
            "INSERT INTO request (id, name, name_folded, industry, country, currency, timezone, note, state,
                 ad_account_id, entry)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            self.id,
            name,
            fold(name),
            industry,
            country,
            currency,
            timezone,
            note,
            value.state,
            value.account,
            entry
        ])?;
        Ok(())
    }
}

impl DecisionValue for RequestValue {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let form = Box::new(NewRequest {
            name: row.get(0)?,
            industry: row.get(1)?,
            country: row.get(2)?,
            currency: row.get(3)?,
            timezone: row.get(4)?,
            note: row.get(5)?,
        });
        Ok(RequestValue { form, state: row.get(6)?, account: row.get(7)? })
    }

    fn label(&self, book: &Connection) -> Result<String> {
        let label = format!("{} · {}", self.form.name, self.state.label());
        Ok(match &self.account {
            Some(account) => {
                let named = Named::of(book, ObjectKind::AdAccount, account.as_str())?;
                format!("{label} · {} {account}", named.name)
            }
            None => label,
        })
    }
}
