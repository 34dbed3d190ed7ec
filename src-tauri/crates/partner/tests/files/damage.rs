//! Damaged files, and full or read-only disks.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;

use partner::Error;
use partner::decisions::{Action, AllocateCampaigns, Change};
use partner::ids::CampaignId;
use partner::queries::history::HistoryQuery;
use partner::tables::file::Format;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::test_partner::{TestPartner, account, advertiser, allocate, campaigns, commit, names, rename};
use crate::{fuzz_cases, invariants};

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    format!("{}{suffix}", path.display()).into()
}

#[test]
fn detects_damage_after_an_unclean_session_and_leaves_the_file_unchanged() {
    let partner = TestPartner::new();
    let whole = std::fs::read(partner.path()).unwrap();
    let mut found = 0;
    for page in (1..whole.len() / 4096).step_by(5) {
        let mut content = whole.clone();
        // The end of a page is in use unless the page is free.
        content[page * 4096 + 4000] ^= 0xFF;
        content[page * 4096 + 3] ^= 0xFF;
        std::fs::write(partner.path(), &content).unwrap();
        std::fs::write(with_suffix(&partner.path(), ".open"), "log 7").unwrap();
        match partner.folder.open(&partner.file) {
            Err(Error::FileDamaged(_)) => found += 1,
            other => panic!("page {page}: {other:?}"),
        }
        assert_eq!(std::fs::read(partner.path()).unwrap(), content);
        assert_eq!(partner.names(), [partner.file.clone(), format!("{}.open", partner.file)]);
    }
    assert!(found > 10, "{found}");
    std::fs::write(partner.path(), &whole).unwrap();
    assert!(partner.open().previous_session().unclean);
    assert!(!partner.open().previous_session().unclean);
}

#[test]
fn a_check_detects_damage_that_opening_the_file_does_not() {
    let mut found = 0;
    for part in 1..8 {
        let partner = TestPartner::new();
        partner.open().check_until(|| false).unwrap();
        let mut content = std::fs::read(partner.path()).unwrap();
        let page = content.len() / 4096 * part / 8;
        content[page * 4096 + 4000] ^= 0xFF;
        content[page * 4096 + 3] ^= 0xFF;
        std::fs::write(partner.path(), &content).unwrap();
        let Ok(book) = partner.folder.open(&partner.file) else { continue };
        match book.check_until(|| false) {
            Err(Error::FileDamaged(_)) => found += 1,
            other => panic!("page {page}: {other:?}"),
        }
        assert!(matches!(book.check_until(|| true), Err(Error::Cancelled)));
    }
    assert!(found > 3, "{found}");
}

#[test]
fn a_text_that_is_none_is_damage() {
    let partner = TestPartner::new();
    commit(&partner.open(), allocate(1, 1));
    change_without_triggers(&partner, "UPDATE entry SET actor = CAST(x'FF' AS TEXT)");
    let listed = partner.open().list(&HistoryQuery::default());
    assert!(matches!(listed, Err(Error::FileDamaged(_))), "{listed:?}");
}

#[test]
fn a_check_finds_texts_that_are_none_and_search_words_that_an_entry_does_not_say() {
    for (change, found) in [
        (
            "UPDATE ad_account SET company = CAST(x'41FF' AS TEXT) WHERE id % 2",
            "a text of ad_account is not valid",
        ),
        (
            "UPDATE entry_words SET lines = replace(lines, 'allocated', 'allocatee')",
            "the search words of entry",
        ),
        ("UPDATE entry_words SET lines = replace(lines, '東京', '東')", "the search words of entry"),
        ("UPDATE entry_ids SET lines = replace(lines, '-', 'x')", "the search words of entry"),
    ] {
        let partner = TestPartner::new();
        let allocation = Change::now("Çelik ΣΟΦΟΣ 東京 Ⅷ ﬁ x\u{308}\u{1DFA}\u{A7DC}", allocate(1, 1));
        assert!(partner.open().commit(&allocation).unwrap().entry.is_some());
        partner.open().check_until(|| false).unwrap();
        change_without_triggers(&partner, change);
        match partner.open().check_until(|| false) {
            Err(Error::FileDamaged(fault)) => assert!(fault.starts_with(found), "{change}: {fault}"),
            other => panic!("{change}: {other:?}"),
        }
    }
}

