//! Daily backups of the open partner, taken in the background.

use std::sync::{Arc, Weak};
use std::time::Duration;

use jiff::Timestamp;
use services::problem::Problem;

use super::background;
use super::session::OpenPartner;
use super::state::locked;

#[derive(Debug, Clone, Copy)]
pub struct Schedule {
    /// The time from opening the partner to the first check: opening and the first lists go first.
    pub first: Duration,
    /// The time between checks. A backup is taken when the last one is a day old.
    pub interval: Duration,
}

pub const SCHEDULE: Schedule =
    Schedule { first: Duration::from_secs(10), interval: Duration::from_secs(60 * 60) };

/// Takes a backup whenever one is due, until the partner is being closed. `on_change` is called after each backup and each
/// failure, which is also noted for Settings.
pub fn start(open: &Arc<OpenPartner>, schedule: Schedule, on_change: impl Fn() + Send + 'static) {
    let partner = Arc::downgrade(open);
    open.spawn(async move {
        tokio::time::sleep(schedule.first).await;
        while let Some(changed) = back_up_if_due(&partner).await {
            if changed {
                on_change();
            }
            tokio::time::sleep(schedule.interval).await;
        }
    });
}

/// Returns whether there is a new backup or problem, or `None` once the partner is closed.
async fn back_up_if_due(partner: &Weak<OpenPartner>) -> Option<bool> {
    let open = partner.upgrade()?;
    let result = background::run(move || {
        let taken = open.book.back_up_daily(Timestamp::now(), &mut || open.go_on());
        (taken, open)
    })
    .await;
    let (taken, open) = match result {
        Ok(done) => done,
        Err(problem) => {
            tracing::error!(code = ?problem.code, "failed to take a daily backup");
            return Some(false);
        }
    };
    let (changed, problem) = match taken {
        Ok(taken) => (taken.is_some(), None),
        Err(partner::Error::Cancelled) => return None,
        Err(error) => {
            let problem = Problem::from(error);
            tracing::warn!(code = ?problem.code, "failed to take a daily backup");
            (true, Some(problem))
        }
    };
    let before = std::mem::replace(&mut *locked(&open.backup_problem), problem);
    Some(changed || before.is_some())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use partner::Folder;
    use services::mail::Way;
    use services::secrets::{Keys, Settings};

    use super::*;

    const OFTEN: Schedule = Schedule { first: Duration::ZERO, interval: Duration::from_millis(20) };

    fn open_partner(root: &Path) -> Arc<OpenPartner> {
        let (file, book) = Folder::at(root).create("Knorex Asia").unwrap();
        let keys = Keys::new(root.join("keys.age"), Settings::default());
        Arc::new(OpenPartner::new(book, file, keys, Way::Folder("nowhere".into()), None))
    }

    fn backups(root: &Path) -> usize {
        std::fs::read_dir(root.join("backups")).map_or(0, Iterator::count)
    }

    #[tokio::test]
    async fn takes_one_backup_a_day_while_the_partner_is_open() {
        let dir = tempfile::tempdir().unwrap();
        let open = open_partner(dir.path());
        let (changed, mut changes) = tokio::sync::mpsc::unbounded_channel();
        start(&open, OFTEN, move || changed.send(()).unwrap());
        changes.recv().await.unwrap();
        assert_eq!(backups(dir.path()), 1);
        assert_eq!(*locked(&open.backup_problem), None);
        tokio::time::sleep(OFTEN.interval * 5).await;
        assert_eq!((backups(dir.path()), changes.try_recv().is_ok()), (1, false));
    }

    #[tokio::test]
    async fn notes_a_failure_and_takes_the_backup_once_that_is_possible() {
        let dir = tempfile::tempdir().unwrap();
        let open = open_partner(dir.path());
        // A file where the folder has to be.
        std::fs::write(dir.path().join("backups"), "").unwrap();
        let (changed, mut changes) = tokio::sync::mpsc::unbounded_channel();
        start(&open, OFTEN, move || changed.send(()).unwrap());
        changes.recv().await.unwrap();
        assert!(locked(&open.backup_problem).is_some());
        std::fs::remove_file(dir.path().join("backups")).unwrap();
        while locked(&open.backup_problem).is_some() {
            changes.recv().await.unwrap();
        }
        assert_eq!(backups(dir.path()), 1);
    }
}
