//! What a running job writes: pages of a listing, and where it is (A17, A18).

use std::collections::HashSet;

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, params};

use crate::facts::accounts;
use crate::facts::accounts::AccountFacts;
use crate::facts::ads;
use crate::facts::ads::MediaFacts;
use crate::facts::record::{self, Fact, FactKind, Written};
use crate::sync_jobs::job::{Job, Place};
use crate::{Book, Error, Result};

/// How many objects are written, and how many marked, in one transaction: a few milliseconds' work, for which a Save may
/// have to wait.
const WRITTEN: usize = 400;
const MARKED: usize = 500;

impl Book {
    /// Write a page of a running job, some objects at a time, and with the last of them where the job is now. When the
    /// program ends in between, the page is read again, and what was written of it counts once more, as unchanged.
    ///
    /// # Errors
    /// When the file cannot be written. [`Error::JobEnded`] when the job is not running.
    pub fn record_page<F: Fact>(&self, job: &Job, page: &[F], place: &Place) -> Result<Written> {
        let mut all = Written::default();
        let (some, last) = page.split_at(page.len().saturating_sub(1) / WRITTEN * WRITTEN);
        for some in some.chunks(WRITTEN) {
            all.add(self.write_facts(|book| record(book, job, some))?);
        }
        let mut ids = String::new();
        for id in page.iter().map(Fact::id).chain(place.unreadable_ids.iter().map(String::as_str)) {
            ids.push_str(id);
            ids.push(' ');
        }
        let from = i64::from(place.part) << 32;
        all.add(self.write_facts(|book| {
            let written = record(book, job, last)?;
            if place.first {
                book.prepare_cached("DELETE FROM sync_page WHERE job = ? AND n >= ?")?
                    .execute([job.id, from])?;
            }
            book.prepare_cached(
                "INSERT INTO sync_page (job, n, ids)
                 VALUES (?1, max(?2, 1 + coalesce((SELECT max(n) FROM sync_page WHERE job = ?1), 0)), ?3)",
            )?
            .execute(params![job.id, from, ids.as_bytes()])?;
            book.prepare_cached(
                "UPDATE sync_job SET position = ?2, done = ?3, of = ?4, unreadable = unreadable + ?5, attempts = 0
                 WHERE id = ?1",
            )?
            .execute(params![job.id, place.position, place.done, place.of, place.unreadable])?;
            Ok(written)
        })?);
        Ok(all)
    }

    /// A listing of a running job was read to its end: what it did not have is marked as deleted on TikTok, unless it
    /// may have had gaps. The job goes on with the next step. `lacks` says what is missing: JSON.
    ///
    /// # Errors
    /// When the file cannot be written. [`Error::JobEnded`] when the job is not running.
    pub fn end_listing(
        &self,
        job: &Job,
        kind: FactKind,
        complete: bool,
        lacks: Option<&str>,
        now: Timestamp,
    ) -> Result<u32> {
        let account = &job.ad_account;
        let mut gone = 0;
        if complete {
            // Nobody else writes what this ad account has of the kind, so it can be read apart from what is written.
            let reader = self.open_reader()?;
            let listed = Listed::of(&reader, job.id)?;
            let missing = record::missing(&reader, kind, account, |id| listed.has(id))?;
            for some in missing.chunks(MARKED) {
                let count = u32::try_from(some.len()).unwrap_or(u32::MAX);
                self.write_facts(|book| {
                    let updated = book
                        .prepare_cached(
                            "UPDATE sync_job SET gone = gone + ? WHERE id = ? AND state = 'running'",
                        )?
                        .execute(params![count, job.id])?;
                    still_running(updated)?;
                    record::mark_gone(book, kind, account, some)
                })?;
                gone += count;
            }
        }
        self.write_facts(|book| {
            next_step(book, job.id, false, lacks)?;
            if complete { record::note_complete(book, kind, account, now) } else { Ok(()) }
        })?;
        Ok(gone)
    }

    /// A step without a listing is done.
    ///
    /// # Errors
    /// When the file cannot be written. [`Error::JobEnded`] when the job is not running.
    pub fn end_step(&self, job: &Job) -> Result<()> {
        self.write_facts(|book| next_step(book, job.id, false, None))
    }

