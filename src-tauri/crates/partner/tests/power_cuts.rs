//! Power cuts, bit rot and files that were put back by hand, on a recorded sequence of writes.
//!
//! A power cut keeps what was synced. Of everything else, any block may be on the disk, in its new or its old state, in any
//! order, and a block may be torn between two sectors. `POWER_CUTS` sets how many states each test tries, and
//! `POWER_CUTS_SEED` repeats a run.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "common/invariants.rs"]
mod invariants;
#[path = "common/random.rs"]
mod random;
#[path = "common/raw_file.rs"]
mod raw_file;
#[path = "common/test_partner.rs"]
#[allow(dead_code)]
mod test_partner;

use std::path::PathBuf;

use partner::{Error, Folder};
use random::Random;
use test_partner::{TestPartner, account, campaigns, commit, rename};

const SECTOR: usize = 512;
const BLOCK: usize = 4_096;

/// How many states a test tries, unless the environment says otherwise.
const STATES: u64 = 150;

fn states() -> u64 {
    std::env::var("POWER_CUTS").ok().and_then(|number| number.parse().ok()).unwrap_or(STATES)
}

/// The files of a partner.
#[derive(Clone, Default)]
struct Files {
    main: Vec<u8>,
    log: Vec<u8>,
    marker: Vec<u8>,
    lock: Vec<u8>,
}

const ENDINGS: [&str; 4] = ["", "-wal", ".open", ".lock"];

impl Files {
    fn of(partner: &TestPartner) -> Files {
        let read =
            |ending| std::fs::read(format!("{}{ending}", partner.path().display())).unwrap_or_default();
        let [main, log, marker, lock] = ENDINGS.map(read);
        Files { main, log, marker, lock }
    }

    fn write(&self, name: &str) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let partners = dir.path().join("partners");
        std::fs::create_dir(&partners).unwrap();
        for (ending, content) in ENDINGS.iter().zip([&self.main, &self.log, &self.marker, &self.lock]) {
            if !content.is_empty() {
                std::fs::write(partners.join(format!("{name}{ending}")), content).unwrap();
            }
        }
        let path = partners.join(name);
        (dir, path)
    }
}

/// The files after each operation of a session.
struct Step {
    files: Files,
    /// Whether this step synced the log.
    synced: bool,
    /// The log was copied into the file after this step, so that the next step restarts the log.
    checkpointed: bool,
    /// The saves acknowledged so far.
    saves: usize,
}

/// Records a session of saves and syncs, with a checkpoint now and then.
fn record(random: &mut Random, length: usize) -> (String, Vec<Step>) {
    let partner = TestPartner::new();
    let book = partner.open();
    let raw = raw_file::open(partner.path(), rusqlite::OpenFlags::default());
    let mut saves = 0;
    let mut steps = vec![Step { files: Files::of(&partner), synced: true, checkpointed: false, saves }];
    for n in 0..length {
        let synced = random.below(3) == 0;
        if synced {
            saves += 1;
            commit(&book, rename(random.below(20) as u32, &format!("Acknowledged {saves}")));
        } else {
            let count = 1 + random.below(120) as u32;
            book.record(&account(1), &campaigns(1, n as u32 * 100, count)).unwrap();
        }
        steps.push(Step { files: Files::of(&partner), synced, checkpointed: false, saves });
        if random.below(9) == 0 {
            let busy: i64 = raw.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(0)).unwrap();
            assert_eq!(busy, 0);
            steps.push(Step { files: Files::of(&partner), synced: true, checkpointed: true, saves });
        }
    }
    (partner.file.clone(), steps)
}

/// Mixes two states of a file: each block is new, old, or torn between two sectors.
fn mix(old: &[u8], new: &[u8], random: &mut Random) -> Vec<u8> {
    let mut mixed = new.to_vec();
    // Whether most blocks are lost, or few.
    let loss = [2, 5, 20, 60][random.below(4) as usize];
    for at in (0..new.len()).step_by(BLOCK) {
        let end = (at + BLOCK).min(new.len());
        let (from, to) = match random.below(loss) {
            0 => (at, end),
            1 => {
                let sectors = (end - at).div_ceil(SECTOR) as u64;
                let cut = (at + SECTOR * random.below(sectors + 1) as usize).min(end);
                if random.below(2) == 0 { (at, cut) } else { (cut, end) }
            }
            _ => continue,
        };
        // A block that the file did not have is empty.
        for (offset, byte) in mixed[from..to].iter_mut().enumerate() {
            *byte = old.get(from + offset).copied().unwrap_or(0);
        }
    }
    if new.len() > old.len() && random.below(3) == 0 {
        mixed.truncate(old.len() + random.below((new.len() - old.len()) as u64 + 1) as usize);
    }
    mixed
}

