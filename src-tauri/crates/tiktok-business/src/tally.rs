//! The book-keeping of a listing: which page comes next, and whether everything was seen.
//!
//! TikTok's pages are numbered and their order is not documented, so objects that come or go meanwhile move others
//! from page to page: some show up twice, some not at all. What tells is arithmetic: every page says how many objects
//! there are. Pure; [`crate::Listing`] does the asking.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::{Page, decode::PageInfo, row::Row};

/// Rounds through one part of a listing, at most.
const ROUNDS: u32 = 4;

/// Pages in a row that bring nothing new, after which a first round ends: the server repeats itself.
const IDLE: u32 = 3;

/// How far a listing has come. Save it after the pages before it are safe: a [`crate::Listing`] that is given it
/// goes on from there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Whose pages these are.
    pub(crate) endpoint: String,
    pub(crate) page_size: u32,
    /// Which of the listing's queries.
    pub(crate) part: usize,
    /// From 0. After the first, `again` says that what was seen before still counts.
    round: u32,
    again: bool,
    /// Pages taken in this round.
    pub(crate) page: u64,
    /// Pages there are, as last told; 1 before anything was told.
    pub(crate) pages: u64,
    /// Objects there are, as last told.
    total: u64,
    /// It became less in this round.
    shrank: bool,
    /// Objects seen, and rows of this round that have no readable id.
    found: u64,
    unreadable: u64,
    idle: u32,
    /// How the last round ended: found, total.
    last_round: Option<(u64, u64)>,
    /// Ids of the last page: how many and their sum. They tell whether it is still the same page after a crash.
    last_page: (u64, u64),
    pub(crate) end: End,
}

impl Position {
    /// Objects there are, as far as TikTok has told.
    pub(crate) fn total_so_far(&self) -> u64 {
        if self.end.finished { self.end.total } else { self.end.total.saturating_add(self.total) }
    }
}

/// What a listing came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// Pages read, those read again included.
    pub pages: u64,
    /// Objects given, each once unless the listing had to begin anew.
    pub rows: u64,
    /// Rows that came again and were left out.
    pub repeated: u64,
    /// Bad rows given.
    pub bad: u64,
    /// Objects on TikTok's side, as it last said.
    pub total: u64,
    pub(crate) finished: bool,
    /// Some part of the listing could not be seen whole.
    pub(crate) gaps: bool,
}

impl End {
    /// Whether the listing was read to its end and each of its objects was seen: only then does an object's absence
    /// mean anything.
    pub fn is_complete(&self) -> bool {
        self.finished && !self.gaps
    }
}

/// A [`Position`] and the ids behind its figures.
#[derive(Debug, Default)]
pub struct Tally {
    pub at: Position,
    seen: HashSet<u128>,
    /// Seen before a crash, and no longer in `seen`.
    before: u64,
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Go on with the next page.
    Page,
    /// Begin again with page 1.
    Round,
    /// Nothing is left of this part.
    Done,
}

fn number(id: &str) -> u128 {
    id.parse().unwrap_or_else(|_| {
        // Not an id of ours; FNV-1a.
        id.bytes().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, |hash: u128, byte| {
            (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
        })
    })
}

fn print<T: Row>(page: &Page<T>) -> (u64, u64) {
    let ids = ids(page).map(number);
    #[allow(clippy::cast_possible_truncation, reason = "a sum modulo 2^64")]
    ids.fold((0, 0), |(count, sum), id| (count + 1, sum.wrapping_add(id as u64)))
}

fn ids<T: Row>(page: &Page<T>) -> impl Iterator<Item = &str> {
    page.rows.iter().map(Row::key).chain(page.bad.iter().filter_map(|bad| bad.id.as_deref()))
}

impl Tally {
    pub fn new(endpoint: &str) -> Self {
        let mut tally = Tally::default();
        tally.at.endpoint = endpoint.into();
        tally.begin();
        tally
    }