/// Runs SQL that the triggers would refuse.
fn change_without_triggers(partner: &TestPartner, sql: &str) {
    let file = crate::raw_file::open(partner.path(), rusqlite::OpenFlags::default());
    let triggers = |each: &str| -> String {
        let sql = format!("SELECT group_concat({each}, ';') FROM sqlite_schema WHERE type = 'trigger'");
        file.query_row(&sql, [], |row| row.get(0)).unwrap()
    };
    let (drop_triggers, create_triggers) = (triggers("'DROP TRIGGER ' || name"), triggers("sql"));
    file.execute_batch(&format!("{drop_triggers}; {sql}; {create_triggers}")).unwrap();
}

#[test]
fn detects_a_violated_invariant_after_an_unclean_session() {
    for violation in [
        "PRAGMA foreign_keys = OFF; DELETE FROM allocation",
        "DELETE FROM edit_row",
        "DELETE FROM edit_subject",
        "DELETE FROM entry_ids",
        "UPDATE entry_words SET lines = 'x'",
        "PRAGMA foreign_keys = OFF; UPDATE entry SET seq = 4000000000 WHERE seq = (SELECT max(seq) FROM entry)",
        "PRAGMA foreign_keys = OFF; DELETE FROM xpo_account",
        "INSERT INTO audience_exclusion VALUES ('7', 1)",
        "UPDATE campaign SET account_id = (SELECT max(id) FROM ad_account)",
    ] {
        let partner = TestPartner::new();
        commit(&partner.open(), allocate(1, 1));
        commit(&partner.open(), allocate(0, 0));
        let campaign = CampaignId(campaigns(0, 0, 1).remove(0).id);
        let of_account_0 =
            AllocateCampaigns { advertiser: advertiser(0), allocate: vec![campaign], deallocate: Vec::new() };
        commit(&partner.open(), Action::AllocateCampaigns(of_account_0));
        change_without_triggers(&partner, violation);
        drop(partner.open());
        std::fs::write(with_suffix(&partner.path(), ".open"), "log 7").unwrap();
        let refused = partner.folder.open(&partner.file);
        assert!(matches!(refused, Err(Error::FileDamaged(_))), "{violation}: {refused:?}");
        let copy = partner.dir().join("copies").join("copy.sqlite");
        assert!(partner.folder.restore(Some(&partner.file), &partner.path()).is_err());
        assert!(!copy.exists());
    }
}

#[test]
fn detects_an_index_that_does_not_match_its_table_after_an_unclean_session() {
    let partner = TestPartner::new();
    let open = || crate::raw_file::open(partner.path(), rusqlite::OpenFlags::default());
    // The index is hidden while a name changes.
    open()
        .execute_batch(
            "CREATE TABLE hidden AS SELECT * FROM sqlite_schema WHERE name = 'ad_account_by_name';
             PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'ad_account_by_name'",
        )
        .unwrap();
    open()
        .execute_batch(
            "UPDATE ad_account SET name_folded = 'zebra' WHERE name_folded = 'account 7';
             PRAGMA writable_schema = ON; INSERT INTO sqlite_schema SELECT * FROM hidden",
        )
        .unwrap();
    open().execute_batch("DROP TABLE hidden").unwrap();
    let quick: String = open().query_row("PRAGMA quick_check", [], |row| row.get(0)).unwrap();
    assert_eq!(quick, "ok");
    std::fs::write(with_suffix(&partner.path(), ".open"), "opening").unwrap();
    let refused = partner.folder.open(&partner.file);
    assert!(matches!(refused, Err(Error::FileDamaged(_))), "{refused:?}");
}

