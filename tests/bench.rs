//! The application in its real window with a large partner: `make bench`. Start and memory beside an empty Tauri window,
//! then lists, search and scrolling (`screens`).
//!
//! Both programs are release builds of the same Tauri with the same features, started the same way in turns (A B A B …)
//! on one virtual display, after one start of each that does not count. What is reported are medians.
//!
//! *Time* runs from just before the program is executed, noted by the script that becomes the program, to the
//! `performance.mark("usable")` in the page: in the application two frames after Overview has its numbers
//! (what is counted over a million rows follows) and the window is shown, in the empty window two frames after its page is there. Both ends are read from the same clock; WebDriver only
//! fetches the mark afterwards, so how often it asks does not matter. That a driver is connected costs each side the same.
//!
//! *Memory* is the proportional set size of the program and all processes it started, at that moment.
//!
//! The partner is that of the book's bench: a million campaigns. There is no TikTok.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod harness;
#[path = "bench/memory.rs"]
mod memory;
#[path = "bench/screens.rs"]
mod screens;
#[path = "bench/start.rs"]
mod start;
#[path = "bench/table.rs"]
mod table;
#[allow(dead_code)] // The book's own bench asks more of it.
#[path = "../src-tauri/crates/partner/tests/bench/world.rs"]
mod world;

use std::path::Path;

use harness::{Harness, HarnessOptions};
use start::{Program, Start};
use table::{Measure, median, report};

const RUNS: usize = 9;

#[ignore = "takes minutes, and the machine for itself: make bench"]
#[tokio::test(flavor = "multi_thread")]
async fn the_window_of_a_large_partner() {
    let application = Path::new(env!("CARGO_BIN_EXE_xpo-admin"));
    let empty = application.with_file_name("examples").join("empty-window");
    let mut harness =
        Harness::with_options(HarnessOptions { accounts: 1, ..HarnessOptions::default() }).await;
    harness.sandbox.take().unwrap().stop().await;
    let (file, _) = world::large_partner(&harness.data_dir());
    std::fs::write(harness.data_dir().join("last-partner"), file).unwrap();

    let (application, empty) = (Program::new(&harness, application), Program::new(&harness, &empty));
    let (mut ours, mut floor) = (Vec::new(), Vec::new());
    for run in 0..=RUNS {
        let (start, window) = application.start(&harness).await;
        window.close().await;
        let (least, window) = empty.start(&harness).await;
        window.close().await;
        if run > 0 {
            ours.push(start);
            floor.push(least);
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let beside = [
        measure("start to a usable Overview", "ms", &ours, &floor, 1.5, |start| start.usable),
        measure("memory with Overview (PSS, all processes)", "MiB", &ours, &floor, 2.0, |start| start.memory),
    ];
    report(root, "empty window", &beside);

    let (_, window) = application.start(&harness).await;
    report(root, "two idle frames", &screens::measure(&window, world::account(0).as_str()).await);
    window.close().await;
}

fn measure(
    name: &str,
    unit: &'static str,
    ours: &[Start],
    floor: &[Start],
    aim: f64,
    of: impl Fn(&Start) -> f64,
) -> Measure {
    let (value, floor) = (median(ours.iter().map(&of)), median(floor.iter().map(&of)));
    Measure { name: name.to_owned(), value, unit, floor, aim, limit: None }
}