    /// A step brought nothing, or broke off; the job goes on without it. `lacks` says why: JSON.
    ///
    /// # Errors
    /// When the file cannot be written. [`Error::JobEnded`] when the job is not running.
    pub fn leave_out_step(&self, job: &Job, lacks: &str) -> Result<()> {
        self.write_facts(|book| next_step(book, job.id, true, Some(lacks)))
    }

    /// Write what TikTok tells of pictures and videos, and from which ad on a running job looks for more: JSON.
    ///
    /// # Errors
    /// When the file cannot be written. [`Error::JobEnded`] when the job is not running.
    pub fn record_media(&self, job: &Job, media: &[MediaFacts], position: &str) -> Result<()> {
        self.write_facts(|book| {
            let updated = book
                .prepare_cached(
                    "UPDATE sync_job SET position = ?, attempts = 0 WHERE id = ? AND state = 'running'",
                )?
                .execute(params![position, job.id])?;
            still_running(updated)?;
            ads::write_media(book, &job.ad_account, media)
        })
    }

    /// Write what TikTok tells of the ad account of a running job. Tells whether anything is new about it.
    ///
    /// # Errors
    /// When the file cannot be written. [`Error::JobEnded`] when the job is not running.
    pub fn record_account(&self, job: &Job, account: &AccountFacts) -> Result<bool> {
        self.write_facts(|book| {
            next_step(book, job.id, false, None)?;
            accounts::write_known(book, account)
        })
    }
}

/// Write some objects of a running job, and count them.
fn record<F: Fact>(book: &Transaction<'_>, job: &Job, some: &[F]) -> Result<Written> {
    let written = record::record(book, &job.ad_account, some)?;
    let updated = book
        .prepare_cached(
            "UPDATE sync_job SET added = added + ?2, changed = changed + ?3, unchanged = unchanged + ?4,
                    unreadable = unreadable + ?5
             WHERE id = ?1 AND state = 'running'",
        )?
        .execute(params![job.id, written.added, written.changed, written.unchanged, written.refused])?;
    still_running(updated)?;
    Ok(written)
}

fn still_running(updated: usize) -> Result<()> {
    if updated == 0 { Err(Error::JobEnded) } else { Ok(()) }
}

/// All ids that the pages of a listing had. A million take a few megabytes.
#[derive(Default)]
struct Listed {
    /// Sorted.
    numbers: Vec<u64>,
    /// Those that are no such numbers.
    others: HashSet<String>,
}

impl Listed {
    fn of(book: &Connection, job: i64) -> Result<Listed> {
        let mut statement = book.prepare_cached("SELECT ids FROM sync_page WHERE job = ?")?;
        let mut pages = statement.query([job])?;
        let mut listed = Listed::default();
        while let Some(page) = pages.next()? {
            let ids = page.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
            for id in String::from_utf8_lossy(ids).split_terminator(' ') {
                match number(id) {
                    Some(number) => listed.numbers.push(number),
                    None => drop(listed.others.insert(id.to_owned())),
                }
            }
        }
        listed.numbers.sort_unstable();
        Ok(listed)
    }

    fn has(&self, id: &str) -> bool {
        match number(id) {
            Some(number) => self.numbers.binary_search(&number).is_ok(),
            None => self.others.contains(id),
        }
    }
}

/// The number that is written just so.
fn number(id: &str) -> Option<u64> {
    if id.starts_with('0') { None } else { id.parse().ok() }
}

fn next_step(book: &Transaction<'_>, job: i64, left_out: bool, lacks: Option<&str>) -> Result<()> {
    book.prepare_cached("DELETE FROM sync_page WHERE job = ?")?.execute([job])?;
    let updated = book
        .prepare_cached(
            "UPDATE sync_job SET step = step + 1, position = NULL, left_out = left_out + ?2,
                    lacks = coalesce(lacks, ?3), attempts = 0
             WHERE id = ?1 AND state = 'running'",
        )?
        .execute(params![job, left_out, lacks])?;
    still_running(updated)
}
