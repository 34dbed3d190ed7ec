//! Paging by key, which all long lists share. SQL searches, filters, sorts and counts.
//!
//! A page is addressed by the key of a row, never by an offset, so the last page of a million rows costs as much as the
//! first. A scroll bar that is dragged to the middle uses the page keys: the key of the first row of every page.

use std::collections::HashMap;
use std::hash::Hash;

use rusqlite::types::{FromSql, Value as Sql};
use rusqlite::{Connection, Row, params_from_iter};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::ids::AdAccountId;
use crate::json_column::json;
use crate::queries::pasted_search::{Pasted, PastedSearch};
use crate::store::interrupt::Interrupt;
use crate::text::search_terms;
use crate::{Book, Result, fold};

/// Rows per page: more than most windows show. A smaller page is found and drawn sooner.
pub const PAGE: usize = 50;

/// The sort key and id of a row, serialized. It is valid only for the query it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(transparent)]
pub struct RowKey(String);

/// The page to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "at", content = "key", rename_all = "snake_case")]
pub enum Cursor {
    Start,
    End,
    /// The page that begins with this row.
    From(RowKey),
    After(RowKey),
    Before(RowKey),
}

/// At most [`PAGE`] rows of a list, in its order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct Page<R> {
    pub rows: Vec<R>,
    /// The key of the first row.
    pub first: Option<RowKey>,
    /// The key of the last row.
    pub last: Option<RowKey>,
}

/// The totals of a list ("`total` of `of`") and its first page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct Listing<R> {
    /// The rows that match.
    pub total: u32,
    /// The rows without search and filters.
    pub of: u32,
    pub page: Page<R>,
    /// What was found of a pasted list, if the query searches for one.
    pub pasted: Option<Pasted>,
}

impl<R> Page<R> {
    pub fn map<T>(self, convert: impl FnMut(R) -> T) -> Page<T> {
        Page { rows: self.rows.into_iter().map(convert).collect(), first: self.first, last: self.last }
    }
}

impl<R> Listing<R> {
    pub fn map<T>(self, convert: impl FnMut(R) -> T) -> Listing<T> {
        Listing { total: self.total, of: self.of, page: self.page.map(convert), pasted: self.pasted }
    }
}

/// A query of one list.
pub trait Query {
    /// The type that identifies a row.
    type Id: FromSql + Clone + Eq + Hash + Serialize;
    /// A row as the screen shows it.
    type Row;

    /// Returns the query with search, filters and order.
    fn select(&self) -> Select;

    /// Returns the query without search and filters.
    fn everything(&self) -> Select;

    /// Returns the rows that the search finds, where [`Query::select`] does not search. They are in the order of the list, which
    /// is that of their ids.
    ///
    /// # Errors
    /// [`Error::Superseded`](crate::Error::Superseded), and failures of the disk.
    fn found(&self, _book: &Connection) -> Result<Option<Vec<Self::Id>>> {
        Ok(None)
    }

    /// Returns the rows of `ids`, in any order. Unknown ids are skipped.
    fn rows(book: &Connection, ids: &[Self::Id]) -> Result<Vec<(Self::Id, Self::Row)>>;

    /// Adds to the rows of a page what depends on the query.
    fn complete(&self, _book: &Connection, _rows: &mut [Self::Row]) -> Result<()> {
        Ok(())
    }
}

/// Defines the id of an object whose rows belong to an ad account.
macro_rules! object_key {
    ($key:ident { $object:ident: $id:ty }) => {
        #[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
        #[serde(rename_all = "camelCase")]
        pub struct $key {
            pub ad_account: AdAccountId,
            pub $object: $id,
        }

        impl $key {
            /// Reads the key of the row `c`.
            const SQL: &str = "c.id || ' ' || c.account_id";
        }

        impl rusqlite::types::FromSql for $key {
            fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
                let (id, account) =
                    value.as_str()?.split_once(' ').ok_or(rusqlite::types::FromSqlError::InvalidType)?;
                Ok($key { ad_account: account.into(), $object: id.into() })
            }
        }
    };
}
pub(crate) use object_key;

/// The parts of a `SELECT` that finds the ids of rows.
#[derive(Debug, Clone)]
pub struct Select {
    pub(crate) from: String,
    /// Conditions, joined with `AND`.
    pub(crate) conditions: Vec<String>,
    values: Vec<Sql>,
    /// The expression to sort by. It must never be NULL.
    pub(crate) key: String,
    /// A unique column that breaks ties.
    pub(crate) id: String,
    /// The expression that is read as [`Query::Id`], where that is more than `id`.
    pub(crate) row: String,
    pub(crate) descending: bool,
    /// The search, if it is for a pasted list.
    pub(crate) pasted: Option<Box<PastedSearch>>,
}

