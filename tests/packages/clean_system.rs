//! A minimal Debian or Ubuntu system in a root directory of its own, with its package manager.
//!
//! It shares the kernel, the processes and the network of this computer. Each program started in it has its own mounts, which
//! end with the program, so nothing needs to be unmounted.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::build::{FOLDER, VERSION, deb, output_of};
use crate::harness::{Display, Driver, Window, free_port, wait_for};

const USER: &str = "admin";
const UID: u32 = 1000;

/// Packages that the test needs, installed after the dependencies of the application's own package.
const TEST_PACKAGES: &str = "webkit2gtk-driver dbus";

pub struct CleanSystem {
    root: PathBuf,
}

impl CleanSystem {
    /// Returns a system without the package and with an empty home. It is rebuilt when the package's dependencies have
    /// changed.
    pub fn prepare() -> CleanSystem {
        let system = CleanSystem { root: FOLDER.join("root") };
        let key = FOLDER.join("root.key");
        let wanted = system.key();
        if fs::read_to_string(&key).ok().as_deref() != Some(&*wanted) {
            fs::remove_file(&key).ok();
            system.build();
            fs::write(&key, wanted).unwrap();
        }
        system.run("dpkg --purge xpo-admin");
        let home = system.home();
        fs::remove_dir_all(&home).ok();
        for folder in [&home, &home.join("run")] {
            fs::create_dir(folder).unwrap();
            chown(folder, Some(UID), Some(UID)).unwrap();
        }
        system
    }

    /// Changes when the root must be rebuilt.
    fn key(&self) -> String {
        let depends = output_of(Command::new("dpkg-deb").arg("--field").arg(deb(VERSION)).arg("Depends"));
        let mut hasher = DefaultHasher::new();
        (depends, release(), TEST_PACKAGES).hash(&mut hasher);
        format!("{:x}", hasher.finish())
    }

    /// Bootstraps a minimal system with the dependencies of the package and nothing else: the package is installed and purged.
    fn build(&self) {
        if self.root.exists() {
            // An interrupted bootstrap leaves its mounts.
            for mounted in ["proc", "sys", "dev/shm", "dev/pts", "dev"] {
                Command::new("umount")
                    .args(["--quiet", "--recursive"])
                    .arg(self.root.join(mounted))
                    .status()
                    .unwrap();
            }
            fs::remove_dir_all(&self.root).unwrap();
        }
        let install = "apt-get install --quiet --yes --no-install-recommends";
        let copy = format!("copy-in '{}' /srv", deb(VERSION).display());
        let dependencies =
            format!("chroot \"$1\" sh -ec '{install} /srv/*.deb; rm /srv/*.deb; dpkg --purge xpo-admin'");
        let user = format!("chroot \"$1\" sh -ec '{install} {TEST_PACKAGES}; useradd --uid {UID} {USER}'");
        let mut bootstrap = Command::new("mmdebstrap");
        bootstrap.env("DEBIAN_FRONTEND", "noninteractive").args(["--mode=root", "--variant=minbase"]);
        for hook in [copy, dependencies, user] {
            bootstrap.arg(format!("--customize-hook={hook}"));
        }
        output_of(bootstrap.arg(release()).arg(&self.root).arg(sources()));
    }

    /// Returns the user's home folder.
    pub fn home(&self) -> PathBuf {
        self.root.join("home").join(USER)
    }

    pub fn has(&self, path: &str) -> bool {
        self.root.join(path.trim_start_matches('/')).exists()
    }

    /// Runs a script as root.
    pub fn run(&self, script: &str) -> String {
        output_of(self.command("").args(["/bin/sh", "-ec", script]))
    }

    /// Installs a version of the package, or upgrades to it.
    pub fn install(&self, version: &str) {
        let copy = self.root.join("srv/xpo-admin.deb");
        fs::copy(deb(version), copy).unwrap();
        self.run("apt-get install --quiet --yes --no-install-recommends /srv/xpo-admin.deb");
    }

    /// Returns the installed version, or an empty string.
    pub fn installed(&self) -> String {
        self.run(
            "dpkg-query --show --showformat='${db:Status-Abbrev}|${Version}' xpo-admin 2>/dev/null || true",
        )
        .strip_prefix("ii |")
        .unwrap_or_default()
        .to_owned()
    }

    /// Starts a display and a session bus for the user.
    pub async fn start_session(&self) -> Session<'_> {
        let display = Display::start((1280, 820));
        let mut bus = self.command(USER);
        bus.args(["/usr/bin/dbus-daemon", "--session", "--nofork", "--nosyslog"]);
        bus.arg(format!("--address={}", bus_address())).stderr(Stdio::null());
        let bus = bus.spawn().unwrap();
        let socket = self.home().join("run/bus");
        wait_for("the session bus", async || socket.exists().then_some(())).await;
        Session { system: self, display, bus }
    }

    /// Returns a command inside the system, with the usual mounts. Without a user, it runs as root.
    fn command(&self, user: &str) -> Command {
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

/// The user's session, which ends when it is dropped.
pub struct Session<'a> {
    system: &'a CleanSystem,
    display: Display,
    bus: Child,
}

impl Session<'_> {
    /// Starts the installed application.
    pub async fn start_app(&self) -> Window {
        let port = free_port();
        let mut driver = self.system.command(USER);
        driver.args(["/usr/bin/WebKitWebDriver", &format!("--port={port}")]);
        driver.env("DISPLAY", self.display.name()).env("DBUS_SESSION_BUS_ADDRESS", bus_address());
        driver.env("XDG_RUNTIME_DIR", format!("/home/{USER}/run")).env("TAURI_WEBVIEW_AUTOMATION", "true");
        Window::open(Driver::spawn(driver, port), Path::new("/usr/bin/xpo-admin")).await
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        self.bus.kill().ok();
        self.bus.wait().ok();
        fs::remove_file(self.system.home().join("run/bus")).ok();
    }
}

fn bus_address() -> String {
    format!("unix:path=/home/{USER}/run/bus")
}

/// Returns the code name of this computer's release. The program needs the libraries of the system that it was built on.
fn release() -> String {
    let os_release = fs::read_to_string("/etc/os-release").unwrap();
    let line = os_release.lines().find_map(|line| line.strip_prefix("VERSION_CODENAME="));
    line.expect("VERSION_CODENAME in /etc/os-release").to_owned()
}

/// Returns the package sources of this computer.
fn sources() -> &'static str {
    let files = ["/etc/apt/sources.list.d/debian.sources", "/etc/apt/sources.list.d/ubuntu.sources"];
    files.into_iter().find(|place| Path::new(place).exists()).unwrap_or("/etc/apt/sources.list")
}
