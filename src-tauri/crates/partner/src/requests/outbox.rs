//! The mails of requests, as rows before they are work: queued, sending, then sent or failed for good (R48).
//!
//! A mail is *handed over* from the moment that its text is on its way: from then on only the server's word tells whether
//! it has it. Without that word the attempt is *uncertain*: it is tried again with the same Message-ID, a few times at most.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::ids::RequestId;
use crate::requests::request::NewRequest;
use crate::text_enum::text_enum;
use crate::{Book, Result};

/// After so many attempts that ended without the server's word, a mail is not tried again of its own accord: each may
/// have brought it.
pub const MOST_UNCERTAIN: u32 = 3;

/// No mail waits longer. One that seems to was queued under a clock that was ahead, and is due.
pub const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(4);

text_enum! {
    /// What became of a mail.
    MailState {
        /// It waits until it is due.
        Queued = "queued"
        /// It is being sent.
        Sending = "sending"
        /// The server has taken it: its final 250.
        Sent = "sent"
        /// It is not tried again of its own accord.
        Failed = "failed"
    }
}

/// Which mail: the request's first, or the reminder of that number.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub struct MailKey {
    /// Of which request.
    pub request: RequestId,
    /// From 1 on.
    pub mailing: u32,
}

/// A mail to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Which.
    pub key: MailKey,
    /// What is asked for.
    pub asked: NewRequest,
    /// Who asks, as the history names them.
    pub requester: String,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When this mail was first to be sent: the same in every attempt.
    pub queued_at: Timestamp,
    /// How many attempts there were, the present one included.
    pub attempts: u32,
    /// How many of them ended without the server's word.
    pub uncertain: u32,
}

/// How an attempt ended that did not bring the mail there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miss {
    /// When to try again; `None`: not of its own accord.
    pub again: Option<Timestamp>,
    /// JSON that says why.
    pub problem: Option<String>,
    /// Whether the server may have the mail all the same.
    pub uncertain: bool,
}

const MAIL: &str =
    "SELECT o.request_id, o.mailing, r.name, r.industry, r.country, r.currency, r.timezone, r.note,
        e.actor, e.at, o.queued_at, o.attempts, o.uncertain
    FROM outbox o JOIN request r ON r.id = o.request_id JOIN entry e ON e.id = r.id";