impl Select {
    pub(crate) fn from(from: &str, id: &str) -> Select {
        Select {
            from: from.to_owned(),
            conditions: Vec::new(),
            values: Vec::new(),
            key: id.to_owned(),
            id: id.to_owned(),
            row: id.to_owned(),
            descending: false,
            pasted: None,
        }
    }

    /// Binds a value and returns its placeholder.
    pub(crate) fn bind(&mut self, value: impl Into<Sql>) -> String {
        self.values.push(value.into());
        format!("?{}", self.values.len())
    }

    /// Adds a condition in which `{}` stands for the value.
    pub(crate) fn filter(&mut self, condition: &str, value: impl Into<Sql>) {
        let placeholder = self.bind(value);
        self.conditions.push(condition.replace("{}", &placeholder));
    }

    /// Returns the comparison with any of the ad accounts. With one, SQLite can read its rows in the order of an index.
    pub(crate) fn among(&mut self, ad_accounts: &[AdAccountId]) -> String {
        match ad_accounts {
            [one] => format!("= {}", self.bind(one.0.clone())),
            several => format!("IN (SELECT value FROM json_each({}))", self.bind(json(several))),
        }
    }

    /// Requires that a row is one of those that [`Query::found`] returned.
    fn among_found<T: Serialize>(&mut self, found: Option<&[T]>) {
        if let Some(found) = found {
            let ids = self.bind(json(found));
            self.conditions.push(format!("{} IN (SELECT value FROM json_each({ids}))", self.id));
        }
    }

    /// Requires that `expression` is one of `values`, unless `values` is empty.
    pub(crate) fn one_of<T: Serialize>(&mut self, expression: &str, values: &[T]) {
        if !values.is_empty() {
            self.filter(&format!("{expression} IN (SELECT value FROM json_each({{}}))"), json(values));
        }
    }

    /// Requires that each word of `text`, or one term of a pasted list, occurs in one of `columns`, which are case-folded or
    /// TikTok's ids.
    pub(crate) fn search(&mut self, text: &str, columns: &[&str]) {
        let source = |column: &&str| {
            format!("{column} {}", if column.ends_with(".id") { "{tiktok id}" } else { "{}" })
        };
        let sources: Vec<String> = columns.iter().map(source).collect();
        self.search_each(text, &sources, |word| {
            let parts: Vec<String> =
                columns.iter().map(|column| format!("instr({column}, {word})")).collect();
            parts.join(" OR ")
        });
    }

    /// Adds a condition for each word of `text`; `condition` gets the placeholder of the word. The `sources` are those of
    /// [`Select::search_pasted`]. Call it before other conditions are added to those of [`Query::everything`].
    pub(crate) fn search_each(&mut self, text: &str, sources: &[String], condition: impl Fn(&str) -> String) {
        if self.search_pasted(text, sources) {
            return;
        }
        for word in search_terms(&fold(text)) {
            let word = self.bind(word.to_owned());
            self.conditions.push(format!("({})", condition(&word)));
        }
    }

    pub(crate) fn order(&mut self, key: impl Into<String>, descending: bool) {
        self.key = key.into();
        self.descending = descending;
    }

    /// Returns the `FROM` and `WHERE` clauses.
    pub(crate) fn matching(&self) -> String {
        let conditions =
            if self.conditions.is_empty() { "true".to_owned() } else { self.conditions.join(" AND ") };
        format!("FROM {} WHERE {conditions}", self.from)
    }

    /// Returns the values of the placeholders.
    pub(crate) fn values(&self) -> &[Sql] {
        &self.values
    }

    fn order_by(&self, backwards: bool) -> String {
        let direction = if self.descending != backwards { "DESC" } else { "ASC" };
        let (key, id) = (&self.key, &self.id);
        if key == id { format!("{id} {direction}") } else { format!("{key} {direction}, {id} {direction}") }
    }

    fn total(&self, book: &Connection) -> Result<u32> {
        let sql = format!("SELECT count(*) {}", self.matching());
        let mut statement = book.prepare_cached(&sql)?;
        Ok(statement.query_row(params_from_iter(&self.values), |row| row.get(0))?)
    }