#[test]
fn refuses_to_back_up_a_damaged_book() {
    let partner = TestPartner::new();
    let mut content = std::fs::read(partner.path()).unwrap();
    let last = content.len() - 4096;
    content[last..].fill(0x5A);
    std::fs::write(partner.path(), content).unwrap();
    let book = partner.open();
    let copy = partner.dir().join("copies").join("copy.sqlite");
    let refused = book.back_up(&copy);
    assert!(matches!(refused, Err(Error::FileDamaged(_))), "{refused:?}");
    assert_eq!(names(copy.parent().unwrap()), [] as [String; 0]);
}

#[test]
fn refuses_a_truncated_file_and_leaves_it_unchanged() {
    let partner = TestPartner::new();
    let whole = std::fs::read(partner.path()).unwrap();
    for length in [0, 15, 16, 100, 4095, 4096, whole.len() / 2, whole.len() - 4096, whole.len() - 1] {
        std::fs::write(partner.path(), &whole[..length]).unwrap();
        let refused = partner.folder.open(&partner.file);
        assert!(
            matches!(refused, Err(Error::FileDamaged(_) | Error::FileNotPartner)),
            "{length}: {refused:?}"
        );
        assert_eq!(std::fs::read(partner.path()).unwrap(), &whole[..length]);
        assert!(partner.folder.list().unwrap()[0].problem.is_some());
    }
}

#[test]
fn any_first_page_is_read_or_refused_and_a_refused_file_is_unchanged() {
    let partner = TestPartner::new();
    let whole = std::fs::read(partner.path()).unwrap();
    proptest!(fuzz_cases(), |(damage in vec((0..300_usize, any::<u8>()), 1..6), random in option::of(vec(any::<u8>(), 100)))| {
        let mut content = whole.clone();
        if let Some(header) = random {
            content[..100].copy_from_slice(&header);
        }
        for (at, byte) in damage {
            content[at] = byte;
        }
        std::fs::write(partner.path(), &content).unwrap();
        partner.folder.list().unwrap();
        if partner.folder.open(&partner.file).is_err() {
            prop_assert!(std::fs::read(partner.path()).unwrap() == content);
        }
    });
}

#[test]
fn refuses_a_folder_with_the_name_of_the_file() {
    let partner = TestPartner::new();
    std::fs::remove_file(partner.path()).unwrap();
    std::fs::create_dir(partner.path()).unwrap();
    std::fs::write(partner.path().join("mine"), "x").unwrap();
    assert!(matches!(partner.folder.open(&partner.file), Err(Error::FileNotPartner)));
    assert!(matches!(partner.folder.list().unwrap()[0].problem, Some(Error::FileNotPartner)));
    assert!(partner.path().join("mine").exists());
}

/// Runs the ignored test `child` in a folder on a file system of 8 MB. Returns whether this system allows that.
fn run_on_small_disk(child: &str) -> bool {
    let dir = tempfile::tempdir().unwrap();
    let mount =
        "mount -t tmpfs -o size=8m tmpfs \"$0\" || exit 99; exec \"$1\" --exact \"$2\" --ignored --nocapture";
    let ran = Command::new("unshare")
        .args(["-rm", "sh", "-c", mount])
        .args([dir.path(), &std::env::current_exe().unwrap(), Path::new(child)])
        .env("SMALL_DISK", dir.path())
        .output();
    let Ok(output) = ran else {
        eprintln!("SKIPPED {child}: unshare is not installed");
        return false;
    };
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(99) || text.starts_with("unshare:") {
        eprintln!("SKIPPED {child}: {text}");
        return false;
    }
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
    true
}

fn small_disk() -> PathBuf {
    std::env::var_os("SMALL_DISK").expect("run by another test").into()
}

/// Fills the disk to the last byte.
fn fill(dir: &Path) -> PathBuf {
    use std::io::Write;
    let filler = dir.join("filler");
    let mut file = std::fs::File::create(&filler).unwrap();
    for size in [65536, 4096, 1] {
        while file.write_all(&vec![1; size]).is_ok() {}
    }
    filler
}

#[test]
fn a_full_disk_loses_and_breaks_nothing() {
    run_on_small_disk("damage::full_disk_child");
}