/// A state in which a power cut during the step after `at` may leave the files.
fn cut(steps: &[Step], at: usize, random: &mut Random) -> Files {
    let durable = steps[..=at].iter().rposition(|step| step.synced).unwrap();
    let next = &steps[at + 1];
    let mut files = steps[durable].files.clone();
    if next.checkpointed {
        // The log was synced before the copy started.
        files.log = next.files.log.clone();
        files.main = mix(&steps[at].files.main, &next.files.main, random);
    } else if steps[durable].checkpointed {
        // The log restarts. Its new header is synced before anything else is written.
        files.log[..32].copy_from_slice(&steps[durable + 1].files.log[..32]);
        if at > durable || random.below(5) > 0 {
            files.log = mix(&files.log, &next.files.log, random);
            files.log[..32].copy_from_slice(&next.files.log[..32]);
        }
    } else {
        files.log = mix(&files.log, &next.files.log, random);
        // What was synced stays, also in the block that it shares with what was not.
        let synced = end_of_log(&steps[durable].files.log);
        files.log.resize(files.log.len().max(synced), 0);
        files.log[..synced].copy_from_slice(&steps[durable].files.log[..synced]);
    }
    // The marker is not synced: any state since the session started.
    let marker = random.below(at as u64 + 1) as usize;
    files.marker = steps[[marker, durable, at][random.below(3) as usize].min(at)].files.marker.clone();
    files
}

/// The end of the frames that belong to the current log, which older frames may follow.
fn end_of_log(log: &[u8]) -> usize {
    let frames = (32..log.len()).step_by(24 + BLOCK);
    frames.take_while(|at| log[at + 8..at + 16] == log[16..24]).last().map_or(32, |at| at + 24 + BLOCK)
}

#[derive(Debug, Default)]
struct Table {
    tried: u64,
    recovered: u64,
    refused: u64,
    lost: u64,
}

impl Table {
    fn print(&self, what: &str) {
        let Table { tried, recovered, refused, lost } = self;
        println!("{what}: {tried} states tried, {recovered} recovered, {refused} refused, {lost} lost");
    }
}

/// Opens the files, and counts the outcome. An opened file must hold every invariant. It lost a save if it has fewer than
/// `saves`, unless the log with the others belongs to a file of `another_moment` and was set aside, which the book reports.
fn open(name: &str, files: &Files, saves: usize, another_moment: bool, table: &mut Table) -> Option<Error> {
    let (dir, path) = files.write(name);
    table.tried += 1;
    match Folder::at(dir.path()).open(name) {
        Ok(book) => {
            let history = book.changes().unwrap();
            let found =
                history.iter().filter(|change| format!("{change:?}").contains("Acknowledged ")).count();
            let reported = another_moment && book.previous_session().foreign_wal.is_some();
            drop(book);
            invariants::assert_hold(&path);
            if found >= saves || reported {
                table.recovered += 1
            } else {
                table.lost += 1
            }
            None
        }
        Err(error @ (Error::FileIncomplete(_) | Error::FileDamaged(_))) => {
            table.refused += 1;
            Some(error)
        }
        Err(error) => panic!("{error:?}"),
    }
}

#[test]
fn every_acknowledged_change_survives_a_power_cut_and_the_book_opens() {
    let mut random = Random::from_environment("POWER_CUTS_SEED");
    let mut table = Table::default();
    while table.tried < states() {
        let (name, steps) = record(&mut random, 40);
        for at in 0..steps.len() - 1 {
            let files = cut(&steps, at, &mut random);
            if let Some(error) = open(&name, &files, steps[at].saves, false, &mut table) {
                panic!("step {at} of {}: {error}", steps.len());
            }
        }
    }
    table.print("Power cuts");
    assert_eq!((table.refused, table.lost), (0, 0));
}

#[test]
fn damage_to_what_was_synced_is_refused_or_harmless() {
    let mut random = Random::from_environment("POWER_CUTS_SEED");
    let mut table = Table::default();
    while table.tried < states() {
        let (name, steps) = record(&mut random, 25);
        for step in &steps[1..] {
            let mut files = step.files.clone();
            let end = end_of_log(&files.log);
            match random.below(5) {
                0 => files.log.truncate(random.below(end as u64) as usize),
                1 => files.log.clear(),
                _ => {
                    let from = random.below(end as u64) as usize / SECTOR * SECTOR;
                    let length = [1, SECTOR, BLOCK, 3 * BLOCK][random.below(4) as usize];
                    let to = (from + length).min(end);
                    files.log[from..to].iter_mut().for_each(|byte| *byte ^= 0x5A);
                }
            }
            open(&name, &files, step.saves, false, &mut table);
        }
    }
    table.print("Damaged logs");
    assert_eq!(table.lost, 0);
    assert!(table.refused > table.tried / 4, "{table:?}");
}

#[test]
fn a_file_of_another_moment_is_never_mixed_with_the_log() {
    let mut random = Random::from_environment("POWER_CUTS_SEED");
    let mut table = Table::default();
    while table.tried < states() {
        let (name, steps) = record(&mut random, 25);
        let (_, foreign) = record(&mut random, 5);
        let last = steps.len() - 1;
        for at in 0..last {
            // The file was put back from an earlier or a later moment, or is another partner's.
            let (now, then) = (random.below(last as u64) as usize, at);
            let mut files = steps[now].files.clone();
            files.main = match random.below(4) {
                0 => foreign[0].files.main.clone(),
                _ => steps[then].files.main.clone(),
            };
            if random.below(4) == 0 {
                files.marker.clear();
            }
            open(&name, &files, steps[now].saves, true, &mut table);
        }
    }
    table.print("Files put back by hand");
    assert_eq!(table.lost, 0);
    assert!(table.recovered > 0 && table.refused > 0, "{table:?}");
}
