use super::*;

fn place() -> (tempfile::TempDir, PathBuf, PathBuf) {
    let place = tempfile::tempdir().unwrap();
    let (path, backups) = (place.path().join("knorex.sqlite"), place.path().join("backups"));
    (place, path, backups)
}

fn nothing(_: &Connection) -> Result<()> {
    Ok(())
}

#[test]
fn the_versions_are_valid() {
    let mut book = Connection::open_in_memory().unwrap();
    raw_json::teach(&book).unwrap();
    Migrations::new(VERSIONS.iter().map(|sql| M::up(sql)).collect()).to_latest(&mut book).unwrap();
}

#[test]
fn details_that_were_kept_as_text_are_packed() {
    let (_place, path, backups) = place();
    create_as(&path, &VERSIONS[..11], |connection| {
        connection.execute_batch(
            "INSERT INTO ad_account (id, name, name_folded) VALUES ('7', 'A', 'a');
             INSERT INTO details VALUES ('ad', '7', '70', '{\"pacing\":\"FAST\"}');",
        )?;
        Ok(())
    })
    .unwrap();
    let opened = open(&path, &backups).unwrap();
    let packed: Vec<u8> =
        opened.reader.query_row("SELECT packed FROM details WHERE id = '70'", [], |row| row.get(0)).unwrap();
    assert_eq!(raw_json::unpack(&packed).unwrap(), "{\"pacing\":\"FAST\"}");
}

#[test]
fn an_older_file_is_copied_before_it_is_migrated() {
    let (_place, path, backups) = place();
    create_as(&path, &VERSIONS[..1], |connection| {
        connection.execute("INSERT INTO tiktok_app VALUES (1, '7', 'r', 'a', 'l')", [])?;
        Ok(())
    })
    .unwrap();
    drop(open(&path, &backups).unwrap());

    let copies: Vec<_> = std::fs::read_dir(&backups).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(copies.len(), 1);
    let kept = |path: &Path, versions: usize| {
        let connection = Connection::open(path).unwrap();
        assert_eq!(check_version(&connection, VERSIONS.len()).unwrap(), versions);
        connection.query_row("SELECT app_id FROM tiktok_app", [], |row| row.get::<_, String>(0)).unwrap()
    };
    assert_eq!(kept(&copies[0], 1), "7");
    assert_eq!(kept(&path, VERSIONS.len()), "7");

    drop(open(&path, &backups).unwrap());
    assert_eq!(std::fs::read_dir(&backups).unwrap().count(), 1, "a second opening copies nothing");
}

#[test]
fn a_copy_of_any_version_is_checked_for_what_it_has_and_can_be_put_back() {
    for version in 1..=VERSIONS.len() {
        let (_dir, path, _) = place();
        create_as(&path, &VERSIONS[..version], nothing).unwrap();
        integrity::check_file(&path, Depth::Indexes).unwrap();
        crate::requests::outbox::distrust(&path, Timestamp::now()).unwrap();
        integrity::check_file(&path, Depth::Indexes).unwrap();
    }
}

#[test]
fn a_migration_that_fails_leaves_the_file_as_it_was() {
    let (_place, path, backups) = place();
    create_as(&path, &VERSIONS[..1], nothing).unwrap();
    let broken = [VERSIONS[0], "CREATE TABLE half (x) STRICT; CREATE TABLE partner (x);"];
    assert!(open_as(&path, &backups, &broken).is_err());
    let opened = open_as(&path, &backups, &VERSIONS[..1]).unwrap();
    let tables = "SELECT count(*) FROM sqlite_schema WHERE name = 'half'";
    assert_eq!(opened.reader.query_row(tables, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
}

#[test]
fn an_older_program_refuses_a_newer_file() {
    let (_place, path, backups) = place();
    create(&path, nothing).unwrap();
    let before = std::fs::read(&path).unwrap();
    let known = VERSIONS.len() - 1;
    match open_as(&path, &backups, &VERSIONS[..known]) {
        Err(Error::FileNewer { found, known: k }) => {
            assert_eq!((found as usize, k as usize), (known + 1, known))
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_file_is_open_once() {
    let (_place, path, backups) = place();
    create(&path, nothing).unwrap();
    let first = open(&path, &backups).unwrap();
    assert!(matches!(open(&path, &backups), Err(Error::FileInUse)));
    drop(first);
    open(&path, &backups).unwrap();
}

#[test]
fn a_read_only_file_is_refused() {
    let (_place, path, backups) = place();
    create(&path, nothing).unwrap();
    let mut permissions = path.metadata().unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).unwrap();
    assert!(matches!(open(&path, &backups), Err(Error::FileReadOnly)));
}

#[test]
fn what_is_no_book_is_refused_and_kept() {
    let (_place, path, backups) = place();
    let other = {
        let other = path.with_file_name("other.sqlite");
        Connection::open(&other).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
        std::fs::read(other).unwrap()
    };
    for content in [b"".as_slice(), b"shopping list", b"SQLite format 3\0 and then nonsense", &other] {
        std::fs::write(&path, content).unwrap();
        let refused = open(&path, &backups);
        assert!(matches!(refused, Err(Error::FileNotPartner)), "{refused:?}");
        assert_eq!(std::fs::read(&path).unwrap(), content);
    }
    assert!(matches!(open(&path.with_file_name("gone"), &backups), Err(Error::FileMissing)));
}

#[test]
fn a_damaged_file_is_told_from_a_foreign_one() {
    let (_place, path, backups) = place();
    create(&path, nothing).unwrap();
    let mut content = std::fs::read(&path).unwrap();
    content[100..].fill(0x5A);
    std::fs::write(&path, &content).unwrap();
    let refused = open(&path, &backups);
    assert!(matches!(refused, Err(Error::FileDamaged(_))), "{refused:?}");
    assert_eq!(std::fs::read(&path).unwrap(), content);
}

#[test]
fn a_refused_filling_leaves_no_file() {
    let (place, path, _) = place();
    let refused = create(&path, |_| Err(Error::DiskFull));
    assert!(matches!(refused, Err(Error::DiskFull)));
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0);
}

#[test]
fn a_peek_sees_what_is_still_in_the_log() {
    let (_place, path, backups) = place();
    create(&path, nothing).unwrap();
    let opened = open(&path, &backups).unwrap();
    opened.writer.execute("INSERT INTO tiktok_app VALUES (1, '7', 'r', 'a', 'l')", []).unwrap();
    let seen = peek(&path, |connection| {
        Ok(connection.query_row("SELECT app_id FROM tiktok_app", [], |row| row.get::<_, String>(0))?)
    });
    assert_eq!(seen.unwrap(), "7");
}

#[test]
fn odd_characters_in_a_path_do_no_harm() {
    let (place, ..) = place();
    let path = place.path().join("a ?#%20 é.sqlite");
    create(&path, nothing).unwrap();
    peek(&path, nothing).unwrap();
}
