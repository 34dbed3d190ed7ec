//! The parts of a desktop that the tests need besides a window: a notification daemon, a system tray and a file manager.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};

use zbus::connection::{Builder, Connection};

use super::daemons::{Daemon, spawn};
use super::{Harness, TIMEOUT};

pub struct Desktop {
    log: PathBuf,
    environment: Vec<(&'static str, String)>,
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
        Desktop {
            log,
            environment: harness.environment(),
            _notifications: Daemon(notifications),
            _tray: Daemon(tray),
        }
    }

    /// Returns the text of all notifications so far.
    pub fn notifications(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// Clicks the first notification, which disappears.
    pub fn click_notification(&self) {
        for arguments in [&["action", "0"][..], &["close"]] {
            let mut control = Command::new("dunstctl");
            control.envs(self.environment.clone()).args(arguments).stderr(Stdio::null());
            control.status().unwrap();
        }
    }
}

/// A file manager on the session bus.
pub struct FileManager {
    selected: Receiver<String>,
    _connection: Connection,
}

struct FileManager1(Sender<String>);

#[zbus::interface(name = "org.freedesktop.FileManager1")]
impl FileManager1 {
    fn show_items(&self, uris: Vec<String>, _startup_id: &str) {
        uris.into_iter().for_each(|uri| self.0.send(uri).unwrap());
    }
}

impl FileManager {
    pub async fn start(harness: &Harness) -> FileManager {
        let (sender, selected) = channel();
        let address = harness.bus.address();
        let bus = Builder::address(address.as_str()).unwrap().name("org.freedesktop.FileManager1").unwrap();
        let service = bus.serve_at("/org/freedesktop/FileManager1", FileManager1(sender)).unwrap();
        FileManager { selected, _connection: service.build().await.unwrap() }
    }

    /// Waits until a file is selected, and returns its address.
    pub fn selected(&self) -> String {
        self.selected.recv_timeout(TIMEOUT).unwrap()
    }
}
