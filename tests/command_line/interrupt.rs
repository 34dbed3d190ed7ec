//! Ctrl-C and SIGTERM in the middle of a command. For syncs, see `tests/window/command_line.rs`.

use std::fmt::Write;
use std::process::{Command, Output, Stdio};

use crate::book::{campaign_id, open_book};
use crate::{Computer, PARTNER};

/// More than a command reads or writes between two looks at the signal.
const CAMPAIGNS: u32 = 40_000;

/// Runs a command, and sends a signal once `begun`. Returns what it printed once the signal has ended it: the command may have
/// been done before, and is then repeated.
fn interrupt(computer: &Computer, arguments: &[&str], signal: &str, begun: impl Fn() -> bool) -> Output {
    for _ in 0..5 {
        let mut command = computer.command(&[arguments, &["--partner", PARTNER]].concat());
        let mut running = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        while !begun() && running.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        let id = running.id().to_string();
        Command::new("kill").args(["-s", signal, &id]).stderr(Stdio::null()).status().unwrap();
        let output = running.wait_with_output().unwrap();
        assert!(!computer.is_open(), "the file was not closed");
        if output.status.code() != Some(0) {
            return output;
        }
    }
    panic!("{arguments:?} can't be interrupted");
}

fn assert_cancelled(output: &Output) {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(130), &b""[..]), "{errors}");
    assert_eq!(errors, "Cancelled. Nothing was changed.\n");
}

#[test]
fn an_export_that_is_interrupted_leaves_nothing_behind() {
    let computer = Computer::with_campaigns(CAMPAIGNS);
    let folder = computer.0.path().join("exports");
    std::fs::create_dir(&folder).unwrap();
    let drafts = || {
        let files = std::fs::read_dir(&folder).unwrap().flatten();
        files.into_iter().filter(|file| file.file_name().to_string_lossy().ends_with(".draft")).count()
    };
    let export = ["export", folder.to_str().unwrap(), "--format", "xlsx"];
    assert_cancelled(&interrupt(&computer, &export, "INT", || drafts() > 0));
    assert_eq!(drafts(), 0);
    assert_eq!(computer.run(&export).0, 0);
}

#[test]
fn an_import_that_is_terminated_changes_nothing() {
    let computer = Computer::with_campaigns(CAMPAIGNS);
    let mut rows = "Campaign ID,Advertiser\n".to_owned();
    for campaign in 1..=CAMPAIGNS {
        writeln!(rows, "{},Brand 4", campaign_id(campaign)).unwrap();
    }
    let file = computer.file("campaigns.csv", rows);
    let before = computer.entries();
    let output = interrupt(&computer, &["import", &file, "--dry-run"], "TERM", || computer.is_open());
    assert_cancelled(&output);
    assert_eq!(computer.entries(), before);
    drop(open_book(&computer.data()));
}
