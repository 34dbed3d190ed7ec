//! Files that somebody prepared: listing and opening them runs no query of theirs, and never hangs.

use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use partner::Error;
use rusqlite::Connection;

use crate::raw_file;
use crate::test_partner::{TestPartner, commit, rename};

const ENDLESS: &str =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT '0', 'x', 0 FROM n WHERE i < 0";

/// Replaces the file of a partner by one whose schema is `sql`.
fn forge(path: &Path, sql: &str) {
    std::fs::remove_file(path).ok();
    let file = Connection::open(path).unwrap();
    file.pragma_update(None, "application_id", i32::from_be_bytes(*b"XPOP")).unwrap();
    file.execute_batch(sql).unwrap();
    file.pragma_update(None, "user_version", 1).unwrap();
}

/// Lists and opens the partner, which must not take long, and returns the problem in the list.
fn refused(partner: &TestPartner) -> Error {
    let (send, receive) = mpsc::channel();
    let (folder, file) = (partner.folder.clone(), partner.file.clone());
    std::thread::spawn(move || {
        let problem = folder.list().unwrap().remove(0).problem.unwrap();
        assert!(folder.open(&file).is_err());
        assert!(folder.restore(None, &folder.root().join("partners").join(&file)).is_err());
        send.send(problem).unwrap();
    });
    receive.recv_timeout(Duration::from_secs(20)).expect("the file blocks the list of partners")
}

#[test]
fn a_partner_that_is_not_a_table_is_no_partner() {
    let partner = TestPartner::new();
    for schema in [
        format!("CREATE VIEW partner(id, name, practice) AS {ENDLESS}"),
        "CREATE VIRTUAL TABLE partner USING fts5(id, name, practice)".to_owned(),
        "CREATE TABLE other (id, name, practice); CREATE INDEX partner ON other (id)".to_owned(),
    ] {
        forge(&partner.path(), &schema);
        assert!(matches!(refused(&partner), Error::FileNotPartner), "{schema}");
    }
}

#[cfg(unix)]
#[test]
fn a_named_pipe_and_a_socket_are_no_partner_and_no_backup() {
    let partner = TestPartner::new();
    let make_pipe = |path: &Path| {
        assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
    };
    let backup = partner.open().back_up_now(jiff::Timestamp::now()).unwrap();
    std::fs::remove_file(partner.path()).unwrap();
    make_pipe(&partner.path());
    assert!(matches!(refused(&partner), Error::FileNotPartner));
    std::fs::remove_file(partner.path()).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(partner.path()).unwrap();
    assert!(matches!(refused(&partner), Error::FileNotPartner));

    // A backup may be a link to one on another disk.
    let elsewhere = partner.folder.root().join("elsewhere");
    std::fs::rename(&backup, &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &backup).unwrap();
    assert_eq!(partner.folder.backups(&partner.file).unwrap().len(), 1);
    std::fs::remove_file(&backup).unwrap();
    make_pipe(&backup);
    assert_eq!(partner.folder.backups(&partner.file).unwrap(), []);
}

#[test]
fn a_column_that_computes_a_huge_value_is_not_read() {
    let partner = TestPartner::new();
    forge(
        &partner.path(),
        "CREATE TABLE partner (id, practice, name AS (hex(zeroblob(400000000)))); INSERT INTO partner VALUES ('x', 0)",
    );
    refused(&partner);
}

#[test]
fn a_schema_with_very_many_views_blocks_the_list_for_seconds_at_most() {
    let partner = TestPartner::new();
    let views: String = (0..3_000).map(|n| format!("CREATE VIEW v{n} AS SELECT {n};")).collect();
    forge(
        &partner.path(),
        &format!("BEGIN; {views} COMMIT; CREATE VIEW partner(id, name, practice) AS {ENDLESS}"),
    );
    refused(&partner);
}

/// Triggers run with every change, and views instead of tables.
#[test]
fn a_file_to_which_another_program_added_something_is_refused() {
    let partner = TestPartner::new();
    for (kind, sql) in [
        ("trigger", "CREATE TRIGGER hostile AFTER UPDATE ON xpo_account BEGIN DELETE FROM outbox; END"),
        ("view", "CREATE VIEW hostile AS SELECT 1"),
        ("table", "CREATE TABLE hostile (x AS (hex(zeroblob(400000000))), y)"),
        ("index", "CREATE INDEX hostile ON xpo_account (hex(name))"),
    ] {
        let change = |sql: &str| {
            raw_file::open(partner.path(), rusqlite::OpenFlags::default()).execute_batch(sql).unwrap()
        };
        change(sql);
        let refused = refused(&partner);
        assert!(matches!(&refused, Error::FileDamaged(why) if why.contains(kind)), "{refused:?}");
        change(&format!("DROP {kind} hostile"));
    }
    raw_file::open(partner.path(), rusqlite::OpenFlags::default()).execute_batch("ANALYZE").unwrap();
    commit(&partner.open(), rename(1, "Renamed"));
}

/// Without its triggers, the change history could be rewritten.
#[test]
fn a_file_from_which_another_program_removed_something_is_refused() {
    for (kind, name) in [("trigger", "entry_is_never_deleted"), ("index", "entry_by_time")] {
        let partner = TestPartner::new();
        let file = raw_file::open(partner.path(), rusqlite::OpenFlags::default());
        file.execute_batch(&format!("DROP {kind} {name}")).unwrap();
        drop(file);
        let refused = refused(&partner);
        assert!(matches!(&refused, Error::FileDamaged(why) if why.contains(name)), "{refused:?}");
    }
}

/// An entry that undoes itself would be followed for ever.
#[test]
fn a_file_from_elsewhere_is_checked_even_if_it_was_closed_properly() {
    let partner = TestPartner::new();
    let book = partner.open();
    commit(&book, rename(1, "Renamed"));
    drop(book);
    let open_elsewhere = || {
        let elsewhere = TestPartner::new();
        std::fs::copy(partner.path(), elsewhere.path().with_file_name(&partner.file)).unwrap();
        elsewhere.folder.open(&partner.file)
    };
    open_elsewhere().unwrap();
    raw_file::open(partner.path(), rusqlite::OpenFlags::default())
        .execute_batch(
            "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;
             INSERT INTO entry VALUES (99, '00000000-0000-7000-8000-000000000099', 0, 'x', 'undo', 99, '{}')",
        )
        .unwrap();
    let refused = open_elsewhere().unwrap_err();
    assert!(matches!(refused, Error::FileDamaged(_)), "{refused:?}");
}
