//! Unsent mails in a file that is an older or a foreign copy.

use jiff::Timestamp;
use rusqlite::Connection;

use crate::error::Result;

/// Marks the unsent mails in a file that is an older or a foreign copy as failed with an uncertain outcome: they may have
/// been sent since, so an admin decides whether to send them again. Returns their number.
pub(super) fn fail_unsent_mails(connection: &Connection, now: Timestamp) -> Result<u32> {
    let failed = connection.execute(
        "UPDATE outbox SET state = 'failed', due_at = NULL, handed_over = 0, ended_at = ?, problem = NULL,
             attempts = attempts + (state = 'queued'), uncertain = uncertain + 1
         WHERE state IN ('queued', 'sending')",
        [now.as_millisecond()],
    )?;
    Ok(u32::try_from(failed).unwrap_or(u32::MAX))
}
