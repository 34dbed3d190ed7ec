//! Renaming and deleting partners, and what restoring loses.

use jiff::Timestamp;
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
