use super::*;
use crate::{Book, Folder};

/// A folder with a closed book.
fn closed() -> (tempfile::TempDir, PathBuf) {
    let place = tempfile::tempdir().unwrap();
    let (file, book) = Folder::at(place.path()).create("Knorex").unwrap();
    drop(book);
    let path = place.path().join("partners").join(file);
    (place, path)
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

/// The book as it would be found if the computer stopped now, in a folder of its own.
fn as_after_a_crash(path: &Path) -> (tempfile::TempDir, PathBuf) {
    let place = tempfile::tempdir().unwrap();
    let copy = place.path().join(path.file_name().unwrap());
    for ending in ["", "-wal", ".open"] {
        std::fs::copy(sibling(path, ending), sibling(&copy, ending)).unwrap();
    }
    (place, copy)
}

#[test]
fn a_clean_end_leaves_neither_mark_nor_log() {
    let (_place, path) = closed();
    let book = open(&path);
    assert!(place(&path).exists());
    assert_eq!(*book.past(), Past::default());
    save(&book, "7");
    drop(book);
    assert!(!place(&path).exists() && !sibling(&path, "-wal").exists());
    assert_eq!(*open(&path).past(), Past::default());
}

#[test]
fn after_an_unclean_end_the_own_log_is_applied_and_said() {
    let (_place, path) = closed();
    let book = open(&path);
    save(&book, "7");
    let (_other, copy) = as_after_a_crash(&path);
    let again = open(&copy);
    assert_eq!(*again.past(), Past { unclean: true, foreign_log: None });
    assert_eq!(again.tiktok_app().unwrap().app_id, "7");
}

#[test]
fn a_log_that_began_anew_is_still_the_own() {
    let (_place, path) = closed();
    let opened = open::open(&path, &path.with_file_name("backups")).unwrap();
    let first = salt(&sibling(&path, "-wal")).unwrap().unwrap();
    for n in 0..3 {
        let busy: i64 =
            opened.writer.query_row("PRAGMA wal_checkpoint(RESTART)", [], |row| row.get(0)).unwrap();
        assert_eq!(busy, 0);
        let app = "INSERT OR REPLACE INTO tiktok_app VALUES (1, ?, 'r', 'a', 'l')";
        opened.writer.execute(app, [n.to_string()]).unwrap();
    }
    assert_eq!(salt(&sibling(&path, "-wal")).unwrap().unwrap(), first.wrapping_add(3));
    let (_other, copy) = as_after_a_crash(&path);
    let again = open(&copy);
    assert_eq!(again.past().foreign_log, None);
    assert_eq!(again.tiktok_app().unwrap().app_id, "2");
}

#[test]
fn a_log_beside_a_file_that_was_closed_is_put_aside() {
    let (_place, path) = closed();
    let (_other, other) = closed();
    let running = open(&other);
    save(&running, "of another");
    std::fs::copy(sibling(&other, "-wal"), sibling(&path, "-wal")).unwrap();
    let log = std::fs::read(sibling(&path, "-wal")).unwrap();

    let book = open(&path);
    let aside = book.past().foreign_log.clone().unwrap();
    assert_eq!(std::fs::read(aside).unwrap(), log);
    assert_eq!(book.tiktok_app().unwrap().app_id, "");
    assert_ne!(book.partner().id, running.partner().id);
}

#[test]
fn a_log_of_another_file_beside_one_that_was_not_closed_is_put_aside() {
    let (_place, path) = closed();
    let book = open(&path);
    let (_crashed, copy) = as_after_a_crash(&path);
    let (_other, other) = closed();
    let running = open(&other);
    save(&running, "of another");
    for log in [std::fs::read(sibling(&other, "-wal")).unwrap(), b"no log at all".to_vec()] {
        std::fs::write(sibling(&copy, "-wal"), &log).unwrap();
        std::fs::copy(place(&path), place(&copy)).unwrap();
        let again = open(&copy);
        assert_eq!(std::fs::read(again.past().foreign_log.as_ref().unwrap()).unwrap(), log);
        assert_eq!(again.partner(), book.partner());
    }
}
