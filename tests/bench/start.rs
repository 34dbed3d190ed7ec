//! Starts a program and measures the time until its page is usable and its memory then.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::harness::{Harness, Window, wait_for};
use crate::memory;

#[derive(Clone, Copy)]
pub struct Start {
    /// From the program's start to the second frame of the usable page, in milliseconds.
    pub usable: f64,
    /// Proportional set size of all its processes at that moment, in MiB.
    pub memory: f64,
}

/// A program that records when it is started.
pub struct Program {
    script: PathBuf,
    /// Contains the time of the start in nanoseconds since 1970.
    record: PathBuf,
}

impl Program {
    /// Wraps `program` in a script that records the time and becomes the program.
    pub fn new(harness: &Harness, program: &Path) -> Program {
        assert!(program.exists(), "{} is not built; run `make bench`", program.display());
        let name = program.file_name().unwrap().to_string_lossy();
        let script = harness.home().join(format!("start-{name}"));
        let record = harness.home().join(format!("started-{name}"));
        let lines =
            format!("#!/bin/sh\ndate +%s%N > '{}'\nexec '{}' \"$@\"\n", record.display(), program.display());
        fs::write(&script, lines).unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        Program { script, record }
    }

    /// Starts the program, waits for its mark and returns the open window.
    pub async fn start(&self, harness: &Harness) -> (Start, Window) {
        let window = harness.start_program(&self.script).await;
        let usable = wait_for("the page to be usable", async || usable_at(&window).await).await;
        let memory = memory::of_tree(window.process);
        let started: f64 = fs::read_to_string(&self.record).unwrap().trim().parse().unwrap();
        (Start { usable: usable - started / 1e6, memory }, window)
    }
}

/// Returns the time of the page's mark, in milliseconds since 1970. Returns `None` if the page was replaced while waiting.
async fn usable_at(window: &Window) -> Option<f64> {
    let wait = "const done = arguments[arguments.length - 1];
        const look = () => {
            const [mark] = performance.getEntriesByName('usable');
            if (mark) done(performance.timeOrigin + mark.startTime); else setTimeout(look, 10);
        };
        look();";
    window.page.execute_async(wait, vec![]).await.ok()?.as_f64()
}
