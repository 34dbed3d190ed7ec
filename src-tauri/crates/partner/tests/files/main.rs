//! What can happen to files: crowds, backups, restores, damage, full disks, and CSV in and out.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod backups;
mod crowd;
mod damage;
mod exports;
#[path = "../common/invariants.rs"]
mod invariants;
mod logs;
mod tables;
#[path = "../common/test_partner.rs"]
#[allow(dead_code)]
mod test_partner;
