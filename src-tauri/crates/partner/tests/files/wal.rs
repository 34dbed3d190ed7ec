//! Write-ahead logs after a crash: intact, damaged and truncated.

use std::path::PathBuf;

use partner::{Book, Error, Folder, PreviousSession};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::fuzz_cases;
use crate::test_partner::{TestPartner, commit, names, rename};

const FRAME: usize = 24 + 4096;

/// The state of a crash after 20 saves, which the log alone has.
struct Crash {
    file: String,
    dir: TestPartner,
    log: Vec<u8>,
    /// The marker when the last save was not acknowledged yet.
    marker_before_last: Vec<u8>,
}

fn with_suffix(path: PathBuf, suffix: &str) -> PathBuf {
    PathBuf::from(format!("{}{suffix}", path.display()))
}

fn crash() -> Crash {
    let partner = TestPartner::new();
    let book = partner.open();
    let mut marker_before_last = Vec::new();
    for n in 0..20 {
        marker_before_last = std::fs::read(with_suffix(partner.path(), ".open")).unwrap();
        commit(&book, rename(n, &format!("Renamed {n}")));
    }
    let crashed = TestPartner::new();
    std::fs::remove_file(crashed.path()).unwrap();
    for ending in ["", "-wal", ".open", ".lock"] {
        let to = crashed.path().with_file_name(&partner.file);
        std::fs::copy(with_suffix(partner.path(), ending), with_suffix(to, ending)).unwrap();
    }
    let log = std::fs::read(with_suffix(partner.path(), "-wal")).unwrap();
    Crash { file: partner.file.clone(), dir: crashed, log, marker_before_last }
}

impl Crash {
    /// A copy of the crashed file with this log and marker.
    fn copy(&self, log: &[u8], marker: Option<&[u8]>) -> (tempfile::TempDir, Folder) {
        let dir = tempfile::tempdir().unwrap();
        let partners = dir.path().join("partners");
        std::fs::create_dir(&partners).unwrap();
        for name in names(&self.dir.dir().join("partners")) {
            std::fs::copy(self.dir.dir().join("partners").join(&name), partners.join(&name)).unwrap();
        }
        std::fs::write(partners.join(format!("{}-wal", self.file)), log).unwrap();
        if let Some(marker) = marker {
            std::fs::write(partners.join(format!("{}.open", self.file)), marker).unwrap();
        }
        let folder = Folder::at(dir.path());
        (dir, folder)
    }

    /// Opens a copy, and returns how many of the 20 saves it has.
    fn open_with(&self, log: &[u8], marker: Option<&[u8]>) -> Result<usize, Error> {
        let (dir, folder) = self.copy(log, marker);
        let partners = dir.path().join("partners");
        let before = names(&partners);
        match folder.open(&self.file) {
            Ok(book) => Ok(saves(&book)),
            Err(error) => {
                assert_eq!(names(&partners), before, "a refused file is left unchanged");
                assert_eq!(std::fs::read(partners.join(format!("{}-wal", self.file))).unwrap(), log);
                Err(error)
            }
        }
    }
}

fn saves(book: &Book) -> usize {
    book.decisions().unwrap().matches("Renamed ").count()
}

#[test]
fn detects_a_flipped_byte_unless_it_could_belong_to_an_interrupted_write() {
    let crash = crash();
    let log = &crash.log;
    assert_eq!(crash.open_with(log, None).unwrap(), 20);
    let frames: Vec<usize> = (32..log.len() - FRAME + 1).step_by(FRAME).collect();
    let commits: Vec<usize> = frames.iter().copied().filter(|&at| log[at + 4..at + 8] != [0; 4]).collect();
    assert!(commits.len() >= 20, "{}", commits.len());
    let last_save = commits[commits.len() - 2] + FRAME;
    for (n, &at) in frames.iter().enumerate() {
        // A byte in the page, the page number, the salt, and the checksum.
        let byte = at + [24 + 100 + n % 4000, 3, 9, 17][n % 4];
        let mut damaged = log.clone();
        damaged[byte] ^= 0x10;
        let acknowledged = crash.open_with(&damaged, None);
        assert!(matches!(acknowledged, Err(Error::FileIncomplete(_))), "frame {n}: {acknowledged:?}");
        match crash.open_with(&damaged, Some(&crash.marker_before_last)) {
            Err(Error::FileIncomplete(_)) => {
                assert!(at < last_save, "frame {n} belongs to an interrupted write")
            }
            Ok(saves) => assert!(at >= last_save && saves == 19, "frame {n}: {saves} of 20 saves"),
            Err(other) => panic!("frame {n}: {other}"),
        }
    }
    // The page size, the checkpoint number and the checksum in the header.
    for byte in [0, 10, 15, 25, 31] {
        let mut damaged = log.clone();
        damaged[byte] ^= 0x10;
        for marker in [None, Some(crash.marker_before_last.as_slice())] {
            let refused = crash.open_with(&damaged, marker);
            assert!(matches!(refused, Err(Error::FileIncomplete(_))), "{byte}: {refused:?}");
        }
    }
}

