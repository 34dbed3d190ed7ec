//! Logs of books that were not closed: damaged, cut off, and as a crash leaves them.

use std::path::PathBuf;

use partner::Error;

use crate::test_partner::{TestPartner, done, names, rename};

const FRAME: usize = 24 + 4096;

/// A partner with a book as it is found when the computer stops after 20 saves; the log alone has them.
fn crashed() -> (TestPartner, TestPartner, Vec<u8>) {
    let partner = TestPartner::new();
    let book = partner.open();
    for n in 0..20 {
        done(&book, rename(n, &format!("Renamed {n}")));
    }
    let found = TestPartner::new();
    std::fs::remove_file(found.path()).unwrap();
    let beside = |path: PathBuf, ending: &str| PathBuf::from(format!("{}{ending}", path.display()));
    for ending in ["", "-wal", ".open"] {
        let to = found.path().with_file_name(&partner.file);
        std::fs::copy(beside(partner.path(), ending), beside(to, ending)).unwrap();
    }
    let log = std::fs::read(beside(partner.path(), "-wal")).unwrap();
    drop(book);
    (partner, found, log)
}

/// How many of the 20 saves a copy of the book as it was found has with this log, or why it does not open.
fn opened(partner: &TestPartner, found: &TestPartner, log: &[u8]) -> Result<usize, Error> {
    let dir = tempfile::tempdir().unwrap();
    let partners = dir.path().join("partners");
    std::fs::create_dir(&partners).unwrap();
    for name in names(&found.dir().join("partners")) {
        std::fs::copy(found.dir().join("partners").join(&name), partners.join(&name)).unwrap();
    }
    std::fs::write(partners.join(format!("{}-wal", partner.file)), log).unwrap();
    let before = names(&partners);
    match partner::Folder::at(dir.path()).open(&partner.file) {
        Ok(book) => Ok(book.decisions().unwrap().matches("Renamed ").count()),
        Err(error) => {
            assert_eq!(names(&partners), before, "what is refused is left as it was");
            assert_eq!(std::fs::read(partners.join(format!("{}-wal", partner.file))).unwrap(), log);
            Err(error)
        }
    }
}

#[test]
fn a_flipped_byte_in_a_log_is_damage_unless_it_may_be_what_was_being_written() {
    let (partner, found, log) = crashed();
    assert_eq!(opened(&partner, &found, &log).unwrap(), 20);
    let frames: Vec<usize> = (32..log.len() - FRAME + 1).step_by(FRAME).collect();
    let commits: Vec<usize> = frames.iter().copied().filter(|&at| log[at + 4..at + 8] != [0; 4]).collect();
    assert!(commits.len() >= 20, "{}", commits.len());
    let last_save = commits[commits.len() - 2] + FRAME;
    for (n, &at) in frames.iter().enumerate() {
        // In the page, in the number of the page, in the salt, in the sum.
        let byte = at + [24 + 100 + n % 4000, 3, 9, 17][n % 4];
        let mut damaged = log.clone();
        damaged[byte] ^= 0x10;
        match opened(&partner, &found, &damaged) {
            Err(Error::FileDamaged(_)) => assert!(at < last_save, "frame {n}: no crash, but damage"),
            Ok(saves) => assert!(at >= last_save && saves == 19, "frame {n}: {saves} of 20 saves"),
            Err(other) => panic!("frame {n}: {other}"),
        }
    }
    // The header: its page size, the number of its checkpoint, its sum.
    for byte in [10, 15, 25, 31] {
        let mut damaged = log.clone();
        damaged[byte] ^= 0x10;
        assert!(matches!(opened(&partner, &found, &damaged), Err(Error::FileDamaged(_))), "{byte}");
    }
}

#[test]
fn a_log_that_ends_in_the_middle_of_a_save_is_what_a_crash_leaves() {
    let (partner, found, log) = crashed();
    let frames = (log.len() - 32) / FRAME;
    for cut in [1, FRAME / 2, FRAME - 1] {
        assert_eq!(opened(&partner, &found, &log[..log.len() - cut]).unwrap(), 19);
    }
    // Pages of a save that was not complete, behind the last.
    let mut more = log.clone();
    let frame = log[32..32 + FRAME].to_vec();
    more.extend_from_slice(&frame);
    more.extend_from_slice(&frame[..1_000]);
    assert_eq!(opened(&partner, &found, &more).unwrap(), 20);
    assert!(frames > 20);
}

#[test]
fn a_crash_while_the_log_is_copied_into_the_file_loses_nothing() {
    let (partner, found, log) = crashed();
    // The first page is copied first, and tells of pages that the file does not have yet.
    let of_the_first = |at: &usize| log[*at..at + 4] == 1_u32.to_be_bytes();
    let last = (32..log.len() - FRAME + 1).step_by(FRAME).rfind(of_the_first).unwrap();
    let page = &log[last + 24..last + FRAME];
    let file = found.path().with_file_name(&partner.file);
    let mut bytes = std::fs::read(&file).unwrap();
    let told = u32::from_be_bytes(page[28..32].try_into().unwrap());
    assert!(told as usize * 4096 > bytes.len(), "{told} pages, {} bytes", bytes.len());
    bytes[..4096].copy_from_slice(page);
    std::fs::write(&file, bytes).unwrap();
    assert_eq!(opened(&partner, &found, &log).unwrap(), 20);
}
