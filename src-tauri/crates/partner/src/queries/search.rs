//! Search over everything at once: a few hits of each kind, as one types.

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params_from_iter};
use serde::Serialize;
use specta::Type;

use crate::named::{Named, ObjectKind};
use crate::text::search_terms;
use crate::{Book, Result, fold};

/// How many hits of each kind come along.
pub const HITS: usize = 8;

/// How many rows that have all parts of the words are looked at for the words themselves.
const CANDIDATES: usize = 500;

/// How many parts of a word are looked up in the index; the rows found are held against the whole word.
const PARTS: usize = 100;

/// What a search finds of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct Hits {
    /// What they are.
    pub kind: ObjectKind,
    /// The first [`HITS`].
    pub hits: Vec<Hit>,
    /// Whether there are more.
    pub more: bool,
}

/// Something that a search found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Hit {
    /// What, and where to go.
    pub named: Named,
    /// What it is in: a campaign's or audience's TikTok ad account, an advertiser's XPO account.
    pub inside: Option<Named>,
    /// The advertiser that a campaign is allocated to, or that a goal or tag is for.
    pub advertiser: Option<Named>,
    /// The XPO account of that advertiser.
    pub xpo_account: Option<Named>,
}

impl Book {
    /// What has every word of `text` in its name or id, of each kind that has any.
    ///
    /// Any part of a word is found. Of campaigns and audiences, of which there may be a million, one character finds
    /// names that begin with it, and two find words that begin or end with them.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn find(&self, text: &str) -> Result<Vec<Hits>> {
        let folded = fold(text);
        let words: Vec<&str> = search_terms(&folded).collect();
        if words.is_empty() {
            return Ok(Vec::new());
        }
        self.snapshot(|book| {
            let few = [
                (
                    ObjectKind::AdAccount,
                    "SELECT id, name FROM ad_account WHERE",
                    "id",
                    "name_folded",
                ),
                (
                    ObjectKind::XpoAccount,
                    "SELECT id, name FROM xpo_account WHERE",
                    "id",
                    "name_folded",
                ),
                (
                    ObjectKind::Advertiser,
                    "SELECT v.id, v.name, x.id, x.name FROM advertiser v
                     JOIN xpo_account x ON x.id = v.xpo_account_id WHERE",
                    "v.id",
                    "v.name_folded",
                ),
                (
                    ObjectKind::Goal,
                    "SELECT g.id, g.name, NULL, NULL, v.id, v.name, x.id, x.name FROM goal g
                     JOIN advertiser v ON v.id = g.advertiser_id JOIN xpo_account x ON x.id = v.xpo_account_id WHERE",
                    "g.id",
                    "g.name_folded",
                ),
                (
                    ObjectKind::Request,
                    "SELECT id, name FROM request WHERE",
                    "id",
                    "name_folded",
                ),
            ];
            let mut found = Vec::new();
            for (kind, select, id, name) in few {
                let ids = if kind == ObjectKind::AdAccount { id } else { "''" };
                let sql = format!(
                    "{select} {} ORDER BY {name}, {id} LIMIT {}",
                    has_words(&words, name, ids),
                    HITS + 1
                );
                found.push(hits(
                    book,
                    kind,
                    &sql,
                    words.iter().map(|word| (*word).to_owned().into()).collect(),
                )?);
            }
            let holder = (
                ", v.id, v.name, x.id, x.name",
                "LEFT JOIN campaign_allocation n ON n.campaign_id = c.id
                 LEFT JOIN advertiser v ON v.id = n.advertiser_id
                 LEFT JOIN xpo_account x ON x.id = v.xpo_account_id",
            );
            found.push(find_many(book, ObjectKind::Campaign, "campaign", holder, &words)?);
            found.push(find_many(book, ObjectKind::Audience, "audience", ("", ""), &words)?);
            found.retain(|hits| !hits.hits.is_empty());
            Ok(found)
        })
    }
}

/// Through the index of parts: rows that have them all, then those that have the words.
fn find_many(
    book: &Connection,
    kind: ObjectKind,
    table: &str,
    (columns, joins): (&str, &str),
    words: &[&str],
) -> Result<Hits> {
    let mut values: Vec<Sql> = words.iter().map(|word| (*word).to_owned().into()).collect();
    values.push(parts_of(words).into());
    let sql = format!(
        "SELECT c.id, c.name, t.id, t.name{columns}
         FROM (SELECT CAST(rowid AS TEXT) AS id FROM {table}_text WHERE {table}_text MATCH ?{} LIMIT {CANDIDATES}) f
         CROSS JOIN {table} c ON c.id = f.id CROSS JOIN ad_account t ON t.id = c.account_id {joins}
         WHERE {} LIMIT {}",
        values.len(),
        has_words(words, "c.name_folded", "c.id"),
        HITS + 1
    );
    hits(book, kind, &sql, values)
}

fn has_words(words: &[&str], name: &str, id: &str) -> String {
    let each: Vec<String> =
        (1..=words.len()).map(|n| format!("(instr({name}, ?{n}) OR instr({id}, ?{n}))")).collect();
    each.join(" AND ")
}

/// The query for the index: each part of three characters of each word; see [`crate::facts::record::index`] for shorter ones.
fn parts_of(words: &[&str]) -> String {
    let quoted = |part: &str| format!("\"{}\"", part.replace('"', "\"\""));
    let of_word = |word: &&str| {
        let characters: Vec<char> = word.chars().collect();
        match characters.len() {
            1 => quoted(&format!("  {word}")),
            2 => format!("({} OR {})", quoted(&format!(" {word}")), quoted(&format!("{word} "))),
            _ => {
                let parts: Vec<String> = characters
                    .windows(3)
                    .take(PARTS)
                    .map(|part| quoted(&part.iter().collect::<String>()))
                    .collect();
                parts.join(" AND ")
            }
        }
    };
    words.iter().map(of_word).collect::<Vec<_>>().join(" AND ")
}

fn hits(book: &Connection, kind: ObjectKind, sql: &str, values: Vec<Sql>) -> Result<Hits> {
    let inside = if kind == ObjectKind::Advertiser { ObjectKind::XpoAccount } else { ObjectKind::AdAccount };
    let mut statement = book.prepare_cached(sql)?;
    let columns = statement.column_count();
    let found = statement.query_map(params_from_iter(values), |row| {
        let named = |kind, at: usize| -> rusqlite::Result<Option<Named>> {
            let id: Option<String> = if at < columns { row.get(at)? } else { None };
            id.map(|id| Ok(Named { kind, id, name: row.get(at + 1)? })).transpose()
        };
        Ok(Hit {
            named: Named { kind, id: row.get(0)?, name: row.get(1)? },
            inside: named(inside, 2)?,
            advertiser: named(ObjectKind::Advertiser, 4)?,
            xpo_account: named(ObjectKind::XpoAccount, 6)?,
        })
    })?;
    let mut hits = found.collect::<rusqlite::Result<Vec<_>>>()?;
    let more = hits.len() > HITS;
    hits.truncate(HITS);
    Ok(Hits { kind, hits, more })
}
