//! The progress of running jobs: pages of lists, and the ends of steps (A17, A18).
//!
//! All functions return [`Error::JobEnded`] when the job is no longer running, for example because it was cancelled.

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, params};

use crate::facts::accounts::{self, AccountFacts};
use crate::facts::media::{self, MediaFacts, MediaKind};
use crate::facts::objects::{Fact, FactKind, Listed};
use crate::facts::record::{self, Compared, INDEX_BATCH, WriteCounts, oldest_first};
use crate::ids::number;
use crate::json_column::json;
use crate::stored_problem::StoredProblem;
use crate::sync_jobs::job::{Job, PageProgress, StepCursor};
use crate::{Book, Error, Result};

/// Objects per transaction. A transaction takes a few milliseconds, for which a Save may have to wait.
const WRITES_PER_TRANSACTION: usize = 500;
const MARKS_PER_TRANSACTION: usize = 500;

impl Book {
    /// Writes a page in several transactions. The last one also saves the job's progress. After a crash in between, the
    /// page is read again and its objects are counted once more, as unchanged.
    pub fn record_page<L: Listed>(
        &self,
        job: &Job,
        page: &[L],
        progress: &PageProgress,
    ) -> Result<WriteCounts> {
        let (mut counts, mut invalid) = (WriteCounts::default(), 0);
        let sorted = oldest_first(page);
        let last = page.len().saturating_sub(1) / WRITES_PER_TRANSACTION * WRITES_PER_TRANSACTION;
        let (chunks, last) = sorted.split_at(last);
        for chunk in chunks.chunks(WRITES_PER_TRANSACTION) {
            let mut chunk = self.compare_facts(&job.ad_account, chunk)?;
            invalid += std::mem::take(&mut chunk.invalid);
            counts.add(self.write_facts(|book| record(book, job, &chunk))?);
        }
        let mut last = self.compare_facts(&job.ad_account, last)?;
        last.invalid += invalid;
        let listed =
            page.iter().map(Listed::listed_id).chain(progress.unreadable_ids.iter().map(String::as_str));
        let ids: Vec<u8> = listed.filter_map(number).flat_map(i64::to_le_bytes).collect();
        let first_page = i64::from(progress.query) << 32;
        counts.add(self.write_facts(|book| {
            let counts = record(book, job, &last)?;
            if progress.is_first {
                book.prepare_cached("DELETE FROM sync_page WHERE job = ? AND position >= ?")?
                    .execute([job.id, first_page])?;
            }
            book.prepare_cached(
                "INSERT INTO sync_page (job, position, ids)
                 VALUES (?1, max(?2, 1 + coalesce((SELECT max(position) FROM sync_page WHERE job = ?1), 0)), ?3)",
            )?
            .execute(params![job.id, first_page, ids])?;
            book.prepare_cached(
                "UPDATE sync_job SET cursor = ?2, done = ?3, total = ?4, unreadable = unreadable + ?5, attempts = 0
                 WHERE id = ?1",
            )?
            .execute(params![
                job.id,
                json(&progress.cursor),
                progress.done,
                progress.total,
                progress.unreadable
            ])?;
            Ok(counts)
        })?);
        self.index_names(L::Facts::KIND, INDEX_BATCH)?;
        Ok(counts)
    }

    /// Adds new names to the search index, in transactions of their own, until there are fewer than `min`.
    fn index_names(&self, kind: FactKind, min: u32) -> Result<()> {
        if self.read_facts(|book| record::unindexed_rows(book, kind))? < i64::from(min) {
            return Ok(());
        }
        while self.write_facts(|book| record::index_names(book, kind, min))? {}
        Ok(())
    }