#[test]
fn ignores_an_interrupted_save_at_the_end_of_the_log() {
    let crash = crash();
    let log = &crash.log;
    let frames = (log.len() - 32) / FRAME;
    for cut in [1, FRAME / 2, FRAME - 1] {
        let cut = &log[..log.len() - cut];
        assert_eq!(crash.open_with(cut, Some(&crash.marker_before_last)).unwrap(), 19);
        let acknowledged = crash.open_with(cut, None);
        assert!(matches!(acknowledged, Err(Error::FileIncomplete(_))), "{acknowledged:?}");
    }
    // Pages of an incomplete save after the last complete one.
    let mut more = log.clone();
    let frame = log[32..32 + FRAME].to_vec();
    more.extend_from_slice(&frame);
    more.extend_from_slice(&frame[..1_000]);
    assert_eq!(crash.open_with(&more, None).unwrap(), 20);
    assert!(frames > 20);
}

#[test]
fn a_missing_log_is_noticed() {
    let crash = crash();
    let (dir, folder) = crash.copy(&crash.log, None);
    std::fs::remove_file(dir.path().join("partners").join(format!("{}-wal", crash.file))).unwrap();
    assert!(matches!(folder.open(&crash.file), Err(Error::FileIncomplete(_))));
    let book = folder.open_incomplete(&crash.file).unwrap();
    assert_eq!(saves(&book), 0);
    assert!(book.previous_session().incomplete && book.previous_session().damaged_wal.is_none());
}

#[test]
fn opens_what_is_recoverable_on_request_and_keeps_the_damaged_log() {
    let crash = crash();
    let mut damaged = crash.log.clone();
    let half = 32 + (damaged.len() - 32) / FRAME / 2 * FRAME;
    damaged[half + 1_000] ^= 0x10;
    let (_dir, folder) = crash.copy(&damaged, None);
    assert!(matches!(folder.open(&crash.file), Err(Error::FileIncomplete(_))));
    let book = folder.open_incomplete(&crash.file).unwrap();
    let session = book.previous_session().clone();
    assert!(session.unclean && session.incomplete, "{session:?}");
    assert_eq!(std::fs::read(session.damaged_wal.unwrap()).unwrap(), damaged);
    let recovered = saves(&book);
    assert!((5..15).contains(&recovered), "{recovered}");
    commit(&book, rename(1, "Renamed again"));
    drop(book);
    let book = folder.open(&crash.file).unwrap();
    assert_eq!(*book.previous_session(), PreviousSession::default());
    assert_eq!(saves(&book), recovered + usize::from(recovered <= 1));
}

#[test]
fn a_file_copied_with_its_log_but_without_the_marker_keeps_every_change() {
    let crash = crash();
    let (dir, folder) = crash.copy(&crash.log, None);
    std::fs::remove_file(dir.path().join("partners").join(format!("{}.open", crash.file))).unwrap();
    let book = folder.open(&crash.file).unwrap();
    assert_eq!((saves(&book), &book.previous_session().foreign_wal), (20, &None));
}

#[test]
fn a_crash_during_a_checkpoint_loses_nothing() {
    let crash = crash();
    let log = &crash.log;
    // The first page is copied first, and counts pages that the file does not have yet.
    let is_first_page = |at: &usize| log[*at..at + 4] == 1_u32.to_be_bytes();
    let last = (32..log.len() - FRAME + 1).step_by(FRAME).rfind(is_first_page).unwrap();
    let page = &log[last + 24..last + FRAME];
    let file = crash.dir.path().with_file_name(&crash.file);
    let mut bytes = std::fs::read(&file).unwrap();
    let page_count = u32::from_be_bytes(page[28..32].try_into().unwrap());
    assert!(page_count as usize * 4096 > bytes.len(), "{page_count} pages, {} bytes", bytes.len());
    bytes[..4096].copy_from_slice(page);
    std::fs::write(&file, bytes).unwrap();
    assert_eq!(crash.open_with(log, None).unwrap(), 20);
}

#[test]
fn any_damage_to_a_log_is_noticed() {
    let crash = crash();
    let damage = vec((any::<Index>(), vec(any::<u8>(), 1..600)), 1..4);
    proptest!(fuzz_cases(), |(damage in damage, length in proptest::option::of(any::<Index>()))| {
        let mut log = crash.log.clone();
        for (at, bytes) in damage {
            let at = at.index(log.len());
            let end = log.len().min(at + bytes.len());
            log[at..end].copy_from_slice(&bytes[..end - at]);
        }
        log.truncate(length.map_or(log.len(), |length| length.index(log.len())));
        match crash.open_with(&log, None) {
            Ok(saves) => prop_assert_eq!(saves, 20),
            Err(error) => prop_assert!(matches!(error, Error::FileIncomplete(_)), "{:?}", error),
        }
    });
}
