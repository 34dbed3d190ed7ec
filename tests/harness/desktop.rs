//! What a desktop has round the window: somebody who shows notices, and a tray.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::Harness;
use super::machine::{Daemon, spawn};

pub struct Desktop {
    notices: PathBuf,
    _notices: Daemon,
    _tray: Daemon,
}

impl Desktop {
    pub fn round(harness: &Harness) -> Desktop {
        let notices = harness.home().join("notices");
        let shown = File::create(&notices).unwrap();
        let daemon = |name: &str| {
            let mut command = Command::new(name);
            command.envs(harness.environment()).stdout(Stdio::null()).stderr(Stdio::null());
            command
        };
        let notices_of = spawn(daemon("dunst").arg("-print").stdout(shown));
        let tray =
            spawn(daemon("trayer").args(["--edge", "bottom", "--align", "right", "--widthtype", "request"]));
        Desktop { notices, _notices: Daemon(notices_of), _tray: Daemon(tray) }
    }

    /// All that notices have told.
    pub fn told(&self) -> String {
        fs::read_to_string(&self.notices).unwrap()
    }
}
