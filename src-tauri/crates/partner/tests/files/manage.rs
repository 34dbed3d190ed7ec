//! Renaming and deleting partners, and what restoring loses.

use std::ops::ControlFlow;

use jiff::{Timestamp, ZonedDateTime};
use partner::decisions::Change;
use partner::{Error, Folder};

use crate::test_partner::{TestPartner, allocate, commit, names};

#[test]
fn a_renamed_partner_keeps_its_file_and_its_backups_and_a_name_is_taken_once() {
    let partner = TestPartner::new();
    let folder = Folder::at(partner.dir());
    let (file, book) = folder.create("Acme").unwrap();
    let backup = book.back_up_now(Timestamp::now()).unwrap();
    assert!(matches!(folder.rename(&file, "Acme Asia"), Err(Error::FileInUse)));
    drop(book);
    assert!(matches!(folder.rename(&file, "KNOREX"), Err(Error::NameTaken(_))));
    assert!(matches!(folder.rename(&file, " "), Err(Error::NameEmpty)));
    folder.rename(&file, " ACME ").unwrap();
    assert_eq!(folder.open(&file).unwrap().partner().name, "ACME");
    let backups = folder.backups(&file).unwrap();
    assert_eq!(backups.into_iter().map(|backup| backup.path).collect::<Vec<_>>(), [backup]);
}

#[test]
fn deleting_a_partner_leaves_nothing_of_it_and_everything_of_the_others() {
    let partner = TestPartner::new();
    let folder = Folder::at(partner.dir());
    partner.open().back_up_now(Timestamp::now()).unwrap();
    let everything = || {
        let mut files = names(&partner.dir().join("partners"));
        files.extend(names(&folder.backup_folder()));
        files
    };
    let before = everything();
    let (file, book) = folder.create("Knorex Asia").unwrap();
    let backup = book.back_up_now(Timestamp::now()).unwrap();
    assert!(matches!(folder.delete(&file), Err(Error::FileInUse)));
    drop(book);
    folder.restore(Some(&file), &backup).unwrap();
    assert!(everything().iter().any(|name| name.contains(".replaced-")), "restoring keeps a copy");
    folder.delete(&file).unwrap();
    assert_eq!(everything(), before);
    assert!(matches!(folder.delete("../knorex.sqlite"), Err(Error::FileMissing)));
}

#[test]
fn deleting_a_partner_keeps_the_files_and_backups_of_one_whose_name_starts_with_its_name() {
    let partner = TestPartner::new();
    let folder = Folder::at(partner.dir());
    let partners = partner.dir().join("partners");
    let files = ["acme.sqlite", "acme-asia.sqlite", "acme-daily.sqlite", "acme.sqlite-2.sqlite"];
    for file in files {
        let (created, book) = folder.create(file).unwrap();
        drop(book);
        std::fs::rename(partners.join(created), partners.join(file)).unwrap();
        let book = folder.open(file).unwrap();
        book.back_up_now(Timestamp::now()).unwrap();
        book.back_up_daily(&ZonedDateTime::now(), &mut || ControlFlow::Continue(())).unwrap();
        drop(book);
        assert_eq!(folder.backups(file).unwrap().len(), 2);
    }
    assert_eq!(folder.backups(files[0]).unwrap().len(), 2);
    let unfinished = folder.backups(files[0]).unwrap()[0].path.with_extension("sqlite.draft");
    std::fs::write(unfinished, "").unwrap();
    folder.delete(files[0]).unwrap();
    assert_eq!(names(&folder.backup_folder()).len(), 6);
    for file in &files[1..] {
        drop(folder.open(file).unwrap());
        assert_eq!(folder.backups(file).unwrap().len(), 2);
    }
}

#[test]
fn a_file_has_a_copy_if_another_one_has_the_same_partner_or_may_have_it() {
    let partner = TestPartner::new();
    let folder = Folder::at(partner.dir());
    let partners = partner.dir().join("partners");
    let (file, book) = folder.create("Acme").unwrap();
    folder.create("Acme Asia").unwrap();
    assert!(!folder.has_copy(&file).unwrap());
    drop(book);
    let copy = format!("{} (conflict).sqlite", file.strip_suffix(".sqlite").unwrap());
    std::fs::copy(partners.join(&file), partners.join(&copy)).unwrap();
    assert!(folder.has_copy(&file).unwrap() && folder.has_copy(&copy).unwrap());
    let book = folder.open_copy(&copy).unwrap();
    assert!(folder.has_copy(&copy).unwrap(), "while it is open");
    drop(book);
    std::fs::write(partners.join(&file), "damaged").unwrap();
    assert!(folder.has_copy(&copy).unwrap());
    folder.delete(&copy).unwrap();
    assert!(partners.join(&file).exists());
}

#[test]
fn a_deletion_that_fails_leaves_the_partner_and_can_be_repeated() {
    let partner = TestPartner::new();
    let folder = Folder::at(partner.dir());
    let (file, book) = folder.create("Acme").unwrap();
    let backup = book.back_up_now(Timestamp::now()).unwrap();
    drop(book);
    // A folder cannot be deleted as a file.
    std::fs::remove_file(&backup).unwrap();
    std::fs::create_dir(&backup).unwrap();
    assert!(matches!(folder.delete(&file), Err(Error::FolderUnwritable(_))));
    assert_eq!(folder.open(&file).unwrap().partner().name, "Acme");
    std::fs::remove_dir(&backup).unwrap();
    folder.delete(&file).unwrap();
    assert!(!folder.list().unwrap().iter().any(|listed| listed.file == file));
}

#[test]
fn restoring_loses_the_changes_since_the_backup_and_says_whose_they_are() {
    let partner = TestPartner::new();
    let book = partner.open();
    commit(&book, allocate(1, 1));
    let backup = book.back_up_now(Timestamp::now()).unwrap();
    assert_eq!(book.lost_by_restoring(&backup).unwrap().changes, 0);
    commit(&book, allocate(2, 2));
    for n in [3, 4] {
        book.commit(&Change::now("Ben", allocate(n, n))).unwrap();
    }
    let lost = book.lost_by_restoring(&backup).unwrap();
    assert_eq!((lost.changes, lost.by), (3, vec![("Ben".into(), 2), ("admin".into(), 1)]));
    let (_, other) = Folder::at(partner.dir()).create("Acme").unwrap();
    assert!(matches!(other.lost_by_restoring(&backup), Err(Error::BackupOfAnother)));
}
