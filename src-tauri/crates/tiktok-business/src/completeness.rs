//! Tracks whether a listing has seen every object, and which page comes next. It does no I/O; [`crate::Listing`] does.
//!
//! TikTok's pages are numbered and their order is undocumented. Objects that are added or deleted during a listing shift
//! others between pages, so that some are seen twice and some never. Comparing the number of distinct ids with the total
//! that every page reports reveals this. An incomplete pass over the pages is followed by another one.
//! Source: `docs/tiktok-api.md`, section "3. Endpoints".

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::{Page, Row, page::PageInfo};

/// Most passes over the pages of one query.
const MAX_PASSES: u32 = 4;

/// A first pass ends after this many consecutive pages without a new object: the server repeats itself.
const MAX_IDLE_PAGES: u32 = 3;

/// Where a listing can be resumed. Save it together with the pages before it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    pub(crate) endpoint: String,
    pub(crate) page_size: u32,
    /// Index of the listing's current query.
    pub(crate) query: usize,
    /// Index of the current pass.
    pass: u32,
    /// Whether objects of the previous pass still count as seen.
    keeps_seen: bool,
    /// Pages processed in this pass.
    pub(crate) page: u64,
    /// The latest number of pages that TikTok reported, 1 before the first page.
    pub(crate) pages: u64,
    /// The latest number of objects that TikTok reported.
    total: u64,
    /// The total decreased during this pass.
    shrank: bool,
    /// Distinct objects seen.
    seen: u64,
    /// Rows of this pass without a valid id.
    without_id: u64,
    /// Consecutive pages without a new object.
    idle_pages: u32,
    /// `seen` and `total` at the end of the previous pass.
    previous_pass: Option<(u64, u64)>,
    /// Number and sum of the ids on the latest page, to recognize it when resuming.
    page_fingerprint: (u64, u64),
    pub(crate) summary: Summary,
}

impl Checkpoint {
    /// Returns the latest number of objects in all queries that TikTok reported.
    pub(crate) fn known_total(&self) -> u64 {
        let finished = self.summary.finished;
        if finished { self.summary.total } else { self.summary.total.saturating_add(self.total) }
    }
}

/// The counts of a listing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Pages processed, in all passes.
    pub pages: u64,
    /// Objects returned, each once unless the listing was restarted.
    pub rows: u64,
    /// Rows left out because they were returned before.
    pub duplicates: u64,
    /// Invalid rows returned.
    pub invalid: u64,
    /// Objects that TikTok has, by its own count.
    pub total: u64,
    pub(crate) finished: bool,
    /// Some query was not seen completely.
    pub(crate) incomplete: bool,
}

impl Summary {
    /// Returns whether the listing ended and every object was seen. Only then is an object that was not listed deleted.
    pub fn is_complete(&self) -> bool {
        self.finished && !self.incomplete
    }
}

/// A [`Checkpoint`] with the ids seen so far.
#[derive(Debug, Default)]
pub struct Completeness {
    pub checkpoint: Checkpoint,
    seen: HashSet<u128>,
    /// Objects seen before the listing was resumed, whose ids are no longer known.
    seen_before: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextStep {
    /// Process the next page.
    Page,
    /// Start over with page 1.
    Pass,
    /// The query is done.
    Done,
}

fn hash(id: &str) -> u128 {
    id.parse().unwrap_or_else(|_| {
        // FNV-1a, for ids that are not numbers.
        id.bytes().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, |hash: u128, byte| {
            (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
        })
    })
}

fn fingerprint<T: Row>(page: &Page<T>) -> (u64, u64) {
    let ids = ids(page).map(hash);
    #[allow(clippy::cast_possible_truncation, reason = "the sum is modulo 2^64")]
    ids.fold((0, 0), |(count, sum), id| (count + 1, sum.wrapping_add(id as u64)))
}

fn ids<T: Row>(page: &Page<T>) -> impl Iterator<Item = &str> {
    page.rows.iter().map(Row::id).chain(page.invalid.iter().filter_map(|row| row.id.as_deref()))
}

impl Completeness {
    pub fn new(endpoint: &str, page_size: u32) -> Self {
        let checkpoint =
            Checkpoint { endpoint: endpoint.into(), page_size, pages: 1, ..Checkpoint::default() };
        Completeness { checkpoint, ..Completeness::default() }
    }

