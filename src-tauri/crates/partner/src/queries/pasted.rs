//! Lists of names and ids that are pasted into a search field, such as a column of a spreadsheet.
//!
//! A search text with line breaks is such a list: each line is a term, and a row matches when its id or name is a term. Names
//! are compared as [`fold`] folds them.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::json_column::json;
use crate::queries::paging::{Query, Select};
use crate::queries::pasted_search::PastedSearch;
use crate::{Book, Result, fold};

impl Select {
    /// Requires that one of `sources` matches a term of `text`, or returns false if the text is no pasted list. A source is a
    /// condition in which `{term}` stands for a term, `{}` for a comparison with it, `{tiktok id}` for one with the ids of TikTok
    /// among the terms, and `{id}` for one with ids of any kind. Or it is a `SELECT` of an `id` and the position of its `term` in
    /// `{list}`, the terms as JSON.
    pub(crate) fn search_pasted(&mut self, text: &str, sources: &[String]) -> bool {
        if !text.contains('\n') {
            return false;
        }
        let terms: Vec<String> =
            text.lines().filter(|line| !fold(line).trim().is_empty()).map(str::to_owned).collect();
        let everything = self.matching();
        let list = self.bind(json(&terms.iter().map(|term| fold(term)).collect::<Vec<_>>()));
        let compare = |source: &str, term| {
            let source = source.replace("{}", &format!("= {term}")).replace("{term}", term);
            let source = source.replace("{tiktok id}", &format!("= tiktok_id({term})"));
            source.replace("{id}", &format!("= stored_id({term})"))
        };
        let rows = everything.replacen("FROM", "CROSS JOIN", 1);
        let pairs = |source: &str, column: &str| {
            let source = source.replace("{list}", &list);
            format!("SELECT {column} FROM ({source}) f {rows} AND f.id = {}", self.id)
        };
        // A statement for each source, because SQLite would read the whole table for an OR. The terms lead: without
        // statistics, SQLite expects an ad account to have fewer campaigns than the list has terms.
        let found = sources.iter().map(|source| match source.starts_with("SELECT") {
            true => pairs(source, "f.id"),
            false => {
                let matches = compare(source, "p.value");
                format!("SELECT {} AS id FROM json_each({list}) p {rows} AND ({matches})", self.id)
            }
        });
        let found = found.collect::<Vec<_>>().join(" UNION ");
        let lacks = |source: &String| match source.starts_with("SELECT") {
            true => format!("j.key NOT IN ({})", pairs(source, "f.term")),
            false => format!("NOT EXISTS (SELECT 1 {everything} AND ({}))", compare(source, "j.value")),
        };
        let lacks = sources.iter().map(lacks).collect::<Vec<_>>().join(" AND ");
        self.pasted = Some(Box::new(PastedSearch {
            terms,
            missing: format!("SELECT j.key FROM json_each({list}) j WHERE {lacks}"),
            values: self.values().to_vec(),
        }));
        self.conditions.push(format!("{} = found.id", self.id));
        self.from = format!("({found}) found CROSS JOIN {}", self.from);
        true
    }
}

impl Book {
    /// Returns the search text for a text that was pasted: one term per line, or the text itself if it is one term.
    ///
    /// `query` returns the query of the list for a search text.
    pub fn paste<Q: Query>(&self, text: &str, query: impl Fn(&str) -> Q) -> Result<String> {
        let cells = cells(text);
        let pieces = pieces(&cells);
        let candidates: Vec<&str> = pieces.iter().flat_map(Piece::candidates).collect();
        let select = query(&(candidates.join("\n") + "\n")).select();
        let missing = match &select.pasted {
            Some(search) => search.report(&self.read())?.missing,
            None => Vec::new(),
        };
        let missing: HashSet<String> = missing.iter().map(|term| fold(term)).collect();
        Ok(search_text(&pieces, |term| !missing.contains(&fold(term))))
    }
}

/// Like [`Book::paste`], for a list whose names and ids are `known`.
#[must_use]
pub fn paste_into(text: &str, known: &[String]) -> String {
    let known: HashSet<String> = known.iter().map(|text| fold(text)).collect();
    search_text(&pieces(&cells(text)), |term| known.contains(&fold(term)))
}

/// A line or cell of a pasted text, and what its commas, semicolons or spaces separate.
struct Piece<'a> {
    whole: &'a str,
    parts: Vec<&'a str>,
    /// Each part was in quotation marks, as in a CSV file: they are terms even if they are not known.
    quoted: bool,
}

impl<'a> Piece<'a> {
    fn candidates(&self) -> impl Iterator<Item = &'a str> {
        std::iter::once(self.whole).chain(self.parts.iter().copied())
    }
}

/// What separates lines and cells.
const BREAKS: [char; 8] = ['\n', '\r', '\t', '\u{B}', '\u{C}', '\u{85}', '\u{2028}', '\u{2029}'];

/// A line of a pasted text, or of a cell.
struct Cell<'a> {
    text: Cow<'a, str>,
    /// Its quotation marks are its own, because those around the cell are removed.
    unquoted: bool,
}

/// Splits a text into its cells, and those into their lines.
fn cells(text: &str) -> Vec<Cell<'_>> {
    let mut cells = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some((cell, after)) = escaped_cell(rest) {
            let line = |line: &str| Cell { text: line.to_owned().into(), unquoted: true };
            cells.extend(cell.split(BREAKS).map(line));
            rest = after;
        } else {
            let (cell, after) = rest.split_once(BREAKS).unwrap_or((rest, ""));
            cells.push(Cell { text: cell.into(), unquoted: false });
            rest = after;
        }
    }
    cells
}

