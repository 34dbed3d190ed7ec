//! Write-ahead logs after a crash: intact, damaged and truncated.

use std::path::PathBuf;

use partner::Error;

use crate::test_partner::{TestPartner, commit, names, rename};

const FRAME: usize = 24 + 4096;

/// Creates a partner with 20 saves, a copy of its file as a crash would leave it, and the log, which alone has the saves.
fn crash() -> (TestPartner, TestPartner, Vec<u8>) {
    let partner = TestPartner::new();
    let book = partner.open();
    for n in 0..20 {
        commit(&book, rename(n, &format!("Renamed {n}")));
    }
    let crashed = TestPartner::new();
    std::fs::remove_file(crashed.path()).unwrap();
    let with_suffix = |path: PathBuf, suffix: &str| PathBuf::from(format!("{}{suffix}", path.display()));
    for ending in ["", "-wal", ".open"] {
        let to = crashed.path().with_file_name(&partner.file);
        std::fs::copy(with_suffix(partner.path(), ending), with_suffix(to, ending)).unwrap();
    }
    let log = std::fs::read(with_suffix(partner.path(), "-wal")).unwrap();
    drop(book);
    (partner, crashed, log)
}

/// Opens a copy of the crashed file with this log, and returns how many of the 20 saves it has.
fn open_with(partner: &TestPartner, crashed: &TestPartner, log: &[u8]) -> Result<usize, Error> {
    let dir = tempfile::tempdir().unwrap();
    let partners = dir.path().join("partners");
    std::fs::create_dir(&partners).unwrap();
    for name in names(&crashed.dir().join("partners")) {
        std::fs::copy(crashed.dir().join("partners").join(&name), partners.join(&name)).unwrap();
    }
    std::fs::write(partners.join(format!("{}-wal", partner.file)), log).unwrap();
    let before = names(&partners);
    match partner::Folder::at(dir.path()).open(&partner.file) {
        Ok(book) => Ok(book.decisions().unwrap().matches("Renamed ").count()),
        Err(error) => {
            assert_eq!(names(&partners), before, "a refused file is left unchanged");
            assert_eq!(std::fs::read(partners.join(format!("{}-wal", partner.file))).unwrap(), log);
            Err(error)
        }
    }
}

#[test]
fn detects_a_flipped_byte_unless_it_could_belong_to_an_interrupted_write() {
    let (partner, crashed, log) = crash();
    assert_eq!(open_with(&partner, &crashed, &log).unwrap(), 20);
    let frames: Vec<usize> = (32..log.len() - FRAME + 1).step_by(FRAME).collect();
    let commits: Vec<usize> = frames.iter().copied().filter(|&at| log[at + 4..at + 8] != [0; 4]).collect();
    assert!(commits.len() >= 20, "{}", commits.len());
    let last_save = commits[commits.len() - 2] + FRAME;
    for (n, &at) in frames.iter().enumerate() {
        // A byte in the page, the page number, the salt, and the checksum.
        let byte = at + [24 + 100 + n % 4000, 3, 9, 17][n % 4];
        let mut damaged = log.clone();
        damaged[byte] ^= 0x10;
        match open_with(&partner, &crashed, &damaged) {
            Err(Error::FileDamaged(_)) => {
                assert!(at < last_save, "frame {n} belongs to an interrupted write")
            }
            Ok(saves) => assert!(at >= last_save && saves == 19, "frame {n}: {saves} of 20 saves"),
            Err(other) => panic!("frame {n}: {other}"),
        }
    }
    // The page size, the checkpoint number and the checksum in the header.
    for byte in [10, 15, 25, 31] {
        let mut damaged = log.clone();
        damaged[byte] ^= 0x10;
        assert!(matches!(open_with(&partner, &crashed, &damaged), Err(Error::FileDamaged(_))), "{byte}");
    }
}

#[test]
fn ignores_an_interrupted_save_at_the_end_of_the_log() {
    let (partner, crashed, log) = crash();
    let frames = (log.len() - 32) / FRAME;
    for cut in [1, FRAME / 2, FRAME - 1] {
        assert_eq!(open_with(&partner, &crashed, &log[..log.len() - cut]).unwrap(), 19);
    }
    // Pages of an incomplete save after the last complete one.
    let mut more = log.clone();
    let frame = log[32..32 + FRAME].to_vec();
    more.extend_from_slice(&frame);
    more.extend_from_slice(&frame[..1_000]);
    assert_eq!(open_with(&partner, &crashed, &more).unwrap(), 20);
    assert!(frames > 20);
}

#[test]
fn a_crash_during_a_checkpoint_loses_nothing() {
    let (partner, crashed, log) = crash();
    // The first page is copied first, and counts pages that the file does not have yet.
    let is_first_page = |at: &usize| log[*at..at + 4] == 1_u32.to_be_bytes();
    let last = (32..log.len() - FRAME + 1).step_by(FRAME).rfind(is_first_page).unwrap();
    let page = &log[last + 24..last + FRAME];
    let file = crashed.path().with_file_name(&partner.file);
    let mut bytes = std::fs::read(&file).unwrap();
    let page_count = u32::from_be_bytes(page[28..32].try_into().unwrap());
    assert!(page_count as usize * 4096 > bytes.len(), "{page_count} pages, {} bytes", bytes.len());
    bytes[..4096].copy_from_slice(page);
    std::fs::write(&file, bytes).unwrap();
    assert_eq!(open_with(&partner, &crashed, &log).unwrap(), 20);
}