impl Book {
    /// The mail that is to be sent next, from now on being sent; only those of open requests are.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn begin_mail(&self, now: Timestamp) -> Result<Option<Mail>> {
        let latest = now.saturating_add(LONGEST_PAUSE).unwrap_or(Timestamp::MAX);
        self.write(|book| {
            let due = book
                .prepare_cached(
                    "SELECT o.request_id, o.mailing FROM outbox o JOIN request r ON r.id = o.request_id
                     WHERE o.state = 'queued' AND r.state = 'open' AND (o.due_at <= ?1 OR o.due_at > ?2)
                     ORDER BY o.due_at, o.request_id LIMIT 1",
                )?
                .query_row([now.as_millisecond(), latest.as_millisecond()], key)
                .optional()?;
            let Some(MailKey { request, mailing }) = due else { return Ok(None) };
            book.prepare_cached(
                "UPDATE outbox SET state = 'sending', due_at = NULL, tried_at = ?3, attempts = attempts + 1
                 WHERE request_id = ?1 AND mailing = ?2",
            )?
            .execute(params![request, mailing, now.as_millisecond()])?;
            let sql = format!("{MAIL} WHERE o.request_id = ? AND o.mailing = ?");
            Ok(Some(book.prepare_cached(&sql)?.query_row(params![request, mailing], mail)?))
        })
    }

    /// The text of a mail that is being sent is on its way from now on. False: its request is not open any more, so it
    /// must not go.
    ///
    /// # Errors
    /// When the file cannot be written; then it must not go either.
    pub fn hand_over_mail(&self, mail: &MailKey) -> Result<bool> {
        self.write(|book| {
            let handed = book
                .prepare_cached(
                    "UPDATE outbox SET handed = 1 WHERE request_id = ? AND mailing = ? AND state = 'sending'
                         AND EXISTS (SELECT 1 FROM request r WHERE r.id = request_id AND r.state = 'open')",
                )?
                .execute(params![mail.request, mail.mailing])?;
            Ok(handed == 1)
        })
    }

    /// The server has taken the mail.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn mail_sent(&self, mail: &MailKey, now: Timestamp) -> Result<()> {
        self.write(|book| {
            book.prepare_cached(
                "UPDATE outbox SET state = 'sent', handed = 0, ended_at = ?3, problem = NULL
                 WHERE request_id = ?1 AND mailing = ?2 AND state = 'sending'",
            )?
            .execute(params![mail.request, mail.mailing, now.as_millisecond()])?;
            Ok(())
        })
    }

    /// The attempt is over, and the server has not taken the mail as far as anybody knows.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn mail_missed(&self, mail: &MailKey, miss: &Miss, now: Timestamp) -> Result<()> {
        let state = if miss.again.is_some() { MailState::Queued } else { MailState::Failed };
        let ended = if miss.again.is_some() { None } else { Some(now.as_millisecond()) };
        self.write(|book| {
            book.prepare_cached(
                "UPDATE outbox SET state = ?3, due_at = ?4, ended_at = ?5, problem = ?6, handed = 0,
                     uncertain = uncertain + ?7
                 WHERE request_id = ?1 AND mailing = ?2 AND state = 'sending'",
            )?
            .execute(params![
                mail.request,
                mail.mailing,
                state.as_str(),
                miss.again.map(|at| at.as_millisecond()),
                ended,
                miss.problem,
                miss.uncertain
            ])?;
            Ok(())
        })
    }

    /// Put back in line what was being sent when the program ended; `lost` says why, where the text was on its way. Those
    /// are tried again at `later`, or not at all after [`MOST_UNCERTAIN`] of the kind.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn requeue_mails(&self, lost: &str, now: Timestamp, later: Timestamp) -> Result<()> {
        self.write(|book| {
            book.execute(
                "UPDATE outbox SET handed = 0, uncertain = uncertain + handed,
                     problem = iif(handed, ?1, problem),
                     state = iif(uncertain + handed >= ?4, 'failed', 'queued'),
                     due_at = iif(uncertain + handed >= ?4, NULL, iif(handed, ?3, ?2)),
                     ended_at = iif(uncertain + handed >= ?4, ?2, NULL)
                 WHERE state = 'sending'",
                params![lost, now.as_millisecond(), later.as_millisecond(), MOST_UNCERTAIN],
            )?;
            Ok(())
        })
    }

    /// When the next mail is due.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn next_mail_at(&self) -> Result<Option<Timestamp>> {
        let due: Option<i64> = self
            .read()
            .prepare_cached(
                "SELECT min(o.due_at) FROM outbox o JOIN request r ON r.id = o.request_id
                 WHERE o.state = 'queued' AND r.state = 'open'",
            )?
            .query_row([], |row| row.get(0))?;
        Ok(due.map(|due| Timestamp::from_millisecond(due).unwrap_or(Timestamp::MAX)))
    }

    /// What waits is due now: the network is back.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn hurry_mails(&self, now: Timestamp) -> Result<()> {
        self.write(|book| {
            book.execute(
                "UPDATE outbox SET due_at = ?1 WHERE state = 'queued' AND due_at > ?1 AND uncertain = 0",
                [now.as_millisecond()],
            )?;
            Ok(())
        })
    }

    /// The settings are others: what waits, and what failed for certain, is due now. Nothing that the server may have.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn retry_mails(&self, now: Timestamp) -> Result<()> {
        self.write(|book| {
            book.execute(
                "UPDATE outbox SET state = 'queued', due_at = ?1, ended_at = NULL
                 WHERE state IN ('queued', 'failed') AND uncertain = 0",
                [now.as_millisecond()],
            )?;
            Ok(())
        })
    }

    /// Send the mail of an open request now: what failed is tried again, what waits is due. Of what was sent there is a
    /// reminder, if that is wanted; nobody gets one who asked before it was. False: the request is not open, or not known.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn resend_mail(&self, request: &RequestId, remind: bool, now: Timestamp) -> Result<bool> {
        self.write(|book| {
            let last = book
                .prepare_cached(
                    "SELECT coalesce(o.mailing, 0), o.state FROM request r LEFT JOIN outbox o ON o.request_id = r.id
                     WHERE r.id = ? AND r.state = 'open' ORDER BY o.mailing DESC LIMIT 1",
                )?
                .query_row([request], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let Some((mailing, state)): Option<(u32, Option<MailState>)> = last else { return Ok(false) };
            match state {
                Some(MailState::Sent) if !remind => {}
                None | Some(MailState::Sent) => queue(book, request, mailing + 1, now)?,
                Some(_) => {
                    book.prepare_cached(
                        "UPDATE outbox SET state = 'queued', due_at = ?3, ended_at = NULL
                         WHERE request_id = ?1 AND mailing = ?2 AND state IN ('queued', 'failed')",
                    )?
                    .execute(params![request, mailing, now.as_millisecond()])?;
                }
            }
            Ok(true)
        })
    }

    /// The last mail of a request, as it was or will be sent.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn mail_of(&self, request: &RequestId) -> Result<Option<Mail>> {
        let sql = format!("{MAIL} WHERE o.request_id = ? ORDER BY o.mailing DESC LIMIT 1");
        Ok(self.read().prepare_cached(&sql)?.query_row([request], mail).optional()?)
    }
}

/// Put a mail in line.
pub(crate) fn queue(book: &Transaction<'_>, request: &RequestId, mailing: u32, at: Timestamp) -> Result<()> {
    book.prepare_cached(
        "INSERT INTO outbox (request_id, mailing, state, queued_at, due_at) VALUES (?1, ?2, 'queued', ?3, ?3)",
    )?
    .execute(params![request, mailing, at.as_millisecond()])?;
    Ok(())
}

/// Whether somebody may have got a mail of the request.
pub(crate) fn may_have_arrived(book: &Connection, request: &RequestId) -> Result<bool> {
    let mut statement = book.prepare_cached(
        "SELECT 1 FROM outbox WHERE request_id = ? AND (state IN ('sent', 'sending') OR uncertain > 0)",
    )?;
    Ok(statement.exists([request])?)
}

fn key(row: &Row<'_>) -> rusqlite::Result<MailKey> {
    Ok(MailKey { request: row.get(0)?, mailing: row.get(1)? })
}

fn mail(row: &Row<'_>) -> rusqlite::Result<Mail> {
    let time = |at: i64| Timestamp::from_millisecond(at).unwrap_or_default();
    Ok(Mail {
        key: key(row)?,
        asked: NewRequest {
            name: row.get(2)?,
            industry: row.get(3)?,
            country: row.get(4)?,
            currency: row.get(5)?,
            timezone: row.get(6)?,
            note: row.get(7)?,
        },
        requester: row.get(8)?,
        requested_at: time(row.get(9)?),
        queued_at: time(row.get(10)?),
        attempts: row.get(11)?,
        uncertain: row.get(12)?,
    })
}