    /// Goes on after a crash. The ids are gone, so a round that needs them begins anew.
    pub fn resumed(at: Position) -> Self {
        let mut tally = Tally { at, ..Tally::default() };
        if tally.at.again {
            tally.begin();
        }
        tally
    }

    /// Forgets what was seen of this part.
    pub fn begin(&mut self) {
        self.seen.clear();
        self.before = 0;
        let at = &mut self.at;
        (at.page, at.pages, at.again, at.found, at.unreadable) = (0, 1, false, 0, 0);
        (at.shrank, at.idle) = (false, 0);
    }

    /// Begins with the next part.
    pub fn next_part(&mut self) {
        self.at.part += 1;
        (self.at.round, self.at.last_round, self.at.total) = (0, None, 0);
        self.begin();
    }

    /// Whether the next page begins a part, or begins it anew.
    pub fn begins(&self) -> bool {
        self.at.page == 0 && !self.at.again
    }

    /// Whether the page taken last before a crash is still what it was. If so, its ids are known again.
    pub fn recognize<T: Row>(&mut self, page: &Page<T>, info: PageInfo) -> bool {
        if print(page) != self.at.last_page || info.total_number != self.at.total {
            return false;
        }
        self.seen.extend(ids(page).map(number));
        self.before = self.at.found.saturating_sub(self.seen.len() as u64);
        self.at.pages = info.total_page;
        true
    }

    /// Counts a page and takes out of it what was given before.
    pub fn take<T: Row>(&mut self, page: &mut Page<T>, info: PageInfo) -> Turn {
        let fresh = self.begins();
        self.at.shrank |= !fresh && info.total_number < self.at.total;
        self.at.page += 1;
        (self.at.total, self.at.pages) = (info.total_number, info.total_page);
        self.at.last_page = print(page);

        let came = (page.rows.len() + page.bad.len()) as u64;
        let (seen, unreadable) = (&mut self.seen, &mut self.at.unreadable);
        page.rows.retain(|row| seen.insert(number(row.key())));
        page.bad.retain(|bad| match bad.id.as_deref() {
            Some(id) => seen.insert(number(id)),
            None => {
                *unreadable += 1;
                true
            }
        });
        let (rows, bad) = (page.rows.len() as u64, page.bad.len() as u64);
        self.at.found = self.before + self.seen.len() as u64;
        self.at.idle = if rows + bad == 0 { self.at.idle + 1 } else { 0 };
        let end = &mut self.at.end;
        end.pages += 1;
        end.rows += rows;
        end.bad += bad;
        end.repeated += came - rows - bad;

        let at = &self.at;
        // Nothing comes after an empty page, whatever the figures say.
        let over = at.page >= at.pages || came == 0 || (at.idle >= IDLE && !at.again);
        if over || (at.again && self.saw_all()) { self.turn() } else { Turn::Page }
    }

    fn saw_all(&self) -> bool {
        !self.at.shrank && self.at.found + self.at.unreadable == self.at.total
    }

    /// The end of a round.
    fn turn(&mut self) -> Turn {
        let outcome = (self.at.found, self.at.total);
        let whole = self.saw_all();
        if whole || self.at.round + 1 >= ROUNDS || self.at.last_round == Some(outcome) {
            self.at.end.gaps |= !whole || self.at.unreadable > 0;
            self.at.end.total += self.at.total;
            return Turn::Done;
        }
        self.at.round += 1;
        self.at.last_round = Some(outcome);
        let at = &mut self.at;
        if at.shrank || at.found + at.unreadable > at.total || self.before > 0 {
            // Some of what was seen is gone, and nobody knows what: only a round of its own can be whole.
            self.begin();
        } else {
            // Something came and pushed others about; what was seen is still there.
            (at.page, at.again, at.unreadable, at.idle) = (0, true, 0, 0);
        }
        Turn::Round
    }
}

impl<T> Page<T> {
    pub(crate) fn append(&mut self, mut other: Page<T>) {
        self.rows.append(&mut other.rows);
        self.bad.append(&mut other.bad);
    }
}
