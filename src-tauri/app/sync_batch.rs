//! Counts the syncs of a partner that end together, for one desktop notification after the last of them.

use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};
use partner::grouped;
use partner::sync_jobs::job::JobState;

use super::lock::locked;

/// Shorter batches need no notification: the admin is still looking.
const LONG: SignedDuration = SignedDuration::from_secs(30);

/// The current batch of syncs: those that ended since none was left.
#[derive(Debug, Default)]
pub struct SyncBatch(Mutex<Batch>);

#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Batch {
    /// When the first of them was requested: milliseconds since 1970, UTC.
    since: Option<i64>,
    ended: u32,
    failed: u32,
    partly: u32,
}

impl SyncBatch {
    /// Records the end of a sync that was requested at `asked` (milliseconds since 1970, UTC), while `left` syncs are
    /// running, or queued and not waiting for anything. Returns the text of the notification after the last sync of a long
    /// batch.
    pub fn ended(&self, state: JobState, asked: i64, left: u32, now: Timestamp) -> Option<String> {
        let mut batch = locked(&self.0);
        batch.since = Some(batch.since.map_or(asked, |since| since.min(asked)));
        batch.ended += 1;
        match state {
            JobState::Failed => batch.failed += 1,
            JobState::PartlyDone => batch.partly += 1,
            // The admin cancelled it and needs no notification.
            JobState::Cancelled => batch.ended -= 1,
            _ => {}
        }
        if left > 0 {
            return None;
        }
        let batch = std::mem::take(&mut *batch);
        let since = Timestamp::from_millisecond(batch.since?).ok()?;
        (batch.ended > 0 && now.duration_since(since) >= LONG).then(|| batch.summary())
    }
}

impl Batch {
    fn summary(&self) -> String {
        let syncs = if self.ended == 1 { "sync" } else { "syncs" };
        let parts: Vec<String> = [(self.failed, "failed"), (self.partly, "only partly done")]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{} {what}", grouped(count)))
            .collect();
        let colon = if parts.is_empty() { "" } else { ": " };
        format!("{} {syncs} ended{colon}{}.", grouped(self.ended), parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_long_batch_is_notified_once_after_its_last_sync() {
        let batch = SyncBatch::default();
        assert_eq!(batch.ended(JobState::Done, 20_000, 2, at(40)), None);
        assert_eq!(batch.ended(JobState::Failed, 10_000, 1, at(41)), None);
        let text = batch.ended(JobState::PartlyDone, 20_000, 0, at(42));
        assert_eq!(text.as_deref(), Some("3 syncs ended: 1 failed, 1 only partly done."));
        assert_eq!(batch.ended(JobState::Done, 42_000, 0, at(43)), None, "a new batch, and a short one");
    }

    #[test]
    fn the_digits_of_large_counts_are_grouped() {
        let text = |failed, partly| Batch { since: None, ended: 12_000, failed, partly }.summary();
        assert_eq!(text(0, 0), "12,000 syncs ended.");
        assert_eq!(text(1_000, 0), "12,000 syncs ended: 1,000 failed.");
        assert_eq!(text(0, 1_500), "12,000 syncs ended: 1,500 only partly done.");
        assert_eq!(text(1_000, 1_500), "12,000 syncs ended: 1,000 failed, 1,500 only partly done.");
    }

    #[test]
    fn a_cancelled_sync_is_not_notified() {
        assert_eq!(SyncBatch::default().ended(JobState::Cancelled, 0, 0, at(100)), None);
    }
}
