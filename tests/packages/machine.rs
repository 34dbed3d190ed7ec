//! A computer with nothing on it but its operating system: a root of its own, with Debian's package manager in it.
//!
//! It shares this computer's kernel, processes and network, and has its own files. Mounts belong to each program that is started
//! in it and end with that program, so that nothing has to be taken down.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::harness::{Display, Driver, Window, free_port, until};
use crate::packages::{FOLDER, NOW, deb, said};

/// An ordinary user.
const USER: &str = "admin";
const UID: u32 = 1000;

/// What drives the window and what every desktop has; installed after what the package itself asks for.
const DESKTOP: &str = "webkit2gtk-driver dbus";

pub struct Machine {
    root: PathBuf,
}

impl Machine {
    /// A clean one: made anew when the package asks for something else than the last time.
    pub fn clean() -> Machine {
        let machine = Machine { root: FOLDER.join("root") };
        let key = FOLDER.join("root.key");
        let wanted = machine.key();
        if fs::read_to_string(&key).ok().as_deref() != Some(&*wanted) {
            fs::remove_file(&key).ok();
            machine.make();
            fs::write(&key, wanted).unwrap();
        }
        machine.run("dpkg --purge xpo-admin");
        let home = machine.home();
        fs::remove_dir_all(&home).ok();
        for folder in [&home, &home.join("run")] {
            fs::create_dir(folder).unwrap();
            chown(folder, Some(UID), Some(UID)).unwrap();
        }
        machine
    }

    /// What the root was made for.
    fn key(&self) -> String {
        let depends = said(Command::new("dpkg-deb").arg("--field").arg(deb(NOW)).arg("Depends"));
        let mut hasher = DefaultHasher::new();
        (depends, release(), DESKTOP).hash(&mut hasher);
        format!("{:x}", hasher.finish())
    }

    /// The smallest system, then the package with everything that it asks for and nothing else; it is taken off again.
    fn make(&self) {
        if self.root.exists() {
            fs::remove_dir_all(&self.root).unwrap();
        }
        let install = "apt-get install --quiet --yes --no-install-recommends";
        let copy = format!("copy-in '{}' /srv", deb(NOW).display());
        let own =
            format!("chroot \"$1\" sh -ec '{install} /srv/*.deb; rm /srv/*.deb; dpkg --purge xpo-admin'");
        let user = format!("chroot \"$1\" sh -ec '{install} {DESKTOP}; useradd --uid {UID} {USER}'");
        let mut make = Command::new("mmdebstrap");
        make.env("DEBIAN_FRONTEND", "noninteractive").args(["--mode=root", "--variant=minbase"]);
        for hook in [copy, own, user] {
            make.arg(format!("--customize-hook={hook}"));
        }
        said(make.arg(release()).arg(&self.root).arg(sources()));
    }

    /// The folder of the user.
    pub fn home(&self) -> PathBuf {
        self.root.join("home").join(USER)
    }

    /// Whether a file is there.
    pub fn has(&self, path: &str) -> bool {
        self.root.join(path.trim_start_matches('/')).exists()
    }

    /// Run something as the one who administrates the machine.
    pub fn run(&self, script: &str) -> String {
        said(self.inside("").args(["/bin/sh", "-ec", script]))
    }

    /// Install, or upgrade to, a package.
    pub fn install(&self, version: &str) {
        let place = self.root.join("srv/xpo-admin.deb");
        fs::copy(deb(version), place).unwrap();
        self.run("apt-get install --quiet --yes --no-install-recommends /srv/xpo-admin.deb");
    }

    /// The version that is installed; empty when none is.
    pub fn installed(&self) -> String {
        self.run(
            "dpkg-query --show --showformat='${db:Status-Abbrev}|${Version}' xpo-admin 2>/dev/null || true",
        )
        .strip_prefix("ii |")
        .unwrap_or_default()
        .to_owned()
    }

    /// Let the user log in: a display, and the bus of a session.
    pub async fn log_in(&self) -> Session<'_> {
        let display = Display::start((1280, 820));
        let mut bus = self.inside(USER);
        bus.args(["/usr/bin/dbus-daemon", "--session", "--nofork", "--nosyslog"]);
        bus.arg(format!("--address={}", bus_address())).stderr(Stdio::null());
        let bus = bus.spawn().unwrap();
        let socket = self.home().join("run/bus");
        until("the bus of the session is there", async || socket.exists().then_some(())).await;
        Session { machine: self, display, bus }
    }

    /// A program inside, with what every system mounts; as root where no user is named.
    fn inside(&self, user: &str) -> Command {
        let mounts = r#"root=$1 user=$2; shift 2
            mount -t proc proc "$root/proc"
            mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
            mkdir -p -m 1777 /tmp/.X11-unix "$root/tmp/.X11-unix"
            mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"
            exec chroot ${user:+--userspec="$user:$user"} "$root" "$@""#;
        let mut command = Command::new("unshare");
        command.args(["--mount", "/bin/sh", "-ec", mounts, "sh"]).arg(&self.root).arg(user).env_clear();
        let home = if user.is_empty() { "/root".to_owned() } else { format!("/home/{user}") };
        command.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("HOME", home).env("LANG", "C.UTF-8");
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    }
}

/// The user, sitting in front of the machine. Ends when it is dropped.
pub struct Session<'a> {
    machine: &'a Machine,
    display: Display,
    bus: Child,
}

impl Session<'_> {
    /// Start what the desktop entry starts.
    pub async fn start(&self) -> Window {
        let port = free_port();
        let mut driver = self.machine.inside(USER);
        driver.args(["/usr/bin/WebKitWebDriver", &format!("--port={port}")]);
        driver.env("DISPLAY", self.display.name()).env("DBUS_SESSION_BUS_ADDRESS", bus_address());
        driver.env("XDG_RUNTIME_DIR", format!("/home/{USER}/run")).env("TAURI_WEBVIEW_AUTOMATION", "true");
        Window::open(Driver::run(driver, port), Path::new("/usr/bin/xpo-admin")).await
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        self.bus.kill().ok();
        self.bus.wait().ok();
        fs::remove_file(self.machine.home().join("run/bus")).ok();
    }
}

fn bus_address() -> String {
    format!("unix:path=/home/{USER}/run/bus")
}

/// This system's release: a program runs with the libraries of the system that it was built on.
fn release() -> String {
    let about = fs::read_to_string("/etc/os-release").unwrap();
    let line = about.lines().find_map(|line| line.strip_prefix("VERSION_CODENAME="));
    line.expect("the release has a name").to_owned()
}

/// Where this system gets its packages.
fn sources() -> &'static str {
    let places = ["/etc/apt/sources.list.d/debian.sources", "/etc/apt/sources.list.d/ubuntu.sources"];
    places.into_iter().find(|place| Path::new(place).exists()).unwrap_or("/etc/apt/sources.list")
}
