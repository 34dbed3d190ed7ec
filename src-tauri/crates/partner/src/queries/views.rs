//! Saved views: the search, filters, order and columns of a list under a name.

use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::error::{Error, Result};
use crate::queries::accounts::AccountQuery;
use crate::queries::audiences::AudienceQuery;
use crate::queries::campaigns::CampaignQuery;
use crate::queries::history::HistoryQuery;
use crate::queries::requests::RequestQuery;
use crate::queries::syncs::SyncQuery;
use crate::queries::xpo_accounts::XpoAccountQuery;
use crate::text::name_key;
use crate::{Book, json_column, name};

/// What a view lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "list", content = "query", rename_all = "snake_case")]
pub enum ViewQuery {
    Accounts(AccountQuery),
    Campaigns(CampaignQuery),
    Audiences(AudienceQuery),
    XpoAccounts(XpoAccountQuery),
    Requests(RequestQuery),
    Syncs(SyncQuery),
    History(HistoryQuery),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct View {
    /// Unique, however it is written.
    pub name: String,
    pub query: ViewQuery,
    /// The ids of the optional columns that are shown.
    pub columns: Vec<String>,
}

const VIEW: &str = "SELECT name, query, columns FROM saved_view";

/// A view of a newer release whose query this one cannot read counts as missing.
fn view(row: &Row<'_>) -> rusqlite::Result<Option<View>> {
    let (query, columns) = (json_column::read(row, 1)?, json_column::read(row, 2)?);
    let name = row.get(0)?;
    Ok(query.zip(columns).map(|(query, columns)| View { name, query, columns }))
}

impl Book {
    /// Returns all views, by name.
    pub fn views(&self) -> Result<Vec<View>> {
        let book = self.read();
        let mut statement = book.prepare_cached(&format!("{VIEW} ORDER BY name_key"))?;
        let views = statement.query_map([], view)?.collect::<rusqlite::Result<Vec<_>>>()?;
        Ok(views.into_iter().flatten().collect())
    }

    /// Returns the view with a name, however it is written.
    pub fn view(&self, name: &str) -> Result<Option<View>> {
        let book = self.read();
        let mut statement = book.prepare_cached(&format!("{VIEW} WHERE name_key = ?"))?;
        Ok(statement.query_row([name_key(name.trim())], view).optional()?.flatten())
    }

    /// Saves a view. It replaces one with the same name.
    ///
    /// # Errors
    /// Those of [`name::normalize`].
    pub fn save_view(&self, view: &View) -> Result<()> {
        let name = name::normalize(&view.name)?;
        let (query, columns) = (json_column::json(&view.query), json_column::json(&view.columns));
        self.write(|book| {
            book.prepare_cached(
                "INSERT OR REPLACE INTO saved_view (name_key, name, query, columns) VALUES (?, ?, ?, ?)",
            )?
            .execute(params![name_key(&name), name, query, columns])?;
            Ok(())
        })
    }

    /// # Errors
    /// Those of [`name::normalize`], and [`Error::NameTaken`] by another view.
    pub fn rename_view(&self, from: &str, to: &str) -> Result<()> {
        let to = name::normalize(to)?;
        let (from, key) = (name_key(from), name_key(&to));
        self.write(|book| {
            let is_taken =
                book.prepare_cached("SELECT 1 FROM saved_view WHERE name_key = ?")?.exists([&key])?;
            if is_taken && key != from {
                return Err(Error::NameTaken(to));
            }
            book.prepare_cached("UPDATE saved_view SET name_key = ?, name = ? WHERE name_key = ?")?
                .execute(params![key, to, from])?;
            Ok(())
        })
    }

    pub fn delete_view(&self, name: &str) -> Result<()> {
        self.write(|book| {
            book.prepare_cached("DELETE FROM saved_view WHERE name_key = ?")?.execute([name_key(name)])?;
            Ok(())
        })
    }
}