    /// Returns the number of rows, and that of `everything`, to which this query adds conditions.
    fn totals(&self, everything: &Select, book: &Connection) -> Result<(u32, u32)> {
        match self.conditions.strip_prefix(everything.conditions.as_slice()) {
            Some([]) => {
                let total = self.total(book)?;
                Ok((total, total))
            }
            // One pass over the rows of `everything`. Without conditions, SQLite counts them without reading them.
            Some(added) if self.from == everything.from && !everything.conditions.is_empty() => {
                let sql = format!(
                    "SELECT count(*) FILTER (WHERE {}), count(*) {}",
                    added.join(" AND "),
                    everything.matching()
                );
                let mut statement = book.prepare_cached(&sql)?;
                let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
                Ok(statement.query_row(params_from_iter(&self.values), read)?)
            }
            _ => Ok((self.total(book)?, everything.total(book)?)),
        }
    }

    /// Returns the number of rows, and the first page.
    fn total_and_page<T: FromSql>(&self, book: &Connection) -> Result<(u32, Vec<(RowKey, T)>)> {
        let sql = format!(
            "SELECT {}, {}, {} {} ORDER BY {}",
            self.key,
            self.id,
            self.row,
            self.matching(),
            self.order_by(false)
        );
        let mut statement = book.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(&self.values))?;
        let (mut total, mut page) = (0, Vec::new());
        while let Some(row) = rows.next()? {
            if page.len() < PAGE {
                page.push((RowKey::of(row)?, row.get(2)?));
            }
            total += 1;
        }
        Ok((total, page))
    }

    /// Returns every id, in order.
    pub(crate) fn ids<T: FromSql>(&self, book: &Connection) -> Result<Vec<T>> {
        let sql = format!("SELECT {} {} ORDER BY {}", self.row, self.matching(), self.order_by(false));
        let mut statement = book.prepare_cached(&sql)?;
        let ids = statement.query_map(params_from_iter(&self.values), |row| row.get(0))?;
        Ok(ids.collect::<rusqlite::Result<_>>()?)
    }

    fn page_keys(&self, book: &Connection) -> Result<Vec<RowKey>> {
        let sql =
            format!("SELECT {}, {} {} ORDER BY {}", self.key, self.id, self.matching(), self.order_by(false));
        let mut statement = book.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(&self.values))?;
        let (mut keys, mut n) = (Vec::new(), 0_usize);
        while let Some(row) = rows.next()? {
            if n.is_multiple_of(PAGE) {
                keys.push(RowKey::of(row)?);
            }
            n += 1;
        }
        Ok(keys)
    }

    /// Returns the keys and ids of the rows of a page.
    pub(crate) fn page<T: FromSql>(&self, book: &Connection, cursor: &Cursor) -> Result<Vec<(RowKey, T)>> {
        let mut select = self.clone();
        let backwards = matches!(cursor, Cursor::End | Cursor::Before(_));
        if let Cursor::From(key) | Cursor::After(key) | Cursor::Before(key) = cursor {
            let (value, id) = key.values();
            let (value, id) = (select.bind(value), select.bind(id));
            let later = self.descending == backwards;
            let compare = match (later, cursor) {
                (true, Cursor::From(_)) => ">=",
                (true, _) => ">",
                (false, Cursor::From(_)) => "<=",
                (false, _) => "<",
            };
            select.conditions.push(if self.key == self.id {
                format!("{} {compare} {id}", self.id)
            } else {
                format!("({}, {}) {compare} ({value}, {id})", self.key, self.id)
            });
        }
        let sql = format!(
            "SELECT {}, {}, {} {} ORDER BY {} LIMIT {PAGE}",
            self.key,
            self.id,
            self.row,
            select.matching(),
            self.order_by(backwards)
        );
        let mut statement = book.prepare_cached(&sql)?;
        let found = statement
            .query_map(params_from_iter(&select.values), |row| Ok((RowKey::of(row)?, row.get(2)?)))?;
        let mut keys = found.collect::<rusqlite::Result<Vec<_>>>()?;
        if backwards {
            keys.reverse();
        }
        Ok(keys)
    }
}

impl RowKey {
    fn of(row: &Row<'_>) -> rusqlite::Result<RowKey> {
        let part = |n| -> rusqlite::Result<serde_json::Value> {
            Ok(match row.get(n)? {
                Sql::Null | Sql::Blob(_) => serde_json::Value::Null,
                Sql::Integer(number) => number.into(),
                Sql::Real(number) => number.into(),
                Sql::Text(text) => text.into(),
            })
        };
        Ok(RowKey(serde_json::Value::Array(vec![part(0)?, part(1)?]).to_string()))
    }

