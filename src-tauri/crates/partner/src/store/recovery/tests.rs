use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::store::session_marker::path_of;
use crate::{Book, Folder};

/// Creates a folder with a book that is not open.
fn closed_book() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let (file, book) = Folder::at(dir.path()).create("Knorex").unwrap();
    drop(book);
    let path = dir.path().join("partners").join(file);
    (dir, path)
}

fn open(path: &Path) -> Book {
    Book::open(path, &path.with_file_name("backups")).unwrap()
}

fn save(book: &Book, app_id: &str) {
    book.save_tiktok_app(&crate::facts::tiktok_app::TiktokApp {
        app_id: app_id.into(),
        ..Default::default()
    })
    .unwrap();
}

/// Returns a copy of the file as it would be found if the computer stopped now.
fn copy_after_crash(path: &Path) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let copy = dir.path().join(path.file_name().unwrap());
    for ending in ["", "-wal", ".open"] {
        std::fs::copy(with_suffix(path, ending), with_suffix(&copy, ending)).unwrap();
    }
    (dir, copy)
}

#[test]
fn closing_a_book_deletes_the_marker_and_the_log() {
    let (_dir, path) = closed_book();
    let book = open(&path);
    assert!(path_of(&path).exists());
    assert_eq!(*book.previous_session(), PreviousSession::default());
    save(&book, "7");
    drop(book);
    assert!(!path_of(&path).exists() && !wal_of(&path).exists());
    assert_eq!(*open(&path).previous_session(), PreviousSession::default());
}

#[test]
fn applies_and_reports_the_log_of_an_unclean_session() {
    let (_dir, path) = closed_book();
    let book = open(&path);
    save(&book, "7");
    let (_other, copy) = copy_after_crash(&path);
    let again = open(&copy);
    assert_eq!(*again.previous_session(), PreviousSession { unclean: true, ..PreviousSession::default() });
    assert_eq!(again.tiktok_app().unwrap().app_id, "7");
}

/// Copies the log into the file, so that the next transaction restarts the log.
fn checkpoint(path: &Path) {
    let connection = rusqlite::Connection::open(path).unwrap();
    let busy: i64 = connection.query_row("PRAGMA wal_checkpoint(RESTART)", [], |row| row.get(0)).unwrap();
    assert_eq!(busy, 0);
}

#[test]
fn recognizes_the_log_after_restarts() {
    let (_dir, path) = closed_book();
    let book = open(&path);
    for n in 0..3 {
        checkpoint(&path);
        save(&book, &n.to_string());
    }
    let (_other, copy) = copy_after_crash(&path);
    let again = open(&copy);
    assert_eq!(*again.previous_session(), PreviousSession { unclean: true, ..PreviousSession::default() });
    assert_eq!(again.tiktok_app().unwrap().app_id, "2");
}

/// Crashes may follow each other at any moment, so several sessions may continue one log, and a checkpoint may copy what
/// any of them wrote.
#[test]
fn no_sequence_of_crashes_and_checkpoints_loses_a_save() {
    #[derive(Debug, Clone, Copy)]
    enum Step {
        Save,
        Checkpoint,
        Crash,
    }
    let step = prop_oneof![Just(Step::Save), Just(Step::Checkpoint), Just(Step::Crash)];
    let config = ProptestConfig { cases: 32, failure_persistence: None, ..Default::default() };
    proptest!(config, |(steps in vec(step, 1..16))| {
        let (mut dir, mut path) = closed_book();
        let mut book = open(&path);
        let mut saves = 0;
        for step in steps {
            match step {
                Step::Save => {
                    saves += 1;
                    save(&book, &saves.to_string());
                }
                Step::Checkpoint => {
                    let connection = rusqlite::Connection::open(&path).unwrap();
                    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())).unwrap();
                }
                Step::Crash => {
                    let (other, copy) = copy_after_crash(&path);
                    book = open(&copy);
                    (dir, path) = (other, copy);
                    let previous = book.previous_session();
                    prop_assert!(previous.unclean && previous.foreign_wal.is_none() && !previous.incomplete);
                }
            }
            let expected = if saves == 0 { String::new() } else { saves.to_string() };
            prop_assert_eq!(book.tiktok_app().unwrap().app_id, expected);
        }
        drop((book, dir));
    });
}

#[test]
fn moves_a_log_away_that_lies_beside_a_closed_file() {
    let (_dir, path) = closed_book();
    let (_other, other) = closed_book();
    let running = open(&other);
    save(&running, "of another");
    std::fs::copy(wal_of(&other), wal_of(&path)).unwrap();
    let log = std::fs::read(wal_of(&path)).unwrap();

    let book = open(&path);
    let moved = book.previous_session().foreign_wal.clone().unwrap();
    assert_eq!(std::fs::read(moved).unwrap(), log);
    assert_eq!(book.tiktok_app().unwrap().app_id, "");
    assert_ne!(book.partner().id, running.partner().id);
}

#[test]
fn moves_a_log_of_another_file_away_after_an_unclean_session() {
    let (_dir, path) = closed_book();
    let book = open(&path);
    let (_crashed, copy) = copy_after_crash(&path);
    let (_other, other) = closed_book();
    let running = open(&other);
    save(&running, "of another");
    for log in [std::fs::read(wal_of(&other)).unwrap(), b"no log at all".to_vec()] {
        std::fs::write(wal_of(&copy), &log).unwrap();
        std::fs::copy(path_of(&path), path_of(&copy)).unwrap();
        let again = open(&copy);
        assert_eq!(std::fs::read(again.previous_session().foreign_wal.as_ref().unwrap()).unwrap(), log);
        assert_eq!(again.partner(), book.partner());
    }
}
