use super::*;
use crate::store::backup;
use crate::store::inspect::{PRE_RELEASE_APPLICATION_ID, inspect};

fn temporary_file() -> (tempfile::TempDir, PathBuf, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let (path, backups) = (dir.path().join("knorex.sqlite"), dir.path().join("backups"));
    (dir, path, backups)
}

fn insert_nothing(_: &Connection) -> Result<()> {
    Ok(())
}

/// Returns the migrations with one more, as the release after this one will have them.
fn next_migrations(sql: &str) -> Vec<String> {
    MIGRATIONS.iter().cloned().chain([sql.to_owned()]).collect()
}

#[test]
fn applies_all_migrations_to_an_empty_file() {
    let mut book = Connection::open_in_memory().unwrap();
    connection::add_functions(&book).unwrap();
    Migrations::new(MIGRATIONS.iter().map(|sql| M::up(sql)).collect()).to_latest(&mut book).unwrap();
}

#[test]
fn backs_up_an_older_file_before_migrating_it() {
    let (_dir, path, backups) = temporary_file();
    let insert = "INSERT INTO tiktok_app VALUES (1, '7', 'r', 'a', 'l', NULL)";
    create(&path, |connection| Ok(connection.execute(insert, []).map(drop)?)).unwrap();
    let next = next_migrations(
        "CREATE TABLE added (x INTEGER) STRICT; UPDATE tiktok_app SET app_id = app_id || '8'",
    );
    drop(open_with(&path, &backups, &next, Missing::Refuse).unwrap());

    let copies: Vec<_> = std::fs::read_dir(&backups).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(copies.len(), 1);
    let read = |path: &Path| {
        let connection = Connection::open(path).unwrap();
        let version = check_version(&connection, next.len()).unwrap();
        let app = "SELECT app_id FROM tiktok_app";
        (version, connection.query_row(app, [], |row| row.get::<_, String>(0)).unwrap())
    };
    assert_eq!(read(&copies[0]), (MIGRATIONS.len(), "7".to_owned()));
    assert_eq!(read(&path), (next.len(), "78".to_owned()));

    drop(open_with(&path, &backups, &next, Missing::Refuse).unwrap());
    assert_eq!(std::fs::read_dir(&backups).unwrap().count(), 1, "a second opening copies nothing");
}

#[test]
fn a_file_of_any_version_passes_the_integrity_check_and_can_be_restored() {
    for version in 1..=MIGRATIONS.len() {
        let (_dir, path, _) = temporary_file();
        create_with(&path, &MIGRATIONS[..version], insert_nothing).unwrap();
        integrity::check_file(&path, Depth::Full).unwrap();
        backup::prepare_restored(&path).unwrap();
        integrity::check_file(&path, Depth::Full).unwrap();
    }
}