    /// Returns the sort key and the id. A malformed key sorts first.
    fn values(&self) -> (Sql, Sql) {
        let parts: (serde_json::Value, serde_json::Value) = serde_json::from_str(&self.0).unwrap_or_default();
        let sql = |part: serde_json::Value| match part {
            serde_json::Value::String(text) => Sql::Text(text),
            serde_json::Value::Number(number) => match number.as_i64() {
                Some(number) => Sql::Integer(number),
                None => number.as_f64().map_or(Sql::Null, Sql::Real),
            },
            _ => Sql::Null,
        };
        (sql(parts.0), sql(parts.1))
    }
}

/// Returns the query with filters and search, also where [`Query::found`] searches instead of SQL.
pub(crate) fn select_of<Q: Query>(book: &Connection, query: &Q) -> Result<Select> {
    let mut select = query.select();
    select.among_found(query.found(book)?.as_deref());
    Ok(select)
}

/// Returns the rows of `ids` in the order of `ids`.
pub(crate) fn rows_of<Q: Query>(book: &Connection, ids: &[Q::Id]) -> Result<Vec<Q::Row>> {
    let mut found: HashMap<Q::Id, Q::Row> = Q::rows(book, ids)?.into_iter().collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

fn page_of<Q: Query>(book: &Connection, query: &Q, keys: Vec<(RowKey, Q::Id)>) -> Result<Page<Q::Row>> {
    let (first, last) = (keys.first().map(|(key, _)| key.clone()), keys.last().map(|(key, _)| key.clone()));
    let ids: Vec<Q::Id> = keys.into_iter().map(|(_, id)| id).collect();
    let mut rows = rows_of::<Q>(book, &ids)?;
    query.complete(book, &mut rows)?;
    Ok(Page { rows, first, last })
}

impl Book {
    /// Returns the totals and the first page of what `query` finds.
    pub fn list<Q: Query>(&self, query: &Q) -> Result<Listing<Q::Row>> {
        self.list_until(&Interrupt::default(), query)
    }

    /// Like [`Book::list`], until `interrupt` ends it with [`Error::Superseded`](crate::Error::Superseded).
    pub fn list_until<Q: Query>(&self, interrupt: &Interrupt, query: &Q) -> Result<Listing<Q::Row>> {
        self.snapshot_until(interrupt, |book| {
            let (mut select, everything) = (query.select(), query.everything());
            let found = query.found(book)?;
            let is_filtered = select.conditions != everything.conditions;
            let (total, of, keys) = match found {
                Some(found) if !is_filtered => {
                    let first = found.iter().take(PAGE).map(|id| (RowKey(json(&(id, id))), id.clone()));
                    let total = u32::try_from(found.len()).unwrap_or(u32::MAX);
                    (total, everything.total(book)?, first.collect())
                }
                // SQLite finds these rows in their order, so one pass over them yields both.
                found if select.key == select.id && is_filtered => {
                    select.among_found(found.as_deref());
                    let (total, keys) = select.total_and_page(book)?;
                    (total, everything.total(book)?, keys)
                }
                found => {
                    select.among_found(found.as_deref());
                    let (total, of) = select.totals(&everything, book)?;
                    // To find that a page is empty, SQLite would check each row again.
                    let page = if total == 0 { Vec::new() } else { select.page(book, &Cursor::Start)? };
                    (total, of, page)
                }
            };
            Ok(Listing {
                total,
                of,
                page: page_of(book, query, keys)?,
                pasted: select.pasted.as_ref().map(|search| search.report(book)).transpose()?,
            })
        })
    }

    pub fn page<Q: Query>(&self, query: &Q, cursor: &Cursor) -> Result<Page<Q::Row>> {
        self.page_until(&Interrupt::default(), query, cursor)
    }

    pub fn page_until<Q: Query>(
        &self,
        interrupt: &Interrupt,
        query: &Q,
        cursor: &Cursor,
    ) -> Result<Page<Q::Row>> {
        self.snapshot_until(interrupt, |book| {
            page_of(book, query, select_of(book, query)?.page(book, cursor)?)
        })
    }

    /// Returns the key of the first row of every page.
    pub fn page_keys_until<Q: Query>(&self, interrupt: &Interrupt, query: &Q) -> Result<Vec<RowKey>> {
        self.snapshot_until(interrupt, |book| select_of(book, query)?.page_keys(book))
    }

    /// Returns the ids of all rows that `query` finds, in its order.
    pub fn ids<Q: Query>(&self, query: &Q) -> Result<Vec<Q::Id>> {
        let book = self.read();
        select_of(&book, query)?.ids(&book)
    }

    /// Returns the rows of `ids`, in the order of `ids`. Unknown ids are skipped.
    pub fn rows<Q: Query>(&self, ids: &[Q::Id]) -> Result<Vec<Q::Row>> {
        self.snapshot(|book| rows_of::<Q>(book, ids))
    }
}
