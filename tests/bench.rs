//! Start and memory of the application beside an empty Tauri window: `make bench`.
//!
//! Both programs are release builds of the same Tauri with the same features, started the same way in turns (A B A B …)
//! on one virtual display, after one start of each that does not count. What is reported are medians.
//!
//! *Time* runs from just before the program is executed, noted by the script that becomes the program, to the
//! `performance.mark("usable")` in the page: in the application two frames after the list has its rows and the window is
//! shown, in the empty window two frames after its page is there. Both ends are read from the same clock; WebDriver only
//! fetches the mark afterwards, so how often it asks does not matter. That a driver is connected costs each side the same.
//!
//! *Memory* is the proportional set size of the program and all processes it started, at that moment.
//!
//! The partner comes from real imports and its log-ins are in a real keychain; TikTok is gone when it counts.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(unused_imports)] // another test needs what this one does not
mod desk;
#[path = "bench/memory.rs"]
mod memory;
#[path = "bench/start.rs"]
mod start;
#[path = "bench/table.rs"]
mod table;

use std::path::Path;

use desk::{Desk, Furniture, Window, until};
use serde_json::json;
use start::{Program, Start};
use table::{Measure, median, report};
use tiktok_sandbox::Plan;

const ACCOUNTS: usize = 2_000;
const RUNS: usize = 9;
/// At most this many times the empty window.
const AIM: f64 = 1.5;

#[ignore = "takes a minute, and the machine for itself: make bench"]
#[tokio::test(flavor = "multi_thread")]
async fn start_and_memory_beside_an_empty_window() {
    let application = Path::new(env!("CARGO_BIN_EXE_xpo-admin"));
    let empty = application.with_file_name("examples").join("empty-window");
    let mut desk = Desk::with(Furniture { accounts: ACCOUNTS, ..Furniture::default() }).await;
    fill_partner(&desk).await;
    desk.sandbox.take().unwrap().stop().await;

    let (application, empty) = (Program::new(&desk, application), Program::new(&desk, &empty));
    let (mut ours, mut floor) = (Vec::new(), Vec::new());
    for run in 0..=RUNS {
        let (start, window) = application.start(&desk).await;
        assert!(lists_all(&window).await.is_some(), "the list was not usable");
        window.close().await;
        let (least, window) = empty.start(&desk).await;
        window.close().await;
        if run > 0 {
            ours.push(start);
            floor.push(least);
        }
    }
    let measures = [
        measure("start to a usable list of 2,000 accounts", "ms", &ours, &floor, |start| start.usable),
        measure("memory with that list (PSS, all processes)", "MiB", &ours, &floor, |start| start.memory),
    ];
    report(Path::new(env!("CARGO_MANIFEST_DIR")), "empty window", &measures);
}

/// Create a partner and import everything that the sandbox's users reach, by popup.
async fn fill_partner(desk: &Desk) {
    let window = desk.start().await;
    window.fill("Partner name", "Knorex Asia").await;
    window.press("Create partner").await;
    enter_app(&window, desk).await;
    for user in desk.sandbox().users() {
        desk.sandbox().log_in_next(Plan { user: Some(user.id), ..Plan::default() });
        window.press("Import TikTok Account").await;
        window.dialog("Successfully added TikTok Accounts to Partner").await;
        window.press("Confirm").await;
        window.hides("Successfully added").await;
    }
    until("all are listed", async || lists_all(&window).await).await;
    window.close().await;
}

/// Whether the list knows of all ad accounts and has rows on screen.
async fn lists_all(window: &Window) -> Option<()> {
    let look = "const rows = document.querySelectorAll('[role=row]:not([aria-busy])').length;
        return rows > 10 ? document.querySelector('[role=grid]').ariaRowCount : null;";
    let rows = window.run(look).await.ok()?;
    // The header is a row.
    (rows == json!((ACCOUNTS + 1).to_string())).then_some(())
}

async fn enter_app(window: &Window, desk: &Desk) {
    let sandbox = desk.sandbox();
    window.press("Settings").await;
    window.fill("App ID", sandbox.app_id()).await;
    window.fill("Secret", sandbox.secret()).await;
    window.fill("API address", &sandbox.api_address()).await;
    window.fill("Log-in address", &sandbox.log_in_address()).await;
    window.press("Save").await;
    window.shows("Saved.").await;
    window.press("TikTok Accounts").await;
}

fn measure(
    name: &str,
    unit: &'static str,
    ours: &[Start],
    floor: &[Start],
    of: impl Fn(&Start) -> f64,
) -> Measure {
    let (value, floor) = (median(ours.iter().map(&of)), median(floor.iter().map(&of)));
    Measure { name: name.to_owned(), value, unit, floor, aim: AIM, limit: None }
}