#[test]
#[ignore = "run by a_full_disk_loses_and_breaks_nothing"]
fn full_disk_child() {
    let dir = small_disk();
    let partner = TestPartner::create_in(&dir);
    let book = partner.open();
    let copy = dir.join("copies").join("copy.sqlite");
    book.back_up(&copy).unwrap();
    let older = std::fs::read(&copy).unwrap();
    commit(&book, allocate(0, 0));
    let out = dir.join("out");
    std::fs::create_dir(&out).unwrap();
    let filler = fill(&dir);

    // Saves succeed until the write-ahead log has to grow; then nothing is saved anymore.
    let mut saved = book.decisions().unwrap();
    let refused = (0..).find_map(|n| {
        let change = partner::decisions::Change::now("admin", rename(1, &format!("Name {n}")));
        let result = book.commit(&change);
        if result.is_ok() {
            saved = book.decisions().unwrap();
        }
        result.err()
    });
    assert!(matches!(refused, Some(Error::DiskFull)), "{refused:?}");
    assert!(matches!(book.record(&account(3), &campaigns(3, 0, 5_000)), Err(Error::DiskFull)));
    assert_eq!(book.decisions().unwrap(), saved);
    let refused = book.back_up(&copy);
    assert!(matches!(refused, Err(Error::DiskFull)), "{refused:?}");
    assert_eq!(std::fs::read(&copy).unwrap(), older);
    assert_eq!(names(copy.parent().unwrap()), ["copy.sqlite"]);
    let keep_going = &mut |_| ControlFlow::Continue(());
    for format in [Format::Csv, Format::Excel] {
        let refused = book.export(&out, format, keep_going);
        assert!(matches!(refused, Err(Error::DiskFull)), "{refused:?}");
        let refused = book.export_directory(&out.join("directory"), format, keep_going);
        assert!(matches!(refused, Err(Error::DiskFull)), "{refused:?}");
    }
    assert_eq!(names(&out), [] as [String; 0]);
    drop(book);
    let refused = partner.folder.restore(Some(&partner.file), &copy);
    assert!(matches!(refused, Err(Error::DiskFull)), "{refused:?}");
    match partner.folder.open(&partner.file) {
        Ok(book) => assert_eq!(book.decisions().unwrap(), saved),
        Err(refused) => assert!(matches!(refused, Error::DiskFull), "{refused:?}"),
    }
    let refused = partner.folder.create("Another");
    assert!(matches!(refused, Err(Error::DiskFull)), "{refused:?}");

    std::fs::remove_file(filler).unwrap();
    let book = partner.open();
    assert_eq!(book.previous_session().foreign_wal, None);
    assert_eq!(book.decisions().unwrap(), saved);
    commit(&book, allocate(2, 2));
    drop(book);
    invariants::assert_hold(&partner.path());
}

#[test]
fn a_read_only_disk_loses_and_breaks_nothing() {
    run_on_small_disk("damage::read_only_disk_child");
}

#[test]
#[ignore = "run by a_read_only_disk_loses_and_breaks_nothing"]
fn read_only_disk_child() {
    let dir = small_disk();
    let partner = TestPartner::create_in(&dir);
    let copy = dir.join("copies").join("copy.sqlite");
    partner.open().back_up(&copy).unwrap();
    let remount = |how: &str| {
        assert!(Command::new("mount").args(["-o", how]).arg(&dir).status().unwrap().success());
    };
    remount("remount,ro");
    let assert_unwritable = |error: Error| {
        assert!(matches!(error, Error::FolderUnwritable(_) | Error::FileReadOnly), "{error:?}");
    };
    assert_unwritable(partner.folder.open(&partner.file).unwrap_err());
    assert_unwritable(partner.folder.restore(Some(&partner.file), &copy).unwrap_err());
    assert_unwritable(partner.folder.create("Another").unwrap_err());
    assert_eq!(partner.folder.list().unwrap()[0].name, "Knorex");
    remount("remount,rw");
    assert!(!partner.open().previous_session().unclean);
    // A backup on a read-only disk can be restored.
    let elsewhere = TestPartner::new();
    remount("remount,ro");
    let restored = elsewhere.folder.restore(None, &copy).unwrap();
    assert_eq!(restored.file, partner.file);
    drop(elsewhere.folder.open(&restored.file).unwrap());
}
