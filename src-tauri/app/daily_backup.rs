//! Daily backups of the open partner, taken in the background.

use std::ops::ControlFlow;
use std::sync::Weak;
use std::time::Duration;

use jiff::Timestamp;
use partner::{Book, Error};
use services::problem::Problem;
use tokio_util::sync::CancellationToken;

#[derive(Debug, Clone, Copy)]
pub struct Schedule {
    /// The time from opening the partner to the first check: opening and the first lists go first.
    pub first: Duration,
    /// The time between checks. A backup is taken when the last one is a day old.
    pub interval: Duration,
}

pub const SCHEDULE: Schedule =
    Schedule { first: Duration::from_secs(10), interval: Duration::from_secs(60 * 60) };

/// Takes a backup whenever one is due, until the book is closed. `closing` stops a backup that is being taken. `report` is
/// called after each backup and, with the problem, after each failure.
pub async fn run(
    book: Weak<Book>,
    schedule: Schedule,
    closing: CancellationToken,
    report: impl Fn(Option<Problem>),
) {
    tokio::time::sleep(schedule.first).await;
    while let Some(open) = book.upgrade() {
        let closing = closing.clone();
        let go_on =
            move || if closing.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
        let taken = tauri::async_runtime::spawn_blocking(move || {
            open.back_up_daily(Timestamp::now(), &mut || go_on())
        });
        let failure = match taken.await {
            Ok(Ok(taken)) => taken.map(|_| None),
            Ok(Err(Error::Cancelled)) => return,
            Ok(Err(error)) => Some(Some(Problem::from(error))),
            Err(error) => Some(Some(Problem::internal(error))),
        };
        if let Some(failure) = failure {
            if let Some(problem) = &failure {
                tracing::warn!(code = ?problem.code, "failed to take a daily backup");
            }
            report(failure);
        }
        tokio::time::sleep(schedule.interval).await;
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use partner::Folder;
    use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

    use super::*;

    const OFTEN: Schedule = Schedule { first: Duration::ZERO, interval: Duration::from_millis(20) };

    /// Creates a partner with frequent checks, and returns what they report.
    fn start(root: &Path) -> (Arc<Book>, UnboundedReceiver<Option<Problem>>) {
        let (_, book) = Folder::at(root).create("Knorex Asia").unwrap();
        let book = Arc::new(book);
        let (report, reports) = unbounded_channel();
        let report = move |problem| report.send(problem).unwrap_or_default();
        tokio::spawn(run(Arc::downgrade(&book), OFTEN, CancellationToken::new(), report));
        (book, reports)
    }

    fn backups(root: &Path) -> usize {
        std::fs::read_dir(root.join("backups")).map_or(0, Iterator::count)
    }

    #[tokio::test]
    async fn takes_one_backup_a_day_while_the_partner_is_open() {
        let dir = tempfile::tempdir().unwrap();
        let (book, mut reports) = start(dir.path());
        assert_eq!(reports.recv().await.unwrap(), None);
        assert_eq!(backups(dir.path()), 1);
        tokio::time::sleep(OFTEN.interval * 5).await;
        assert_eq!((backups(dir.path()), reports.try_recv().is_ok()), (1, false));
        drop(book);
        assert_eq!(reports.recv().await, None, "closing the book ends the checks");
    }

    #[tokio::test]
    async fn reports_a_failure_and_takes_the_backup_once_that_is_possible() {
        let dir = tempfile::tempdir().unwrap();
        // A file where the folder has to be.
        std::fs::write(dir.path().join("backups"), "").unwrap();
        let (_book, mut reports) = start(dir.path());
        assert!(reports.recv().await.unwrap().is_some());
        std::fs::remove_file(dir.path().join("backups")).unwrap();
        while reports.recv().await.unwrap().is_some() {}
        assert_eq!(backups(dir.path()), 1);
    }
}
