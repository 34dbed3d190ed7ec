//! One start of a program: how long until its page is usable, and the memory it then has.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::harness::{Harness, Window, wait_for};
use crate::memory;

/// What one start took.
#[derive(Clone, Copy)]
pub struct Start {
    /// From the program's start to the second frame of the usable page, in milliseconds.
    pub usable: f64,
    /// Proportional set size of all its processes at that moment, in MiB.
    pub memory: f64,
}

/// A program, and where it notes when it was started.
pub struct Program {
    script: PathBuf,
    note: PathBuf,
}

impl Program {
    /// Wrap `program` in a script that notes the time and becomes the program.
    pub fn new(harness: &Harness, program: &Path) -> Program {
        assert!(program.exists(), "{} is not built: `make bench` does that", program.display());
        let name = program.file_name().unwrap().to_string_lossy();
        let script = harness.home().join(format!("start-{name}"));
        let note = harness.home().join(format!("started-{name}"));
        let lines =
            format!("#!/bin/sh\ndate +%s%N > '{}'\nexec '{}' \"$@\"\n", note.display(), program.display());
        fs::write(&script, lines).unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        Program { script, note }
    }

    /// Start the program and wait for its mark. The window is handed back, still open.
    pub async fn start(&self, harness: &Harness) -> (Start, Window) {
        let window = harness.start_program(&self.script).await;
        let usable = wait_for("the page is usable", async || marked(&window).await).await;
        let memory = memory::of_tree(window.process);
        let started: f64 = fs::read_to_string(&self.note).unwrap().trim().parse().unwrap();
        (Start { usable: usable - started / 1e6, memory }, window)
    }
}

/// The time of the page's mark, in milliseconds since 1970. `None` when the page changed meanwhile.
async fn marked(window: &Window) -> Option<f64> {
    let wait = "const done = arguments[arguments.length - 1];
        const look = () => {
            const [mark] = performance.getEntriesByName('usable');
            if (mark) done(performance.timeOrigin + mark.startTime); else setTimeout(look, 10);
        };
        look();";
    window.page.execute_async(wait, vec![]).await.ok()?.as_f64()
}
