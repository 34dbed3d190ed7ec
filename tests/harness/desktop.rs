//! The parts of a desktop that the tests need besides a window: a notification daemon and a system tray.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::Harness;
use super::daemons::{Daemon, spawn};

pub struct Desktop {
    log: PathBuf,
    _notifications: Daemon,
    _tray: Daemon,
}

impl Desktop {
    pub fn start(harness: &Harness) -> Desktop {
        let log = harness.home().join("notifications");
        let output = File::create(&log).unwrap();
        let daemon = |name: &str| {
            let mut command = Command::new(name);
            command.envs(harness.environment()).stdout(Stdio::null()).stderr(Stdio::null());
            command
        };
        let notifications = spawn(daemon("dunst").arg("-print").stdout(output));
        let tray =
            spawn(daemon("trayer").args(["--edge", "bottom", "--align", "right", "--widthtype", "request"]));
        Desktop { log, _notifications: Daemon(notifications), _tray: Daemon(tray) }
    }

    /// Returns the text of all notifications so far.
    pub fn notifications(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }
}
