//! Compares the syncs with a program that only fetches the same pages, in the same run: `make bench`.
//!
//! The simulator runs in a separate process on the same CPU. It has no rate limits where speed is measured.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod floor;
mod sdk;
mod simulator;
mod speed;
#[path = "../../../../../tests/bench/table.rs"]
mod table;
mod tier;

use std::path::Path;

#[test]
#[ignore = "takes minutes on an otherwise idle machine: make bench"]
fn syncs_of_a_million_objects() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let mut measures = runtime.block_on(speed::million_objects());
    if std::env::var_os("BENCH_QUICK").is_none() {
        measures.extend(runtime.block_on(speed::slow_network()));
        measures.extend(runtime.block_on(tier::basic()));
        measures.push(runtime.block_on(tier::lists_before_media()));
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3).unwrap();
    let exceeded = table::report(root, "floor", &measures);
    assert!(exceeded.is_empty(), "exceeds the limit: {exceeded:#?}");
}

/// Runs the simulator in a child process. This is not a test.
#[test]
#[ignore = "started by the benchmark"]
fn simulator_process() {
    simulator::run();
}