    /// Finishes a step that read a list to its end. Unless the list is `incomplete`, objects that it did not contain are
    /// marked as deleted on TikTok. Returns their number.
    pub fn finish_list(
        &self,
        job: &Job,
        kind: FactKind,
        incomplete: Option<&StoredProblem>,
        now: Timestamp,
    ) -> Result<u32> {
        self.index_names(kind, 1)?;
        let account = &job.ad_account;
        let mut deleted = 0;
        if incomplete.is_none() {
            // No other job writes this ad account's objects, so they can be read outside the transactions.
            let reader = self.open_reader()?;
            let listed = listed_ids(&reader, job.id)?;
            let missing = record::missing(&reader, kind, account, |id| listed.binary_search(&id).is_ok())?;
            for chunk in missing.chunks(MARKS_PER_TRANSACTION) {
                let count = u32::try_from(chunk.len()).unwrap_or(u32::MAX);
                self.write_facts(|book| {
                    let updated = book
                        .prepare_cached(
                            "UPDATE sync_job SET deleted = deleted + ? WHERE id = ? AND state = 'running'",
                        )?
                        .execute(params![count, job.id])?;
                    require_running(updated)?;
                    record::mark_deleted(book, kind, account, chunk)
                })?;
                deleted += count;
            }
        }
        self.write_facts(|book| {
            next_step(book, job.id, false, incomplete)?;
            if incomplete.is_none() { record::set_list_time(book, kind, account, now) } else { Ok(()) }
        })?;
        Ok(deleted)
    }

    /// Continues with the next step after the current one failed.
    pub fn skip_step(&self, job: &Job, problem: &StoredProblem) -> Result<()> {
        self.write_facts(|book| next_step(book, job.id, true, Some(problem)))
    }

    pub fn record_media(&self, job: &Job, media: &[MediaFacts], cursor: &StepCursor) -> Result<()> {
        self.write_facts(|book| {
            let updated = book
                .prepare_cached(
                    "UPDATE sync_job SET cursor = ?, attempts = 0 WHERE id = ? AND state = 'running'",
                )?
                .execute(params![json(cursor), job.id])?;
            require_running(updated)?;
            media::write_media(book, &job.ad_account, media)
        })
    }

    /// Finishes the step that read the images or videos. `is_complete` says that the book has all of them now.
    pub fn finish_media(&self, job: &Job, kind: MediaKind, is_complete: bool) -> Result<()> {
        self.write_facts(|book| {
            if is_complete {
                media::set_complete(book, &job.ad_account, kind)?;
            }
            next_step(book, job.id, false, None)
        })
    }

    /// Writes the details of the job's ad account and finishes the step. Returns whether anything changed.
    pub fn record_account(&self, job: &Job, account: &AccountFacts) -> Result<bool> {
        self.write_facts(|book| {
            next_step(book, job.id, false, None)?;
            accounts::update_account(book, account)
        })
    }
}

fn record<F: Fact + Clone>(
    book: &Transaction<'_>,
    job: &Job,
    facts: &Compared<'_, F>,
) -> Result<WriteCounts> {
    let counts = record::record(book, &job.ad_account, facts)?;
    let updated = book
        .prepare_cached(
            "UPDATE sync_job SET added = added + ?2, changed = changed + ?3, unchanged = unchanged + ?4,
                    unreadable = unreadable + ?5
             WHERE id = ?1 AND state = 'running'",
        )?
        .execute(params![job.id, counts.added, counts.changed, counts.unchanged, counts.rejected])?;
    require_running(updated)?;
    Ok(counts)
}

fn require_running(updated: usize) -> Result<()> {
    if updated == 0 { Err(Error::JobEnded) } else { Ok(()) }
}

/// Reads the ids on all pages of a list, sorted. A million take a few megabytes.
fn listed_ids(book: &Connection, job: i64) -> Result<Vec<i64>> {
    let mut statement = book.prepare_cached("SELECT ids FROM sync_page WHERE job = ?")?;
    let mut pages = statement.query([job])?;
    let mut listed = Vec::new();
    while let Some(page) = pages.next()? {
        let ids = page.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
        listed.extend(ids.as_chunks().0.iter().map(|id| i64::from_le_bytes(*id)));
    }
    listed.sort_unstable();
    Ok(listed)
}

fn next_step(
    book: &Transaction<'_>,
    job: i64,
    skipped: bool,
    incomplete: Option<&StoredProblem>,
) -> Result<()> {
    book.prepare_cached("DELETE FROM sync_page WHERE job = ?")?.execute([job])?;
    let updated = book
        .prepare_cached(
            "UPDATE sync_job SET step = step + 1, cursor = NULL, skipped_steps = skipped_steps + ?2,
                    incomplete = coalesce(incomplete, ?3), attempts = 0
             WHERE id = ?1 AND state = 'running'",
        )?
        .execute(params![job, skipped, incomplete.map(json)])?;
    require_running(updated)
}
