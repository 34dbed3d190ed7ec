//! The program is killed at random moments: what was acknowledged is there, and the file is whole. `KILLS_SEED` repeats
//! a run.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "common/invariants.rs"]
mod invariants;
#[path = "common/test_partner.rs"]
#[allow(dead_code)]
mod test_partner;

use std::collections::HashSet;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use partner::Folder;
use test_partner::{TestPartner, account, allocate, campaigns, done, rename};

/// Numbers that look random (SplitMix64).
struct Random(u64);

impl Random {
    /// As `KILLS_SEED` says; else another in each run.
    fn new() -> Random {
        let given = std::env::var("KILLS_SEED").ok().and_then(|seed| seed.parse().ok());
        Random(given.unwrap_or_else(|| u64::from(uuid::Uuid::new_v4().as_fields().0)))
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % limit
    }
}

/// Start `child` of this file in `dir`, kill it some microseconds after it said `lines` things, and tell what it said.
fn run_and_kill(child: &str, dir: &Path, lines: u64, after: Duration, seed: u64) -> Vec<String> {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", child, "--ignored", "--nocapture"])
        .env("KILLS_DIR", dir)
        .env("KILLS_SEED", seed.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(process.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok)
        .filter_map(|line| line.split_once("said ").map(|(_, word)| word.to_owned()));
    let mut heard: Vec<String> = said.by_ref().take(lines as usize).collect();
    assert_eq!(heard.len() as u64, lines, "it ended by itself");
    let moment = Instant::now() + after;
    while Instant::now() < moment {
        std::hint::spin_loop();
    }
    process.kill().unwrap();
    // What it had said before it was killed counts too; a line cut off does not.
    heard.extend(said.filter(|word| word.len() == 36));
    process.wait().unwrap();
    heard
}

fn dir_of_child() -> PathBuf {
    std::env::var_os("KILLS_DIR").expect("run by another test").into()
}

fn only_file(folder: &Folder) -> String {
    folder.list().unwrap().remove(0).file
}

fn ids(changes: Vec<partner::decisions::Change>) -> HashSet<String> {
    changes.into_iter().map(|change| change.id.0).collect()
}

#[test]
fn a_hundred_kills_while_saving_and_syncing_lose_nothing_that_was_acknowledged() {
    let partner = TestPartner::new();
    let mut random = Random::new();
    eprintln!("KILLS_SEED={}", random.0);
    let mut acknowledged = HashSet::new();
    for _ in 0..100 {
        let lines = 1 + random.below(8);
        let after = Duration::from_micros(random.below(20_000));
        acknowledged.extend(run_and_kill("saving", partner.dir(), lines, after, random.below(u64::MAX)));
        let book = partner.open();
        assert!(
            book.previous_session().unclean && book.previous_session().foreign_wal.is_none(),
            "{:?}",
            book.previous_session()
        );
        let kept = ids(book.changes().unwrap());
        assert_eq!(acknowledged.difference(&kept).count(), 0);
        drop(book);
        invariants::hold(&partner.path());
    }
    assert!(acknowledged.len() >= 100);
}

#[test]
#[ignore = "killed by another test"]
fn saving() {
    let folder = Folder::at(dir_of_child());
    let book = folder.open(&only_file(&folder)).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for part in (0..).step_by(50) {
                book.record(&account(part % 20), &campaigns(part % 20, part % 3_000, 50)).unwrap();
            }
        });
        let mut random = Random::new();
        loop {
            let (n, to) = (random.below(20) as u32, random.below(20) as u32);
            let change = match random.below(3) {
                0 => done(&book, rename(n, &format!("Name {}", random.below(u64::MAX)))),
                _ => {
                    let change = partner::decisions::Change::now("admin", allocate(n, to));
                    if book.commit(&change).unwrap().entry.is_none() {
                        continue;
                    }
                    change.id
                }
            };
            println!("said {change}");
        }
    });
}

#[test]
fn kills_while_backing_up_and_restoring_lose_nothing() {
    let partner = TestPartner::new();
    let mut random = Random::new();
    eprintln!("KILLS_SEED={}", random.0);
    let copy = partner.dir().join("copies").join("copy.sqlite");
    let mut acknowledged = HashSet::new();
    for _ in 0..25 {
        let lines = 1 + random.below(3);
        let after = Duration::from_micros(random.below(150_000));
        acknowledged.extend(run_and_kill("copying", partner.dir(), lines, after, random.below(u64::MAX)));
        drop(partner.open());
        invariants::hold(&partner.path());

        // Each change is in the file or in one of those that were put aside, all of which are good.
        let mut kept = ids(partner.open().changes().unwrap());
        let asides = std::fs::read_dir(partner.path().parent().unwrap()).unwrap();
        for path in asides.map(|entry| entry.unwrap().path()) {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            if name.contains(".replaced-") && !name.ends_with("-wal") {
                let other = tempfile::tempdir().unwrap();
                let folder = Folder::at(other.path());
                let file = folder.restore(None, &path).unwrap().file;
                kept.extend(ids(folder.open(&file).unwrap().changes().unwrap()));
                std::fs::remove_file(path).unwrap();
                acknowledged = acknowledged.difference(&kept).cloned().collect();
            }
        }
        assert_eq!(acknowledged.difference(&kept).count(), 0);
        if copy.exists() {
            invariants::hold(&copy);
        }
    }
}

#[test]
#[ignore = "killed by another test"]
fn copying() {
    let folder = Folder::at(dir_of_child());
    let file = only_file(&folder);
    let copy = dir_of_child().join("copies").join("copy.sqlite");
    for n in 0.. {
        let book = folder.open(&file).unwrap();
        let id = done(&book, rename(1, &format!("Before {n} {}", uuid::Uuid::new_v4())));
        println!("said {id}");
        book.back_up(&copy).unwrap();
        let id = done(&book, rename(2, &format!("After {n} {}", uuid::Uuid::new_v4())));
        println!("said {id}");
        drop(book);
        folder.restore(Some(&file), &copy).unwrap();
    }
}
