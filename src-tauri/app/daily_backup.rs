//! Daily backups of the open partner, taken in the background.

use std::ops::ControlFlow;
use std::sync::{Arc, Weak};
use std::time::Duration;

use jiff::ZonedDateTime;
use partner::Book;
use services::problem::{Problem, ProblemCode};
use services::runtime::with_book;
use tokio_util::sync::CancellationToken;

#[derive(Debug, Clone, Copy)]
pub struct Schedule {
    /// The time from opening the partner to the first check: opening and the first lists go first.
    pub first: Duration,
    /// The time between checks. A backup is taken at the first check on each day.
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
        match back_up_if_due(open, closing.clone()).await {
            Ok(true) => report(None),
            Ok(false) => {}
            Err(problem) if problem.code == ProblemCode::Cancelled => return,
            Err(problem) => {
                tracing::warn!(code = ?problem.code, "failed to take a daily backup");
                report(Some(problem));
            }
        }
        tokio::time::sleep(schedule.interval).await;
    }
}

/// Returns whether a backup was due.
async fn back_up_if_due(book: Arc<Book>, closing: CancellationToken) -> Result<bool, Problem> {
    let mut keep_going =
        move || if closing.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    Ok(with_book(&book, move |book| book.back_up_daily(&ZonedDateTime::now(), &mut keep_going))
        .await?
        .is_some())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use partner::Folder;
    use tokio::sync::mpsc::unbounded_channel;

    use super::*;

    fn create(root: &Path) -> Arc<Book> {
        Arc::new(Folder::at(root).create("Knorex Asia").unwrap().1)
    }

    fn backups(root: &Path) -> usize {
        std::fs::read_dir(root.join("backups")).map_or(0, Iterator::count)
    }

    #[tokio::test]
    async fn takes_one_backup_a_day_while_the_partner_is_open() {
        let dir = tempfile::tempdir().unwrap();
        let book = create(dir.path());
        assert!(back_up_if_due(Arc::clone(&book), CancellationToken::new()).await.unwrap());
        assert!(!back_up_if_due(book, CancellationToken::new()).await.unwrap());
        assert_eq!(backups(dir.path()), 1);
    }

    #[tokio::test]
    async fn reports_a_failure_and_takes_the_backup_once_that_is_possible() {
        let dir = tempfile::tempdir().unwrap();
        // A file where the folder has to be.
        std::fs::write(dir.path().join("backups"), "").unwrap();
        let book = create(dir.path());
        let (report, mut reports) = unbounded_channel();
        let report = move |problem| report.send(problem).unwrap_or_default();
        let often = Schedule { first: Duration::ZERO, interval: Duration::from_millis(1) };
        tokio::spawn(run(Arc::downgrade(&book), often, CancellationToken::new(), report));
        assert!(reports.recv().await.unwrap().is_some());
        std::fs::remove_file(dir.path().join("backups")).unwrap();
        while reports.recv().await.unwrap().is_some() {}
        assert_eq!(backups(dir.path()), 1);
        drop(book);
        assert_eq!(reports.recv().await, None, "closing the book ends the checks");
    }
}
