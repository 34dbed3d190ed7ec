//! Ends queries early, from another thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Ends the queries that it was given to, whether they run, wait or are yet to come. It belongs to them and not to a
/// connection, unlike SQLite's own interrupt, so it never hits a query of somebody else.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Returns whether both end the same queries.
    pub fn is(&self, other: &Interrupt) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::mpsc::channel;

    use rusqlite::Connection;

    use super::*;
    use crate::{Error, Folder, Result};

    /// Takes a minute.
    fn long(book: &Connection) -> Result<i64> {
        let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000000)
                   SELECT count(*) FROM n";
        Ok(book.query_row(sql, [], |row| row.get(0))?)
    }

    fn short(book: &Connection) -> Result<i64> {
        Ok(book.query_row("SELECT count(*) FROM partner", [], |row| row.get(0))?)
    }

    #[test]
    fn a_superseded_query_ends_early_and_no_other_query_does() {
        let dir = tempfile::tempdir().unwrap();
        let (_, book) = Folder::at(dir.path()).create("Knorex").unwrap();
        let interrupt = Interrupt::default();
        let (running, runs) = channel();
        std::thread::scope(|threads| {
            let superseded = threads.spawn(|| {
                book.snapshot_until(&interrupt, |reader| {
                    running.send(()).unwrap();
                    // As a list that handles a failure of one of its queries: the next one ends as well.
                    assert!(long(reader).is_err());
                    long(reader)
                })
            });
            runs.recv().unwrap();
            let waits = threads.spawn(|| book.snapshot_until(&interrupt, long));
            interrupt.set();
            for ended in [superseded, waits] {
                assert!(matches!(ended.join().unwrap(), Err(Error::Superseded)));
            }
        });
        // The reader, other queries and the writers are as before.
        assert_eq!(book.snapshot_until(&Interrupt::default(), short).unwrap(), 1);
        assert_eq!(book.snapshot(short).unwrap(), 1);
        assert!(matches!(book.snapshot_until(&interrupt, short), Err(Error::Superseded)));
        assert_eq!(book.write(|book| short(book)).unwrap(), 1);
    }

    #[test]
    fn an_interrupt_that_comes_after_a_panic_hits_no_later_query() {
        let dir = tempfile::tempdir().unwrap();
        let (_, book) = Folder::at(dir.path()).create("Knorex").unwrap();
        let interrupt = Interrupt::default();
        let panics =
            || book.snapshot_until::<()>(&interrupt, |_| panic!("a row that the program cannot read"));
        assert!(catch_unwind(AssertUnwindSafe(panics)).is_err());
        interrupt.set();
        let counted = book.snapshot(|reader| {
            let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) SELECT count(*) FROM n";
            Ok(reader.query_row(sql, [], |row| row.get::<_, i64>(0))?)
        });
        assert_eq!(counted.unwrap(), 10_000);
    }
}
