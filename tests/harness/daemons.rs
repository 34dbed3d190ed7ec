//! The daemons of a harness. Each is killed when it is dropped.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Keychain {
    /// A keychain daemon with an unlocked collection.
    Open,
    /// No keychain daemon.
    Missing,
}

pub struct Daemon(pub Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

pub fn spawn(command: &mut Command) -> Child {
    let name = command.get_program().to_string_lossy().into_owned();
    command.spawn().unwrap_or_else(|error| panic!("{name}: {error}; `make setup-test` installs it"))
}

pub struct Display {
    number: String,
    _server: Daemon,
}

impl Display {
    pub fn start((width, height): (u32, u32)) -> Display {
        let mut server = spawn(
            Command::new("Xvfb")
                .args([
                    "-displayfd",
                    "1",
                    "-nolisten",
                    "tcp",
                    "-screen",
                    "0",
                    &format!("{width}x{height}x24"),
                ])
                .stdout(Stdio::piped())
                .stderr(Stdio::null()),
        );
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut number).unwrap();
        assert!(!number.trim().is_empty(), "Xvfb did not start");
        Display { number: number.trim().to_owned(), _server: Daemon(server) }
    }

    pub fn name(&self) -> String {
        format!(":{}", self.number)
    }
}

/// A private D-Bus session bus.
pub struct SessionBus {
    address: String,
    _keychain: Option<Daemon>,
    _bus: Daemon,
}

impl SessionBus {
    pub fn start(home: &Path, keychain: Keychain) -> SessionBus {
        let run = home.join("run");
        fs::create_dir(&run).unwrap();
        fs::set_permissions(&run, fs::Permissions::from_mode(0o700)).unwrap();
        install_recording_browser(home);
        disable_animations(home);
        // The bus has no service activation, so that only the daemons of this harness are on it.
        let config = home.join("bus.conf");
        let socket = run.join("bus");
        fs::write(
            &config,
            format!(
                r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={}</listen><policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"#,
                socket.display()
            ),
        )
        .unwrap();
        let mut bus = spawn(
            Command::new("dbus-daemon")
                .args(["--nofork", "--nosyslog", "--print-address=1"])
                .arg(format!("--config-file={}", config.display()))
                .stdout(Stdio::piped())
                .stderr(Stdio::null()),
        );
        let mut address = String::new();
        BufReader::new(bus.stdout.take().unwrap()).read_line(&mut address).unwrap();
        let address = address.trim().to_owned();
        assert!(!address.is_empty(), "dbus-daemon did not start");
        let keychain = (keychain == Keychain::Open).then(|| start_keychain(home, &address));
        SessionBus { address, _keychain: keychain, _bus: Daemon(bus) }
    }

    pub fn address(&self) -> String {
        self.address.clone()
    }
}

/// Starts GNOME's keychain daemon with a new, unlocked collection.
fn start_keychain(home: &Path, address: &str) -> Daemon {
    let mut daemon = spawn(
        Command::new("gnome-keyring-daemon")
            .args(["--foreground", "--unlock", "--components=secrets"])
            .env("DBUS_SESSION_BUS_ADDRESS", address)
            .env("HOME", home)
            .env("XDG_RUNTIME_DIR", home.join("run"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null()),
    );
    daemon.stdin.take().unwrap().write_all(b"a passphrase").unwrap();
    // It prints its control socket once it is on the bus.
    let mut ready = String::new();
    BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut ready).unwrap();
    Daemon(daemon)
}

/// Sets `prefers-reduced-motion`: a click can miss an element that moves.
fn disable_animations(home: &Path) {
    let folder = home.join(".config/gtk-3.0");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("settings.ini"), "[Settings]\ngtk-enable-animations=0\n").unwrap();
}

/// Installs a default browser that records the URLs it is asked to open.
fn install_recording_browser(home: &Path) {
    let browser = home.join("browser");
    let note = home.join("opened");
    fs::write(&browser, format!("#!/bin/sh\nprintf '%s\\n' \"$1\" >> '{}'\n", note.display())).unwrap();
    fs::set_permissions(&browser, fs::Permissions::from_mode(0o755)).unwrap();
    let applications = home.join(".local/share/applications");
    fs::create_dir_all(&applications).unwrap();
    fs::create_dir_all(home.join(".config")).unwrap();
    let entry = format!("[Desktop Entry]\nType=Application\nName=Recorder\nExec={} %u\n", browser.display());
    fs::write(applications.join("recorder.desktop"), entry).unwrap();
    let default = "[Default Applications]\nx-scheme-handler/http=recorder.desktop\nx-scheme-handler/https=recorder.desktop\n";
    fs::write(home.join(".config/mimeapps.list"), default).unwrap();
}

/// `WebKitWebDriver`, which starts the application in its own environment.
pub struct Driver {
    pub port: u16,
    driver: Daemon,
}

impl Driver {
    pub fn start(environment: Vec<(&'static str, String)>) -> Driver {
        let port = free_port();
        let mut driver = Command::new("WebKitWebDriver");
        driver.arg(format!("--port={port}")).envs(environment).env_remove("WAYLAND_DISPLAY");
        Driver::spawn(driver, port)
    }

    /// Runs a command that starts a driver on this port.
    pub fn spawn(mut driver: Command, port: u16) -> Driver {
        Driver { port, driver: Daemon(spawn(driver.stdout(Stdio::null()))) }
    }

    /// Returns the process that the driver started.
    pub fn child_process(&self) -> Option<u32> {
        let driver = self.driver.0.id().to_string();
        let all =
            fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        all.into_iter().find(|process: &u32| {
            let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
            // After the name in parentheses: the state, then the parent.
            stat.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(1)) == Some(&*driver)
        })
    }
}

/// Returns whether any thread of a process still runs. It holds its files and its name on the bus until the last thread
/// ends.
pub fn is_running(process: u32) -> bool {
    let Ok(threads) = fs::read_dir(format!("/proc/{process}/task")) else { return false };
    threads.filter_map(Result::ok).any(|thread| {
        let stat = fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
        stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
    })
}

/// Returns a port that nothing listens on.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
