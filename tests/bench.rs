//! Measures the application in its real window with a large partner (`make bench`): start and memory next to an empty Tauri
//! window, then lists, search and scrolling next to a plain table in that window (`screens`, `floors`).
//!
//! Both programs are release builds of the same Tauri with the same features. They start alternately on one virtual display,
//! after one start of each that does not count. The report shows medians.
//!
//! *Time* runs from just before the program is executed, recorded by the script that becomes the program, to
//! `performance.mark("usable")` in the page. The application sets the mark two frames after Overview shows its numbers (counts
//! over a million rows follow later) and the window is shown; the empty window sets it two frames after its page has loaded.
//! Both ends are read from the same clock. WebDriver only reads the mark afterwards, so its polling does not matter, and a
//! connected driver costs both programs the same.
//!
//! *Memory* is the proportional set size of the program and all its child processes at that moment.
//!
//! The partner is that of the book's bench, with a million campaigns, and has requests and syncs. There is no TikTok.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "bench/floors.rs"]
mod floors;
mod harness;
#[path = "bench/memory.rs"]
mod memory;
#[path = "bench/screens.rs"]
mod screens;
#[path = "bench/start.rs"]
mod start;
#[path = "bench/table.rs"]
mod table;
#[path = "bench/work.rs"]
mod work;
#[allow(dead_code)] // The book's own bench uses all of it.
#[path = "../src-tauri/crates/partner/tests/bench/world.rs"]
mod world;

use std::path::Path;

use harness::{Harness, HarnessOptions};
use partner::Folder;
use start::{Program, Start};
use table::{Measure, median, report};

const RUNS: usize = 9;

#[ignore = "takes minutes and needs an idle machine: make bench"]
#[tokio::test(flavor = "multi_thread")]
async fn measures_the_window_of_a_large_partner() {
    let application = Path::new(env!("CARGO_BIN_EXE_xpo-admin"));
    let empty = application.with_file_name("examples").join("empty-window");
    let mut harness =
        Harness::with_options(HarnessOptions { accounts: 1, ..HarnessOptions::default() }).await;
    harness.sandbox.take().unwrap().stop().await;
    let (file, _) = world::large_partner(&harness.data_dir());
    work::add(&Folder::at(harness.data_dir()), &file);
    std::fs::write(harness.data_dir().join("last-partner"), file).unwrap();

    let (application, empty) = (Program::new(&harness, application), Program::new(&harness, &empty));
    let (mut starts, mut floor) = (Vec::new(), Vec::new());
    for run in 0..=RUNS {
        let (start, window) = application.start(&harness).await;
        window.close().await;
        let (floor_start, window) = empty.start(&harness).await;
        window.close().await;
        if run > 0 {
            starts.push(start);
            floor.push(floor_start);
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let measures = [
        measure("start to a usable Overview", "ms", &starts, &floor, (1.3, 2.2), |start| start.usable),
        measure("memory with Overview (PSS, all processes)", "MiB", &starts, &floor, (1.3, 1.8), |start| {
            start.memory
        }),
    ];
    let mut exceeded = report(root, "empty window", &measures);

    let (_, window) = empty.start(&harness).await;
    let floors = floors::measure(&window).await;
    window.close().await;
    let (_, window) = application.start(&harness).await;
    let accounts = [world::account(0), world::account(1)];
    let screens =
        screens::measure(&window, &floors, &accounts.each_ref().map(|account| account.as_str())).await;
    exceeded.extend(report(root, "a plain table", &screens));
    window.close().await;
    assert!(exceeded.is_empty(), "exceeds the limit: {exceeded:#?}");
}

fn measure(
    name: &str,
    unit: &'static str,
    starts: &[Start],
    floor: &[Start],
    (aim, limit): (f64, f64),
    of: impl Fn(&Start) -> f64,
) -> Measure {
    let (value, floor) = (median(starts.iter().map(&of)), median(floor.iter().map(&of)));
    Measure { name: name.to_owned(), value, unit, floor, aim, limit: Some(limit * floor) }
}
