//! The syncs beside the least that could be done for the same pages, in the same run: `make bench`.
//!
//! TikTok's simulator is a process of its own, without limits where it is about speed, on the same two cores.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod floor;
mod sdk;
mod speed;
#[path = "../../../../../tests/bench/table.rs"]
mod table;
mod tier;
mod world;

use std::path::Path;

#[test]
#[ignore = "takes minutes, and the machine for itself: make bench"]
fn syncs_of_a_million_objects() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let mut measures = runtime.block_on(speed::million());
    measures.extend(runtime.block_on(speed::from_afar()));
    measures.extend(runtime.block_on(tier::measure()));
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3).unwrap();
    table::report(root, "floor", &measures);
}

/// Not a test: the simulator's process.
#[test]
#[ignore = "is started by the bench"]
fn simulator() {
    world::simulate();
}
