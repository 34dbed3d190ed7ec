//! Backing up and restoring.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::tz::{TimeZone, offset};
use jiff::{Timestamp, ToSpan};
use partner::decisions::{Action, Change};
use partner::ids::RequestId;
use partner::queries::requests::{RequestQuery, RequestState};
use partner::requests::mail_settings::MailSettings;
use partner::requests::request::NewRequest;
use partner::store::backup::time_of;
use partner::stored_problem::StoredProblem;
use partner::{Book, Error, Folder};

use crate::invariants;
use crate::test_partner::{TestPartner, account, allocate, campaigns, commit, names, rename};

fn copy_path(partner: &TestPartner) -> PathBuf {
    partner.dir().join("copies").join("copy.sqlite")
}

/// Restores a copy elsewhere, and returns its decisions.
fn decisions_in(copy: &Path) -> String {
    let other = tempfile::tempdir().unwrap();
    let folder = Folder::at(other.path());
    let restored = folder.restore(None, copy).unwrap();
    folder.open(&restored.file).unwrap().decisions().unwrap()
}

#[test]
fn a_backup_contains_all_changes_until_then_in_one_file() {
    let partner = TestPartner::new();
    let book = partner.open();
    commit(&book, allocate(1, 1));
    let decisions = book.decisions().unwrap();
    let copy = copy_path(&partner);
    book.back_up(&copy).unwrap();
    assert_eq!(names(copy.parent().unwrap()), ["copy.sqlite"]);
    commit(&book, allocate(2, 2));
    invariants::assert_hold(&copy);
    assert_eq!(decisions_in(&copy), decisions);
}

