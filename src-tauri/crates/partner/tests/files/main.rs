//! Partners' files: concurrency, backups, damage, full disks, exports and imports.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod backups;
mod concurrency;
mod damage;
mod exports;
mod hostile;
#[path = "../common/invariants.rs"]
mod invariants;
mod manage;
#[cfg(unix)]
mod permissions;
#[path = "../common/raw_file.rs"]
mod raw_file;
mod tables;
#[path = "../common/test_partner.rs"]
#[allow(dead_code)]
mod test_partner;
mod wal;
mod workbooks;

/// As many cases as `PROPTEST_CASES` says. Each opens a file, so there are fewer than usual without it.
fn fuzz_cases() -> proptest::prelude::ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").map_or(64, |cases| cases.parse().unwrap());
    proptest::prelude::ProptestConfig { cases, failure_persistence: None, ..Default::default() }
}
