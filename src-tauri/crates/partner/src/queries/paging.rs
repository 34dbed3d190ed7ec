//! What all long lists have in common: search, filters, order and total in SQL, and pages by key.
//!
//! A page is asked for by the key of a row, never by a number of rows to skip, so the last page of a million rows costs as
//! much as the first. For a scroll bar that is dragged to the middle there are marks: the key of every hundredth row.

use std::collections::HashMap;
use std::hash::Hash;

use rusqlite::types::{FromSql, Value as Sql};
use rusqlite::{Connection, Row, params_from_iter};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::text::search_terms;
use crate::{Book, Result, fold};

/// How many rows a page has: more than a tall window shows.
pub const PAGE: usize = 100;

/// Where a row is in a list: opaque, and only good for the query that it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(transparent)]
pub struct Key(String);

/// Which page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "place", content = "key", rename_all = "snake_case")]
pub enum Place {
    /// The first.
    Start,
    /// The last.
    End,
    /// The rows from this one on, it included.
    From(Key),
    /// The rows after this one.
    After(Key),
    /// The rows before this one.
    Before(Key),
}

/// Some rows of a list, in its order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct Page<R> {
    /// At most [`PAGE`] of them.
    pub rows: Vec<R>,
    /// The key of the first.
    pub first: Option<Key>,
    /// The key of the last.
    pub last: Option<Key>,
}

/// A list at a glance: "`total` of `of`", and its first page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct Listing<R> {
    /// How many match.
    pub total: u32,
    /// How many there are without search and filters.
    pub of: u32,
    /// The first of them.
    pub page: Page<R>,
}

impl<R> Page<R> {
    /// The same page with each row turned into another.
    pub fn map<T>(self, turn: impl FnMut(R) -> T) -> Page<T> {
        Page { rows: self.rows.into_iter().map(turn).collect(), first: self.first, last: self.last }
    }
}

impl<R> Listing<R> {
    /// The same list with each row turned into another.
    pub fn map<T>(self, turn: impl FnMut(R) -> T) -> Listing<T> {
        Listing { total: self.total, of: self.of, page: self.page.map(turn) }
    }
}

/// A query for rows of one kind.
pub trait Query {
    /// What a row is known by.
    type Id: FromSql + Clone + Eq + Hash + Serialize;
    /// A row as the screen shows it.
    type Row;

    /// What it asks for.
    fn select(&self) -> Select;

    /// The same without search and filters.
    fn everything(&self) -> Select;

    /// The rows of `ids`, in any order; unknown ids are left out.
    ///
    /// # Errors
    /// When the file cannot be read.
    fn rows(book: &Connection, ids: &[Self::Id]) -> Result<Vec<(Self::Id, Self::Row)>>;
}

/// The parts of a `SELECT` that finds ids.
#[derive(Debug, Clone)]
pub struct Select {
    /// `FROM`.
    pub(crate) from: String,
    /// `WHERE`, all of which hold.
    pub(crate) wheres: Vec<String>,
    values: Vec<Sql>,
    /// What to order by; never NULL.
    pub(crate) key: String,
    /// What is unique, and breaks ties.
    pub(crate) id: String,
    /// What a row is known by, where that is more than `id`.
    pub(crate) row: String,
    /// From the end to the start.
    pub(crate) descending: bool,
}

impl Select {
    pub(crate) fn from(from: &str, id: &str) -> Select {
        Select {
            from: from.to_owned(),
            wheres: Vec::new(),
            values: Vec::new(),
            key: id.to_owned(),
            id: id.to_owned(),
            row: id.to_owned(),
            descending: false,
        }
    }

    /// A value's place in the statement.
    pub(crate) fn bind(&mut self, value: impl Into<Sql>) -> String {
        self.values.push(value.into());
        format!("?{}", self.values.len())
    }

    /// Keep rows where the condition holds; `{}` in it is the value's place.
    pub(crate) fn filter(&mut self, condition: &str, value: impl Into<Sql>) {
        let place = self.bind(value);
        self.wheres.push(condition.replace("{}", &place));
    }

    /// Keep rows whose `expression` is one of `values`; with none, keep all.
    pub(crate) fn one_of<T: Serialize>(&mut self, expression: &str, values: &[T]) {
        if !values.is_empty() {
            self.filter(&format!("{expression} IN (SELECT value FROM json_each({{}}))"), json(values));
        }
    }

    /// Keep rows where each word is a part of one of `columns`, which are folded.
    pub(crate) fn search(&mut self, text: &str, columns: &[&str]) {
        self.search_each(text, |word| {
            let parts: Vec<String> =
                columns.iter().map(|column| format!("instr({column}, {word})")).collect();
            parts.join(" OR ")
        });
    }

    /// Keep rows where the condition holds for the place of each word.
    pub(crate) fn search_each(&mut self, text: &str, condition: impl Fn(&str) -> String) {
        for word in search_terms(&fold(text)) {
            let word = self.bind(word.to_owned());
            self.wheres.push(format!("({})", condition(&word)));
        }
    }

    pub(crate) fn order(&mut self, key: impl Into<String>, descending: bool) {
        self.key = key.into();
        self.descending = descending;
    }

    /// `FROM` and `WHERE`.
    pub(crate) fn matching(&self) -> String {
        let wheres = if self.wheres.is_empty() { "true".to_owned() } else { self.wheres.join(" AND ") };
        format!("FROM {} WHERE {wheres}", self.from)
    }

    /// The values of the places in the statement.
    pub(crate) fn values(&self) -> &[Sql] {
        &self.values
    }

