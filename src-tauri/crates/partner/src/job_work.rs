//! What a running job writes: pages of a listing, and where it is (A17, A18).

use std::collections::HashSet;

use jiff::Timestamp;
use rusqlite::{Transaction, params};

use crate::facts::{self, Fact, FactKind, Written};
use crate::jobs::{Job, Place};
use crate::{Book, Result};

impl Book {
    /// Write a page of a running job: its objects, and where the job is now, in one transaction.
    ///
    /// # Errors
    /// When the file cannot be written; then nothing of it is. [`crate::Error::JobEnded`] when the job is not running.
    pub fn record_page<F: Fact>(&self, job: &Job, page: &[F], place: &Place) -> Result<Written> {
        self.write(|book| {
            let written = facts::record(book, &job.ad_account, page)?;
            let mut ids = String::new();
            for id in page.iter().map(Fact::id).chain(place.unreadable_ids.iter().map(String::as_str)) {
                ids.push_str(id);
                ids.push(' ');
            }
            book.prepare_cached(
                "INSERT INTO sync_page (job, n, ids)
                 VALUES (?1, 1 + coalesce((SELECT max(n) FROM sync_page WHERE job = ?1), 0), ?2)",
            )?
            .execute(params![job.id, ids.as_bytes()])?;
            let updated = book
                .prepare_cached(
                    "UPDATE sync_job SET position = ?2, done = ?3, of = ?4, added = added + ?5, changed = changed + ?6,
                            unchanged = unchanged + ?7, unreadable = unreadable + ?8, attempts = 0
                     WHERE id = ?1 AND state = 'running'",
                )?
                .execute(params![
                    job.id,
                    place.position,
                    place.done,
                    place.of,
                    written.added,
                    written.changed,
                    written.unchanged,
                    written.refused + place.unreadable
                ])?;
            if updated == 0 {
                return Err(crate::Error::JobEnded);
            }
            Ok(written)
        })
    }

    /// A listing of a running job was read to its end: what it did not have is marked as deleted on TikTok, unless it
    /// may have had gaps. The job goes on with the next step. `lacks` says what is missing: JSON.
    ///
    /// # Errors
    /// When the file cannot be written. [`crate::Error::JobEnded`] when the job is not running.
    pub fn end_listing(
        &self,
        job: &Job,
        kind: FactKind,
        complete: bool,
        lacks: Option<&str>,
        now: Timestamp,
    ) -> Result<u32> {
        self.write(|book| {
            let mut gone = 0;
            if complete {
                let listed = listed(book, job.id)?;
                gone = facts::complete(book, kind, &job.ad_account, &listed, now)?;
            }
            next_step(book, job.id, gone, false, lacks)?;
            Ok(gone)
        })
    }

    /// A step without a listing is done.
    ///
    /// # Errors
    /// When the file cannot be written. [`crate::Error::JobEnded`] when the job is not running.
    pub fn end_step(&self, job: &Job) -> Result<()> {
        self.write(|book| next_step(book, job.id, 0, false, None))
    }

    /// A step brought nothing, or broke off; the job goes on without it. `lacks` says why: JSON.
    ///
    /// # Errors
    /// When the file cannot be written. [`crate::Error::JobEnded`] when the job is not running.
    pub fn leave_out_step(&self, job: &Job, lacks: &str) -> Result<()> {
        self.write(|book| next_step(book, job.id, 0, true, Some(lacks)))
    }
}

/// All ids that the pages of the listing had.
fn listed(book: &Transaction<'_>, job: i64) -> Result<HashSet<String>> {
    let mut statement = book.prepare_cached("SELECT ids FROM sync_page WHERE job = ?")?;
    let mut pages = statement.query([job])?;
    let mut listed = HashSet::new();
    while let Some(page) = pages.next()? {
        let ids: Vec<u8> = page.get(0)?;
        listed.extend(String::from_utf8_lossy(&ids).split_terminator(' ').map(str::to_owned));
    }
    Ok(listed)
}

fn next_step(book: &Transaction<'_>, job: i64, gone: u32, left_out: bool, lacks: Option<&str>) -> Result<()> {
    book.prepare_cached("DELETE FROM sync_page WHERE job = ?")?.execute([job])?;
    let updated = book
        .prepare_cached(
            "UPDATE sync_job SET step = step + 1, position = NULL, gone = gone + ?2, left_out = left_out + ?3,
                    lacks = coalesce(lacks, ?4), attempts = 0
             WHERE id = ?1 AND state = 'running'",
        )?
        .execute(params![job, gone, left_out, lacks])?;
    if updated == 0 { Err(crate::Error::JobEnded) } else { Ok(()) }
}
