//! Ctrl-C and other signals in the middle of a command. For syncs, see `tests/window/command_line.rs`.

use std::fmt::Write;
use std::fs::DirBuilder;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::{DirBuilderExt, symlink};
use std::os::unix::net::UnixListener;
use std::process::{Child, Command, Output, Stdio};

use serde_json::json;

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
fn an_import_that_is_terminated_or_loses_its_terminal_changes_nothing() {
    let computer = Computer::with_campaigns(CAMPAIGNS);
    let mut rows = "Campaign ID,Advertiser\n".to_owned();
    for campaign in 1..=CAMPAIGNS {
        writeln!(rows, "{},Brand 4", campaign_id(campaign)).unwrap();
    }
    let file = computer.file("campaigns.csv", rows);
    let before = computer.entries();
    for signal in ["TERM", "HUP"] {
        let output = interrupt(&computer, &["import", &file, "--dry-run"], signal, || computer.is_open());
        assert_cancelled(&output);
        assert_eq!(computer.entries(), before, "{signal}");
    }
    drop(open_book(&computer.data()));
}

/// A window that has the partner open and does not answer.
fn silent_window(computer: &Computer) -> UnixListener {
    let place = computer.data().join("run");
    DirBuilder::new().mode(0o700).create(&place).unwrap();
    symlink(place.join("commands"), computer.data().join("commands")).unwrap();
    UnixListener::bind(place.join("commands")).unwrap()
}

fn send(signal: &str, process: &Child) {
    let id = process.id().to_string();
    assert!(Command::new("kill").args(["-s", signal, &id]).status().unwrap().success());
}

#[test]
fn a_second_signal_ends_a_command_at_once_and_says_that_nothing_is_lost() {
    let computer = Computer::new();
    let window = silent_window(&computer);
    let ended = "Ended before the command was done. Nothing is lost: a change is saved completely or not at all, and the \
                 change history says what was saved.";
    for (more, output, errors) in [
        (&[][..], String::new(), format!("{ended}\n")),
        (&["--json"], json!({ "error": ended }).to_string() + "\n", String::new()),
    ] {
        let mut command = computer.command(&[&["status"], more].concat());
        let running = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(window.accept().unwrap().0).lines();
        assert_ne!(lines.next().unwrap().unwrap(), "", "the request");
        send("INT", &running);
        assert_eq!(lines.next().unwrap().unwrap(), "", "the first signal asks the window to cancel");
        send("INT", &running);
        let Output { status, stdout, stderr } = running.wait_with_output().unwrap();
        let printed = [stdout, stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        assert_eq!((status.code(), printed), (Some(130), [output, errors]));
    }
}

#[test]
fn a_command_under_nohup_continues_without_its_terminal() {
    let computer = Computer::new();
    let window = silent_window(&computer);
    let command = computer.command(&["status"]);
    let mut nohup = Command::new("nohup");
    nohup.arg(command.get_program()).args(command.get_args()).stdin(Stdio::null());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => nohup.env(name, value),
            None => nohup.env_remove(name),
        };
    }
    let running = nohup.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(window.accept().unwrap().0).lines();
    assert_ne!(lines.next().unwrap().unwrap(), "", "the request");
    send("HUP", &running);
    send("INT", &running);
    assert_eq!(lines.next().unwrap().unwrap(), "", "the second signal is the first that counts");
    drop(lines);
    assert_eq!(running.wait_with_output().unwrap().status.code(), Some(1), "the window went away");
}

#[test]
fn a_list_that_is_interrupted_while_it_is_printed_leaves_no_copy() {
    let computer = Computer::with_campaigns(4_000);
    let lists = || {
        let files = std::fs::read_dir(computer.data()).unwrap().flatten();
        files.into_iter().filter(|file| file.file_name().to_string_lossy().starts_with("list-")).count()
    };
    let mut command = computer.command(&["list", "campaigns", "--partner", PARTNER]);
    let mut running = command.stdout(Stdio::piped()).spawn().unwrap();
    // The rest does not fit into the pipe.
    running.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
    assert_eq!(lists(), 1);
    send("INT", &running);
    assert_eq!(running.wait().unwrap().code(), Some(130));
    assert_eq!(lists(), 0);
}
