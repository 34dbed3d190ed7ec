//! Access to the application's files: the user who runs it, and nobody else.

use std::fs::{Permissions, read_dir, set_permissions};
use std::ops::ControlFlow;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use jiff::{Timestamp, ZonedDateTime};
use partner::Folder;

use crate::test_partner::{TestPartner, allocate, commit};

fn mode(path: &Path) -> u32 {
    path.symlink_metadata().unwrap().permissions().mode() & 0o777
}

fn everything_below(folder: &Path) -> Vec<PathBuf> {
    let paths = read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths
        .flat_map(
            |path| if path.is_dir() { [everything_below(&path), vec![path]].concat() } else { vec![path] },
        )
        .collect()
}

fn assert_private(root: &Path) {
    let found = everything_below(root);
    for path in found.iter().map(PathBuf::as_path).chain([root]) {
        assert_eq!(mode(path), if path.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
    }
}

/// The names of files that an open book with a backup, a restored file and a log of its own consists of.
fn create_everything(partner: &TestPartner) -> partner::Book {
    let backup = partner.open().back_up_now(Timestamp::now()).unwrap();
    partner.open().back_up_daily(&ZonedDateTime::now(), &mut || ControlFlow::Continue(())).unwrap().unwrap();
    commit(&partner.open(), allocate(1, 1));
    partner.folder.restore(Some(&partner.file), &backup).unwrap();
    let book = partner.open();
    commit(&book, allocate(2, 2));
    book
}

#[test]
fn new_files_and_folders_are_accessible_to_their_user_only() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("data").join("XPO Admin");
    Folder::at(&root).prepare().unwrap();
    assert_private(&root);
    let partner = TestPartner::create_in(&root);
    let _open = create_everything(&partner);
    let found: Vec<String> = everything_below(&root).iter().map(|path| path.display().to_string()).collect();
    for part in ["-wal", ".lock", ".open", ".replaced-", "-taken-", "-daily-"] {
        assert!(found.iter().any(|path| path.contains(part)), "{part}");
    }
    assert_private(&root);
}

#[test]
fn the_first_partner_creates_a_private_root_folder_without_preparation() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("data");
    let _open = create_everything(&TestPartner::create_in(&root));
    assert_private(&root);
}

#[test]
fn files_of_an_earlier_version_are_restricted_at_start() {
    let partner = TestPartner::new();
    let _open = create_everything(&partner);
    let root = partner.dir();
    std::fs::create_dir(root.join("logs")).unwrap();
    std::fs::write(root.join("logs").join("xpo-admin.2026-01-01.log"), "").unwrap();
    std::fs::write(root.join("preferences.json"), "{}").unwrap();
    for path in everything_below(root).iter().map(PathBuf::as_path).chain([root]) {
        set_permissions(path, Permissions::from_mode(if path.is_dir() { 0o755 } else { 0o644 })).unwrap();
    }
    partner.folder.prepare().unwrap();
    assert_private(root);
}

#[test]
fn a_read_only_file_stays_read_only_and_the_target_of_a_link_is_left_alone() {
    let partner = TestPartner::new();
    let elsewhere = tempfile::NamedTempFile::new().unwrap();
    set_permissions(elsewhere.path(), Permissions::from_mode(0o644)).unwrap();
    symlink(elsewhere.path(), partner.path().with_file_name("link.sqlite")).unwrap();
    set_permissions(partner.path(), Permissions::from_mode(0o444)).unwrap();
    partner.folder.prepare().unwrap();
    assert_eq!(mode(&partner.path()), 0o400);
    assert_eq!(mode(elsewhere.path()), 0o644);
}