#[test]
fn a_failed_migration_leaves_the_file_unchanged() {
    let (_dir, path, backups) = temporary_file();
    create(&path, insert_nothing).unwrap();
    let broken = next_migrations("CREATE TABLE half (x) STRICT; CREATE TABLE partner (x);");
    assert!(open_with(&path, &backups, &broken, Missing::Refuse).is_err());
    let opened = open(&path, &backups, Missing::Refuse).unwrap();
    assert_eq!(std::fs::read_dir(&backups).unwrap().count(), 0, "the copy was deleted");
    let tables = "SELECT count(*) FROM sqlite_schema WHERE name = 'half'";
    assert_eq!(opened.reader.query_row(tables, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
}

#[test]
fn a_file_that_could_not_be_opened_is_still_the_one_that_was_seen_last() {
    let (_dir, path, backups) = temporary_file();
    create(&path, insert_nothing).unwrap();
    drop(open(&path, &backups, Missing::Refuse).unwrap());
    let broken = next_migrations("CREATE TABLE partner (x);");
    assert!(open_with(&path, &backups, &broken, Missing::Refuse).is_err());
    let stamp = Stamp::read(&Connection::open(&path).unwrap()).unwrap();
    assert!(Lock::acquire(&path).unwrap().is_last_seen(&stamp));
}

#[test]
fn refuses_a_file_of_a_newer_version() {
    let (_dir, path, backups) = temporary_file();
    let next = next_migrations("CREATE TABLE added (x INTEGER) STRICT");
    create_with(&path, &next, insert_nothing).unwrap();
    let before = std::fs::read(&path).unwrap();
    match open(&path, &backups, Missing::Refuse) {
        Err(Error::FileNewer { found, newest }) => {
            assert_eq!((found as usize, newest), (next.len(), MIGRATIONS.len()))
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn refuses_a_file_from_before_the_first_release() {
    for version in [1, 13] {
        let (_dir, path, backups) = temporary_file();
        create(&path, insert_nothing).unwrap();
        let pre_release = Connection::open(&path).unwrap();
        pre_release.pragma_update(None, "application_id", PRE_RELEASE_APPLICATION_ID).unwrap();
        pre_release.pragma_update(None, "user_version", version).unwrap();
        pre_release.close().unwrap();
        let before = std::fs::read(&path).unwrap();
        assert!(matches!(open(&path, &backups, Missing::Refuse), Err(Error::FileFromPreRelease)));
        assert!(matches!(inspect(&path, insert_nothing), Err(Error::FileFromPreRelease)));
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }
}

#[test]
fn a_file_cannot_be_opened_twice() {
    let (_dir, path, backups) = temporary_file();
    create(&path, insert_nothing).unwrap();
    let first = open(&path, &backups, Missing::Refuse).unwrap();
    assert!(matches!(open(&path, &backups, Missing::Refuse), Err(Error::FileInUse)));
    drop(first);
    open(&path, &backups, Missing::Refuse).unwrap();
}

#[test]
fn refuses_a_read_only_file() {
    let (_dir, path, backups) = temporary_file();
    create(&path, insert_nothing).unwrap();
    let mut permissions = path.metadata().unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).unwrap();
    assert!(matches!(open(&path, &backups, Missing::Refuse), Err(Error::FileReadOnly)));
}

#[test]
fn refuses_other_files_and_leaves_them_unchanged() {
    let (_dir, path, backups) = temporary_file();
    let other = {
        let other = path.with_file_name("other.sqlite");
        Connection::open(&other).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
        std::fs::read(other).unwrap()
    };
    for content in [b"shopping list".as_slice(), b"SQLite format 3\0 and then nonsense", &other] {
        std::fs::write(&path, content).unwrap();
        let refused = open(&path, &backups, Missing::Refuse);
        assert!(matches!(refused, Err(Error::FileNotPartner)), "{refused:?}");
        assert_eq!(std::fs::read(&path).unwrap(), content);
    }
    assert!(matches!(open(&path.with_file_name("gone"), &backups, Missing::Refuse), Err(Error::FileMissing)));
}

#[test]
fn reports_a_damaged_partner_as_damaged() {
    let (_dir, path, backups) = temporary_file();
    create(&path, insert_nothing).unwrap();
    let mut content = std::fs::read(&path).unwrap();
    content[100..].fill(0x5A);
    std::fs::write(&path, &content).unwrap();
    let refused = open(&path, &backups, Missing::Refuse);
    assert!(matches!(refused, Err(Error::FileDamaged(_))), "{refused:?}");
    assert_eq!(std::fs::read(&path).unwrap(), content);
}

#[test]
fn a_failed_creation_leaves_no_file() {
    let (dir, path, _) = temporary_file();
    let refused = create(&path, |_| Err(Error::DiskFull));
    assert!(matches!(refused, Err(Error::DiskFull)));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn inspecting_a_file_includes_its_write_ahead_log() {
    let (_dir, path, backups) = temporary_file();
    create(&path, insert_nothing).unwrap();
    let opened = open(&path, &backups, Missing::Refuse).unwrap();
    opened
        .writers
        .decisions
        .execute("INSERT INTO tiktok_app VALUES (1, '7', 'r', 'a', 'l', NULL)", [])
        .unwrap();
    let found = inspect(&path, |connection| {
        Ok(connection.query_row("SELECT app_id FROM tiktok_app", [], |row| row.get::<_, String>(0))?)
    });
    assert_eq!(found.unwrap(), "7");
}

#[test]
fn a_path_may_contain_special_characters() {
    let (dir, ..) = temporary_file();
    let path = dir.path().join("a ?#%20 é.sqlite");
    create(&path, insert_nothing).unwrap();
    inspect(&path, insert_nothing).unwrap();
}

#[cfg(unix)]
#[test]
fn a_file_without_shared_memory_is_not_used_without_a_write_ahead_log() {
    let dir = tempfile::tempdir().unwrap();
    // This way to lock files has no shared memory.
    let connection = Connection::open_with_flags_and_vfs(
        dir.path().join("x"),
        rusqlite::OpenFlags::default(),
        c"unix-dotfile",
    )
    .unwrap();
    let refused = configure_writer(&connection, "FULL");
    assert!(matches!(refused, Err(Error::FolderUnsupported { .. })), "{refused:?}");
}