#[test]
fn a_backup_excludes_changes_saved_while_it_runs() {
    let partner = TestPartner::new();
    let book = partner.open();
    let before = book.decisions().unwrap();
    let copy = copy_path(&partner);
    book.back_up_while(&copy, &mut || {
        commit(&book, allocate(1, 1));
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_ne!(book.decisions().unwrap(), before);
    assert_eq!(decisions_in(&copy), before);
}

#[test]
fn a_backup_that_was_copied_is_from_the_time_in_its_name_or_of_its_last_change() {
    let partner = TestPartner::new();
    let book = partner.open();
    let mut change = Change::now("admin", allocate(1, 1));
    // Later than the changes of the test partner.
    change.at = "2100-06-01T10:00:00Z".parse().unwrap();
    book.commit(&change).unwrap();
    let taken: Timestamp = "2100-06-02T11:22:33Z".parse().unwrap();
    let backup = book.back_up_now(taken).unwrap();
    let copy = |name: &str| {
        let copy = partner.dir().join(name);
        std::fs::copy(&backup, &copy).unwrap();
        time_of(&copy).unwrap()
    };
    assert_eq!(copy(&names(backup.parent().unwrap())[0]), taken);
    assert_eq!(copy("from the stick.sqlite"), change.at);
    let other = partner.dir().join("other.sqlite");
    std::fs::write(&other, "").unwrap();
    let modified = Timestamp::try_from(other.metadata().unwrap().modified().unwrap()).unwrap();
    assert_eq!(time_of(&other).unwrap(), modified, "a file that is no backup");
    assert!(matches!(time_of(&partner.dir().join("missing")), Err(Error::FileMissing)));
}

#[test]
fn saves_and_syncs_continue_during_backups() {
    let partner = TestPartner::new();
    let book = partner.open();
    let stop = AtomicBool::new(false);
    let copy = copy_path(&partner);
    std::thread::scope(|scope| {
        let saves = scope.spawn(|| {
            let mut saved = 0;
            while !stop.load(Ordering::Relaxed) {
                commit(&book, rename(3, &format!("Renamed {saved}")));
                book.record(&account(1), &campaigns(1, saved * 10, 10)).unwrap();
                saved += 1;
            }
            saved
        });
        for _ in 0..5 {
            book.back_up(&copy).unwrap();
            invariants::assert_hold(&copy);
        }
        stop.store(true, Ordering::Relaxed);
        assert!(saves.join().unwrap() > 0);
    });
}

#[test]
fn a_cancelled_backup_keeps_the_older_copy() {
    let partner = TestPartner::new();
    let book = partner.open();
    let copy = copy_path(&partner);
    book.back_up(&copy).unwrap();
    let older = std::fs::read(&copy).unwrap();
    commit(&book, allocate(1, 1));
    let refused = book.back_up_while(&copy, &mut || ControlFlow::Break(()));
    assert!(matches!(refused, Err(Error::Cancelled)), "{refused:?}");
    assert_eq!(std::fs::read(&copy).unwrap(), older);
    assert_eq!(names(copy.parent().unwrap()), ["copy.sqlite"]);
}

#[test]
fn refuses_a_backup_in_the_folder_of_partners() {
    let partner = TestPartner::new();
    let book = partner.open();
    for path in [partner.path(), partner.path().with_file_name("other.sqlite")] {
        assert!(matches!(book.back_up(&path), Err(Error::BackupHere)));
    }
    commit(&book, allocate(1, 1));
}

#[test]
fn restoring_a_backup_keeps_the_replaced_file() {
    let partner = TestPartner::new();
    let book = partner.open();
    let then = book.decisions().unwrap();
    let copy = copy_path(&partner);
    book.back_up(&copy).unwrap();
    commit(&book, allocate(1, 1));
    let now = book.decisions().unwrap();
    drop(book);

    let restored = partner.folder.restore(Some(&partner.file), &copy).unwrap();
    assert_eq!(restored.file, partner.file);
    let replaced = restored.replaced.unwrap();
    assert_eq!(
        partner.names(),
        [partner.file.clone(), replaced.file_name().unwrap().to_str().unwrap().to_owned()]
    );
    assert_eq!(partner.open().decisions().unwrap(), then);
    assert!(!partner.open().previous_session().unclean);
    // The replaced file can be restored in turn.
    assert_eq!(decisions_in(&replaced), now);
    partner.folder.restore(Some(&partner.file), &replaced).unwrap();
    assert_eq!(partner.open().decisions().unwrap(), now);
    assert!(copy.exists());
}

#[test]
fn restoring_a_backup_keeps_a_damaged_file() {
    let partner = TestPartner::new();
    let copy = copy_path(&partner);
    partner.open().back_up(&copy).unwrap();
    for damage in [&b""[..], b"SQLite format 3\0 and then nonsense", b"not a partner"] {
        std::fs::write(partner.path(), damage).unwrap();
        assert!(partner.folder.open(&partner.file).is_err());
        let replaced = partner.folder.restore(Some(&partner.file), &copy).unwrap().replaced.unwrap();
        assert_eq!(std::fs::read(replaced).unwrap(), damage);
        drop(partner.open());
    }
    std::fs::remove_file(partner.path()).unwrap();
    assert_eq!(partner.folder.restore(Some(&partner.file), &copy).unwrap().replaced, None);
    drop(partner.open());
}

#[test]
fn a_lost_partner_is_restored_unless_a_file_still_has_it() {
    let partner = TestPartner::new();
    let copy = copy_path(&partner);
    partner.open().back_up(&copy).unwrap();
    // The backup has the old name, which a new file would be named after.
    partner.folder.rename(&partner.file, "Renamed").unwrap();
    std::fs::rename(partner.path(), partner.path().with_file_name("renamed.sqlite")).unwrap();
    let refused = partner.folder.restore(None, &copy);
    assert!(matches!(refused, Err(Error::PartnerExists(_))), "{refused:?}");

    std::fs::write(partner.path().with_file_name("renamed.sqlite"), "damaged").unwrap();
    let restored = partner.folder.restore(None, &copy).unwrap();
    assert_eq!((restored.file, restored.replaced), (partner.file.clone(), None));
    drop(partner.open());
}

#[test]
fn restoring_a_backup_keeps_the_write_ahead_log_of_a_damaged_file() {
    let partner = TestPartner::new();
    let book = partner.open();
    let copy = copy_path(&partner);
    book.back_up(&copy).unwrap();
    commit(&book, allocate(1, 1));
    let crashed = TestPartner::new();
    for ending in ["", "-wal", ".open"] {
        let to = format!("{}{ending}", crashed.path().display());
        std::fs::copy(format!("{}{ending}", partner.path().display()), to).unwrap();
    }
    let mut content = std::fs::read(crashed.path()).unwrap();
    content[100..].fill(0x5A);
    std::fs::write(crashed.path(), &content).unwrap();
    let log = std::fs::read(format!("{}-wal", crashed.path().display())).unwrap();
    // The content is unreadable, but the file name belongs to another partner.
    let refused = crashed.folder.restore(Some(&crashed.file), &copy);
    assert!(matches!(refused, Err(Error::BackupOfAnother)), "{refused:?}");
    std::fs::rename(crashed.path(), crashed.path().with_file_name("plain.sqlite")).unwrap();
    for ending in ["-wal", ".open"] {
        let name = |stem: &str| crashed.path().with_file_name(format!("{stem}{ending}"));
        std::fs::rename(name(&crashed.file), name("plain.sqlite")).unwrap();
    }
    let replaced = crashed.folder.restore(Some("plain.sqlite"), &copy).unwrap().replaced.unwrap();
    assert_eq!(std::fs::read(&replaced).unwrap(), content);
    assert_eq!(std::fs::read(format!("{}-wal", replaced.display())).unwrap(), log);
    assert!(!crashed.folder.open("plain.sqlite").unwrap().previous_session().unclean);
}

#[test]
fn refuses_an_unsuitable_backup_and_changes_nothing() {
    let partner = TestPartner::new();
    let copy = copy_path(&partner);
    let book = partner.open();
    book.back_up(&copy).unwrap();
    let refused = partner.folder.restore(Some(&partner.file), &copy);
    assert!(matches!(refused, Err(Error::FileInUse)), "{refused:?}");
    drop(book);

    let other = TestPartner::new();
    let of_another = copy_path(&other);
    other.open().back_up(&of_another).unwrap();
    let practice = copy.with_file_name("practice.sqlite");
    std::fs::copy(&copy, &practice).unwrap();
    rusqlite::Connection::open(&practice).unwrap().execute("UPDATE partner SET practice = 1", []).unwrap();
    let damaged = copy.with_file_name("damaged.sqlite");
    let mut content = std::fs::read(&copy).unwrap();
    let half = content.len() / 2;
    content[half..half + 8192].fill(0x5A);
    std::fs::write(&damaged, content).unwrap();
    let newer = copy.with_file_name("newer.sqlite");
    std::fs::copy(&copy, &newer).unwrap();
    rusqlite::Connection::open(&newer).unwrap().pragma_update(None, "user_version", 999).unwrap();
    let pre_release = copy.with_file_name("pre-release.sqlite");
    std::fs::copy(&copy, &pre_release).unwrap();
    let connection = rusqlite::Connection::open(&pre_release).unwrap();
    connection.pragma_update(None, "application_id", i32::from_be_bytes(*b"XPOA")).unwrap();
    drop(connection);
    let text = copy.with_file_name("text.sqlite");
    std::fs::write(&text, "shopping list").unwrap();

    let before = std::fs::read(partner.path()).unwrap();
    let restore = |backup: &Path| partner.folder.restore(Some(&partner.file), backup).unwrap_err();
    assert!(matches!(restore(&of_another), Error::BackupOfAnother));
    assert!(matches!(restore(&practice), Error::BackupOfAnother));
    assert!(matches!(restore(&damaged), Error::FileDamaged(_)));
    assert!(matches!(restore(&newer), Error::FileNewer { .. }));
    assert!(matches!(restore(&pre_release), Error::FileFromPreRelease));
    assert!(matches!(restore(&text), Error::FileNotPartner));
    assert!(matches!(restore(&copy.with_file_name("gone.sqlite")), Error::FileMissing));
    assert!(matches!(restore(partner.dir()), Error::FileNotPartner));
    let outside = partner.folder.restore(Some("../copies/copy.sqlite"), &copy);
    assert!(matches!(outside, Err(Error::FileMissing)));
    assert_eq!(std::fs::read(partner.path()).unwrap(), before);
    assert_eq!(partner.names(), [partner.file.as_str()]);
}

fn back_up_daily(book: &Book, now: Timestamp) -> Option<PathBuf> {
    back_up_daily_in(TimeZone::UTC, book, now)
}

fn back_up_daily_in(time_zone: TimeZone, book: &Book, now: Timestamp) -> Option<PathBuf> {
    book.back_up_daily(&now.to_zoned_datetime(time_zone), &mut || ControlFlow::Continue(())).unwrap()
}

fn taken(partner: &TestPartner) -> Vec<Timestamp> {
    partner.folder.backups(&partner.file).unwrap().iter().map(|backup| backup.taken).collect()
}

#[test]
fn keeps_daily_backups_for_a_week_and_weekly_ones_for_eight_weeks_more() {
    let partner = TestPartner::new();
    let book = partner.open();
    // A Thursday, as is the first day of 1970: weeks are counted from then.
    let start: Timestamp = "2026-01-01T08:00:00.5Z".parse().unwrap();
    let by_hand = partner.dir().join("backups").join("mine.sqlite");
    book.back_up(&by_hand).unwrap();
    let day = |n: i64| start + (n * 24).hours();
    for n in 0..100 {
        assert!(back_up_daily(&book, day(n)).is_some());
        if n % 10 == 0 {
            assert_eq!(back_up_daily(&book, day(n) + 15.hours()), None);
        }
    }
    let weekly = (0..93).rev().filter(|n| n % 7 == 6).take(8);
    assert_eq!(taken(&partner), (93..100).rev().chain(weekly).map(day).collect::<Vec<_>>());
    assert!(by_hand.exists());
    // With a clock that is far ahead, all of them are old, and stay.
    let before = taken(&partner);
    assert!(back_up_daily(&book, day(4_000)).is_some());
    assert!(taken(&partner).ends_with(&before[7..]), "the weekly backups stay");
    drop(book);
    let oldest = partner.folder.backups(&partner.file).unwrap().pop().unwrap();
    partner.folder.restore(Some(&partner.file), &oldest.path).unwrap();
    drop::<Book>(partner.open());
}

#[test]
fn a_backup_is_due_on_every_day_of_the_time_zone_however_little_time_has_passed() {
    let partner = TestPartner::new();
    let book = partner.open();
    let due =
        |time: &str| back_up_daily_in(TimeZone::fixed(offset(8)), &book, time.parse().unwrap()).is_some();
    assert!(due("2026-01-01T14:00:00+08"));
    assert!(!due("2026-01-01T23:59:59+08"));
    assert!(due("2026-01-02T07:00:00+08"), "17 hours later, and on the same day in UTC as 23:59");
    assert!(!due("2026-01-02T08:00:00+08"));
    assert!(due("2026-01-03T00:00:01+08"));
}

#[test]
fn backups_from_a_clock_that_was_ahead_neither_count_nor_stay() {
    let partner = TestPartner::new();
    let book = partner.open();
    let start: Timestamp = "2026-01-01T08:00:00.5Z".parse().unwrap();
    let day = |n: i64| start + (n * 24).hours();
    for n in 4_000..4_007 {
        back_up_daily(&book, day(n)).unwrap();
    }
    for n in 0..6 {
        back_up_daily(&book, day(n)).unwrap();
        assert_eq!(taken(&partner).len() as i64, 7 + n + 1, "nothing goes until a week of others is there");
    }
    back_up_daily(&book, day(6)).unwrap();
    assert_eq!(taken(&partner), (0..7).rev().map(day).collect::<Vec<_>>());
}

#[test]
fn a_cancelled_daily_backup_leaves_nothing() {
    let partner = TestPartner::new();
    let book = partner.open();
    let now = Timestamp::now().to_zoned_datetime(TimeZone::UTC);
    let cancelled = book.back_up_daily(&now, &mut || ControlFlow::Break(()));
    assert!(matches!(cancelled, Err(Error::Cancelled)), "{cancelled:?}");
    assert_eq!(names(&partner.dir().join("backups")), [] as [String; 0]);
}

#[test]
fn opening_a_file_removes_what_interrupted_backups_and_restores_of_it_left() {
    let partner = TestPartner::new();
    let folder = partner.dir().join("backups");
    std::fs::create_dir(&folder).unwrap();
    let name = partner.file.strip_suffix(".sqlite").unwrap();
    for kind in ["daily", "taken", "v1", "other-daily"] {
        let draft = format!("{name}-{kind}-20260101T080000000Z.sqlite.draft");
        std::fs::write(folder.join(draft), "half").unwrap();
    }
    for suffix in [".restore", ".restore-wal", ".restore.draft"] {
        std::fs::write(format!("{}{suffix}", partner.path().display()), "half").unwrap();
    }
    let before = partner.names();
    assert_eq!(before.len(), 4);
    drop(partner.open());
    assert_eq!(partner.names(), [partner.file.as_str()]);
    let of_another = format!("{name}-other-daily-20260101T080000000Z.sqlite.draft");
    assert_eq!(names(&folder), [of_another]);
}

#[test]
fn restoring_over_a_file_after_a_crash_keeps_the_changes_in_its_write_ahead_log() {
    let partner = TestPartner::new();
    let book = partner.open();
    let copy = copy_path(&partner);
    book.back_up(&copy).unwrap();
    commit(&book, allocate(1, 1));
    let now = book.decisions().unwrap();
    let crashed = tempfile::tempdir().unwrap();
    std::fs::create_dir(crashed.path().join("partners")).unwrap();
    for ending in ["", "-wal", ".open"] {
        let name = format!("{}{ending}", partner.file);
        let to = crashed.path().join("partners").join(&name);
        std::fs::copy(partner.path().with_file_name(&name), to).unwrap();
    }
    let folder = Folder::at(crashed.path());
    let replaced = folder.restore(Some(&partner.file), &copy).unwrap().replaced.unwrap();
    assert_ne!(folder.open(&partner.file).unwrap().decisions().unwrap(), now);
    assert_eq!(decisions_in(&replaced), now);
}

/// A mail may have been sent since the backup, which only the admin can know.
#[test]
fn the_log_of_an_interrupted_restore_is_not_applied_to_the_next_one() {
    let partner = TestPartner::new();
    let copy = copy_path(&partner);
    let book = partner.open();
    book.back_up(&copy).unwrap();
    let decisions = book.decisions().unwrap();
    for n in 1..=3 {
        commit(&book, allocate(n, n));
    }
    let path = partner.path();
    let beside =
        |suffix: &str| path.with_file_name(format!("{}{suffix}", path.file_name().unwrap().display()));
    for suffix in ["", "-wal"] {
        std::fs::copy(beside(suffix), beside(&format!(".restore{suffix}"))).unwrap();
    }
    drop(book);
    let file = path.file_name().unwrap().to_str().unwrap();
    Folder::at(partner.dir()).restore(Some(file), &copy).unwrap();
    assert_eq!(partner.open().decisions().unwrap(), decisions);
    invariants::assert_hold(&path);
}

#[test]
fn r48_restoring_a_backup_sends_no_mail_twice() {
    let partner = TestPartner::new();
    let book = partner.open();
    let [sent, sending, queued] = ["Sent", "Sending", "Queued"].map(|name| request_account(&book, name));
    let mail = book.start_next_mail(Timestamp::now()).unwrap().unwrap();
    book.hand_over_mail(&mail.key).unwrap();
    book.mark_mail_sent(&mail.key, Timestamp::now()).unwrap();
    assert_eq!(book.start_next_mail(Timestamp::now()).unwrap().unwrap().key.request, sending);
    let copy = copy_path(&partner);
    book.back_up(&copy).unwrap();
    let decisions = book.decisions().unwrap();
    drop(book);
    partner.folder.restore(Some(&partner.file), &copy).unwrap();
    let book = partner.open();
    book.requeue_interrupted_mails(&StoredProblem::default(), Timestamp::now(), Timestamp::now()).unwrap();
    assert_eq!(book.start_next_mail(Timestamp::MAX).unwrap(), None);
    let state = |id: &RequestId| {
        let row = book.rows::<RequestQuery>(std::slice::from_ref(id)).unwrap().remove(0);
        (row.state, row.mail.unwrap().uncertain)
    };
    assert_eq!(state(&sent), (RequestState::Sent, 0));
    assert_eq!(state(&sending), (RequestState::Failed, 1));
    assert_eq!(state(&queued), (RequestState::Failed, 1));
    assert_eq!(book.decisions().unwrap(), decisions);
    assert!(book.resend_mail(&queued, true, Timestamp::now()).unwrap());
    assert_eq!(book.start_next_mail(Timestamp::MAX).unwrap().unwrap().key.request, queued);
    drop(book);
    invariants::assert_hold(&partner.path());
}

/// What a person does when a partner does not open: copies a backup to where the file was.
#[test]
fn r48_a_backup_copied_over_the_file_by_hand_sends_no_mail_twice() {
    let partner = TestPartner::new();
    let book = partner.open();
    request_account(&book, "Sent after the backup");
    let backup = book.back_up_now(Timestamp::now()).unwrap();
    let mail = book.start_next_mail(Timestamp::now()).unwrap().unwrap();
    book.hand_over_mail(&mail.key).unwrap();
    book.mark_mail_sent(&mail.key, Timestamp::now()).unwrap();
    drop(book);
    std::fs::copy(&backup, partner.path()).unwrap();
    let book = partner.open();
    assert_eq!(book.previous_session().held_mails, 1);
    assert_eq!(book.start_next_mail(Timestamp::MAX).unwrap(), None);
    drop(book);
    let book = partner.open();
    assert_eq!(book.previous_session().held_mails, 0, "reported once");
    assert_eq!(book.start_next_mail(Timestamp::MAX).unwrap(), None);
}

#[test]
fn r48_a_file_from_another_computer_sends_no_mail_by_itself() {
    let partner = TestPartner::new();
    request_account(&partner.open(), "May have been sent there");
    let elsewhere = TestPartner::new();
    std::fs::copy(partner.path(), elsewhere.path().with_file_name(&partner.file)).unwrap();
    let book = elsewhere.folder.open(&partner.file).unwrap();
    assert_eq!(book.previous_session().held_mails, 1);
    assert_eq!(book.start_next_mail(Timestamp::MAX).unwrap(), None);
    let book = partner.open();
    assert_eq!(book.previous_session().held_mails, 0);
    assert!(book.start_next_mail(Timestamp::MAX).unwrap().is_some(), "its own computer sends the mail");
}

fn request_account(book: &Book, name: &str) -> RequestId {
    let settings = MailSettings { team: "team@knorex.example".into(), ..MailSettings::default() };
    book.save_mail_settings(&settings).unwrap();
    let request = NewRequest {
        name: name.into(),
        industry: "Games".into(),
        country: "SG".into(),
        currency: "USD".into(),
        timezone: "Asia/Singapore".into(),
        note: String::new(),
    };
    RequestId(commit(book, Action::RequestAccount(request)).0)
}
