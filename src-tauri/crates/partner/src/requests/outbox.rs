//! The outbox: the mails of requests, stored before they are sent (R48).
//!
//! Before the text of a mail is transmitted, the mail is marked as *handed over*: from then on only the server's response
//! tells whether it accepted the mail. An attempt that ends without that response is *uncertain*. It is retried a few
//! times with the same Message-ID, so that duplicates are recognized.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::ids::RequestId;
use crate::json_column::json;
use crate::requests::request::NewRequest;
use crate::stored_problem::StoredProblem;
use crate::text_enum::text_enum;
use crate::{Book, Result};

/// After this many uncertain attempts, only the admin can retry a mail: each of them may have delivered it.
pub const MAX_UNCERTAIN_ATTEMPTS: u32 = 3;

/// A due time that is further ahead than this comes from a clock that was wrong, and counts as reached.
pub const MAX_RETRY_DELAY: SignedDuration = SignedDuration::from_hours(4);

text_enum! {
    MailState {
        Queued = "queued"
        Sending = "sending"
        /// The server accepted the mail with its final 250.
        Sent = "sent"
        /// The mail is not retried automatically.
        Failed = "failed"
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub struct MailKey {
    pub request: RequestId,
    /// 1 for the first mail of the request; reminders have higher numbers.
    pub number: u32,
}

/// A mail to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub key: MailKey,
    pub form: NewRequest,
    /// The actor of the change that made the request.
    pub requester: String,
    pub requested_at: Timestamp,
    /// The same in every attempt.
    pub queued_at: Timestamp,
    /// Including the current attempt.
    pub attempts: u32,
    /// The number of uncertain attempts.
    pub uncertain: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedAttempt {
    /// `None` if the mail is not to be retried automatically.
    pub retry_at: Option<Timestamp>,
    pub problem: Option<StoredProblem>,
    /// Whether the server may have accepted the mail nevertheless.
    pub uncertain: bool,
}

const MAIL: &str =
    "SELECT o.request_id, o.number, r.name, r.industry, r.country, r.currency, r.timezone, r.note,
        e.actor, e.at, o.queued_at, o.attempts, o.uncertain
    FROM outbox o JOIN request r ON r.id = o.request_id JOIN entry e ON e.id = r.id";

impl Book {
    /// Starts an attempt to send the next due mail of an open request.
    pub fn start_next_mail(&self, now: Timestamp) -> Result<Option<Mail>> {
        let latest = now.saturating_add(MAX_RETRY_DELAY).unwrap_or(Timestamp::MAX);
        self.write(|book| {
            let due = book
                .prepare_cached(
                    "SELECT o.request_id, o.number FROM outbox o JOIN request r ON r.id = o.request_id
                     WHERE o.state = 'queued' AND r.state = 'open' AND (o.due_at <= ?1 OR o.due_at > ?2)
                     ORDER BY o.due_at, o.request_id LIMIT 1",
                )?
                .query_row([now.as_millisecond(), latest.as_millisecond()], key)
                .optional()?;
            let Some(MailKey { request, number }) = due else { return Ok(None) };
            book.prepare_cached(
                "UPDATE outbox SET state = 'sending', due_at = NULL, tried_at = ?3, attempts = attempts + 1
                 WHERE request_id = ?1 AND number = ?2",
            )?
            .execute(params![request, number, now.as_millisecond()])?;
            let sql = format!("{MAIL} WHERE o.request_id = ? AND o.number = ?");
            Ok(Some(book.prepare_cached(&sql)?.query_row(params![request, number], mail)?))
        })
    }

    /// Marks a mail as handed over, before its text is transmitted. Returns `false` if its request is no longer open: the
    /// mail must not be sent then, nor if this fails.
    pub fn hand_over_mail(&self, mail: &MailKey) -> Result<bool> {
        self.write(|book| {
            let handed_over = book
                .prepare_cached(
                    "UPDATE outbox SET handed_over = 1 WHERE request_id = ? AND number = ? AND state = 'sending'
                         AND EXISTS (SELECT 1 FROM request r WHERE r.id = request_id AND r.state = 'open')",
                )?
                .execute(params![mail.request, mail.number])?;
            Ok(handed_over == 1)
        })
    }

    /// Records that the server accepted the mail.
    pub fn mark_mail_sent(&self, mail: &MailKey, now: Timestamp) -> Result<()> {
        self.write(|book| {
            book.prepare_cached(
                "UPDATE outbox SET state = 'sent', handed_over = 0, due_at = NULL, ended_at = ?3, problem = NULL
                 WHERE request_id = ?1 AND number = ?2 AND state = 'sending'",
            )?
            .execute(params![mail.request, mail.number, now.as_millisecond()])?;
            Ok(())
        })
    }

    /// Records an attempt in which the server did not accept the mail, or may not have. Returns whether the mail is due at once
    /// instead of at `retry_at`: a retry was requested during the attempt, and the server has certainly not accepted the mail.
    pub fn record_failed_attempt(
        &self,
        mail: &MailKey,
        attempt: &FailedAttempt,
        now: Timestamp,
    ) -> Result<bool> {
        let FailedAttempt { retry_at, problem, uncertain } = attempt;
        let (state, ended) = match retry_at {
            Some(_) => (MailState::Queued, None),
            None => (MailState::Failed, Some(now.as_millisecond())),
        };
        self.write(|book| {
            let due: Option<i64> = book
                .prepare_cached(
                    "UPDATE outbox SET problem = ?6, handed_over = 0, uncertain = uncertain + ?7,
                         state = iif(due_at IS NULL OR ?7, ?3, 'queued'),
                         due_at = iif(due_at IS NULL OR ?7, ?4, due_at),
                         ended_at = iif(due_at IS NULL OR ?7, ?5, NULL)
                     WHERE request_id = ?1 AND number = ?2 AND state = 'sending' RETURNING due_at",
                )?
                .query_row(
                    params![
                        mail.request,
                        mail.number,
                        state,
                        retry_at.map(|at| at.as_millisecond()),
                        ended,
                        problem.as_ref().map(json),
                        uncertain
                    ],
                    |row| row.get(0),
                )
                .optional()?
                .flatten();
            Ok(due.is_some() && due != retry_at.map(|at| at.as_millisecond()))
        })
    }

    /// Queues the mails again that were being sent when the program ended. Those that were handed over are uncertain and get
    /// the problem `interrupted`: they are retried at `later`, or fail after [`MAX_UNCERTAIN_ATTEMPTS`].
    pub fn requeue_interrupted_mails(
        &self,
        interrupted: &StoredProblem,
        now: Timestamp,
        later: Timestamp,
    ) -> Result<()> {
        self.write(|book| {
            book.execute(
                "UPDATE outbox SET handed_over = 0, uncertain = uncertain + handed_over,
                     problem = iif(handed_over, ?1, problem),
                     state = iif(handed_over AND uncertain + 1 >= ?4, 'failed', 'queued'),
                     due_at = iif(handed_over, iif(uncertain + 1 >= ?4, NULL, ?3), ?2),
                     ended_at = iif(handed_over AND uncertain + 1 >= ?4, ?2, NULL)
                 WHERE state = 'sending'",
                params![
                    json(interrupted),
                    now.as_millisecond(),
                    later.as_millisecond(),
                    MAX_UNCERTAIN_ATTEMPTS
                ],
            )?;
            Ok(())
        })
    }

    /// Returns the time at which the next mail is due.
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

    /// Makes the queued mails due now, because the network is back, and those being sent if their attempts fail.
    pub fn make_mails_due(&self, now: Timestamp) -> Result<()> {
        self.write(|book| {
            book.execute(
                "UPDATE outbox SET due_at = ?1 WHERE (state = 'queued' AND due_at > ?1 OR state = 'sending') AND uncertain = 0",
                [now.as_millisecond()],
            )?;
            Ok(())
        })
    }

    /// Makes the mails due now, as [`Book::make_mails_due`] does, whose last problem has one of the `codes`.
    pub fn make_mails_due_after(&self, codes: &[String], now: Timestamp) -> Result<()> {
        self.write(|book| {
            book.execute(
                "UPDATE outbox SET due_at = ?1
                 WHERE (state = 'queued' AND due_at > ?1 OR state = 'sending') AND uncertain = 0
                   AND problem ->> 'code' IN (SELECT value FROM json_each(?2))",
                params![now.as_millisecond(), json(codes)],
            )?;
            Ok(())
        })
    }

    /// Makes the queued and the failed mails due now, because the mail settings changed, and those being sent if their attempts
    /// fail, except those that the server may have accepted.
    pub fn retry_mails(&self, now: Timestamp) -> Result<()> {
        self.write(|book| {
            book.execute(
                "UPDATE outbox SET state = iif(state = 'sending', state, 'queued'), due_at = ?1, ended_at = NULL
                 WHERE state <> 'sent' AND uncertain = 0",
                [now.as_millisecond()],
            )?;
            Ok(())
        })
    }

    /// Makes the mail of an open request due now (if it is being sent: once the attempt has failed), or, if it was sent and
    /// `remind` is set, queues a reminder. Returns `false` if the request is unknown or not open.
    pub fn resend_mail(&self, request: &RequestId, remind: bool, now: Timestamp) -> Result<bool> {
        self.write(|book| {
            let last = book
                .prepare_cached(
                    "SELECT coalesce(o.number, 0), o.state FROM request r LEFT JOIN outbox o ON o.request_id = r.id
                     WHERE r.id = ? AND r.state = 'open' ORDER BY o.number DESC LIMIT 1",
                )?
                .query_row([request], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let Some((number, state)): Option<(u32, Option<MailState>)> = last else { return Ok(false) };
            match state {
                Some(MailState::Sent) if !remind => {}
                None | Some(MailState::Sent) => queue(book, request, number + 1, now)?,
                Some(_) => {
                    book.prepare_cached(
                        "UPDATE outbox SET state = iif(state = 'sending', state, 'queued'), due_at = ?3, ended_at = NULL
                         WHERE request_id = ?1 AND number = ?2",
                    )?
                    .execute(params![request, number, now.as_millisecond()])?;
                }
            }
            Ok(true)
        })
    }

    /// Returns the last mail of a request.
    pub fn last_mail_of(&self, request: &RequestId) -> Result<Option<Mail>> {
        let sql = format!("{MAIL} WHERE o.request_id = ? ORDER BY o.number DESC LIMIT 1");
        Ok(self.read().prepare_cached(&sql)?.query_row([request], mail).optional()?)
    }
}

pub(crate) fn queue(book: &Transaction<'_>, request: &RequestId, number: u32, at: Timestamp) -> Result<()> {
    book.prepare_cached(
        "INSERT INTO outbox (request_id, number, state, queued_at, due_at) VALUES (?1, ?2, 'queued', ?3, ?3)",
    )?
    .execute(params![request, number, at.as_millisecond()])?;
    Ok(())
}

/// Returns whether a mail of the request was sent, or may have been.
pub(crate) fn may_have_been_sent(book: &Connection, request: &RequestId) -> Result<bool> {
    let mut statement = book.prepare_cached(
        "SELECT 1 FROM outbox WHERE request_id = ? AND (state IN ('sent', 'sending') OR uncertain > 0)",
    )?;
    Ok(statement.exists([request])?)
}

fn key(row: &Row<'_>) -> rusqlite::Result<MailKey> {
    Ok(MailKey { request: row.get(0)?, number: row.get(1)? })
}

fn mail(row: &Row<'_>) -> rusqlite::Result<Mail> {
    let time = |at: i64| Timestamp::from_millisecond(at).unwrap_or_default();
    Ok(Mail {
        key: key(row)?,
        form: NewRequest {
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