    /// Continues from a checkpoint. The ids are lost, so a pass that needs them is restarted.
    pub fn resume(checkpoint: Checkpoint) -> Self {
        let mut completeness = Completeness { checkpoint, ..Completeness::default() };
        if completeness.checkpoint.keeps_seen {
            completeness.restart();
        }
        completeness
    }

    /// Discards everything seen by the current query.
    pub fn restart(&mut self) {
        self.seen.clear();
        self.seen_before = 0;
        let at = &mut self.checkpoint;
        (at.page, at.pages, at.keeps_seen, at.shrank) = (0, 1, false, false);
        (at.seen, at.without_id, at.idle_pages) = (0, 0, 0);
    }

    pub fn start_next_query(&mut self) {
        let at = &mut self.checkpoint;
        at.query += 1;
        (at.pass, at.previous_pass, at.total) = (0, None, 0);
        self.restart();
    }

    /// Returns whether the next page starts or restarts a query.
    pub fn is_at_start(&self) -> bool {
        self.checkpoint.page == 0 && !self.checkpoint.keeps_seen
    }

    /// Checks whether the checkpoint's latest page is unchanged, and if so learns its ids again.
    pub fn recognize<T: Row>(&mut self, page: &Page<T>, info: PageInfo) -> bool {
        let at = &mut self.checkpoint;
        if fingerprint(page) != at.page_fingerprint || info.total_number != at.total {
            return false;
        }
        self.seen.extend(ids(page).map(hash));
        self.seen_before = at.seen.saturating_sub(self.seen.len() as u64);
        at.pages = info.total_page;
        true
    }

    /// Counts a page and removes rows from it that were returned before.
    pub fn record<T: Row>(&mut self, page: &mut Page<T>, info: PageInfo) -> NextStep {
        let at_start = self.is_at_start();
        let at = &mut self.checkpoint;
        at.shrank |= !at_start && info.total_number < at.total;
        at.page += 1;
        (at.total, at.pages) = (info.total_number, info.total_page);
        at.page_fingerprint = fingerprint(page);

        let received = (page.rows.len() + page.invalid.len()) as u64;
        let seen = &mut self.seen;
        page.rows.retain(|row| seen.insert(hash(row.id())));
        page.invalid.retain(|row| match row.id.as_deref() {
            Some(id) => seen.insert(hash(id)),
            None => {
                at.without_id += 1;
                true
            }
        });
        let (rows, invalid) = (page.rows.len() as u64, page.invalid.len() as u64);
        at.seen = self.seen_before + self.seen.len() as u64;
        at.idle_pages = if rows + invalid == 0 { at.idle_pages + 1 } else { 0 };
        at.summary.pages += 1;
        at.summary.rows += rows;
        at.summary.invalid += invalid;
        at.summary.duplicates += received - rows - invalid;

        // No rows follow an empty page, whatever TikTok's counts say.
        let pass_ended =
            at.page >= at.pages || received == 0 || (at.idle_pages >= MAX_IDLE_PAGES && !at.keeps_seen);
        if pass_ended || (self.checkpoint.keeps_seen && self.saw_all()) {
            self.end_pass()
        } else {
            NextStep::Page
        }
    }

    fn saw_all(&self) -> bool {
        let at = &self.checkpoint;
        !at.shrank && at.seen + at.without_id == at.total
    }

    fn end_pass(&mut self) -> NextStep {
        let saw_all = self.saw_all();
        let at = &mut self.checkpoint;
        let result = (at.seen, at.total);
        if saw_all || at.pass + 1 >= MAX_PASSES || at.previous_pass == Some(result) {
            at.summary.incomplete |= !saw_all || at.without_id > 0;
            at.summary.total += at.total;
            return NextStep::Done;
        }
        at.pass += 1;
        at.previous_pass = Some(result);
        if at.shrank || at.seen + at.without_id > at.total || self.seen_before > 0 {
            // Unknown objects among those seen were deleted, so only a pass that starts from nothing can be complete.
            self.restart();
        } else {
            // Objects were added and shifted others between pages. Those seen still exist.
            (at.page, at.keeps_seen, at.without_id, at.idle_pages) = (0, true, 0, 0);
        }
        NextStep::Pass
    }
}
