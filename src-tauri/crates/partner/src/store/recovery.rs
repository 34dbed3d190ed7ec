//! Decides what to do with a file whose previous session may not have closed it: which write-ahead log belongs to it, and
//! whether acknowledged changes are missing.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::error::{Error, Result};
use crate::store::paths::{format_timestamp, has_wal, rename, sync_parent_folder, wal_of, with_suffix};
use crate::store::revision::Stamp;
use crate::store::session_marker::{self, Marker};
use crate::store::wal::{self, Wal};

/// How the previous session left a file, and what was done about it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PreviousSession {
    /// The file was not closed properly, so its integrity was checked before it was opened.
    pub unclean: bool,
    /// Where a write-ahead log was moved that lay beside the file and belongs to another file, or to another version of
    /// this one. Its changes are not in the book.
    pub foreign_wal: Option<PathBuf>,
    /// Acknowledged changes are missing, and the rest was opened on request.
    pub incomplete: bool,
    /// Where the damaged write-ahead log was copied before the rest of the changes was opened on request.
    pub damaged_wal: Option<PathBuf>,
    /// The file is an older or a foreign copy: this many unsent mails wait for the admin, because they may have been sent.
    pub held_mails: u32,
}

impl PreviousSession {
    /// Whether the admin should know about it.
    #[must_use]
    pub fn has_news(&self) -> bool {
        *self != PreviousSession::default()
    }
}

/// What to do if acknowledged changes are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    Refuse,
    /// Keep a copy of the log and open what there is.
    Accept,
}

/// Finds out how the previous session ended, and moves a log away that does not belong to the file.
///
/// # Errors
/// [`Error::FileIncomplete`] if acknowledged changes are missing, [`Error::FolderUnwritable`]. Nothing is moved then.
pub(super) fn end_previous_session(database: &Path, missing: Missing) -> Result<PreviousSession> {
    let found = session_marker::read(database)?;
    let unclean = found.is_some();
    let marker = found.flatten();
    let has_wal = has_wal(database);
    let log = if has_wal { wal::scan(database)? } else { Wal::default() };
    let in_file = match log.page.or(marker.map(|marker| marker.page)) {
        Some(page) => wal::stamp_in_file(database, page)?,
        None => None,
    };
    let is_own = has_wal && belongs(&log, unclean, marker.as_ref(), in_file);
    let is_foreign = has_wal && !is_own;
    let complete = is_complete(is_own.then_some(&log), marker.as_ref(), in_file);
    if !complete && missing == Missing::Refuse {
        let reason = match (has_wal, is_own) {
            (false, _) => "the write-ahead log is missing",
            (true, false) => "the write-ahead log belongs to another version of the file",
            (true, true) => "the write-ahead log has a gap before acknowledged changes",
        };
        return Err(Error::FileIncomplete(reason.to_owned()));
    }
    let mut session = PreviousSession {
        unclean: unclean || is_foreign,
        incomplete: !complete,
        ..PreviousSession::default()
    };
    let beside = |what| with_suffix(database, &format!(".{what}-wal-{}", format_timestamp(Timestamp::now())));
    if is_foreign {
        let moved = beside("foreign");
        rename(&wal_of(database), &moved)?;
        std::fs::remove_file(with_suffix(database, "-shm")).ok();
        sync_parent_folder(database);
        tracing::warn!("moved a write-ahead log that belongs to another file");
        session.foreign_wal = Some(moved);
    } else if !complete && has_wal {
        let copy = beside("damaged");
        std::fs::copy(wal_of(database), &copy)?;
        session.damaged_wal = Some(copy);
    }
    if !complete {
        tracing::warn!("opening a partner without acknowledged changes that are missing");
    }
    Ok(session)
}

/// Whether the log continues from the state of the file: every page of the file is as it was when the log began, or as one
/// of the log's transactions left it.
fn belongs(log: &Wal, unclean: bool, marker: Option<&Marker>, in_file: Option<Stamp>) -> bool {
    if !log.is_wal {
        return false;
    }
    match (log.stamps, in_file) {
        // SQLite applies nothing.
        (None, _) if !log.has_transactions => unclean,
        (None, _) => false,
        (Some((first, last)), Some(file)) => {
            // A checkpoint may have copied what any of the sessions wrote.
            let lineage = file.session == first.parent || log.sessions.contains(&file.session);
            // Behind a gap, the file may have reached a transaction that the intact part of the log has not.
            lineage && first.count <= file.count + 1 && (file.count <= last.count || log.has_gap)
        }
        // The page of the stamp is damaged, which the integrity check reports.
        (Some(_), None) => marker.is_some_and(|marker| {
            log.sessions.contains(&marker.session) || log.sessions.contains(&marker.parent)
        }),
    }
}

/// Whether the file with its own log, if it has one, contains every acknowledged transaction.
fn is_complete(log: Option<&Wal>, marker: Option<&Marker>, in_file: Option<Stamp>) -> bool {
    let applied = log.and_then(|log| log.stamps).map(|(_, last)| last);
    // If the file's own stamp cannot be read, the integrity check decides.
    let Some(reached) = applied.or(in_file) else { return true };
    let same_file = |marker: &&Marker| [marker.session, marker.parent].contains(&reached.session);
    let needed = [
        // A file of another session replaced the one that the marker is about.
        marker.filter(same_file).map(|marker| marker.acknowledged),
        log.and_then(|log| log.behind_gap).map(|stamp| stamp.acknowledged),
        // A checkpoint copies only what is durable.
        in_file.map(|stamp| stamp.count),
    ];
    needed.into_iter().flatten().all(|needed| reached.count >= needed)
}

#[cfg(test)]
mod tests;
