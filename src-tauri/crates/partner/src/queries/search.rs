//! The global search: a few hits of each kind of object.

use rusqlite::types::{Value as Sql, ValueRef};
use rusqlite::{Connection, params_from_iter};
use serde::Serialize;
use specta::Type;

use crate::named::{Named, ObjectKind};
use crate::text::search_terms;
use crate::{Book, Result, fold};

/// Hits per kind.
pub const HITS: usize = 8;

/// Rows that contain all trigrams of the words and are checked for the words themselves.
const CANDIDATES: usize = 500;

/// Trigrams of a word that are looked up in the index. The found rows are checked for the whole word.
const MAX_TRIGRAMS: usize = 100;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct Hits {
    pub kind: ObjectKind,
    /// At most [`HITS`].
    pub hits: Vec<Hit>,
    /// Whether more objects match.
    pub more: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Hit {
    pub named: Named,
    /// The TikTok ad account of a campaign or audience, or the XPO account of an advertiser.
    pub inside: Option<Named>,
    /// The advertiser that a campaign is allocated to, or that a goal or tag belongs to.
    pub advertiser: Option<Named>,
    /// The XPO account of `advertiser`.
    pub xpo_account: Option<Named>,
    /// Whether an XPO account or advertiser is archived.
    pub archived: bool,
}

impl Book {
    /// Returns the objects whose name or id contains every word of `text`, by kind.
    ///
    /// For campaigns and audiences, of which there can be a million, a word of one character has to start the name, and a
    /// word of two characters has to start or end a word of it.
    pub fn search(&self, text: &str) -> Result<Vec<Hits>> {
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
                    "SELECT id, name, NULL, NULL, NULL, NULL, NULL, NULL, archived FROM xpo_account WHERE",
                    "id",
                    "name_folded",
                ),
                (
                    ObjectKind::Advertiser,
                    "SELECT v.id, v.name, x.id, x.name, NULL, NULL, NULL, NULL, v.archived OR x.archived
                     FROM advertiser v
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
                "LEFT JOIN allocated_campaign n ON n.campaign_id = c.id
                 LEFT JOIN allocation a ON a.id = n.allocation LEFT JOIN advertiser v ON v.id = a.advertiser_id
                 LEFT JOIN xpo_account x ON x.id = v.xpo_account_id",
            );
            found.push(search_index(book, ObjectKind::Campaign, "campaign", holder, &words)?);
            found.push(search_index(book, ObjectKind::Audience, "audience", ("", ""), &words)?);
            found.retain(|hits| !hits.hits.is_empty());
            Ok(found)
        })
    }
}

/// Searches with the trigram index, and in the few rows whose names it does not have yet.
fn search_index(
    book: &Connection,
    kind: ObjectKind,
    table: &str,
    (columns, joins): (&str, &str),
    words: &[&str],
) -> Result<Hits> {
    let mut values: Vec<Sql> = words.iter().map(|word| (*word).to_owned().into()).collect();
    values.push(trigram_query(words).into());
    let sql = format!(
        "SELECT c.id, c.name, t.id, t.name{columns}
         FROM (SELECT * FROM (SELECT rowid AS row FROM {table}_text WHERE {table}_text MATCH ?{} LIMIT {CANDIDATES})
               UNION ALL SELECT row FROM {table}
               WHERE row > (SELECT last_row FROM name_index WHERE kind = '{table}')) f
         CROSS JOIN {table} c ON c.row = f.row CROSS JOIN ad_account t ON t.id = c.account_id {joins}
         WHERE {} LIMIT {}",
        values.len(),
        has_words(words, "fold(c.name)", "c.id"),
        HITS + 1
    );
    hits(book, kind, &sql, values)
}

fn has_words(words: &[&str], name: &str, id: &str) -> String {
    let each: Vec<String> =
        (1..=words.len()).map(|n| format!("(instr({name}, ?{n}) OR instr({id}, ?{n}))")).collect();
    each.join(" AND ")
}

/// Returns the query for the index: all trigrams of each word. `facts::record` adds spaces around names for shorter words.
fn trigram_query(words: &[&str]) -> String {
    let quoted = |part: &str| format!("\"{}\"", part.replace('"', "\"\""));
    let of_word = |word: &&str| {
        let characters: Vec<char> = word.chars().collect();
        match characters.len() {
            1 => quoted(&format!("  {word}")),
            2 => format!("({} OR {})", quoted(&format!(" {word}")), quoted(&format!("{word} "))),
            _ => {
                let parts: Vec<String> = characters
                    .windows(3)
                    .take(MAX_TRIGRAMS)
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
            let known = at < columns && row.get_ref(at)? != ValueRef::Null;
            known.then(|| Named::at(row, kind, at)).transpose()
        };
        Ok(Hit {
            named: Named::at(row, kind, 0)?,
            inside: named(inside, 2)?,
            advertiser: named(ObjectKind::Advertiser, 4)?,
            xpo_account: named(ObjectKind::XpoAccount, 6)?,
            archived: columns > 8 && row.get(8)?,
        })
    })?;
    let mut hits = found.collect::<rusqlite::Result<Vec<_>>>()?;
    let more = hits.len() > HITS;
    hits.truncate(HITS);
    Ok(Hits { kind, hits, more })
}
