//! Kills the program at random moments: acknowledged changes survive, and the file is intact. `KILLS_SEED` repeats a run.

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

use std::collections::HashSet;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use partner::Folder;
use random::Random;
use test_partner::{TestPartner, account, allocate, campaigns, commit, rename};

/// Starts the ignored test `child` on the files in `dir`, kills it `after` it printed `lines` ids, and returns the printed ids.
fn run_and_kill(child: &str, dir: &Path, lines: u64, after: Duration, seed: u64) -> Vec<String> {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", child, "--ignored", "--nocapture"])
        .env("KILLS_DIR", dir)
        .env("KILLS_SEED", seed.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut printed = BufReader::new(process.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok)
        .filter_map(|line| line.split_once("committed ").map(|(_, id)| id.to_owned()));
    let mut ids: Vec<String> = printed.by_ref().take(lines as usize).collect();
    assert_eq!(ids.len() as u64, lines, "the child ended early");
    let moment = Instant::now() + after;
    while Instant::now() < moment {
        std::hint::spin_loop();
    }
    process.kill().unwrap();
    // Ids printed until the kill count too, unless the line was cut off.
    ids.extend(printed.filter(|id| id.len() == 36));
    process.wait().unwrap();
    ids
}

fn child_dir() -> PathBuf {
    std::env::var_os("KILLS_DIR").expect("run by another test").into()
}

fn only_file(folder: &Folder) -> String {
    folder.list().unwrap().remove(0).file
}

fn ids_of(changes: Vec<partner::decisions::Change>) -> HashSet<String> {
    changes.into_iter().map(|change| change.id.0).collect()
}

#[test]
fn a_hundred_kills_during_saves_and_syncs_lose_no_acknowledged_change() {
    let partner = TestPartner::new();
    let mut random = Random::from_environment("KILLS_SEED");
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
        let saved = ids_of(book.changes().unwrap());
        assert_eq!(acknowledged.difference(&saved).count(), 0);
        drop(book);
        invariants::assert_hold(&partner.path());
    }
    assert!(acknowledged.len() >= 100);
}

#[test]
#[ignore = "started and killed by another test"]
fn saving() {
    let folder = Folder::at(child_dir());
    let book = folder.open(&only_file(&folder)).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for part in (0..).step_by(50) {
                book.record(&account(part % 20), &campaigns(part % 20, part % 3_000, 50)).unwrap();
            }
        });
        let mut random = Random::from_environment("KILLS_SEED");
        loop {
            let (n, to) = (random.below(20) as u32, random.below(20) as u32);
            let change = match random.below(3) {
                0 => commit(&book, rename(n, &format!("Name {}", random.below(u64::MAX)))),
                _ => {
                    let change = partner::decisions::Change::now("admin", allocate(n, to));
                    if book.commit(&change).unwrap().entry.is_none() {
                        continue;
                    }
                    change.id
                }
            };
            println!("committed {change}");
        }
    });
}

#[test]
fn kills_during_backups_and_restores_lose_no_acknowledged_change() {
    let partner = TestPartner::new();
    let mut random = Random::from_environment("KILLS_SEED");
    let copy = partner.dir().join("copies").join("copy.sqlite");
    let mut acknowledged = HashSet::new();
    for _ in 0..25 {
        let lines = 1 + random.below(3);
        let after = Duration::from_micros(random.below(150_000));
        acknowledged.extend(run_and_kill("copying", partner.dir(), lines, after, random.below(u64::MAX)));
        drop(partner.open());
        invariants::assert_hold(&partner.path());

        // Every change is in the file or in one that a restore replaced, and all of these are intact.
        let mut saved = ids_of(partner.open().changes().unwrap());
        let files = std::fs::read_dir(partner.path().parent().unwrap()).unwrap();
        for path in files.map(|entry| entry.unwrap().path()) {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            if name.contains(".replaced-") && !name.ends_with("-wal") {
                let other = tempfile::tempdir().unwrap();
                let folder = Folder::at(other.path());
                let file = folder.restore(None, &path).unwrap().file;
                saved.extend(ids_of(folder.open(&file).unwrap().changes().unwrap()));
                std::fs::remove_file(path).unwrap();
                acknowledged = acknowledged.difference(&saved).cloned().collect();
            }
        }
        assert_eq!(acknowledged.difference(&saved).count(), 0);
        if copy.exists() {
            invariants::assert_hold(&copy);
        }
    }
}

#[test]
#[ignore = "started and killed by another test"]
fn copying() {
    let folder = Folder::at(child_dir());
    let file = only_file(&folder);
    let copy = child_dir().join("copies").join("copy.sqlite");
    for n in 0.. {
        let book = folder.open(&file).unwrap();
        let id = commit(&book, rename(1, &format!("Before {n} {}", uuid::Uuid::new_v4())));
        println!("committed {id}");
        book.back_up(&copy).unwrap();
        let id = commit(&book, rename(2, &format!("After {n} {}", uuid::Uuid::new_v4())));
        println!("committed {id}");
        drop(book);
        folder.restore(Some(&file), &copy).unwrap();
    }
}