    fn sorted(&self, backwards: bool) -> String {
        let direction = if self.descending != backwards { "DESC" } else { "ASC" };
        let (key, id) = (&self.key, &self.id);
        if key == id { format!("{id} {direction}") } else { format!("{key} {direction}, {id} {direction}") }
    }

    fn total(&self, book: &Connection) -> Result<u32> {
        let sql = format!("SELECT count(*) {}", self.matching());
        let mut statement = book.prepare_cached(&sql)?;
        Ok(statement.query_row(params_from_iter(&self.values), |row| row.get(0))?)
    }

    /// Every id, in order.
    pub(crate) fn ids<T: FromSql>(&self, book: &Connection) -> Result<Vec<T>> {
        let sql = format!("SELECT {} {} ORDER BY {}", self.row, self.matching(), self.sorted(false));
        let mut statement = book.prepare_cached(&sql)?;
        let ids = statement.query_map(params_from_iter(&self.values), |row| row.get(0))?;
        Ok(ids.collect::<rusqlite::Result<_>>()?)
    }

    /// The key of every [`PAGE`]th row, from the first on.
    fn marks(&self, book: &Connection) -> Result<Vec<Key>> {
        let sql =
            format!("SELECT {}, {} {} ORDER BY {}", self.key, self.id, self.matching(), self.sorted(false));
        let mut statement = book.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(&self.values))?;
        let (mut marks, mut n) = (Vec::new(), 0_usize);
        while let Some(row) = rows.next()? {
            if n.is_multiple_of(PAGE) {
                marks.push(Key::of(row)?);
            }
            n += 1;
        }
        Ok(marks)
    }

    /// Keys and ids of a page.
    fn page<T: FromSql>(&self, book: &Connection, place: &Place) -> Result<Vec<(Key, T)>> {
        let mut select = self.clone();
        let backwards = matches!(place, Place::End | Place::Before(_));
        if let Place::From(key) | Place::After(key) | Place::Before(key) = place {
            let (value, id) = key.values();
            let (value, id) = (select.bind(value), select.bind(id));
            let later = self.descending == backwards;
            let compare = match (later, place) {
                (true, Place::From(_)) => ">=",
                (true, _) => ">",
                (false, Place::From(_)) => "<=",
                (false, _) => "<",
            };
            select.wheres.push(if self.key == self.id {
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
            self.sorted(backwards)
        );
        let mut statement = book.prepare_cached(&sql)?;
        let found =
            statement.query_map(params_from_iter(&select.values), |row| Ok((Key::of(row)?, row.get(2)?)))?;
        let mut keys = found.collect::<rusqlite::Result<Vec<_>>>()?;
        if backwards {
            keys.reverse();
        }
        Ok(keys)
    }
}

impl Key {
    fn of(row: &Row<'_>) -> rusqlite::Result<Key> {
        let part = |n| -> rusqlite::Result<serde_json::Value> {
            Ok(match row.get(n)? {
                Sql::Null | Sql::Blob(_) => serde_json::Value::Null,
                Sql::Integer(number) => number.into(),
                Sql::Real(number) => number.into(),
                Sql::Text(text) => text.into(),
            })
        };
        Ok(Key(serde_json::Value::Array(vec![part(0)?, part(1)?]).to_string()))
    }

    /// What was put into it; a key that is none stands before everything.
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

/// The rows of `ids` in the order of `ids`.
pub(crate) fn rows_of<Q: Query>(book: &Connection, ids: &[Q::Id]) -> Result<Vec<Q::Row>> {
    let mut found: HashMap<Q::Id, Q::Row> = Q::rows(book, ids)?.into_iter().collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

fn page_of<Q: Query>(book: &Connection, query: &Q, place: &Place) -> Result<Page<Q::Row>> {
    let keys = query.select().page::<Q::Id>(book, place)?;
    let (first, last) = (keys.first().map(|(key, _)| key.clone()), keys.last().map(|(key, _)| key.clone()));
    let ids: Vec<Q::Id> = keys.into_iter().map(|(_, id)| id).collect();
    Ok(Page { rows: rows_of::<Q>(book, &ids)?, first, last })
}

impl Book {
    /// How many rows a query finds, and the first page of them.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn list<Q: Query>(&self, query: &Q) -> Result<Listing<Q::Row>> {
        self.snapshot(|book| {
            let (select, everything) = (query.select(), query.everything());
            let of = everything.total(book)?;
            Ok(Listing {
                total: if select.wheres == everything.wheres { of } else { select.total(book)? },
                of,
                page: page_of(book, query, &Place::Start)?,
            })
        })
    }

    /// One page of what a query finds.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn page<Q: Query>(&self, query: &Q, place: &Place) -> Result<Page<Q::Row>> {
        self.snapshot(|book| page_of(book, query, place))
    }

    /// The key of every [`PAGE`]th row: what a scroll bar needs to get anywhere.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn marks<Q: Query>(&self, query: &Q) -> Result<Vec<Key>> {
        query.select().marks(&self.read())
    }

    /// All that a query finds, for *Select all n filtered*.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn ids<Q: Query>(&self, query: &Q) -> Result<Vec<Q::Id>> {
        query.select().ids(&self.read())
    }

    /// The rows of some ids as they are now, in the order asked for; unknown ids are left out.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn rows<Q: Query>(&self, ids: &[Q::Id]) -> Result<Vec<Q::Row>> {
        self.snapshot(|book| rows_of::<Q>(book, ids))
    }
}

/// Values for `json_each`.
pub(crate) fn json<T: Serialize>(values: &[T]) -> String {
    serde_json::to_string(values).unwrap_or_else(|_| "[]".to_owned())
}