/// Returns the first cell, and what follows it, if a spreadsheet has put it in quotation marks because it contains line breaks,
/// tabs or quotation marks, which are doubled.
fn escaped_cell(text: &str) -> Option<(String, &str)> {
    let mut rest = text.strip_prefix('"')?;
    let mut cell = String::new();
    loop {
        let (before, after) = rest.split_once('"')?;
        cell.push_str(before);
        rest = after;
        let Some(after) = rest.strip_prefix('"') else { break };
        cell.push('"');
        rest = after;
    }
    let ends = rest.is_empty() || rest.starts_with(BREAKS);
    (ends && (cell.contains(BREAKS) || cell.contains('"'))).then_some((cell, rest))
}

fn pieces<'a>(cells: &'a [Cell<'_>]) -> Vec<Piece<'a>> {
    let piece = |cell: &'a Cell<'_>| {
        let line = &*cell.text;
        let whole = if cell.unquoted { line.trim() } else { trim(line) };
        if let Some(parts) = quoted_cells(line) {
            return Piece { whole, parts, quoted: true };
        }
        // One quoted cell can hold a list.
        let list = if whole.contains(['"', '\'']) { line } else { whole };
        let parts = |separators: fn(char) -> bool| -> Vec<&str> {
            str::split(list, separators).map(trim).filter(|part| !part.is_empty()).collect()
        };
        let (by_sign, by_space) = (parts(is_separator), parts(char::is_whitespace));
        let parts =
            if by_sign.len() == 1 && by_space.iter().all(|part| is_id(part)) { by_space } else { by_sign };
        Piece { whole, parts, quoted: false }
    };
    cells.iter().map(piece).filter(|piece| !piece.whole.is_empty()).collect()
}

fn is_separator(c: char) -> bool {
    matches!(c, ',' | ';' | '，' | '、' | '；')
}

/// Returns the cells of a line if there are several and all are in quotation marks, which may contain separators.
fn quoted_cells(line: &str) -> Option<Vec<&str>> {
    let mut cells = Vec::new();
    let mut rest = line.trim_matches(|c: char| c.is_whitespace() || is_separator(c));
    while !rest.is_empty() {
        let (cell, after) = rest.strip_prefix('"')?.split_once('"')?;
        cells.push(trim(cell));
        let next = after.trim_start();
        rest = next.trim_start_matches(|c: char| c.is_whitespace() || is_separator(c));
        if !next.is_empty() && !next.starts_with(is_separator) {
            return None;
        }
    }
    cells.retain(|cell| !cell.is_empty());
    (cells.len() > 1).then_some(cells)
}

/// Removes what surrounds a value in a list: spaces, separators, and quotation marks around the whole value.
fn trim(text: &str) -> &str {
    let text = text
        .trim_matches(|c: char| c.is_whitespace() || crate::text::is_control(c) || matches!(c, ',' | ';'));
    ['"', '\''].iter().find_map(|&quote| text.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(text).trim()
}

/// Whether a text looks like an id of TikTok.
fn is_id(text: &str) -> bool {
    text.len() >= 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A name may contain a comma, so a piece is split only if it is not known as a whole.
fn search_text(pieces: &[Piece<'_>], known: impl Fn(&str) -> bool) -> String {
    let mut seen = HashSet::new();
    let mut terms: Vec<&str> = Vec::new();
    for piece in pieces {
        let split = piece.quoted
            || piece.parts.iter().all(|part| is_id(part))
            || piece.parts.iter().any(|part| known(part));
        let parts = if split && !known(piece.whole) { &piece.parts[..] } else { &[piece.whole] };
        terms.extend(parts.iter().copied().filter(|term| seen.insert(fold(term))));
    }
    terms.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::accounts::tests::book;
    use crate::queries::audiences::{AudienceQuery, AudiencesOf};
    use crate::queries::campaigns::{CampaignQuery, CampaignsOf};

    /// Returns the steps of a statement that read a whole table.
    fn scans(book: &Book, sql: &str, values: &[rusqlite::types::Value]) -> Vec<String> {
        let book = book.read();
        let mut statement = book.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let steps =
            statement.query_map(rusqlite::params_from_iter(values), |row| row.get::<_, String>(3)).unwrap();
        let steps: Vec<String> = steps.collect::<rusqlite::Result<_>>().unwrap();
        let scans = |step: &String| {
            step.starts_with("SCAN") && !step.contains("VIRTUAL TABLE") && step != "SCAN found"
        };
        let whole = |step: &String| step.ends_with("(account_id=?)");
        steps.into_iter().filter(|step| scans(step) || whole(step)).collect()
    }

    #[test]
    fn a_pasted_list_is_looked_up_in_indexes_however_many_campaigns_there_are() {
        let (_folder, book) = book();
        let search = "Always On\n1800000000000000001".to_owned();
        let account = || "1".into();
        let campaigns = CampaignsOf::Available { ad_accounts: vec![account()] };
        let audiences = AudiencesOf::AdAccounts { ad_accounts: vec![account()] };
        for select in [
            CampaignQuery { search: search.clone(), ..CampaignQuery::all(campaigns) }.select(),
            AudienceQuery { search, ..AudienceQuery::all(audiences) }.select(),
        ] {
            let page = format!("SELECT c.id {} ORDER BY {}, c.id LIMIT 100", select.matching(), select.key);
            let none: [String; 0] = [];
            assert_eq!(scans(&book, &page, select.values()), none);
            let missing = select.pasted.unwrap();
            assert_eq!(scans(&book, &missing.missing, &missing.values), none);
        }
    }
}
